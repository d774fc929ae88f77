"""After an erasure no table knows the name, and everything that was proved is still proved."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments.services import bring_all_forward
from coursesite.audit.services import broken_seals, seal_all, wrongly_removed
from coursesite.db import Base
from coursesite.doctor.services import INVARIANTS
from coursesite.erasing.rules import (
    ABOUT_THEM,
    BY_HAND,
    COURSE,
    NO_NAME,
    PROOF,
    ROWS_GO,
    SEARCHED,
    pseudonym,
)
from coursesite.evidence.library.verifying import verify
from coursesite.jobs.models import TaskFile
from coursesite.jobs.rules import FINAL, TaskState
from coursesite.jobs.services import run_next
from coursesite.schedule import HANDLERS, LONG
from tests.browser import Browser, Client
from tests.erasing.world import (
    FAMILY,
    NAME,
    REVERSED,
    erase_by,
    leave,
    make_full_world,
    plant,
    where,
)
from tests.jobs.makers import work_all
from tests.site.world import World


@pytest.fixture
def world(session: Session, browser: Browser, tmp_path: Path) -> World:
    return make_full_world(session, browser, tmp_path)


def test_it_is_said_of_every_column_what_becomes_of_it() -> None:
    """Whoever adds a column that can hold words finds this test red, and says so in `columns`."""
    said: set[str] = set()
    for named in (COURSE, BY_HAND, NO_NAME):
        new = {f"{table}.{name}" for table, names in named.items() for name in names}
        assert said & new == set()
        said |= new
    searched = {f"{each.table}.{name}" for each in SEARCHED for name in each.columns}
    own = {f"{each.table}.{name}" for each in (*ABOUT_THEM, *PROOF) for name in each.columns}
    assert (searched | own) & said == set()
    assert said | searched | own == set(_columns_with_words())


def _columns_with_words() -> list[str]:
    wordy = (sa.String, sa.JSON, sa.LargeBinary)
    return [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, wordy)
    ]


def test_it_is_said_of_every_table_of_people_whether_its_rows_stay() -> None:
    about = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "people"
    }
    assert about == STAY | set(ROWS_GO)


STAY = {
    *("act_people", "acts", "archived_revisions", "assignments", "attempts", "certificates"),
    *("completions", "draft_comments", "draft_opinions", "drafts", "extensions"),
    *("import_batches", "import_lines", "leaves", "local_looks", "mails", "media_files"),
    *(
        "module_rounds",
        "parked",
        "parked_sweeps",
        "pass_decisions",
        "planned_publications",
        "postings",
    ),
    *("publications", "regrades", "reminders", "requirements", "revisions", "role_grants"),
    *("saved_texts", "tasks", "text_looks", "unlocks"),
}
"""Rows that stay under the pseudonym: what was learned, required, decided, written for others."""


def test_no_table_knows_the_name_afterwards(
    session: Session, browser: Browser, world: World
) -> None:
    zelda, words = world.zelda, (FAMILY, world.zelda.email, str(world.zelda.staff_number))
    planted = plant(session, zelda.organisation_id, f"{NAME}; {REVERSED}; {zelda.email}")
    assert planted >= {f"{each.table}.{name}" for each in SEARCHED for name in each.columns}
    browser.sign_in(world.boss).post(f"/evidence/people/{zelda.id}")
    with browser.app.app_context():
        work_all(LONG)
    leave(session, zelda, world.boss)
    before = where(session, *words)
    assert before >= planted | TEXTS_OF_THE_WORLD | {
        *("people.email", "people.family_name", "people.staff_number", "certificates.payload"),
        *("events.reason", "events.before", "import_batches.content", "mail_attachments.content"),
    }
    assert session.scalars(sa.select(TaskFile)).first()

    task = erase_by(browser.app, session, world.boss, zelda)

    assert (task.state, task.values and task.values["people"]) == (TaskState.DONE, 1)
    assert task.payload[FINAL]
    assert "module at-the-door (en)" in str(task.values)
    assert where(session, *words) == TEXTS_OF_THE_WORLD
    assert session.scalars(sa.select(TaskFile)).first() is None
    assert zelda.name == pseudonym(zelda.id)


TEXTS_OF_THE_WORLD = {
    "draft_comments.passage",
    "drafts.files",
    "revisions.files",
    "revisions.rendered",
    "revisions.title",
    "saved_texts.files",
    "upload_parts.data",
    "uploads.outline",
}


def test_what_was_proved_is_proved_still(
    session: Session, browser: Browser, world: World, tmp_path: Path
) -> None:
    """The chain holds, every invariant is as it was, and a pack made earlier is still good."""
    zelda, boss = world.zelda, browser.sign_in(world.boss)
    plant(session, zelda.organisation_id, NAME)
    asked = boss.post(f"/evidence/people/{zelda.id}")
    with browser.app.app_context():
        work_all(LONG)
    pack = tmp_path / "pack.zip"
    pack.write_bytes(boss.get(f"{asked.location}/file", buffered=True).data)
    leave(session, zelda, world.boss)
    seal_all(session)
    bring_all_forward(session)
    before = _broken(session)

    erase_by(browser.app, session, world.boss, zelda)

    seal_all(session)
    assert broken_seals(session) == []
    assert list(wrongly_removed(session)) == []
    assert _broken(session) == before
    assert verify(pack).problems == []
    asked = boss.post(f"/evidence/people/{zelda.id}")
    with browser.app.app_context():
        work_all(LONG)
    pack.write_bytes(boss.get(f"{asked.location}/file", buffered=True).data)
    verdict = verify(pack)
    assert verdict.problems == []
    assert any("erased with a person" in each for each in verdict.told)
    assert NAME.split()[1].encode() not in pack.read_bytes()


def _broken(session: Session) -> dict[str, list[str]]:
    session.expire_all()
    return {each.name: list(each.find(session)) for each in INVARIANTS}


def test_the_record_of_learning_stays_as_it_was(
    session: Session, browser: Browser, world: World
) -> None:
    zelda = world.zelda
    leave(session, zelda, world.boss)
    before = {name: _rows(session, name) for name in LEARNED}
    erase_by(browser.app, session, world.boss, zelda)
    assert {name: _rows(session, name) for name in LEARNED} == before


LEARNED = ("postings", "requirements", "requirement_versions", "periods", "attempts", "reminders")


def _rows(session: Session, name: str) -> list[tuple[object, ...]]:
    table = Base.metadata.tables[name]
    return [tuple(row) for row in session.execute(sa.select(table).order_by(*table.primary_key))]


def test_past_days_are_counted_as_they_were(
    session: Session, browser: Browser, tmp_path: Path
) -> None:
    """Each day of the month before and after, as known then and as known now."""
    start = clock.now() - timedelta(days=20)
    with time_machine.travel(start, tick=True):
        world = make_full_world(session, browser, tmp_path)
    with time_machine.travel(start + timedelta(days=10), tick=True):
        leave(session, world.zelda, world.boss)
        with browser.app.app_context():
            _work_through(session)
    boss = browser.sign_in(world.boss)
    days = [(start + timedelta(days=number)).date().isoformat() for number in (1, 9, 12)]
    asked = [f"/reports?as_of={day}&known={known}" for day in days for known in ("then", "now")]
    before = [_words_of(boss, address) for address in asked]
    assert len(set(before)) > 1

    erase_by(browser.app, session, world.boss, world.zelda)

    assert [_words_of(boss, address) for address in asked] == before


def _work_through(session: Session) -> None:
    while run_next(session, HANDLERS):
        pass
    session.commit()


def _words_of(client: Client, address: str) -> str:
    """All that the page says, but for what views are called that were saved under her name."""
    page = client.get(address)
    assert page.status_code == 200
    words = re.sub(r"<[^>]*>", "", page.text)
    return re.sub(r"All my units.*Change my views", "", words)
