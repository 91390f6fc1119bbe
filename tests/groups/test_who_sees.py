"""Who sees who wrote it: the writer's choice against every reader."""

import pytest

from groups.counting import by_company, round_counts
from groups.rules import byline
from tests.factories.groups import AnonymousInputFactory, InputFactory, MembershipFactory, SupportFactory
from tests.factories.members import AffiliationFactory, CompanyFactory

pytestmark = pytest.mark.django_db
NAME, COMPANY = "Hemmelige Henriksen", "Røpesystemer AS"


@pytest.fixture
def writer(group):
    tie = AffiliationFactory(user__name=NAME, company__name=COMPANY)
    MembershipFactory(group=group, affiliation=tie)
    return tie


# visibility: what a member, the board, the cluster board and staff see (name, company)
SEEN = {
    "named": {"member": (1, 1), "board_member": (1, 1), "chair": (1, 1), "staff": (1, 1)},
    "company": {"member": (0, 1), "board_member": (0, 1), "chair": (0, 1), "staff": (0, 1)},
    "board": {"member": (0, 0), "board_member": (1, 1), "chair": (0, 0), "staff": (0, 0)},
    "anonymous": {"member": (0, 0), "board_member": (0, 0), "chair": (0, 0), "staff": (0, 0)},
}


@pytest.mark.parametrize("visibility", SEEN)
@pytest.mark.parametrize("reader", ["member", "board_member", "chair", "staff"])
def test_the_list_shows_no_more_than_the_writer_chose(request, client_of, found, group, writer, visibility, reader):
    if visibility == "anonymous":
        AnonymousInputFactory(round=found)
    else:
        InputFactory(round=found, affiliation=writer, visibility=visibility)
    person = request.getfixturevalue(reader)
    page = client_of(person).get(f"/groups/{group.slug}/input/").content.decode()
    assert (NAME in page, COMPANY in page) == tuple(map(bool, SEEN[visibility][reader])), (visibility, reader)


@pytest.mark.parametrize("person", ["outsider", "other_member", "newcomer", "contact"])
def test_outsiders_do_not_know_that_the_list_exists(request, client_of, found, group, person):
    item = InputFactory(round=found)
    client = client_of(request.getfixturevalue(person))
    assert client.get(f"/groups/{group.slug}/input/").status_code == 404
    assert client.get(item.get_absolute_url()).status_code == 404


def test_the_writer_sees_their_own_in_full(writer):
    for visibility in ("named", "company", "board"):
        item = InputFactory(affiliation=writer, visibility=visibility)
        assert byline(item, own=True).name == NAME


def test_a_company_is_counted_once_with_its_plants(found):
    top = CompanyFactory()
    plants = [CompanyFactory(parent=top), CompanyFactory(parent=top), CompanyFactory(parent=top, counts_by_itself=True)]
    for plant in plants:
        InputFactory(round=found, affiliation=AffiliationFactory(company=plant))
    SupportFactory(input=InputFactory(round=found, affiliation=AffiliationFactory(company=top)))
    assert round_counts(found).companies == 3


def test_nothing_is_told_about_one_or_two_companies(found):
    for _ in range(2):
        InputFactory(round=found, visibility="named")
    counts = round_counts(found)
    assert not counts.shows_companies
    assert by_company(found, counts) == []
    InputFactory(round=found, visibility="named")
    counts = round_counts(found)
    assert len(by_company(found, counts)) == 3


def test_counts_by_company_leave_out_those_who_hide(found, writer):
    InputFactory(round=found, affiliation=writer, visibility="board")
    for _ in range(3):
        InputFactory(round=found, visibility="company")
    assert COMPANY not in dict(by_company(found, round_counts(found)))


def test_unconfirmed_companies_stand_apart(found):
    InputFactory.create_batch(3, round=found)
    InputFactory(round=found, author=None, affiliation=None, company=CompanyFactory(), company_confirmed=False)
    counts = round_counts(found)
    assert (counts.companies, counts.unconfirmed) == (3, 1)


def test_a_person_with_two_companies_says_which_of_them_has_it_too(client_of, found, member):
    item, second = InputFactory(round=found), AffiliationFactory(user=member, is_main=False)
    browser, path = client_of(member), f"/input/{item.pk}/support/"
    page = browser.get(f"{path}?company={second.company_id}")
    assert page.context["company"] == second.company
    assert "Kobberheim Stål AS" in page.content.decode()
    browser.post(path, {"company": second.company_id})
    assert [row.company for row in item.supports.all()] == [second.company]
    browser.post(f"{path}withdraw/", {"company": second.company_id})
    assert not item.supports.exists()


def test_the_office_is_not_told_which_companies_wrote_for_the_board_alone(
    client_of, found, group, staff, leader, company
):
    InputFactory(round=found, affiliation=None, company=company, company_confirmed=False, visibility="board", door="qr")
    path = f"/groups/{group.slug}/input/"
    assert company.name in client_of(leader).get(path).content.decode()
    assert company.name not in client_of(staff).get(path).content.decode()
