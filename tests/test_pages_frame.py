"""The frame of every page: menus, switches, icons, manifest, error pages, and what no template may hold."""

import re
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from members.models import ClusterSettings, User
from thamsklyngen import errors

TEMPLATES = Path(settings.BASE_DIR, "templates")
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts)
ERRORS = ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html"]


@pytest.fixture
def person(db):
    return User.objects.create_user("marte@fjordplast.example", name="Marte Hauglien")


@pytest.fixture
def somewhere(client, db):
    """Any page in the usual frame: the one that is always there."""
    return lambda **headers: client.get("/no-such-page/", headers=headers).content.decode()


# What no template may hold


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_holds_script_or_style_of_its_own(path):
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", path.read_text(), flags=re.DOTALL)
    scripts = [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "application/json" not in tag]
    assert scripts == []
    assert not re.search(r"<style|\sstyle=", text)
    assert not re.search(r"\son(click|change|submit|input|load|error|key\w+)=", text)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_asks_another_site_for_anything(path):
    assert not re.search(r"""(?:src|<link[^>]+href)=["'](?:https?:)?//""", path.read_text())


def test_every_component_names_its_parameters_in_the_first_line():
    silent = [path.name for path in (TEMPLATES / "components").glob("*.html") if not path.read_text().startswith("{#")]
    assert silent == []


def test_style_sheets_ask_no_other_site():
    for sheet in Path(settings.BASE_DIR, "static").rglob("*.css"):
        text = sheet.read_text()
        assert not re.search(r"url\([\"']?(https?:)?//", text), sheet
        assert "sourceMappingURL" not in text, sheet


# The frame


def test_frame_begins_with_a_skip_link_to_the_one_main(somewhere):
    page = somewhere()
    body = page[page.index("<body") :]
    assert re.search(r'<body[^>]*>\s*<a class="tk-skip" href="#innhold">', body)
    assert page.count('<main id="innhold"') == 1
    assert page.count("<h1") == 1


@pytest.mark.parametrize(
    ("language", "words"), [("nb", "Hva ble det av?"), ("nn", "Kva vart det av?"), ("en", "What became of it?")]
)
def test_menu_speaks_the_readers_language(somewhere, language, words):
    page = somewhere(accept_language=language)
    assert words in page
    assert f'<html lang="{language}"' in page


def test_signed_out_reader_gets_sign_in_that_leads_back_here(somewhere):
    page = somewhere()
    assert "/accounts/login/?next=%2Fno-such-page%2F" in page
    assert "tk-tabbar" not in page


def test_signed_in_person_gets_the_account_menu_and_the_tab_bar(client, person, somewhere):
    client.force_login(person)
    page = somewhere()
    assert "tk-tabbar" in page
    assert "Marte Hauglien" in page
    assert 'action="/accounts/logout/"' in page
    assert 'href="/staff/"' not in page


def test_staff_get_their_own_place_in_the_menu(client, person, somewhere):
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    client.force_login(person)
    assert 'href="/staff/"' in somewhere()


def test_the_frame_costs_no_more_queries_than_session_person_and_cluster(client, person, django_assert_max_num_queries):
    client.force_login(person)
    with django_assert_max_num_queries(4):
        client.get("/no-such-page/")


def test_office_address_and_name_come_from_the_settings(somewhere):
    ClusterSettings.objects.create(pk=1, name="Fjordklyngen", office_email="post@fjord.example")
    page = somewhere()
    assert "Fjordklyngen" in page
    assert "mailto:post@fjord.example" in page


def test_the_bell_counts_what_waits_and_not_what_is_answered(client, person, somewhere, monkeypatch):
    client.force_login(person)
    assert "tk-dot" not in somewhere()
    monkeypatch.setattr("thamsklyngen.context.waiting_count", lambda user, now: 2)
    assert '<span class="tk-dot" aria-hidden="true">2</span>' in somewhere()


# Switches


