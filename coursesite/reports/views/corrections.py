"""Corrected questions, for those who look after people: who passes now, whose pass to decide."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.errors import Conflict, Invalid
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.rules import RegradeState
from coursesite.quizzes.services import decide_pass
from coursesite.reports import queries
from coursesite.reports.views.blueprint import bp
from coursesite.templating import told

CORRECTION = "/reports/corrections/<int(max=2147483647):regrade_id>"
LONGEST_REASON = 2000


@bp.get("/reports/corrections")
@requires(Permission.SEE_REPORTS)
def corrections() -> ResponseReturnValue:
    """The corrections that matter to these people, and how many passes wait for a decision."""
    reader = current_person()
    scope = reader.scope(Permission.SEE_REPORTS)
    return render_template(
        "reports/corrections.html",
        found=queries.corrections_within(db.session, scope),
        titles=queries.titles(db.session, reader.language),
        module=TargetKind.MODULE,
    )


@bp.get(CORRECTION)
@requires(Permission.SEE_REPORTS)
def correction(regrade_id: int) -> ResponseReturnValue:
    """By name who would pass or passes, and who would not or waits; no marks."""
    reader = current_person()
    scope = reader.scope(Permission.SEE_REPORTS)
    regrade = queries.get_correction(db.session, regrade_id, scope)
    tried = regrade.state in {RegradeState.TRYING, RegradeState.TRIED}
    titles = queries.titles(db.session, reader.language)
    return render_template(
        "reports/correction.html",
        regrade=regrade,
        title=titles.get((TargetKind.MODULE, regrade.quiz_slug), regrade.quiz_slug),
        foreseen=queries.foreseen(db.session, regrade.id, scope) if tried else {},
        crossed=[] if tried else queries.crossed(db.session, regrade.id, scope),
        longest=LONGEST_REASON,
    )


@bp.post(f"{CORRECTION}/attempts/<int:attempt_id>")
@requires(Permission.ASSIGN)
def decide(regrade_id: int, attempt_id: int) -> ResponseReturnValue:
    """Keep a pass, or take it away; with a reason."""
    scope = current_person().scope(Permission.ASSIGN)
    regrade = queries.get_correction(db.session, regrade_id, scope)
    attempt_id = queries.get_attempt_within(db.session, attempt_id, scope)
    keeps, reason = request.form.get("decision") != "take-away", request.form.get("reason", "")
    try:
        decide_pass(
            db.session, regrade, attempt_id, actor(), keeps=keeps, reason=reason[:LONGEST_REASON]
        )
    except (Conflict, Invalid) as refusal:
        db.session.rollback()
        flash(told(refusal), "error")
    else:
        db.session.commit()
        flash(_("The decision is on record."), "success")
    return redirect(url_for(".correction", regrade_id=regrade_id))
