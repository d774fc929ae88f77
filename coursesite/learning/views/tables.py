"""Tables of lessons that can be read on every screen."""

import re

_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_HEAD = re.compile(r"<th\b[^>]*>(.*?)</th>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<td\b")
_TAG = re.compile(r"<[^>]*>")
_ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "columnheader", "td": "cell"}
_OPENING = re.compile(r"<(thead|tbody|tr|th|td)\b")
WIDE = 3
"""Tables of so many columns stand as a list of their rows on a small screen."""
LONG = 40
"""So do those of two, if a first cell has more letters: side by side each would be a pillar."""


def readable_tables(html: str) -> str:
    """A wide table's cells carry the heads of their columns, to be shown where it is stacked.

    Every table can be reached by the keyboard, since it may scroll. The roles are written out:
    browsers forget them where rows and cells are no longer laid out as such.
    """
    return _TABLE.sub(lambda found: _table(found[1]), html)


def _table(inside: str) -> str:
    head, body_tag, body = inside.partition("<tbody>")
    heads = [_TAG.sub("", each).strip() for each in _HEAD.findall(head)]
    if not body_tag or not _is_wide(heads, body):
        return f'<table tabindex="0">{inside}</table>'
    rows = _ROW.sub(lambda row: f"<tr>{_labelled(row[1], heads)}</tr>", body)
    whole = _OPENING.sub(lambda tag: f'{tag[0]} role="{_ROLES[tag[1]]}"', head + body_tag + rows)
    look = "stack" if len(heads) >= WIDE else "stack pairs"  # a pair names both its sides
    return f'<table class="{look}" role="table" tabindex="0">{whole}</table>'


def _is_wide(heads: list[str], body: str) -> bool:
    return len(heads) >= WIDE or (
        len(heads) > 1 and max(map(len, _first_cells(body)), default=0) > LONG
    )


def _first_cells(body: str) -> list[str]:
    return [_TAG.sub("", row.partition("</td>")[0]).strip() for row in _ROW.findall(body)]


def _labelled(cells: str, heads: list[str]) -> str:
    labels = iter(heads)

    def label(tag: re.Match[str]) -> str:
        words = next(labels, "").replace('"', "&quot;")
        return f'{tag[0]} data-label="{words}"' if words else tag[0]

    return _CELL.sub(label, cells)
