"""The steps of a learning path as rows of a form, and what a form says of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from coursesite.authored.changing import New
from coursesite.authored.tree import Location, Plain
from coursesite.authoring.library.questions import number, one, words
from coursesite.authoring.library.rows import Form, Placed, rows_in
from coursesite.authoring.library.settings.hand import Hand
from coursesite.authoring.library.settings.slots import Data, Slot, Sort, Wrong
from coursesite.errors import said

STEPS = "steps"
MOST_OF = 20


@dataclass(frozen=True)
class StepRow:
    """A step: `was` is its number in the file, None for a new one; `of` are modules to choose from.

    `fits` is whether a form can show it whole.
    """

    was: int | None
    module: str = ""
    choose: str = ""
    of: Sequence[str] = ()
    required: bool = True
    after: Sequence[str] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    minutes: str = ""
    fits: bool = True

    @property
    def slugs(self) -> list[str]:
        return [each for each in (self.module, *self.of) if each]


def steps_in(value: Plain) -> list[StepRow] | None:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        return None
    return [_step(at, each) for at, each in enumerate(value) if isinstance(each, dict)]


def _step(at: int, data: Data) -> StepRow:
    of, after, titles = data.get("of"), data.get("after"), data.get("title")
    modules = _modules(of)
    return StepRow(
        at,
        words(data.get("module")),
        words(data.get("choose")),
        [words(each) for each in modules or ()],
        data.get("required") is not False,
        [words(each) for each in after] if isinstance(after, list) else (),
        {key: words(each) for key, each in titles.items()} if isinstance(titles, dict) else {},
        words(data.get("minutes")),
        fits=_fits(data, modules, after),
    )


def _modules(of: Plain) -> list[Plain] | None:
    """None if they are not written as modules."""
    if not isinstance(of, list) or not all(isinstance(each, dict) for each in of):
        return None
    return [each.get("module") for each in of if isinstance(each, dict)]


def _fits(data: Data, modules: Sequence[Plain] | None, after: Plain) -> bool:
    lists = [data.get("module"), data.get("choose"), data.get("minutes"), *(modules or ())]
    titles = data.get("title")
    return (
        not any(isinstance(each, list | dict) for each in lists)
        and (data.get("of") is None or modules is not None)
        and (after is None or (isinstance(after, list) and all(map(_is_word, after))))
        and (titles is None or (isinstance(titles, dict) and all(map(_is_word, titles.values()))))
        and data.get("required") in {None, True, False}
    )


def _is_word(value: Plain) -> bool:
    return isinstance(value, str)


def fill_steps(hand: Hand, before: Sequence[StepRow], form: Form) -> None:
    rows = [(row, _sent(row, before, form)) for row in rows_in(form, "step", len(before))]
    kept = [
        (row, sent) for row, sent in rows if not row.remove and (sent.slugs or row.was is not None)
    ]
    for row, sent in kept:
        if row.was is not None and row.sent and before[row.was].fits:
            _fill_step(hand, row.was, before[row.was], sent)
    items = [New(_new(sent)) if row.was is None else row.was for row, sent in kept]
    if items == list(range(len(before))):
        return
    if not items:
        raise Wrong("steps", said("A path has at least one step."))
    if before:
        hand.rearrange(STEPS, items)
    else:
        hand.set((), STEPS, [each.value for each in items if isinstance(each, New)])


def _there(row: Placed) -> bool:
    return row.was is not None


def steps_sent(before: Sequence[StepRow], form: Form) -> list[StepRow]:
    """The rows as they were sent, to be shown again."""
    rows = [_sent(row, before, form) for row in rows_in(form, "step", len(before))]
    return [row for row in rows if row.was is not None or row.slugs]


def _sent(row: Placed, before: Sequence[StepRow], form: Form) -> StepRow:
    """A row as the form has it; what it does not hold is as it was."""
    old = before[row.was] if row.was is not None else StepRow(None)
    name = f"step-{row.number}"
    if not row.sent or f"{name}-asked" not in form:
        return old

    def text(key: str, was: str) -> str:
        sent = one(form, f"{name}-{key}")
        return was if sent is None else " ".join(sent.split())

    of = [each for at in range(MOST_OF) if (each := text(f"of-{at}", ""))]
    asked = f"{name}-of-asked" in form
    new = text("new", "")
    return replace(
        old,
        module=new or text("module", old.module),
        choose=text("choose", old.choose),
        of=list(dict.fromkeys(of)) if asked else old.of,
        required=bool(form.get(f"{name}-required")),
        after=_after(old, form.get(f"{name}-after", ())),
        titles=_titles(old, name, form),
        minutes=text("minutes", old.minutes),
    )


def _after(old: StepRow, ticked: Sequence[str]) -> list[str]:
    there = [each for each in old.after if each in ticked]
    return list(dict.fromkeys([*there, *ticked]))


def _titles(old: StepRow, name: str, form: Form) -> Mapping[str, str]:
    start = f"{name}-title-"
    sent = {key[len(start) :]: one(form, key) or "" for key in form if key.startswith(start)}
    return {**old.titles, **{key: " ".join(text.split()) for key, text in sent.items()}}


def _new(sent: StepRow) -> Plain:
    titles: dict[str, Plain] = {key: text for key, text in sent.titles.items() if text}
    step: dict[str, Plain] = {}
    if sent.of:
        of: list[Plain] = [{"module": each} for each in sent.of]
        step |= {"choose": number(sent.choose or "1"), "of": of}
    else:
        step["module"] = sent.module
    step["required"] = sent.required
    if sent.after:
        step["after"] = [*sent.after]
    if titles and not sent.of:
        step["title"] = titles
    if sent.minutes and not sent.of:
        step["minutes"] = number(sent.minutes)
    return step


def _fill_step(hand: Hand, at: int, old: StepRow, sent: StepRow) -> None:
    here = (STEPS, at)
    if sent.module != old.module and not old.of:
        hand.put(here, "module", sent.module)
        if sent.titles == old.titles and sent.minutes == old.minutes:
            hand.take_out(here, "title")  # they announced another module
            hand.take_out(here, "minutes")
    _fill_of(hand, here, old, sent)
    _fill_after(hand, here, old, sent)
    _fill_announcement(hand, here, old, sent)
    if sent.required != old.required:
        hand.put(here, "required", sent.required)


def _fill_after(hand: Hand, here: Location, old: StepRow, sent: StepRow) -> None:
    if list(sent.after) == list(old.after):
        return
    if sent.after:
        hand.put(here, "after", [*sent.after])
    else:
        hand.take_out(here, "after")


def _fill_announcement(hand: Hand, here: Location, old: StepRow, sent: StepRow) -> None:
    """What is said of a module that is still in preparation."""
    for key, text in sent.titles.items():
        if text == " ".join(old.titles.get(key, "").split()):
            continue
        if text:
            hand.set((*here, "title"), key, text)
        else:
            hand.take_out((*here, "title"), key)
    if sent.minutes != old.minutes:
        hand.write(Slot(here, "minutes", Sort.NUMBER), number(sent.minutes))


def _fill_of(hand: Hand, here: Location, old: StepRow, sent: StepRow) -> None:
    if not old.of:
        return
    if sent.choose != old.choose:
        hand.put(here, "choose", number(sent.choose) or "")
    if list(sent.of) == list(old.of):
        return
    if not sent.of:
        raise Wrong(f"step-{here[1]}-of-0", said("Choose the modules, or remove the step."))
    places = {slug: at for at, slug in enumerate(old.of)}
    items = [places[slug] if slug in places else New({"module": slug}) for slug in sent.of]
    hand.rearrange("of", items, here)
