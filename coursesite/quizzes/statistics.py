"""What is known of questions, read from sums: attempts and answers are not looked at."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.quizzes.models import ChoiceSum, PaceSum, QuestionSum
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import Quiz
from coursesite.quizzes.rules.analysis import Chosen, Item, Numbers
from coursesite.quizzes.rules.regrading import same_question
from coursesite.quizzes.rules.sums import WHOLE
from coursesite.revisions.models import Revision
from coursesite.revisions.shelf import Shown

Revisions = Mapping[str, Collection[int]]
"""By question the ids of the revisions whose attempts count for it."""


def items_of(session: Session, quiz: Shown[Quiz]) -> dict[str, Item]:
    """What is known of each question as it stands now, and under "" of the attempts as a whole.

    What was answered to an earlier question of the same name does not count.
    """
    revisions = _revisions_alike(session, quiz)
    numbers = _numbers(session, quiz.slug, revisions)
    chosen = _chosen(session, quiz.slug, revisions)
    paces = _paces(session, quiz.slug, revisions)
    return {
        name: Item(sum(months.values(), Numbers()), months, chosen[name], paces[name])
        for name, months in numbers.items()
    }


def wholes(session: Session) -> dict[tuple[str, str], Numbers]:
    """What is known of the attempts at each quiz, by its slug and language."""
    names = [each.name for each in fields(Numbers)]
    sums = [sa.func.sum(getattr(QuestionSum, name)) for name in names]
    found = (
        sa.select(QuestionSum.quiz_slug, Revision.language, *sums)
        .join(Revision, Revision.id == QuestionSum.revision_id)
        .where(QuestionSum.question_id == WHOLE)
        .group_by(QuestionSum.quiz_slug, Revision.language)
    )
    return {
        (slug, language): Numbers(*map(int, row)) for slug, language, *row in session.execute(found)
    }


def _revisions_alike(session: Session, quiz: Shown[Quiz]) -> dict[str, list[int]]:
    shown = QUIZZES.get_all(session, _asked_revisions(session, quiz))
    alike = {
        question.id: [
            id_
            for id_, each in shown.items()
            if same_question(each.text.find_question(question.id), question)
        ]
        for question in quiz.text.questions
    }
    return {WHOLE: list(shown), **alike}


def _asked_revisions(session: Session, quiz: Shown[Quiz]) -> list[int]:
    """The revisions on which somebody handed in an attempt."""
    found = (
        sa.select(QuestionSum.revision_id)
        .join(Revision, Revision.id == QuestionSum.revision_id)
        .where(QuestionSum.quiz_slug == quiz.slug, Revision.language == quiz.language)
        .distinct()
    )
    return list(session.scalars(found))


def _numbers(
    session: Session, quiz_slug: str, revisions: Revisions
) -> dict[str, dict[date, Numbers]]:
    names = [each.name for each in fields(Numbers)]
    columns = [getattr(QuestionSum, name) for name in names]
    found = sa.select(
        QuestionSum.question_id, QuestionSum.revision_id, QuestionSum.month, *columns
    ).where(QuestionSum.quiz_slug == quiz_slug)
    numbers: dict[str, dict[date, Numbers]] = {name: {} for name in revisions}
    for question_id, revision_id, month, *row in session.execute(found):
        if revision_id in revisions.get(question_id, ()):
            months = numbers[question_id]
            months[month] = months.get(month, Numbers()) + Numbers(*row)
    return numbers


def _chosen(session: Session, quiz_slug: str, revisions: Revisions) -> dict[str, list[Chosen]]:
    found = sa.select(ChoiceSum).where(ChoiceSum.quiz_slug == quiz_slug)
    sums: dict[str, dict[tuple[str, str], Chosen]] = {name: {} for name in revisions}
    for row in session.scalars(found):
        if row.revision_id in revisions.get(row.question_id, ()):
            own, at = sums[row.question_id], (row.part, row.option)
            past = own.get(at, Chosen(*at, 0, 0))
            own[at] = Chosen(*at, past.people + row.people, past.passed + row.passed)
    return {name: list(own.values()) for name, own in sums.items()}


def _paces(session: Session, quiz_slug: str, revisions: Revisions) -> dict[str, dict[int, int]]:
    found = sa.select(PaceSum).where(PaceSum.quiz_slug == quiz_slug, PaceSum.people > 0)
    paces: dict[str, dict[int, int]] = {name: {} for name in revisions}
    for row in session.scalars(found):
        if row.revision_id in revisions.get(row.question_id, ()):
            own = paces[row.question_id]
            own[row.seconds] = own.get(row.seconds, 0) + row.people
    return paces
