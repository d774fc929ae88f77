"""A drawing may show something, and do nothing."""

import pytest

from coursesite.content.library import check_svg

DRAWING = """\
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
viewBox="0 0 9 9">
<style>.a{fill:url(#shade)}@media (prefers-color-scheme:dark){.a{fill:#fff}}</style>
<defs><linearGradient id="shade"/></defs>
<use href="#shade"/><text x="1">url(elsewhere) and @import are words here</text>
</svg>
"""


def said(drawing: str) -> list[str]:
    return [str(problem) for problem in check_svg(drawing.encode(), "x.svg")]


def test_a_drawing_with_styles_for_light_and_dark_is_taken() -> None:
    assert said(DRAWING) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<defs>", "<script>alert(1)</script><defs>", "x.svg:4: a drawing holds no <script>"),
        ("<defs>", "<foreignObject/><defs>", "x.svg:4: a drawing holds no <foreignObject>"),
        ("<use ", "<use onload='x' ", "x.svg:5: a drawing runs nothing: onload"),
        ('#shade"/>', 'https://a.example"/>', "x.svg:5: a drawing refers only to parts of its"),
        ("<use href", "<use xlink:href='a.svg' id", "x.svg:5: a drawing refers only to parts of"),
        ("<use ", "<use style='fill:url(a.png)' ", "x.svg:5: a drawing loads nothing from elsewhe"),
        ("<defs>", "<set attributeName='xlink:href'/><defs>", "x.svg:4: a drawing does not change"),
        (".a{", "@import 'a.css';.a{", "x.svg:3: a drawing's style loads nothing"),
        ("url(#shade)", "url( 'https://a.example' )", "x.svg:3: a drawing's style loads nothing"),
        ("url(#shade)", "u\\72l(https://a.example)", "x.svg:3: a drawing's style loads nothing"),
        ("<svg", "<?xml-stylesheet href='a.css'?><svg", "x.svg:1: a drawing holds no <?xml-styles"),
        ("<svg", "<!DOCTYPE svg [<!ENTITY a 'b'>]><svg", "x.svg:1: a drawing has no <!DOCTYPE"),
        ("</svg>", "", "x.svg:7: this is no SVG that can be read: no element found"),
        ('viewBox="0 0 9 9"', "", "x.svg:1: without a viewBox this drawing does not shrink"),
    ],
)
def test_one_change_to_the_drawing(old: str, new: str, message: str) -> None:
    assert old in DRAWING
    assert any(each.startswith(message) for each in said(DRAWING.replace(old, new, 1)))


def test_something_else_is_no_drawing() -> None:
    assert said("<html/>")[0].startswith("x.svg:1: an SVG begins with <svg>, this with <html>")
    assert said("\udcff".encode("utf-8", "surrogatepass").decode("latin-1"))
