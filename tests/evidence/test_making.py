"""Making packs through the pages and the worker, and what stands in them for whom."""

import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.models import Assignment, Reminder
from coursesite.assignments.rules import Excuse, Reason, ReasonCode, Rest
from coursesite.assignments.services import assign, give_extension, waive
from coursesite.audit.models import Event
from coursesite.audit.services import SITE, record
from coursesite.content.queries import MODULES
from coursesite.evidence.library.signing import read_key
from coursesite.evidence.library.verifying import verify
from coursesite.evidence.queries import Reading, revisions_of
from coursesite.evidence.rules import About
from coursesite.evidence.services import PACK
from coursesite.jobs.models import Task
from coursesite.people.models import Person, Posting, Unit
from coursesite.people.rules import Permission, Role
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.models import Attempt
from coursesite.quizzes.rules import AttemptState, Review
from coursesite.schedule import LONG
from tests.assignments.makers import (
    acting,
    in_days,
    make_plan,
    periods_of,
    publish_module,
    requirement_of,
)
from tests.browser import Browser, Client
from tests.jobs.makers import work_all
from tests.learning.makers import publish_course
from tests.learning.stories import finish, read_everything, start_quiz
from tests.makers import make_organisation, make_person, make_unit

SLUG = "the-door"


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, make_organisation(session, time_zone="Europe/Berlin"), "Visits")


@pytest.fixture
def manager(session: Session, unit: Unit) -> Person:
    return make_person(session, unit, roles=(Role.MANAGER,), family_name="Okafor")


@pytest.fixture
def zoe(session: Session, browser: Browser, unit: Unit, manager: Person) -> Person:
    """She was assigned the module, failed it once, and has completed it."""
    publish_course(session)
    zoe = make_person(session, unit, given_name="Zoë", family_name="Adeyemi", staff_number="Z-1")
    plan = make_plan(unit, kind=TargetKind.MODULE, slug=SLUG, reason="The prison rules ask for it")
    assign(session, plan, acting(manager))
    session.commit()
    client = browser.sign_in(zoe)
    read_everything(client)
    client.post(start_quiz(client), {"do": "anyway"})
    finish(session, client)
    return zoe


def pack_at(browser: Browser, client: Client, address: str, form: Any = None) -> bytes:
    """Ask for the pack, have it made, fetch it."""
    asked = client.post(address, form)
    assert asked.status_code == 302, asked.text
    with browser.app.app_context():
        work_all(LONG)
    answer = client.get(f"{asked.location}/file", buffered=True)
    assert answer.status_code == 200, client.get(asked.location).text
    content: bytes = answer.data
    return content


def files_of(content: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def record_of(content: bytes, person: Person) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files_of(content)[f"people/{person.id}.json"])
    return found


def proved(tmp_path: Path, content: bytes, browser: Browser) -> list[str]:
    path = tmp_path / "pack.zip"
    path.write_bytes(content)
    key = read_key(browser.anonymous().get("/.well-known/evidence-key.json").text)
    verdict = verify(path, key)
    assert verdict.problems == []
    return verdict.told


