"""A translation as its translator sees it: passage by passage, with what helps beside each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from coursesite.authored import Severity
from coursesite.authoring import queries
from coursesite.authoring.rules import Stretch, TextId, reworded
from coursesite.authoring.services import Translating
from coursesite.authoring.services.originals import original_text, template_in
from coursesite.content.library.translating import (
    Passage,
    Place,
    State,
    has_words,
    oddities,
)
from coursesite.content.queries import live_terms
from coursesite.content.rules import Glossary, Term
from coursesite.errors import Refusal
from coursesite.extensions import db
from coursesite.revisions.rules import Kind

QUESTIONS = "questions"
WIDE = 52


@dataclass(frozen=True)
class Suggestion:
    """A term of the original, and what the glossary of this language calls it, if it knows it."""

    term: Term
    translated: Term | None


@dataclass(frozen=True)
class Row:
    """A passage on the page; `number` is that of its field, `label` says what it is."""

    number: int
    passage: Passage
    label: str
    words: str
    reworded: Sequence[Stretch] = ()
    terms: Sequence[Suggestion] = ()
    said: Sequence[tuple[Severity, str]] = ()
    error: str = ""
    heading: str = ""

    @property
    def lines(self) -> int:
        """So many lines that the words fit; a translation is often longer."""
        words = self.words or self.passage.original.words
        return max(1, words.count("\n") + 1, -(-len(words) * 5 // (4 * WIDE)))


@dataclass(frozen=True)
class Section:
    """A lesson, or what stands above all lessons; or the questions of a quiz."""

    id: str
    title: str
    missing: int
    outdated: int


@dataclass(frozen=True)
class Sheet:
    """What a page shows: the sections, and the passages of one."""

    sections: Sequence[Section]
    chosen: Section
    rows: Sequence[Row] = field(default_factory=tuple)

    @property
    def following(self) -> Section | None:
        at = self.sections.index(self.chosen) + 1
        return self.sections[at] if at < len(self.sections) else None


def sheet_of(
    desk: Translating, wanted: str, sent: Mapping[str, str], refused: frozenset[str]
) -> Sheet:
    """The section that is wanted, or the first; `sent` are words that were not kept yet."""
    passages = desk.passages
    sections = list(_sections(desk, passages))
    chosen = next((each for each in sections if each.id == wanted), sections[0])
    here = [
        (number, each)
        for number, each in enumerate(passages)
        if _section_of(desk, each) == chosen.id and has_words(each.original)
    ]
    before = _words_before(desk, [each for _number, each in here])
    terms, headings = _Terms(desk.work.text), _headings(desk, here)
    rows = [
        Row(
            number,
            each,
            _label(each),
            sent.get(each.here.key, each.words or ""),
            reworded(before[each.here.key], each.original.words) if each.here.key in before else (),
            terms.first_of(each),
            [*_said(each, desk.work.text), *terms.missing(each)],
            str(_("These words would change how the text is built: begin them otherwise"))
            if each.here.key in refused
            else "",
            headings.get(number, ""),
        )
        for number, each in here
    ]
    return Sheet(sections, chosen, rows)


def _headings(desk: Translating, here: Sequence[tuple[int, Passage]]) -> dict[int, str]:
    """The ids of questions, each above the first of its passages."""
    if desk.work.text.kind is not Kind.QUIZ:
        return {}
    first: dict[str, int] = {}
    for number, each in here:
        first.setdefault(each.original.key.partition("/")[0], number)
    return {number: name for name, number in first.items()}


def _section_of(desk: Translating, passage: Passage) -> str:
    """The lesson; the questions of a quiz stand on one page."""
    if desk.work.text.kind is Kind.QUIZ:
        return QUESTIONS
    return passage.original.key.partition("/")[0]


def _sections(desk: Translating, passages: Sequence[Passage]) -> Iterator[Section]:
    names = dict.fromkeys(_section_of(desk, each) for each in passages)
    for name in names:
        own = [each for each in passages if _section_of(desk, each) == name]
        states = [each.state for each in own]
        yield Section(
            name,
            _title(desk, name, own),
            states.count(State.MISSING),
            states.count(State.OUTDATED),
        )


def _title(desk: Translating, name: str, passages: Sequence[Passage]) -> str:
    if desk.work.text.kind is Kind.QUIZ:
        return str(_("Questions"))
    if name == "front":
        return str(_("Title, summary, objectives"))
    return passages[0].words or passages[0].original.words


def _label(passage: Passage) -> str:
    """What kind of passage it is."""
    key = passage.original.key.rpartition("/")[2]
    if key == "1" and passage.original.place is Place.PLAIN:
        return str(_("Title of the lesson"))
    if key.isdigit():
        return str(_PLACES[passage.original.place])
    return str(_KEYS.get(key.rstrip("-0123456789"), _PLACES[Place.FLOW]))


_KEYS = {
    "title": lazy_gettext("Title"),
    "summary": lazy_gettext("Summary"),
    "attestation": lazy_gettext("Confirmation"),
    "objectives": lazy_gettext("Objective"),
    "further_reading": lazy_gettext("Further reading"),
    "text": lazy_gettext("Text"),
    "match": lazy_gettext("What belongs to it"),
    "feedback": lazy_gettext("Feedback"),
    "explanation": lazy_gettext("Explanation"),
    "unit": lazy_gettext("Unit"),
}
_PLACES = {
    Place.FLOW: lazy_gettext("Passage"),
    Place.LINK: lazy_gettext("Choice or entry"),
    Place.PLAIN: lazy_gettext("Title or picture"),
}


def _words_before(desk: Translating, passages: Sequence[Passage]) -> dict[str, str]:
    """What the original said when a passage was translated that is out of date."""
    made = {
        each.here.key: each.made for each in passages if each.made and each.state is State.OUTDATED
    }
    own = original_text(desk.work.text)
    names = {each.revision for each in made.values()}
    words: dict[str, str] = {}
    for files in queries.files_by_revision(db.session, own, names).values():
        try:
            units = template_in(own, files).units
        except Refusal:
            continue
        words |= {unit.mark: unit.words for unit in units}
    return {key: words[each.words] for key, each in made.items() if each.words in words}


def _said(passage: Passage, text: TextId) -> list[tuple[Severity, str]]:
    return [(each.severity, each.message) for each in oddities(passage, text.main_file)]


class _Terms:
    """The glossaries of the original and of the translation."""

    def __init__(self, text: TextId) -> None:
        self.original = live_terms(db.session, original_text(text).language)
        own = live_terms(db.session, text.language)
        self.known = {term.of: term for term in own.terms if term.of}
        self.own = own
        self.told: set[Term] = set()

    def of(self, passage: Passage) -> list[Suggestion]:
        """The terms that the original uses here."""
        found = self.original.named_in(passage.original.words)
        return [Suggestion(each, self.known.get(each.term)) for each in found]

    def first_of(self, passage: Passage) -> list[Suggestion]:
        """The same; what has only a definition is told where the page first has it."""
        found = [each for each in self.of(passage) if each.translated or each.term not in self.told]
        self.told |= {each.term for each in found}
        return found

    def missing(self, passage: Passage) -> list[tuple[Severity, str]]:
        """The terms whose translation the passage does not use."""
        if passage.words is None or passage.state is not State.CURRENT:
            return []
        used = set(self._in_translation(passage.words))
        lost = [
            each.translated
            for each in self.of(passage)
            if each.translated and each.translated not in used
        ]
        said = _("The glossary calls it “%(term)s”")
        return [(Severity.WARNING, said % {"term": term.term}) for term in lost]

    def _in_translation(self, words: str) -> list[Term]:
        glossary: Glossary = self.own
        return glossary.named_in(words)
