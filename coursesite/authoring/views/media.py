"""The media of a module: what there is, where it is shown, adding, replacing, describing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from coursesite.accounts.access import actor, only_reads, requires, takes_media
from coursesite.authoring import queries, services
from coursesite.authoring.forms.files import MediaForm, WordsForm
from coursesite.authoring.queries import Kept
from coursesite.authoring.rules import TextId, as_written
from coursesite.authoring.services import Sent, Work
from coursesite.authoring.views.blueprint import Desk, bp, own_work, text_at
from coursesite.authoring.views.problems import title_of
from coursesite.content.library.intake import (
    as_captions,
    checked_text,
    refuse_size,
    safe_name,
    take_in,
)
from coursesite.content.models import Media
from coursesite.content.rules.media import FOLDER, Limits, MediaKind, beside, kind_of
from coursesite.content.services import Described, describe_media
from coursesite.db import short_write
from coursesite.errors import Invalid, Refusal
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.revisions.rules import Kind
from coursesite.templating import told

MEDIA = "/<any(modules):shelf>/<slug>/<language>/media"
LOOKED_AT = {MediaKind.PICTURE, MediaKind.DRAWING}


@dataclass(frozen=True)
class Shown:
    """A file on a page: where it is, what writes it into a text, what is said of it."""

    file: str
    kind: MediaKind
    url: str
    insert: str
    words: str

    @property
    def looked_at(self) -> bool:
        return self.kind in LOOKED_AT


def shown(media: Media, language: str) -> Shown:
    """In the words of this language, or else of any."""
    said = media.alternatives
    words = said.get(language) or next(iter(said.values()), "")
    insert = as_written(
        media.name, words or _("What it shows, in words"), decorative=media.decorative
    )
    url = url_for(
        "learning.exact_media", slug=media.module_slug, digest=media.digest, name=media.name
    )
    return Shown(media.name, kind_of(media.name) or MediaKind.DOCUMENT, url, insert, words)


def insertable(work: Work) -> list[Shown]:
    """What can be put into a text from the desk."""
    kept = queries.library_of(db.session, work.text, work.files, with_uses=False)
    return [
        shown(each.shown, work.text.language) for each in kept if each.kind is not MediaKind.TEXT
    ]


@bp.get(MEDIA)
@requires(Permission.WRITE)
def media(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """All files of the module, with where they are shown; a form for another one."""
    form = MediaForm(formdata=None, question=_question_in(request.args))
    return _library(own_work(text_at(shelf, slug, language)), form)


@bp.post(MEDIA)
@requires(Permission.WRITE)
@takes_media
@only_reads
def add_media(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Take a new file in, which takes a while, and then keep it."""
    text = text_at(shelf, slug, language)
    work, form = own_work(text), MediaForm()
    try:
        sent = _sent(form, language)
        if sent:
            with short_write(db.session):
                name = services.add_media(db.session, text, sent, actor()).name
    except Refusal as refusal:
        db.session.rollback()
        form.file.errors, sent = [told(refusal)], None
    if sent is None:
        return _library(own_work(text), form), 422
    flash(_kept_message(sent), "success")
    if question := _question_in(request.form):
        return redirect(Desk(work.text).partner.url("question", question_id=question))
    return redirect(Desk(work.text).url("medium", name=name))


def _question_in(sent: Mapping[str, str]) -> str:
    """The question of the quiz from which somebody came to add a file."""
    name = sent.get("question", "")
    return name if re.fullmatch(r"[a-z0-9-]{1,60}", name) else ""


@bp.get(f"{MEDIA}/<name>")
@requires(Permission.WRITE)
def medium(shelf: str, slug: str, language: str, name: str) -> ResponseReturnValue:
    """One file: how it looks, how it is written into a text, where it is shown."""
    return _medium(own_work(text_at(shelf, slug, language)), name)


@bp.post(f"{MEDIA}/<name>")
@requires(Permission.WRITE)
def describe_medium(shelf: str, slug: str, language: str, name: str) -> ResponseReturnValue:
    """Say anew what it shows; texts that show it already keep their own words."""
    text = text_at(shelf, slug, language)
    work, form = own_work(text), WordsForm()
    kept = queries.get_kept(db.session, text, work.files, name)
    if not form.validate():
        return _medium(work, name, words=form), 422
    said = Described({language: form.words.data.strip()}, _decorates(form, kept.kind))
    describe_media(db.session, kept.shown, said, actor())
    db.session.commit()
    flash(
        _("Kept. Texts that show it already have words of their own: change them there."), "success"
    )
    return redirect(Desk(text).url("medium", name=name))


