"""What happened to an assignment, and what that did, in words."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

HAPPENED = {
    "assignment-made": lazy_gettext("Assigned"),
    "assignment-carried-out": lazy_gettext("Carried out for everybody"),
    "assignment-carried-on": lazy_gettext("Taken up again, to be carried out to the end"),
    "assignment-changed": lazy_gettext("Changed"),
    "assignment-paused": lazy_gettext("Paused"),
    "assignment-resumed": lazy_gettext("Resumed"),
    "assignment-ended": lazy_gettext("Ended"),
    "parked-decided": lazy_gettext("Decided about people who waited"),
    "reminders-changed": lazy_gettext("Reminders chosen"),
    "parked-undone": lazy_gettext("Took a decision about people who waited back"),
}

NUMBERS = {
    "new": lazy_gettext("new"),
    "completed": lazy_gettext("had completed it before"),
    "moved": lazy_gettext("with another date"),
    "unchanged": lazy_gettext("unchanged"),
    "restored": lazy_gettext("asked again"),
    "suspended": lazy_gettext("asked no more"),
    "ended": lazy_gettext("at an end"),
    "kept": lazy_gettext("who keep their date"),
}


def reach_in_words(after: Mapping[str, Any]) -> list[str]:
    """The numbers of an event, as far as they are not nought."""
    numbers = after.get("reach", after)
    words = [
        f"{numbers[name]} {said}" for name, said in NUMBERS.items() if _counts(numbers.get(name))
    ]
    parked = sum(
        number for name, number in numbers.items() if name.startswith("parked-") and _counts(number)
    )
    people = after.get("people")
    if parked:
        words.append(f"{parked} {_('parked')}")
    if isinstance(people, list):
        words.append(ngettext("%(num)d person", "%(num)d people", len(people)))
    return [str(each) for each in words]


def _counts(number: object) -> bool:
    return isinstance(number, int) and number > 0
