"""A draft, and what somebody else published meanwhile, brought together."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.authoring.rules import Side
from coursesite.authoring.services import Joining, open_joining
from coursesite.authoring.services import join as bring_together
from coursesite.extensions import db
from coursesite.localising.services import Bench
from coursesite.localising.views.blueprint import HERE, bp, own_bench
from coursesite.localising.views.publishing import in_words
from coursesite.people.rules import Permission

LIVE = "live"


@bp.get(f"{HERE}/join")
@requires(Permission.LOCALISE)
def join(language: str) -> ResponseReturnValue:
    """What comes together by itself, and what must be chosen."""
    bench = own_bench(language)
    return _page(bench, _joining(bench))


@bp.post(f"{HERE}/join")
@requires(Permission.LOCALISE)
def carry_out_join(language: str) -> ResponseReturnValue:
    """Make one draft of the two."""
    bench = own_bench(language)
    joining = _joining(bench)
    chosen = _chosen(joining)
    missing = [each for each in joining.merging.choices if each not in chosen]
    if missing and request.form.get("mark") == joining.mark:
        return _page(bench, joining, missing), 422
    bring_together(db.session, joining, request.form.get("mark", ""), chosen, actor())
    db.session.commit()
    flash(_("The two versions are one draft now. The draft from before is kept."), "success")
    return redirect(url_for(".overview", language=language))


def _joining(bench: Bench) -> Joining:
    return open_joining(db.session, bench.work.text, LIVE, current_person().id)


def _chosen(joining: Joining) -> dict[str, Side]:
    sent = {name: request.form.get(name, "") for name in joining.merging.choices}
    return {name: Side(value) for name, value in sent.items() if value in set(Side)}


def _page(bench: Bench, joining: Joining, missing: list[str] | None = None) -> str:
    choices = joining.merging.choices
    mine = dict.fromkeys(choices, Side.MINE)
    return render_template(
        "localising/join.html",
        bench=bench,
        language=bench.work.text.language,
        joining=joining,
        choices=choices,
        taken_over=in_words(bench, bench.files, joining.merging.texts(mine)),
        chosen=_chosen(joining),
        missing=missing or [],
    )
