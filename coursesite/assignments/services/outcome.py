"""What a decision about many people did, and what all such decisions ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from coursesite.assignments.rules import Reason
from coursesite.audit.services import Actor
from coursesite.errors import Invalid, said

NOT_ONESELF = said("Somebody else must decide this for you.")


@dataclass(frozen=True)
class Outcome:
    """For whom it was done, by id, and in a sentence why not for the others.

    `made` are the rows by which it can be taken back, by person.
    """

    done: Sequence[int]
    left_out: Mapping[int, str] = field(default_factory=dict)
    made: Mapping[int, int] = field(default_factory=dict)


class DatesWrong(Invalid):
    """The days that were given cannot be."""


def approver(actor: Actor) -> int:
    """Who decides, as it stands beside the decision."""
    if actor.person_id is None:
        raise Invalid("Only a person can decide this.")
    return actor.person_id


def words(text: str) -> str:
    """A reason as it is kept; there must be one."""
    if not text.strip():
        raise Invalid("Say why: it stands in the record.")
    return text.strip()


def checked(reason: Reason) -> Reason:
    return Reason(reason.code, words(reason.text))


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
