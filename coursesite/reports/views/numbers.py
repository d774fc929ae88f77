"""Numbers by training and by unit, and where it hurts first."""

from collections.abc import Sequence

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, requires
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.reports import queries
from coursesite.reports.models import SavedView
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import Report, crumbs, filters, read_report
from coursesite.reports.views.counted import compliance, shares, shown_of, worst_title
from coursesite.reports.views.tables import tables_of
from coursesite.reports.views.words import TONES, WORDS


@bp.get("/reports")
@requires(Permission.SEE_REPORTS)
def index() -> ResponseReturnValue:
    """All units that this manager looks after, or what the filters choose of them.

    Without any filter, where the manager wants reports to begin.
    """
    views = queries.views_of(db.session, current_person().id)
    start = next((each.address for each in views if each.starts), None)
    if start and not request.args:
        return redirect(start)
    report = read_report(db.session, current_person(), request.args)
    return _page(_("Reports"), [], report, views)


@bp.get("/reports/units/<unit_id>")
@requires(Permission.SEE_REPORTS)
def unit(unit_id: str) -> ResponseReturnValue:
    """One unit with all below it."""
    report = read_report(db.session, current_person(), {**request.args, "unit": unit_id})
    shown = report.choice.unit
    return _page(shown.name if shown else "", crumbs(report), report)


@bp.get("/reports/targets/<slug>")
@requires(Permission.SEE_REPORTS)
def target(slug: str) -> ResponseReturnValue:
    """One training in all units; `kind` says which where a path and a module share the slug."""
    kind = request.args.get("kind")
    sent = {**request.args, "target": f"{kind}:{slug}" if kind else slug}
    report = read_report(db.session, current_person(), sent)
    shown = report.choice.target
    return _page(report.title(shown) if shown else "", crumbs(report), report)


def _page(
    title: str,
    above: list[tuple[str, str]],
    report: Report,
    views: Sequence[SavedView] | None = None,
) -> str:
    shown = shown_of(report)
    return render_template(
        "reports/numbers.html",
        title=title,
        crumbs=above,
        filters=filters(report),
        words=WORDS,
        worst_title=worst_title(report.choice.state),
        tone=TONES.get(shown.state, "brand"),
        shares=shares(report),
        compliance=compliance(shown.targets),
        saved=queries.views_of(db.session, current_person().id) if views is None else views,
        tables=[{"value": each.id, "label": each.title} for each in tables_of(shown)],
        **vars(shown),
    )
