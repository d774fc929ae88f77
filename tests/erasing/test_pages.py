"""Erasing from the pages: what it comes to, who may do it, and that it is they who do."""

import json
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.accounts.models import Password, SignInSession
from coursesite.assignments.services import assign
from coursesite.audit.models import Event
from coursesite.audit.services import SITE
from coursesite.certificates.models import Certificate
from coursesite.certificates.services import Issue, issue
from coursesite.erasing.models import ErasureTerms
from coursesite.erasing.rules import pseudonym
from coursesite.jobs.models import Task
from coursesite.jobs.rules import TaskState
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role
from coursesite.progress.models import Note
from coursesite.schedule import LONG
from tests.assignments.makers import acting, complete, make_plan
from tests.browser import Browser
from tests.erasing.office import REASON, Office, by_night, carry_out, leaves, queries, summary
from tests.jobs.makers import a_worker
from tests.makers import make_person


def test_an_administrator_reads_what_it_does_and_erases(
    session: Session, browser: Browser, anna: Person, office: Office
) -> None:
    client, hers = office.client, browser.sign_in(anna)
    assert hers.get("/learn").status_code == 200
    assert f"/people/{anna.id}/erasure" in client.get(f"/people/{anna.id}").text
    address = f"/people/{anna.id}/erasure"
    page = client.get(address).text
    assert "1 private note." in page
    assert f"“{pseudonym(anna.id)}” stands" in page
    assert "This person still works here" in page

    asked = client.post(address, {**office.sure, "whom": " anna  novak ", "leaves": "y"})

    assert asked.status_code == 302
    assert hers.get("/learn").status_code == 302
    assert session.get(Password, anna.id) is None
    carry_out(browser, session)
    assert "People whose data is erased: 1." in client.get(asked.location).text
    assert (anna.name, anna.staff_number) == (pseudonym(anna.id), None)
    assert anna.erased_at
    assert (
        session.scalars(sa.select(SignInSession).where(SignInSession.person_id == anna.id)).all()
        == []
    )
    shown = client.get(f"/people/{anna.id}").text
    assert "Data erased on" in shown
    assert "erased.invalid" not in shown
    assert "Change something" not in shown
    assert client.get(f"/reports/people/{anna.id}").status_code == 200
    assert "was erased already" in client.get(address).text
    assert client.post(address, office.sure).status_code == 409


def test_who_did_it_and_why_stays_on_record_without_the_name(
    session: Session, browser: Browser, anna: Person, office: Office
) -> None:
    leaves(session, anna)
    client = office.client
    client.post(f"/people/{anna.id}/erasure", {**office.sure, "whom": "N-10234"})
    carry_out(browser, session)
    events = sa.select(Event).where(Event.subject_id == str(anna.id)).order_by(Event.id)
    told = [(each.kind, each.actor_id, each.reason) for each in session.scalars(events)]
    assert ("erasure-asked", office.admin.id, REASON) in told
    assert ("person-erased", office.admin.id, None) in told
    assert ("person-left", None, None) in told
    page = client.get(f"/admin/audit?person={anna.id}").text
    assert "Words erased with a person" in page
    assert "Retired" not in page


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"whom": "Anna"}, "neither the name nor the staff number"),
        ({"whom": ""}, "This field is required"),
        ({"your_password": "guessed at random"}, "not your password"),
        ({"your_password": ""}, "Enter your own password"),
        ({"reason": " "}, "Enter some words"),
        ({"reason": "Ms Novak asked"}, "without the name"),
        ({"leaves": ""}, "still works here"),
    ],
)
def test_nobody_is_erased_by_mistake(
    session: Session, office: Office, anna: Person, changed: dict[str, str], problem: str
) -> None:
    form = {**office.sure, "whom": "Anna Novak", "leaves": "y", **changed}
    told = summary(office.client, f"/people/{anna.id}/erasure", **form)
    assert problem in told
    assert session.get(Password, anna.id)
    assert session.scalars(sa.select(Task)).all() == []


def test_nobody_erases_themselves(office: Office) -> None:
    client, address = office.client, f"/people/{office.admin.id}/erasure"
    assert "Somebody else who administers must erase your data" in client.get(address).text
    assert (
        client.post(address, {**office.sure, "whom": office.admin.name, "leaves": "y"}).status_code
        == 403
    )


