"""Asking for a pack of evidence, and the key with which packs are proved."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, public, requires, signed_in
from coursesite.accounts.throttle import by_person, throttled
from coursesite.addresses import row_id
from coursesite.config import Settings
from coursesite.errors import Invalid
from coursesite.evidence import services
from coursesite.evidence.forms import UnitForm
from coursesite.evidence.library.signing import own_key, public_part
from coursesite.evidence.rules import About
from coursesite.evidence.services import Asking
from coursesite.extensions import db
from coursesite.jobs.models import Task
from coursesite.people.models import Person
from coursesite.people.queries import get_person, get_unit, units_in
from coursesite.people.rules import Permission, Scope
from coursesite.templating import told

bp = Blueprint("evidence", __name__)
OFTEN = "20 per hour"


@bp.get("/evidence")
@signed_in
def index() -> ResponseReturnValue:
    """My own pack; and for who sees reports, those of a person or of a unit in a period."""
    return _page(_form())


def _scope() -> Scope:
    return current_person().scope(Permission.SEE_REPORTS)


def _form(formdata: object = None) -> UnitForm | None:
    if not current_person().may(Permission.SEE_REPORTS):
        return None
    given = {"unit": request.args.get("unit"), "last_on": current_person().today}
    form = UnitForm(formdata=None, data=given) if formdata is None else UnitForm(formdata=formdata)
    form.offer(
        [(unit.id, _indented(unit.path, unit.name)) for unit in units_in(db.session, _scope())]
    )
    return form


def _indented(path: str, name: str) -> str:
    return "\u2003" * (path.count("/") - 2) + name


def _page(form: UnitForm | None, status: int = 200) -> ResponseReturnValue:
    wanted = request.args.get("person", type=row_id)
    subject = get_person(db.session, _scope(), wanted) if form and wanted else None
    page = render_template("evidence/index.html", form=form, subject=subject, key=_public_key())
    return page, status


@bp.post("/evidence/own")
@signed_in
@throttled(OFTEN, key=by_person)
def own() -> ResponseReturnValue:
    """Everything about oneself, with answers and marks."""
    person = db.session.get_one(Person, current_person().id)
    asking = _asking(_("My evidence of training"))
    return _begun(services.ask_own_pack(db.session, person, asking))


@bp.post("/evidence/people/<int:person_id>")
@requires(Permission.SEE_REPORTS)
@throttled(OFTEN, key=by_person)
def of_person(person_id: int) -> ResponseReturnValue:
    """One person's, without answers and marks."""
    person = get_person(db.session, _scope(), person_id)
    asking = _asking(_("Evidence of training: %(name)s", name=person.name))
    return _begun(services.ask_pack_of_person(db.session, person, _scope(), asking))


@bp.post("/evidence/units")
@requires(Permission.SEE_REPORTS)
@throttled(OFTEN, key=by_person)
def of_unit() -> ResponseReturnValue:
    """That of everybody who was posted to a unit in a period."""
    form = _form(request.form)
    if form is None or not form.validate():
        return _page(form, 422)
    unit = get_unit(db.session, _scope(), int(form.unit.data))
    about = About(
        None, unit.path, form.first_on.data, form.last_on.data, whole=False, paths=_scope().paths
    )
    asking = _asking(_("Evidence of training: %(name)s", name=unit.name))
    try:
        task = services.ask_pack_of_unit(db.session, unit, about, asking)
    except Invalid as refusal:
        db.session.rollback()
        form = _form(request.form) or form
        form.last_on.errors = [told(refusal)]
        return _page(form, refusal.status)
    return _begun(task)


def _asking(title: str) -> Asking:
    return Asking(actor(), current_person().language, title)


def _begun(task: Task) -> ResponseReturnValue:
    db.session.commit()
    return redirect(url_for("jobs.show", number=task.id))


@bp.get("/.well-known/evidence-key.json")
@public
def key() -> ResponseReturnValue:
    """The public key with which packs of this site are proved, as a set of one or none."""
    found = _public_key()
    return {"keys": [found] if found else []}


def _public_key() -> dict[str, object] | None:
    """None before the first pack is made: the key is made then."""
    settings: Settings = current_app.extensions["settings"]
    if settings.evidence_key is None and not (settings.var / "evidence_key.json").exists():
        return None
    return public_part(own_key(settings.evidence_key, settings.var))
