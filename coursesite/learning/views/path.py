"""A learning path: its steps, and what completes it."""

from collections.abc import Iterator, Mapping

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, signed_in
from coursesite.assignments.queries.requirements import Required
from coursesite.assignments.sentences import in_words
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.learning import rules
from coursesite.learning.rules import Again
from coursesite.learning.views.blueprint import bp
from coursesite.learning.views.overview import Overview, read_overview
from coursesite.learning.views.words import left_in_words, required_in_words
from coursesite.paths.rules import (
    Path,
    Step,
    StepModule,
    best_language,
    in_language,
    minutes_of,
    missing_before,
)
from coursesite.progress.rules import TargetKind
from coursesite.templating import in_tongue


@bp.get("/paths/<slug>")
@signed_in
def path(slug: str) -> ResponseReturnValue:
    overview = read_overview(db.session, current_person())
    shown = overview.paths.get(slug)
    if shown is None:
        raise NotFound("There is no such learning path.")
    required = _required(overview, slug)
    again = next(map(overview.again, _asking(overview, slug)), None)
    return render_template(
        "learning/path.html",
        title=overview.title(TargetKind.PATH, slug),
        shown_title=overview.shown_title(TargetKind.PATH, slug),
        summary=_shown(overview, shown.summary),
        path=shown,
        required=required,
        required_words=required_in_words(required, overview.person.today) if required else None,
        steps=[_step(overview, shown, step, again) for step in shown.steps],
        minutes=minutes_of(
            shown, {slug: module.minutes for slug, module in overview.modules.items()}
        ),
        completed_on=_completed_on(overview, slug),
        **_next(overview, slug, again),
        **_counts(overview, shown, again),
    )


def _required(overview: Overview, slug: str) -> Required | None:
    mine = (each for each in overview.required if (each.kind, each.slug) == ("path", slug))
    return next(mine, None)


def _asking(overview: Overview, slug: str) -> Iterator[Required]:
    """What asks for this path: itself, or what it renews this time."""
    target = (TargetKind.PATH, slug)
    return (
        each for each in overview.required if target in ((each.kind, each.slug), each.refresher)
    )


def _completed_on(overview: Overview, slug: str) -> str | None:
    completed = overview.completed.get((TargetKind.PATH, slug))
    return in_words(overview.day_of(completed)) if completed else None


def _next(overview: Overview, slug: str, again: Again | None) -> dict[str, object]:
    """The module to go on with, and how; nothing of it when none can be opened."""
    module = overview.next_module(TargetKind.PATH, slug, again)
    if module is None:
        return {}
    return {
        "next_title": overview.shown_title(TargetKind.MODULE, module),
        "button": overview.button(module),
    }


def _counts(overview: Overview, path: Path, again: Again | None) -> dict[str, int]:
    done = overview.progress(again).done
    needed = [step for step in path.steps if step.required]
    return {
        "steps_done": sum(rules.enough(step, done) for step in needed),
        "steps_needed": len(needed),
    }


def _step(overview: Overview, path: Path, step: Step, again: Again | None) -> dict[str, object]:
    progress = overview.progress(again)
    waiting = missing_before(path, step, progress.done, progress.published)
    return {
        "required": step.required,
        "choose": step.choose if len(step.modules) > step.choose else None,
        "modules": [_module(overview, path, step, each, again) for each in step.modules],
        "waits_for": [_module_title(overview, path, slug) for slug in waiting],
    }


def _module(
    overview: Overview, path: Path, step: Step, module: StepModule, again: Again | None
) -> dict[str, object]:
    live = overview.modules.get(module.slug)
    place = rules.place_of(path, step, module, overview.progress(again))
    return {
        "title": _module_title(overview, path, module.slug),
        "url": url_for("learning.module", slug=module.slug) if live else None,
        "minutes": live.minutes if live else module.minutes,
        "place": place,
        "left": left_in_words(live, overview.standing(module.slug))
        if live and place is rules.Place.STARTED
        else "",
    }


def _module_title(overview: Overview, path: Path, slug: str) -> str:
    if slug in overview.modules:
        return overview.shown_title(TargetKind.MODULE, slug)
    titles = (each.title for step in path.steps for each in step.modules if each.slug == slug)
    return _shown(overview, next(titles, {})) or slug


def _shown(overview: Overview, texts: Mapping[str, str]) -> str:
    """The text in the best language there is, marked where it is not the page's."""
    language = overview.person.language
    return in_tongue(in_language(texts, language), best_language(texts, language)) if texts else ""
