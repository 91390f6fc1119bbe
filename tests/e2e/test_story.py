"""From a spreadsheet of members to a writer who sees what became of the input, with real processes and a browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import story
from tests.e2e.people import GUESTS
from tests.e2e.stack import text_of
from tests.e2e.story import GROUP, PLACES, QUESTION, SLUG
from tests.e2e.visits import PHONE, picture, press, sign_in_by_code

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("processes")]

LEADER, BOARD, WRITER = GUESTS[0], GUESTS[11], GUESTS[23]
PAINT = "Lakken må tørke ute i hallen, og da står trucken og venter."
DRAWING = "Tegningene ligger tre steder, og vi sveiser etter feil versjon."
PAPER = "Timelistene føres på papir og tastes inn to ganger."
NIGHT = "Nattskiftet får aldri vite hva dagskiftet har bestemt."


@pytest.fixture(params=["production", "demo"])
def stack(request):
    return request.getfixturevalue(f"{request.param}_stack")


def test_the_thread_runs(stack, visit):
    visits = visit(stack)
    call_the_kickoff(stack, visits)
    mails = check_mails(stack)
    speak_their_language(visits, mails)
    answer_on_the_phone(stack, visits, mails)
    code = give_input(visits, mails)
    sort_on_the_desk(stack, visits)
    see_what_became_of_it(stack, visits, code)


def call_the_kickoff(stack, visits):
    office = visits.page()
    story.office_signs_in(office, stack)
    story.office_imports(office)
    assert not [mail for mail in stack.mails() if "ulvasen.example" in mail["To"]], "importing mails nobody"
    story.office_founds(office, LEADER, BOARD)
    leader = visits.leader = visits.page()
    story.claim(leader, stack, LEADER)
    story.leader_writes_meeting(leader)
    visits.meeting = story.leader_calls(leader)


def check_mails(stack):
    mails = story.invitations(stack)
    assert set(mails) == {one.email for one in GUESTS}
    assert len({mail["Message-ID"] for mail in mails.values()}) == len(GUESTS)
    for kind in ("r", "c"):
        assert len({story.link_in(mail, kind) for mail in mails.values()}) == len(GUESTS)
    for one in GUESTS:
        check_mail(mails[one.email], one)
    return mails


def check_mail(mail, one):
    kinds = [part.get_content_type() for part in mail.walk()]
    assert [kinds.count(kind) for kind in ("text/plain", "text/html", "text/calendar")] == [1, 1, 1]
    assert mail["Auto-Submitted"] == "auto-generated"
    hello = {"nb": "Hei, ", "nn": "Hei, ", "en": "Hello, "}[one.language] + one.first
    words = {"nb": "inviterer deg", "nn": "inviterer deg", "en": "invites you"}[one.language]
    assert hello in text_of(mail)
    assert words in text_of(mail)
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar").get_content()
    assert "METHOD:REQUEST" in calendar
    assert f"mailto:{one.email}" in calendar.replace("\r\n ", "").replace("\n ", "")


def answer_on_the_phone(stack, visits, mails):
    """Twelve people: six fill the meeting, one waits, and moves up when another cannot come."""
    guests = (one for one in GUESTS[1:] if one.language == "nb")
    seated = [next(guests) for _ in range(PLACES)]
    for at, one in enumerate(seated):
        page = story.answer(visits, mails[one.email], "Ja, jeg kommer", "answer-yes" if at == 0 else None)
        expect(page.get_by_text("Du kommer.")).to_be_visible()
    waiting = next(guests)
    page = story.answer(visits, mails[waiting.email], "Ja, jeg kommer", "answer-queue")
    expect(page.get_by_text("Du er nummer 1 på ventelista.")).to_be_visible()
    page = story.answer(visits, mails[next(guests).email], "Kanskje", "answer-maybe")
    expect(page.get_by_text("Du svarte kanskje.")).to_be_visible()
    for _ in range(2):
        page = story.answer(visits, mails[next(guests).email], "Nei, jeg kan ikke")
        expect(page.get_by_text("Du kommer ikke.")).to_be_visible()
    hand_over(stack, visits, mails[next(guests).email])
    page = story.answer(visits, mails[seated[2].email], "Nei, jeg kan ikke", "answer-changed")
    expect(page.get_by_text("Du kommer ikke.")).to_be_visible()
    stack.mail(waiting.email, "plass")
    page = visits.page(PHONE)
    page.goto(story.link_in(mails[waiting.email], "r"))
    expect(page.get_by_text("Du kommer.")).to_be_visible()
    picture(page, "answer-moved-up")
    visits.leader.goto(f"/meetings/{visits.meeting}/invitations/")
    picture(visits.leader, "leader-answers")


def speak_their_language(visits, mails):
    """The browser says bokmål, but the mail and its page speak as the person wants."""
    for at, words in ((4, "Ja, eg kjem"), (14, "Yes, I am coming")):
        page = visits.page(PHONE)
        page.goto(story.link_in(mails[GUESTS[at].email], "r"))
        expect(page.get_by_role("button", name=words)).to_be_visible()


def hand_over(stack, visits, mail):
    page = visits.page(PHONE)
    page.goto(story.link_in(mail, "r"))
    page.get_by_text("Send en kollega i stedet").click()
    host = mail["To"].addresses[0].domain
    page.locator("#id_email").fill(f"vikar@{host}")
    page.locator("#id_name").fill("Vidar Vikar")
    picture(page, "hand-over")
    press(page, "Send kollegaen i stedet for meg")
    expect(page.get_by_text("En kollega kommer i stedet for deg.")).to_be_visible()
    picture(page, "handed-over")
    assert story.link_in(stack.mail(f"vikar@{host}", story.TITLE), "r")


def give_input(visits, mails):
    """Two by the personal link, two by the code on the wall; returns the anonymous writer's receipt code."""
    page = visits.page(PHONE)
    page.goto(story.link_in(mails[WRITER.email], "c"))
    expect(page.get_by_role("heading", level=1)).to_have_text(QUESTION)
    picture(page, "input-personal")
    story.write_input(page, PAINT, who="Alle i gruppa")
    picture(page, "input-sent")
    page = visits.page(PHONE)
    page.goto(story.link_in(mails[GUESTS[5].email], "c"))
    story.write_input(page, DRAWING)
    page = room_page(visits)
    story.write_input(page, PAPER, area="Administrasjon", company=GUESTS[3].company, who="Bare bedriften")
    page = room_page(visits)
    story.write_input(page, NIGHT, who="Ingen")
    picture(page, "input-anonymous-sent")
    return page.locator("section", has_text="Kvitteringskoden din").locator(".tk-num").inner_text()