def test_somebody_takes_along_all_that_proves_their_training(
    session: Session, browser: Browser, zoe: Person, tmp_path: Path
) -> None:
    content = pack_at(browser, browser.sign_in(zoe), "/evidence/own")
    record, files = record_of(content, zoe), files_of(content)

    required = record["requirements"][0]
    assert required["target"] == f"module:{SLUG}"
    assert required["standing"] == "completed"
    assert required["assignments"][0]["why"] == "The prison rules ask for it"
    assert required["periods"][0]["completed_at"]
    completion = record["completions"][0]
    source = f"revisions/module/{SLUG}/en/{completion['revision']}/en.md"
    assert files[source]
    assert record["rounds"][0]["lessons"][0]["revision"] == completion["revision"]
    accepted = record["rounds"][0]["attestation"]
    module = MODULES.find_live(session, SLUG, "en")
    assert module
    assert accepted["accepted_at"]
    assert accepted["text"] == module.text.attestation
    assert record["certificates"][0]["payload"]["name"] == "Zoë Adeyemi"
    assert [each["state"] for each in record["attempts"]] == ["failed", "passed"]
    passed = record["attempts"][1]["questions"]
    assert all(each["shown"]["html"] for each in passed)
    assert all(each["answered"] for each in passed)
    assert all(each["points"] == "1" for each in passed)
    assert record["attempts"][1]["score"] == 100
    kinds = {each["event"]["kind"] for each in json.loads(files["events.json"])["events"]}
    assert {"module-completed", "certificate-issued", "attempt-submitted"} <= kinds
    assert "evidence-pack-made" in kinds
    assert any("Events proved" in each for each in proved(tmp_path, content, browser))
    assert not any("Not sealed" in each for each in proved(tmp_path, content, browser))


def test_the_key_of_a_quiz_is_in_no_pack(browser: Browser, zoe: Person) -> None:
    files = files_of(pack_at(browser, browser.sign_in(zoe), "/evidence/own"))
    assert not [name for name in files if name.startswith("revisions/quiz")]
    for name, content in files.items():
        if name.startswith("people/"):
            assert b"correct" not in content, name


def test_marks_are_in_nobodys_pack_before_they_are_shown(
    session: Session, browser: Browser, zoe: Person
) -> None:
    """She answered all of it rightly, and yet it was not passed: nothing is shown so far."""
    terms = {"review": Review.PASSING, "state": AttemptState.FAILED}
    session.execute(sa.update(Attempt).values(**terms))
    session.commit()
    content = pack_at(browser, browser.sign_in(zoe), "/evidence/own")
    questions = record_of(content, zoe)["attempts"][-1]["questions"]
    assert all(each["answered"] for each in questions)
    assert {each["points"] for each in questions} == {None}


def test_a_pack_holds_every_text_that_a_record_rests_on(session: Session) -> None:
    """Somebody may read, accept and complete three revisions of a module."""
    facts = {
        "completions": [{"revision": "completed"}, {"revision": None}],
        "rounds": [
            {"lessons": [], "attestation": None},
            {"lessons": [{"revision": "read"}], "attestation": {"revision": "accepted"}},
        ],
    }
    assert revisions_of(session, facts) == {"completed", "read", "accepted"}


def test_a_manager_proves_the_training_and_sees_no_marks(
    session: Session, browser: Browser, manager: Person, zoe: Person, tmp_path: Path
) -> None:
    for kind in ("first-signed-in", "password-changed", "accommodation-given"):
        record(session, kind, SITE, ("person", zoe.id))
    session.commit()
    client = browser.sign_in(manager)
    assert "Evidence about Zoë Adeyemi" in client.get(f"/evidence?person={zoe.id}").text
    content = pack_at(browser, client, f"/evidence/people/{zoe.id}")
    shown = record_of(content, zoe)
    assert "attempts" not in shown
    assert shown["quizzes"][0]["attempts"] == 2
    assert shown["quizzes"][0]["passed_at"]
    everything = b"\n".join(files_of(content).values()).decode("utf-8", "replace")
    for private in ('"score"', '"points"', '"response"', "attempt-submitted", "127.0.0.1"):
        assert private not in everything, private
    for private in ("first-signed-in", "password-changed", "accommodation-given"):
        assert private not in everything, private
    assert zoe.email in everything
    event = session.scalars(sa.select(Event).where(Event.kind == "evidence-pack-made")).one()
    assert (event.actor_id, event.subject_id) == (manager.id, str(zoe.id))
    proved(tmp_path, content, browser)


