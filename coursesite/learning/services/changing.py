"""Learning what changed in a module since one learned it, in place of the whole module."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.assignments import services as assignments
from coursesite.audit.services import Actor
from coursesite.content.queries import MODULES, pick_module
from coursesite.content.rules import Module
from coursesite.content.rules.changes import ModuleChanges
from coursesite.errors import Conflict
from coursesite.learning import queries
from coursesite.learning.queries import AskedAgain, Learned
from coursesite.learning.rules import (
    Asked,
    Standing,
    is_too_much,
    lessons_asked,
    questions_about,
)
from coursesite.learning.services.certifying import Learner
from coursesite.learning.services.finishing import is_overtaken, targets_of, tell
from coursesite.progress import services as progress
from coursesite.progress.models import ModuleRound
from coursesite.progress.services import OnlyChanges
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import Quiz
from coursesite.revisions.shelf import Shown


class NotByChanges(Conflict):
    """What changed cannot stand in for the whole module here."""


@dataclass(frozen=True)
class WhatChanged:
    """From the revision that somebody learned to the one that is read now, or that they are
    learning: `asked` is what it asks of them, and `under_way` says that they have begun with it.

    `again` is why it is asked for, None where nobody asks for anything.
    """

    since: Shown[Module]
    until: Shown[Module]
    quiz: Shown[Quiz] | None
    learned: Learned
    changes: ModuleChanges
    asked: Asked
    standing: Standing
    again: AskedAgain | None
    under_way: bool

    @property
    def too_much(self) -> bool:
        return is_too_much(self.changes)

    @property
    def whole_begun(self) -> bool:
        """Whether somebody is going through the whole module again."""
        return self.standing.completed_at is None and self.standing.asked is None

    @property
    def may_begin(self) -> bool:
        """Whether these changes stand in for the whole module."""
        asked = self.again is not None and self.again.only_changes and not self.under_way
        return asked and not self.too_much and not self.whole_begun


def what_changed(session: Session, learner: Learner, slug: str) -> WhatChanged | None:
    """What changed in a module for this person; None for who never learned it in its language."""
    ground = queries.ground_of(session, learner.id, slug, learner.language)
    live = pick_module(session, ground.modules, learner.language)
    learned = ground.learned.get(live.language)
    if learned is None:
        return None
    standing = queries.standing_in(session, learner.id, slug)
    under_way = standing.asked is not None and standing.completed_at is None
    again = queries.asked_again(session, learner.id, slug, targets_of(session, slug))
    if under_way and standing.asked and not is_overtaken(session, live, standing):
        since, until = standing.asked.since_id, standing.asked.until_id
    else:
        since, until, under_way = learned.revision_id, live.revision_id, False
    shown = MODULES.get_all(session, [since, until])
    quiz = QUIZZES.pick(session, ground.quizzes, live.language)
    quiz = quiz if quiz and quiz.language == live.language else None
    changes = queries.changes_since(shown[since], shown[until])
    known = QUIZZES.get(session, learned.quiz_id).text if learned.quiz_id else None
    asked = standing.asked if under_way and standing.asked else None
    return WhatChanged(
        since=shown[since],
        until=shown[until],
        quiz=quiz,
        learned=learned,
        changes=changes,
        asked=asked or what_is_asked(shown[since], shown[until], changes, (known, quiz)),
        standing=standing,
        again=_still(again, standing, learner),
        under_way=under_way,
    )


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
) -> None:
    """Record that the changed passages of a lesson were read, on the revision that was shown.

    Without a lesson it is only begun: where nothing is left to be read, that may be all.
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
        progress.read_lesson(session, round, lesson_id, until.revision_id)
    tell(session, learner, slug, actor)
