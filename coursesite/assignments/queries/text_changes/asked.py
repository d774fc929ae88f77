"""What published changes of texts ask in a period, and in whose words."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.assignments.models import ContentRenewal
from coursesite.revisions.models import LocalReach, Publication
from coursesite.revisions.rules import Kind


def changed_by(session: Session, period_id: int) -> date | None:
    """By when a changed text must be learned in this period; None when none opened it."""
    return changed_by_each(session, [period_id]).get(period_id)


def changed_by_each(session: Session, period_ids: Collection[int]) -> Mapping[int, date]:
    """The same of several; without those that no changed text opened."""
    first = sa.select(ContentRenewal.period_id, sa.func.min(ContentRenewal.due_on))
    asked = first.where(ContentRenewal.period_id.in_(period_ids))
    return {row[0]: row[1] for row in session.execute(asked.group_by(ContentRenewal.period_id))}


@dataclass(frozen=True)
class TextChange:
    """A text that changed, when, and what its publisher said about it.

    `slug` is that of the module also where an organisation changed its own words in it.
    """

    kind: Kind
    slug: str
    published_at: datetime
    note: str

    @property
    def modules(self) -> frozenset[str] | None:
        """What is to be learned again; None is all of a path."""
        return None if self.kind is Kind.PATH else frozenset({self.slug})


def changes_in(session: Session, period_ids: Collection[int]) -> Mapping[int, Sequence[TextChange]]:
    """The changes that each of these periods asks somebody to learn, the latest first."""
    found = (
        sa.select(
            ContentRenewal.period_id,
            Publication.kind,
            changed_slug().label("slug"),
            Publication.published_at,
            Publication.note,
        )
        .join(Publication, Publication.id == ContentRenewal.publication_id)
        .outerjoin(LOCALLY, LOCALLY.c.publication_id == Publication.id)
        .where(ContentRenewal.period_id.in_(period_ids))
        .order_by(Publication.id.desc(), sa.literal_column("slug"))
    )
    changes: defaultdict[int, list[TextChange]] = defaultdict(list)
    for row in session.execute(found):
        change = TextChange(row.kind, row.slug, row.published_at, row.note)
        changes[row.period_id].append(change)
    return changes


LOCALLY = (
    sa.select(LocalReach.publication_id, LocalReach.module_slug).distinct().subquery("locally")
)
"""The modules that publications of local versions ask people to learn again."""


def changed_slug() -> sa.ColumnElement[str]:
    """The module or path that a publication changed; beside LOCALLY."""
    return sa.func.coalesce(LOCALLY.c.module_slug, Publication.slug)


Reach = Mapping[tuple[str, str], Collection[int]]
"""The organisations whose people read other words in a module, by its slug and the language."""


def reach_of_publication(session: Session, publication_id: int) -> Reach:
    """Whom a publication of a local version asks."""
    found = sa.select(LocalReach).where(LocalReach.publication_id == publication_id)
    reach: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row in session.scalars(found):
        reach[row.module_slug, row.language].append(row.organisation_id)
    return reach
