"""Which letters the bytes of a file mean."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.decoding import Letters, Undecoded, decoded, legible, words_beyond_ascii


@pytest.mark.parametrize(
    ("data", "said", "letters", "text"),
    [
        (b"plain", Letters.UNSAID, Letters.UTF_8, "plain"),
        ("Müller".encode(), Letters.UNSAID, Letters.UTF_8, "Müller"),
        (codecs.BOM_UTF8 + "Müller".encode(), Letters.WESTERN, Letters.UTF_8, "Müller"),
        ("Müller".encode("utf-16"), Letters.UNSAID, Letters.UTF_16, "Müller"),
        ("Müller, Peña; “5 €”".encode("cp1252"), Letters.UNSAID, Letters.WESTERN, None),
        ("Müller".encode("cp1252"), Letters.CENTRAL, Letters.CENTRAL, "Müller"),
        ("Łukasz".encode("cp1250"), Letters.CENTRAL, Letters.CENTRAL, "Łukasz"),
        ("Łukasz".encode("cp1250"), Letters.UNSAID, Letters.WESTERN, "£ukasz"),
        ("Ελένη".encode("cp1253"), Letters.GREEK, Letters.GREEK, "Ελένη"),
        ("Müller".encode("mac-roman"), Letters.MAC, Letters.MAC, "Müller"),
        ("Müller".encode("cp850"), Letters.DOS, Letters.DOS, "Müller"),
    ],
)
def test_a_text_is_read_as_its_mark_its_sender_or_its_bytes_say(
    data: bytes, said: Letters, letters: Letters, text: str | None
) -> None:
    read = decoded(data, said)
    assert read.letters is letters
    assert read.text == (text or "Müller, Peña; “5 €”")
    assert legible(data, said) == read.text


@pytest.mark.parametrize(
    ("data", "said", "why"),
    [
        ("Müller\n".encode() + b"Pe\xf1a\n", Letters.UNSAID, "Line 2 is not UTF-8 text, though"),
        (b"a\nPe\xf1a\nM\x81ller\n", Letters.UNSAID, "Line 3 is neither UTF-8 nor Windows"),
        (b"a\nPe\xf1a\n", Letters.UTF_8, "Line 2 is not text whose letters are kept so"),
        (codecs.BOM_UTF16_LE + b"a", Letters.UNSAID, "is not text whose letters are kept so"),
    ],
)
def test_what_can_be_read_in_no_way_or_in_two_is_refused(
    data: bytes, said: Letters, why: str
) -> None:
    with pytest.raises(Undecoded, match=why):
        decoded(data, said)
    assert legible(data, said)


@settings(max_examples=60)
@given(st.text(max_size=30))
def test_what_is_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert decoded(text.encode()).letters in {Letters.UTF_8, Letters.UTF_16}


def test_the_commonest_words_show_how_letters_were_read() -> None:
    text = "7,Anna\n8,Peña Müller\n9,Müller\n10,Müller\n11,Dé\n"
    assert words_beyond_ascii(text) == ["Müller", "Peña Müller", "Dé"]
    assert words_beyond_ascii("nothing\nat all") == []
