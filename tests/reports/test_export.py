import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from coursesite.assignments.models import Period
from coursesite.assignments.rules import Progress
from coursesite.assignments.services import repair_counts
from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.certificates.rules import grouped, new_code
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Role, Scope
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from coursesite.reports.queries import Asked, exported, page_of
from coursesite.sheet import harmless, lines
from tests.browser import Browser
from tests.makers import make_organisation, make_person, make_unit
from tests.reports.makers import MODULE, in_days, require

DONE_AT = datetime(2026, 5, 1, 23, 30, tzinfo=UTC)


@pytest.fixture
def unit(session: Session) -> Unit:
    organisation = make_organisation(session, time_zone="Europe/Berlin")
    return make_unit(session, organisation, "Visits", make_unit(session, organisation, "North"))


@pytest.fixture
def manager(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, roles=(Role.MANAGER,))


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_an_export_says_what_is_on_record(
    session: Session, browser: Browser, unit: Unit, manager: Person
) -> None:
    person = make_person(session, unit, family_name="=HYPERLINK()", staff_number="-7")
    complete(session, person)
    repair_counts(session)

    answer = browser.sign_in(manager).post("/reports/export.csv")

    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    code = session.scalars(sa.select(Certificate.code).where(Certificate.edition == 2)).one()
    assert rows_of(answer.text) == [
        {
            "Unit": "North / Visits",
            "Name": "'=HYPERLINK(), Robin",
            "Staff number": "'-7",
            "Training": MODULE,
            "State": "Completed",
            "Due": "",
            "First due": in_days(-100).isoformat(),
            "Completed": "2026-05-02 01:30+02:00",
            "Valid until": in_days(100).isoformat(),
            "Revision": "",
            "Certificate": grouped(code),
        }
    ]


def complete(session: Session, person: Person) -> None:
    """The module is completed, with a certificate that was corrected once."""
    valid: dict[str, Any] = {"valid_until": in_days(100), "grace_until": in_days(130)}
    done = Progress.COMPLETED
    requirement = require(session, person, progress=done, due_on=None, **valid)
    who = {"person_id": person.id, "organisation_id": person.organisation_id}
    what = {"target_kind": TargetKind.MODULE, "target_slug": MODULE, "number": 1}
    moments = {"completed_at": DONE_AT, "recorded_at": DONE_AT}
    how = {"language": "en", "means": Means.LEARNED, "evidence": {}}
    completion = Completion(**who, **what, **moments, **how)
    session.add(completion)
    session.flush()
    day = {"assigned_on": in_days(-200), "opens_on": in_days(-200)}
    due = {"due_on": in_days(-90), "first_due_on": in_days(-100)}
    of = {"requirement_id": requirement.id, "completion_id": completion.id}
    session.add(Period(**of, **day, **due, **valid, completed_at=DONE_AT))
    for edition in (1, 2):
        issued = {"payload": {"title": "First days"}, "issued_at": DONE_AT}
        certificate = {**who, **what, **valid, **issued, "completion_id": completion.id}
        session.add(Certificate(code=new_code(), edition=edition, **certificate))
    session.flush()


def test_an_export_has_the_filters_and_the_sum_of_the_screen(
    session: Session, browser: Browser, unit: Unit, manager: Person
) -> None:
    for number in range(5):
        require(session, make_person(session, unit), due_on=in_days(number - 2))
    require(session, make_person(session, roles=(Role.MANAGER,)), due_on=in_days(-2))
    repair_counts(session)
    client = browser.sign_in(manager)

    page = client.get("/reports/people?state=overdue")
    answer = client.post("/reports/export.csv", {"state": "overdue", "unit": str(unit.id)})

    assert "Export 2 records" in page.text
    assert [row["State"] for row in rows_of(answer.text)] == ["Overdue", "Overdue"]
    event = session.scalars(sa.select(Event).where(Event.kind == "report-exported")).one()
    assert event.actor_id == manager.id
    assert event.after == {"unit": unit.id, "state": "overdue", "records": 2}


def test_nothing_is_exported_to_others_or_by_a_mere_address(
    session: Session, browser: Browser, unit: Unit, manager: Person
) -> None:
    stranger = make_person(session, roles=(Role.MANAGER,))
    elsewhere = {"unit": str(unit.id)}
    assert browser.sign_in(stranger).post("/reports/export.csv", elsewhere).status_code == 404
    assert (
        browser.sign_in(make_person(session, unit)).post("/reports/export.csv").status_code == 403
    )
    assert browser.sign_in(manager).get("/reports/export.csv").status_code == 405
    assert session.scalars(sa.select(Event).where(Event.kind == "report-exported")).all() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(st.lists(st.integers(-40, 60), max_size=8))
def test_an_export_holds_what_the_list_holds(session: Session, days: list[int]) -> None:
    with session.begin_nested() as example:
        place = make_unit(session, make_organisation(session))
        for number in days:
            require(session, make_person(session, place), due_on=in_days(number))
        asked = Asked(Scope(place.organisation_id, None), in_days(0))
        ids = [row.id for row in exported(session, asked)]
        assert ids == [row.id for row in page_of(session, asked).rows]
        example.rollback()


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (None, ""),
        (3, "3"),
        ("Amira", "Amira"),
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM", "'@SUM"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
    ],
)
def test_a_cell_computes_nothing(cell: object, written: str) -> None:
    assert harmless(cell) == written


def test_a_file_is_made_line_by_line() -> None:
    assert list(lines([["a", 'b "c"'], [1, None]])) == ["\ufeff", 'a,"b ""c"""\r\n', "1,\r\n"]
