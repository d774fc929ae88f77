"""The code of a certificate, what it says, and the state it is in."""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty characters: no 0 and O, 1 and I and L, U and V to be taken for each other."""

LENGTH = 20
GROUP = 5
PRIME = 31


class CertificateState(StrEnum):
    VALID = "valid"
    IN_GRACE = "in-grace"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REPLACED = "replaced"
    REVOKED = "revoked"


@dataclass(frozen=True)
class Learned:
    """A module as it was learned: `revision` is the whole digest of its text.

    `local_version` is that of what the organisation had put into it, empty if nothing.
    Of a translation, `original` is the name of the revision that it belongs to.
    """

    slug: str
    title: str
    language: str
    revision: str
    completed_on: str
    local_version: str = ""
    original: str = ""


@dataclass(frozen=True)
class Payload:
    """All that a certificate says, frozen when it was issued; days are in ISO form.

    `in_preparation` counts the modules of a path that did not exist yet, and are no part of it.
    Once the holder's data is erased, a pseudonym stands for the name, and `holder` is what a name
    can be held against; see `holder_digest`.
    """

    code: str
    name: str
    short_name: str
    title: str
    kind: str
    organisation: str
    issuer: str
    minutes: int
    modules: tuple[Learned, ...]
    completed_on: str
    issued_on: str
    valid_until: str | None
    in_preparation: int = 0
    holder: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "modules": tuple(dict(vars(each)) for each in self.modules)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        modules = tuple(Learned(**each) for each in data["modules"])
        return cls(**{**data, "modules": modules})


@dataclass(frozen=True)
class Facts:
    """What decides the state of a certificate; dates are the last days that count."""

    valid_until: date | None = None
    grace_until: date | None = None
    superseded: bool = False
    replaced: bool = False
    revoked: bool = False


def state_on(facts: Facts, today: date) -> CertificateState:
    """The strongest state that holds; the last valid day is a valid day."""
    if facts.revoked:
        return CertificateState.REVOKED
    if facts.replaced:
        return CertificateState.REPLACED
    if facts.superseded:
        return CertificateState.SUPERSEDED
    if facts.valid_until is None or today <= facts.valid_until:
        return CertificateState.VALID
    if facts.grace_until is not None and today <= facts.grace_until:
        return CertificateState.IN_GRACE
    return CertificateState.EXPIRED


def new_code() -> str:
    """A code of 19 random characters (93 bits) and one that tells a typing mistake."""
    while True:
        body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
        weight = _weight(body)
        for number, last in enumerate(ALPHABET):
            if (weight + LENGTH * number) % PRIME == 0:
                return body + last


def typed_code(text: str) -> str | None:
    """The code that was meant, whatever its spaces, dashes and case; None with a mistake in it."""
    code = "".join(text.split()).replace("-", "").replace("\u2013", "").upper()
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code if _weight(code) % PRIME == 0 else None


def grouped(code: str) -> str:
    """The code as it is printed, in groups of five."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def short_name(given_name: str, family_name: str) -> str:
    """What the public check shows of the holder: initial and surname."""
    initial = f"{given_name.strip()[0]}. " if given_name.strip() else ""
    return f"{initial}{family_name}"


def holder_digest(key: str, code: str, name: str) -> str:
    """A keyed digest of the name on a certificate, for whoever holds the paper and knows the name.

    Capitals, accents and blanks do not matter. Without the site's own key no name can be tried
    against it.
    """
    return _keyed(key, code, _without_accents(name))


def is_digest_of(kept: str, key: str, code: str, name: str) -> bool:
    """Whether a digest is that of a name; in older ones accents count."""
    forms = {
        _without_accents(name),
        " ".join(unicodedata.normalize("NFC", name).casefold().split()),
    }
    return any(hmac.compare_digest(kept, _keyed(key, code, each)) for each in sorted(forms))


def _without_accents(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().translate(_BARE))
    bare = "".join(each for each in letters if unicodedata.combining(each) < _ABOVE_OR_BELOW)
    return " ".join(unicodedata.normalize("NFC", bare).casefold().split())


_ABOVE_OR_BELOW = 200
"""The first of Unicode's combining classes for accents; those below are of other scripts."""

_BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe"})
"""Letters that people write without their mark, and that Unicode does not take apart."""


def _keyed(key: str, code: str, plain: str) -> str:
    return hmac.new(key.encode(), f"holder\n{code}\n{plain}".encode(), hashlib.sha256).hexdigest()


def _weight(code: str) -> int:
    """The sum of the characters' numbers, each times its place; of a code a multiple of 31.

    31 is prime and larger than the alphabet and the length, so that every single wrong character
    and every swap of two characters changes it.
    """
    return sum(at * ALPHABET.index(each) for at, each in enumerate(code, 1))
