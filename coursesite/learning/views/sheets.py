"""A module's pages for paper: its checklist, and the sheet for whoever runs a joint session."""

from collections.abc import Iterator
from functools import partial

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from coursesite.accounts.access import current_person, signed_in
from coursesite.content.queries import content_of, get_media, get_module
from coursesite.content.rules import LocalTexts, Module, Sheet, own_files, texts_of
from coursesite.content.rules.media import MediaKind, kind_of
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.learning.views.blueprint import bp
from coursesite.learning.views.html_to_paper import blocks_of
from coursesite.learning.views.lesson import local_texts_for
from coursesite.learning.views.paper import pdf
from coursesite.learning.views.reading import local_in_words
from coursesite.learning.views.typeset import Here, typeset_parts
from coursesite.printing import Block
from coursesite.revisions.rules import digest_of, short
from coursesite.revisions.shelf import Shown


@bp.get("/modules/<slug>/checklist")
@signed_in
def checklist(slug: str) -> ResponseReturnValue:
    """The job aid alone, to be printed."""
    shown, sheet = _checklist(slug)
    return _page(shown, sheet, url_for(".checklist_pdf", slug=slug))


@bp.get("/modules/<slug>/checklist.pdf")
@signed_in
def checklist_pdf(slug: str) -> Response:
    """The job aid on a page for the pocket or the wall."""
    return _paper(*_checklist(slug))


@bp.get("/modules/<slug>/facilitator")
@signed_in
def facilitator(slug: str) -> ResponseReturnValue:
    """How several agencies work through the module together."""
    shown, sheet = _facilitator(slug)
    return _page(shown, sheet, url_for(".facilitator_pdf", slug=slug))


@bp.get("/modules/<slug>/facilitator.pdf")
@signed_in
def facilitator_pdf(slug: str) -> Response:
    return _paper(*_facilitator(slug))


def _checklist(slug: str) -> tuple[Shown[Module], Sheet]:
    shown = get_module(db.session, slug, current_person().language)
    if shown.text.checklist is None:
        raise NotFound("This module has no checklist.")
    return shown, shown.text.checklist


def _facilitator(slug: str) -> tuple[Shown[Module], Sheet]:
    shown = get_module(db.session, slug, current_person().language)
    if shown.text.facilitator is None:
        raise NotFound("This module has no facilitator's sheet.")
    return shown, shown.text.facilitator


def _page(shown: Shown[Module], sheet: Sheet, paper: str) -> str:
    local = _local(shown)
    return render_template(
        "learning/sheet.html",
        shown=shown,
        sheet=sheet,
        text=_html(shown, sheet, local),
        paper=paper,
        stamp=_stamp(shown, local),
    )


def _paper(shown: Shown[Module], sheet: Sheet) -> Response:
    local, drawings = _local(shown), partial(_drawing, shown.slug)
    blocks = [*blocks_of(_html(shown, sheet, local), drawings), *_sources(sheet)]
    stamp = f"{shown.text.title}, {_stamp(shown, local)}"
    return pdf(sheet.title, stamp, blocks, f"{shown.slug}-{sheet.id}")


def _local(shown: Shown[Module]) -> LocalTexts:
    """What the person's organisation says of itself in the module, by which paper is stamped."""
    return local_texts_for(shown.language, *texts_of(shown.text))


def _stamp(shown: Shown[Module], local: LocalTexts) -> str:
    """Which texts the paper holds, so that an old one is known when it is found; the title is
    before it.
    """
    stamp = str(_("revision %(name)s", name=shown.name))
    files = own_files(shown.text, local)
    if not files:
        return stamp
    whose = current_person().organisation_name
    return f"{stamp}, {local_in_words(whose, short(digest_of(files)))}"


def _html(shown: Shown[Module], sheet: Sheet, local: LocalTexts) -> Markup:
    """The sheet with what the person's organisation says of itself."""
    text = typeset_parts(sheet.parts, shown.slug, sheet.lesson_id, at_once=None)
    return text.shown(Here(local))


def _drawing(slug: str, address: str) -> str | None:
    """The module's drawing at this address."""
    home = url_for(".media", slug=slug, name="x").removesuffix("x")
    digest, _, name = address.removeprefix(home).rpartition("/")
    if not address.startswith(home) or kind_of(name) is not MediaKind.DRAWING:
        return None
    media = get_media(db.session, slug, name, digest, author=False)
    return content_of(db.session, media.id).decode()


def _sources(sheet: Sheet) -> Iterator[Block]:
    if sheet.cited:
        yield Block("heading", [[(_("Sources"), False)]])
        yield Block(
            "points", [[(each.id, True), (f" {each.statement}", False)] for each in sheet.cited]
        )
