"""Why an answer ended as it did, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "answer": _("an answer from a calendar"),
    "another_address": _("from another address of the same person"),
    "another_answer": _("the calendar's answer is none of yes, no and maybe"),
    "another_method": _("the calendar wants something else than to answer"),
    "another_time": _("proposes another time"),
    "contradictions": _("says two different things"),
    "deadline_passed": _("came after the answer deadline"),
    "earlier_time": _("answers an earlier time or place"),
    "in_words": _("written in words"),
    "invitation_gone": _("the invitation stands no more"),
    "meeting_begun": _("the meeting has begun"),
    "meeting_cancelled": _("the meeting is called off"),
    "meeting_over": _("the meeting is over"),
    "no_answer": _("the calendar has not answered yet"),
    "no_attendee": _("does not say who answers"),
    "no_time_proposed": _("proposes no time that can be read"),
    "not_invited": _("from somebody who is not invited"),
    "one_of_a_series": _("answers one meeting of a series"),
    "said_before": _("something newer was answered already"),
    "same_answer": _("the same answer came before"),
    "sender_forged": _("the sender's own server says it is not from there"),
    "sender_not_proven": _("nothing proves who sent it"),
    "sent_again": _("the invitation was sent again"),
    "somebody_else": _("somebody else answers with this person's invitation"),
    "too_many_events": _("holds too many meetings"),
    "unknown_meeting": _("about a meeting that the portal does not know"),
    "unreadable_calendar": _("the calendar in it cannot be read"),
    "winmail": _("in Outlook's own form, winmail.dat"),
}
