"""Facts, learning paths and glossaries: what there is, who is writing, and beginning another."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.authoring import queries, services
from coursesite.authoring.forms import LanguageForm, NewModuleForm
from coursesite.authoring.queries import OpenDraft, Published
from coursesite.authoring.rules import REGISTERS, TextId
from coursesite.authoring.views.blueprint import Desk, bp
from coursesite.authoring.views.languages import language_form, named
from coursesite.errors import Invalid
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.revisions.rules import Kind
from coursesite.templating import told

PAGE = "/registers"


@dataclass(frozen=True)
class Entry:
    """A register, path or glossary in the list."""

    desk: Desk
    title: str
    live: Published | None
    drafts: Sequence[OpenDraft]
    due: None = None


@bp.get(PAGE)
@requires(Permission.WRITE)
def registers() -> ResponseReturnValue:
    """What lessons and questions rest on, beside the modules."""
    return _page()


def _page(path: NewModuleForm | None = None, glossary: LanguageForm | None = None) -> str:
    live = queries.published_texts(db.session, REGISTERS)
    drafts = queries.open_drafts(db.session)
    texts = sorted({*live, *(text for text in drafts if text.kind in REGISTERS)})
    entries = [
        Entry(Desk(text), _title(text, live.get(text)), live.get(text), drafts.get(text, ()))
        for text in texts
    ]
    return render_template(
        "authoring/registers.html",
        groups=[
            (words, [each for each in entries if each.desk.text.kind is kind])
            for kind, words in (
                (Kind.FACTS, _("Facts and their sources")),
                (Kind.PATH, _("Learning paths")),
                (Kind.GLOSSARY, _("Glossaries")),
            )
        ],
        path=path or NewModuleForm(formdata=None),
        glossary=glossary or language_form(),
    )


def _title(text: TextId, live: Published | None) -> str:
    if text.kind is Kind.FACTS:
        return str(_("The register of facts"))
    if text.kind is Kind.GLOSSARY:
        return named(text.language)
    return live.title if live else text.slug


@bp.post(f"{PAGE}/paths")
@requires(Permission.WRITE)
def begin_path() -> ResponseReturnValue:
    """Make the draft of a new path."""
    form = NewModuleForm()
    if not form.validate():
        return _page(path=form), 422
    try:
        text = services.begin_path(db.session, form.slug.data, form.title.data.strip(), actor())
    except Invalid as refusal:
        db.session.rollback()
        form.slug.errors = [told(refusal)]
        return _page(path=form), refusal.status
    return _begun(text)


@bp.post(f"{PAGE}/glossaries")
@requires(Permission.WRITE)
def begin_glossary() -> ResponseReturnValue:
    """Make the draft of a glossary in another language."""
    form = language_form()
    if not form.validate():
        return _page(glossary=form), 422
    try:
        text = services.begin_glossary(db.session, form.language.data, actor())
    except Invalid as refusal:
        db.session.rollback()
        form.language.errors = [told(refusal)]
        return _page(glossary=form), refusal.status
    return _begun(text)


def _begun(text: TextId) -> ResponseReturnValue:
    db.session.commit()
    flash(_("The draft is made. Nobody sees it before it is published."), "success")
    return redirect(Desk(text).url("edit"))
