"""Tables of lessons: wide ones say at each cell what it is about."""

import markdown

from coursesite.learning.views.tables import readable_tables

WIDE = """
| Place | The *rule* | "Its" limit |
|---|---|---|
| A | one | x |
| B | two **more** | |
"""


def html(text: str) -> str:
    return readable_tables(markdown.markdown(text, extensions=["tables"]))


def test_each_cell_of_a_wide_table_carries_the_head_of_its_column() -> None:
    found = html(WIDE)
    assert '<table class="stack" role="table" tabindex="0">' in found
    assert found.count('role="columnheader"') == 3
    assert found.count('data-label="The rule"') == 2
    assert found.count('data-label="&quot;Its&quot; limit"') == 2
    assert '<td role="cell" data-label="The rule">two <strong>more</strong></td>' in found


def test_a_narrow_table_stays_one_and_can_be_reached() -> None:
    found = html("| A | B |\n|---|---|\n| 1 | 2 |\n")
    assert '<table tabindex="0">' in found
    assert "data-label" not in found


def test_two_tables_keep_their_own_heads() -> None:
    found = html(WIDE + "\n\nThen.\n" + WIDE.replace("Place", "Town"))
    assert found.count('data-label="Place"') == found.count('data-label="Town"') == 2


def test_two_columns_are_stacked_where_the_first_has_sentences() -> None:
    found = html("| Ask | Why |\n|---|---|\n| Who looks after them by day, and tonight? | Care |\n")
    assert '<table class="stack pairs"' in found
    assert found.count('data-label="Ask"') == found.count('data-label="Why"') == 1
