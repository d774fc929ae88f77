"""Of a drawing that was sent, only what is harmless is kept."""

import pytest

from coursesite.content.library import check_svg
from coursesite.content.library.intake.drawings import redrawn
from coursesite.errors import Invalid

NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(inner: str, attributes: str = 'viewBox="0 0 9 9"') -> bytes:
    return f"<svg {NS} {attributes}>{inner}</svg>".encode()


@pytest.mark.parametrize(
    ("inner", "gone", "left_out"),
    [
        ("<script>alert(1)</script>", "script", ["<script>"]),
        ("<g onclick='alert(1)'/>", "onclick", ["onclick"]),
        ("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>", "foreign", 1),
        ("<image href='https://spy.example/x.png'/>", "spy", ["<image>"]),
        ("<use href='https://spy.example/x.svg#a'/>", "spy", ["href"]),
        ("<a xlink:href='javascript:alert(1)'><path d='M0 0'/></a>", "javascript", ["<a>"]),
        ("<rect fill='url(https://spy.example/)'/>", "spy", ["fill"]),
        ("<rect style='fill:url(//spy.example/)'/>", "spy", ["style"]),
        ("<style>@import 'https://spy.example/x.css';</style>", "spy", ["<style>"]),
        ("<style>a{fill:\\75rl(x)}</style>", "75rl", ["<style>"]),
        ("<animate attributeName='href' to='javascript:alert(1)'/>", "animate", ["<animate>"]),
        ("<set attributeName='onload' to='x'/>", "set", ["<set>"]),
        ("<g><script/><g><script/></g></g>", "script", ["<script>"]),
    ],
)
def test_what_could_run_or_load_is_left_out(
    inner: str, gone: str, left_out: list[str] | int
) -> None:
    drawing, said = redrawn(svg(inner + "<circle r='2'/>"))

    assert gone.encode() not in drawing
    assert b"<circle" in drawing
    assert said == left_out or len(said) == left_out
    assert check_svg(drawing, "x.svg") == []


def test_a_drawing_keeps_what_it_shows() -> None:
    inner = (
        "<title>A door</title><style>@media (prefers-color-scheme: dark){path{fill:#fff}}</style>"
        "<defs><linearGradient id='a'><stop offset='0' stop-color='red'/></linearGradient></defs>"
        "<g transform='scale(2)'><path d='M0 0h9' fill='url(#a)'/></g><use xlink:href='#a'/>"
    )
    drawing, left_out = redrawn(svg(inner))
    text = drawing.decode()
    assert left_out == []
    assert text.startswith('<svg viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg">')
    for kept in ("A door", "prefers-color-scheme", 'fill="url(#a)"', 'href="#a"', "scale(2)"):
        assert kept in text


def test_what_a_drawing_program_adds_for_itself_goes_without_a_word() -> None:
    content = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        '<s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:ink="http://inkscape.org/" '
        'width="20px" height="10" ink:version="1"><ink:view/><s:metadata>x</s:metadata>'
        "<s:path d='M0 0'/></s:svg>"
    )
    drawing, left_out = redrawn(content.encode())
    assert left_out == ["<!DOCTYPE>"]
    assert b'viewBox="0 0 20 10"' in drawing
    assert b"ink" not in drawing


_LAUGHS = "".join(
    f"<g id='g{n}'><use href='#g{n - 1}'/><use href='#g{n - 1}'/></g>" for n in range(1, 30)
)
_CHAIN = "".join(f"<use id='u{n}' href='#u{n - 1}'/>" for n in range(9_000, 0, -1))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<svg", "no SVG drawing"),
        (b"", "no SVG drawing"),
        (b"<html/>", "no SVG drawing"),
        (saved := b"\x89PNG\r\n\x1a\n", "no SVG drawing"),
        (
            b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><svg>&b;</svg>',
            "declares words",
        ),
        (
            b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>',
            "declares words",
        ),
        (svg("<g>" * 200 + "</g>" * 200), "more parts"),
        (svg("<g id='g0'/>" + _LAUGHS), "swells"),
        (svg("<g id='a'><use href='#a'/></g>"), "swells"),
        (svg(_CHAIN), "swells"),
        (svg("<g/>" * 20_001), "more parts"),
    ],
)
def test_what_is_no_drawing_or_a_bomb_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        redrawn(content)
