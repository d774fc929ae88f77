"""Reading a translation beside its original: what is marked in it, and which ids it keeps.

Words that are not translated yet stand there in the original's language, and passages whose
original changed are numbered. Both are marks in the text, which become HTML after it is sanitised.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from coursesite.authored import Problem, Severity
from coursesite.content.library.checks import WrittenCheck, option_id
from coursesite.content.library.foreign import in_original, with_note, without_marks
from coursesite.content.library.links import media_used
from coursesite.content.library.scenarios import WrittenScenario, WrittenScene
from coursesite.content.library.translating import (
    Passage,
    Place,
    Record,
    State,
    odd_frames,
    oddities,
    passages_of,
    read_record,
    record_name,
    settled,
    template_of,
)
from coursesite.content.library.typesetting import cited_in
from coursesite.content.rules import Changed, Fact, Translation, cited_file
from coursesite.content.rules.media import FOLDER, SUMS, sums_of
from coursesite.errors import Invalid
from coursesite.markup import to_html
from coursesite.revisions.rules import digest_of, short

_BEHIND = re.compile(r"\s*\{[:#][^}]*\}\s*$")

_MOVED_ON = (
    "the original was changed since this translation was made: publishing the original "
    "brings the translation into step, and 'coursesite content pull' writes it here"
)
_BUILT_OTHERWISE = (
    "from here on this is not built like {}: keep its paragraphs, lists, ids and the lines of "
    "slashes one by one, and change only words"
)


@dataclass(frozen=True)
class Ids:
    """The ids of options and choices that follow from the original's words, in their order."""

    options: Mapping[str, Sequence[str]]
    choices: Mapping[str, Mapping[str, Sequence[str]]]

    @classmethod
    def of(cls, checks: Iterable[WrittenCheck], scenarios: Iterable[WrittenScenario]) -> "Ids":
        return cls(
            {check.block.id: [option_id(each) for each in check.options] for check in checks},
            {each.scenario.id: _choices_of(each) for each in scenarios},
        )

    def kept_by(self, written: WrittenScenario) -> WrittenScenario:
        """The scenario with the ids of the original's choices."""
        known = self.choices.get(written.scenario.id, {})
        scenes = [_with_ids(each, known.get(each.id, ())) for each in written.scenes]
        debrief = _with_ids(written.debrief, known.get(written.debrief.id, ()))
        built = tuple(
            replace(scene, choices=tuple(each.choice for each in here.choices))
            for scene, here in zip(written.scenario.scenes, scenes, strict=True)
        )
        scenario = replace(written.scenario, scenes=built)
        return replace(written, scenes=scenes, debrief=debrief, scenario=scenario)


NO_IDS = Ids({}, {})


def _choices_of(written: WrittenScenario) -> Mapping[str, Sequence[str]]:
    scenes = (*written.scenes, written.debrief)
    return {scene.id: [each.choice.id for each in scene.choices] for scene in scenes}


def _with_ids(scene: WrittenScene, ids: Sequence[str]) -> WrittenScene:
    fits = len(ids) == len(scene.choices)
    choices = [
        replace(
            each,
            choice=replace(
                each.choice,
                id=ids[at] if fits else each.choice.id,
                words=without_marks(each.choice.words),
            ),
        )
        for at, each in enumerate(scene.choices)
    ]
    return replace(scene, choices=choices)


