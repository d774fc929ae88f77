"""Text is sent in fewer bytes, and says the same."""

import gzip

import pytest
from werkzeug.test import TestResponse

from tests.browser import Browser

GZIP = {"Accept-Encoding": "gzip, br"}


def fetch(browser: Browser, address: str, headers: dict[str, str]) -> TestResponse:
    """The answer as it is sent, wholly read."""
    with browser.app.test_client() as client:
        return client.get(address, headers=headers, buffered=True)


@pytest.mark.parametrize("address", ["/static/site.css", "/privacy"])
def test_text_is_sent_smaller_and_says_the_same(browser: Browser, address: str) -> None:
    plain, packed = fetch(browser, address, {}), fetch(browser, address, GZIP)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content_length == len(packed.data)
    assert len(packed.data) < len(plain.data) * 0.7
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_the_length_of_a_page_says_nothing_of_what_is_in_it(browser: Browser) -> None:
    lengths = {len(fetch(browser, "/privacy", GZIP).data) for _ in range(20)}
    assert len(lengths) > 1


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/static/fonts/source-serif-4-latin-600.woff2", GZIP),
        ("/static/img/mark.svg", GZIP),
        ("/static/site.css", {**GZIP, "Range": "bytes=0-1999"}),
        ("/privacy", {"Accept-Encoding": "gzip;q=0"}),
    ],
)
def test_what_is_packed_small_partial_or_not_wanted_so_stays(
    browser: Browser, address: str, headers: dict[str, str]
) -> None:
    response = fetch(browser, address, headers)
    assert response.status_code in {200, 206}
    assert "Content-Encoding" not in response.headers


def test_a_file_that_is_known_is_not_sent_again(browser: Browser) -> None:
    etag = fetch(browser, "/static/site.css", GZIP).headers["ETag"]
    again = fetch(browser, "/static/site.css", {**GZIP, "If-None-Match": etag})
    assert again.status_code == 304
