"""Translating: the original on one side, the translation on the other, passage by passage."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires, takes_nul, wants_json
from coursesite.authoring import queries, services
from coursesite.authoring.forms import SeenForm
from coursesite.authoring.library import clean
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import Seen, StaleDraft, Translating, Unbuildable, Words
from coursesite.authoring.services.originals import is_original
from coursesite.authoring.views.blueprint import TEXT, Desk, bp, own_work, text_at
from coursesite.authoring.views.desk import show_conflict
from coursesite.authoring.views.languages import named
from coursesite.authoring.views.meanwhile import notice_of, published_meanwhile
from coursesite.authoring.views.passages import sheet_of
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.languages import direction_of
from coursesite.people.rules import Permission
from coursesite.revisions.rules import short
from coursesite.templating import told

WORDS, RIGHT = "words-", "right-"


@bp.get(f"{TEXT}/translate")
@requires(Permission.WRITE)
def translate(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """One lesson, or the questions, beside the original as it is published now."""
    desk = _desk(_text(shelf, slug, language))
    return _page(desk, Seen(desk.work.version, desk.work.live_id), request.args.get("part", ""))


@bp.post(f"{TEXT}/translate")
@requires(Permission.WRITE)
@takes_nul
def save_translation(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Keep the passages that were sent; a script saves while their translator writes."""
    text = _text(shelf, slug, language)
    form, part = SeenForm(), request.form.get("part", "")
    seen = Seen(form.version, form.live_id)
    work = own_work(text)
    sent = _sent(text)
    try:
        version = services.save_translation(db.session, text, sent, seen, actor())
    except Unbuildable as refusal:
        return _unbuildable(text, seen, part, sent, refusal)
    except StaleDraft as refusal:
        files = services.translated(db.session, work, sent, current_person().today)
        return show_conflict(text, files, refusal)
    if not wants_json():
        services.keep_version(db.session, text, actor())
    db.session.commit()
    if wants_json():
        return {"seen": str(version), "meanwhile": notice_of(work, seen, version)}
    if request.form.get("then") == "publish":
        return redirect(Desk(text).url("check"))
    flash(_("The draft is saved. What is published is as it was."), "saved")
    return redirect(Desk(text).url("translate", part=request.form.get("next") or part))


def _text(shelf: str, slug: str, language: str) -> TextId:
    text = text_at(shelf, slug, language)
    if is_original(text):
        raise NotFound("This is the original, which others translate.")
    return text


def _desk(text: TextId) -> Translating:
    return services.open_translation(db.session, text, current_person().id, current_person().today)


def _sent(text: TextId) -> Words:
    """The words by the numbers of their passages in the revision that stood beside them."""
    revision = request.form.get("original", "")
    keys = services.keys_in(db.session, text, revision)
    words = {keys[at]: clean(value) for at, value in _numbered(WORDS) if at < len(keys)}
    right = {keys[at] for at, _value in _numbered(RIGHT) if at < len(keys)}
    return Words(revision, words, right)


def _numbered(prefix: str) -> list[tuple[int, str]]:
    found = [
        (name.removeprefix(prefix), value)
        for name, value in request.form.items()
        if name.startswith(prefix)
    ]
    return [
        (int(name), value)
        for name, value in found
        if name.isascii() and name.isdigit() and len(name) <= len("99999")
    ]


def _unbuildable(
    text: TextId, seen: Seen, part: str, sent: Words, refusal: Unbuildable
) -> ResponseReturnValue:
    db.session.rollback()
    if wants_json():
        return {"message": told(refusal)}, refusal.status
    page = _page(_desk(text), seen, part, sent.words, refusal.keys)
    return page, refusal.status


def _page(
    desk: Translating,
    seen: Seen,
    part: str,
    sent: Mapping[str, str] | None = None,
    refused: frozenset[str] = frozenset(),
) -> str:
    text = desk.work.text
    sheet = sheet_of(desk, part, sent or {}, refused)
    drafts = queries.drafts_of(db.session, text)
    return render_template(
        "authoring/translate.html",
        desk=Desk(text),
        work=desk.work,
        title=desk.work.live.title if desk.work.live else desk.original.title,
        partner=services.has_partner(db.session, text),
        revision=short(desk.original.digest),
        language_name=named(text.language),
        own_direction=direction_of(text.language),
        sheet=sheet,
        seen=seen,
        meanwhile=published_meanwhile(desk.work, seen),
        others=[each for each in drafts if each.author_id != current_person().id],
    )
