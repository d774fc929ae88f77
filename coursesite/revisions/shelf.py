"""Live texts kept in memory: each process reads a revision once, and asks which one is live.

A revision never changes, so what was read of it stays right for ever; only the question "which is
live?" goes to the database, once per request. So every process shows a publication at once.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.db import Prepared
from coursesite.errors import NotFound
from coursesite.revisions.models import LiveRevision, Revision
from coursesite.revisions.rules import EVERY_LANGUAGE, Kind, short

T = TypeVar("T")

FALLBACK_LANGUAGE = "en"
MOST_KEPT = 1_000
"""All that is live of a large course must fit: what does not is read anew for each page."""

MOST_OF_THE_PAST = 16_000_000
"""So many characters of texts that are not live any more are kept beside: twice that in memory."""


@dataclass(frozen=True)
class Shown(Generic[T]):
    """A revision as pages use it: `text` is what was rendered when it was made."""

    revision_id: int
    digest: str
    slug: str
    language: str
    text: T

    @property
    def name(self) -> str:
        """How the revision is named to people."""
        return short(self.digest)


class Shelf(Generic[T]):
    """The texts of one kind; `read` makes one of what a revision keeps as `rendered`."""

    def __init__(self, kind: Kind, read: Callable[[Mapping[str, Any]], T]) -> None:
        self.kind = kind
        self.read = read
        self._kept: OrderedDict[int, Shown[T]] = OrderedDict()
        self._sizes: dict[int, int] = {}
        self._read_now: dict[tuple[str, str], int] = {}
        self._lock = Lock()

    def find_live(
        self, session: Session, slug: str, language: str = EVERY_LANGUAGE
    ) -> Shown[T] | None:
        """What is read now, in this language or else in English; None if nothing is published."""
        asked = {"kind": self.kind, "slug": slug, "language": language}
        ids = {row.language: row.revision_id for row in _LIVE.rows(session, asked)}
        return self.pick(session, ids, language)

    def pick(
        self, session: Session, live: Mapping[str, int], language: str = EVERY_LANGUAGE
    ) -> Shown[T] | None:
        """Of the live revision ids by language, the text in this one or else in English."""
        revision_id = live.get(language) or live.get(FALLBACK_LANGUAGE)
        if not revision_id:
            return None
        shown = self.get(session, revision_id)
        self._read_now[shown.slug, language] = revision_id
        return shown

    def all_live(self, session: Session, language: str = EVERY_LANGUAGE) -> list[Shown[T]]:
        """Everything that is read now, by slug, each in this language or else in English."""
        asked = {"kind": self.kind, "language": language}
        rows = _ALL_LIVE.rows(session, asked)
        ids: dict[str, int] = {}
        for row in sorted(rows, key=lambda row: row.language == language):
            ids[row.slug] = row.revision_id
        self._read_now.update(((slug, language), id_) for slug, id_ in ids.items())
        shown = self.get_all(session, ids.values())
        return [shown[ids[slug]] for slug in sorted(ids)]

    def get(self, session: Session, revision_id: int) -> Shown[T]:
        """Any revision, live or not, exactly as it was made."""
        kept = self._kept.get(revision_id)
        if kept is None:
            kept = self._take_in(session, [revision_id]).get(revision_id)
        if kept is None:
            raise NotFound("There is no such revision.")
        return kept

    def get_all(self, session: Session, revision_ids: Iterable[int]) -> dict[int, Shown[T]]:
        """Several revisions, by their ids."""
        wanted = list(dict.fromkeys(revision_ids))
        known = {each: shown for each in wanted if (shown := self._kept.get(each))}
        known |= self._take_in(session, [each for each in wanted if each not in known])
        if len(known) < len(wanted):
            raise NotFound("There is no such revision.")
        return {each: known[each] for each in wanted}

    def forget(self) -> None:
        """Keep nothing in memory, as after the database itself was exchanged."""
        with self._lock:
            self._kept.clear()
            self._sizes.clear()
            self._read_now.clear()

    def _take_in(self, session: Session, revision_ids: list[int]) -> dict[int, Shown[T]]:
        if not revision_ids:
            return {}
        wanted = sa.select(
            Revision.id,
            Revision.digest,
            Revision.slug,
            Revision.language,
            Revision.rendered,
            sa.func.length(sa.cast(Revision.rendered, sa.Text)).label("size"),
        ).where(Revision.id.in_(revision_ids), Revision.kind == self.kind)
        read: dict[int, Shown[T]] = {}
        for row in session.execute(wanted):
            text = self.read(row.rendered)
            read[row.id] = Shown(row.id, row.digest, row.slug, row.language, text)
            self._sizes[row.id] = row.size
        with self._lock:
            self._kept.update(read)
            self._make_room()
        return read

    def _make_room(self) -> None:
        """What is read now stays, as far as it is no more than MOST_KEPT; of the past some."""
        live = set(self._read_now.values())
        past = [each for each in self._kept if each not in live]
        too_much = sum(self._sizes.get(each, 0) for each in past) - MOST_OF_THE_PAST
        for each in past:
            if too_much <= 0:
                break
            too_much -= self._drop(each)
        while len(self._kept) > MOST_KEPT:
            self._drop(next(iter(self._kept)))

    def _drop(self, revision_id: int) -> int:
        self._kept.pop(revision_id, None)
        return self._sizes.pop(revision_id, 0)


_live = (
    sa.select(LiveRevision.slug, LiveRevision.language, LiveRevision.revision_id)
    .where(
        LiveRevision.kind == sa.bindparam("kind"),
        sa.or_(
            LiveRevision.language == sa.bindparam("language"),
            LiveRevision.language == FALLBACK_LANGUAGE,
        ),
    )
    .order_by(LiveRevision.slug)
)
_ALL_LIVE = Prepared(_live)
_LIVE = Prepared(_live.where(LiveRevision.slug == sa.bindparam("slug")))
