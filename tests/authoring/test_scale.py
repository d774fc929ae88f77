"""Authoring pages ask the same few questions for 500 modules and 20,000 revisions."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import Draft
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import Kind
from tests.authoring.seeding import EACH, MODULES, make_large
from tests.authoring.test_desk import EDIT, QUESTIONS, form_of, keepers
from tests.authoring.test_publishing import BETTER, PUBLISH, pia, publisher, write
from tests.browser import Client, Queries

__all__ = ["keepers", "pia", "publisher"]

SLUG = "at-the-door"


@pytest.fixture
def large(session: Session, pia: Client) -> None:
    """After the small course is published."""
    make_large(session, SLUG)
    session.execute(sa.text("ANALYZE"))  # as a database does by itself of tables that grew


@pytest.mark.usefixtures("large")
def test_pages_ask_few_questions(session: Session, pia: Client) -> None:
    write(pia)
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
        PUBLISH,
        "/authoring/registers",
        "/authoring/facts/facts/all",
        "/authoring/paths/police/all",
    )
    assert len(session.scalars(sa.select(Revision.id)).all()) >= MODULES * EACH

    counted = {page: asked(session, pia, page) for page in pages}

    assert {page: number for page, number in counted.items() if number > 10} == {}
    pia.post(f"{EDIT}/preview", form_of(pia, source=BETTER))
    with Queries(session.connection()) as queries:
        assert pia.post(f"{EDIT}/preview", {"source": BETTER}).status_code == 200
    assert len(queries) <= 10


def asked(session: Session, client: Client, page: str) -> int:
    """What the second visit of a process asks, with its texts in memory."""
    assert client.get(page).status_code == 200
    with Queries(session.connection()) as queries:
        assert client.get(page).status_code == 200
    return len(queries)
