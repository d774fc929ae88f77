"""What stands above a module's text, and its settings, as one form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from coursesite.authored.changing import New
from coursesite.authored.tree import Plain
from coursesite.authoring.library.folder import Files
from coursesite.authoring.library.questions import Unreadable, one, read_data, words
from coursesite.authoring.library.rows import Form, rows_in
from coursesite.authoring.library.settings.hand import Hand, Orders
from coursesite.authoring.library.settings.slots import Data, Slot, Sort, Wrong, found_at, kept_of
from coursesite.authoring.rules import SETTINGS
from coursesite.content.library.schemas import FrontMatter, ModuleFile, QuizTermsFile
from coursesite.errors import said

OBJECTIVES = "objectives"
COMPLETION = ("completion",)
QUIZ = ("completion", "quiz")

FRONT = (
    Slot((), "title", needed=True),
    Slot((), "summary", needed=True),
    Slot((), "attestation"),
    Slot((), "further_reading", Sort.LINES),
)
BESIDE = (
    Slot((), "minutes", Sort.NUMBER, needed=True),
    Slot((), "audience", Sort.TICKS, needed=True),
    Slot((), "sensitive", Sort.TICKS),
    Slot((), "review_by"),
    Slot((), "local_fields", Sort.TICKS, joint="_"),
    Slot(COMPLETION, "attestation", Sort.YES),
)
TERMS = (
    Slot(QUIZ, "pass_mark", Sort.NUMBER, needed=True),
    Slot(QUIZ, "draw", Sort.NUMBER, needed=True),
    *(
        Slot(QUIZ, key, Sort.NUMBER)
        for key in ("attempts", "wait_minutes", "minutes", "grace_minutes", "read_again_after")
    ),
    Slot(QUIZ, "review", usual="submission"),
)
LESSONS, CHOSEN, ASKS = "completion-lessons", "completion-lessons-ids", "completion-quiz"
ALL, SOME = "all", "some"
_NEEDED = {
    "completion-quiz-pass_mark": said("Say how many per cent of the points pass."),
    "completion-quiz-draw": said("Say how many questions are drawn."),
}

ORDERS: Orders = {
    (): tuple(ModuleFile.model_fields),
    COMPLETION: ("lessons", "quiz", "attestation"),
    QUIZ: tuple(QuizTermsFile.model_fields),
}
FRONT_ORDERS: Orders = {(): tuple(FrontMatter.model_fields)}


@dataclass(frozen=True)
class Objective:
    """One of them; `was` is its number in the text, from 0, None for a new one."""

    was: int | None
    text: str


@dataclass(frozen=True)
class ModuleSheet:
    """The form: its fields by name, the objectives in order, and what it cannot show.

    `lessons` are the ids of those that complete the module, None for all.
    """

    data: tuple[Data, Data]
    fields: Mapping[str, str]
    objectives: Sequence[Objective] | None
    lessons: Sequence[str] | None = None
    asks: bool = False
    kept: Sequence[str] = ()

    def chosen(self, name: str) -> list[str]:
        """What is ticked in a list."""
        return self.fields.get(name, "").split("\n") if self.fields.get(name) else []


@dataclass(frozen=True)
class Filled:
    """The files as the form wants them, and where each objective stands that was there before.

    Both count from 0; one that was taken out stands nowhere.
    """

    files: Files
    moved: Mapping[int, int | None] = field(default_factory=dict)


def front_of(text: str) -> str:
    """The YAML above the text, on the lines on which it stands: the first one is empty."""
    lines = text.split("\n")
    head = list(takewhile(lambda line: line.rstrip() != "---", lines[1:]))
    if lines[0].rstrip() != "---" or len(head) == len(lines) - 1:
        raise Unreadable(
            said(
                "The text begins with title, summary and objectives between two lines of ---. "
                "Mend this in the text first."
            )
        )
    return "\n".join(["", *head])


def _with_front(text: str, front: str) -> str:
    return "---" + front + text[len(text.split("\n", 1)[0]) + len(front_of(text)) :]


def module_sheet(files: Files, main: str) -> ModuleSheet:
    """The form of a module whose files can be read."""
    front, beside = read_data(front_of(files.get(main, ""))), read_data(files.get(SETTINGS, ""))
    fields = {
        slot.name: shown
        for data, slots in ((front, FRONT), (beside, (*BESIDE, *TERMS)))
        for slot in slots
        if (shown := slot.shown(data)) is not None
    }
    objectives = _objectives(front.get(OBJECTIVES))
    kept = kept_of(front, FRONT, [OBJECTIVES] if objectives is not None else [])
    lessons = found_at(beside, (*COMPLETION, "lessons"))
    slots = [*BESIDE, *TERMS]
    if _fits(lessons):
        fields[LESSONS] = SOME if isinstance(lessons, list) else ALL
        sort = Sort.TICKS if isinstance(lessons, list) else Sort.LINE
        slots.append(Slot(COMPLETION, "lessons", sort))
    return ModuleSheet(
        (front, beside),
        fields,
        objectives,
        [words(each) for each in lessons] if isinstance(lessons, list) else None,
        asks=found_at(beside, QUIZ) is not None,
        kept=[*kept, *kept_of(beside, slots)],
    )


def _objectives(value: Plain) -> list[Objective] | None:
    """None if they are written as a form cannot show them."""
    if value is None:
        return []
    if not isinstance(value, list) or any(isinstance(each, list | dict) for each in value):
        return None
    return [Objective(number, words(each)) for number, each in enumerate(value)]


def _fits(lessons: Plain) -> bool:
    plain = isinstance(lessons, list) and all(isinstance(each, str) for each in lessons)
    return plain or lessons is None or lessons == ALL


def filled_module(files: Files, main: str, form: Form) -> Filled:
    """The files with what the form says; unchanged, they stay as they are."""
    sheet = module_sheet(files, main)
    front = Hand(front_of(files[main]), FRONT_ORDERS)
    front.fill(FRONT, form)
    moved = _fill_objectives(front, sheet, form)
    beside = Hand(files[SETTINGS], ORDERS)
    beside.fill(BESIDE, form)
    _fill_lessons(beside, sheet, form)
    _fill_quiz(beside, sheet, form)
    texts = {main: _with_front(files[main], front.proved()), SETTINGS: beside.proved()}
    return Filled({**files, **texts}, moved)


def _fill_objectives(front: Hand, sheet: ModuleSheet, form: Form) -> Mapping[int, int | None]:
    if sheet.objectives is None:
        return {}
    there = len(sheet.objectives)
    rows = [
        (row, " ".join((one(form, f"objective-{row.number}-text") or "").split()))
        for row in rows_in(form, "objective", there)
    ]
    kept = [(row, text) for row, text in rows if not row.remove and (row.was is not None or text)]
    for row, text in kept:
        if row.was is not None and row.sent and text != _flat(sheet.objectives[row.was].text):
            front.reword(OBJECTIVES, row.was, text)
    items = [New(text) if row.was is None else row.was for row, text in kept]
    if not there and items:
        front.set((), OBJECTIVES, [each.value for each in items if isinstance(each, New)])
    elif items != list(range(there)):
        if not items:
            raise Wrong("objectives", said("A module has three to five objectives."))
        front.rearrange(OBJECTIVES, items)
    now = {row.was: place for place, (row, _text) in enumerate(kept) if row.was is not None}
    return {was: now.get(was) for was in range(there) if now.get(was) != was}


def _flat(text: str) -> str:
    return " ".join(text.split())


def _fill_lessons(beside: Hand, sheet: ModuleSheet, form: Form) -> None:
    wanted = one(form, LESSONS)
    if wanted is None or LESSONS not in sheet.fields:
        return
    chosen = list(dict.fromkeys(one({"": [each]}, "") or "" for each in form.get(CHOSEN, ())))
    if wanted != ALL and not chosen:
        raise Wrong(LESSONS, said("Tick the lessons that must be read, or choose all of them."))
    before = None if sheet.fields[LESSONS] == ALL else list(sheet.lessons or ())
    there = [each for each in before or () if each in chosen]
    after = None if wanted == ALL else list(dict.fromkeys([*there, *chosen]))
    if after != before:
        beside.set(COMPLETION, "lessons", ALL if after is None else [*after])


def _fill_quiz(beside: Hand, sheet: ModuleSheet, form: Form) -> None:
    """Its terms; where it is not asked for any more, they go."""
    if f"{ASKS}-asked" not in form or not isinstance(_quiz(beside), dict | None):
        return
    if not form.get(ASKS):
        if sheet.asks and found_at(beside.find(()), (*COMPLETION, "lessons")) is None:
            beside.set(COMPLETION, "lessons", ALL)
        beside.take_out(COMPLETION, "quiz")
        return
    for name, sentence in _NEEDED.items():
        if not (one(form, name) or sheet.fields.get(name, "")).strip():
            raise Wrong(name, sentence)
    beside.fill(TERMS, form)


def _quiz(beside: Hand) -> Plain:
    return found_at(beside.find(()), QUIZ)


def module_sheet_sent(sheet: ModuleSheet, form: Form) -> ModuleSheet:
    """The form as it was sent, to be shown again."""
    slots = {slot.name: slot for slot in (*FRONT, *BESIDE, *TERMS)}
    fields = {
        name: slots[name].sent(form, shown) if name in slots else one(form, name) or shown
        for name, shown in sheet.fields.items()
    }
    lessons = [one({"": [each]}, "") or "" for each in form.get(CHOSEN, ())]
    return replace(
        sheet,
        fields=fields,
        objectives=None if sheet.objectives is None else _objectives_sent(sheet, form),
        lessons=lessons if LESSONS in form else sheet.lessons,
        asks=bool(form.get(ASKS)) if f"{ASKS}-asked" in form else sheet.asks,
    )


def _objectives_sent(sheet: ModuleSheet, form: Form) -> list[Objective]:
    before = sheet.objectives or ()
    rows = [
        Objective(row.was, one(form, f"objective-{row.number}-text") or "")
        if row.sent
        else before[row.number]
        for row in rows_in(form, "objective", len(before))
    ]
    return [each for each in rows if each.was is not None or each.text.strip()]
