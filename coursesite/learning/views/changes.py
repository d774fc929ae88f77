"""What changed in a module since one learned it: passages, marked, and questions on them."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, signed_in
from coursesite.assignments.sentences import in_words
from coursesite.extensions import db
from coursesite.languages import name_of
from coursesite.learning import queries, rules, services
from coursesite.learning.services import WhatChanged
from coursesite.learning.views.blueprint import bp, learner
from coursesite.learning.views.marked import shown_lessons
from coursesite.learning.views.words import ATTEMPT_CLOSED, moment_in_words
from coursesite.quizzes.questions.base import Question


@bp.get("/changes/<slug>")
@signed_in
def changes(slug: str) -> ResponseReturnValue:
    """What changed for the reader; who never learned the module finds all of it on its own page."""
    found = services.what_changed(db.session, learner(), slug)
    if found is None:
        return redirect(url_for(".module", slug=slug))
    return _page(found)


def _page(found: WhatChanged) -> str:
    person, module, asked = current_person(), found.until.text, found.asked
    read = found.standing.read if found.under_way else frozenset()
    passed = found.under_way and found.standing.passed
    left = [lesson for lesson in asked.lessons if lesson not in read]
    return render_template(
        "learning/changes.html",
        found=found,
        module=module,
        lessons=shown_lessons(found.until.slug, found.changes, found.now),
        elsewhere=_elsewhere(found),
        read=read,
        left=left,
        passed=passed,
        questions=number_of_questions(found),
        usual_quiz=not _on_changes(found),
        may_attest=found.under_way
        and module.completion.attestation
        and not left
        and (passed or not asked.quiz),
        learned_on=moment_in_words(found.learned.completed_at, person.time_zone),
        due_on=in_words(found.again.due_on) if found.again else None,
        percent=round(100 * found.changes.share),
    )


def number_of_questions(found: WhatChanged) -> int:
    """How many will be asked."""
    terms = found.until.text.completion.quiz
    if terms is None or not found.asked.quiz:
        return 0
    asked = _on_changes(found)
    return min(terms.draw, len(asked)) if asked else terms.draw


def _on_changes(found: WhatChanged) -> Sequence[Question]:
    """The questions on what changed; where there is none, the usual quiz is asked."""
    quiz = found.quiz.text if found.quiz else None
    return list(rules.belonging(quiz, found.asked.questions))


def _elsewhere(found: WhatChanged) -> str | None:
    """The language of what is shown, where somebody has chosen another one that there is."""
    language = found.until.language
    return name_of(language, get_locale()) if found.live_language != language else None


@bp.post("/changes/<slug>")
@signed_in
def learn_changes(slug: str) -> ResponseReturnValue:
    """A lesson's changed passages were read; or go on to the questions, or to the confirmation."""
    lesson_id, revision = request.form.get("lesson") or None, request.form.get("revision", "")
    closed = services.read_changes(db.session, learner(), slug, (lesson_id, revision), actor())
    db.session.commit()
    if closed:
        flash(_(ATTEMPT_CLOSED), "info")
    if request.form.get("do") == "questions":
        return redirect(url_for(".quiz", slug=slug))
    standing = queries.standing_in(db.session, current_person().id, slug)
    if standing.completed_at:
        flash(_("Done. You know the module as it is today."), "success")
        return redirect(url_for(".module", slug=slug))
    return redirect(_after(slug, standing))


def _after(slug: str, standing: rules.Standing) -> str:
    asked: Sequence[str] = standing.asked.lessons if standing.asked else ()
    left = next((lesson for lesson in asked if lesson not in standing.read), None)
    return url_for(".changes", slug=slug, _anchor=f"lesson-{left}" if left else "then")
