"""A large course, made in the database: 500 modules of 40 revisions each."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.revisions.models import LiveRevision, Publication, Revision
from coursesite.revisions.rules import Kind

MODULES, EACH = 500, 40
TEXT = ("kind", "slug", "language")


def make_large(session: Session, slug: str) -> None:
    """500 modules with 40 revisions each, of which the last is live, like this module."""
    live = session.scalars(
        sa.select(LiveRevision.revision_id).where(
            LiveRevision.kind == Kind.MODULE,
            LiveRevision.slug == slug,
            LiveRevision.language == "en",
        )
    ).one()
    before = session.scalars(sa.select(sa.func.max(Revision.id))).one()
    first = sa.select(sa.literal(0).label("n")).cte("numbers", recursive=True)
    numbers = first.union_all(sa.select(first.c.n + 1).where(first.c.n < MODULES * EACH - 1))
    n = numbers.c.n
    is_last = n % EACH == EACH - 1
    nothing = sa.literal({}, Revision.files.type)
    rows = sa.select(
        before + 1 + n,
        Revision.kind,
        sa.case((n < EACH, slug), else_="module-" + sa.cast(n // EACH, sa.String)),
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
        Revision.id > before, Revision.slug != slug, (Revision.id - before) % EACH == 0
    )
    session.execute(sa.insert(LiveRevision).from_select([*TEXT, "revision_id"], newest))
    session.commit()