def test_only_who_administers_the_whole_organisation_erases(
    session: Session, browser: Browser, unit: Unit, anna: Person
) -> None:
    roles = (Role.MANAGER, Role.TRAINING_OFFICER, Role.PUBLISHER)
    helper = browser.sign_in(make_person(session, unit, roles=roles))
    partly = make_person(session, unit, roles=(Role.ADMINISTRATOR,), roles_at=unit)
    stranger = browser.sign_in(make_person(session, roles=tuple(Role)))
    addresses = (f"/people/{anna.id}/erasure", "/people/erasing")
    assert [helper.get(each).status_code for each in addresses] == [403, 403]
    assert [browser.sign_in(partly).get(each).status_code for each in addresses] == [403, 403]
    assert (
        f"/people/{anna.id}/erasure" not in browser.sign_in(partly).get(f"/people/{anna.id}").text
    )
    assert stranger.get(addresses[0]).status_code == 404
    assert stranger.post(addresses[0], {"whom": "Anna Novak"}).status_code == 404


def test_of_two_of_one_name_only_one_is_erased(
    session: Session, browser: Browser, unit: Unit, anna: Person, office: Office
) -> None:
    other = make_person(session, unit, given_name="anna", family_name="NOVAK")
    note = {"module_slug": "m", "block_id": "b", "changed_at": clock.now()}
    text = "Anna Novak told me, anna@example.org"
    session.add(Note(person_id=office.admin.id, text=text, **note))
    leaves(session, anna)
    client = office.client
    assert "Somebody else here has the same name" in client.get(f"/people/{anna.id}/erasure").text
    client.post(f"/people/{anna.id}/erasure", {**office.sure, "whom": "Anna Novak"})
    carry_out(browser, session)
    kept = session.scalars(sa.select(Note.text).where(Note.person_id == office.admin.id)).one()
    assert kept == f"Anna Novak told me, {pseudonym(anna.id)}"
    assert (other.name, anna.name) == ("anna NOVAK", pseudonym(anna.id))


def test_what_is_required_ends_and_the_certificate_stays(
    session: Session, browser: Browser, unit: Unit, anna: Person, office: Office
) -> None:
    assign(session, make_plan(unit), acting(office.admin))
    done = complete(session, anna)
    issue(session, done, Issue("First days", "Children in View", 40, ()), SITE)
    session.commit()
    client = office.client
    page = client.get(f"/people/{anna.id}/erasure").text
    assert "1 training that is still required ends." in page
    assert "1 certificate stays valid as long as before." in page
    client.post(f"/people/{anna.id}/erasure", {**office.sure, "whom": "Anna Novak", "leaves": "y"})
    carry_out(browser, session)
    code = session.scalars(sa.select(Certificate.code)).one()
    visitor = browser.anonymous()
    page = visitor.get(f"/verify/{code}").text
    assert "A person whose data was erased" in page
    assert "Valid" in page
    assert "Novak" not in page
    assert str(anna.id) not in re.sub(r"<[^>]*>", "", page).split()
    data = json.loads(visitor.get(f"/verify/{code}.json").text)
    assert (data["short_name"], data["holder_erased"], data["state"]) == (None, True, "valid")
    right = visitor.post(f"/verify/{code}/holder", {"name": "anna  NOVAK"}).text
    assert "Issued to this name" in right
    assert 'id="holder"' in right
    assert f"/verify/{code}/holder#holder" in right.replace("-", "")
    empty = visitor.post(f"/verify/{code}/holder", {"name": " "}).text
    assert "Type the name that is printed" in empty
    wrong = visitor.post(f"/verify/{code}/holder", {"name": "Anna Nowak"}).text
    assert "Not issued to this name" in wrong


def test_a_name_is_compared_only_where_the_holder_is_erased_and_not_often(
    session: Session, browser: Browser, anna: Person
) -> None:
    issue(session, complete(session, anna), Issue("First days", "Site", 40, ()), SITE)
    session.commit()
    code = session.scalars(sa.select(Certificate.code)).one()
    visitor = browser.anonymous()
    assert "Compare" not in visitor.get(f"/verify/{code}").text
    tries = [visitor.post(f"/verify/{code}/holder", {"name": "Anna Novak"}) for _ in range(11)]
    assert [each.status_code for each in tries] == [404] * 10 + [429]


