import hashlib
import hmac
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursesite.certificates.rules import (
    ALPHABET,
    LENGTH,
    CertificateState,
    Facts,
    grouped,
    holder_digest,
    is_digest_of,
    new_code,
    short_name,
    state_on,
    typed_code,
)

TODAY = date(2026, 11, 22)
YESTERDAY, TOMORROW = date(2026, 11, 21), date(2026, 11, 23)
CODES = st.builds(new_code)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), CertificateState.VALID),
        (Facts(valid_until=TOMORROW), CertificateState.VALID),
        (Facts(valid_until=TODAY), CertificateState.VALID),
        (Facts(valid_until=YESTERDAY), CertificateState.EXPIRED),
        (Facts(valid_until=YESTERDAY, grace_until=TODAY), CertificateState.IN_GRACE),
        (Facts(valid_until=YESTERDAY, grace_until=YESTERDAY), CertificateState.EXPIRED),
        (Facts(valid_until=TOMORROW, superseded=True), CertificateState.SUPERSEDED),
        (Facts(valid_until=TOMORROW, replaced=True), CertificateState.REPLACED),
        (Facts(valid_until=YESTERDAY, replaced=True, revoked=True), CertificateState.REVOKED),
    ],
)
def test_the_state_of_a_certificate(facts: Facts, expected: CertificateState) -> None:
    assert state_on(facts, TODAY) is expected


def test_codes_are_long_random_and_read_back() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert len(ALPHABET) ** (LENGTH - 1) > 2**80
    assert all(typed_code(f" {grouped(code).lower()} ") == code for code in codes)


@given(CODES, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_told(code: str, at: int, other: str) -> None:
    wrong = code[:at] + other + code[at + 1 :]
    assert (typed_code(wrong) is None) is (wrong != code)


@given(CODES, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_two_swapped_characters_are_told(code: str, one: int, other: int) -> None:
    characters = list(code)
    characters[one], characters[other] = characters[other], characters[one]
    swapped = "".join(characters)
    assert (typed_code(swapped) is None) is (swapped != code)


@given(st.text(max_size=60))
def test_anything_typed_is_a_code_or_a_mistake(text: str) -> None:
    typed_code(text)


@pytest.mark.parametrize(
    ("given_name", "family_name", "expected"),
    [("Amira", "Haddad", "A. Haddad"), ("", "Sukarno", "Sukarno"), ("  ", "Cher", "Cher")],
)
def test_the_name_that_anyone_may_see(given_name: str, family_name: str, expected: str) -> None:
    assert short_name(given_name, family_name) == expected


def test_the_holder_of_a_certificate_is_known_by_the_name_and_the_key() -> None:
    kept = holder_digest("key", "CODE", "Anna-Lena  O'Brien")
    assert kept == holder_digest("key", "CODE", " anna-lena o'brien ")
    assert kept != holder_digest("key", "CODE", "Anna-Lena O'Brian")
    assert kept != holder_digest("other", "CODE", "Anna-Lena O'Brien")
    assert kept != holder_digest("key", "OTHER", "Anna-Lena O'Brien")


@pytest.mark.parametrize(
    ("printed", "typed", "same"),
    [
        ("José  Núñez", "jose nunez", True),
        ("Jose Nunez", "JOSÉ NÚÑEZ", True),
        ("Søren Łukasz", "Soren  Lukasz", True),
        ("Groß", "GROSS", True),
        ("Jos\u0065\u0301", "Jos\u00e9", True),
        ("नीता", "नीत", False),
        ("José Núñez", "Jose Munoz", False),
    ],
)
def test_a_name_is_known_without_its_accents(printed: str, typed: str, same: bool) -> None:
    assert is_digest_of(holder_digest("key", "CODE", printed), "key", "CODE", typed) is same


def test_a_digest_from_before_is_known_with_its_accents() -> None:
    plain = "holder\nCODE\njosé núñez"
    kept = hmac.new(b"key", plain.encode(), hashlib.sha256).hexdigest()
    assert is_digest_of(kept, "key", "CODE", "JOSÉ  Núñez")
    assert not is_digest_of(kept, "key", "CODE", "Jose Nunez")