@dataclass(frozen=True)
class Rendition:
    """A translation whose passages are known; `numbers` are those of what is out of date."""

    record: Record
    original: str
    passages: Sequence[Passage]
    ids: Ids = NO_IDS

    @property
    def numbers(self) -> Mapping[str, int]:
        outdated = [each for each in self.passages if each.state is State.OUTDATED]
        return {each.here.key: number for number, each in enumerate(outdated, start=1)}

    def marked(self, text: str) -> str:
        """The translation with marks around what is not translated, behind what is out of date."""
        numbers = self.numbers
        words = {
            each.here.key: _marked(each, numbers.get(each.here.key))
            for each in self.passages
            if each.here.place is not Place.PLAIN and each.state is not State.CURRENT
        }
        return template_of(text, is_quiz=False).text(words)

    def told(self) -> Translation:
        """What readers are told of it, lesson by lesson; `front` is the module's own page."""
        numbers = self.numbers
        missing: dict[str, int] = {}
        changed: dict[str, tuple[Changed, ...]] = {}
        for each in self.passages:
            lesson = each.here.key.partition("/")[0]
            if each.state is State.MISSING:
                missing[lesson] = missing.get(lesson, 0) + 1
            elif each.state is State.OUTDATED and each.made:
                here = Changed(
                    numbers[each.here.key], each.made.changed, to_html(each.original.words)
                )
                changed[lesson] = (*changed.get(lesson, ()), here)
        plain = [each.here.key for each in self.passages if each.state is State.MISSING]
        return Translation(
            original=self.record.original,
            revision=short(self.record.revision),
            missing=missing,
            changed=changed,
            titles=tuple(key for key in plain if _is_title(key)),
        )


def _is_title(key: str) -> bool:
    return key.startswith("front/") or key.endswith("/1")


def _marked(passage: Passage, number: int | None) -> str:
    words = passage.here.words
    if passage.state is State.MISSING:
        behind = _BEHIND.search(words)
        end = behind.start() if behind else len(words)
        return in_original(words[:end]) + words[end:]
    if passage.here.place is Place.LINK:
        return words
    return with_note(words, number or 0)


def read_rendition(
    files: Mapping[str, str], folder: str, language: str, facts: Mapping[str, Fact]
) -> tuple[Rendition | None, list[Problem]]:
    """The translation with its record, and what is wrong; None where it stands for itself."""
    file = f"{language}.md"
    path = f"{folder}/{record_name(file)}"
    record, problems = read_record(files[record_name(file)], path)
    if record is None:
        return None, problems
    own = f"{record.original}.md"
    if own not in files or record.original == language:
        message = f"the original of this translation, {own}, does not exist"
        return None, [Problem(path, 1, message)]
    try:
        original = template_of(files[own], is_quiz=False)
        text = template_of(files[file], is_quiz=False)
    except Invalid:
        return None, []  # the text itself is refused, in its own words
    if line := odd_frames(original, text):
        differs = _odd if _is_made_of(files, record, facts) else _moved_on
        return None, [differs(f"{folder}/{file}", own, line)]
    passages = passages_of(original, text, settled(original, text, record))
    found = [problem for each in passages for problem in oddities(each, f"{folder}/{file}")]
    return Rendition(record, files[own], passages), found


def _is_made_of(files: Mapping[str, str], record: Record, facts: Mapping[str, Fact]) -> bool:
    """Whether the original is still the revision that the translation belongs to.

    What was published before revisions said which media and facts they show has no such lists.
    """
    own = f"{record.original}.md"
    texts = {name: files[name] for name in ("module.yaml", own)}
    media = {name: each for name, each in files.items() if name.startswith(FOLDER)}
    shown = {SUMS: sums_of(media_used(files[own], media))}
    cited = cited_file({id: facts[id] for id in cited_in(files[own]) if id in facts})
    made = (texts, texts | shown, texts | cited, texts | shown | cited)
    return record.revision in map(digest_of, made)


def _odd(path: str, own: str, line: int) -> Problem:
    return Problem(path, line, _BUILT_OTHERWISE.format(own))


def _moved_on(path: str, _own: str, line: int) -> Problem:
    return Problem(path, line, _MOVED_ON, Severity.WARNING)


def cleaned(problems: Sequence[Problem]) -> list[Problem]:
    """What is wrong, in words without marks."""
    return [replace(each, message=without_marks(each.message)) for each in problems]
