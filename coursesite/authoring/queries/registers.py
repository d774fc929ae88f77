"""What rests on the registers of the course: citations, uses of terms, people on paths."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from coursesite.assignments.models import Requirement, TargetStanding
from coursesite.assignments.queries.picking import number_asked, picked_people
from coursesite.assignments.rules import Progress, RequirementState, about, one_of
from coursesite.authoring.library.registers import Resting
from coursesite.authoring.rules import TextId
from coursesite.authoring.rules.registers import Cited
from coursesite.content.queries import GLOSSARIES, MODULES
from coursesite.content.rules import Glossary, LocalText, Module, Term, words_in
from coursesite.content.rules.citing import local_facts
from coursesite.content.shelf import LOCALS
from coursesite.paths.rules import CompleteOn, Path, Step
from coursesite.progress.models import Completion, ModuleRound
from coursesite.progress.rules import TargetKind
from coursesite.quizzes.queries import QUIZZES
from coursesite.quizzes.rules import Quiz
from coursesite.revisions.models import LiveRevision
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import Shown

T = TypeVar("T")
CITING = (Kind.MODULE, Kind.QUIZ, Kind.GLOSSARY)


@dataclass(frozen=True)
class _Live:
    """All live texts of the kinds that cite facts, in every language."""

    modules: Mapping[TextId, Shown[Module]]
    quizzes: Mapping[TextId, Shown[Quiz]]
    glossaries: Mapping[TextId, Shown[Glossary]]


def resting_on(session: Session, *, facts: bool = True) -> Resting:
    """Who cites each fact, in whichever language, and which modules there are.

    What organisations say of themselves rests on facts alone.
    """
    live = _live(session)
    titles = {(text.slug, text.language): each.text.title for text, each in live.modules.items()}
    cited: dict[str, dict[Cited, None]] = {}
    for id, place in _citations(live, titles):
        cited.setdefault(id, {})[place] = None
    modules = frozenset(text.slug for text in live.modules)
    return Resting(
        {id: tuple(places) for id, places in cited.items()},
        modules,
        _local(session) if facts else {},
    )


def _local(session: Session) -> dict[str, int]:
    """How many organisations cite each fact in words of their own; which, is nobody else's."""
    citing: dict[str, set[str]] = {}
    for text, local in local_texts_live(session):
        for id in local_facts(local):
            citing.setdefault(id, set()).add(text.slug)
    return {id: len(slugs) for id, slugs in citing.items()}


def local_texts_live(session: Session) -> list[tuple[TextId, LocalText]]:
    """What organisations say of themselves, each text by its name."""
    found = sa.select(LiveRevision.slug, LiveRevision.language, LiveRevision.revision_id).where(
        LiveRevision.kind == Kind.LOCAL
    )
    rows = session.execute(found.order_by(LiveRevision.slug, LiveRevision.language)).all()
    shown = LOCALS.get_all(session, [row.revision_id for row in rows])
    return [
        (TextId(Kind.LOCAL, row.slug, row.language), shown[row.revision_id].text) for row in rows
    ]


def _live(session: Session) -> _Live:
    texts = {each: dict[TextId, int]() for each in CITING}
    found = sa.select(
        LiveRevision.kind, LiveRevision.slug, LiveRevision.language, LiveRevision.revision_id
    ).where(LiveRevision.kind.in_(CITING))
    for row in session.execute(found.order_by(LiveRevision.slug, LiveRevision.language)):
        texts[row.kind][TextId(row.kind, row.slug, row.language)] = row.revision_id
    return _Live(
        _shown(MODULES.get_all(session, texts[Kind.MODULE].values()), texts[Kind.MODULE]),
        _shown(QUIZZES.get_all(session, texts[Kind.QUIZ].values()), texts[Kind.QUIZ]),
        _shown(GLOSSARIES.get_all(session, texts[Kind.GLOSSARY].values()), texts[Kind.GLOSSARY]),
    )


def _shown(shown: Mapping[int, Shown[T]], ids: Mapping[TextId, int]) -> dict[TextId, Shown[T]]:
    return {text: shown[revision_id] for text, revision_id in ids.items()}


def _citations(live: _Live, titles: Mapping[tuple[str, str], str]) -> Iterator[tuple[str, Cited]]:
    for text, module in live.modules.items():
        yield from _in_module(text, module.text)
    for text, quiz in live.quizzes.items():
        title = titles.get((text.slug, text.language), text.slug)
        yield from _in_quiz(Cited(text, title, ""), quiz.text)
    for text, glossary in live.glossaries.items():
        for term in glossary.text.terms:
            yield from ((id, Cited(text, text.slug, term.term)) for id in term.sources)


def _in_module(text: TextId, module: Module) -> Iterator[tuple[str, Cited]]:
    sheets = (module.facilitator,) if module.facilitator else ()
    for each in (*module.lessons, *sheets):
        yield from ((fact.id, Cited(text, module.title, each.id)) for fact in each.cited)


def _in_quiz(quiz: Cited, held: Quiz) -> Iterator[tuple[str, Cited]]:
    """A question on hold waits for its facts, so it rests on none."""
    for question in held.questions:
        if not question.hold:
            yield from ((id, replace(quiz, place=question.id)) for id in question.sources)


