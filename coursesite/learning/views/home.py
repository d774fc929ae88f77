"""The learner's first page: what is due, why, by when, and the one thing to do next."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, signed_in
from coursesite.assignments.queries.requirements import Required
from coursesite.assignments.sentences import in_words
from coursesite.extensions import db
from coursesite.learning import rules
from coursesite.learning.views.blueprint import bp
from coursesite.learning.views.overview import Overview, is_to_do, read_overview, target_url
from coursesite.learning.views.words import Button, left_in_words, required_in_words
from coursesite.paths.rules import best_language, in_language
from coursesite.progress.rules import TargetKind
from coursesite.templating import in_tongue


@dataclass(frozen=True)
class GoOn:
    """The card at the top: one module, how far it is, and one button.

    No number of lessons where only what changed in them is to be read.
    """

    title: str
    read: int
    lessons: int
    left: str
    button: Button


@bp.get("/learn")
@signed_in
def home() -> ResponseReturnValue:
    overview = read_overview(db.session, current_person())
    return render_template(
        "learning/home.html",
        go_on=_go_on(overview),
        required=[_row(overview, each) for each in overview.required if is_to_do(each)],
        resting=[_row(overview, each) for each in overview.required if not is_to_do(each)],
        offered=[_offer(overview, path.slug) for path in overview.own_paths()],
        finished=_finished(overview),
    )


def _go_on(overview: Overview) -> GoOn | None:
    slug = _next_slug(overview)
    if slug is None:
        return None
    module, standing = overview.modules[slug], overview.standing(slug)
    return GoOn(
        title=overview.shown_title(TargetKind.MODULE, slug),
        read=sum(lesson.id in standing.read for lesson in module.lessons),
        lessons=0 if standing.asked or overview.shows_changes(slug) else len(module.lessons),
        left=_("what changed since you learned it")
        if overview.shows_changes(slug)
        else left_in_words(module, standing),
        button=overview.button(slug),
    )


def _next_slug(overview: Overview) -> str | None:
    """Of what is due first; else of what was begun; else of a path for this audience."""
    for each in overview.required:
        if is_to_do(each) and (slug := overview.next_of(each)):
            return slug
    for slug in sorted(overview.begun):
        if slug in overview.modules:
            return slug
    for path in overview.own_paths():
        if slug := overview.next_module(TargetKind.PATH, path.slug):
            return slug
    return None


def _row(overview: Overview, required: Required) -> dict[str, object]:
    return {
        "title": overview.shown_title(required.kind, required.slug),
        "url": target_url(required.kind, required.slug),
        "state": required.standing,
        "refresher": _refresher(overview, required),
        "more_time": _more_time_url(required),
        "asked_until": required.asked_until,
        "changes": required.changes,
        "timeline": url_for(".requirement", requirement_id=required.requirement_id),
        **required_in_words(required, overview.person.today),
    }


def _refresher(overview: Overview, required: Required) -> dict[str, str] | None:
    """What renews it this time in place of the whole."""
    if required.refresher is None:
        return None
    return {
        "title": overview.shown_title(*required.refresher),
        "url": target_url(*required.refresher),
    }


def _more_time_url(required: Required) -> str | None:
    """Where to ask for more time; None where nothing is due."""
    if required.facts.due_on is None or not is_to_do(required):
        return None
    return url_for(".more_time", requirement_id=required.requirement_id)


def _offer(overview: Overview, slug: str) -> dict[str, object]:
    path = overview.paths[slug]
    progress = overview.progress()
    return {
        "title": overview.shown_title(TargetKind.PATH, slug),
        "summary": in_tongue(
            in_language(path.summary, overview.person.language),
            best_language(path.summary, overview.person.language),
        ),
        "url": target_url(TargetKind.PATH, slug),
        "done": sum(slug in progress.done for slug in path.module_slugs),
        "modules": len(path.module_slugs),
        "ready": sum(slug in overview.modules for slug in path.module_slugs),
        "begun": any(slug in rules.begun_in(overview.standings) for slug in path.module_slugs),
    }


def _finished(overview: Overview) -> list[dict[str, object]]:
    """What was completed and is not required again, the newest first."""
    asked = {(each.kind, each.slug) for each in overview.required}
    newest = sorted(overview.completed.items(), key=lambda each: each[1].completed_at, reverse=True)
    return [
        {
            "title": overview.shown_title(kind, slug),
            "url": target_url(kind, slug),
            "day": in_words(overview.day_of(completed)),
        }
        for (kind, slug), completed in newest
        if (kind, slug) not in asked and not completed.revoked
    ]
