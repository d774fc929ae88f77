"""The people of one's units: finding them, adding them."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import actor, current_person, requires
from coursesite.accounts.services import make_password_link
from coursesite.addresses import public_url, row_id
from coursesite.administration.forms import PersonForm, unit_choices
from coursesite.administration.views.blueprints import people_bp as bp
from coursesite.administration.words import AUDIENCES
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.people.queries import Filter, get_unit, names_told_apart, people_page, units_in
from coursesite.people.rules import Audience, Permission
from coursesite.people.services import AddressTaken, NewPerson, add_person
from coursesite.templating import told


@bp.get("/people")
@requires(Permission.SEE_REPORTS)
def index() -> ResponseReturnValue:
    """The people in my units, 50 at a time, found by name, address, staff number or unit."""
    scope = current_person().scope(Permission.SEE_REPORTS)
    narrowed = Filter(
        words=request.args.get("q", "").strip()[:100],
        unit_id=request.args.get("unit", type=row_id),
        left="left" in request.args,
    )
    page = people_page(
        db.session,
        scope,
        narrowed,
        after=request.args.get("after", type=row_id),
        before=request.args.get("before", type=row_id),
    )
    posted = {each.unit_id for each in page.people if each.unit_id}
    return render_template(
        "people/index.html",
        page=page,
        narrowed=narrowed,
        unit_names=names_told_apart(db.session, scope.organisation_id, posted),
        units=unit_choices(units_in(db.session, scope)),
        audiences=AUDIENCES,
        may_add=current_person().may(Permission.ADMINISTER),
        page_url=lambda **where: url_for(".index", **{**_filters(), **where}),
    )


def _filters() -> dict[str, str]:
    return {name: request.args[name] for name in ("q", "unit", "left") if request.args.get(name)}


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def new() -> ResponseReturnValue:
    """Add somebody, and show once the link with which they set their password."""
    scope = current_person().scope(Permission.ADMINISTER)
    form = PersonForm(units_in(db.session, scope))
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("people/new.html", form=form), status
    try:
        person = add_person(db.session, _new_person(form), actor())
    except AddressTaken as refusal:
        db.session.rollback()
        form = PersonForm(units_in(db.session, scope))
        form.email.errors = [told(refusal)]
        return render_template("people/new.html", form=form), 409
    return show_link(person, added=True)


def _new_person(form: PersonForm) -> NewPerson:
    scope = current_person().scope(Permission.ADMINISTER)
    return NewPerson(
        unit=get_unit(db.session, scope, form.unit.data),
        email=form.email.data,
        given_name=form.given_name.data or "",
        family_name=form.family_name.data,
        staff_number=form.staff_number.data or None,
        audience=Audience(form.audience.data) if form.audience.data else None,
        hired_on=form.hired_on.data,
    )


def show_link(person: Person, *, added: bool = False) -> ResponseReturnValue:
    """Make a link to set a password with, and show it this once: nobody can read it again."""
    token = make_password_link(db.session, person.id, actor())
    db.session.commit()
    link = public_url("accounts.set_password", token=token)
    return render_template("people/link.html", subject=person, link=link, added=added)
