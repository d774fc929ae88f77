"""Learning what changed in a module since one learned it, in place of the whole module."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.audit.services import Actor
from coursesite.content.queries import MODULES, pick_module
from coursesite.content.rules import NO_TEXTS, LocalTexts, Module, asked_in, texts_of
from coursesite.content.rules.changes import ModuleChanges
from coursesite.content.rules.overlaid import FieldChange, fields_changed
from coursesite.content.services import keep_local_version, line_of
from coursesite.content.shelf import local_texts, local_texts_made_of
from coursesite.errors import Conflict
from coursesite.learning import queries
from coursesite.learning.queries import AskedAgain, Ground, Learned
from coursesite.learning.rules import (
    Asked,
    Standing,
    is_too_much,
    lessons_asked,
    questions_about,
)
from coursesite.learning.services.certifying import Learner
from coursesite.learning.services.finishing import is_overtaken, targets_of, tell
from coursesite.learning.services.quizzing import close_overtaken
from coursesite.progress import services as progress
from coursesite.progress.models import ModuleRound
from coursesite.progress.services import Before, OnlyChanges
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import Quiz
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown


class NotByChanges(Conflict):
    """What changed cannot stand in for the whole module here."""


@dataclass(frozen=True)
class WhatChanged:
    """From the revision that somebody learned to the one that is read now, or that they are
    learning: `asked` is what it asks of them, and `under_way` says that they have begun with it.

    `then` and `now` are what their organisations said in the one and say in the other, and
    `live_language` is the one that they would read in now. `again` is why it is asked for, None
    where nobody asks for anything.
    """

    since: Shown[Module]
    until: Shown[Module]
    then: LocalTexts
    now: LocalTexts
    quiz: Shown[Quiz] | None
    learned: Learned
    changes: ModuleChanges
    asked: Asked
    standing: Standing
    again: AskedAgain | None
    under_way: bool
    live_language: str

    @property
    def too_much(self) -> bool:
        return is_too_much(self.changes)

    @property
    def local_name(self) -> str | None:
        """Which local version they learned it with, if with any."""
        return self.learned.local_name if self.learned.local == self.then.made_of else None

    @property
    def fields(self) -> list[FieldChange]:
        """The details of their organisations that are others now."""
        return fields_changed(self.until.text, self.then, self.now)

    @property
    def whole_begun(self) -> bool:
        """Whether somebody is going through the whole module again."""
        return self.standing.completed_at is None and self.standing.asked is None

    @property
    def may_begin(self) -> bool:
        """Whether these changes stand in for the whole module; still, if that was only begun."""
        asked = self.again is not None and self.again.only_changes and not self.under_way
        return asked and not self.too_much and not (self.whole_begun and self._is_into_it)

    @property
    def _is_into_it(self) -> bool:
        standing = self.standing
        return bool(standing.read) or standing.passed or standing.open_attempt_id is not None


@dataclass(frozen=True)
class _Span:
    """From which text to which somebody learns, each with the revisions of the local texts."""

    since_id: int
    until: Shown[Module]
    learned: Learned
    then: tuple[int, ...]
    now: tuple[int, ...] | None = None
    asked: Asked | None = None


def what_changed(session: Session, learner: Learner, slug: str) -> WhatChanged | None:
    """What changed in a module for this person; None for who never learned it.

    Whoever learned it in another language is shown the text of their language as it was then, or,
    where there was none, the one that they know. What somebody has begun stays in its language.
    """
    ground = queries.ground_of(session, learner.id, slug)
    live = pick_module(session, ground.modules, learner.language)
    standing = queries.standing_in(session, learner.id, slug)
    again = queries.asked_again(session, learner.id, slug, targets_of(session, slug))
    span = _begun(session, learner, ground, standing) or _to_begin(session, ground, live)
    if span is None:
        return None
    since, until = MODULES.get(session, span.since_id), span.until
    then = local_texts_made_of(session, learner.organisation_id, span.then, until.language)
    now = _local_now(session, learner, span)
    quiz = QUIZZES.pick(session, ground.quizzes, until.language)
    changes = queries.changes_since((since, then), (until, now))
    asked = span.asked or what_is_asked(
        since, until, changes, (_known_quiz(session, ground, quiz, span.learned), quiz)
    )
    return WhatChanged(
        since=since,
        until=until,
        then=then,
        now=now,
        quiz=quiz,
        learned=span.learned,
        changes=changes,
        asked=replace(asked, since_local=then.made_of, until_local=now.made_of),
        standing=standing,
        again=_still(again, standing, learner),
        under_way=span.asked is not None,
        live_language=live.language,
    )


def _begun(session: Session, learner: Learner, ground: Ground, standing: Standing) -> _Span | None:
    """What somebody is in the middle of, unless more is asked since."""
    asked, newest = standing.asked, ground.newest
    if asked is None or newest is None or standing.completed_at:
        return None
    until = MODULES.get(session, asked.until_id)
    if is_overtaken(session, learner, until, standing):
        return None
    learned = ground.learned.get(until.language, newest)
    return _Span(asked.since_id, until, learned, asked.since_local or (), asked.until_local, asked)


def _to_begin(session: Session, ground: Ground, live: Shown[Module]) -> _Span | None:
    newest = ground.newest
    if newest is None:
        return None
    if newest.language == live.language:
        return _Span(newest.revision_id, live, newest, newest.local)
    then = queries.live_at(session, live.slug, live.language, newest.completed_at)
    if Kind.MODULE in then:
        return _Span(then[Kind.MODULE], live, newest, newest.local)
    known = MODULES.get(session, ground.modules[newest.language])
    return _Span(newest.revision_id, known, newest, newest.local)


def _local_now(session: Session, learner: Learner, span: _Span) -> LocalTexts:
    """What was in force when a round was begun, or is now."""
    if not asked_in(texts_of(span.until.text)):
        return NO_TEXTS
    language = span.until.language
    if span.now is not None:
        return local_texts_made_of(session, learner.organisation_id, span.now, language)
    if span.asked is not None:
        return NO_TEXTS
    line = learner.organisations or line_of(session, learner.organisation_id)
    return local_texts(session, line, language)


def _known_quiz(
    session: Session, ground: Ground, quiz: Shown[Quiz] | None, learned: Learned
) -> Quiz | None:
    """The quiz as somebody passed it last, in the language in which it is asked now."""
    if quiz is None:
        return None
    known = ground.passed.get(quiz.language)
    if known is None and ground.passed:
        then = queries.live_at(session, quiz.slug, quiz.language, learned.completed_at)
        known = then.get(Kind.QUIZ)
    return QUIZZES.get(session, known).text if known else None


def what_is_asked(
    since: Shown[Module],
    until: Shown[Module],
    changes: ModuleChanges,
    quizzes: tuple[Quiz | None, Shown[Quiz] | None],
) -> Asked:
    """What these changes ask of whoever learned the one revision and last passed the first quiz."""
    known, quiz = quizzes
    questions = questions_about(changes, known, quiz.text if quiz else None)
    with_quiz = until.text.completion.quiz is not None and quiz is not None
    return Asked(
        since.revision_id,
        until.revision_id,
        lessons_asked(changes, until.text),
        questions,
        quiz=with_quiz and bool(questions or not changes.nothing),
    )


def _still(again: AskedAgain | None, standing: Standing, learner: Learner) -> AskedAgain | None:
    """Nothing is asked of who has done it since."""
    done: date | None = None
    if standing.completed_at:
        done = clock.day_of(standing.completed_at, learner.time_zone)
    return again if again and (done is None or done < again.since) else None


def changed_since_read(session: Session, shown: Shown[Module], standing: Standing) -> set[str]:
    """The lessons that somebody has read while they learn a module, and in which a change since
    made something else of what people must know.
    """
    if standing.round_id is None or standing.completed_at or standing.asked or not standing.read:
        return set()
    read = queries.read_before_changes(session, standing.round_id, shown)
    changed: set[str] = set()
    for revision_id in set(read.values()):
        before = MODULES.get(session, revision_id)
        found = queries.changes_since((before, NO_TEXTS), (shown, NO_TEXTS))
        of_this = {lesson for lesson, known in read.items() if known == revision_id}
        changed |= of_this & {each.id for each in found.lessons}
    return changed


def begin_changes(session: Session, learner: Learner, slug: str) -> ModuleRound:
    """The round about what changed that somebody is in, or a new one."""
    found = what_changed(session, learner, slug)
    if found and found.under_way:
        return progress.begin(session, learner.id, slug)
    if found is None or not found.may_begin:
        raise NotByChanges("Nothing asks you to learn what changed, or the whole module is asked.")
    asked, round = found.asked, progress.begin(session, learner.id, slug)
    only = OnlyChanges(asked.since_id, asked.until_id, asked.to_json())
    assignments.started(session, learner.id, targets_of(session, slug))
    return progress.begin_again(session, round, only)


def read_changes(
    session: Session, learner: Learner, slug: str, read: tuple[str | None, str], actor: Actor
) -> bool:
    """Record that the changed passages of a lesson were read, on the revision that was shown.

    Without a lesson it is only begun: where nothing is left to be read, that may be all. Whether
    an open attempt was closed with it, since it completes nothing any more.
    """
    lesson_id, revision = read
    round = begin_changes(session, learner, slug)
    if round.until_revision_id is None:
        raise NotByChanges("The whole module is being learned again.")
    until = MODULES.get(session, round.until_revision_id)
    if until.name != revision:
        raise Conflict("The text changed once more since you opened this page: read it again.")
    if lesson_id is not None:
        until.text.get_lesson(lesson_id)
        made_of = (round.asked or {}).get("until_local")
        local = keep_local_version(session, learner.organisation_id, until, made_of)
        progress.read_lesson(session, round, lesson_id, Before(until.revision_id, local))
    closed = close_overtaken(session, learner, slug, actor)
    tell(session, learner, slug, actor)
    return closed
