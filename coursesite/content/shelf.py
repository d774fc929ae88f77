"""What organisations say of themselves inside the course: read once, and put together once.

Which versions are live is asked in one question; what they come to for a reader is kept in memory
by their revisions, which never change.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.content.rules.local import (
    NO_TEXTS,
    Level,
    LocalText,
    LocalTexts,
    in_force,
    number_of,
    slug_of,
)
from coursesite.db import Prepared
from coursesite.people.rules import DEEPEST
from coursesite.revisions.models import LiveRevision, LocalVersion, is_live
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shelf

LOCALS: Shelf[LocalText] = Shelf(Kind.LOCAL, LocalText.from_json)
MOST_KEPT = 1000

LiveLocal = tuple[str, int]
"""The slug of an organisation's local version, and the revision that is read now."""

Key = tuple[tuple[int, ...], tuple[LiveLocal, ...], str]


@lru_cache(maxsize=MOST_KEPT)
def local_slugs(organisations: tuple[int, ...]) -> Mapping[str, str]:
    """The names of the local versions of a line of organisations, as values of the questions."""
    slugs = [slug_of(each) for each in organisations] + [""] * (DEEPEST - len(organisations))
    return {f"local_{number}": slug for number, slug in enumerate(slugs)}


LOCAL_SLUGS: tuple[sa.BindParameter[str], ...] = tuple(
    sa.bindparam(f"local_{number}") for number in range(DEEPEST)
)


def is_live_local() -> list[sa.ColumnElement[bool]]:
    """Live versions of a line of organisations; see local_slugs()."""
    return [is_live(Kind.LOCAL), LiveRevision.slug.in_(LOCAL_SLUGS)]


def local_texts(session: Session, organisations: tuple[int, ...], language: str) -> LocalTexts:
    """All that is in force for the people of the first of these organisations."""
    rows = _LIVE.rows(session, local_slugs(organisations))
    live = [(row.slug, row.revision_id) for row in rows]
    return local_texts_of(session, organisations, live, language)


def local_texts_of(
    session: Session, organisations: tuple[int, ...], live: Sequence[LiveLocal], language: str
) -> LocalTexts:
    """The same, of the live revisions."""
    if not live:
        return NO_TEXTS
    rows = tuple(live)
    key = (organisations, rows, language)
    found = _kept.get(key)
    if found is None:
        found = in_force(_levels(session, organisations, rows), language)
        with _lock:
            _kept[key] = found
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return found


_kept: OrderedDict[Key, LocalTexts] = OrderedDict()
_lock = Lock()


def local_texts_with(
    session: Session, organisations: tuple[int, ...], language: str, draft: LocalText
) -> LocalTexts:
    """All that would be in force if the first organisation published this draft."""
    rows = _LIVE.rows(session, local_slugs(organisations))
    live = [(row.slug, row.revision_id) for row in rows]
    levels = _levels(session, organisations, live)
    own = next((level.versions for level in levels if level.own), {})
    above = [level for level in levels if not level.own]
    drafted = Level({**own, draft.language: (0, draft)}, own=True)
    return in_force([drafted, *above], language)


@dataclass(frozen=True)
class Drafted:
    """A text that an organisation has not published yet."""

    organisation_id: int
    text: LocalText


def local_texts_after(
    session: Session,
    organisations: tuple[int, ...],
    live: Sequence[LiveLocal],
    language: str,
    drafted: Drafted | None,
) -> LocalTexts:
    """All that would be in force for the people of the first, if another of them published this.

    None is what is in force now.
    """
    levels = []
    for each in organisations:
        found = _levels(session, [each], [row for row in live if row[0] == slug_of(each)])
        versions = dict(found[0].versions) if found else {}
        if drafted and each == drafted.organisation_id:
            versions[drafted.text.language] = (0, drafted.text)
        levels.append(Level(versions))
    return in_force(levels, language)


def local_texts_then(session: Session, version: LocalVersion) -> LocalTexts:
    """What was in force when this version was kept, made of the same revisions."""
    return local_texts_made_of(session, version.organisation_id, version.made_of, version.language)


def local_texts_made_of(
    session: Session, organisation_id: int, made_of: Sequence[int], language: str
) -> LocalTexts:
    """What these revisions came to for an organisation's people, those of the nearest first."""
    shown = LOCALS.get_all(session, made_of)
    live = [(shown[each].slug, each) for each in made_of]
    above = dict.fromkeys(number_of(slug) for slug, _each in live)
    line = dict.fromkeys([organisation_id, *above])
    return local_texts_of(session, tuple(line), live, language)


def forget() -> None:
    """Keep nothing in memory, as after the database itself was exchanged."""
    LOCALS.forget()
    with _lock:
        _kept.clear()


def _levels(
    session: Session, organisations: Sequence[int], rows: Sequence[LiveLocal]
) -> list[Level]:
    shown = LOCALS.get_all(session, [revision_id for _slug, revision_id in rows])
    return [
        Level(
            {shown[each].language: (each, shown[each].text) for each in ids},
            own=number == 0,
        )
        for number, organisation in enumerate(organisations)
        if (ids := [each for slug, each in rows if slug == slug_of(organisation)])
    ]


_LIVE = Prepared(
    sa.select(LiveRevision.slug, LiveRevision.revision_id)
    .where(*is_live_local())
    .order_by(LiveRevision.slug, LiveRevision.language)
)
