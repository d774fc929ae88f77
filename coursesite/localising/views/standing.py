"""Which organisation stands below which, for those who administer the one above or the site."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.content.shelf import local_texts
from coursesite.errors import Conflict, Forbidden, Refusal
from coursesite.extensions import db
from coursesite.localising import queries
from coursesite.localising.forms import MoveForm
from coursesite.localising.queries import Hearing
from coursesite.localising.rules import inherited_otherwise
from coursesite.localising.views.blueprint import bp, name_of
from coursesite.people.models import Organisation
from coursesite.people.rules import Permission, lineage
from coursesite.people.services import (
    get_movable,
    get_place,
    line_below,
    organisations_below,
    put_below,
)
from coursesite.templating import told

PAGE = "/organisations/<organisation>"


@bp.get("/organisations")
@requires(Permission.ADMINISTER)
def organisations() -> ResponseReturnValue:
    """What stands below one's own organisation; who looks after the site names any other."""
    own = _own()
    if asked := request.args.get("name", "").strip():
        return redirect(url_for(".organisation", organisation=asked))
    below = organisations_below(db.session, own)
    names = {each.id: each.name for each in [own, *below]}
    return render_template("localising/organisations.html", own=own, below=below, names=names)


@bp.get(PAGE)
@requires(Permission.ADMINISTER)
def organisation(organisation: str) -> ResponseReturnValue:
    """Below which one it stands; with `below` in the address, what another would change."""
    own = _own()
    moved = get_movable(db.session, own, organisation)
    if (below := request.args.get("below")) is None:
        return _page(own, moved)
    try:
        move = _move(own, moved, below)
    except Refusal as refusal:
        return _page(own, moved, told(refusal)), refusal.status
    return _check(moved, move, MoveForm(formdata=None, below=below, seen=moved.ancestors))


@bp.post(PAGE)
@requires(Permission.ADMINISTER)
def move_organisation(organisation: str) -> ResponseReturnValue:
    """Put it there, for a reason that stays on record."""
    own, form = _own(), MoveForm()
    moved = get_movable(db.session, own, organisation)
    move = _move(own, moved, form.below.data or "")
    if not form.validate():
        return _check(moved, move, form), 422
    if form.seen.data != moved.ancestors:
        raise Conflict("It was moved since you looked: look at what would change now.")
    put_below(db.session, moved, move.parent, actor(), form.reason.data.strip())
    db.session.commit()
    flash(_("This holds from the next page that its people open."), "success")
    return redirect(url_for(".organisation", organisation=moved.slug))


@dataclass(frozen=True)
class Move:
    """What a move would change: whose words stand at which place, and for how many people."""

    parent: Organisation | None
    changes: list[tuple[str, str, str]]
    hearing: Hearing


def _move(own: Organisation, moved: Organisation, below: str) -> Move:
    """As those of its people read it who read in its language."""
    parent = get_place(db.session, own, below) if below else None
    line, language = line_below(db.session, moved, parent), moved.language
    places = queries.places(db.session, language)
    before = local_texts(db.session, lineage(moved.id, moved.ancestors), language)
    after = local_texts(db.session, line, language)
    changes = [
        (name_of(each.file, places), each.before, each.after)
        for each in inherited_otherwise(before, after)
    ]
    return Move(parent, changes, queries.hearing_of(db.session, moved))


def _page(own: Organisation, moved: Organisation, refusal: str | None = None) -> str:
    """Where it stands, and where else it could."""
    places = [] if own.keeps_course else [own, *organisations_below(db.session, own)]
    return render_template(
        "localising/organisation.html",
        moved=moved,
        above=_above(moved),
        choices=[each for each in places if each.id != moved.id],
        any_name=own.keeps_course,
        asked=request.args.get("below", ""),
        refusal=refusal,
    )


def _check(moved: Organisation, move: Move, form: MoveForm) -> str:
    return render_template(
        "localising/organisation_moved.html",
        moved=moved,
        above=_above(moved),
        move=move,
        form=form,
    )


def _above(moved: Organisation) -> list[str]:
    return queries.names_of(db.session, lineage(moved.id, moved.ancestors)[1:])


def _own() -> Organisation:
    if current_person().scope(Permission.ADMINISTER).paths is not None:
        raise Forbidden(_("This page is for those who administer the whole organisation."))
    return db.session.get_one(Organisation, current_person().organisation_id)
