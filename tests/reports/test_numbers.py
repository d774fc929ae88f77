import re
from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from coursesite.assignments.rules import Excuse, Progress
from coursesite.assignments.services import repair_counts
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.rules import Role
from coursesite.reports.rules import STATES
from tests.browser import Browser, Client, Queries
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import MODULE, in_days, require


@dataclass
class Service:
    """A service with two establishments; the manager looks after one, the head after all."""

    whole: Unit
    north: Unit
    visits: Unit
    east: Unit
    manager: Person
    head: Person


@pytest.fixture
def service(session: Session) -> Service:
    organisation = make_organisation(session, name="Prison Service")
    whole = make_unit(session, organisation, "Headquarters")
    north = make_unit(session, organisation, "Northfield <b>", parent=whole)
    visits = make_unit(session, organisation, "Visits", parent=north)
    east = make_unit(session, organisation, "Eastgate", parent=whole)
    manager = make_person(session, north, roles=(Role.MANAGER,), roles_at=north)
    head = make_person(session, whole, roles=(Role.MANAGER,))
    require(session, make_person(session, north), progress=Progress.COMPLETED, due_on=None)
    require(session, make_person(session, visits), due_on=in_days(-1))
    require(session, make_person(session, visits), due_on=in_days(10), excuse=Excuse.WAIVED)
    require(session, make_person(session, east, family_name="Zephyr"), due_on=in_days(-2))
    require(session, make_person(session, east), "another", due_on=in_days(5))
    repair_counts(session)
    return Service(whole, north, visits, east, manager, head)


def numbers_of(text: str) -> dict[str, str]:
    """The sums at the foot of a table, by the heads of its columns."""
    foot = re.search(r"<tfoot>(.*?)</tfoot>", text, re.DOTALL)
    table = text[: text.find("<tfoot>")].rpartition("<thead>")[2] if foot else ""
    heads = re.findall(r"<th[^>]*>(.*?)</th>", table.partition("</thead>")[0])
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", foot[1], re.DOTALL) if foot else []
    plain = [re.sub(r"<[^>]+>", "", cell).strip() for cell in cells]
    return dict(zip(heads[1:], plain[1:], strict=True))


def test_a_manager_sees_the_numbers_of_the_subtree(browser: Browser, service: Service) -> None:
    page = browser.sign_in(service.manager).get("/reports")
    assert numbers_of(page.text) == {
        "Compliant": "50 %",
        "Required": "2",
        "Completed": "1",
        "Overdue": "1",
        "Excused": "1",
    }
    assert "compliant: 1 of 2" in page.text
    assert "Northfield &lt;b&gt;" in page.text
    assert "Eastgate" not in page.text
    assert "another" not in page.text


def test_the_head_sees_all_and_where_it_hurts_first(browser: Browser, service: Service) -> None:
    page = browser.sign_in(service.head).get("/reports")
    numbers = numbers_of(page.text)
    assert (numbers["Required"], numbers["Overdue"], numbers["Due soon"]) == ("4", "2", "1")
    worst = page.text.index("Where it hurts first")
    assert {"Eastgate", "Visits"} <= set(re.findall(r"[A-Z]\w+", page.text[worst:]))


def test_units_of_one_name_are_told_apart_by_what_is_above_them(
    session: Session, browser: Browser, service: Service
) -> None:
    organisation = service.whole
    other = make_unit(
        session,
        session.get_one(Organisation, organisation.organisation_id),
        "Visits",
        parent=service.east,
    )
    require(session, make_person(session, other), due_on=in_days(-1))
    repair_counts(session)
    page = browser.sign_in(service.head).get("/reports").text
    worst = page[page.index("Where it hurts first") :]
    assert "Visits (Northfield &lt;b&gt;)</a>" in worst
    assert "Visits (Eastgate)</a>" in worst
    assert "Eastgate (" not in worst
    guest = make_person(session, other, roles=(Role.MANAGER,), roles_at=other)
    make_unit(session, session.get_one(Organisation, organisation.organisation_id), "Visits", other)
    assert "Eastgate" not in browser.sign_in(guest).get("/reports").text


def test_where_nothing_expires_soon_a_sentence_stands_for_the_chart(
    session: Session, browser: Browser, service: Service
) -> None:
    client = browser.sign_in(service.head)
    assert "Nothing that is valid now expires in that time." in client.get("/reports").text
    held = require(session, make_person(session, service.east), progress=Progress.COMPLETED)
    held.due_on, held.valid_until = None, in_days(20)
    session.flush()
    repair_counts(session)
    page = client.get("/reports").text
    assert "Nothing that is valid now expires" not in page
    assert "Week from" in page


