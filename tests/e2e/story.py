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
DECISION = "Klyngestyret, sak 12/26"
TITLE = "Oppstart for Sveis og overflate"
PLACES = 6


def office_signs_in(page, stack):
    """In the demo by its password; in production as a fresh account with an authenticator app."""
    if stack.is_demo:
        sign_in_by_password(page, "staff@demo.example")
        return
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


def office_founds(page, leader, board):
    """In the admin, with the reference of the cluster board's decision: the group, its start, and two seats."""
    page.goto("/admin/groups/group/add/")
    page.locator("[name=name]").fill(GROUP)
    page.locator("[name=purpose]").fill("Mindre venting i sveis og lakk.")
    page.locator("[name=founding_reference]").fill(DECISION)
    press(page, "Lagre", exact=True)
    page.goto("/admin/groups/group/?q=Sveis")
    page.get_by_role("link", name=GROUP).click()
    picture(page, "admin-group")
    page.get_by_role("link", name="Start gruppa").or_(page.get_by_role("button", name="Start gruppa")).first.click()
    page.locator("[name=reference]").fill(DECISION)
    picture(page, "admin-start")
    page.locator("#content").get_by_role("button").last.click()
    for who, kind in ((leader, "leader"), (board, "member")):
        seat(page, who, kind)


def seat(page, who, kind):
    page.goto("/admin/groups/role/add/")
    choose(page, "group", GROUP)
    choose(page, "affiliation", who.name)
    page.locator("[name=kind]").select_option(kind)
    page.locator("[name=decision_reference]").fill(DECISION)
    picture(page, "admin-seat")
    press(page, "Lagre", exact=True)
    expect(page.locator(".messagelist .success, .messagelist .info").first).to_contain_text(who.name)


def choose(page, field, words):
    """Search in one of the admin's own choosers, and take what it finds."""
    page.locator(f".field-{field} .select2-selection").click()
    page.locator(".select2-search__field").last.fill(words)
    page.locator(".select2-results__option", has_text=words).first.click()


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
    page.get_by_label("Tittel").first.fill(TITLE)
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
    page.get_by_label("Antall plasser", exact=True).fill(str(PLACES))
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
