"""The people behind each number."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, requires
from coursesite.extensions import db
from coursesite.people.queries import names_told_apart
from coursesite.people.rules import Permission
from coursesite.reports import queries
from coursesite.reports.forms import changes_for
from coursesite.reports.queries import Page, Turn
from coursesite.reports.rules import is_walked
from coursesite.reports.views.blueprint import bp
from coursesite.reports.views.choice import Choice, Report, crumbs, filters, parse_id, read_report
from coursesite.reports.views.words import WORDS


@bp.get("/reports/people")
@requires(Permission.SEE_REPORTS)
def people() -> ResponseReturnValue:
    """The people behind a number, by family name, fifty on a page."""
    report = read_report(db.session, current_person(), request.args)
    page = _page(report) if report.number else Page([], previous=False, next=False)
    units = {row.unit_id for row in page.rows}
    return render_template(
        "reports/people.html",
        crumbs=crumbs(report, itself=True),
        report=report,
        filters=filters(report),
        page=page,
        units=names_told_apart(db.session, report.asked.scope.organisation_id, units),
        pages=_pages(report.choice, page),
        words=WORDS,
        changes=changes_for(current_person().may(Permission.ASSIGN)),
        saved=queries.views_of(db.session, current_person().id),
    )


def _page(report: Report) -> Page:
    turn = Turn(parse_id(request.args.get("after")), parse_id(request.args.get("before")))
    many = is_walked(report.number, report.figures.all, report.ground.records)
    return queries.page_of(db.session, report.asked, turn, many=many)


def _pages(choice: Choice, page: Page) -> dict[str, str | None]:
    """The addresses of the pages around this one; None where there is none."""
    around: dict[str, str | None] = {"previous": None, "next": None}
    if page.rows and page.previous:
        around["previous"] = url_for(".people", **choice.args, before=page.rows[0].id)
    if page.rows and page.next:
        around["next"] = url_for(".people", **choice.args, after=page.rows[-1].id)
    return around
