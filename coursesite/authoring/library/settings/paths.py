"""A learning path as one form: its words in each language, its steps, its certificate."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coursesite.authoring.library.questions import read_data
from coursesite.authoring.library.rows import Form
from coursesite.authoring.library.settings.hand import Hand, Orders
from coursesite.authoring.library.settings.slots import Data, Slot, Sort, Wrong, found_at, kept_of
from coursesite.authoring.library.settings.steps import (
    STEPS,
    StepRow,
    fill_steps,
    steps_in,
    steps_sent,
)
from coursesite.errors import said
from coursesite.paths.library import PathCertificate, PathFile, PathStep

CERTIFICATE = "certificate"
ORDERS: Orders = {
    (): tuple(PathFile.model_fields),
    (STEPS,): tuple(PathStep.model_fields),
    (STEPS, "of"): ("module", "title", "minutes"),
    (CERTIFICATE,): tuple(PathCertificate.model_fields),
}
ALONE = (
    Slot((), "audience", Sort.TICKS, needed=True),
    Slot((), "complete_on", usual="all"),
)
VALID = Slot((CERTIFICATE,), "valid_months", Sort.NUMBER)


@dataclass(frozen=True)
class PathSheet:
    """The form: its fields by name, its steps in order, and what it cannot show."""

    data: tuple[Data, ...]
    fields: Mapping[str, str]
    languages: Sequence[str]
    steps: Sequence[StepRow] | None
    certified: bool
    kept: Sequence[str] = ()

    def chosen(self, name: str) -> list[str]:
        """What is ticked in a list."""
        return self.fields.get(name, "").split("\n") if self.fields.get(name) else []


def path_sheet(text: str, spoken: Sequence[str]) -> PathSheet:
    """The form of a path that can be read, in the languages of the site and its own."""
    data = read_data(text)
    languages = list(dict.fromkeys([*spoken, *_languages(data)]))
    slots = _slots(languages)
    fields = {slot.name: words for slot in slots if (words := slot.shown(data)) is not None}
    steps = steps_in(data.get(STEPS))
    others = [] if steps is None else [STEPS]
    certificate = data.get(CERTIFICATE)
    shown = [*slots, *([Slot((CERTIFICATE,), "template")] if _usual_template(data) else [])]
    return PathSheet(
        (data,), fields, languages, steps, certificate is not None, kept_of(data, shown, others)
    )


def _usual_template(data: Data) -> bool:
    """The only template that there is needs no field."""
    return found_at(data, (CERTIFICATE, "template")) == "standard"


def _slots(languages: Sequence[str]) -> list[Slot]:
    texts = [
        Slot(at, language)
        for at in (("title",), ("summary",), (CERTIFICATE, "title"))
        for language in languages
    ]
    return [*ALONE, *texts, VALID]


def _languages(data: Data) -> Iterator[str]:
    for at in (("title",), ("summary",), (CERTIFICATE, "title")):
        found = found_at(data, at)
        if isinstance(found, dict):
            yield from found


def filled_path(text: str, form: Form, spoken: Sequence[str]) -> str:
    """The text with what the form says; unchanged, it stays as it is."""
    sheet = path_sheet(text, spoken)
    hand = Hand(text, ORDERS)
    slots = _slots(sheet.languages)
    _fill_certificate(hand, sheet, slots, form)
    hand.fill([slot for slot in slots if slot.at[:1] != (CERTIFICATE,)], form)
    if sheet.steps is not None:
        fill_steps(hand, sheet.steps, form)
    return hand.proved()


def _fill_certificate(hand: Hand, sheet: PathSheet, slots: Sequence[Slot], form: Form) -> None:
    if f"{CERTIFICATE}-asked" not in form or CERTIFICATE in sheet.kept:
        return
    if not form.get(CERTIFICATE):
        hand.take_out((), CERTIFICATE)
        return
    own = [slot for slot in slots if slot.at[:1] == (CERTIFICATE,)]
    titles = [slot for slot in own if slot.key != VALID.key]
    if not any(slot.sent(form, slot.shown(hand.find(())) or "") for slot in titles):
        raise Wrong(titles[0].name, said("Say what the certificate is called."))
    hand.fill(own, form)


def path_sheet_sent(sheet: PathSheet, form: Form) -> PathSheet:
    """The form as it was sent, to be shown again."""
    slots = {slot.name: slot for slot in _slots(sheet.languages)}
    fields = {name: slots[name].sent(form, shown) for name, shown in sheet.fields.items()}
    steps = None
    if sheet.steps is not None:
        steps = steps_sent(sheet.steps, form)
    certified = bool(form.get(CERTIFICATE)) if f"{CERTIFICATE}-asked" in form else sheet.certified
    return replace(sheet, fields=fields, steps=steps, certified=certified)
