"""The personal way into a meeting's round of input. The same page as the room's QR code opens, with a known writer."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from groups import doors
from groups.actions.inputs import Writer
from groups.enums import Door
from groups.models import Round
from groups.views.doors import door as room_door
from mail.links import read_token
from meetings.enums import MeetingState
from meetings.models import Invitation
from meetings.private import speak
from meetings.tokens import INPUT
from members.clock import oslo_today

PERSONAL = "i"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def door(request: HttpRequest, token: str, verb: str = "") -> HttpResponse:
    """Behind /c/<token>/: a personal link of an invitation, or the QR code of a room."""
    sort, _dot, rest = (read_token(INPUT, token) or "").partition(".")
    if sort != PERSONAL:
        return room_door(request, token, verb)
    found = resolve(rest)
    if found is None:
        text = _("The invitation was withdrawn, or a newer mail has taken its place. Nothing is saved.")
        return doors.closed(request, token, title=_("The link is no longer in use"), text=text)
    round_, writer, invitation = found
    speak(request, invitation)
    return doors.serve(request, round_, writer, token=token, verb=verb)


def resolve(value: str) -> tuple[Round, Writer, Invitation] | None:
    """The round and the writer behind "<invitation>.<version>"; None when the link has died."""
    pk, _dot, version = value.partition(".")
    rows = Invitation.objects.standing().select_related("meeting__round__group", "user", "affiliation__company")
    invitation = rows.filter(pk=int(pk)).first() if pk.isdecimal() and version.isdecimal() else None
    if invitation is None or int(version) != invitation.link_version or not _is_valid(invitation):
        return None
    round_ = invitation.meeting.round
    return (round_, _writer(invitation), invitation) if round_ else None


def _is_valid(invitation: Invitation) -> bool:
    user, tie = invitation.user, invitation.affiliation
    lives = user.is_active and user.anonymised_at is None
    holds = tie is None or tie.holds(oslo_today(timezone.now()))
    return lives and holds and invitation.meeting.state != MeetingState.DRAFT


def _writer(invitation: Invitation) -> Writer:
    """What a guest says counts for a company only when the door list or the board confirms it."""
    tie = invitation.affiliation
    return Writer(
        user=invitation.user,
        affiliation=tie,
        company=tie.company if tie else None,
        door=Door.MAIL,
        confirmed=tie is not None,
    )
