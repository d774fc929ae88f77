"""Sends text in fewer bytes to whoever can read it so."""

import gzip
import secrets
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO

from flask import Flask, Response, request
from werkzeug.http import parse_accept_header

from coursesite.pieces import Part, gzipped, plain

HTML = "text/html; charset=utf-8"
VARY = "Accept-Encoding"
VARY_OF_PAGES = f"{VARY}, Cookie"
"""Of those for whoever is signed in."""
TEXTS = ("text/", "image/svg+xml", "application/json")
WORTH_IT = 1000
PADDING = 64
LEVEL = 5
PARTIAL = 206

_static: dict[tuple[str, str | None], bytes] = {}


def set_up(app: Flask) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The same answer, compressed; what is streamed, partial or small stays as it is."""
    if response.headers.get("Vary") == VARY_OF_PAGES:
        return response  # respond() has seen to it
    if not (response.mimetype or "").startswith(TEXTS):
        return response
    if "Vary" in response.headers:
        response.vary.add(VARY)
    else:
        response.headers["Vary"] = VARY
    if not _may_be(response):
        return response
    response.direct_passthrough = False
    response.set_data(_smaller(response))
    response.content_encoding = "gzip"
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)
    return response


def respond(parts: Sequence[Part]) -> Response:
    """A signed-in person's page in pieces, compressed for whoever can read it so, as they are."""
    headers = {"Content-Type": HTML, "Vary": VARY_OF_PAGES}
    if not _reads_gzip(request.headers.get("Accept-Encoding", "")):
        return Response(plain(parts), headers=headers)
    return Response(gzipped(parts), headers={**headers, "Content-Encoding": "gzip"})


def _may_be(response: Response) -> bool:
    whole = not response.is_streamed or request.endpoint == "static"
    return (
        whole
        and response.status_code != PARTIAL
        and request.method != "HEAD"
        and not response.content_encoding
        and _reads_gzip(request.headers.get("Accept-Encoding", ""))
        and (response.content_length or 0) >= WORTH_IT
    )


@lru_cache(maxsize=100)
def _reads_gzip(accepted: str) -> bool:
    """Browsers send a few such headers, always the same."""
    return bool(parse_accept_header(accepted)["gzip"] > 0)


def _smaller(response: Response) -> bytes:
    """Static files are compressed once; they hold no secrets, so they need no padding."""
    if request.endpoint != "static":
        return _gzip(response.get_data(), secrets.randbelow(PADDING))
    key, body = (request.path, response.get_etag()[0]), response.get_data()
    if key not in _static:
        _static[key] = _gzip(body, 0)
    return _static[key]


def _gzip(body: bytes, padding: int) -> bytes:
    """Padded at random by the name in its head: else the length of pages that hold both a token
    and somebody's words would help to guess the token.
    """
    packed = BytesIO()
    with gzip.GzipFile("x" * padding, "wb", LEVEL, packed, mtime=0) as file:
        file.write(body)
    return packed.getvalue()
