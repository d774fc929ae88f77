"""Whatever is written: a module or problems, never an exception, and nothing that could do harm."""

import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursesite.authored import errors_in
from coursesite.content.library import ReadModule
from coursesite.content.library.reading import LIMIT
from coursesite.content.rules import Module, Parts, filled
from coursesite.markup import to_html
from tests.content.documents import TEXT, read

FRONT = TEXT[: TEXT.index("# The first")]
SCRAPS = st.sampled_from(
    [
        *(
            "# L {#a}\n",
            "# L {#b}\n",
            "## H\n",
            "/// key\n",
            "///\n",
            "////\n",
            "//// notice | N\n",
        ),
        *("/// instead\n", "/// check\n    {id: c}\nQ?\n\n", "- [x] A\n\n    F\n\n", "- [ ] B\n\n"),
        *("//// scenario | S\n    {id: s, start: d}\n", "/// scene | d\n", "/// debrief\n"),
        *("- [Go](#debrief){: .good }\n", "[@A01]", "{{duty_phone}}", "{{", "}}", "\n\n", "    "),
        *("<script>alert(1)</script>", '<img src=x onerror="a">', "[x](javascript:alert(1))"),
        *('![a](x "onload=1")', "[^1]", "[^1]: n\n", "```\n", "> ", "| a | b |\n|---|---|\n"),
        *("{: onclick=alert(1) style=color:red #id .good }", "&#xE000;b0&#xE001;", "<!--", "]]>"),
        *("/// local | L\n    {id: l}\n", "/// voice | V\n", "* * *\n", ": d\n", "\\", "`", "**"),
        *(
            "[a]: javascript:x\n",
            "[a]",
            "<a href='//x'>",
            "\ue000b0\ue001",
            "\x02wzx\x03",
            "é",
            "1. ",
        ),
    ]
)
TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)((?:\"[^\"]*\"|'[^']*'|[^>\"'])*)>")
HARMLESS = (
    *("a", "b", "blockquote", "br", "cite", "code", "dd", "details", "div", "dl", "dt", "em"),
    *(
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "hr",
        "i",
        "img",
        "li",
        "ol",
        "p",
        "pre",
        "section",
    ),
    *("span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
)


def texts_of(module: Module) -> list[Parts]:
    checks = [check for lesson in module.lessons for check in lesson.checks]
    options = [option for check in checks for option in check.options]
    return [
        *(lesson.parts for lesson in module.lessons),
        *(point.parts for point in module.key_points),
        *(check.question for check in checks),
        *(part for option in options for part in (option.text, option.feedback)),
    ]


def html_of(parts: Parts) -> str:
    return filled(parts, lambda ref: html_of(ref.parts))


def assert_sound(answer: ReadModule) -> None:
    assert (answer.module is None) == errors_in(answer.problems)
    for parts in texts_of(answer.module) if answer.module else []:
        html = html_of(parts)
        assert "\ue000" not in html
        assert "\ue001" not in html
        for name, attributes in TAG.findall(html):
            assert name in HARMLESS
            names = re.findall(r"\s([\w-]+)=", re.sub(r'"[^"]*"', '""', attributes))
            assert not [each for each in names if each.startswith("on") or each == "style"]
            assert not re.search(r"(?i)(href|src)=.\s*(javascript|data|vbscript|//)", attributes)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SCRAPS | st.text(max_size=8), max_size=25).map("".join))
def test_scraps_of_markup_in_any_order(body: str) -> None:
    assert_sound(read(FRONT + "# L {#first}\n" + body))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 40), SCRAPS | st.just(""))
def test_the_example_with_a_piece_cut_out_or_put_in(at: int, length: int, scrap: str) -> None:
    assert_sound(read(TEXT[:at] + scrap + TEXT[at + length :]))


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_at_all(text: str) -> None:
    assert_sound(read(text))


REPEATED = [
    *("[", "![", "*", "_", "`", "<", "&", "> ", "- ", "(", "{", "{{", "[^", "[@", "#", "/", "|"),
    *("/// key\n", "- a\n", "a\n\n", "[a](", "**a ", "&lt;", "![a](b", "| a ", ": a\n\n"),
    *(
        "## a\n",
        "[a]: b\n",
        "*a_",
        "[a][b",
        "<a@b.c",
        "[^1]: a\n\n",
        "/// local | a\n    {id: a}\n",
    ),
]


@pytest.mark.parametrize("piece", REPEATED)
def test_the_same_again_and_again_is_read_or_refused_soon(piece: str) -> None:
    """As much as is read, in paragraphs that are just not refused, and in one that is."""
    fair = f"{piece * 90}\n\n" * 10
    started = time.process_time()

    assert_sound(read(FRONT + "# L {#first}\n\n" + fair))
    assert_sound(read(FRONT + "# L {#first}\n\n" + piece * (LIMIT // len(piece) - 1000)))
    to_html(fair)

    assert time.process_time() - started < 5