@bp.post(f"{MEDIA}/<name>/replace")
@requires(Permission.WRITE)
@takes_media
@only_reads
def replace_medium(shelf: str, slug: str, language: str, name: str) -> ResponseReturnValue:
    """Put another file in its place, in drafts; what is published stays as it is."""
    text = text_at(shelf, slug, language)
    work, form = own_work(text), MediaForm()
    queries.get_kept(db.session, text, work.files, name)
    texts: list[TextId] = []
    try:
        if sent := _sent(form, language, name):
            with short_write(db.session):
                texts = services.replace_media(db.session, text, name, sent, actor())
    except Refusal as refusal:
        db.session.rollback()
        form.file.errors = [told(refusal)]
    if not texts:
        return _medium(own_work(text), name, replacing=form), 422
    named = ", ".join(map(_named, texts))
    message = _(
        "Your drafts show the new file now (%(texts)s). Learners see it once they are published.",
        texts=named,
    )
    flash(message, "success")
    return redirect(Desk(text).url("medium", name=name))


@bp.post(f"{MEDIA}/<name>/remove")
@requires(Permission.WRITE)
def remove_medium(shelf: str, slug: str, language: str, name: str) -> ResponseReturnValue:
    """Take away what is shown nowhere and was never published."""
    text = text_at(shelf, slug, language)
    kept = queries.get_kept(db.session, text, own_work(text).files, name)
    services.remove_kept(db.session, kept, actor())
    db.session.commit()
    flash(_("%(name)s is removed.", name=name), "success")
    return redirect(Desk(text).url("media"))


def _named(text: TextId) -> str:
    """A text of the module, to whoever has the module before them."""
    if text.kind is Kind.QUIZ:
        return str(_("quiz, %(language)s", language=text.language))
    return text.language


def limits() -> Limits:
    return Limits(**current_app.extensions["settings"].media)


def _sent(form: MediaForm, language: str, name: str = "") -> Sent | None:
    """The form's file, taken in; None when something is missing, which the form says then.

    In place of another, a picture is kept in the form of that one.
    """
    if not form.validate():
        return None
    upload: FileStorage = form.file.data
    own = safe_name(upload.filename or "")
    kind = kind_of(own)
    lies = beside(own)
    if not form.fits(kind, needs_text=lies is not None):
        return None
    with upload.stream as stream:
        size = stream.seek(0, 2)
        if kind:
            refuse_size(kind, size, limits())
        stream.seek(0)
        content = stream.read()
    text = _text_beside(form, lies) if lies else None
    if form.text.errors:
        return None
    taken = take_in(own, content, limits(), like=name)
    said = Described({language: form.words.data.strip()}, _decorates(form, kind))
    return Sent(taken, text, said)


def _text_beside(form: MediaForm, name: str) -> bytes | None:
    """The transcript or the captions; None if they cannot be, which their field says then."""
    captions = name.endswith(".vtt")
    written = as_captions(form.text.data) if captions else form.text.data
    try:
        return checked_text(written.encode(), ".vtt" if captions else ".txt")
    except Invalid as refusal:
        form.text.errors = [told(refusal)]
        return None


def _decorates(form: WordsForm, kind: MediaKind | None) -> bool:
    return bool(form.decorative.data) and kind in LOOKED_AT


def _kept_message(sent: Sent) -> str:
    message = _("The file is kept. Authors alone see it until a text that shows it is published.")
    if sent.file.left_out:
        parts = ", ".join(sent.file.left_out)
        message = _(
            "The drawing is kept, without what could run or load something: %(parts)s.",
            parts=parts,
        )
    return str(message)


def _library(work: Work, form: MediaForm) -> str:
    kept = queries.library_of(db.session, work.text, work.files)
    return render_template(
        "authoring/media.html",
        desk=Desk(work.text),
        title=title_of(work),
        kept=[(each, shown(each.shown, work.text.language)) for each in kept],
        form=form,
        limits=limits(),
        desk_of=Desk,
    )


def _medium(
    work: Work, name: str, *, words: WordsForm | None = None, replacing: MediaForm | None = None
) -> str:
    kept: Kept = queries.get_kept(db.session, work.text, work.files, name)
    view = shown(kept.shown, work.text.language)
    given = {"words": view.words, "decorative": kept.shown.decorative}
    others = [shown(each, work.text.language) for each in kept.versions if each is not kept.shown]
    return render_template(
        "authoring/medium.html",
        desk=Desk(work.text),
        kept=kept,
        view=view,
        others=others,
        beside=(beside(FOLDER + name) or "").removeprefix(FOLDER),
        words=words or WordsForm(formdata=None, data=given),
        replacing=replacing or MediaForm(formdata=None, data=given),
        limits=limits(),
        desk_of=Desk,
    )
