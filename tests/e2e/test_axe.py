"""Every page pattern as the role that sees most of it: axe finds nothing, nothing scrolls sideways, one h1, no error in
the console, and no request to another host. On a phone and on a screen, in light and in dark.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.contrib import admin
from django.urls import path, reverse
from django.utils import timezone

from groups.actions.desk import create_theme
from groups.actions.inputs import Writer, submit_input
from groups.room import room_token
from mail.links import make_token
from mail.models import Message
from meetings.check_in import check_in_token
from meetings.models import Meeting
from tests.e2e.walk import Walk
from tests.factories.groups import InputFactory, MembershipFactory, SupportFactory
from tests.factories.meetings import InvitationFactory, MeetingFactory
from tests.factories.projects import ParticipationFactory
from tests.scene import answer_token, input_token, invite_token, unsubscribe_token
from thamsklyngen import errors
from thamsklyngen.urls import urlpatterns as usual

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# The error pages, each under an address of its own
handler403, handler404 = errors.forbidden, errors.not_found
urlpatterns = [
    *usual,
    path("wrong/400/", lambda request: errors.bad_request(request, Exception())),
    path("wrong/403/", lambda request: errors.forbidden(request, Exception())),
    path("wrong/429/", errors.too_many),
    path("wrong/503/", errors.not_now),
    path("wrong/500/", errors.server_error),
    path("wrong/csrf/", errors.csrf_failure),
]


@pytest.fixture
def crowd(scene):
    """A few more rows of everything that comes in rows."""
    for station in ("received", "received", "parked", "answered"):
        item = InputFactory(round=scene.round, station=station, hours_low=4, hours_high=20)
        SupportFactory(input=item)
    for answer in ("yes", "yes", "maybe", "no"):
        tie = MembershipFactory(group=scene.group).affiliation
        InvitationFactory(meeting=scene.meeting, affiliation=tie, answer=answer, answered_at=timezone.now())
    ParticipationFactory(project=scene.project)
    return scene


@pytest.fixture
def walk(browser, live_server):
    """`with walk(user) as tab:`, and what went wrong on the way fails the test."""

    @contextmanager
    def begin(user=None):
        tab = Walk(browser, live_server.url, user)
        try:
            yield tab
        finally:
            wrong = tab.close()
        assert wrong == []

    return begin


def go_all(tab, *addresses):
    for name, *args in addresses:
        tab.go(reverse(name, args=args))


def link(invitation, version=None):
    token = make_token("answer", f"{invitation.pk}.{version or invitation.link_version}")
    return reverse("meetings:answer_by_link", args=[token])


def test_pages_for_everybody(crowd, walk):
    with walk() as tab:
        go_all(
            tab,
            ("front",),
            ("groups",),
            ("group", crowd.group.slug),
            ("group", crowd.planned.slug),
            ("meetings:list",),
            ("projects:list",),
            ("projects:detail", crowd.project.slug),
            ("members:companies",),
            ("company", crowd.company.slug),
            ("outcomes",),
            ("privacy",),
            ("accessibility",),
            ("members:invitation", invite_token(crowd)),
            ("members:unsubscribe", unsubscribe_token(crowd)),
            ("account_login",),
            ("account_signup",),
            ("account_reset_password",),
        )


def test_codes_by_mail(walk, member):
    with walk() as tab:
        tab.go(reverse("account_request_login_code"))
        tab.page.fill("input[type=email]", member.email)
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_url("**/accounts/login/code/confirm/")
        tab.look("the code at sign-in")


def test_answers_by_mail(crowd, walk):
    old = MeetingFactory(group=crowd.group, starts_at=timezone.now() - timedelta(days=2), answer_by=None)
    off = MeetingFactory(group=crowd.group, state="cancelled", cancel_reason="Snø")
    answered = crowd.meeting.invitations.filter(answer="yes").first()
    with walk() as tab:
        for invitation in (crowd.invitation, answered, InvitationFactory(meeting=old), InvitationFactory(meeting=off)):
            tab.go(link(invitation))
        tab.go(link(crowd.invitation, version=99))
        tab.go(reverse("meetings:answer_by_link", args=[answer_token(crowd)]) + "?a=yes")
        tab.page.locator("button[name=answer][value=yes]").first.click()
        tab.page.wait_for_load_state()
        tab.look("an answer just given")
        for field in ("guest_1", "diet"):
            form = tab.page.locator(f"form:has(input[name={field}])").first
            tab.page.locator(f"details:has(input[name={field}]) > summary").first.click()
            form.locator(f"input[name={field}]").fill("???")
            form.locator("button[type=submit]").click()
            tab.page.wait_for_load_state()
            assert form.locator("[aria-invalid=true]").count() == 1
            tab.look(f"what is wrong with {field}")


def test_doors_and_receipts(crowd, walk):
    now = timezone.now()
    Meeting.objects.filter(pk=crowd.meeting.pk).update(starts_at=now, ends_at=now + timedelta(hours=2))
    _, code = submit_input(
        crowd.round,
        writer=Writer(door="qr"),
        text="Vi venter på truck",
        kind="bottleneck",
        area="production",
        visibility="anonymous",
        language="nb",
        now=now,
    )
    with walk() as tab:
        go_all(tab, ("groups:room_code",), ("door", room_token(crowd.round)))
        tab.go(reverse("meetings:check_in", args=[check_in_token(crowd.meeting, timezone.now())]))
        tab.page.fill("input[name=name]", "Guri Gjest")
        tab.page.locator("form:has(input[name=name]) button[type=submit]").click()
        tab.page.wait_for_load_state()
        tab.look("ticked in")
        tab.go(reverse("meetings:check_in", args=[check_in_token(crowd.meeting, now - timedelta(minutes=9))]))
        tab.go(reverse("door", args=[input_token(crowd)]))
        tab.page.fill("textarea[name=text]", "Ingen vet hvor verktøyet ligger")
        tab.page.locator("textarea[name=text]").press("Tab")
        tab.page.locator("form:has(textarea[name=text]) button[type=submit]:visible").last.click()
        tab.page.wait_for_load_state()
        tab.look("what a door says after sending")
        tab.go(reverse("groups:receipt"))
        tab.page.locator("form:has(input[name=code]) input[name=code]").fill(code)
        tab.page.keyboard.press("Enter")
        tab.page.wait_for_selector("text=Vi venter på truck")
        tab.look("an input by its code")


def test_pages_of_a_member(crowd, walk, member):
    MembershipFactory(group__name="Logistikk", affiliation=crowd.tie)
    other = InputFactory(round=crowd.round)
    with walk(member) as tab:
        go_all(
            tab,
            ("front",),
            ("me",),
            ("my_inputs",),
            ("members:profile",),
            ("members:mail",),
            ("groups:inputs", crowd.group.slug),
            ("groups:input_new", crowd.group.slug),
            ("groups:support", other.pk),
            ("groups:input_edit", crowd.input.pk),
            ("input", crowd.input.pk),
            ("meetings:detail", crowd.meeting.pk),
            ("members:people",),
            ("members:person", crowd.tie.user_id),
        )
        tab.go(reverse("search") + "?q=kanari")


def test_pages_of_an_account(walk, member):
    RecoveryCodes.activate(member)
    with walk(member) as tab:
        go_all(
            tab,
            ("account_email",),
            ("account_set_password",),
            ("mfa_index",),
            ("mfa_activate_totp",),
            ("mfa_view_recovery_codes",),
            ("mfa_list_webauthn",),
            ("mfa_add_webauthn",),
            ("usersessions_list",),
            ("account_reauthenticate",),
            ("account_logout",),
        )


def test_pages_of_a_contact_and_of_a_newcomer(crowd, walk, contact, newcomer):
    with walk(contact) as tab:
        go_all(
            tab,
            ("company", crowd.company.slug),
            ("members:company_edit", crowd.company.slug),
            ("members:company_people", crowd.company.slug),
            ("members:invite", crowd.company.slug),
            ("members:add_colleague", crowd.company.slug),
            ("members:hand_on", crowd.company.slug, crowd.colleague_tie.pk),
        )
    with walk(newcomer) as tab:
        go_all(tab, ("me",), ("members:find_company",), ("members:new_company",), ("members:waiting",))
        tab.go(reverse("members:find_company") + "?q=Kobberheim")


def test_pages_of_a_leader(crowd, walk, leader):
    meeting, slug = crowd.meeting.pk, crowd.group.slug
    with walk(leader) as tab:
        go_all(
            tab,
            ("me",),
            ("group", slug),
            ("groups:members", slug),
            ("groups:edit", slug),
            ("groups:wall", slug),
            ("meetings:list",),
            ("meetings:choose",),
            ("meetings:detail", meeting),
            ("meetings:edit", crowd.draft.pk),
            ("meetings:preview", crowd.draft.pk),
            ("meetings:call", crowd.draft.pk),
            ("meetings:people", crowd.draft.pk),
            ("meetings:move", meeting),
            ("meetings:change", meeting),
            ("meetings:cancel", meeting),
            ("meetings:invitations", meeting),
            ("meetings:invitation", meeting, crowd.invitation.pk),
            ("meetings:review",),
            ("meetings:calendar",),
            ("meetings:minutes", meeting),
            ("meetings:documents", meeting),
            ("meetings:document_edit", meeting, crowd.document.pk),
            ("meetings:plan", meeting),
            ("meetings:write", meeting),
            ("meetings:minutes_publish", meeting),
            ("meetings:door", meeting),
            ("meetings:door_code", meeting),
            ("meetings:present", meeting),
            ("meetings:paper", meeting),
            ("meetings:kitchen", meeting),
            ("meetings:template_new", meeting),
            ("meetings:template_edit", crowd.template.pk),
            ("projects:edit", crowd.project.slug),
        )
        tab.go(reverse("meetings:new") + f"?group={slug}")
        tab.go(reverse("projects:start") + f"?theme={crowd.other_theme.pk}")


def test_pages_of_a_year(crowd, walk, leader):
    slug = crowd.group.slug
    rule = "&every=1m&week=1&weekday=1&starts=09:00&ends=11:00&title=[month]&venue=Damphuset"
    span = "&first={0}-01-01&last={0}-12-01".format(timezone.localdate().year + 1)
    with walk(leader) as tab:
        for name, more in (
            ("templates", ""),
            ("new", f"&template={crowd.template.pk}"),
            ("year", ""),
            ("year", "&year=2031"),
            ("year_plan", ""),
            ("year_plan", f"&template={crowd.template.pk}"),
            ("year_plan", rule + span),
        ):
            tab.go(reverse(f"meetings:{name}") + f"?group={slug}{more}")
        tab.go(reverse("meetings:year_plan") + f"?group={slug}&every=1m", status=422)


def test_pages_of_the_desk(crowd, walk, leader):
    slug = crowd.group.slug
    with walk(leader) as tab:
        go_all(
            tab,
            ("groups:desk_figures", slug),
            ("groups:desk_input", slug, crowd.input.pk),
            ("groups:desk_theme", slug, crowd.theme.pk),
            ("groups:desk", slug),
        )
        create_theme(crowd.round, name="Kom imellom", actor=leader, now=timezone.now())
        tab.go(reverse("groups:desk_theme", args=[slug, crowd.theme.pk]))
        create_theme(crowd.round, name="Kom også imellom", actor=leader, now=timezone.now())
        tab.page.fill("input[name=name]", "Et nytt navn")
        tab.page.locator("form:has(input[name=name]) button[type=submit]").click()
        tab.page.wait_for_load_state()
        tab.look("somebody was there first")


def test_pages_of_the_office(crowd, walk, staff):
    with walk(staff) as tab:
        go_all(tab, ("staff",), ("import",))
        sheet = "Bedrift;Organisasjonsnummer;Navn;E-post\nNy Bedrift AS;;Nina Ny;nina@ny.example\n;;;rart\n"
        tab.page.set_input_files(
            "input[type=file]", {"name": "ark.csv", "mimeType": "text/csv", "buffer": sheet.encode()}
        )
        tab.page.locator("form:has(input[type=file]) button[type=submit]").click()
        tab.page.wait_for_load_state()
        tab.look("an import before it is done")


@pytest.mark.urls("tests.e2e.test_axe")
def test_error_pages(walk, member):
    with walk(member) as tab:
        for name, status in (("400", 400), ("403", 403), ("429", 429), ("500", 500), ("503", 503), ("csrf", 403)):
            tab.go(f"/wrong/{name}/", status)
        tab.go("/nowhere/", 404)


def test_demo_mailbox(settings, tmp_path, walk):
    settings.DEMO, settings.EMAIL_FILE_PATH = True, str(tmp_path)
    with walk() as tab:
        tab.go("/dev/mail/")


def test_administration(crowd, walk, staff):
    Message.objects.create(kind="meetings.invitation", recipient="user:1", created_at=timezone.now())
    with walk(staff) as tab:
        go_all(tab, ("admin:index",))
        seen = set()
        for model in admin.site._registry:
            label, first = model._meta.app_label, model._default_manager.first()
            if first is None or label in seen:
                continue
            seen.add(label)
            stem = f"admin:{label}_{model._meta.model_name}"
            go_all(tab, (f"{stem}_changelist",), (f"{stem}_change", first.pk))
    assert {"members", "groups", "meetings", "projects", "mail"} <= seen
