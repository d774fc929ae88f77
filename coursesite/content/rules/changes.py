"""What changed between two revisions of a module, passage by passage, with the words marked.

Removed words stand in `<del>`, added ones in `<ins>`. How words are set is taken from the text as
it is now: neither mark ever stands across one of its tags.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coursesite.content.rules.citing import corrected, in_a_line
from coursesite.content.rules.facts import Fact
from coursesite.content.rules.modules import Lesson, Module, Parts, Ref
from coursesite.content.rules.passages import passages_in
from coursesite.content.rules.words import Passage, Token, tokens_of
from coursesite.differing import Edit, edits, paired, without_islands

SOURCE = "source"
"""The kind of a passage that is no part of the text: what a cited fact says, under its id."""

INS, INS_END, DEL, DEL_END = "<ins>", "</ins>", "<del>", "</del>"


@dataclass(frozen=True)
class Change:
    """A passage that was changed, is new (no `before`) or gone (no `after`); `parts` is marked."""

    before: Passage | None
    after: Passage | None
    parts: Parts

    @property
    def passage(self) -> Passage:
        """The passage as it stands now, or as it stood last."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    @property
    def sources(self) -> frozenset[str]:
        """The facts that the passage rests on, or did before."""
        return frozenset[str]().union(*(each.sources for each in (self.before, self.after) if each))

    @property
    def length(self) -> int:
        """How many words somebody reads of it."""
        return self.passage.length


@dataclass(frozen=True)
class LessonChange:
    """A lesson in which something changed; `title` is marked, `new` says that all of it is new."""

    id: str
    title: Parts
    new: bool
    passages: tuple[Change, ...]

    @property
    def sources(self) -> frozenset[str]:
        return frozenset[str]().union(*(each.sources for each in self.passages))


@dataclass(frozen=True)
class ModuleChanges:
    """What changed: `lessons` in their order, titles of those that are `gone`, the numbers of the
    `objectives` with other words, and how many `words` are read of how many in `all_words`.

    `corrected` are the facts that say something else now. Each stands among the passages of the
    first lesson that cites it.
    """

    lessons: tuple[LessonChange, ...]
    gone: tuple[str, ...]
    objectives: frozenset[int]
    words: int
    all_words: int
    corrected: frozenset[str] = frozenset()

    @property
    def nothing(self) -> bool:
        return not (self.lessons or self.gone or self.objectives)

    @property
    def share(self) -> float:
        """What part of the module is to be read, from 0 to 1 and beyond."""
        return self.words / max(1, self.all_words)


def changes_between(before: Module, after: Module) -> ModuleChanges:
    """What a reader of the one does not know of the other.

    A passage that only moved, or is only set otherwise, is no change.
    """
    old, new = _passages(before), _passages(after)
    moved = _moved(old, new)
    titles = {lesson.id: lesson.title for lesson in before.lessons}
    other = corrected(before, after)
    facts = _facts_by_lesson(after, other)
    lessons = tuple(
        change
        for lesson in after.lessons
        if (
            change := _lesson(
                lesson, titles.get(lesson.id), old, (new, moved), facts.get(lesson.id, ())
            )
        )
    )
    return ModuleChanges(
        lessons=lessons,
        gone=tuple(lesson.title for lesson in before.lessons if lesson.id not in new),
        objectives=_objectives(before, after),
        words=sum(change.length for each in lessons for change in each.passages),
        all_words=sum(passage.length for each in new.values() for passage in each),
        corrected=frozenset(other),
    )


def _facts_by_lesson(
    module: Module, other: Mapping[str, tuple[Fact, Fact]]
) -> dict[str, list[Change]]:
    """Each corrected fact as a passage of the first lesson that cites it, a required one rather."""
    found: dict[str, list[Change]] = {}
    required = module.required_lessons
    for id, (before, after) in other.items():
        citing = [each.id for each in module.lessons if any(it.id == id for it in each.cited)]
        first = next((each for each in citing if each in required), next(iter(citing), None))
        if first is not None:
            old, new = _of_fact(before), _of_fact(after)
            change = Change(old, new, _marked(old.words, new.tokens))
            found.setdefault(first, []).append(change)
    return found


def _of_fact(fact: Fact) -> Passage:
    tokens = tokens_of(in_a_line(fact))
    return Passage(SOURCE, tokens, label=fact.id, sources=frozenset({fact.id}))


Passages = Mapping[str, Sequence[Passage]]


def _passages(module: Module) -> Passages:
    """By lesson; of a translation with what its original says since."""
    changed = module.translation.changed if module.translation else {}
    return {each.id: passages_in(each, changed.get(each.id, ())) for each in module.lessons}


