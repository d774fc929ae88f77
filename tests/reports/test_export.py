import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Period
from coursesite.assignments.queries.as_of import Known, Past
from coursesite.assignments.rules import Progress, Standing
from coursesite.assignments.services import repair_counts
from coursesite.audit.models import Event
from coursesite.certificates.models import Certificate
from coursesite.certificates.rules import grouped, new_code
from coursesite.jobs.models import Task
from coursesite.people.models import Person, Unit
from coursesite.people.rules import Permission, Role, Scope
from coursesite.progress.models import Completion
from coursesite.progress.rules import Means, TargetKind
from coursesite.reports.exporting import Export
from coursesite.reports.queries import Asked, exported, page_of
from coursesite.reports.rules import COUNTED
from coursesite.reports.views.export import AT_ONCE
from coursesite.schedule import LONG
from tests.browser import Browser, Queries
from tests.jobs.makers import a_worker, work_all
from tests.makers import grant_role, make_organisation, make_person, make_unit
from tests.reports.makers import MODULE, in_days, require

DONE_AT = datetime(2026, 5, 1, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is the same day in Berlin and where the days of these stories are counted."""
    with time_machine.travel(clock.now().replace(hour=12)):
        yield


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
    cancelled = {"due_on": in_days(-5), "first_due_on": in_days(-5), "cancelled_at": DONE_AT}
    session.add(Period(requirement_id=requirement.id, number=2, **day, **cancelled))
    for edition in (1, 2):
        issued = {"payload": {"title": "First days"}, "issued_at": DONE_AT}
        certificate = {**who, **what, **valid, **issued, "completion_id": completion.id}
        session.add(Certificate(code=new_code(), edition=edition, **certificate))
    session.flush()
    _complete_otherwise(session, completion)


def _complete_otherwise(session: Session, counted: Completion) -> None:
    """Once more, with a certificate of its own; the period rests on the other completion."""
    same = ("person_id", "organisation_id", "target_kind", "target_slug", "completed_at")
    facts = {name: getattr(counted, name) for name in (*same, "recorded_at", "language", "means")}
    again = Completion(**facts, number=2, evidence={})
    session.add(again)
    session.flush()
    of = {name: facts[name] for name in same[:4]}
    issued = {"payload": {"title": "First days"}, "issued_at": DONE_AT, "number": 2}
    session.add(Certificate(code=new_code(), edition=3, completion_id=again.id, **of, **issued))
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
    assert event.after == {"unit": unit.id, "state": "overdue", "records": 2, "format": "csv"}


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


def workbook_rows(content: bytes) -> list[dict[str, Any]]:
    heads, *rows = load_workbook(io.BytesIO(content))["Records"].values
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


def test_both_kinds_of_file_hold_the_list(
    session: Session, browser: Browser, unit: Unit, manager: Person
) -> None:
    complete(session, make_person(session, unit, family_name="=HYPERLINK()", staff_number="-7"))
    require(session, make_person(session, unit, family_name="Zed"), due_on=in_days(-3))
    repair_counts(session)
    client = browser.sign_in(manager)

    book = client.post("/reports/export.xlsx")
    rows = workbook_rows(book.data)

    assert book.headers["Content-Disposition"].endswith('.xlsx"')
    assert [row["Name"] for row in rows] == ["=HYPERLINK(), Robin", "Zed, Robin"]
    assert rows[0]["Completed"].isoformat() == "2026-05-02T01:30:00"
    assert rows[1]["Due"].date() == in_days(-3)
    same = [
        {head: harmless_text(cell) for head, cell in row.items() if head != "Completed"}
        for row in rows
    ]
    listed = rows_of(client.post("/reports/export.csv").text)
    assert [
        {head: cell.lstrip("'") for head, cell in row.items() if head != "Completed"}
        for row in listed
    ] == same
    about: dict[Any, Any] = dict(load_workbook(io.BytesIO(book.data))["About"].values)  # type: ignore[arg-type]  # pairs
    assert about["Records"] == "2"
    assert about["As of"] == in_days(0).isoformat()


def harmless_text(cell: object) -> str:
    return cell.date().isoformat() if isinstance(cell, datetime) else str(cell or "")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_many_records_are_written_by_a_job(
    session: Session, browser: Browser, manager: Person, kind: str
) -> None:
    unit = get_unit(manager)
    for number in range(4):
        require(session, make_person(session, unit, family_name=f"P{number}"), due_on=in_days(-1))
    require(session, make_person(session, unit), due_on=in_days(9))
    repair_counts(session)
    client = browser.sign_in(manager)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("coursesite.reports.views.export.AT_ONCE", 2)
        asked = client.post(f"/reports/export.{kind}", {"state": "overdue"})
    assert asked.status_code == 302
    assert "Export of 4 records" in client.get(asked.location).text
    with browser.app.app_context():
        work_all(LONG)
    page = client.get(asked.location).text
    assert "4 records are in the file." in page
    file = client.get(f"{asked.location}/file", buffered=True)
    rows = workbook_rows(file.data) if kind == "xlsx" else rows_of(file.text)
    assert [row["Name"] for row in rows] == [f"P{number}, Robin" for number in range(4)]
    assert {row["State"] for row in rows} == {"Overdue"}
    assert list(Path(gettempdir()).glob("made*")) == []


def test_the_file_of_a_job_is_for_who_looks_after_those_units(
    session: Session, browser: Browser, unit: Unit
) -> None:
    boss = make_person(session, unit, roles=(Role.MANAGER,), roles_at=unit)
    other = make_unit(session, boss.organisation, "South")
    grant_role(session, boss, Role.MANAGER, other)
    session.commit()
    client = browser.sign_in(boss)
    for form, paths in (({}, [unit.path, other.path]), ({"unit": str(other.id)}, [other.path])):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("coursesite.reports.views.export.AT_ONCE", -1)
            client.post("/reports/export.csv", form)
        task = session.scalars(sa.select(Task).order_by(Task.id.desc()).limit(1)).one()
        assert task.permission == Permission.SEE_REPORTS
        assert task.paths == sorted(paths)


def test_at_most_five_thousand_are_sent_at_once(
    session: Session, browser: Browser, manager: Person
) -> None:
    for _ in range(3):
        require(session, make_person(session, manager.unit))
    repair_counts(session)
    client = browser.sign_in(manager)
    assert AT_ONCE == 5_000
    for most, status in ((3, 200), (2, 302)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("coursesite.reports.views.export.AT_ONCE", most)
            assert client.post("/reports/export.csv").status_code == status


YESTERDAY = datetime(2026, 11, 28, tzinfo=UTC).date()
PAST = Past(YESTERDAY, Known.NOW, "Europe/Berlin", recorded=False)
WHOLE = Asked(
    Scope(7, ("/1/2/", "/1/3/")),
    YESTERDAY,
    "/1/2/",
    alone=True,
    target=(TargetKind.PATH, "prison-officers"),
    standings=frozenset({Standing.OVERDUE, Standing.EXPIRED}),
    past=PAST,
    valid_until=(YESTERDAY, YESTERDAY),
)


@pytest.mark.parametrize("asked", [WHOLE, Asked(Scope(7, None), YESTERDAY, standings=COUNTED)])
def test_a_job_asks_what_the_page_asked(asked: Asked) -> None:
    kept = Export(asked, {"overdue": "Overdue"}, "de", "Europe/Berlin", {"Units": "North"})
    assert Export.from_json(json.loads(json.dumps(kept.to_json()))) == kept


def get_unit(person: Person) -> Unit:
    assert person.unit
    return person.unit


def test_a_job_that_is_given_up_leaves_nothing_behind(
    session: Session, browser: Browser, manager: Person, tmp_path: Path
) -> None:
    app, unit = browser.app, get_unit(manager)
    for _ in range(3):
        require(session, make_person(session, unit))
    repair_counts(session)
    client = browser.sign_in(manager)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("coursesite.reports.views.export.AT_ONCE", 0)
        patch.setattr("coursesite.sheet.AT_ONCE", 1)
        patch.setattr("tempfile.tempdir", str(tmp_path))
        asked = client.post("/reports/export.xlsx")
        with app.app_context():
            worker = a_worker(LONG)
            worker.step()
        client.post(f"{asked.location}/cancel")
        with app.app_context():
            worker.step()
    assert list(tmp_path.iterdir()) == []


def test_exports_are_throttled(session: Session, browser: Browser, manager: Person) -> None:
    client = browser.sign_in(manager)
    answers = {client.post("/reports/export.csv").status_code for _ in range(60)}
    assert answers == {200}
    assert client.post("/reports/export.csv").status_code == 429


def test_an_export_asks_no_more_questions_for_more_people(
    session: Session, browser: Browser, unit: Unit, manager: Person
) -> None:
    client, asked = browser.sign_in(manager), []
    client.post("/reports/export.xlsx")
    for _ in range(2):
        for _ in range(3):
            require(session, make_person(session, unit))
        repair_counts(session)
        session.commit()
        with Queries(session.connection()) as queries:
            client.post("/reports/export.xlsx")
        asked.append(len(queries))
    assert asked[0] == asked[1]
