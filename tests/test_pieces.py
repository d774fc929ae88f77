"""Pages in pieces say the same, compressed or not."""

import gzip
import re

from hypothesis import given
from hypothesis import strategies as st

from coursesite.pieces import Fill, Part, Piece, Template, gzipped, joined, plain

SLOT = re.compile(r"\[([a-z]+)\]")
parts = st.lists(st.one_of(st.text(), st.text().map(Piece)))


@given(parts)
def test_what_is_packed_is_what_is_plain(parts: list[Part]) -> None:
    assert gzip.decompress(gzipped(parts)) == plain(parts) == str(joined(parts)).encode()


def test_a_text_longer_than_a_block_stays_whole() -> None:
    long = "Ünï" * 50_000
    assert (
        gzip.decompress(gzipped([Piece("<p>"), long, Piece("</p>")])).decode() == f"<p>{long}</p>"
    )


def test_words_are_escaped_and_pieces_are_not() -> None:
    template = Template("<p>[name]</p>[more]", SLOT)
    fill: dict[str, Fill] = {"name": "<b>Ada</b>", "more": [Piece("<hr>"), "&amp;"]}
    assert joined(template.filled(fill.__getitem__)) == "<p>&lt;b&gt;Ada&lt;/b&gt;</p><hr>&amp;"


def test_what_differs_is_never_compressed_with_what_is_the_same() -> None:
    secret, page = "abcdefghij" * 5, Piece("abcdefghij" * 5)
    other = "0123456789" * 5
    assert len(gzipped([page, secret])) == len(gzipped([page, other]))
