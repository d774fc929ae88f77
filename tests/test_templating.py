import pytest
from flask import Flask, get_template_attribute, render_template_string, url_for

from coursesite.templating import forget_language, static_version


@pytest.fixture(autouse=True)
def new_request() -> None:
    """A request begins so; one that is only pretended does not."""
    forget_language()


def test_what_is_put_into_a_sentence_is_escaped(app: Flask) -> None:
    with app.test_request_context():
        page = render_template_string("{{ _('Hello %(name)s', name=name) }}", name="<b>Ada</b>")
    assert page == "Hello &lt;b&gt;Ada&lt;/b&gt;"


def test_our_own_words_are_not(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string('{{ _("don\'t &amp; 100 %%") }}') == "don't &amp; 100 %"


@pytest.mark.parametrize(
    ("number", "estimated", "told"),
    [
        (0, True, "0"),
        (1, True, "at least 1"),
        (4, True, "about 4"),
        (12_000, True, "about 12,000"),
        (12_345, False, "12,345"),
    ],
)
def test_how_many_people_are_estimated(
    app: Flask, number: int, told: str, *, estimated: bool
) -> None:
    """One of at least four is looked at, so fewer are known by name."""
    with app.test_request_context():
        people = get_template_attribute("macros/ui.html", "people")
        assert people(number, estimated).strip() == told


def test_a_changed_style_sheet_has_a_new_address(app: Flask) -> None:
    with app.test_request_context():
        address = url_for("static", filename="site.css")
        font = url_for("static", filename="fonts/source-serif-4-latin-600.woff2")
    assert address == f"/static/site.css?v={static_version('site.css')}"
    assert "?" not in font
