"""Holding one person's data for an inquiry, and letting it go."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.accounts.throttle import by_person, throttled
from coursesite.erasing import services
from coursesite.erasing.forms import HoldForm, LetGoForm
from coursesite.erasing.views.blueprint import TRIES, bp, knows_password, whole_scope
from coursesite.erasing.views.one import page_of
from coursesite.errors import Invalid
from coursesite.extensions import db
from coursesite.people.queries import get_person
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.post("/<int:person_id>/erasure/hold")
@requires(Permission.ADMINISTER)
def hold(person_id: int) -> ResponseReturnValue:
    """Nobody erases this person until that day, neither by hand nor by itself."""
    person = get_person(db.session, whole_scope(), person_id)
    form = HoldForm(prefix="hold-")
    if not form.validate():
        return page_of(person, form)
    until_on, reason = form.until_on.data, form.reason.data
    try:
        services.hold(db.session, person, until_on, actor(), reason=reason)
    except Invalid as refusal:
        form.until_on.errors = [told(refusal)]
        return page_of(person, form)
    db.session.commit()
    day = format_date(until_on, "long")
    flash(_("The data is held until %(day)s: nobody can erase it before.", day=day), "success")
    return redirect(url_for(".show", person_id=person_id))


@bp.post("/<int:person_id>/erasure/let-go")
@requires(Permission.ADMINISTER)
@throttled(TRIES, key=by_person)
def let_go(person_id: int) -> ResponseReturnValue:
    """The inquiry is over: the data can be erased again."""
    scope, form = whole_scope(), LetGoForm(prefix="let-go-")
    good = form.validate() and knows_password(form)
    person = get_person(db.session, scope, person_id)
    if not good:
        return page_of(person, form)
    services.let_go(db.session, person, actor(), reason=form.reason.data)
    db.session.commit()
    flash(_("The data is held no more, and can be erased again."), "success")
    return redirect(url_for(".show", person_id=person_id))
