"""A revision of a module, exactly as it was."""

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from coursesite.accounts.access import current_person, signed_in
from coursesite.accounts.queries import SignedIn
from coursesite.content.queries import MODULES
from coursesite.content.rules import Check, Lesson, Parts, Ref, RefKind, filled
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.learning import queries
from coursesite.learning.views.blueprint import bp
from coursesite.learning.views.tables import readable_tables
from coursesite.people.rules import Permission

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
    lessons = [(lesson, _text(lesson.parts, lesson)) for lesson in module.lessons]
    sheet = _text(module.facilitator.parts, module.lessons[-1]) if module.facilitator else None
    return render_template(
        "learning/revision.html", shown=shown, module=module, lessons=lessons, sheet=sheet
    )


def _may_see_all(person: SignedIn) -> bool:
    return any(person.may(permission) for permission in SEE_ALL)


def _text(parts: Parts, lesson: Lesson) -> Markup:
    def draw(ref: Ref) -> str:
        check = lesson.find_check(ref.id) if ref.kind is RefKind.CHECK else None
        if check:
            return _check(check)
        if ref.kind is RefKind.FIELD:
            return f'<span class="field">{escape(ref.id)}</span>'
        if ref.kind is RefKind.ROUTE:
            return ""
        return f'<div class="block">{filled(ref.parts, draw)}</div>'

    def _check(check: Check) -> str:
        options = "".join(f"<li>{html(option.text)}</li>" for option in check.options)
        return f'<div class="block block-check">{html(check.question)}<ul>{options}</ul></div>'

    def html(parts: Parts) -> str:
        return filled(parts, draw)

    return Markup(readable_tables(html(parts)))  # noqa: S704 - sanitised when the revision was made