def test_theme_is_kept_on_the_device_and_set_before_the_page_is_drawn(client, db, somewhere):
    client.post("/theme/", {"theme": "dark", "next": "/"})
    assert 'data-bs-theme="dark"' in somewhere()
    client.post("/theme/", {"theme": "system", "next": "/"})
    assert "data-bs-theme" not in somewhere()


def test_an_unknown_theme_means_the_systems_own(client, db, somewhere):
    client.post("/theme/", {"theme": '"><script>', "next": "/"})
    assert "data-bs-theme" not in somewhere()


def test_language_is_kept_on_the_device(client, db, somewhere):
    client.post("/language/", {"language": "nn", "next": "/"})
    assert '<html lang="nn"' in somewhere(accept_language="en")


def test_language_follows_the_signed_in_person(client, person):
    client.force_login(person)
    client.post("/language/", {"language": "en", "next": "/"})
    person.refresh_from_db()
    assert person.language == "en"


def test_an_unknown_language_changes_nothing(client, person):
    client.force_login(person)
    response = client.post("/language/", {"language": "xx", "next": "/"})
    person.refresh_from_db()
    assert response.status_code == 302
    assert person.language == "nb"


@pytest.mark.parametrize("path", ["/theme/", "/language/"])
def test_switches_lead_back_to_pages_of_ours_only(client, db, path):
    assert client.post(path, {"next": "/groups/"}).url == "/groups/"
    assert client.post(path, {"next": "https://evil.example/"}).url == "/"
    assert client.get(path).status_code == 405


# Icons, manifest, colours


def test_manifest_names_the_cluster_and_icons_that_exist(client, db):
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    content = manifest.json()
    assert content["name"] == "Thamsklyngen"
    for icon in content["icons"]:
        assert Path(settings.BASE_DIR, "static", icon["src"].partition("static/")[2]).exists()


def test_every_static_file_that_the_frame_names_is_served(client, somewhere):
    for path in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', somewhere())):
        with closing(client.get(path)) as response:
            assert response.status_code == 200, path


def test_colours_of_the_mark_come_from_the_settings(client, db, somewhere):
    assert "/cluster.css" not in somewhere()
    ClusterSettings.objects.create(pk=1, ring_colour="#112233")
    assert "/cluster.css" in somewhere()
    assert "--tk-cluster-ring: #112233;" in client.get("/cluster.css").content.decode()


def test_logo_is_served_only_as_a_picture_that_carries_no_script(client, db, somewhere):
    cluster = ClusterSettings.objects.create(pk=1, logo=b"<svg onload=alert(1)>")
    assert client.get("/cluster-logo").status_code == 404
    cluster.logo = b"\x89PNG\r\n\x1a\n"
    cluster.save(update_fields=["logo"])
    assert client.get("/cluster-logo")["Content-Type"] == "image/png"
    assert 'src="/cluster-logo"' in somewhere()


def test_robots_keep_out_of_personal_links(client, db):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /r/" in text
    assert "Disallow: /c/" in text


# Error pages


@pytest.mark.parametrize("template", ERRORS)
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_error_page_stands_in_every_language_without_any_context(template, language):
    with translation.override(language):
        page = render_to_string(template, errors.BARE)
    assert f'<html lang="{language}"' in page
    assert page.count("<h1") == 1
    assert re.search(r"<title>[^<]+</title>", page)


def test_error_pages_differ_between_the_languages():
    pages = set()
    for language in ("nb", "nn", "en"):
        with translation.override(language):
            pages.add(render_to_string("500.html", errors.BARE))
    assert len(pages) == 3


def test_500_is_a_page_even_when_the_database_is_down(rf: RequestFactory, monkeypatch):
    monkeypatch.setattr(ClusterSettings.objects, "filter", _fail)
    response = errors.server_error(rf.get("/me/"))
    assert response.status_code == 500
    assert b"<h1" in response.content


