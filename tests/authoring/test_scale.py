"""Authoring pages ask the same few questions for 500 modules and 20,000 revisions."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import Draft
from coursesite.people.models import Unit
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import Kind
from tests.authoring.courses import EN_MD, MODULE, small_course
from tests.authoring.seeding import EACH, MODULES, make_large
from tests.authoring.test_desk import EDIT, QUESTIONS, form_of, keepers
from tests.authoring.test_media import push
from tests.authoring.test_publishing import PUBLISH, pia, publisher, write
from tests.browser import Client, Queries
from tests.content.intake.files import picture, saved
from tests.makers import make_person

__all__ = ["keepers", "pia", "publisher"]

SLUG = "at-the-door"
PICTURED = MODULE.replace("Many children", "![The door](media/door.png)\n\nMany children")
BETTER = PICTURED.replace("Many children", "Most children")


@pytest.fixture
def large(session: Session, pia: Client, tmp_path: Path) -> None:
    """After the small course is published, with a picture in its module."""
    course = small_course(tmp_path)
    (course / EN_MD).write_text(PICTURED, "utf-8")
    media = (course / EN_MD).parent / "media"
    media.mkdir()
    (media / "door.png").write_bytes(saved(picture(size=(1280, 640)), "PNG"))
    push(session, course)
    make_large(session, SLUG)
    session.execute(sa.text("ANALYZE"))  # as a database does by itself of tables that grew


@pytest.mark.usefixtures("large")
def test_pages_ask_few_questions(session: Session, pia: Client, keepers: Unit) -> None:
    undrafted = {page: asked(session, pia, page) for page in (EDIT, PUBLISH, f"{EDIT}/media")}
    write(pia, BETTER)
    pia.post(QUESTIONS, form_of(pia, QUESTIONS))
    draft = session.scalars(sa.select(Draft).where(Draft.kind == Kind.MODULE)).one().id
    pages = (
        "/authoring",
        "/authoring/reviews",
        f"{EDIT}",
        QUESTIONS,
        f"{QUESTIONS}/questions",
        f"{EDIT}/history",
        f"{EDIT}/changes",
        f"{EDIT}/drafts/{draft}",
        f"{EDIT}/media",
        f"{EDIT}/media/door.png",
        PUBLISH,
        "/authoring/registers",
        "/authoring/facts/facts/all",
        "/authoring/paths/police/all",
    )
    assert len(session.scalars(sa.select(Revision.id)).all()) >= MODULES * EACH

    counted = {page: asked(session, pia, page) for page in pages}

    assert {page: number for page, number in undrafted.items() if number > 10} == {}
    assert {page: number for page, number in counted.items() if number > 10} == {}
    pia.post(f"{EDIT}/preview", form_of(pia, source=BETTER))
    with Queries(session.connection()) as queries:
        assert pia.post(f"{EDIT}/preview", {"source": BETTER}).status_code == 200
    assert len(queries) <= 10
    session.execute(sa.update(Draft).values(author_id=make_person(session, keepers).id))
    assert asked(session, pia, PUBLISH) <= 10  # of a colleague's draft


def asked(session: Session, client: Client, page: str) -> int:
    """What the second visit of a process asks, with its texts in memory."""
    assert client.get(page).status_code == 200
    with Queries(session.connection()) as queries:
        assert client.get(page).status_code == 200
    return len(queries)
