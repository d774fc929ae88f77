"""What somebody is called, how that is found in what others wrote, and what stands there then."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

PSEUDONYM = "Erased person {}"
NOWHERE = "erased-{}@erased.invalid"
"""An address of a domain that never exists (RFC 2606); the column wants one for everybody."""

GONE = "(erased)"
"""In place of a text that was about the person alone."""

SHORTEST_NUMBER = 4
"""A shorter staff number is found in what is about the person, and not anywhere else."""

_WORD = re.compile(r"[^\W_]+")
_GAP = r"""(?:[\s\u00a0+.,;'"\u2019_-]|%20|%2C|%27|&#39;|&#x27;|&#34;|&nbsp;)+"""
_AT = r"(?:@|%40|&#64;)"
_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_DIGITS = r"(?<![\d.,-])", r"(?![\d]|[.,-]\d)"


def pseudonym(person_id: int) -> str:
    return PSEUDONYM.format(person_id)


def nowhere(person_id: int) -> str:
    """The address of somebody whose data is erased: mail to it can arrive nowhere."""
    return NOWHERE.format(person_id)


@dataclass(frozen=True)
class Called:
    """Somebody whose data is to be erased. `alone` says that nobody else here has the name."""

    person_id: int
    given_name: str
    family_name: str
    email: str
    staff_number: str | None
    alone: bool = True

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @cached_property
    def signs(self) -> frozenset[str]:
        """Words of which one stands in every text that names the person."""
        given, family = _words(self.given_name), _words(self.family_name)
        name = max(family or given, key=len, default="")
        email = _words(self.email)[:1]
        number = _words(self.staff_number or "")[:1]
        return frozenset(each.casefold() for each in (name, *email, *number) if each)

    @cached_property
    def anywhere(self) -> re.Pattern[str]:
        """The whole name in either order, the address, and a staff number that nothing else is."""
        given, family = _words(self.given_name), _words(self.family_name)
        found = [_address(self.email)]
        if self.alone:
            both = ([*given, *family], [*family, *given]) if given and family else ()
            found += [_phrase(words) for words in both]
        if is_telling(self.staff_number):
            found.append(_number(self.staff_number or ""))
        return _any_of(found)

    @cached_property
    def about_them(self) -> re.Pattern[str]:
        """Each of the names by itself, too: for what is about the person."""
        given, family = _words(self.given_name), _words(self.family_name)
        names = [given + family, family + given, family, given]
        phrases = [_phrase(words) for words in names if words]
        number = [_number(self.staff_number)] if self.staff_number else []
        return _any_of([_address(self.email), *phrases, *number])


def is_telling(number: str | None) -> bool:
    """Whether a staff number, wherever it stands, can hardly be anything else."""
    return number is not None and len(number) >= SHORTEST_NUMBER and not _is_year(number)


def _is_year(number: str) -> bool:
    return re.fullmatch(r"(19|20)[0-9]{2}", number) is not None


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _phrase(words: Sequence[str]) -> str:
    return _START + _GAP.join(re.escape(each) for each in words) + _END


def _address(email: str) -> str:
    return _START + _AT.join(re.escape(each) for each in email.split("@")) + _END


def _number(number: str) -> str:
    start, end = _DIGITS if number.isdigit() else (_START, _END)
    return f"{_START}{start}{re.escape(number)}{end}{_END}"


def _any_of(found: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{each})" for each in found), re.IGNORECASE)


class Search:
    """Some people at once, in one look at each text: what names one of them is replaced."""

    def __init__(self, people: Iterable[Called]) -> None:
        self.by_sign: dict[str, list[Called]] = {}
        for each in people:
            for sign in each.signs:
                self.by_sign.setdefault(sign, []).append(each)

    def replaced(self, text: str) -> str:
        """The text without these people; itself where it names none of them."""
        for each in self._named_in(text):
            text = each.anywhere.sub(pseudonym(each.person_id), text)
        return text

    def names(self, text: str) -> bool:
        """Whether it names one of them."""
        return any(each.anywhere.search(text) for each in self._named_in(text))

    def _named_in(self, text: str) -> list[Called]:
        signs = self.by_sign.keys() & {each.casefold() for each in _words(text)}
        return [each for sign in sorted(signs) for each in self.by_sign[sign]]


def in_values(value: Any, replace: Any) -> Any:
    """The same JSON with every text in it replaced."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [in_values(each, replace) for each in value]
    if isinstance(value, dict):
        return {key: in_values(each, replace) for key, each in value.items()}
    return value


def is_same(typed: str, meant: str) -> bool:
    """Whether somebody typed this name or number; capitals and blanks do not matter."""
    return _plain(typed) == _plain(meant)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
