"""Who sees whom, and what administrators may change: learner, manager, administrator, stranger."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.queries import grants_of
from coursesite.people.rules import Role
from tests.browser import Browser, Queries
from tests.makers import give_password, make_organisation, make_person, make_unit

MARKUP = '<script>alert("x")</script>'


@pytest.fixture
def organisation(session: Session) -> Organisation:
    return make_organisation(session)


@pytest.fixture
def region(session: Session, organisation: Organisation) -> Unit:
    return make_unit(session, organisation, "North")


@pytest.fixture
def station(session: Session, organisation: Organisation, region: Unit) -> Unit:
    return make_unit(session, organisation, "Harbour", parent=region)


@pytest.fixture
def admin(session: Session, region: Unit) -> Person:
    return make_person(session, region, roles=(Role.ADMINISTRATOR,), family_name="Admin")


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page)


def roles_of(session: Session, person: Person) -> list[tuple[Role, int | None]]:
    session.expire_all()
    held = grants_of(session, person.id, clock.today("UTC"))
    return [(grant.role, grant.unit_id) for grant in held]


def test_a_learner_sees_no_people(session: Session, browser: Browser, station: Unit) -> None:
    learner = make_person(session, station)
    client = browser.sign_in(learner)
    for address in ("/people", f"/people/{learner.id}", "/people/new", "/admin/roles"):
        assert client.get(address).status_code == 403, address


def test_a_manager_sees_the_people_of_their_units_only(
    session: Session, browser: Browser, region: Unit, station: Unit, organisation: Organisation
) -> None:
    manager = make_person(
        session, station, roles=(Role.MANAGER,), roles_at=station, family_name="Boss"
    )
    make_person(session, station, family_name="Mine")
    above = make_person(session, region, family_name="Above")
    stranger = make_person(session, family_name="Stranger")
    client = browser.sign_in(manager)

    assert names(client.get("/people").text) == ["Boss, Robin", "Mine, Robin"]
    assert client.get(f"/people/{above.id}").status_code == 404
    assert client.get(f"/people/{stranger.id}").status_code == 404
    assert client.get(f"/people?unit={region.id}&q=above").text.count("Above") == 0
    assert client.get("/admin/roles").status_code == 403
    page = client.get(f"/people/{manager.id}").text
    assert "Give a role" not in page


@pytest.mark.parametrize("words", ["lovel", "LOVELACE", "ada@", "A-77", "ada lovelace"])
def test_people_are_found_by_name_address_and_number(
    session: Session, browser: Browser, admin: Person, station: Unit, words: str
) -> None:
    make_person(
        session,
        station,
        given_name="Ada",
        family_name="Lovelace",
        email="ada@example.org",
        staff_number="A-77",
    )
    make_person(session, family_name="Lovelace", given_name="Elsewhere")
    page = browser.sign_in(admin).get("/people", query_string={"q": words}).text
    assert names(page) == ["Lovelace, Ada"]


@pytest.mark.parametrize("words", ["%", "_", "50%", "'; drop table people; --"])
def test_signs_in_a_search_are_only_signs(browser: Browser, admin: Person, words: str) -> None:
    page = browser.sign_in(admin).get("/people", query_string={"q": words})
    assert page.status_code == 200
    assert "Nobody was found" in page.text


def test_lists_go_on_from_page_to_page_and_back(
    session: Session, browser: Browser, admin: Person, station: Unit
) -> None:
    for number in range(120):
        make_person(session, station, family_name=f"N{number:03}")
    client = browser.sign_in(admin)
    pages, address = [], "/people?q=person"
    while address:
        text = client.get(address).text
        pages.append(names(text))
        forward = re.search(r'rel="next" href="([^"]*)"', text)
        address = forward[1].replace("&amp;", "&") if forward else ""
    assert [len(page) for page in pages] == [50, 50, 21]
    everybody = [*pages[0], *pages[1], *pages[2]]
    assert everybody == sorted(everybody)

    back = re.search(r'rel="prev" href="([^"]*)"', text)
    assert back
    again = client.get(back[1].replace("&amp;", "&")).text
    assert names(again) == pages[1]


def test_a_list_costs_the_same_whatever_the_number_of_people(
    session: Session, browser: Browser, admin: Person, station: Unit
) -> None:
    client = browser.sign_in(admin)
    for _ in range(60):
        make_person(session, station)
    session.commit()
    with Queries(session.connection()) as queries:
        client.get("/people")
    assert len(queries) <= 10, queries.statements


def test_an_administrator_adds_somebody_who_sets_a_password_and_signs_in(
    session: Session, browser: Browser, admin: Person, station: Unit
) -> None:
    client = browser.sign_in(admin)
    page = client.post("/people/new", joining(station, email="Ada@Example.org"))
    link = re.search(r"<code>http://localhost(/set-password/[^<]+)</code>", page.text)
    assert link
    assert page.headers["Cache-Control"] == "no-store"

    newcomer = browser.anonymous()
    form = newcomer.get(link[1])
    assert "ada@example.org" in form.text
    chosen = {
        "new_password": "kettle marble antenna 9",
        "again_password": "kettle marble antenna 9",
    }
    assert newcomer.post(link[1], {**chosen, "again_password": "x"}).status_code == 422
    assert newcomer.post(link[1], chosen).location == "/sign-in"
    assert newcomer.get(link[1]).status_code == 404
    fields = {"email": "ada@example.org", "password": chosen["new_password"]}
    assert newcomer.post("/sign-in", fields).location == "/learn"

    kinds = session.scalars(sa.select(Event.kind).order_by(Event.id)).all()
    assert kinds == ["person-added", "password-link-made", "password-set", "first-signed-in"]


def joining(unit: Unit, **values: str) -> dict[str, str]:
    return {
        "given_name": "Ada",
        "family_name": "Lovelace",
        "email": "ada@example.org",
        "unit": str(unit.id),
        "audience": "police",
        **values,
    }


def test_a_new_link_makes_the_one_before_worthless(
    session: Session, browser: Browser, admin: Person, station: Unit
) -> None:
    person = make_person(session, station)
    client = browser.sign_in(admin)
    links = [
        re.findall(r"/set-password/[^<]+", client.post(f"/people/{person.id}/password-link").text)[
            0
        ]
        for _ in range(2)
    ]
    assert [browser.anonymous().get(link).status_code for link in links] == [404, 200]


def test_an_address_in_use_elsewhere_is_refused_without_a_word_about_where(
    session: Session, browser: Browser, admin: Person, station: Unit
) -> None:
    stranger = make_person(session, email="ada@example.org", family_name="Stranger")
    page = browser.sign_in(admin).post("/people/new", joining(station))
    assert page.status_code == 409
    assert "This address cannot be used here." in page.text
    assert stranger.organisation.name not in page.text
    assert 'value="Lovelace"' in page.text


def test_what_is_missing_is_said_beside_its_field(
    browser: Browser, admin: Person, station: Unit
) -> None:
    answer = {"family_name": "  ", "email": "no address", "unit": str(station.id)}
    page = browser.sign_in(admin).post("/people/new", answer)
    assert page.status_code == 422
    assert '<a href="#family_name">' in page.text
    assert '<a href="#email">Enter an e-mail address, such as name@example.org</a>' in page.text


def test_nobody_is_added_to_a_unit_of_others(
    session: Session, browser: Browser, admin: Person
) -> None:
    elsewhere = make_unit(session, make_organisation(session))
    page = browser.sign_in(admin).post("/people/new", joining(elsewhere))
    assert page.status_code == 422
    assert session.scalar(sa.select(Person.id).where(Person.family_name == "Lovelace")) is None


def test_an_administrator_moves_somebody(
    session: Session, browser: Browser, admin: Person, region: Unit, station: Unit
) -> None:
    person = make_person(session, station)
    client = browser.sign_in(admin)
    missing = client.post(f"/people/{person.id}/posting", {"move-unit": str(region.id)})
    assert missing.status_code == 422
    assert "Say why: it stands in the record" in missing.text

    fields = {"move-unit": str(region.id), "move-reason": "closer to home"}
    moved = client.post(f"/people/{person.id}/posting", fields)
    assert moved.location == f"/people/{person.id}"
    assert "is posted to North" in client.get(moved.location).text
    event = session.scalars(sa.select(Event).where(Event.kind == "person-posted")).one()
    assert (event.actor_id, event.reason) == (admin.id, "closer to home")


def test_who_is_marked_as_left_is_signed_out_at_once(
    session: Session, browser: Browser, admin: Person, station: Unit
) -> None:
    person = make_person(session, station, family_name="Leaver")
    theirs, client = browser.sign_in(person), browser.sign_in(admin)
    assert theirs.get("/settings").status_code == 200
    fields = {"leave-left_on": clock.today("UTC").isoformat(), "leave-reason": "retired"}
    assert client.post(f"/people/{person.id}/leaving", fields).location == "/people"
    assert theirs.get("/settings").status_code == 302
    client.get("/people")
    assert "Leaver" not in client.get("/people").text
    assert "Left on" in client.get("/people?left=y").text


def test_roles_are_given_and_ended_with_a_reason(
    session: Session, browser: Browser, admin: Person, station: Unit
) -> None:
    person = make_person(session, station)
    client = browser.sign_in(admin)
    fields = {"role-role": "manager", "role-unit": str(station.id), "role-reason": "new post"}
    client.post(f"/people/{person.id}/roles", fields)
    assert roles_of(session, person) == [(Role.MANAGER, station.id)]
    assert "Manager" in client.get("/admin/roles").text

    page = client.get(f"/people/{person.id}").text
    end = re.search(rf'href="(/people/{person.id}/roles/\d+/end)"', page)
    assert end
    assert client.post(end[1], {}).status_code == 422
    client.post(end[1], {"reason": "post given up"})
    assert roles_of(session, person) == []
    assert client.get(end[1]).status_code == 404


def test_a_unit_administrator_cannot_rise(
    session: Session, browser: Browser, admin: Person, station: Unit, region: Unit
) -> None:
    local = make_person(session, station, roles=(Role.ADMINISTRATOR,), roles_at=station)
    boss = make_person(session, station, roles=(Role.ADMINISTRATOR,))
    give_password(session, boss)
    client = browser.sign_in(local)
    fields = {"role-role": "administrator", "role-reason": "x"}

    for place in ("whole", str(region.id)):
        answer = client.post(f"/people/{local.id}/roles", {**fields, "role-unit": place})
        assert answer.status_code == 422, place
    assert client.post(f"/people/{boss.id}/password-link").status_code == 403
    grant = grants_of(session, boss.id, clock.today("UTC"))[0]
    assert client.get(f"/people/{boss.id}/roles/{grant.id}/end").status_code == 403
    assert client.get("/admin/audit").status_code == 403
    assert client.get(f"/people/{admin.id}").status_code == 404
    assert roles_of(session, local) == [(Role.ADMINISTRATOR, station.id)]


@pytest.mark.parametrize("action", ["posting", "leaving", "roles", "password-link"])
def test_a_stranger_from_another_organisation_can_do_nothing(
    session: Session, browser: Browser, admin: Person, action: str
) -> None:
    stranger = make_person(session, roles=(Role.ADMINISTRATOR,))
    answer = browser.sign_in(stranger).post(f"/people/{admin.id}/{action}", {})
    assert answer.status_code == 404
    assert session.scalar(sa.select(sa.func.count(Event.id))) == 0


def test_names_with_markup_are_shown_as_text_everywhere(
    session: Session, browser: Browser, organisation: Organisation
) -> None:
    unit = make_unit(session, organisation, MARKUP)
    admin = make_person(
        session,
        unit,
        roles=(Role.ADMINISTRATOR,),
        given_name=MARKUP,
        family_name=MARKUP,
        staff_number=MARKUP,
    )
    client = browser.sign_in(admin)
    fields = {"move-unit": str(unit.id), "move-reason": MARKUP}
    person = make_person(session, make_unit(session, organisation), family_name=MARKUP)
    client.post(f"/people/{person.id}/posting", fields)
    for address in (
        "/people",
        f"/people/{person.id}",
        f"/people/{admin.id}",
        "/people/new",
        "/people?q=" + MARKUP,
        "/admin/roles",
        "/admin/audit",
        "/settings",
    ):
        page = client.get(address)
        assert page.status_code == 200, address
        assert "<script>alert" not in page.text, address
        assert "&lt;script&gt;alert" in page.text, address


def test_the_record_of_changes_shows_only_the_own_organisation(
    session: Session, browser: Browser, admin: Person, station: Unit
) -> None:
    stranger = make_person(session, roles=(Role.ADMINISTRATOR,))
    client = browser.sign_in(admin)
    person = make_person(session, station, family_name="Mover")
    client.post(f"/people/{person.id}/password-link")
    assert "Password link made" in client.get("/admin/audit").text
    assert "Mover" in client.get(f"/admin/audit?person={person.id}").text
    page = browser.sign_in(stranger).get(f"/admin/audit?person={person.id}").text
    assert "Mover" not in page
    assert "Nothing is on record yet" in page
