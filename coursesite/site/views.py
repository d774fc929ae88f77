"""Pages for anyone, and what is kept about oneself."""

import json

import sqlalchemy as sa
from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from coursesite.accounts.access import current_person, public, signed_in
from coursesite.content.queries import find_glossary, live_facts
from coursesite.extensions import db
from coursesite.site.own_data import own_data
from coursesite.site.queries import catalogue, path_entry

bp = Blueprint("site", __name__)


@bp.get("/")
@public
def home() -> ResponseReturnValue:
    """What this is, and whom it is for."""
    return render_template("home.html", paths=catalogue(db.session, _language()))


@bp.get("/catalogue")
@public
def index() -> ResponseReturnValue:
    """Every learning path."""
    return render_template("site/catalogue.html", paths=catalogue(db.session, _language()))


@bp.get("/catalogue/<slug>")
@public
def path(slug: str) -> ResponseReturnValue:
    """A learning path with its modules: what one will be able to do, and how long it takes."""
    entry = path_entry(db.session, slug, _language())
    return render_template("site/path.html", path=entry)


def _language() -> str:
    return str(get_locale() or "en")


@bp.get("/glossary")
@public
def glossary() -> ResponseReturnValue:
    """The words of the course, which lessons link to."""
    shown = find_glossary(db.session, _language())
    entries = shown.text.terms if shown else ()
    facts = live_facts(db.session) if any(term.sources for term in entries) else {}
    return render_template("site/glossary.html", shown=shown, terms=entries, facts=facts)


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """How far everybody can use this site."""
    return render_template("site/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """What is kept about people, why, and who sees it."""
    return render_template("site/privacy.html")


@bp.get("/settings/my-data.json")
@signed_in
def my_data() -> ResponseReturnValue:
    """My record and my private notes, to take along."""
    data = own_data(db.session, current_person().id)
    text = json.dumps(data, indent=2, ensure_ascii=False, default=str)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@bp.get("/health/live")
@public
def live() -> ResponseReturnValue:
    """The process answers."""
    return {"state": "live"}


@bp.get("/health/ready")
@public
def ready() -> ResponseReturnValue:
    """The process and its database answer."""
    db.session.execute(sa.select(1))
    return {"state": "ready"}
