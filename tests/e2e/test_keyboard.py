"""The essential path with a keyboard alone: no pointer, and at each stop one sees where one is."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visits import DEMO_PASSWORD, picture

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.xdist_group("processes")]

TEXT = "Kranen er opptatt hver morgen, og tre mann venter på den."
# Whether what has the focus, or what it is drawn by, has an outline and lies inside the window.
IS_VISIBLE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return false;
  const seen = (node) => {
    const style = getComputedStyle(node), box = node.getBoundingClientRect();
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outlined && box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  };
  return [at, at.closest("label, .form-check, .tk-slip")].some((node) => node && seen(node));
}"""
NAME = """() => {
  const at = document.activeElement;
  const labels = [...(at.labels ?? [])].map((label) => label.innerText);
  return [at.getAttribute("aria-label") ?? "", ...labels, at.innerText ?? "", at.value ?? ""].join(" ").trim();
}"""


class Keys:
    """Somebody without a pointer."""

    def __init__(self, page):
        self.page = page
        page.add_init_script(
            "for (const kind of ['pointerdown', 'mousedown', 'touchstart'])"
            " addEventListener(kind, () => console.error('a pointer was used'), true);"
        )

    def to(self, words, most=80, key="Tab"):
        """Press Tab until what has the focus carries the words; it must be seen at every stop."""
        for _ in range(most):
            self.page.keyboard.press(key)
            assert self.page.evaluate(IS_VISIBLE), f"no visible focus on {self.page.evaluate(NAME)!r}"
            if re.search(words, self.page.evaluate(NAME)):
                return
        raise AssertionError(f"{words!r} cannot be reached on {self.page.url}")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, words):
        self.page.keyboard.type(words)


def test_sign_in_answer_write_and_sort_with_keys_alone(demo_stack, visit):
    visits = visit(demo_stack)
    page = visits.page()
    keys = Keys(page)
    sign_in(keys, "member@demo.example")
    answer(keys)
    write(keys)
    board = visits.page()
    keys = Keys(board)
    sign_in(keys, "board@demo.example")
    sort(keys)


def sign_in(keys, email):
    keys.page.goto("/accounts/login/")
    keys.to("^Hopp til innholdet")
    keys.to("^Logg inn med en passnøkkel")
    keys.to(r"^E-post\b")
    keys.type(email)
    keys.to("^Passord")
    keys.type(DEMO_PASSWORD)
    keys.press("Enter")
    keys.page.wait_for_url("**/me/**")


def answer(keys):
    """What waits stands on My page: yes, and one hears that it is noted."""
    keys.to("^Ja")
    keys.press("Enter")
    expect(keys.page.get_by_text("Du kommer", exact=False).first).to_be_visible()
    picture(keys.page, "keys-answered")


def write(keys):
    """From My page to the form, through all of it, to the receipt."""
    keys.to("^Gi innspill")
    keys.press("Enter")
    keys.page.wait_for_url("**/input/new/**")
    keys.to("^Innspillet ditt")
    keys.type(TEXT)
    keys.to("^Flaskehals")
    keys.to("^Produksjon")
    keys.press("Space")
    keys.to("^Hver dag")
    keys.press("Space", "ArrowDown")
    keys.to("^Under 15 min")
    keys.press("Space")
    keys.to("^Bare bedriften|^Alle i gruppa")
    keys.to("^Send innspillet")
    picture(keys.page, "keys-writing")
    keys.press("Enter")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Innspillet er sendt")


def sort(keys):
    """From My page to the desk; the slip goes into a theme and comes back."""
    keys.to("^Åpne bordet")
    keys.press("Enter")
    keys.page.wait_for_url("**/desk/**")
    keys.to("^Temaer med innspill", most=60)
    keys.press("ArrowDown")
    for _ in range(30):
        if TEXT[:20] in keys.page.evaluate(NAME):
            break
        keys.press("ArrowDown")
        assert keys.page.evaluate(IS_VISIBLE)
    assert TEXT[:20] in keys.page.evaluate(NAME)
    keys.press("Space", "f")
    keys.type("Intern")
    picture(keys.page, "keys-desk")
    keys.press("Enter")
    slip = keys.page.locator("[data-column]", has=keys.page.get_by_role("heading", name="Intern kommunikasjon"))
    expect(slip).to_contain_text(TEXT)
    undo(keys, slip)


def undo(keys, slip):
    keys.page.reload()
    keys.to("^Angre siste steg", most=30)
    keys.press("Enter")
    expect(slip).not_to_contain_text(TEXT)
    picture(keys.page, "keys-undone")
