"""Files that were made to do harm, or are simply too much."""

from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursesite.interop.library import BadFile, Format, read_questions, text_of
from coursesite.interop.library.decoding import LARGEST
from tests.interop.files import AIKEN, GIFT, MOODLE, TRUTH, quiz

BOMB = """<?xml version="1.0"?>
<!DOCTYPE quiz [
  <!ENTITY a "aaaaaaaaaa">
  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
  <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
  <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">
]>
<quiz><question type="essay"><name><text>&d;</text></name></question></quiz>"""
DECLARED = "The file declares entities or a document type, and these are not read."


@pytest.mark.parametrize(
    "xml",
    [
        BOMB,
        '<!DOCTYPE quiz [<!ENTITY a "&b;"><!ENTITY b "&a;">]><quiz>&a;</quiz>',
        '<!DOCTYPE quiz [<!ENTITY f SYSTEM "file:///etc/passwd">]><quiz>&f;</quiz>',
        '<!DOCTYPE quiz SYSTEM "http://example.org/quiz.dtd"><quiz/>',
        '<!DOCTYPE quiz [<!ENTITY % p SYSTEM "http://example.org/p">%p;]><quiz/>',
        "<!DOCTYPE quiz><quiz/>",
    ],
    ids=["bomb", "cycle", "file", "dtd", "parameter", "bare"],
)
def test_entities_and_document_types_are_refused_before_they_are_read(xml: str) -> None:
    with pytest.raises(BadFile) as refused:
        read_questions(xml)

    assert refused.value.message == DECLARED


def test_an_unknown_entity_is_an_error_with_its_line() -> None:
    with pytest.raises(BadFile, match=r"Line 2: undefined entity"):
        read_questions("<quiz>\n&nbsp;</quiz>")


def test_a_hundred_thousand_questions_are_refused_in_a_sentence() -> None:
    begun = perf_counter()

    for text in ("Is she here?{T}\n\n" * 100_000, "Who?\nA) She\nB) He\nANSWER: A\n" * 100_000):
        with pytest.raises(BadFile, match="The file holds more than 2000 questions"):
            read_questions(text)

    assert perf_counter() - begun < 20


def test_elements_without_end_are_refused() -> None:
    with pytest.raises(BadFile, match="too many elements, or they are nested too deeply"):
        read_questions("<quiz>" + "<a>" * 1000)
    with pytest.raises(BadFile, match="too many elements, or they are nested too deeply"):
        read_questions("<quiz>" + "<a/>" * 300_000 + "</quiz>")
    with pytest.raises(BadFile, match="more than 2000 questions"):
        read_questions(quiz("<question type='essay'/>" * 2_001))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("café".encode(), "café"),
        ("\ufeffcafé".encode(), "café"),
        ("café".encode("utf-16"), "café"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><q>é</q>'.encode("latin-1"), "<q>é</q>"),
    ],
)
def test_bytes_are_read_as_they_say(data: bytes, text: str) -> None:
    assert text_of(data).endswith(text)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("café".encode("latin-1"), "The file is not UTF-8 text: save it as UTF-8."),
        (b"\xff\xfe\x00", "The file is not UTF-8 text: save it as UTF-8."),
        (
            b'<?xml version="1.0" encoding="utf-7"?><q/>',
            "The file is in “utf-7”: save it as UTF-8.",
        ),
        (b" " * (LARGEST + 1), "The file is too large: at most 10 MB are read."),
    ],
)
def test_no_encoding_is_guessed(data: bytes, message: str) -> None:
    with pytest.raises(BadFile) as refused:
        text_of(data)

    assert refused.value.message == message


def test_nothing_takes_long() -> None:
    begun = perf_counter()

    for text in (
        "::" * 100_000,
        "{" * 100_000,
        "Who?{" + "=" * 100_000 + "}",
        "Who?{" + "~%" * 100_000 + "}",
        "Who?{#" + "9" * 100_000 + "..1e9999999}",
        "Who?{#1e999999999..1}",
        "\\" * 100_001,
        "<" * 100_000 + "{T}",
        "[html]" + "<b>" * 50_000 + "{T}",
        "Who?{T####" + "[" * 100_000 + "}",
        quiz(TRUTH.replace("Who?", "{1:SA:" + "\\" * 100_000)),
    ):
        try:
            read_questions(text)
        except BadFile:
            continue

    assert perf_counter() - begun < 10


@settings(max_examples=60, deadline=None)
@given(data=st.data(), form=st.sampled_from(list(Format)))
def test_any_text_is_taken_or_refused(data: st.DataObject, form: Format) -> None:
    source = data.draw(st.sampled_from([GIFT, AIKEN, MOODLE]))
    start, end = sorted((data.draw(st.integers(0, 3000)), data.draw(st.integers(0, 3000))))
    put = data.draw(st.text(alphabet="{}=~#:%\\<>&]*\n\x00é1", max_size=12))
    text = source[:start] + put + source[end:]
    try:
        found = read_questions(text, form)
    except BadFile:
        return
    assert all(str(note) for note in (*found.changed, *found.left_out))
