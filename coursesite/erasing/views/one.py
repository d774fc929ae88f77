"""One person: first what an erasure comes to, then the erasure."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from coursesite.accounts.access import actor, current_person, requires
from coursesite.accounts.throttle import by_person, throttled
from coursesite.erasing.forms import EraseForm, HoldForm, LetGoForm
from coursesite.erasing.queries import effect_on, has_namesake
from coursesite.erasing.queries.holds import find_hold
from coursesite.erasing.rules import is_telling, pseudonym
from coursesite.erasing.services import Asking, ask_to_erase, refuse
from coursesite.erasing.views.blueprint import TRIES, bp, knows_password, whole_scope
from coursesite.errors import Invalid, Refusal
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.people.queries import get_person
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.get("/<int:person_id>/erasure")
@requires(Permission.ADMINISTER)
def show(person_id: int) -> ResponseReturnValue:
    """What is removed, what is kept and why, and what becomes of certificates."""
    person = get_person(db.session, whole_scope(), person_id)
    return page_of(person)


def page_of(person: Person, filled: FlaskForm | None = None) -> ResponseReturnValue:
    """The page; with the form that was filled in wrongly, if one was."""
    hold = find_hold(db.session, person)
    blank = {"formdata": None}
    forms = {
        "form": EraseForm(person, **blank),
        "hold_form": HoldForm(prefix="hold-", **blank),
        "let_go_form": LetGoForm(prefix="let-go-", **blank),
    }
    forms |= {name: filled for name, each in forms.items() if type(each) is type(filled)}
    page = render_template(
        "erasing/one.html",
        subject=person,
        hold=hold,
        filled=filled,
        refusal=_refusal(person, hold is not None),
        effect=effect_on(db.session, person),
        namesake=has_namesake(db.session, person),
        pseudonym=pseudonym(person.id),
        number_found=is_telling(person.staff_number),
        **forms,
    )
    return page, 422 if filled else 200


def _refusal(person: Person, held: bool) -> str | None:
    try:
        refuse(person, actor(), held)
    except Refusal as refusal:
        return told(refusal)
    return None


@bp.post("/<int:person_id>/erasure")
@requires(Permission.ADMINISTER)
@throttled(TRIES, key=by_person)
def erase(person_id: int) -> ResponseReturnValue:
    """From now on they cannot sign in; a job does the rest, and shows how far it is."""
    scope = whole_scope()
    person = get_person(db.session, scope, person_id)
    refuse(person, actor(), find_hold(db.session, person) is not None)
    form = EraseForm(person)
    if not form.validate() or not knows_password(form):
        return page_of(get_person(db.session, scope, person_id), form)
    person = get_person(db.session, scope, person_id)
    asking = Asking(
        actor(),
        form.reason.data,
        current_person().language,
        _("Erasing the data of %(pseudonym)s", pseudonym=pseudonym(person.id)),
        leaves="leaves" in form and form.leaves.data,
        back=url_for("people.show", person_id=person.id),
    )
    try:
        task = ask_to_erase(db.session, [person], asking)
    except Invalid as refusal:
        db.session.rollback()
        form.reason.errors = [told(refusal)]
        return page_of(get_person(db.session, scope, person_id), form)
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))
