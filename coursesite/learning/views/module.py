"""A module: what it is about, how far one is, what is still missing."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from coursesite import clock
from coursesite.accounts.access import actor, current_person, signed_in
from coursesite.content.queries import get_module, pick_module
from coursesite.content.rules import Module
from coursesite.errors import Invalid
from coursesite.extensions import db
from coursesite.languages import own_name_of
from coursesite.learning import queries, rules, services
from coursesite.learning.views.blueprint import bp, learner
from coursesite.learning.views.lesson import local_texts_for, seen_by_reader
from coursesite.learning.views.typeset import Here, typeset_parts
from coursesite.learning.views.words import (
    ATTEMPT_CLOSED,
    button_for,
    left_in_words,
    moment_in_words,
)
from coursesite.notifications.services import choose_language as choose
from coursesite.revisions.queries import live_ids
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown


@bp.get("/modules/<slug>")
@signed_in
def module(slug: str) -> ResponseReturnValue:
    return _page(slug)


def _page(slug: str, attestation_errors: Sequence[str] = ()) -> str:
    live = live_ids(db.session, Kind.MODULE, slug)
    shown = pick_module(db.session, live, current_person().language)
    person = current_person()
    standing = queries.standing_in(db.session, person.id, slug)
    again = _asked_again(shown, standing)
    left = rules.missing_in(shown.text, standing)
    return render_template(
        "learning/module.html",
        shown=shown,
        module=shown.text,
        standing=standing,
        left=left,
        since_read=services.changed_since_read(db.session, shown, standing),
        left_in_words=left_in_words(shown.text, standing),
        next_lesson=left.lessons[0] if left.lessons else None,
        may_attest=rules.may_attest(left),
        attestation_errors=attestation_errors,
        key_points=_key_points(shown),
        languages=[{"value": each, "label": own_name_of(each)} for each in sorted(live)],
        button=button_for(slug, shown.text, standing),
        renewable=again is not None and standing.completed_at is not None,
        only_changes=again is not None and again.only_changes,
        changes=again.changes if again else (),
        completed_on=moment_in_words(standing.completed_at, person.time_zone)
        if standing.completed_at
        else None,
    )


def _asked_again(shown: Shown[Module], standing: rules.Standing) -> queries.AskedAgain | None:
    """Why it is to be done once more, if it was completed before a renewal opened, its own or that
    of a path; nothing while it is learned the first time.
    """
    if standing.completed_at is None and standing.number == 1:
        return None
    person = current_person()
    targets = services.targets_of(db.session, shown.slug)
    again = queries.asked_again(db.session, person.id, shown.slug, targets)
    if again is None or standing.completed_at is None:
        return again
    done = clock.day_of(standing.completed_at, person.time_zone)
    return again if done < again.since else None


def _key_points(shown: Shown[Module]) -> list[Markup]:
    points = shown.text.key_points
    local = local_texts_for(shown.language, *(point.parts for point in points))
    return [
        typeset_parts(point.parts, shown.slug, point.lesson_id).shown(Here(local))
        for point in points
    ]


@bp.post("/modules/<slug>/attestation")
@signed_in
def accept_attestation(slug: str) -> ResponseReturnValue:
    shown = seen_by_reader(slug)
    if not request.form.get("accepted"):
        return _page(slug, [_("Tick the box if it is true; else leave this page as it is.")]), 422
    services.accept_attestation(db.session, learner(), shown, actor())
    db.session.commit()
    return redirect(url_for(".module", slug=slug))


@bp.post("/modules/<slug>/language")
@signed_in
def choose_language(slug: str) -> ResponseReturnValue:
    """From now on what I learn is shown in this language, wherever there is a translation."""
    language = request.form.get("language", "")
    if language not in live_ids(db.session, Kind.MODULE, slug):
        raise Invalid("This module is not published in that language.")
    choose(db.session, current_person().id, language)
    db.session.commit()
    return redirect(url_for(".module", slug=slug))


@bp.post("/modules/<slug>/rounds")
@signed_in
def begin_again(slug: str) -> ResponseReturnValue:
    """Begin the renewal of a module that was completed before."""
    shown = get_module(db.session, slug, current_person().language)
    closed = services.begin_again(db.session, learner(), slug, actor())
    db.session.commit()
    if closed:
        flash(_(ATTEMPT_CLOSED), "info")
    return redirect(url_for(".lesson", slug=slug, lesson_id=shown.text.lessons[0].id))
