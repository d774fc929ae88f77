"""What there is to write: modules and their quizzes, and a new one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite.accounts.access import actor, current_person, requires
from coursesite.authoring import queries, services
from coursesite.authoring.forms import NewModuleForm
from coursesite.authoring.queries import OpenDraft, Published, Said
from coursesite.authoring.rules import TextId
from coursesite.authoring.views.blueprint import Desk, bp
from coursesite.authoring.views.effects import heading_of
from coursesite.content.library import title_in
from coursesite.errors import Invalid
from coursesite.extensions import db
from coursesite.people.rules import Permission
from coursesite.quizzes.queries import Unmarked, unmarked_answers
from coursesite.revisions.rules import Kind
from coursesite.templating import told


@dataclass(frozen=True)
class Entry:
    """A module or a quiz in the list."""

    desk: Desk
    live: Published | None
    drafts: Sequence[OpenDraft]
    due: date | None = None
    written: str = ""

    @property
    def title(self) -> str:
        """As it was published, or else as somebody wrote it, or else its name in the address."""
        return (self.live.title if self.live else self.written) or self.desk.text.slug


@dataclass(frozen=True)
class Asking:
    """A draft that waits for this author: another asks what they think, or others said something
    of one's own.
    """

    title: str
    desk: Desk
    draft: OpenDraft
    said: Said | None = None


@bp.get("")
@requires(Permission.WRITE)
def index() -> ResponseReturnValue:
    """Every module with what is live, who is writing, and what should be read again."""
    entries = _entries()
    modules = [entry for entry in entries.values() if entry.desk.is_module]
    return render_template(
        "authoring/index.html",
        modules=modules,
        entries=entries,
        asking=_asking(entries.values(), current_person().id),
        unmarked=[(Desk(_quiz_of(each)), each) for each in unmarked_answers(db.session)],
        today=current_person().today,
    )


def _asking(entries: Iterable[Entry], person_id: int) -> list[Asking]:
    """What is asked of this person, then what was said of their own drafts."""
    said = queries.said_of_drafts(db.session, person_id)
    found = [
        Asking(_title(entry), entry.desk, draft, told if is_own else None)
        for entry in entries
        for draft in entry.drafts
        for is_own, told in [(draft.author_id == person_id, said.get(draft.id))]
        if (told if is_own else draft.asks and not (told and told.by_reader))
    ]
    return sorted(found, key=lambda each: each.said is not None)


def _title(entry: Entry) -> str:
    """With what it is, where it is no module."""
    kind = heading_of(entry.desk.text.kind)
    return f"{kind}: {entry.title}" if kind else entry.title


def _quiz_of(each: Unmarked) -> TextId:
    return TextId(Kind.QUIZ, each.slug, each.language)


def _entries() -> dict[TextId, Entry]:
    live = queries.published_texts(db.session)
    drafts = queries.open_drafts(db.session)
    modules = {text: each.revision_id for text, each in live.items() if text.kind is Kind.MODULE}
    due = queries.due_days(db.session, modules)
    new = [text for text in drafts if text not in live]
    written = queries.main_files_of(
        db.session, [drafts[text][0].id for text in new if text.kind is Kind.MODULE]
    )
    titles = {
        replace(text, kind=kind): title_in(words)
        for text, words in written.items()
        for kind in (Kind.MODULE, Kind.QUIZ)
    }
    return {
        text: Entry(
            Desk(text), live.get(text), drafts.get(text, ()), due.get(text), titles.get(text, "")
        )
        for text in sorted({*live, *drafts})
    }


@bp.get("/modules/new")
@requires(Permission.WRITE)
def new() -> ResponseReturnValue:
    """Ask for the name and the title of a new module."""
    return render_template("authoring/new.html", form=NewModuleForm())


@bp.post("/modules/new")
@requires(Permission.WRITE)
def begin() -> ResponseReturnValue:
    """Make the draft of a new module."""
    form = NewModuleForm()
    if not form.validate():
        return render_template("authoring/new.html", form=form), 422
    try:
        text = services.begin_module(db.session, form.slug.data, form.title.data.strip(), actor())
    except Invalid as refusal:
        db.session.rollback()
        form.slug.errors = [told(refusal)]
        return render_template("authoring/new.html", form=form), 422
    db.session.commit()
    flash(_("The draft is made. Nobody sees it before it is published."), "success")
    return redirect(Desk(text).url("edit"))
