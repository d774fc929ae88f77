"""The ways a use-case says no. Each message is a sentence written for the person who reads it.

The sentences of refusals are found by `make words`, and translated where they are shown.
"""

from collections.abc import Callable, Mapping


def said(sentence: str) -> str:
    """Mark a sentence for the translators; the page that shows it puts it into its language."""
    return sentence


def filled(sentence: str, values: Mapping[str, object], number: Callable[[int], str]) -> str:
    """A sentence with its values; a whole number in a place for words is written by `number`."""
    return sentence % worded(sentence, values, number)


def worded(
    sentence: str, values: Mapping[str, object], number: Callable[[int], str]
) -> dict[str, object]:
    """The values as they are put into the sentence: 1234 as 1,234 or 1.234 at %(people)s."""
    return {
        name: number(each) if type(each) is int and f"%({name})s" in sentence else each
        for name, each in values.items()
    }


class Refusal(Exception):
    """A use-case that will not be done; `status` is how a page answers.

    `values` fill the places of the sentence, such as %(minutes)d.
    """

    status = 409

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    @property
    def message(self) -> str:
        """The sentence in English, for the command line and the log."""
        return filled(self.sentence, self.values, "{:,}".format) if self.values else self.sentence

    def __str__(self) -> str:
        return self.message


class NotFound(Refusal):
    """It does not exist, or belongs to somebody else: the two must look the same."""

    status = 404


class Forbidden(Refusal):
    """The person's role lacks this function."""

    status = 403


class Invalid(Refusal):
    """What was sent cannot be taken as it is."""

    status = 422


class Conflict(Refusal):
    """Somebody else was faster; nothing was overwritten."""

    status = 409