def test_a_list_is_looked_at_first_and_erased_as_one(
    session: Session, browser: Browser, unit: Unit, office: Office
) -> None:
    gone = [make_person(session, unit, staff_number=f"G-{number}") for number in range(3)]
    make_person(session, unit, staff_number="H-1", family_name="Hierbleib")
    stranger = make_person(session, staff_number="S-1", family_name="Fremd")
    for each in (*gone, stranger):
        leaves(session, each)
    client = office.client
    page = client.post("/people/erasing/list", {"numbers": "G-0, G-1\nG-2;H-1\tS-1"}).text
    assert "3 people can be erased" in page
    assert "Left out: they still work here" in page
    assert "Hierbleib" in page
    assert "Nobody here has these staff numbers: S-1" in page
    assert "Fremd" not in page
    people = " ".join(str(each.id) for each in gone)
    form = {**office.sure, "people": people, "how_many": "3"}
    assert "not how many" in summary(client, "/people/erasing/people", **{**form, "how_many": "2"})
    forged = {**form, "people": f"{people} {stranger.id}", "how_many": "4"}
    assert client.post("/people/erasing/people", forged).status_code == 409

    asked = client.post("/people/erasing/people", form)

    carry_out(browser, session)
    assert "People whose data is erased: 3." in client.get(asked.location).text
    assert [each.name for each in gone] == [pseudonym(each.id) for each in gone]
    assert stranger.erased_at is None


def test_who_left_years_ago_is_erased_by_night_where_it_is_wanted(
    session: Session, browser: Browser, unit: Unit, office: Office
) -> None:
    old, new = (make_person(session, unit, family_name=name) for name in ("Old", "New"))
    elsewhere = make_person(session)
    leaves(session, old, 800)
    leaves(session, new, 700)
    leaves(session, elsewhere, 5000)
    client = office.client
    assert "Nobody is erased by itself." in client.get("/people/erasing").text
    assert "between 1 and 50" in summary(client, "/people/erasing/terms", **office.sure, years="51")
    client.post("/people/erasing/terms", {**office.sure, "years": "2"})
    page = client.get("/people/erasing").text
    assert "That is 1 person today." in page
    assert page.index("Old") < page.index("New")
    by_night(browser, session)
    assert (old.name, new.erased_at, elsewhere.erased_at) == (pseudonym(old.id), None, None)
    assert by_night(browser, session) == 0
    client.post("/people/erasing/terms", {**office.sure, "years": ""})
    assert session.scalars(sa.select(ErasureTerms)).all() == []
    events = sa.select(Event.kind).where(Event.kind == "erasure-terms")
    assert len(session.scalars(events).all()) == 2


def test_whoever_dies_half_way_is_followed_by_another(
    session: Session, browser: Browser, anna: Person, office: Office
) -> None:
    """A worker that is stopped after each of its steps: the end is the same."""
    other = make_person(session, anna.unit, given_name="Bob", family_name="Berg")
    note = {"module_slug": "m", "block_id": "b", "changed_at": clock.now()}
    session.add(Note(person_id=office.admin.id, text="Anna Novak and Bob Berg", **note))
    for each in (anna, other):
        leaves(session, each)
    form = {**office.sure, "people": f"{anna.id} {other.id}", "how_many": "2"}
    asked = office.client.post("/people/erasing/people", form)
    assert asked.status_code == 302
    with browser.app.app_context():
        for _ in range(100):
            worker = a_worker(LONG)
            worker.step()
            worker.let_go()
    session.expire_all()
    task = session.scalars(sa.select(Task)).one()
    assert task.state is TaskState.DONE
    assert [each.name for each in (anna, other)] == [pseudonym(anna.id), pseudonym(other.id)]
    kept = session.scalars(sa.select(Note.text).where(Note.person_id == office.admin.id)).one()
    assert kept == f"{pseudonym(anna.id)} and {pseudonym(other.id)}"


def test_who_comes_back_before_the_job_does_is_not_erased(
    session: Session, browser: Browser, unit: Unit, anna: Person, office: Office
) -> None:
    leaves(session, anna)
    client = office.client
    client.post(f"/people/{anna.id}/erasure", {**office.sure, "whom": "Anna Novak"})
    back = {"move-unit": str(unit.id), "move-reason": "She stays after all"}
    assert client.post(f"/people/{anna.id}/posting", back).status_code == 302
    carry_out(browser, session)
    assert (anna.name, anna.erased_at) == ("Anna Novak", None)


@pytest.mark.parametrize("address", ["/people/{}/erasure", "/people/erasing"])
def test_the_pages_ask_as_much_of_many_as_of_few(
    session: Session, office: Office, anna: Person, address: str
) -> None:
    client, asked = office.client, address.format(anna.id)
    ask: Callable[[], object] = lambda: client.get(asked)  # noqa: E731 - asked twice
    few = queries(session, ask)
    for number in range(30):
        leaves(session, make_person(session, anna.unit, family_name=f"Gone{number}"))
    assert queries(session, ask) == few <= 10
