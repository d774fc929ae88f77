"""What publishing a draft of facts, a path or a glossary does, told before it is done."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from flask_babel import format_date
from flask_babel import gettext as _

from coursesite.authoring import queries
from coursesite.authoring.library import Reading, Surroundings
from coursesite.authoring.rules import Stretch, TextId, reworded
from coursesite.authoring.rules.citing import Citing, citing_these
from coursesite.authoring.rules.registers import (
    Cited,
    FactChange,
    PathChange,
    TermChange,
    changed_terms,
    fact_changes,
    path_change,
)
from coursesite.authoring.services import Work
from coursesite.authoring.views.blueprint import Desk
from coursesite.content.queries import MODULES, live_facts, live_terms
from coursesite.content.rules import Fact, Source, Term
from coursesite.extensions import db
from coursesite.paths.queries import PATHS
from coursesite.paths.rules import CertificateTerms, CompleteOn, Path
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE


@dataclass(frozen=True)
class Place:
    """Where a fact is cited or a term used, with the page where it can be changed."""

    title: str
    place: str
    language: str
    url: str


@dataclass(frozen=True)
class Changed:
    """A fact or a term: its name, each field that is other, where it is used.

    `hindrance` is why the fact may not be cited from then on.
    """

    name: str
    is_new: bool
    is_gone: bool
    fields: Sequence[tuple[str, Sequence[Stretch]]]
    places: Sequence[Place]
    lapses: bool = False
    returns: bool = False
    hindrance: str | None = None


@dataclass(frozen=True)
class ModuleMoved:
    """A module that a path gains or loses, or asks otherwise; how many have done it already."""

    title: str
    words: str
    done: int


@dataclass(frozen=True)
class PathEffect:
    """How a path changes, and for whom."""

    reach: queries.PathReach
    modules: Sequence[ModuleMoved]
    others: Sequence[str]


@dataclass(frozen=True)
class ModuleTouched:
    """A module that shows a corrected fact: where it is read, and by how many in any language."""

    citing: Citing
    lessons: Sequence[tuple[str, str]]
    completed: int
    in_progress: int


@dataclass(frozen=True)
class Effect:
    """Of one of the three kinds of registers."""

    changed: Sequence[Changed] = ()
    path: PathEffect | None = None
    modules: Sequence[ModuleTouched] = ()

    @property
    def follow(self) -> Sequence[ModuleTouched]:
        """The modules that get a new revision."""
        return [each for each in self.modules if not each.citing.hindered]

    @property
    def stay(self) -> Sequence[ModuleTouched]:
        """Those that cannot have one."""
        return [each for each in self.modules if each.citing.hindered]

    @property
    def cited_in(self) -> int:
        """In how many texts what changes is cited or used."""
        texts = {(each.title, each.language) for one in self.changed for each in one.places}
        return len(texts)


def effect_of(work: Work, reading: Reading, around: Surroundings) -> Effect | None:
    """None for a module or a quiz, and for what cannot be read."""
    if reading.facts is not None:
        before, cited = live_facts(db.session), around.resting.cited
        changes = fact_changes(before, reading.facts, cited, around.day)
        ids = {each.id for each in changes if each.before and each.after}
        modules = modules_touched(reading.facts, ids, around.day)
        return Effect([_fact_changed(each) for each in changes], modules=modules)
    if reading.terms is not None:
        return Effect(_terms_changed(work.text, reading.terms))
    if reading.path is not None:
        return Effect(path=_path_effect(work.text, reading.path))
    return None


def modules_touched(
    facts: Mapping[str, Fact], changed: Collection[str] | None, day: date
) -> list[ModuleTouched]:
    """The live modules that show these facts in other words; any facts, if none are named."""
    found = citing_these(queries.live_modules(db.session), facts, changed, day)
    reach = queries.reaches_of(db.session, {each.text.slug for each in found}) if found else {}
    return [ModuleTouched(each, _lessons(each), *reach[each.text.slug]) for each in found]


def _lessons(citing: Citing) -> list[tuple[str, str]]:
    slug = citing.text.slug
    return [
        (title, url_for("learning.lesson", slug=slug, lesson_id=id)) for id, title in citing.lessons
    ]


def _fact_changed(each: FactChange) -> Changed:
    old, new = _fact_fields(each.before), _fact_fields(each.after)
    return Changed(
        each.id,
        each.before is None,
        each.after is None,
        _fields(old, new),
        places_of(each.cited),
        each.lapses,
        each.returns and each.before is not None,
        each.hindered[1],
    )


def _fact_fields(fact: Fact | None) -> dict[str, str]:
    if fact is None:
        return {}
    sources = "; ".join(_source(each) for each in fact.sources)
    return {
        _("Statement"): fact.statement,
        _("Counted"): fact.definition or "",
        _("Not to be stretched"): fact.caution or "",
        _("Sources"): sources,
        _("How far it was verified"): _(fact.verified_in_words),
        _("Verified on"): _day(fact.verified_on),
        _("To be checked again by"): _day(fact.review_by),
        _("Withdrawn"): fact.withdrawn or "",
    }


def _day(day: date | None) -> str:
    return str(format_date(day, "long")) if day else ""


def _source(source: Source) -> str:
    parts = (source.title, source.publisher, source.year, source.paragraph, source.where)
    return ", ".join(str(each) for each in parts if each)


def _terms_changed(text: TextId, terms: Sequence[Term]) -> list[Changed]:
    changes = changed_terms(live_terms(db.session, text.language).terms, terms)
    wanted = {each.term: each.after or each.before for each in changes}
    found = [term for term in wanted.values() if term]
    uses = queries.uses_of(db.session, text.language, found)
    return [_term_changed(each, uses.get(each.term, ())) for each in changes]


def _term_changed(each: TermChange, used: Sequence[Cited]) -> Changed:
    fields = _fields(_term_fields(each.before), _term_fields(each.after))
    return Changed(each.term, each.before is None, each.after is None, fields, places_of(used))


def _term_fields(term: Term | None) -> dict[str, str]:
    if term is None:
        return {}
    return {
        _("Definition"): term.definition,
        _("Also called"): ", ".join(term.also),
        _("Sources"): ", ".join(term.sources),
        _("Linked in lessons"): _("yes") if term.linked else _("no"),
        _("Translates"): term.of,
    }


def _fields(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, Sequence[Stretch]]]:
    """Those that are not the same, with the words that went and came."""
    return [
        (label, reworded(old.get(label, ""), new.get(label, "")))
        for label in {**old, **new}
        if old.get(label, "") != new.get(label, "")
    ]


def places_of(cited: Sequence[Cited]) -> list[Place]:
    """Where these are, with the pages on which they can be changed."""
    return [
        Place(each.title, each.place, each.text.language, Desk(each.text).url("edit"))
        for each in cited
    ]


def _path_effect(text: TextId, new: Path) -> PathEffect:
    shown = PATHS.find_live(db.session, text.slug)
    change = path_change(shown.text if shown else None, new)
    live = {each.slug: each.text.title for each in MODULES.all_live(db.session, FALLBACK_LANGUAGE)}
    reach = queries.path_reach(db.session, text.slug, change.modules, new, live.keys())
    modules = [
        ModuleMoved(live.get(slug, slug), words, reach.done.get(slug, 0))
        for slug, words in _moves(change)
    ]
    return PathEffect(reach, modules, list(_others(change)))


def _moves(change: PathChange) -> Iterator[tuple[str, str]]:
    for slugs, words in (
        (change.added, _("New in the path")),
        (change.removed, _("No longer in the path")),
        (change.required, _("Required from then on")),
        (change.recommended, _("Only recommended from then on")),
    ):
        yield from ((slug, words) for slug in slugs)


def _others(change: PathChange) -> Iterator[str]:
    if change.reordered:
        yield _("Its modules stand in another order.")
    if change.waits:
        yield (
            _("It waits for modules that are still in preparation.")
            if change.waits[1] is CompleteOn.ALL
            else _("It no longer waits for modules that are still in preparation.")
        )
    if change.certificate:
        before, after = (_certificate(each) for each in change.certificate)
        yield _(
            "Certificates from then on: %(after)s, in place of %(before)s. Those that were issued "
            "stay as they are.",
            after=after,
            before=before,
        )


def _certificate(terms: CertificateTerms | None) -> str:
    if terms is None:
        return str(_("none"))
    title = terms.title.get(FALLBACK_LANGUAGE) or next(iter(terms.title.values()))
    if terms.valid_months is None:
        return str(_("“%(title)s”, valid for good", title=title))
    return str(
        _("“%(title)s”, valid for %(months)s months", title=title, months=terms.valid_months)
    )


def heading_of(kind: Kind) -> str:
    """What the text is, before its title; nothing for a module, which is known by its title."""
    words = {
        Kind.QUIZ: _("Questions"),
        Kind.PATH: _("Learning path"),
        Kind.FACTS: _("Register"),
        Kind.GLOSSARY: _("Words of the course"),
    }
    return str(words.get(kind, ""))
