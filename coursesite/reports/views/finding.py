"""Finding one person by name or staff number, today or as of a past day."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, requires
from coursesite.extensions import db
from coursesite.people.queries import Filter, names_told_apart, people_page
from coursesite.people.rules import Permission
from coursesite.reports.views.as_of import chosen_past
from coursesite.reports.views.blueprint import bp


@bp.get("/reports/find")
@requires(Permission.SEE_REPORTS)
def find() -> ResponseReturnValue:
    """Whoever is meant; of several, a list. Those who have left are among them."""
    reader, words = current_person(), request.args.get("q", "").strip()
    past = chosen_past(reader, request.args)
    day: dict[str, Any] = (
        {name: request.args.get(name) for name in ("as_of", "known")} if past else {}
    )
    found, scope = [], reader.scope(Permission.SEE_REPORTS)
    if words:
        page = people_page(db.session, scope, Filter(words, left=True))
        found = [each for each in page.people if each.staff_number == words] or list(page.people)
    if len(found) == 1:
        return redirect(url_for(".person", person_id=found[0].id, **day))
    units = names_told_apart(
        db.session, scope.organisation_id, {each.unit_id for each in found if each.unit_id}
    )
    return render_template(
        "reports/find.html", words=words, past=past, day=day, people=found, units=units
    )
