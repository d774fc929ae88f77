"""After an erasure no table knows the name, and everything that was proved is still proved."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import Base
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
from coursesite.jobs.models import TaskFile
from coursesite.jobs.rules import TaskState
from coursesite.schedule import LONG
from tests.browser import Browser
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

TEXTS = {f"{table}.{name}" for table, names in COURSE.items() for name in names}
"""What authors wrote for readers: told to whoever erases, and theirs to change."""


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
    *("module_rounds", "parked", "pass_decisions", "planned_publications", "postings"),
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

    assert (task.state, task.values and task.values["people"]) == (TaskState.DONE, "1")
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
}
