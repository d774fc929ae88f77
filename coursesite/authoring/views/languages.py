"""The languages of a module: how much is translated, what is out of date, and who is at it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from coursesite.accounts.access import actor, requires
from coursesite.authoring import queries, services
from coursesite.authoring.forms import LanguageForm
from coursesite.authoring.queries import InLanguage
from coursesite.authoring.rules import TextId
from coursesite.authoring.services.originals import (
    is_original,
    live_original,
    record_in,
    template_in,
)
from coursesite.authoring.views.blueprint import Desk, bp
from coursesite.content.library.labels import has_labels
from coursesite.content.library.translating import (
    Record,
    Share,
    Template,
    share_by_marks,
    share_of,
)
from coursesite.errors import Invalid, Refusal
from coursesite.extensions import db
from coursesite.languages import name_of
from coursesite.people.rules import Permission
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE
from coursesite.templating import told

TWO_LETTERS = 2


def named(language: str) -> str:
    """The language in words of the page."""
    return name_of(language, get_locale())


@dataclass(frozen=True)
class State:
    """A text in a language as it is live or as a draft; `share` None where it is no translation."""

    desk: Desk
    each: InLanguage
    share: Share | None
    behind: bool = False


@dataclass(frozen=True)
class Tongue:
    """A language: what is published in it, and drafts."""

    code: str
    name: str
    live: list[State] = field(default_factory=list)
    drafts: list[State] = field(default_factory=list)

    @property
    def labelled(self) -> bool:
        """Whether what the site sets around a text is in this language."""
        return has_labels(self.code)

    @property
    def share(self) -> Share | None:
        """Of the module and its quiz together, as they are published."""
        shares = [each.share for each in self.live if each.share]
        return sum(shares[1:], shares[0]) if shares else None

    @property
    def behind(self) -> bool:
        return any(each.behind for each in self.live)


@bp.get("/modules/<slug>/translations")
@requires(Permission.WRITE)
def translations(slug: str) -> ResponseReturnValue:
    """Every language of a module and its quiz."""
    return _page(slug, _form(slug))


def _form(slug: str) -> LanguageForm:
    live_original(db.session, TextId(Kind.MODULE, slug))
    return language_form()


def language_form() -> LanguageForm:
    """Every language of two letters that the page can name, but for the original's."""
    form = LanguageForm()
    every = get_locale().languages.items()
    known = [(code, words) for code, words in every if len(code) == TWO_LETTERS]
    choices = [each for each in known if each[0] != FALLBACK_LANGUAGE]
    choices.sort(key=lambda choice: choice[1].casefold())
    form.language.choices = [("", _("Choose one")), *choices]
    return form


@bp.post("/modules/<slug>/translations")
@requires(Permission.WRITE)
def add_language(slug: str) -> ResponseReturnValue:
    """Begin the drafts of a translation."""
    form = _form(slug)
    if not form.validate():
        return _page(slug, form), 422
    try:
        text = services.begin_translation(db.session, slug, form.language.data, actor())
    except Invalid as refusal:
        db.session.rollback()
        form.language.errors = [told(refusal)]
        return _page(slug, form), refusal.status
    db.session.commit()
    flash(_("The translation is begun. Nobody sees it before it is published."), "success")
    return redirect(Desk(text).url("translate"))


def _page(slug: str, form: LanguageForm) -> str:
    original = live_original(db.session, TextId(Kind.MODULE, slug))
    return render_template(
        "authoring/languages.html",
        slug=slug,
        title=original.title,
        own=Desk(TextId(Kind.MODULE, slug, FALLBACK_LANGUAGE)),
        original=named(FALLBACK_LANGUAGE),
        tongues=_tongues(slug),
        form=form,
        action=url_for(".add_language", slug=slug),
    )


def _tongues(slug: str) -> Sequence[Tongue]:
    found = queries.in_languages(db.session, slug)
    own = {each.text.kind: each for each in found if _is_own(each)}
    templates = {kind: _template(each) for kind, each in own.items()}
    tongues: dict[str, Tongue] = {}
    for each in found:
        if not is_original(each.text):
            code = each.text.language
            tongue = tongues.setdefault(code, Tongue(code, named(code)))
            state = _state(each, own.get(each.text.kind), templates.get(each.text.kind))
            (tongue.drafts if each.draft_id else tongue.live).append(state)
    return sorted(tongues.values(), key=lambda tongue: tongue.name)


def _is_own(each: InLanguage) -> bool:
    return is_original(each.text) and each.draft_id is None


def _template(each: InLanguage) -> Template | None:
    try:
        return template_in(each.text, each.files)
    except Refusal:
        return None


def _state(each: InLanguage, own: InLanguage | None, template: Template | None) -> State:
    record: Record | None = record_in(each.text, each.files)
    if record is None or own is None or template is None:
        return State(Desk(each.text), each, None)
    in_step = record.revision == own.digest
    share = share_of if in_step else share_by_marks
    return State(Desk(each.text), each, share(template, record.passages), behind=not in_step)
