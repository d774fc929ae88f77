"""One person's page: their postings and roles, and what an administrator may change."""

from dataclasses import dataclass
from functools import cached_property

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.administration.forms import (
    WHOLE,
    LeaveForm,
    MoveForm,
    ReasonForm,
    RoleForm,
)
from coursesite.administration.views.blueprints import people_bp as bp
from coursesite.administration.views.people import show_link
from coursesite.administration.words import AUDIENCES, place_name, role_name
from coursesite.errors import Forbidden
from coursesite.extensions import db
from coursesite.notifications.queries import find_trouble
from coursesite.people import services
from coursesite.people.models import Person, Unit
from coursesite.people.queries import (
    get_grant,
    get_person,
    get_unit,
    grants_of,
    names_told_apart,
    postings_of,
    roles_held,
    units_in,
)
from coursesite.people.rules import Permission, Role, Scope, covers


@dataclass
class Forms:
    """What an administrator may send from a person's page; the one that was sent has errors."""

    units: list[Unit]
    whole: bool

    @cached_property
    def move(self) -> MoveForm:
        return MoveForm(self.units)

    @cached_property
    def leave(self) -> LeaveForm:
        return LeaveForm()

    @cached_property
    def role(self) -> RoleForm:
        return RoleForm(self.units, whole=self.whole)


def _scope() -> Scope:
    return current_person().scope(Permission.ADMINISTER)


def _forms() -> Forms:
    return Forms(list(units_in(db.session, _scope())), whole=_scope().paths is None)


@bp.get("/people/<int:person_id>")
@requires(Permission.SEE_REPORTS)
def show(person_id: int) -> ResponseReturnValue:
    """Who somebody is, where they were posted, which roles they hold."""
    scope = current_person().scope(Permission.SEE_REPORTS)
    return _page(get_person(db.session, scope, person_id))


def _page(
    person: Person, forms: Forms | None = None, wrong: object = None, status: int = 200
) -> ResponseReturnValue:
    administers = current_person().may(Permission.ADMINISTER) and covers(
        _scope(), person.unit.path if person.unit else None
    )
    postings = postings_of(db.session, person.id)
    units = {person.unit_id or 0, *(each.unit_id for each in postings)}
    page = render_template(
        "people/show.html",
        subject=person,
        postings=postings,
        units=names_told_apart(db.session, person.organisation_id, units),
        grants=grants_of(db.session, person.id, current_person().today),
        forms=(forms or _forms()) if administers else None,
        form=wrong,
        ends=lambda grant: covers(_scope(), grant.unit.path if grant.unit else None),
        may_erase=administers and _scope().paths is None,
        audiences=AUDIENCES,
        trouble=find_trouble(db.session, person.id),
        role_name=role_name,
        place_name=place_name,
    )
    return page, status


def _subject(person_id: int) -> Person:
    """The person to be changed; only within the administrator's units, and not above them."""
    person = get_person(db.session, _scope(), person_id)
    services.refuse_higher(db.session, _scope(), person)
    return person


def _back(person: Person, message: str) -> ResponseReturnValue:
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".show", person_id=person.id))


@bp.post("/people/<int:person_id>/posting")
@requires(Permission.ADMINISTER)
def move(person_id: int) -> ResponseReturnValue:
    """Post somebody to another unit from today."""
    person, forms = _subject(person_id), _forms()
    if not forms.move.validate():
        return _page(person, forms, forms.move, 422)
    unit = get_unit(db.session, _scope(), forms.move.unit.data)
    services.post_person(db.session, person, unit, actor(), reason=forms.move.reason.data)
    called = names_told_apart(db.session, person.organisation_id, [unit.id])[unit.id]
    return _back(person, _("%(name)s is posted to %(unit)s.", name=person.name, unit=called))


@bp.post("/people/<int:person_id>/leaving")
@requires(Permission.ADMINISTER)
def leave(person_id: int) -> ResponseReturnValue:
    """Note that somebody has left."""
    person, forms = _subject(person_id), _forms()
    if not forms.leave.validate():
        return _page(person, forms, forms.leave, 422)
    services.mark_as_left(
        db.session, person, forms.leave.left_on.data, actor(), reason=forms.leave.reason.data
    )
    db.session.commit()
    flash(_("%(name)s has left; their record is kept.", name=person.name), "success")
    return redirect(url_for(".index"))


@bp.post("/people/<int:person_id>/roles")
@requires(Permission.ADMINISTER)
def grant(person_id: int) -> ResponseReturnValue:
    """Give somebody a role for the organisation or for a unit and all below it."""
    person, forms = _subject(person_id), _forms()
    if not forms.role.validate():
        return _page(person, forms, forms.role, 422)
    services.grant_role(
        db.session, person, _place(forms.role), actor(), reason=forms.role.reason.data
    )
    return _back(person, _("%(name)s holds the role from now on.", name=person.name))


def _place(form: RoleForm) -> services.Place:
    role = Role(form.role.data)
    if form.unit.data != WHOLE:
        return services.Place(role, get_unit(db.session, _scope(), int(form.unit.data)))
    return services.Place(role)


@bp.route("/people/<int:person_id>/roles/<int:grant_id>/end", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def end(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Ask for the reason, then take a role away."""
    person = get_person(db.session, _scope(), person_id)
    held = get_grant(db.session, person, grant_id, current_person().today)
    if not covers(_scope(), held.unit.path if held.unit else None):
        raise Forbidden(_("This role reaches further than yours."))
    form = ReasonForm()
    if not form.validate_on_submit():
        page = render_template(
            "people/end_role.html",
            form=form,
            subject=person,
            role=role_name(held.role),
            place=place_name(held.unit),
        )
        return page, 422 if form.is_submitted() else 200
    services.end_role(db.session, held, actor(), reason=form.reason.data)
    return _back(person, _("The role has ended."))


@bp.post("/people/<int:person_id>/password-link")
@requires(Permission.ADMINISTER)
def link(person_id: int) -> ResponseReturnValue:
    """A new link for somebody who has forgotten their password; earlier ones open no more."""
    return show_link(_subject(person_id))


@bp.get("/admin/roles")
@requires(Permission.ADMINISTER)
def roles() -> ResponseReturnValue:
    """Who holds which role where."""
    held = roles_held(db.session, _scope(), current_person().today)
    return render_template(
        "people/roles.html", held=held, role_name=role_name, place_name=place_name
    )


@bp.get("/admin")
@requires(Permission.ADMINISTER)
def admin() -> ResponseReturnValue:
    """Administration begins with who may do what."""
    return redirect(url_for(".roles"))
