"""Looking after one person: what they need in quizzes, and quizzes that are locked for them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from coursesite.accounts.access import actor, current_person, requires
from coursesite.administration.forms import ReasonForm, SupportForm, UnlockForm
from coursesite.administration.views.blueprints import people_bp as bp
from coursesite.content.queries import MODULES
from coursesite.errors import Invalid
from coursesite.extensions import db
from coursesite.learning import services
from coursesite.learning.queries import quizzes_tried
from coursesite.people.models import Person
from coursesite.people.queries import accommodations_of, get_person, names_of
from coursesite.people.rules import Permission
from coursesite.people.services import Support, end_accommodation
from coursesite.templating import told


@dataclass
class Forms:
    """What may be sent from the page; `titles` are the quizzes that were not passed, by slug."""

    titles: dict[str, str]

    @cached_property
    def support(self) -> SupportForm:
        return SupportForm(data={"starts_on": current_person().today})

    @cached_property
    def unlock(self) -> UnlockForm:
        return UnlockForm(self.titles)

    @cached_property
    def end(self) -> ReasonForm:
        return ReasonForm(prefix="end-")


def _subject(person_id: int) -> Person:
    """Somebody whom the signed-in person looks after."""
    return get_person(db.session, current_person().scope(Permission.LOOK_AFTER), person_id)


def _titles() -> dict[str, str]:
    shown = MODULES.all_live(db.session, current_person().language)
    return {each.slug: each.text.title for each in shown}


def _forms(person: Person) -> Forms:
    titles, tried = _titles(), quizzes_tried(db.session, person.id)
    return Forms({each.slug: titles.get(each.slug, each.slug) for each in tried if not each.passed})


@bp.get("/people/<int:person_id>/support")
@requires(Permission.LOOK_AFTER)
def support(person_id: int) -> ResponseReturnValue:
    """What somebody has in every quiz, and what they tried; nothing of marks or answers."""
    person = _subject(person_id)
    return _page(person, _forms(person))


def _page(
    person: Person, forms: Forms, wrong: FlaskForm | None = None, status: int = 200
) -> ResponseReturnValue:
    given = accommodations_of(db.session, person.id)
    page = render_template(
        "people/support.html",
        subject=person,
        given=given,
        names=names_of(db.session, person.organisation_id, {each.given_by_id for each in given}),
        tried=quizzes_tried(db.session, person.id),
        titles=_titles(),
        today=current_person().today,
        forms=forms,
        form=wrong,
        own=person.id == current_person().id,
    )
    return page, status


def _done(
    person: Person, forms: Forms, form: FlaskForm, act: Callable[[], None], message: str
) -> ResponseReturnValue:
    """Carry it out and go back, or show the form again with what is wrong."""
    if not form.validate():
        return _page(person, forms, form, 422)
    try:
        act()
    except Invalid as refusal:
        db.session.rollback()
        form.reason.errors = [told(refusal)]
        return _page(person, forms, form, 422)
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".support", person_id=person.id))


@bp.post("/people/<int:person_id>/support")
@requires(Permission.LOOK_AFTER)
def give_support(person_id: int) -> ResponseReturnValue:
    """Give somebody what they need in every quiz, for a time or for good."""
    person = _subject(person_id)
    forms = _forms(person)
    form = forms.support

    def give() -> None:
        given = Support(
            extra_time=form.extra_time.data,
            extra_attempts=form.extra_attempts.data,
            larger=form.larger.data,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
        )
        services.support(db.session, person, given, actor(), reason=form.reason.data)

    message = _("%(name)s has this in every quiz.", name=person.name)
    return _done(person, forms, form, give, message)


@bp.post("/people/<int:person_id>/support/<int:given_id>/end")
@requires(Permission.LOOK_AFTER)
def end_support(person_id: int, given_id: int) -> ResponseReturnValue:
    """End what somebody was given, at once."""
    person = _subject(person_id)
    forms = _forms(person)
    form = forms.end

    def end() -> None:
        end_accommodation(db.session, person, given_id, actor(), reason=form.reason.data)

    return _done(person, forms, form, end, _("It has ended."))


@bp.post("/people/<int:person_id>/support/unlock")
@requires(Permission.LOOK_AFTER)
def unlock(person_id: int) -> ResponseReturnValue:
    """Let somebody try a quiz again whom its limits keep from it."""
    person = _subject(person_id)
    forms = _forms(person)
    form = forms.unlock

    def open_again() -> None:
        quiz, reason = form.quiz.data, form.reason.data
        services.unlock_quiz(db.session, person, quiz, actor(), reason=reason)

    message = _("%(name)s can try this quiz again.", name=person.name)
    return _done(person, forms, form, open_again, message)
