"""What hostile tests share: everybody's eyes on everything, what the database holds, and what must never be live."""

import re
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from tests.test_access import ROLES, TABLE

# Sessions come and go with looking; nothing else may.
MAY_CHANGE = {"django_session", "usersessions_usersession"}
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|TRUNCATE|ALTER|CREATE|DROP)\b[^\"`]*[\"`]?(\w*)", re.IGNORECASE)


@pytest.fixture
def people(scene, newcomer, outsider, colleague, contact, member, other_member, board_member, leader, chair, staff):
    """The roles of the access table."""
    cast = (None, newcomer, outsider, colleague, contact, member, other_member, board_member, leader, chair, staff)
    return dict(zip(ROLES, cast, strict=True))


@pytest.fixture
def addresses(scene):
    """Every address that can be read, by its name."""
    return {row.name: reverse(row.name, kwargs=row.args(scene)) for row in TABLE if row.get}


@pytest.fixture
def doing(scene):
    """Every address that does something, by its name."""
    return {row.name: reverse(row.name, kwargs=row.args(scene)) for row in TABLE if row.post}


def rows():
    """Everything that is stored, sessions left out."""
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    return {
        name: sorted(map(repr, model._base_manager.values_list()))
        for name, model in tables.items()
        if name not in MAY_CHANGE
    }


@pytest.fixture
def nothing_written(db):
    """``with nothing_written():`` what is stored is the same before and after."""

    @contextmanager
    def check():
        before = rows()
        yield
        after = rows()
        assert [name for name in before if before[name] != after[name]] == []

    return check


@contextmanager
def write_trap():
    """The statements that would have written something other than a session."""
    caught = []

    def note(execute, sql, params, many, context):
        found = WRITES.match(sql)
        if found and not any(table in sql for table in MAY_CHANGE):
            caught.append(sql[:160])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield caught


class Live(HTMLParser):
    """Reads a page and remembers what would act: the canary as a tag, an attribute's name, or a link to run."""

    LINKS = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcset"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name.startswith("on") or name == "srcdoc" or "canary" in name:
                self.found.append(f"<{tag} {name}>")
            if name in self.LINKS and re.match(r"\s*(javascript|vbscript|data:text)", value or "", re.IGNORECASE):
                self.found.append(f"<{tag} {name}={value[:60]}>")
        if "canary" in tag or tag in {"base", "embed", "object", "math"}:
            self.found.append(f"<{tag}>")


def live(html):
    """What of a hostile text came alive on a page; nothing, we hope."""
    reader = Live()
    reader.feed(html)
    reader.close()
    return reader.found


PAGES = {"text/html", "application/xhtml+xml", "image/svg+xml"}


def live_on(answer):
    """The same of an answer. A file is no page: with ``nosniff``, which has a test of its own, a browser reads none as
    HTML, and the octets of a PDF may look like anything.
    """
    is_page = answer.get("Content-Type", "").partition(";")[0] in PAGES
    return live(answer.content.decode(errors="replace")) if is_page else []


class Forms(HTMLParser):
    """The forms of a page: where they go, and their fields with what stands in them."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.forms, self.form, self.area, self.select = [], None, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.form = {
                "action": attrs.get("action") or "",
                "method": (attrs.get("method") or "get").lower(),
                "fields": {},
                "texts": [],
                "long": [],
            }
            self.forms.append(self.form)
        elif self.form is not None and attrs.get("name"):
            self._field(tag, attrs)
        elif self.form is not None and tag == "option" and self.select:
            self._option(attrs)

    def _field(self, tag, attrs):
        name, kind = attrs["name"], attrs.get("type", "text")
        if tag == "textarea":
            self.area, self.form["fields"][name] = name, ""
            self.form["texts"].append(name)
            self.form["long"].append(name)
        elif tag == "select":
            self.select = name
        elif tag == "input" and kind in {"radio", "checkbox"}:
            if "checked" in attrs or name not in self.form["fields"]:
                self.form["fields"][name] = attrs.get("value", "on")
        elif tag == "input" or (tag == "button" and attrs.get("value")):
            self.form["fields"].setdefault(name, attrs.get("value") or "")
            if tag == "input" and kind in {"text", "search", "email", "tel", "url", "password"}:
                self.form["texts"].append(name)

    def _option(self, attrs):
        if attrs.get("value") and ("selected" in attrs or self.select not in self.form["fields"]):
            self.form["fields"][self.select] = attrs["value"]

    def handle_data(self, data):
        if self.area and self.form is not None:
            self.form["fields"][self.area] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None


def forms_of(html):
    """The forms of a page that post."""
    reader = Forms()
    reader.feed(html)
    reader.close()
    return [form for form in reader.forms if form["method"] == "post"]
