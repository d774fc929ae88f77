"""The timeline of what one person must do, for those who look after them."""

from flask import render_template
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, requires
from coursesite.assignments.queries.requirements import all_requirements_of
from coursesite.assignments.queries.targets import targets
from coursesite.assignments.sentences import say
from coursesite.extensions import db
from coursesite.learning.views.timeline import shown_title, target_key, told_timeline
from coursesite.people.rules import Permission
from coursesite.reports import queries
from coursesite.reports.views.blueprint import bp


@bp.get("/reports/people/<int:person_id>/requirements/<int:requirement_id>")
@requires(Permission.SEE_REPORTS)
def requirement(person_id: int, requirement_id: int) -> ResponseReturnValue:
    """How one requirement stands, why, and all that happened to it; no marks, no answers."""
    reader = current_person()
    subject = queries.get_person(db.session, person_id, reader.scope(Permission.SEE_REPORTS))
    held = queries.get_requirement(db.session, requirement_id, subject.id)
    published = {target_key(each): each for each in targets(db.session, reader.language)}
    target = published.get(f"{held.target_kind}:{held.target_slug}")
    asked = all_requirements_of(db.session, subject.id, reader.today)
    stands = next((each for each in asked if each.requirement_id == held.id), None)
    return render_template(
        "reports/timeline.html",
        subject=subject,
        title=target.title if target else held.target_slug,
        shown_title=shown_title(target, held.target_slug),
        sentence=say(stands.explained(reader.today)) if stands else None,
        reason=stands.reason if stands and stands.unasked is None else "",
        lines=list(told_timeline(held, published)),
    )
