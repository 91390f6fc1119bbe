"""The admin wears the portal's wordmark and colours, and its search field has a label with words."""

import re

import pytest

from members.models import User


@pytest.fixture
def office(client, db):
    user = User.objects.create_superuser("office@demo.example", "a long enough password")
    client.force_login(user)
    return client


@pytest.mark.usefixtures("_without_second_factor")
def test_admin_has_our_wordmark_style_sheet_and_icon(office):
    page = office.get("/admin/").content.decode()
    assert "img/brand.svg#wordmark" in page
    assert "css/admin.css" in page
    assert "icons/favicon.svg" in page


@pytest.mark.usefixtures("_without_second_factor")
def test_search_field_of_a_list_has_a_label_with_words(office):
    page = office.get("/admin/mail/message/", headers={"accept-language": "nb"}).content.decode()
    assert re.search(r'<label for="searchbar">\s*Søk\s*</label>', page)


@pytest.fixture
def _without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
