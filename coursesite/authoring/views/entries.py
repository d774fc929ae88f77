"""The facts of the register and the words of a glossary as forms; the draft's text counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import current_person, requires, takes_nul, wants_json
from coursesite.authoring import queries, services
from coursesite.authoring.forms.entries import NewFactForm, NewTermForm
from coursesite.authoring.library import Reading, Surroundings, read_draft
from coursesite.authoring.library.entries import (
    RegisterEntry,
    Sheet,
    entries_of,
    entry_sent,
    entry_sheet,
    filled_entry,
    get_register_entry,
    with_entry,
    without_entry,
)
from coursesite.authoring.library.questions import Form, Unreadable
from coursesite.authoring.rules import turn_of
from coursesite.authoring.rules.registers import Cited
from coursesite.authoring.rules.reviews import checked_by
from coursesite.authoring.services import Work
from coursesite.authoring.services.keeping import mark_of_form
from coursesite.authoring.views import unsaved
from coursesite.authoring.views.blueprint import Desk, bp, own_work, text_at
from coursesite.authoring.views.effects import ModuleTouched, modules_touched, places_of
from coursesite.authoring.views.entered import Said, problems_of, said_of
from coursesite.authoring.views.finding import Asked, Listed
from coursesite.authoring.views.meanwhile import published_meanwhile
from coursesite.authoring.views.saving import plain, save_text
from coursesite.content.queries import live_facts
from coursesite.content.rules import VERIFIED_IN_WORDS
from coursesite.errors import Conflict, Invalid, Refusal
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.revisions.rules import Kind
from coursesite.templating import told

LIST = "/<any(facts, glossaries):shelf>/<slug>/<language>/entries"
ONE = f"{LIST}/<key>"
MOST_LETTERS = 100


@dataclass(frozen=True)
class Opened:
    """The draft of a register as it would be published, and who uses its entries."""

    work: Work
    around: Surroundings
    reading: Reading

    @property
    def kind(self) -> Kind:
        return self.work.text.kind

    @property
    def text(self) -> str:
        return self.work.files.get(self.work.text.main_file, "")

    def uses(self, names: Sequence[str]) -> Mapping[str, Sequence[Cited]]:
        """Where facts are cited, or terms used, by their names."""
        if self.kind is Kind.FACTS:
            return self.around.resting.cited
        terms = [each for each in self.reading.terms or () if each.term in names]
        return queries.uses_of(db.session, self.work.text.language, terms)


def _open(shelf: str, slug: str, language: str) -> Opened:
    work = own_work(text_at(shelf, slug, language))
    around = services.surroundings_of(db.session, work.text, work.files, current_person().today)
    return Opened(work, around, read_draft(work.text, work.files, around))


@bp.get(LIST)
@requires(Permission.WRITE)
def entries(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Every entry, or those that are looked for."""
    opened = _open(shelf, slug, language)
    return _list(opened, _new_form(opened.kind, empty=True))


@bp.post(LIST)
@requires(Permission.WRITE)
@takes_nul
def begin_entry(shelf: str, slug: str, language: str) -> ResponseReturnValue:
    """Write a new entry into the draft, to be filled in."""
    opened = _open(shelf, slug, language)
    form = _new_form(opened.kind)
    if not form.validate():
        return _list(opened, form), 422
    name = " ".join(form.name.data.split())
    try:
        text = with_entry(opened.text, opened.kind, name)
        save_text(opened.work, text)
    except Refusal as refusal:
        db.session.rollback()
        form.name.errors = [told(refusal)]
        return _list(_open(shelf, slug, language), form), refusal.status
    key = next(each.key for each in entries_of(text, opened.kind) if each.name == name)
    return redirect(Desk(opened.work.text).url("entry", key=key))


@bp.get(ONE)
@requires(Permission.WRITE)
def entry(shelf: str, slug: str, language: str, key: str) -> ResponseReturnValue:
    """One fact or word as a form, with the checker's sentences at its fields."""
    opened = _open(shelf, slug, language)
    found = get_register_entry(opened.text, opened.kind, key)
    kept = unsaved.find_unsaved(opened.work, key)
    sheet = entry_sheet(found, opened.kind)
    return _form(opened, _again(opened, found, kept.form) if kept else sheet)


@bp.post(ONE)
@requires(Permission.WRITE)
@takes_nul
def fill_entry(shelf: str, slug: str, language: str, key: str) -> ResponseReturnValue:
    """Write what the form says into the draft's text, and nothing else.

    What a script sends meanwhile is kept beside the draft.
    """
    opened = _open(shelf, slug, language)
    found = get_register_entry(opened.text, opened.kind, key)
    sent: Form = {name: list(values) for name, values in request.form.lists()}
    if wants_json():
        return unsaved.keep(opened.work, key, sent)
    if request.form.get("do") == "discard":
        return unsaved.discard(opened.work, key, Desk(opened.work.text).url("entry", key=key))
    try:
        unsaved.refuse_unseen(opened.work, key, sent)
        if request.form.get("digest") != digest_of(found):
            raise Conflict(
                "This entry was changed since you opened it, in another window of yours or by "
                "whoever published it. What you wrote here stands below: save again to keep it in "
                "place of the other."
            )
        text = filled_entry(opened.text, opened.kind, key, sent)
        unsaved.saved(opened.work, key)
        save_text(opened.work, text)
    except Refusal as refusal:
        db.session.rollback()
        opened = _open(shelf, slug, language)
        found = get_register_entry(opened.text, opened.kind, key)
        sheet = _again(opened, found, sent)
        return _form(opened, sheet, (told(refusal), sent)), refusal.status
    flash(_("The draft is saved. What is published is as it was."), "saved")
    here = entries_of(text, opened.kind)[found.number]
    return redirect(Desk(opened.work.text).url("entry", key=here.key))


