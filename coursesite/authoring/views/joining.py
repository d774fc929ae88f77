"""Two texts brought together: what only one changed is taken, the rest is chosen."""

from collections.abc import Collection

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.authoring import services
from coursesite.authoring.rules import Side, TextId, differences
from coursesite.authoring.services import Joining
from coursesite.authoring.views.blueprint import TEXT, Desk, bp, text_at
from coursesite.authoring.views.problems import title_of
from coursesite.content.rules import without_cited
from coursesite.extensions import db
from coursesite.people.rules import Permission


@bp.get(f"{TEXT}/join/<name>")
@requires(Permission.WRITE)
def join(shelf: str, slug: str, language: str, name: str) -> ResponseReturnValue:
    """What comes together by itself, and what must be chosen."""
    text = text_at(shelf, slug, language)
    return _page(text, name, _joining(text, name))


@bp.post(f"{TEXT}/join/<name>")
@requires(Permission.WRITE)
def carry_out_join(shelf: str, slug: str, language: str, name: str) -> ResponseReturnValue:
    """Make one draft of the two."""
    text = text_at(shelf, slug, language)
    joining = _joining(text, name)
    chosen = _chosen(joining)
    missing = [each for each in joining.merging.choices if each not in chosen]
    if missing and request.form.get("mark") == joining.mark:
        return _page(text, name, joining, missing), 422
    services.join(db.session, joining, request.form.get("mark", ""), chosen, actor())
    db.session.commit()
    flash(_("The two texts are one draft now. The draft from before is kept."), "success")
    return redirect(Desk(text).url("edit"))


def _joining(text: TextId, name: str) -> Joining:
    return services.open_joining(db.session, text, name, current_person().id)


def _chosen(joining: Joining) -> dict[str, Side]:
    sent = {name: request.form.get(name, "") for name in joining.merging.choices}
    return {name: Side(value) for name, value in sent.items() if value in set(Side)}


def _page(text: TextId, name: str, joining: Joining, missing: Collection[str] = ()) -> str:
    choices, work = joining.merging.choices, joining.work
    mine = dict.fromkeys(choices, Side.MINE)
    return render_template(
        "authoring/join.html",
        desk=Desk(text),
        title=title_of(work),
        name=name,
        joining=joining,
        choices=choices,
        taken_over=differences(without_cited(work.files), joining.merging.texts(mine)),
        chosen=_chosen(joining),
        missing=missing,
    )