def _moved(old: Passages, new: Passages) -> frozenset[str]:
    """Passages that stand elsewhere in as many places as before."""
    before = Counter(each.says for passages in old.values() for each in passages)
    after = Counter(each.says for passages in new.values() for each in passages)
    return frozenset(text for text, times in before.items() if after[text] == times)


def _objectives(before: Module, after: Module) -> frozenset[int]:
    known = set(before.objectives)
    return frozenset(number for number, text in enumerate(after.objectives, 1) if text not in known)


def _lesson(
    lesson: Lesson,
    title: str | None,
    old: Passages,
    new: tuple[Passages, frozenset[str]],
    facts: Sequence[Change],
) -> LessonChange | None:
    found, moved = new
    passages = [
        change
        for change in compared(old.get(lesson.id, ()), found[lesson.id])
        if not _only_moved(change, moved)
    ]
    passages += facts
    if not passages and title == lesson.title:
        return None
    marked = _marked_text(title or "", lesson.title)
    return LessonChange(lesson.id, marked, title is None, tuple(passages))


def _only_moved(change: Change, moved: frozenset[str]) -> bool:
    one_sided = change.before is None or change.after is None
    return one_sided and change.passage.says in moved


def compared(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Change]:
    """The passages that differ, in the order of reading."""
    for edit in edits([each.says for each in before], [each.says for each in after]):
        if not edit.same:
            old, new = before[edit.first : edit.last], after[edit.from_ : edit.to]
            yield from _replaced(old, new)


def _replaced(old: Sequence[Passage], new: Sequence[Passage]) -> Iterator[Change]:
    at = 0
    found = paired([_words(each) for each in old], [_words(each) for each in new])
    pairs = {other: own for own, other in found}
    for number, passage in enumerate(new):
        own = pairs.get(number)
        if own is None:
            yield Change(None, passage, _whole(passage.tokens, INS, INS_END))
            continue
        yield from map(_gone, old[at:own])
        yield Change(old[own], passage, _marked(old[own].words, passage.tokens))
        at = own + 1
    yield from map(_gone, old[at:])


def _gone(passage: Passage) -> Change:
    return Change(passage, None, tuple(_joined([DEL, *_plain(passage.words), DEL_END])))


def _words(passage: Passage) -> Counter[str]:
    return Counter(token.text.casefold() for token in passage.words if token.text[0].isalnum())


def _marked_text(before: str, after: str) -> Parts:
    """A title, marked in the same way."""
    old, new = tokens_of(before), tokens_of(after)
    if not before:
        return tuple(_joined(_plain(new)))
    return _marked(old, new)


def _marked(before: Sequence[Token], after: Sequence[Token]) -> Parts:
    """The words after, with what was removed and what was added between them."""
    words = [token for token in after if token.text]
    found = edits([each.text for each in before], [each.text for each in words])
    readable = without_islands(found, lambda at: _says(words[at]))
    return tuple(_joined(_woven(readable, before, after)))


def _says(token: Token) -> bool:
    return token.text[0].isalnum() or isinstance(token.part, Ref) or token.part[0] == "<"


def _woven(
    found: Iterable[Edit], before: Sequence[Token], after: Sequence[Token]
) -> Iterator[str | Ref]:
    removed = {}
    added: set[int] = set()
    for edit in found:
        if not edit.same:
            removed[edit.from_] = before[edit.first : edit.last]
            added.update(range(edit.from_, edit.to))
    at = 0
    for token in after:
        if not token.text:
            yield token.part
            continue
        yield from _deleted(removed.get(at, ()))
        yield from (INS, token.part, INS_END) if at in added else (token.part,)
        at += 1
    yield from _deleted(removed.get(at, ()))


def _deleted(tokens: Sequence[Token]) -> Iterator[str | Ref]:
    if tokens:
        yield from (DEL, *_plain(tokens), DEL_END)


def _plain(tokens: Iterable[Token]) -> Iterator[str | Ref]:
    return (token.part for token in tokens if token.text)


def _whole(tokens: Iterable[Token], opens: str, closes: str) -> Parts:
    pieces: list[str | Ref] = []
    for token in tokens:
        pieces += (opens, token.part, closes) if token.text else (token.part,)
    return tuple(_joined(pieces))


def _joined(pieces: Iterable[str | Ref]) -> Iterator[str | Ref]:
    """Neighbouring strings as one, and marks that touch as one mark."""
    held = ""
    for piece in pieces:
        if isinstance(piece, Ref):
            if held:
                yield held
            held = ""
            yield piece
        elif piece == INS and held.endswith(INS_END):
            held = held.removesuffix(INS_END)
        else:
            held += piece
    if held:
        yield held
