"""The member register: companies, people and what ties them together."""

from members.models.affiliation import Affiliation
from members.models.company import Company, CompanyDomain
from members.models.imports import Import
from members.models.invite import Invite
from members.models.settings import ClusterSettings
from members.models.user import User
from members.models.wish import MailWish

__all__ = ["Affiliation", "ClusterSettings", "Company", "CompanyDomain", "Import", "Invite", "MailWish", "User"]
