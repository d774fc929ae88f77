"""Filling in the fields: numbers, names and rules that differ from place to place."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires, takes_nul, wants_json
from coursesite.authored import Problem
from coursesite.authoring.library import clean
from coursesite.content.library.local import LONGEST_FIELD
from coursesite.content.rules.local import field_of
from coursesite.errors import Conflict, Refusal
from coursesite.extensions import db
from coursesite.localising.rules import fields_in, mark_of, with_fields
from coursesite.localising.services import Bench, read_bench, save
from coursesite.localising.views.blueprint import HERE, bp, own_bench, texts_now
from coursesite.localising.views.meanwhile import notice_of, published_meanwhile
from coursesite.people.rules import Permission
from coursesite.templating import told


@bp.get(f"{HERE}/fields")
@requires(Permission.LOCALISE)
def fields(language: str) -> ResponseReturnValue:
    """Every field that the course asks for, as the draft has it."""
    bench = own_bench(language)
    return _page(bench, fields_in(bench.files), mark_of(fields_in(bench.files)))


@bp.post(f"{HERE}/fields")
@requires(Permission.LOCALISE)
@takes_nul
def save_fields(language: str) -> ResponseReturnValue:
    """Keep what is in the boxes as a draft; a script does it while somebody writes."""
    bench = own_bench(language)
    sent = _sent(bench)
    now = {**fields_in(bench.files), **sent}
    new = with_fields(bench.files, sent)
    mark = mark_of(fields_in(bench.files))
    try:
        if request.form.get("seen") != mark and new != bench.files:
            raise Conflict(
                "These details were changed since you opened them, in another window of yours or "
                "by whoever published them. What you wrote here stands below: save again to keep "
                "it in place of the other."
            )
        save(db.session, bench, new, actor(), for_good=not wants_json())
    except Refusal as refusal:
        db.session.rollback()
        return _refused(own_bench(language), now, refusal)
    db.session.commit()
    if wants_json():
        return {"seen": mark_of(fields_in(new)), "meanwhile": notice_of(bench.work)}
    flash(_("The draft is saved. Your people see it once it is published."), "success")
    return redirect(url_for(".fields", language=language))


def _sent(bench: Bench) -> dict[str, str]:
    """The fields that were sent and are asked for."""
    asked = bench.places.fields.keys() | fields_in(bench.files).keys()
    return {
        name: clean(request.form[f"field-{name}"])
        for name in asked
        if f"field-{name}" in request.form
    }


def _refused(bench: Bench, values: Mapping[str, str], refusal: Refusal) -> ResponseReturnValue:
    if wants_json():
        return {"message": told(refusal)}, refusal.status
    page = _page(bench, values, mark_of(fields_in(bench.files)), told(refusal))
    return page, refusal.status


def _page(bench: Bench, values: Mapping[str, str], mark: str, refusal: str = "") -> str:
    places, local = bench.places, texts_now(bench)
    problems = _problems(bench)
    return render_template(
        "localising/fields.html",
        bench=bench,
        language=bench.work.text.language,
        asked={
            name: [places.modules[slug].title for slug in slugs]
            for name, slugs in places.fields.items()
        },
        values=values,
        local=local,
        mark=mark,
        meanwhile=published_meanwhile(bench.work),
        most=LONGEST_FIELD,
        refusal=refusal,
        errors={name: [each.message for each in found] for name, found in problems.items()},
    )


def _problems(bench: Bench) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for each in read_bench(db.session, bench, current_person().today).problems:
        if name := field_of(each.path):
            found.setdefault(name, []).append(each)
    return found