def uses_of(session: Session, language: str, terms: Collection[Term]) -> dict[str, list[Cited]]:
    """The lessons of live modules in this language that use these terms, by the term."""
    named, uses = Glossary(terms), dict[str, list[Cited]]()
    found = sa.select(LiveRevision.slug, LiveRevision.revision_id).where(
        LiveRevision.kind == Kind.MODULE, LiveRevision.language == language
    )
    rows = session.execute(found.order_by(LiveRevision.slug)).all() if terms else []
    shown = MODULES.get_all(session, [row.revision_id for row in rows])
    for row in rows:
        module = shown[row.revision_id].text
        text = TextId(Kind.MODULE, row.slug, language)
        for lesson in module.lessons:
            for term in named.named_in(words_in(lesson.parts)):
                uses.setdefault(term.term, []).append(Cited(text, module.title, lesson.id))
    return uses


def reaches_of(session: Session, slugs: Collection[str]) -> dict[str, tuple[int, int]]:
    """How many people have completed each of these modules, and are in the middle of it."""
    completed = (
        sa.select(
            sa.literal(0).label("under_way"),
            Completion.target_slug.label("slug"),
            sa.func.count(sa.distinct(Completion.person_id)).label("people"),
        )
        .where(Completion.target_kind == TargetKind.MODULE, Completion.target_slug.in_(slugs))
        .group_by(Completion.target_slug)
    )
    begun = (
        sa.select(
            sa.literal(1).label("under_way"),
            ModuleRound.module_slug,
            sa.func.count(sa.distinct(ModuleRound.person_id)),
        )
        .where(ModuleRound.completed_at.is_(None), ModuleRound.module_slug.in_(slugs))
        .group_by(ModuleRound.module_slug)
    )
    found = session.execute(completed.union_all(begun))
    people = {(slug, under_way): number for under_way, slug, number in found}
    return {slug: (people.get((slug, 0), 0), people.get((slug, 1), 0)) for slug in slugs}


@dataclass(frozen=True)
class PathReach:
    """Whom a path reaches: those who must do it, by how they stand, and of those who have not
    completed it how many have done each of some modules. `at_once` have done all that it would ask.
    Where only one of so many people was looked at, these are estimates.
    """

    certified: int
    under_way: int
    done: Mapping[str, int]
    at_once: int
    one_of: int = 1

    @property
    def people(self) -> int:
        return self.certified + self.under_way


def path_reach(
    session: Session, slug: str, modules: Sequence[str], new: Path, published: Collection[str]
) -> PathReach:
    """Counted over all organisations; `modules` are those that change, `new` is the draft."""
    path = TargetStanding.target_kind == TargetKind.PATH, TargetStanding.target_slug == slug
    picked = one_of(number_asked(session, sa.and_(*path)))
    asked = (
        Requirement.target_kind == TargetKind.PATH,
        Requirement.target_slug == slug,
        Requirement.state != RequirementState.ENDED,
        sa.true() if picked == 1 else Requirement.person_id.in_(picked_people(picked)),
    )
    is_done = Requirement.progress == Progress.COMPLETED
    certified, under_way = session.execute(
        sa.select(sa.func.count().filter(is_done), sa.func.count().filter(~is_done)).where(*asked)
    ).one()
    before = aliased(Completion)
    first_time = ~sa.exists().where(
        before.person_id == Requirement.person_id,
        before.target_kind == TargetKind.PATH,
        before.target_slug == slug,
    ).correlate(Requirement)
    done = (
        sa.select(Completion.person_id, Completion.target_slug.label("module"))
        .join(Requirement, Requirement.person_id == Completion.person_id)
        .where(
            *asked,
            ~is_done,
            first_time,
            Completion.target_kind == TargetKind.MODULE,
            Completion.target_slug.in_({*modules, *new.module_slugs}),
            Completion.revoked_at.is_(None),
        )
        .distinct()
        .subquery()
    )
    by_module = sa.select(done.c.module, sa.func.count().label("people")).group_by(done.c.module)
    needed = [_enough(done.c.module, step, new, published) for step in new.steps if step.required]
    enough = sa.select(done.c.person_id).group_by(done.c.person_id).having(sa.and_(*needed))
    of_all = sa.select(sa.null(), sa.func.count()).select_from(enough.subquery())
    counted = {row.module: row.people for row in session.execute(by_module.union_all(of_all))}
    return PathReach(
        _of_all(certified, picked),
        _of_all(under_way, picked),
        {each: _of_all(counted.get(each, 0), picked) for each in modules},
        _of_all(counted[None], picked),
        picked,
    )


def _of_all(people: int, one_of: int) -> int:
    return people if one_of == 1 else about(people * one_of)


def _enough(
    module: sa.ColumnElement[str], step: Step, path: Path, published: Collection[str]
) -> sa.ColumnElement[bool]:
    """Whether somebody has done as many modules of a required step as it asks."""
    waits = path.complete_on is CompleteOn.ALL
    counted = [slug for slug in step.slugs if waits or slug in published]
    needed = min(step.choose, len(counted))
    return sa.func.count().filter(module.in_(step.slugs)) >= needed