@bp.get(f"{ONE}/remove")
@requires(Permission.WRITE)
def ask_to_remove_entry(shelf: str, slug: str, language: str, key: str) -> ResponseReturnValue:
    """Ask first; of what is cited, say by whom, and do not offer it."""
    opened = _open(shelf, slug, language)
    found = get_register_entry(opened.text, opened.kind, key)
    return render_template(
        "authoring/entry_remove.html",
        desk=Desk(opened.work.text),
        title=_title(opened.kind),
        entry=found,
        places=places_of(opened.uses([found.name]).get(found.name, ())),
        local=_local(opened, found),
        in_the_way=bool(_in_the_way(opened, found)),
    )


@bp.post(f"{ONE}/remove")
@requires(Permission.WRITE)
def remove_entry(shelf: str, slug: str, language: str, key: str) -> ResponseReturnValue:
    """Take it out of the draft, if nothing that is published cites it."""
    opened = _open(shelf, slug, language)
    found = get_register_entry(opened.text, opened.kind, key)
    if who := _in_the_way(opened, found):
        raise Invalid("%(name)s is cited: %(who)s. Take that out first.", name=found.name, who=who)
    unsaved.saved(opened.work, key)
    save_text(opened.work, without_entry(opened.text, opened.kind, key))
    flash(_("It is out of the draft. What is published is as it was."), "success")
    return redirect(Desk(opened.work.text).url("entries"))


def _in_the_way(opened: Opened, found: RegisterEntry) -> str:
    """Who cites a fact; a word may go, since lessons only link to it."""
    return opened.around.resting.places(found.name) if opened.kind is Kind.FACTS else ""


def _local(opened: Opened, found: RegisterEntry) -> int:
    return opened.around.resting.local.get(found.name, 0) if opened.kind is Kind.FACTS else 0


def digest_of(found: RegisterEntry) -> str:
    """What a form was made of, so that a change in another window is noticed."""
    return sha256(repr(found.data).encode()).hexdigest()[:16]


def _again(opened: Opened, found: RegisterEntry, sent: Form) -> Sheet:
    """What was typed, to be mended; characters that no text can hold are gone."""
    return entry_sent(entry_sheet(found, opened.kind), opened.kind, plain(sent))


def _new_form(kind: Kind, *, empty: bool = False) -> NewFactForm | NewTermForm:
    form = NewFactForm if kind is Kind.FACTS else NewTermForm
    return form(formdata=None) if empty else form()


def _title(kind: Kind) -> str:
    return str(_("The register of facts") if kind is Kind.FACTS else _("The words of the course"))


def _list(opened: Opened, form: NewFactForm | NewTermForm) -> str:
    asked = Asked(
        request.args.get("q", "")[:MOST_LETTERS].strip(),
        request.args.get("verification", "")[:MOST_LETTERS],
        due="due" in request.args,
    )
    try:
        found, problem = entries_of(opened.text, opened.kind), ""
    except Unreadable as refusal:
        found, problem = [], told(refusal)
    uses = opened.uses([each.name for each in found])
    listed = [_listed(opened, each, uses.get(each.name, ())) for each in found]
    return render_template(
        "authoring/entries.html",
        desk=Desk(opened.work.text),
        title=_title(opened.kind),
        work=opened.work,
        entries=[each for each in listed if asked.fits(each)],
        total=len(listed),
        problem=problem,
        asked=asked,
        kinds=VERIFIED_IN_WORDS,
        form=form,
        unsaved=opened.work.unsaved,
        lagging=_lagging(opened.kind),
    )


def _lagging(kind: Kind) -> list[ModuleTouched]:
    """The live modules that show a published fact in the words that it had before."""
    if kind is not Kind.FACTS:
        return []
    return modules_touched(live_facts(db.session), None, current_person().today)


def _listed(opened: Opened, found: RegisterEntry, used: Sequence[Cited]) -> Listed:
    problems = [each.message for each in problems_of(found, opened.reading.problems)]
    fact = (opened.reading.facts or {}).get(found.name)
    due = checked_by(fact) if fact else None
    turn = turn_of(due, current_person().today)
    return Listed(found, len(used) + _local(opened, found), problems, due, turn)


def _form(opened: Opened, sheet: Sheet, refused: tuple[str, Form | None] = ("", None)) -> str:
    """`refused` is why nothing was saved, and what was sent."""
    refusal, sent = refused
    found = sheet.entry
    kept = unsaved.find_unsaved(opened.work, found.key)
    cited = opened.uses([found.name]).get(found.name, ())
    return render_template(
        "authoring/entry.html",
        desk=Desk(opened.work.text),
        title=_title(opened.kind),
        work=opened.work,
        entry=found,
        sheet=sheet,
        said=Said() if refusal else said_of(found, opened.reading.problems),
        refusal=refusal,
        digest=kept.digest if kept and not refusal else digest_of(found),
        kept=kept,
        seen=mark_of_form(kept),
        meanwhile=published_meanwhile(opened.work),
        elsewhere=unsaved.elsewhere(kept, sent),
        kinds=VERIFIED_IN_WORDS,
        places=places_of(cited),
        local=_local(opened, found),
    )