def room_page(visits):
    """What a phone opens from the code on the wall; the leader has opened the room's door."""
    if not hasattr(visits, "code"):
        wall = visits.leader
        wall.goto(f"/groups/{SLUG}/wall/")
        press(wall, "Åpne døra i tre timer")
        expect(wall.get_by_role("img", name="QR-kode til skjemaet")).to_be_visible()
        picture(wall, "wall")
        visits.code = wall.locator(".display-2").inner_text()
    page = visits.page(PHONE)
    page.goto("/c/")
    page.get_by_role("textbox").fill(visits.code)
    press(page, "Gå videre")
    page.wait_for_url(re.compile(r"/c/[^/]{10,}/"))
    picture(page, "input-room")
    return page


def sort_on_the_desk(stack, visits):
    board = visits.page()
    sign_in_by_code(board, stack, BOARD.email)
    board.goto(f"/groups/{SLUG}/desk/")
    picture(board, "desk-empty")
    for name in ("Flyt i hallen", "Papir og tegninger"):
        board.get_by_label("Hva heter det?").fill(name)
        press(board, "Lag tema")
        expect(board.get_by_role("heading", name=name)).to_be_visible()
    move_by_pointer(board, PAINT, "Flyt i hallen")
    move_by_keyboard(board, DRAWING, "Papir og tegninger")
    move_by_keyboard(board, NIGHT, "Flyt i hallen")
    picture(board, "desk-sorted")
    answer_writer(board)
    start_project(board)


def column(page, name):
    return page.locator("[data-column]", has=page.get_by_role("heading", name=name))


def moved(page, text, theme):
    """The slip lies there, and the desk listens to keys again: each step loads the page anew."""
    expect(column(page, theme)).to_contain_text(text)
    page.wait_for_load_state()


def move_by_pointer(page, text, theme):
    page.locator(".tk-slip", has_text=text).drag_to(column(page, theme))
    moved(page, text, theme)


def move_by_keyboard(page, text, theme):
    page.get_by_role("checkbox", name=text).focus()
    page.keyboard.press("Space")
    page.keyboard.press("f")
    expect(page.get_by_label("Flytt til tema")).to_be_focused()
    page.keyboard.type(theme[:4])
    page.keyboard.press("Enter")
    moved(page, text, theme)


def answer_writer(page):
    page.get_by_role("checkbox", name=PAPER).check()
    page.get_by_role("form", name="Flytt valgte lapper").get_by_text("Mer", exact=True).click()
    press(page, "Svar dem som skrev")
    page.get_by_role("textbox").fill("Dette løses av det nye lønnssystemet i mars.")
    picture(page, "desk-answer")
    page.locator("main").get_by_role("button").first.click()
    expect(column(page, "Besvart")).to_contain_text(PAPER[:30])


def start_project(page):
    page.get_by_role("link", name="Endre Flyt i hallen").click()
    page.get_by_role("link", name="Start prosjekt fra dette temaet").click()
    page.get_by_label("Tittel").first.fill("Tørketelt i hallen")
    page.get_by_label("Hva er annerledes når det er ferdig?").fill("Trucken kommer fram hele dagen.")
    page.get_by_label("Eierbedrift").select_option(label=LEADER.company)
    picture(page, "project-start")
    press(page, "Start prosjektet")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tørketelt i hallen")
    picture(page, "project")


def see_what_became_of_it(stack, visits, code):
    page = visits.page(PHONE)
    sign_in_by_code(page, stack, WRITER.email)
    page.goto("/me/")
    picture(page, "writer-me")
    page.get_by_role("link", name=PAINT).click()
    thread = page.locator(".tk-thread")
    for words in ("Flyt i hallen", "Tørketelt i hallen"):
        expect(thread).to_contain_text(words)
    picture(page, "writer-thread")
    stack.mail(WRITER.email, "Tørketelt i hallen")
    other = visits.page(PHONE)
    other.goto("/receipt/")
    other.get_by_role("textbox").fill(code)
    press(other, "Finn det")
    expect(other.get_by_text(NIGHT)).to_be_visible()
    expect(other.locator("main")).to_contain_text("Flyt i hallen")
    picture(other, "anonymous-receipt")
    assert GROUP in other.locator("main").inner_text()
