"""What the admin of every app is built of: rows that staff look at, and the verbs that alone change them."""

from members.office.base import HistoryAdmin, OfficeAdmin, Shown
from members.office.exports import Exports
from members.office.verbs import Ask, Deed, Verb

__all__ = ["Ask", "Deed", "Exports", "HistoryAdmin", "OfficeAdmin", "Shown", "Verb"]
