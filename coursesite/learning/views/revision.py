"""A revision of a module, exactly as it was."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, signed_in
from coursesite.accounts.queries import SignedIn
from coursesite.content.queries import MODULES
from coursesite.content.rules import NO_TEXTS
from coursesite.content.shelf import local_texts_then
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.learning import queries
from coursesite.learning.views.blueprint import bp
from coursesite.learning.views.reading import as_read
from coursesite.people.rules import Permission
from coursesite.revisions.models import LocalVersion

SEE_ALL = (Permission.WRITE, Permission.SEE_REPORTS, Permission.ADMINISTER)


@bp.get("/modules/<slug>/revisions/<name>")
@signed_in
def revision(slug: str, name: str) -> ResponseReturnValue:
    """All lessons one after the other, with nothing to answer."""
    person = current_person()
    seen_by = None if _may_see_all(person) else person.id
    revision_id = queries.find_revision_seen_by(db.session, slug, name, seen_by)
    if revision_id is None:
        raise NotFound("There is no such revision that you learned from.")
    shown = MODULES.get(db.session, revision_id)
    module = shown.text
    version = _local_version(slug, person, seen_by)
    local = local_texts_then(db.session, version) if version else NO_TEXTS
    lessons = [(lesson, as_read(lesson.parts, lesson, local)) for lesson in module.lessons]
    last, facilitator = module.lessons[-1], module.facilitator
    return render_template(
        "learning/revision.html",
        shown=shown,
        module=module,
        version=version,
        lessons=lessons,
        sheet=as_read(facilitator.parts, last, local) if facilitator else None,
    )


def _local_version(slug: str, person: SignedIn, seen_by: int | None) -> LocalVersion | None:
    """What the person's own organisation had put into it, if the address names such a version."""
    name = request.args.get("local")
    if name is None:
        return None
    version = queries.find_local_version(
        db.session, slug, name, organisation_id=person.organisation_id, seen_by=seen_by
    )
    if version is None:
        raise NotFound("There is no such local version that you learned from.")
    return version


def _may_see_all(person: SignedIn) -> bool:
    return any(person.may(permission) for permission in SEE_ALL)
