"""Authoring pages ask the same few questions for 500 modules and 20,000 revisions."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import Draft
from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.rules import Kind
from tests.authoring.test_desk import EDIT, QUESTIONS, form_of, keepers
from tests.authoring.test_publishing import BETTER, PUBLISH, pia, publisher, write
from tests.browser import Client, Queries

__all__ = ["keepers", "pia", "publisher"]

MODULES, EACH = 500, 40
SLUG = "at-the-door"
TEXT = ("kind", "slug", "language")


@pytest.fixture
def large(session: Session, pia: Client) -> None:
    """500 modules with 40 revisions each, of which the last is live, all made in the database."""
    live = session.scalars(
        sa.select(LiveRevision.revision_id).where(
            LiveRevision.kind == Kind.MODULE, LiveRevision.slug == SLUG
        )
    ).one()
    before = session.scalars(sa.select(sa.func.max(Revision.id))).one()
    first = sa.select(sa.literal(0).label("n")).cte("numbers", recursive=True)
    numbers = first.union_all(sa.select(first.c.n + 1).where(first.c.n < MODULES * EACH - 1))
    n = numbers.c.n
    is_last = n % EACH == EACH - 1
    nothing = sa.literal({}, Revision.files.type)
    slug = sa.case((n < EACH, SLUG), else_="module-" + sa.cast(n // EACH, sa.String))
    rows = sa.select(
        before + 1 + n,
        Revision.kind,
        slug,
        Revision.language,
        "seeded-" + sa.cast(n, sa.String),
        Revision.title,
        sa.case((is_last, Revision.files), else_=nothing),
        sa.case((is_last, Revision.rendered), else_=nothing),
        Revision.created_at,
    )
    rows = rows.select_from(Revision).join(numbers, sa.true()).where(Revision.id == live)
    names = ["id", *TEXT, "digest", "title", "files", "rendered", "created_at"]
    session.execute(sa.insert(Revision).from_select(names, rows))
    of_text = [getattr(Revision, name) for name in TEXT]
    history = sa.select(
        Revision.id, *of_text, sa.literal("minor"), sa.literal(""), Revision.created_at
    ).where(Revision.id > before)
    names = ["revision_id", *TEXT, "change", "note", "published_at"]
    session.execute(sa.insert(Publication).from_select(names, history))
    newest = sa.select(*of_text, Revision.id).where(
        Revision.id > before, Revision.slug != SLUG, (Revision.id - before) % EACH == 0
    )
    session.execute(sa.insert(LiveRevision).from_select([*TEXT, "revision_id"], newest))
    session.commit()


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
