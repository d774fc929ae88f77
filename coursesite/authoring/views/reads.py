"""How two revisions of a module differ for whoever reads them."""

from collections.abc import Sequence
from dataclasses import dataclass

from coursesite.content.queries import MODULES
from coursesite.content.rules import Module
from coursesite.content.rules.changes import changes_between
from coursesite.extensions import db
from coursesite.learning.views.marked import ShownLesson, shown_lessons
from coursesite.revisions.models import Revision
from coursesite.revisions.rules import Kind


@dataclass(frozen=True)
class Reads:
    """The changed lessons, and the titles of those that are gone."""

    lessons: Sequence[ShownLesson]
    gone: Sequence[str]


def reads(before: Revision | None, after: Module | Revision | None) -> Reads | None:
    """None where there is nothing to compare: of quizzes, of a first text, of a broken draft."""
    if before is None or before.kind is not Kind.MODULE or after is None:
        return None
    new = MODULES.get(db.session, after.id).text if isinstance(after, Revision) else after
    changes = changes_between(MODULES.get(db.session, before.id).text, new)
    return Reads(shown_lessons(before.slug, changes), changes.gone)