def test_404_falls_back_to_the_bare_frame_when_the_database_is_down(rf: RequestFactory, monkeypatch):
    monkeypatch.setattr("thamsklyngen.context._cluster", _fail)
    request = rf.get("/me/")
    request.user = User()
    response = errors.not_found(request, Exception())
    assert response.status_code == 404
    assert b"<h1" in response.content
    assert b"tk-footer" not in response.content


def _fail(*args, **kwargs):
    raise DatabaseError("gone")


def test_403_says_who_the_page_is_for(rf: RequestFactory, person):
    request = rf.get("/groups/x/desk/")
    request.user = person
    page = errors.forbidden(request, PermissionDenied("This page is for the group board.")).content.decode()
    assert "This page is for the group board." in page
    assert "Marte Hauglien" in page


def test_only_a_signed_in_reader_is_led_to_my_page(client, person, somewhere):
    main = re.compile(r'class="btn btn-primary" href="([^"]+)"')
    assert main.findall(somewhere()) == ["/"]
    client.force_login(person)
    assert main.findall(somewhere()) == ["/me/"]


def test_an_error_page_has_the_offices_address_as_a_link(somewhere):
    ClusterSettings.objects.update_or_create(pk=1, defaults={"office_email": "kontoret@example.no"})
    page = somewhere()
    assert 'Hjelp: <a href="mailto:kontoret@example.no">kontoret@example.no</a>' in page


def test_a_form_without_its_token_gets_our_own_page(db):
    client = Client(enforce_csrf_checks=True)
    response = client.post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert "tk-break" in response.content.decode()


# Partial updates


def test_a_partial_update_without_a_session_sends_the_whole_page_to_sign_in(client, db):
    response = client.get("/me/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/me/?a=1"})
    assert response.status_code == 200
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fme%2F%3Fa%3D1"


def test_a_partial_update_comes_back_to_a_path_of_ours_whatever_the_header_says(client, db):
    response = client.get("/me/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/me/"})
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fme%2F"


def test_other_redirects_of_a_partial_update_are_left_alone(client, db):
    response = client.post("/theme/", {"next": "/"}, headers={"HX-Request": "true"})
    assert response.status_code == 302


def test_a_pages_own_theme_and_tabs_do_not_replace_the_frames(scene, leader, client_of):
    leads = client_of(leader)
    theme = leads.get(f"/groups/{scene.group.slug}/desk/themes/{scene.theme.pk}/").content.decode()
    assert "data-bs-theme" not in theme
    for path in ("/meetings/", f"/groups/{scene.group.slug}/members/", f"/groups/{scene.group.slug}/input/"):
        page = leads.get(path).content.decode()
        bar = page[page.index('class="tk-tabbar"') :]
        assert 'href="/me/"' in bar[: bar.index("</nav>")], path


def test_error_pages_without_a_frame_keep_the_chosen_colours():
    request = RequestFactory().get("/", headers={"cookie": "theme=dark"})
    assert 'data-bs-theme="dark"' in errors.bad_request(request, Exception()).content.decode()


@pytest.mark.django_db
def test_sign_in_has_one_way_to_a_forgotten_password(client):
    assert client.get("/accounts/login/").content.decode().count("/accounts/password/reset/") == 1


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/code/"])
def test_both_pages_of_sign_in_ask_for_the_same_fields_in_the_same_words(client, path):
    page = client.get(path, headers={"accept-language": "en"}).content.decode()
    labels = re.findall(
        r'<label[^>]*class="form-label requiredField"[^>]*>\s*([^<]+?)\s*<span class="asteriskField"', page
    )
    assert labels == ["E-mail at work", "E-mail", "Password"]


def test_whoever_signs_out_is_not_offered_the_tabs_of_the_account(client, person):
    client.force_login(person)
    page = client.get("/accounts/logout/").content.decode()
    assert "data-signs-out" in page
    assert "tk-tabs" not in page
