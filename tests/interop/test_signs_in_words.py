"""Questions about code and markup: what looks like a sign of a format is meant as it stands."""

import pytest

from coursesite.interop.library import Format, planned, read_bank, read_questions, write_questions
from coursesite.markup import to_html
from coursesite.quizzes.questions.written import Written
from tests.interop.files import answer, question, quiz


def from_html(html: str) -> Written:
    xml = quiz(question("truefalse", answer("100", "true"), html))
    return read_questions(xml).taken[0].written


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>What does &lt;b&gt; do?</p>", "<p>What does &lt;b&gt; do?</p>"),
        ("What is &amp;lt; for?", "<p>What is &amp;lt; for?</p>"),
        ("<p>4. The fourth</p>", "<p>4. The fourth</p>"),
        ("<p># no heading</p><p>- no list</p>", "<p># no heading</p>\n<p>- no list</p>"),
        ("A <code>a*b &lt;i&gt; `c`</code> here", "<p>A <code>a*b &lt;i&gt; `c`</code> here</p>"),
        (
            "<p>Read:</p><pre>if a &lt; b:\n    c_d()\n</pre><p>What?</p>",
            "<p>Read:</p>\n<pre><code>if a &lt; b:\n    c_d()\n</code></pre>\n<p>What?</p>",
        ),
        ("<pre>one line</pre>", "<p><code>one line</code></p>"),
        ("<pre>if a:<br>    b()</pre>", "<pre><code>if a:\n    b()\n</code></pre>"),
        ("<code>never closed *", "<p>never closed *</p>"),
        ("He was <strike>four</strike> five", "<p>He was <s>four</s> five</p>"),
        ("one ____ two", "<p>one ____ two</p>"),
    ],
)
def test_what_html_shows_is_shown_here(html: str, shown: str) -> None:
    assert to_html(from_html(html).text) == shown


def test_what_is_not_shown_there_is_named_and_swallows_nothing() -> None:
    html = "<style>p {}</style>Before <title>after"
    xml = quiz(question("truefalse", answer("100", "true"), html))
    found = read_questions(xml)

    assert found.taken[0].written.text == "Before after"
    assert found.changed[0].message == "left out of a text: <style>, <title>"


def test_the_cells_of_a_table_stay_apart() -> None:
    html = "<table><tr><th>Age</th><th>Says</th></tr><tr><td>4</td><td>why?</td></tr></table>"
    xml = quiz(question("truefalse", answer("100", "true"), html))
    found = read_questions(xml)

    assert found.taken[0].written.text == "Age | Says\n\n4 | why?"
    assert "the lines of a table" in found.changed[0].message


def test_answers_that_are_nothing_but_tags_are_meant_as_they_stand() -> None:
    """As teachers write them; a text with words in it is HTML if it looks like that."""
    found = read_questions("Which is bold?{\n=<b>\n~<img>\n~[plain]<i>x</i>\n~<i>x</i>\n}")

    options = [to_html(option.text) for option in found.taken[0].written.options]
    assert options == [
        "<p>&lt;b&gt;</p>",
        "<p>&lt;img&gt;</p>",
        "<p>&lt;i&gt;x&lt;/i&gt;</p>",
        "<p><em>x</em></p>",
    ]


def test_lines_that_somebody_typed_stay_lines() -> None:
    found = read_questions("Read <b>this</b>\n# and that{T}")

    assert found.taken[0].written.text == "Read **this**\n\\# and that"


def test_an_arrow_in_an_accepted_answer_would_be_a_pair_in_gift() -> None:
    typed = Written(id="a", type="short_text", objective=1, text="How?", accept=("a->b()",))
    text, notes = write_questions([typed], Format.GIFT)

    assert text == ""
    assert "GIFT would take '->'" in notes[0].message
    assert read_questions(write_questions([typed], Format.MOODLE_XML)[0]).taken


def test_what_is_matched_is_plain_in_moodle_where_it_can_be() -> None:
    xml = """<quiz><question type="matching"><name><text>m</text></name>
      <questiontext format="html"><text>Match</text></questiontext>
      <subquestion><text>a</text><answer><text>4. The fourth</text></answer></subquestion>
      <subquestion><text>b</text><answer><text>a_b * c &lt;</text></answer></subquestion>
    </question></quiz>"""
    written = read_questions(xml).taken[0].written
    marked = written.model_copy(
        update={"pairs": (written.pairs[0], written.pairs[1].model_copy(update={"match": "*so*"}))}
    )

    out, notes = write_questions([written], Format.MOODLE_XML)
    out_marked, notes_marked = write_questions([marked], Format.MOODLE_XML)

    assert "<answer><text>a_b * c &lt;</text></answer>" in out
    assert notes == []
    assert read_questions(out).taken[0].written.pairs == written.pairs
    assert read_questions(out_marked).taken[0].written.pairs == marked.pairs
    assert [note.message for note in notes_marked] == [
        "“so” is shown there with its marks as they stand"
    ]


@pytest.mark.parametrize("key", ["ANSWER: B", "Answer: B", "answer:B."])
def test_aiken_as_people_type_it(key: str) -> None:
    found = read_questions(f"Who waits?\nA. Nobody\nB. A child\n{key}\n")

    assert [each.correct for each in found.taken[0].written.options] == [False, True]


def test_code_comes_back_from_every_way_out_and_from_the_authors_file() -> None:
    written = from_html("<p>Read:</p><pre>for a in b:\n    print(a)</pre><p>How often?</p>")
    for form in (Format.GIFT, Format.MOODLE_XML):
        text, _notes = write_questions([written], form)
        assert read_questions(text, form).taken[0].written.text == written.text
    begins = from_html("<pre>a\n  b</pre>what?")
    file = planned("", read_questions(write_questions([begins], Format.MOODLE_XML)[0])).file
    assert read_bank(file)[0].text == begins.text
    assert to_html(begins.text) == "<pre><code>a\n  b\n</code></pre>\n<p>what?</p>"
