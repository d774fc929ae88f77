"""A question was wrong: what a correction would change, and carrying it out; counts, no names."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from coursesite.accounts.access import actor, requires
from coursesite.authoring.forms import WAYS, CorrectionForm
from coursesite.authoring.queries import names_of
from coursesite.authoring.rules import TextId
from coursesite.authoring.views.blueprint import QUIZ, Desk, bp, text_at
from coursesite.authoring.views.statistics import get_live_quiz, plain, title_of_module
from coursesite.errors import NotFound, Refusal
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.quizzes import services
from coursesite.quizzes.models import Regrade
from coursesite.quizzes.queries import get_regrade, regrades_of
from coursesite.quizzes.rules import Way
from coursesite.templating import told

WAY_WORDS = {way.value: words for way, (words, _hint) in WAYS.items()}
ONE = f"{QUIZ}/corrections/<int(max=2147483647):regrade_id>"


@bp.get(f"{QUIZ}/corrections", defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def corrections(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """The questions that were asked otherwise before, and what was corrected."""
    quiz = get_live_quiz(slug, language)
    texts = {question.id: plain(question.html) for question in quiz.text.questions}
    return render_template(
        "authoring/corrections.html",
        desk=Desk(text_at(shelf, slug, language)),
        title=title_of_module(slug, language),
        changed=services.changed_questions(db.session, quiz),
        regrades=regrades_of(db.session, slug, language),
        texts=texts,
        ways=WAY_WORDS,
    )


@bp.post(f"{QUIZ}/corrections", defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def try_correction(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Find out what a correction would change; nothing is changed by it."""
    quiz = get_live_quiz(slug, language)
    question_id = request.form.get("question", "")
    regrade = services.try_out(db.session, quiz, question_id, actor())
    db.session.commit()
    return redirect(Desk(text_at(shelf, slug, language)).url("correction", regrade_id=regrade.id))


@bp.get(ONE, defaults={"shelf": "quizzes"})
@requires(Permission.WRITE)
def correction(shelf: str, slug: str, language: str, regrade_id: int) -> ResponseReturnValue:
    """What was found out, or done, or how far it is."""
    regrade = _regrade(slug, language, regrade_id)
    return _page(text_at(shelf, slug, language), regrade, _form(regrade))


@bp.post(ONE, defaults={"shelf": "quizzes"})
@requires(Permission.PUBLISH)
def carry_out(shelf: str, slug: str, language: str, regrade_id: int) -> ResponseReturnValue:
    """Do it in one of the ways that were tried out."""
    regrade, text = _regrade(slug, language, regrade_id), text_at(shelf, slug, language)
    form = _form(regrade)
    if not form.validate():
        return _page(text, regrade, form), 422
    way, reason = Way(form.way.data), form.reason.data
    try:
        services.carry_out(db.session, regrade, way, reason, actor())
    except Refusal as refusal:
        db.session.rollback()
        flash(told(refusal), "error")
        return _page(text, _regrade(slug, language, regrade_id), form), refusal.status
    db.session.commit()
    flash(_("The correction is being carried out. Both marks are kept."), "success")
    return redirect(Desk(text).url("correction", regrade_id=regrade.id))


def _regrade(slug: str, language: str, regrade_id: int) -> Regrade:
    regrade = get_regrade(db.session, regrade_id)
    if (regrade.quiz_slug, regrade.language) != (slug, language):
        raise NotFound("There is no such correction.")
    return regrade


def _form(regrade: Regrade) -> CorrectionForm:
    form = CorrectionForm()
    ways = services.correction_of(db.session, regrade).ways
    form.way.choices = [SelectChoice(way.value, WAY_WORDS[way]) for way in ways]
    return form


def _page(text: TextId, regrade: Regrade, form: CorrectionForm) -> str:
    correction = services.correction_of(db.session, regrade)
    question = correction.new or next(iter(correction.old.values()), None)
    return render_template(
        "authoring/correction.html",
        desk=Desk(text),
        regrade=regrade,
        question=plain(question.html) if question else regrade.question_id,
        form=form,
        ways=[way.value for way in correction.ways],
        words=WAY_WORDS,
        hints={way.value: hint for way, (_words, hint) in WAYS.items()},
        names=names_of(db.session, [regrade.asked_by_id, regrade.decided_by_id]),
    )
