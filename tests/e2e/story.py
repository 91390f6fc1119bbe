"""What the people of the story do, page by page. Each part is a short function; the tests tell the story with them."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.people import GUESTS, sheet
from tests.e2e.stack import text_of, until
from tests.e2e.visits import (
    PHONE,
    picture,
    press,
    sign_in_by_code,
    sign_in_by_password,
    totp,
    type_code,
)

GROUP, SLUG = "Sveis og overflate", "sveis-og-overflate"
QUESTION = "Hva stopper flyten i verkstedet?"
TITLE = "Oppstart for Sveis og overflate"
PLACES = 6
SEATS = """
from django.utils import timezone
from groups.actions.groups import activate_group, found_group
from groups.actions.roles import seat
from members.clock import oslo_today
from members.models import Affiliation, User
office = User.objects.filter(is_staff=True, email="{office}").get()
group = found_group(name="{group}", actor=office, purpose="Mindre venting i sveis og lakk.", reference="Sak 12/26")
activate_group(group, actor=office, on_day=oslo_today(), reference="Sak 12/26")
for email, kind in (("{leader}", "leader"), ("{board}", "member")):
    tie = Affiliation.objects.get(user__email=email)
    seat(group, tie, kind=kind, from_day=oslo_today(), actor=office, reference="Sak 12/26")
print(group.slug)
"""


def office_signs_in(page, stack):
    """In the demo by its password; in production as a fresh account with an authenticator app."""
    if stack.is_demo:
        sign_in_by_password(page, "staff@demo.example")
        return "staff@demo.example"
    address = "kontor@klynge.example"
    stack.manage("createstaff", address, "--name", "Kari Kontor")
    sign_in_by_code(page, stack, address)
    expect(page.get_by_text("Som ansatt trenger du")).to_be_visible()
    page.goto("/accounts/2fa/totp/activate/")
    picture(page, "office-totp")
    page.get_by_label("Kode fra appen").fill(totp(page.locator("#authenticator_secret").input_value()))
    press(page, "Ta i bruk")
    page.wait_for_url("**/recovery-codes/**")
    picture(page, "office-recovery")
    return address


def office_imports(page):
    page.goto("/staff/import/")
    page.locator("input[type=file]").set_input_files(
        {
            "name": "medlemmer.xlsx",
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": sheet(),
        }
    )
    press(page, "Se hva som blir endret")
    rows = page.get_by_role("table", name="Kort fortalt").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("Bedrifter10")
    expect(rows.nth(2)).to_contain_text("Personer40")
    picture(page, "office-preview")
    press(page, "Importer dette")
    expect(page.get_by_text("Importert. Ingen har fått e-post.")).to_be_visible()


def office_founds(stack, office, leader, board):
    words = SEATS.format(group=GROUP, office=office, leader=leader.email, board=board.email)
    assert SLUG in stack.manage("shell", "-c", words)


def claim(page, stack, who):
    """Sign up with an address that the office has imported: a code to it, and the account is theirs."""
    page.goto("/accounts/signup/")
    page.get_by_label("Navn").fill(who.name)
    page.get_by_label("E-post på jobb").fill(who.email)
    press(page, "Gå videre")
    type_code(page, stack.mail(who.email, "Bekreft"))
    page.wait_for_url("**/me/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Hei, {who.first}")


def leader_writes_meeting(page):
    """A draft with a round of input; the page that follows shows who gets what."""
    starts = timezone.localtime(timezone.now(), ZoneInfo("Europe/Oslo")) + timedelta(days=9)
    page.goto(f"/groups/{SLUG}/")
    picture(page, "leader-group")
    page.goto(f"/meetings/new/?group={SLUG}")
    page.get_by_label("Tittel").fill(TITLE)
    page.get_by_label("Slags møte").select_option("kickoff")
    page.get_by_label("Hva det handler om").fill("Vi samler det som stopper oss, og velger hva vi tar tak i først.")
    page.get_by_label("Dag", exact=False).first.fill(f"{starts:%Y-%m-%d}")
    page.get_by_label("Fra").fill("12:00")
    page.get_by_label("Til", exact=False).first.fill("15:00")
    page.get_by_label("Sted").fill("Damphuset, Orkanger")
    page.locator("[name='agenda-0-title']").fill("Velkommen")
    page.locator("[name='agenda-0-minutes']").fill("15")
    page.locator("[name='agenda-1-title']").fill("Hva stopper flyten?")
    page.locator("[name='agenda-1-minutes']").fill("90")
    page.get_by_label(GROUP).uncheck()
    lines = [f"{one.name}\t{one.email}\t{one.company}" for one in GUESTS]
    page.get_by_label("Adresser, én på hver linje").fill("\n".join(lines))
    page.get_by_label("Antall plasser").fill(str(PLACES))
    page.get_by_label("Spørsmål å tenke på før møtet").fill(QUESTION)
    press(page, "Lagre utkastet og se hvem som får hva")


def leader_calls(page):
    """40 people in the preview, in the language of each; one press."""
    expect(page.get_by_role("heading", name="40 personer inviteres fra 10 bedrifter")).to_be_visible()
    for words in ("Norsk bokmål: 37", "Norsk nynorsk: 2", "English: 1"):
        expect(page.get_by_role("heading", name=words)).to_be_visible()
    picture(page, "leader-preview")
    press(page, "Kall inn: 40 e-poster")
    expect(page.get_by_text("Møtet er innkalt. 40 e-poster er på vei.")).to_be_visible()
    picture(page, "leader-called")
    return re.search(r"/meetings/(\d+)/", page.url)[1]


def invitations(stack):
    """The mails of the call, by address."""

    def all_there():
        found = [mail for mail in stack.mails() if TITLE in str(mail["Subject"]) or TITLE in text_of(mail)]
        found = [mail for mail in found if link_in(mail, "r")]
        return found if len(found) >= len(GUESTS) else None

    mails = until(all_there, "40 invitations")
    assert len(mails) == len(GUESTS)
    return {str(mail["To"].addresses[0].addr_spec): mail for mail in mails}


def link_in(mail, kind):
    """The personal link for answering ("r") or for input ("c"), as a path."""
    found = re.search(rf"https?://localhost:\d+(/{kind}/[^\s/?]+/)", text_of(mail))
    return found and found[1]


def answer(visits, mail, word, name=None):
    """Open the link of the mail on a phone and press one of the three."""
    page = visits.page(PHONE)
    page.goto(link_in(mail, "r"))
    if name:
        picture(page, f"{name}-before")
    press(page, word)
    page.wait_for_load_state()
    if name:
        picture(page, f"{name}-after")
    return page


def write_input(page, text, *, area="Produksjon", who=None, company=None):
    """Fill the form of one input and send it."""
    page.get_by_label("Innspillet ditt").fill(text)
    for words in (area, "Hver uke", "1–4 timer", "2–3"):
        tile(page, words)
    if company:
        page.get_by_label("Hvilken bedrift er du fra?").select_option(label=company)
    if who:
        tile(page, who)
    press(page, "Send innspillet")
    expect(page.get_by_role("heading", level=1)).to_have_text("Innspillet er sendt")


def tile(page, words):
    """Choose by the first words of a tile."""
    page.locator("label").filter(has_text=re.compile(rf"^\s*{words}")).first.click()
