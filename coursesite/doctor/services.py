"""Checking what must hold, and mending what can be mended without asking anybody."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from coursesite.assignments.queries.pasts import Past, pasts_after
from coursesite.assignments.queries.unfinished import unfinished
from coursesite.assignments.services import (
    match_person,
    open_renewals,
    repair_counts,
    rest_by_days,
)
from coursesite.assignments.services.checking import Deviation, deviations
from coursesite.assignments.services.expiring import repair_expiries
from coursesite.assignments.services.history import repair_versions
from coursesite.assignments.services.recalling import recall_facts
from coursesite.audit.services import SITE, record
from coursesite.doctor.queries import requirements, rest
from coursesite.doctor.rules import Finding
from coursesite.jobs.services import enqueue
from coursesite.people.models import Person
from coursesite.people.services import people_changed
from coursesite.quizzes.services import CLOSE_ATTEMPT

CHECK_INVARIANT = "check-invariant"
CHECK_REQUIREMENTS = "check-requirements"
PIECE = 1000
AT_ONCE = 200
"""How many people one repair brings into line: whoever writes meanwhile waits for that long."""


@dataclass(frozen=True)
class Invariant:
    """Something that must hold: its promise in a sentence, what breaks it, and what mends it.

    `repair` is None where a person must look: what happened is known to nobody else.
    """

    name: str
    promise: str
    find: Callable[[Session], Iterator[str]]
    repair: Callable[[Session], object] | None = None


def _match_again(session: Session) -> None:
    for person_id in sorted(set(requirements.people_led_wrongly(session)))[:AT_ONCE]:
        match_person(session, person_id)


def _follow_postings(session: Session) -> None:
    for row in list(rest.misplaced(session))[:AT_ONCE]:
        person = session.get_one(Person, row.id)
        before = {"unit": person.unit_id}
        person.unit_id = row.posted_to
        after = {"unit": row.posted_to}
        record(session, "unit-corrected", SITE, ("person", row.id), before=before, after=after)
        people_changed(session, row.id)
    session.flush()


def _close_attempts(session: Session) -> None:
    for row in list(rest.overdue_attempts(session)):
        enqueue(session, CLOSE_ATTEMPT, {"attempt_id": row.id})


INVARIANTS: Sequence[Invariant] = (
    Invariant(
        "facts",
        "Every requirement says when it was asked, and by which terms it is valid.",
        requirements.lacking_facts,
        recall_facts,
    ),
    Invariant(
        "certified",
        "Whoever is certified has a period that says so.",
        requirements.certified_without_period,
    ),
    Invariant(
        "to-do",
        "Whatever is to do stands in an open period.",
        requirements.to_do_without_period,
    ),
    Invariant(
        "one-open",
        "Nobody has two open periods of one target.",
        requirements.two_open_periods,
    ),
    Invariant(
        "completions",
        "Every completed period names its completion.",
        requirements.completed_without_completion,
    ),
    Invariant(
        "certificates",
        "Every certificate that holds rests on a completion that counts.",
        requirements.certificate_without_completion,
    ),
    Invariant(
        "led-to",
        "Assignments ask those whom they reach, and nobody else.",
        requirements.led_to_wrongly,
        _match_again,
    ),
    Invariant(
        "carried-out",
        "What is done to an assignment reaches everybody whom it concerns.",
        requirements.carried_out_in_part,
    ),
    Invariant(
        "postings",
        "Nobody is posted to two units on the same day.",
        rest.postings_overlapping,
    ),
    Invariant(
        "units",
        "Everybody stands in the unit of today's posting.",
        rest.unit_not_of_posting,
        _follow_postings,
    ),
    Invariant(
        "counts",
        "Counts are the sum of their rows.",
        requirements.counts_not_the_sum,
        repair_counts,
    ),
    Invariant(
        "standings",
        "Standings are the sum of the counts.",
        requirements.standings_not_the_sum,
        repair_counts,
    ),
    Invariant(
        "expiries",
        "How many end on which day is the sum of the counts.",
        requirements.expiries_not_the_sum,
        repair_expiries,
    ),
    Invariant(
        "versions",
        "The latest version of a requirement is how it stands.",
        requirements.versions_not_the_rows,
        repair_versions,
    ),
    Invariant(
        "attempts",
        "No attempt is open past its time.",
        rest.attempts_past_their_time,
        _close_attempts,
    ),
    Invariant(
        "published",
        "Of every text that was published, something is live.",
        rest.published_without_live,
    ),
    Invariant(
        "live",
        "What is live is what was published last.",
        rest.live_not_the_last_published,
    ),
    Invariant(
        "erased",
        "Nothing is left that names whoever is erased, or was theirs alone.",
        rest.erased_and_still_here,
    ),
    Invariant("seals", "Every seal of the record of events holds.", rest.seals_broken),
    Invariant("jobs", "No job waits longer than a day or fails again and again.", rest.jobs_stuck),
)
FROM_NOTHING = (
    "from-nothing",
    "Requirements and periods are what the facts lead to from nothing.",
)


_START: int | None = 0


@dataclass(frozen=True)
class Pieces:
    """How the work is cut: `finish` ends the transaction of each piece; `begin` surrounds those in
    which something is repaired.
    """

    repair: bool
    begin: Callable[[], AbstractContextManager[None]]
    finish: Callable[[], None]


def examine(session: Session, pieces: Pieces) -> Iterator[Finding]:
    """Check everything, a piece at a time, whatever its size."""
    for invariant in INVARIANTS:
        finding = check(session, invariant)
        pieces.finish()
        going_on = pieces.repair and invariant.repair is not None
        while going_on and finding.left:
            with pieces.begin():
                mended = check(session, invariant, repair=True).repaired
                pieces.finish()
            finding.repaired += mended
            going_on = mended > 0
        yield finding
    finding, going = Finding(*FROM_NOTHING), _START
    while going is not None:
        seen, after_id = Finding(*FROM_NOTHING), going
        going = check_piece(session, after_id, seen)
        pieces.finish()
        if pieces.repair and seen.broken:
            seen = Finding(*FROM_NOTHING)
            with pieces.begin():
                check_piece(session, after_id, seen, repair=True)
                pieces.finish()
        finding.take(seen)
    if finding.repaired:
        with pieces.begin():
            note_repair(session, finding)
            pieces.finish()
    yield finding


def check(session: Session, invariant: Invariant, *, repair: bool = False) -> Finding:
    """Whether an invariant holds; with `repair`, what can be mended is, and is on record.

    Of very many people, some are: what is left is for the next time.
    """
    finding = Finding(invariant.name, invariant.promise)
    for sentence in invariant.find(session):
        finding.add(sentence)
    if repair and finding.broken and invariant.repair:
        invariant.repair(session)
        session.flush()
        left = sum(1 for _ in invariant.find(session))
        finding.repaired = finding.broken - left
        note_repair(session, finding)
    return finding


def check_piece(
    session: Session, after_id: int, finding: Finding, *, repair: bool = False
) -> int | None:
    """Build some requirements from nothing; after which to go on, or None at the end."""
    pasts = pasts_after(session, after_id, PIECE)
    reaching = unfinished(session)
    wrong = _wrong(pasts, reaching)
    for each in wrong:
        finding.add(in_words(each))
    late = {each.person_id for each in wrong if each.what in BY_TIME}
    if late and repair:
        _catch_up(session, late)
        again = pasts_after(session, after_id, PIECE)
        finding.repaired += max(len(wrong) - len(_wrong(again, reaching)), 0)
    last_id = pasts[-1].row.id if len(pasts) == PIECE else None
    session.flush()
    session.expunge_all()
    return last_id


def _wrong(pasts: Iterable[Past], reaching: Collection[int]) -> list[Deviation]:
    """But for those that an assignment concerns whose job has not reached everybody yet."""
    settled = (
        past
        for past in pasts
        if not any(assignment.id in reaching for _source, assignment in past.sources)
    )
    return [each for past in settled for each in deviations(past)]


def note_repair(session: Session, finding: Finding) -> None:
    after = {"broken": finding.broken, "repaired": finding.repaired, "first": finding.first}
    record(session, "invariant-repaired", SITE, ("invariant", finding.name), after=after)


def in_words(each: Deviation) -> str:
    return (
        f"Requirement {each.requirement_id} of person {each.person_id}, {each.what}: "
        f"kept {each.kept}, from nothing {each.built}."
    )


def _catch_up(session: Session, person_ids: Collection[int]) -> None:
    """What only time should have done is done now; dates that differ are for people to look at."""
    open_renewals(session)
    rest_by_days(session)
    for person_id in sorted(person_ids):
        match_person(session, person_id)
    session.flush()


BY_TIME = frozenset({"renewal", "excuse", "days of absence", "unit"})


def ask_invariant(session: Session, number: int) -> None:
    """Let a worker check one invariant, by its place among all, and those after it."""
    enqueue(session, CHECK_INVARIANT, {"number": number})


def ask_check(session: Session, after_id: int = 0) -> None:
    """Let a worker build the next requirements from nothing."""
    enqueue(session, CHECK_REQUIREMENTS, {"after_id": after_id})
