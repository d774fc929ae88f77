"""Authors' short Markdown, and what of it may reach a page."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from coursesite.markup import apart, safe_address, sanitise, to_html, words_of


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Ask **who** is at home.", "<p>Ask <strong>who</strong> is at home.</p>"),
        ("# no heading\n\nno heading\n===", "<p># no heading</p>\n<p>no heading\n===</p>"),
        ("CO<sub>2</sub>", "<p>CO<sub>2</sub></p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("<b onclick=alert(1)>x", "<p>&lt;b onclick=alert(1)&gt;x</p>"),
        ("<div>\n\nx\n\n</div>", "<p>&lt;div&gt;</p>\n<p>x</p>\n<p>&lt;/div&gt;</p>"),
        ("[x](javascript:alert(1))", "<p><a>x</a></p>"),
        ("[x](//evil.example)", "<p><a>x</a></p>"),
        ("[x](java&#x09;script:alert(1))", "<p><a>x</a></p>"),
        ("[x](/learn)", '<p><a href="/learn">x</a></p>'),
        ("[x](tel:+4511)", '<p><a href="tel:+4511">x</a></p>'),
        (
            "[x](https://a.example)",
            '<p><a href="https://a.example" rel="noopener noreferrer">x</a></p>',
        ),
        ("![A door](media/door.svg)", '<p><img alt="A door" src="media/door.svg"></p>'),
        ("![x](data:image/png;base64,AA)", '<p><img alt="x"></p>'),
        ("![x](javascript:1)", '<p><img alt="x"></p>'),
    ],
)
def test_short_markdown(text: str, html: str) -> None:
    assert to_html(text) == html


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<p style="color:red" onclick="x()">a</p>', "<p>a</p>"),
        ('<p class="good">a</p>', '<p class="good">a</p>'),
        ('<p class="good button">a</p>', "<p>a</p>"),
        ("<svg onload=x()></svg>", "&lt;svg onload=x()&gt;&lt;/svg&gt;"),
        ("<h1>a</h1>", "&lt;h1&gt;a&lt;/h1&gt;"),
        ("<a href='x' title='\ue000f:x\ue001'>a</a>", '<a href="x">a</a>'),
        ("<div><p>open", "<div><p>open</p></div>"),
    ],
)
def test_what_is_left_of_html(html: str, safe: str) -> None:
    assert sanitise(html) == safe


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://a.example/b?c=1&amp;d=2", True),
        ("media/door.svg", True),
        ("#scene", True),
        ("#fn:1", True),
        ("/modules/a:b", True),
        ("", True),
        ("mailto:a@b.example", True),
        ("//a.example", False),
        (r"/\a.example", False),
        (" javascript:alert(1)", False),
        ("&#106;avascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("vbscript:x", False),
        ("a:b", False),
        ("http://[::1", False),
    ],
)
def test_where_a_link_may_lead(address: str, safe: bool) -> None:
    assert safe_address(address) is safe


@given(st.text() | st.text(alphabet="<>ab/=\"'[]()!:*_`&;#x0j \n"))
def test_nothing_harmful_comes_of_any_text(text: str) -> None:
    for html in (to_html(text), sanitise(text)):
        for tag in re.findall(r"<[a-zA-Z](?:\"[^\"]*\"|[^>\"])*>", html):
            assert not re.match(r"<(script|style|iframe|svg|form|input)\b", tag)
            assert not re.search(r"\s(on\w+|style|srcdoc)=", re.sub(r'"[^"]*"', '""', tag))
            assert "javascript:" not in tag.lower() or 'href="' not in tag


@given(st.text("ab1 é“”\u2018\u2019\"',;:.?%()\u2013…-_*", max_size=12))
@example("a  b")
@example("a 1. b")
def test_plain_sentences_are_what_markdown_makes_of_them(text: str) -> None:
    """Beside a paragraph that needs Markdown, it makes the other one too."""
    assume(text.strip())
    assert to_html(f"**x**\n\n{text}") == f"<p><strong>x</strong></p>\n{to_html(text)}"


PLAYER = (
    '<audio controls src="/modules/a/media/1/asked.mp3" aria-label="A &amp; B"></audio>'
    ' <a href="/modules/a/media/2/asked.txt">Transcript: A &amp; B</a>'
)


@pytest.mark.parametrize(
    ("html", "words", "label"),
    [
        ("<p>One <em>word</em>.</p>", "One word.", "<p>One <em>word</em>.</p>"),
        ('<img src="x" alt="A &lt;door&gt;" width="3">', "A <door>", None),
        ('<img alt="" src="x"> seen', "seen", None),
        (f"Hear: {PLAYER}", "Hear: A & B", "Hear: A &amp; B"),
        ('<video src="x" aria-label="A hall"><track src="y"></video>!', "A hall !", "A hall!"),
    ],
)
def test_words_stand_for_what_is_seen_or_heard(html: str, words: str, label: str | None) -> None:
    assert words_of(html) == words
    assert apart(html)[0] == (html if label is None else label)
    assert ("aria-label" in apart(html)[1]) is (label not in {None, html})