def test_what_was_sent_to_remind_somebody_is_in_the_pack(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    period = periods_of(session, zoe)[0]
    told = {"period_id": period.id, "level": "person", "due_on": period.due_on}
    for who, step in ((zoe, "due-30"), (manager, "due-30-manager")):
        session.add(Reminder(**told, step=step, recipient_id=who.id, created_at=clock.now()))
    session.commit()
    content = pack_at(browser, browser.sign_in(manager), f"/evidence/people/{zoe.id}")
    sent = record_of(content, zoe)["reminders"]
    assert [(each["step"], each["target"]) for each in sent] == [("due-30", f"module:{SLUG}")]


def test_the_report_reads_like_the_record(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    held = requirement_of(session, zoe, SLUG)
    rest = Rest(Excuse.WAIVED, in_days(0), in_days(9))
    waive(session, [held], rest, Reason(ReasonCode.OTHER, "On a course elsewhere"), acting(manager))
    session.commit()
    files = files_of(pack_at(browser, browser.sign_in(manager), f"/evidence/people/{zoe.id}"))
    reader = PdfReader(io.BytesIO(files["report.pdf"]))
    words = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    for said in (
        "Evidence of training",
        "Zoë Adeyemi, Z-1",
        "The prison rules ask for it",
        "On a course elsewhere",
        "learned here",
        "module completed",
        "coursesite evidence verify",
    ):
        assert said in words, said
    assert f"On a course elsewhere {manager.name}" in words
    assert f"waived given {manager.name} On a course elsewhere" in words
    assert reader.root_object["/MarkInfo"]["/Marked"]  # type: ignore[index]  # a dictionary


def test_a_units_pack_holds_its_people_in_the_period(
    session: Session, browser: Browser, manager: Person, zoe: Person, tmp_path: Path
) -> None:
    outside = make_person(session, make_unit(session, manager.organisation, "Gate"))
    session.commit()
    client = browser.sign_in(manager)
    form = {"unit": str(zoe.unit_id), "first_on": str(in_days(-5)), "last_on": str(in_days(1))}
    content = pack_at(browser, client, "/evidence/units", form)
    files = files_of(content)
    assert f"people/{zoe.id}.json" in files
    assert f"people/{manager.id}.json" in files
    assert f"people/{outside.id}.json" not in files
    assert record_of(content, zoe)["completions"]
    assert json.loads(files["manifest.json"])["about"]["first_on"] == str(in_days(-5))
    proved(tmp_path, content, browser)


HAPPENED = ("rounds", "completions", "certificates", "quizzes", "extensions", "reminders")


def test_a_units_pack_holds_what_happened_in_its_days(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    """Of what lasts, what lasted on one of them."""
    unit = session.get_one(Unit, zoe.unit_id)
    publish_module(session, "another")
    assign(session, make_plan(unit, slug="another"), acting(manager))
    held, because = requirement_of(session, zoe, "another"), Reason(ReasonCode.OTHER, "A reason")
    give_extension(session, [held], in_days(80), because, acting(manager))
    waive(session, [held], Rest(Excuse.WAIVED, in_days(0), in_days(9)), because, acting(manager))
    period = periods_of(session, zoe)[0]
    told = {"period_id": period.id, "level": "person", "due_on": period.due_on, "step": "0"}
    session.add(Reminder(**told, recipient_id=zoe.id, created_at=clock.now()))
    session.commit()
    client = browser.sign_in(manager)

    def files_for(first: int, last: int) -> dict[str, bytes]:
        days = {"first_on": str(in_days(first)), "last_on": str(in_days(last))}
        content = pack_at(browser, client, "/evidence/units", {"unit": str(unit.id), **days})
        return files_of(content)

    def of_zoe(files: dict[str, bytes]) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(files[f"people/{zoe.id}.json"])
        return record

    now, before, later = files_for(-5, 1), files_for(-90, -1), files_for(20, 30)
    record = of_zoe(now)
    assert all(record[each] for each in HAPPENED)
    others = json.loads(now[f"people/{manager.id}.json"])
    assert [others[each] for each in HAPPENED] == [[]] * len(HAPPENED)
    assert [each["excuse"] for each in record["waivers_and_absences"]] == ["waived"]
    kinds = {each["event"]["kind"] for each in json.loads(now["events.json"])["events"]}
    assert {"extension-given", "waived-given", "module-completed"} <= kinds
    for files in (before, later):
        record = of_zoe(files)
        assert [record[each] for each in HAPPENED] == [[]] * len(HAPPENED)
        assert record["waivers_and_absences"] == []
        assert json.loads(files["events.json"])["events"] == []
    assert [each["periods"] for each in of_zoe(before)["requirements"]] == [[], []]


def test_a_units_pack_is_about_who_was_posted_there_then(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    """Of those, whom whoever asks looks after still."""
    unit, elsewhere = zoe.unit_id, make_unit(session, manager.organisation, "Gate")
    first, last = in_days(-20), in_days(-10)
    stays = [(in_days(-30), first), (last, in_days(-5)), (in_days(-15), in_days(-14))]
    short = [(in_days(-30), in_days(-21)), (in_days(-9), None)]
    people = []
    for starts_on, ends_on in (*stays, *short):
        person = make_person(session, elsewhere)
        session.add(
            Posting(person_id=person.id, unit_id=unit or 0, starts_on=starts_on, ends_on=ends_on)
        )
        people.append(person.id)
    session.commit()
    form = {"unit": str(unit), "first_on": str(first), "last_on": str(last)}
    files = files_of(pack_at(browser, browser.sign_in(manager), "/evidence/units", form))
    names = {name for name in files if name.startswith("people/")}
    assert names == {f"people/{id}.json" for id in (zoe.id, manager.id, *people[: len(stays)])}

    wing = session.get_one(Unit, unit)
    narrow = make_person(session, wing, roles=(Role.MANAGER,), roles_at=wing)
    session.commit()
    files = files_of(pack_at(browser, browser.sign_in(narrow), "/evidence/units", form))
    names = {name for name in files if name.startswith("people/")}
    assert names == {f"people/{id}.json" for id in (zoe.id, manager.id, narrow.id)}


def test_an_unfit_number_of_people_is_said(
    session: Session,
    browser: Browser,
    manager: Person,
    zoe: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("coursesite.evidence.services.MOST_PEOPLE", 1)
    form = {"unit": str(zoe.unit_id), "first_on": "2026-01-01", "last_on": str(in_days(0))}
    answer = browser.sign_in(manager).post("/evidence/units", form)
    assert answer.status_code == 422
    assert "That are 2 people; a pack holds at most 1." in answer.text


def test_packs_are_not_asked_for_without_end(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    days = {"unit": str(zoe.unit_id), "first_on": "2026-01-01", "last_on": str(in_days(0))}
    addresses: dict[str, dict[str, str]] = {
        "/evidence/own": {},
        f"/evidence/people/{zoe.id}": {},
        "/evidence/units": days,
    }
    client = browser.sign_in(manager)
    for address, form in addresses.items():
        answers = [client.post(address, form).status_code for _ in range(21)]
        assert set(answers[:20]) <= {302, 409}, address
        assert answers[20] == 429, address


def test_the_file_is_for_who_looks_after_them_still(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    unit, client = session.get_one(Unit, zoe.unit_id), browser.sign_in(manager)
    days = {"first_on": "2026-01-01", "last_on": str(in_days(0))}
    client.post(f"/evidence/people/{zoe.id}")
    client.post("/evidence/units", {"unit": str(unit.id), **days})
    kept = sa.select(Task.permission, Task.paths).where(Task.kind == PACK)
    assert session.execute(kept).all() == [(Permission.SEE_REPORTS, [unit.path])] * 2


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        ("2026-05-01 23:30", "UTC", False),
        ("2026-05-01 23:30", "Europe/Berlin", True),
        ("2026-05-03 23:59", "UTC", True),
        ("2026-05-03 22:30", "Europe/Berlin", False),
    ],
)
def test_the_days_of_a_pack_are_those_of_the_organisation(
    session: Session, zoe: Person, moment: str, zone: str, expected: bool
) -> None:
    about = About(zoe.id, None, date(2026, 5, 2), date(2026, 5, 3), whole=False, paths=None)
    read = Reading(session, zoe, about, zone, date(2026, 6, 1))
    assert read.in_period(datetime.fromisoformat(moment).replace(tzinfo=UTC)) is expected


@pytest.fixture
def _two_in_a_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coursesite.evidence.jobs.IN_A_REPORT", 2)


@pytest.mark.usefixtures("_two_in_a_report")
def test_a_pack_about_many_has_a_report_for_some_of_them_each(
    session: Session, browser: Browser, manager: Person, zoe: Person, tmp_path: Path
) -> None:
    unit = session.get_one(Unit, zoe.unit_id)
    people = [zoe, manager, *(make_person(session, unit, family_name="Zz") for _ in range(3))]
    session.commit()
    form = {"unit": str(unit.id), "first_on": str(in_days(-5)), "last_on": str(in_days(1))}
    content = pack_at(browser, browser.sign_in(manager), "/evidence/units", form)
    files = files_of(content)
    reports = sorted(name for name in files if name.endswith(".pdf"))
    assert reports == [f"reports/00000{first}.pdf" for first in (1, 3, 5)]
    pages = [PdfReader(io.BytesIO(files[name])).pages[0].extract_text() for name in reports]
    assert "People 3 to 4 of 5" in pages[1]
    assert sum(zoe.family_name in page for page in pages) == 1
    assert {f"people/{each.id}.json" for each in people} < set(files)
    proved(tmp_path, content, browser)


def test_what_cannot_be_packed_is_said_at_the_form(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    client, form = browser.sign_in(manager), {"unit": str(zoe.unit_id)}
    empty = make_unit(session, manager.organisation, "Nobody's")
    session.commit()
    days = {"first_on": str(in_days(0)), "last_on": str(in_days(-1))}
    for sent, words in (
        ({**form, **days}, "The last day is before the first."),
        ({**form, "first_on": "2026-01-01"}, "Enter the last day"),
        ({**days, "last_on": str(in_days(0)), "unit": str(empty.id)}, "Nobody whom you look after"),
    ):
        answer = client.post("/evidence/units", sent)
        assert answer.status_code == 422
        assert words in answer.text


def test_strangers_pack_nothing(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    other_unit = make_unit(session, manager.organisation, "Gate")
    neighbour = make_person(session, other_unit, roles=(Role.MANAGER,), roles_at=other_unit)
    stranger = make_person(session, roles=tuple(Role))
    days = {"first_on": "2026-01-01", "last_on": "2026-12-31"}
    for person in (neighbour, stranger):
        client = browser.sign_in(person)
        assert client.get(f"/evidence?person={zoe.id}").status_code == 404
        assert client.post(f"/evidence/people/{zoe.id}").status_code == 404
        answer = client.post("/evidence/units", {"unit": str(zoe.unit_id), **days})
        assert answer.status_code == 422
    colleague = browser.sign_in(make_person(session, zoe.unit))
    assert colleague.post(f"/evidence/people/{manager.id}").status_code == 403
    assert colleague.post("/evidence/units", days).status_code == 403
    assert session.scalars(sa.select(Event).where(Event.kind == "evidence-pack-made")).all() == []


def test_assignments_of_others_are_in_nobodys_pack(
    session: Session, browser: Browser, manager: Person, zoe: Person
) -> None:
    other = make_unit(session, manager.organisation, "Gate")
    plan = make_plan(other, kind=TargetKind.MODULE, slug=SLUG, reason="Only at the gate")
    make_person(session, other)
    assign(session, plan, acting(manager))
    session.commit()
    assert len(session.scalars(sa.select(Assignment)).all()) == 2
    content = pack_at(browser, browser.sign_in(zoe), "/evidence/own")
    assert b"Only at the gate" not in b"".join(files_of(content).values())
