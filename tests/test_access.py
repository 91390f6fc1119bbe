"""The only permission table: every address, every role, reading and doing.

A row gives the name of an address, and for GET and for POST one letter for each role of ``ROLES``:

    Y  allowed (a page, a redirect, or a form that says what is missing: 200, 302, 400, 409, 422)
    L  sent to sign in        X  403: may see it, may not do it
    -  404: may not know of it        M  405: the address does not take this method

``AN`` anonymous · ``RG`` registered, no company · ``ME`` member of another company · ``CO`` colleague in the same
company, not in the group · ``CC`` that company's contact · ``GM`` member of the group, whose own things the rows name ·
``OG`` member of another group · ``BM`` on the group's board · ``GL`` its leader · ``CB`` on the cluster board · ``ST`` staff.

Each cell runs in a transaction of its own that is rolled back. An address that is missing here fails the build.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone

from mail.links import make_nonce
from meetings.check_in import CHECK_IN, check_in_token
from tests.scene import Scene, answer_token, input_token, invite_token, unsubscribe_token

ROLES = ("AN", "RG", "ME", "CO", "CC", "GM", "OG", "BM", "GL", "CB", "ST")
ALLOWED = {200, 201, 204, 302, 304, 400, 409, 422}
NOT = None  # the address does not take this method

Args = Callable[[Scene], dict[str, object]]


def none(scene: Scene) -> dict[str, object]:
    return {}


@dataclass(frozen=True)
class Row:
    """One address. ``get`` and ``post`` have one letter for each role; None means 405 for all who get that far."""

    name: str
    args: Args
    get: str | None
    post: str | None
    data: Args = none  # what a sensible POST carries
    query: str = ""

    def __post_init__(self) -> None:
        for letters in (self.get, self.post):
            assert letters is None or len(letters.split()) == len(ROLES), self.name


def slug(scene: Scene) -> dict[str, object]:
    return {"slug": scene.group.slug}


def planned(scene: Scene) -> dict[str, object]:
    return {"slug": scene.planned.slug}


def company(scene: Scene) -> dict[str, object]:
    return {"slug": scene.company.slug}


def asker(scene: Scene) -> dict[str, object]:
    return {"slug": scene.company.slug, "pk": scene.request.pk}


def colleague_tie(scene: Scene) -> dict[str, object]:
    return {"slug": scene.company.slug, "pk": scene.colleague_tie.pk}


def the_input(scene: Scene) -> dict[str, object]:
    return {"pk": scene.input.pk}


def desk_input(scene: Scene) -> dict[str, object]:
    return {"slug": scene.group.slug, "pk": scene.input.pk}


def desk_theme(scene: Scene) -> dict[str, object]:
    return {"slug": scene.group.slug, "pk": scene.theme.pk}


def meeting(scene: Scene) -> dict[str, object]:
    return {"pk": scene.meeting.pk}


def reply(scene: Scene) -> dict[str, object]:
    return {"pk": scene.reply.pk}


def passed_on(scene: Scene) -> dict[str, object]:
    return {"pk": scene.passed_on.pk}


def action(scene: Scene) -> dict[str, object]:
    return {"pk": scene.meeting.pk, "action_pk": scene.action.pk}


def document(scene: Scene) -> dict[str, object]:
    return {"pk": scene.meeting.pk, "document_pk": scene.document.pk}


def planned_mail(scene: Scene) -> dict[str, object]:
    return {"pk": scene.meeting.pk, "step": "practical"}


def draft(scene: Scene) -> dict[str, object]:
    return {"pk": scene.draft.pk}


def template(scene: Scene) -> dict[str, object]:
    return {"pk": scene.template.pk}


def invitation(scene: Scene) -> dict[str, object]:
    return {"pk": scene.meeting.pk, "invitation_pk": scene.invitation.pk}


def project(scene: Scene) -> dict[str, object]:
    return {"slug": scene.project.slug}


def on_desk(scene: Scene) -> dict[str, object]:
    return {"round": scene.round.pk, "inputs": [str(scene.input.pk)], "theme": scene.theme.pk}


def answer_nonce(scene: Scene) -> dict[str, object]:
    return {"nonce": make_nonce("answer", answer_token(scene)), "answer": "maybe"}


def door_nonce(scene: Scene) -> dict[str, object]:
    return {"nonce": make_nonce("input", input_token(scene)), "text": "Vi leter etter verktøy"}


def check_in_nonce(scene: Scene) -> dict[str, object]:
    token = check_in_token(scene.meeting, timezone.now())
    return {"nonce": make_nonce(CHECK_IN, token), "name": "Guri Gjest"}


#         AN RG ME CO CC GM OG BM GL CB ST
ALL = "    Y  Y  Y  Y  Y  Y  Y  Y  Y  Y  Y"
SIGNED = " L  Y  Y  Y  Y  Y  Y  Y  Y  Y  Y"
MEMBERS = "L  -  Y  Y  Y  Y  Y  Y  Y  Y  Y"
COMPANY = "L  -  -  X  Y  X  -  -  -  -  Y"  # the company's contact and staff; its own people see and do not do
GROUP = "  L  -  -  -  -  Y  -  Y  Y  -  Y"  # the group, its board, staff
READERS = "L  -  -  -  -  Y  -  Y  Y  Y  Y"  # and the cluster board, who reads what the group may read
RUN = "    L  -  -  -  -  X  -  Y  Y  -  Y"  # the board; staff in its place
BOARD = "  L  -  -  -  -  X  -  Y  Y  -  X"  # the board alone
DRAFT = "  L  -  -  -  -  -  -  Y  Y  -  Y"  # a draft is known to the board and staff alone
MAKE = "   L  X  X  X  X  X  X  Y  Y  X  Y"  # who makes meetings of a group that all may know of
CLUSTER = "L  X  X  X  X  X  X  X  X  Y  Y"  # who makes those of the whole cluster
REVIEW = " L  X  X  X  X  X  X  Y  Y  -  Y"  # whoever runs that meeting; others who run meetings do not know of it
LEAD = "   L  -  -  -  -  X  -  X  Y  -  Y"  # the leader; staff in their place
OWN = "    L  -  -  -  -  Y  -  -  -  -  -"
GUESTS = " Y  X  X  X  X  Y  X  X  X  X  X"  # behind the mail link: nobody who is signed in as somebody else
SUPPORT = "L - - - - Y - Y Y Y X"  # who reads it and speaks for a company
STAFF = "  -  -  -  -  -  -  -  -  -  -  Y"
STEER = "  L  X  X  X  X  X  X  Y  Y  X  X"  # everybody may see a project, its board steers it
WITH_COMPANY = "L  X  Y  Y  Y  Y  Y  Y  Y  Y  X"  # who belongs to a company; staff and newcomers do not

TABLE = [
    # Pages that join apps
    Row("front", none, ALL, ALL),
    Row("me", none, SIGNED, SIGNED),
    Row("my_inputs", none, SIGNED, SIGNED),
    Row("search", none, SIGNED, SIGNED),
    Row("outcomes", none, ALL, ALL),
    Row("groups", none, ALL, ALL),
    Row("group", slug, ALL, ALL),
    Row("company", company, ALL, ALL),
    Row("input", the_input, READERS, READERS),
    Row("staff", none, STAFF, STAFF),
    Row("test_mail", none, NOT, "- - - - - - - - - - Y"),
    Row("import", none, STAFF, STAFF),
    Row("import_template", none, STAFF, NOT),
    Row("import_undo", lambda s: {"pk": s.imported.pk}, NOT, STAFF),
    Row("import_preview", lambda s: {"ticket": "x"}, STAFF, NOT),
    Row("import_confirm", lambda s: {"ticket": "x"}, NOT, STAFF),
    Row("privacy", none, ALL, ALL),
    Row("accessibility", none, ALL, ALL),
    Row("security_txt", none, ALL, ALL),
    # Companies and people
    Row("members:companies", none, ALL, NOT),
    Row("members:find_company", none, SIGNED, NOT),
    Row("members:ask_to_join", none, NOT, SIGNED),
    Row("members:new_company", none, SIGNED, SIGNED),
    Row("members:waiting", none, SIGNED, NOT),
    Row("members:withdraw_request", lambda s: {"pk": s.request.pk}, NOT, "L - - - - - - - - - -"),
    Row("members:company_edit", company, COMPANY, COMPANY),
    Row("members:claim_domain", company, NOT, COMPANY),
    Row("members:company_people", company, COMPANY, NOT),
    Row("members:add_colleague", company, COMPANY, COMPANY),
    Row("members:invite", company, COMPANY, COMPANY),
    Row("members:approve", asker, NOT, COMPANY),
    Row("members:decline", asker, NOT, COMPANY),
    Row("members:end", colleague_tie, NOT, COMPANY),
    Row("members:make_contact", colleague_tie, NOT, COMPANY),
    Row("members:stand_down", colleague_tie, NOT, COMPANY),
    Row("members:hand_on", colleague_tie, COMPANY, COMPANY),
    Row("members:revoke_invite", lambda s: {"slug": s.company.slug, "pk": s.invite.pk}, NOT, COMPANY),
    Row("members:invitation", lambda s: {"token": invite_token(s)}, ALL, NOT),
    Row("members:accept_invite", lambda s: {"token": invite_token(s)}, NOT, SIGNED),
    Row("members:people", none, MEMBERS, NOT),
    Row("members:person", lambda s: {"pk": s.tie.user_id}, MEMBERS, NOT),
    Row("members:profile", none, SIGNED, SIGNED),
    Row("members:mail", none, SIGNED, SIGNED),
    Row("members:choose_main", lambda s: {"pk": s.tie.pk}, NOT, OWN),
    Row("members:leave", lambda s: {"pk": s.tie.pk}, NOT, OWN),
    Row("members:unsubscribe", lambda s: {"token": unsubscribe_token(s)}, ALL, ALL),
    # Groups
    Row("groups:join", slug, NOT, WITH_COMPANY),
    Row("groups:leave", slug, NOT, SIGNED),
    Row("groups:interest", planned, NOT, WITH_COMPANY),
    Row("groups:no_interest", planned, NOT, SIGNED),
    Row("groups:edit", slug, RUN, RUN),
    Row("groups:members", slug, GROUP, NOT),
    Row("groups:approve", lambda s: {"slug": s.group.slug, "pk": s.membership_request.pk}, NOT, RUN),
    Row("groups:decline", lambda s: {"slug": s.group.slug, "pk": s.membership_request.pk}, NOT, RUN),
    # Inputs
    Row("groups:inputs", slug, READERS, NOT),
    Row("groups:confirm", slug, NOT, RUN, lambda s: {"round": s.round.pk, "company": s.company.pk}),
    Row("groups:ask", slug, BOARD, BOARD),
    Row("groups:input_new", slug, WITH_COMPANY, WITH_COMPANY),
    Row("groups:input_similar", slug, NOT, WITH_COMPANY),
    Row("groups:input_support", slug, NOT, "L X - Y Y Y - Y Y Y X", lambda s: {"input": str(s.input.pk)}),
    Row("groups:wall", slug, RUN, NOT),
    Row("groups:wall_live", slug, "- - - - - X - Y Y - Y", NOT),
    Row("groups:wall_start", slug, NOT, RUN),
    Row("groups:wall_stop", slug, NOT, RUN),
    Row("groups:input_edit", the_input, OWN, OWN),
    Row("groups:input_withdraw", the_input, NOT, OWN),
    Row("groups:support", the_input, SUPPORT, SUPPORT),
    Row("groups:unsupport", the_input, NOT, SUPPORT),
    Row("groups:receipt", none, ALL, ALL),
    Row("groups:receipt_edit", none, NOT, ALL),
    Row("groups:receipt_withdraw", none, NOT, ALL),
    Row("groups:room_code", none, ALL, ALL),
    Row("door", lambda s: {"token": input_token(s)}, ALL, ALL, door_nonce),
    Row("door_verb", lambda s: {"token": input_token(s), "verb": "similar"}, NOT, ALL, door_nonce),
    # The desk
    Row("groups:desk", slug, BOARD, NOT),
    Row("groups:desk_changes", slug, BOARD, NOT, query="?round={round}&since=0"),
    Row("groups:desk_figures", slug, BOARD, NOT),
    Row("groups:desk_export", slug, "L - - - - X - X Y X Y", NOT),
    Row("groups:desk_input", desk_input, BOARD, NOT),
    Row("groups:desk_note", desk_input, NOT, BOARD),
    Row("groups:desk_unmerge", desk_input, NOT, BOARD),
    Row("groups:desk_confirm", desk_input, NOT, BOARD),
    Row("groups:desk_new_theme", slug, NOT, BOARD, on_desk),
    Row("groups:desk_theme", desk_theme, BOARD, NOT),
    Row("groups:desk_rename", desk_theme, NOT, BOARD, on_desk),
    Row("groups:desk_merge_theme", desk_theme, NOT, BOARD, on_desk),
    Row("groups:desk_place", slug, NOT, BOARD, on_desk),
    Row("groups:desk_release", slug, NOT, BOARD, on_desk),
    Row("groups:desk_park", slug, NOT, BOARD, on_desk),
    Row("groups:desk_answer", slug, NOT, BOARD, on_desk),
    Row("groups:desk_merge", slug, NOT, BOARD, on_desk),
    Row("groups:desk_undo", lambda s: {"slug": s.group.slug, "pk": s.round.moves.first().pk}, NOT, BOARD),
    # Meetings
    Row("meetings:list", none, ALL, NOT),
    Row("meetings:choose", none, "L X X X X X X Y Y Y Y", NOT),
    Row("meetings:new", none, "L X X X X X X X X Y Y", "L X X X X X X X X Y Y"),
    Row("meetings:year", none, MAKE, NOT, query="?group=effektiv-produksjon"),
    Row("meetings:year_plan", none, MAKE, NOT, query="?group=effektiv-produksjon"),
    Row("meetings:year_make", none, NOT, CLUSTER),
    Row("meetings:templates", none, MAKE, NOT, query="?group=effektiv-produksjon"),
    Row("meetings:template_new", meeting, RUN, RUN),
    Row("meetings:template_edit", template, DRAFT, DRAFT),
    Row("meetings:template_remove", template, NOT, DRAFT),
    Row("meetings:detail", meeting, GROUP, NOT),
    Row("meetings:ics", meeting, GROUP, NOT),
    Row("meetings:edit", draft, DRAFT, DRAFT),
    Row("meetings:remove", draft, NOT, DRAFT),
    Row("meetings:preview", draft, DRAFT, NOT),
    Row("meetings:preview_mail", lambda s: {"pk": s.draft.pk, "language": "nb"}, DRAFT, NOT),
    Row("meetings:call", draft, DRAFT, DRAFT),
    Row("meetings:move", meeting, RUN, RUN),
    Row("meetings:change", meeting, RUN, RUN),
    Row("meetings:cancel", meeting, RUN, RUN),
    Row("meetings:hold", meeting, NOT, RUN),
    Row("meetings:people", draft, DRAFT, NOT),
    Row("meetings:pick", draft, NOT, DRAFT, lambda s: {"affiliation": s.colleague_tie.pk}),
    Row("meetings:unpick", draft, NOT, DRAFT, lambda s: {"affiliation": s.tie.pk}),
    Row("meetings:invitations", meeting, RUN, NOT),
    Row("meetings:add_addresses", meeting, NOT, RUN),
    Row("meetings:invitation", invitation, RUN, NOT),
    Row("meetings:mail_again", invitation, NOT, RUN),
    Row("meetings:withdraw", invitation, NOT, RUN),
    Row("meetings:answer_on_behalf", invitation, NOT, RUN),
    Row("meetings:review", none, "L X X X X X X Y Y Y Y", NOT),
    Row("meetings:review_answer", reply, NOT, REVIEW, lambda s: {"answer": "yes"}),
    Row("meetings:review_invite", passed_on, NOT, REVIEW),
    Row("meetings:review_decline", reply, NOT, REVIEW),
    Row("meetings:review_aside", reply, NOT, REVIEW),
    Row("meetings:calendar", none, SIGNED, NOT),
    Row("meetings:feed_renew", none, NOT, SIGNED),
    Row("meetings:feed_choose", none, NOT, SIGNED, lambda s: {"holds": "all"}),
    Row("meetings:feed_off", none, NOT, SIGNED),
    Row("meetings:feed", lambda s: {"token": s.feed_token}, ALL, NOT),
    Row("meetings:group_feed", slug, ALL, NOT),
    Row("meetings:write", meeting, RUN, NOT),
    Row("meetings:write_preview", meeting, NOT, RUN),
    Row("meetings:write_send", meeting, NOT, RUN),
    Row("meetings:plan", meeting, RUN, NOT),
    Row("meetings:plan_move", planned_mail, NOT, RUN),
    Row("meetings:plan_switch", planned_mail, NOT, RUN),
    Row("meetings:plan_words", planned_mail, NOT, RUN),
    Row("meetings:plan_send", planned_mail, NOT, RUN),
    Row("meetings:documents", meeting, RUN, NOT),
    Row("meetings:document", document, GROUP, NOT),
    Row("meetings:document_add", meeting, NOT, RUN),
    Row("meetings:document_edit", document, RUN, RUN),
    Row("meetings:document_remove", document, NOT, RUN),
    Row("meetings:minutes", meeting, GROUP, NOT),
    Row("meetings:minutes_file", meeting, GROUP, NOT),
    Row("meetings:minutes_edit", meeting, RUN, RUN),
    Row("meetings:minutes_publish", meeting, LEAD, LEAD),
    Row("meetings:action_add", meeting, NOT, RUN),
    Row("meetings:action_remove", action, NOT, RUN),
    Row("meetings:action_done", action, NOT, "L - - - - Y - Y Y - Y"),
    Row("meetings:answer", meeting, NOT, OWN),
    Row("meetings:guests", meeting, NOT, OWN, lambda s: {"guest_1": "Guri Gjest"}),
    Row("meetings:guests_on_behalf", invitation, NOT, RUN, lambda s: {"guest_1": "Guri Gjest"}),
    Row("meetings:guests_by_link", lambda s: {"token": answer_token(s)}, NOT, GUESTS, answer_nonce),
    Row("meetings:diet", meeting, NOT, OWN, lambda s: {"diet": "Nøtter", "consent": "on"}),
    Row("meetings:diet_by_link", lambda s: {"token": answer_token(s)}, NOT, GUESTS, answer_nonce),
    Row("meetings:kitchen", meeting, RUN, NOT),
    Row("meetings:send_colleague", meeting, NOT, OWN),
    Row("meetings:answer_by_link", lambda s: {"token": answer_token(s)}, ALL, ALL, answer_nonce),
    Row("meetings:hand_over_by_link", lambda s: {"token": answer_token(s)}, NOT, ALL, answer_nonce),
    Row("meetings:entry_by_link", lambda s: {"token": answer_token(s)}, ALL, NOT),
    Row("meetings:door", meeting, RUN, NOT),
    Row("meetings:present", meeting, RUN, NOT),
    Row("meetings:present_now", meeting, "- - - - - X - Y Y - Y", NOT),
    Row("meetings:visitor", meeting, NOT, RUN),
    Row("meetings:door_sync", meeting, NOT, RUN),
    Row("meetings:paper", meeting, RUN, NOT),
    Row("meetings:door_code", meeting, RUN, NOT),
    Row("meetings:door_code_now", meeting, "- - - - - X - Y Y - Y", NOT),
    Row("meetings:check_in", lambda s: {"token": check_in_token(s.meeting, timezone.now())}, ALL, ALL, check_in_nonce),
    Row("meetings:note_attendance", invitation, NOT, RUN),
    Row("meetings:visitor_gone", invitation, NOT, RUN),
    # Projects
    Row("projects:list", none, ALL, NOT),
    Row("projects:detail", project, ALL, NOT),
    Row("projects:start", none, "L - - - - - - - - - -", "L - - - - - - - - - -"),
    Row("projects:edit", project, STEER, STEER),
    Row("projects:advance", project, NOT, STEER),
    Row("projects:join", project, NOT, WITH_COMPANY),
    Row("projects:leave", project, NOT, WITH_COMPANY),
    # The frame
    Row("language", none, NOT, ALL),
    Row("theme", none, NOT, ALL),
    Row("manifest", none, ALL, NOT),
    Row("cluster_css", none, ALL, NOT),
    Row("cluster_logo", none, "- - - - - - - - - - -", NOT),
    Row("robots", none, ALL, NOT),
]

# Not in the table: what others keep (allauth's pages have tests of their own in tests/members, the admin in each app's
# test_admin.py), the health page (tests/thamsklyngen/test_health.py), and the demo's mailbox (tests/mail).
ELSEWHERE = ("account_", "mfa_", "usersessions_", "admin:", "mail:", "healthz")

LETTER_OF = {302: "Y", 403: "X", 404: "-", 405: "M"}


@pytest.fixture
def people(scene, newcomer, outsider, colleague, contact, member, other_member, board_member, leader, chair, staff):
    cast = (None, newcomer, outsider, colleague, contact, member, other_member, board_member, leader, chair, staff)
    return dict(zip(ROLES, cast, strict=True))


def letter(response) -> str:
    """What happened, as a letter of the table; anything else as its number."""
    if response.status_code == 302 and response.url.startswith("/accounts/"):
        return "L"
    if response.status_code in LETTER_OF:
        return LETTER_OF[response.status_code]
    return "Y" if response.status_code in ALLOWED else str(response.status_code)


def ask(client, method: str, path: str, data=None):
    """One request whose traces are taken back."""
    with transaction.atomic():
        response = getattr(client, method)(path, data)
        transaction.set_rollback(True)
    return response


def names(patterns, prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from names(pattern.url_patterns, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def test_every_address_stands_in_the_table():
    known = {row.name for row in TABLE}
    found = {name for name in names(get_resolver().url_patterns) if not name.startswith(ELSEWHERE)}
    assert found == known


def test_no_address_stands_twice():
    assert len({row.name for row in TABLE}) == len(TABLE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_who_may(row, scene, people, client_of):
    path = reverse(row.name, kwargs=row.args(scene))
    seen, wanted = {}, {}
    for method, letters in (("get", row.get), ("post", row.post)):
        for role, expected in zip(ROLES, letters.split() if letters else "?" * len(ROLES), strict=True):
            if method == "get":
                got = letter(ask(client_of(people[role]), method, path + row.query.format(round=scene.round.pk)))
            else:
                got = letter(ask(client_of(people[role]), method, path, row.data(scene)))
            wanted[role, method] = expected if letters else got if got in "LM-X" else "M"
            seen[role, method] = got
    assert seen == wanted


CANARIES = (
    "Kanarifugl",
    "Kanarimøte",
    "Kanariutkast",
    "Kanarisvar",
    "Kanarireferat",
    "Kanarigjøremål",
    "Kanaridokument",
    "Kanarimal",
)


@pytest.mark.parametrize(
    "row", [row for row in TABLE if row.get and ("-" in row.get or "L" in row.get)], ids=lambda row: row.name
)
def test_who_may_not_know_reads_not_a_word(row, scene, people, client_of):
    path = reverse(row.name, kwargs=row.args(scene))
    for role, expected in zip(ROLES, row.get.split(), strict=True):
        if expected in "L-X":
            text = ask(client_of(people[role]), "get", path).content.decode(errors="replace")
            assert not [word for word in CANARIES if word in text], (row.name, role)


def test_doing_implies_reading():
    """Nobody may do what they may not see, where an address takes both."""
    for row in TABLE:
        if row.get and row.post:
            for role, reads, does in zip(ROLES, row.get.split(), row.post.split(), strict=True):
                assert not (does == "Y" and reads in "X-"), (row.name, role)