@pytest.mark.parametrize(
    ("address", "sent", "expected"),
    [
        ("/reports", {"unit": "north"}, "2"),
        ("/reports", {"unit": "east"}, "2"),
        ("/reports", {"unit": "east", "target": f"module:{MODULE}"}, None),
        ("/reports", {"target": "module:another", "state": "overdue"}, "1"),
        ("/reports/units/{north}", {}, "2"),
        (f"/reports/targets/{MODULE}", {}, "3"),
        (f"/reports/targets/{MODULE}", {"kind": "module", "unit": "north"}, "2"),
    ],
)
def test_filters_choose_what_is_counted(
    browser: Browser, service: Service, address: str, sent: dict[str, str], expected: str | None
) -> None:
    ids = {"north": str(service.north.id), "east": str(service.east.id)}
    query = {name: ids.get(value, value) for name, value in sent.items()}
    page = browser.sign_in(service.head).get(address.format(**ids), query_string=query)
    assert page.status_code == 200
    assert numbers_of(page.text).get("Required") == expected
    for name, value in query.items():
        assert name in ("kind", "unit", "target", "state")
        assert name == "kind" or f'value="{value}" selected' in page.text


def test_every_number_is_the_length_of_the_list_behind_it(
    browser: Browser, service: Service
) -> None:
    client = browser.sign_in(service.head)
    pages = [client.get("/reports"), client.get(f"/reports/units/{service.north.id}")]
    links = [
        each
        for page in pages
        for each in re.findall(r'<td class="n"[^>]*>\s*<a href="([^"]+)">(\d+)</a>', page.text)
    ]
    assert len(links) > 20
    for address, number in links:
        assert length_of(client, address) == int(number), address


def length_of(client: Client, address: str) -> int:
    return client.get(address.replace("&amp;", "&")).text.count('<tr><th scope="row">')


@pytest.mark.parametrize("state", STATES)
def test_each_state_has_its_list(browser: Browser, service: Service, state: str) -> None:
    page = browser.sign_in(service.manager).get("/reports/people", query_string={"state": state})
    expected = {
        "required": 2,
        "compliant": 1,
        "completed": 1,
        "overdue": 1,
        "excused": 1,
        "late": 1,
    }
    expected |= {"excused": 1, "waived": 1}
    assert page.text.count('<tr><th scope="row">') == expected.get(state, 0)
    assert "Zephyr" not in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/reports?unit={east}",
        "/reports?unit={stranger}",
        "/reports?unit=99999999999999999999999",
        "/reports?unit=x",
        "/reports?target=module:none",
        "/reports?target=module:another",
        "/reports?state=rich",
        "/reports/units/{east}",
        "/reports/units/{stranger}",
        "/reports/targets/none",
        "/reports/people?unit={stranger}",
    ],
)
def test_what_one_may_not_see_does_not_exist(
    session: Session, browser: Browser, service: Service, address: str
) -> None:
    stranger = make_unit(session, make_organisation(session))
    wanted = address.format(east=service.east.id, stranger=stranger.id)
    assert browser.sign_in(service.manager).get(wanted).status_code == 404


def test_learners_and_strangers(session: Session, browser: Browser, service: Service) -> None:
    learner = make_person(session, service.north)
    stranger = make_person(session, roles=(Role.ADMINISTRATOR,))
    address = f"/reports/units/{service.north.id}"
    assert browser.sign_in(learner).get("/reports").status_code == 403
    assert browser.sign_in(learner).get("/reports/people").status_code == 403
    assert browser.sign_in(stranger).get(address).status_code == 404
    assert "Nothing is required here yet" in browser.sign_in(stranger).get("/reports").text


def test_names_are_text(session: Session, browser: Browser, service: Service) -> None:
    person = make_person(session, service.visits, family_name="<script>alert(1)</script>")
    require(session, person)
    page = browser.sign_in(service.manager).get("/reports/people")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


@pytest.mark.parametrize("address", ["/reports", "/reports/people", "/reports/people?after=1"])
def test_a_page_asks_the_same_few_questions_whatever_it_shows(
    session: Session, browser: Browser, service: Service, address: str
) -> None:
    client = browser.sign_in(service.head)
    for _number in range(60):
        require(session, make_person(session, service.visits), due_on=in_days(-3))
    repair_counts(session)
    client.get(address)
    connection = session.connection()
    with Queries(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= 10
