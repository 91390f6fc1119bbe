"""The verbs of the register: the only writers of its rows. Atomic; the actor is named."""

from members.actions.affiliations import (
    add_colleague,
    approve_affiliation,
    ask_to_join,
    attach,
    choose_main,
    decline_affiliation,
    end_affiliation,
    hand_contact_on,
    make_contact,
    stand_down,
    withdraw_request,
)
from members.actions.companies import (
    apply_for_company,
    approve_company,
    end_company,
    reinstate_company,
    reject_company,
    update_company,
)
from members.actions.domains import approve_domain, claim_domain, refuse_domain
from members.actions.invites import accept_invite, invite_colleagues, revoke_invite
from members.actions.people import (
    anonymise_person,
    claim_person,
    find_or_make_person,
    set_active,
    update_profile,
)
from members.actions.waiting import expire_old_requests, remind_waiting_requests
from members.actions.wishes import set_wishes, unsubscribe

__all__ = [
    "accept_invite",
    "add_colleague",
    "anonymise_person",
    "apply_for_company",
    "approve_affiliation",
    "approve_company",
    "approve_domain",
    "ask_to_join",
    "attach",
    "choose_main",
    "claim_domain",
    "claim_person",
    "decline_affiliation",
    "end_affiliation",
    "end_company",
    "expire_old_requests",
    "find_or_make_person",
    "hand_contact_on",
    "invite_colleagues",
    "make_contact",
    "refuse_domain",
    "reinstate_company",
    "reject_company",
    "remind_waiting_requests",
    "revoke_invite",
    "set_active",
    "set_wishes",
    "stand_down",
    "unsubscribe",
    "update_company",
    "update_profile",
    "withdraw_request",
]
