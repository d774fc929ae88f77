"""Pictures, sound, film and documents of modules."""

import io
from collections.abc import Callable

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.wsgi import wrap_file

from coursesite.accounts.access import current_person, signed_in
from coursesite.content.models import Media, NarrowerPicture
from coursesite.content.queries import find_narrower, get_media, part_of
from coursesite.content.rules.media import (
    FOLDER,
    PART,
    WIDTHS,
    MediaKind,
    is_nameless,
    kind_of,
    nameless,
)
from coursesite.errors import NotFound
from coursesite.extensions import db
from coursesite.learning.views.blueprint import bp
from coursesite.people.rules import Permission

YEAR = 365 * 24 * 3600
HOUR = 3600
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""What is opened by itself is a document: it may run no script and load nothing."""


@bp.get("/modules/<slug>/media/<name>")
@signed_in
def media(slug: str, name: str) -> Response:
    """What a name stood for when revisions did not say which file they mean."""
    return _answer(get_media(db.session, slug, name, "", author=False), name)


@bp.get("/modules/<slug>/media/<digest>/<name>")
@signed_in
def exact_media(slug: str, digest: str, name: str) -> Response:
    """The very file that a revision shows; what is not published yet, to authors only."""
    return _answer(_exact(slug, digest, name), name)


@bp.get("/modules/<slug>/media/<digest>/<int:width>/<name>")
@signed_in
def narrower_media(slug: str, digest: str, width: int, name: str) -> Response:
    """A smaller copy of that picture; the picture itself where none is worth it, or made yet."""
    if width not in WIDTHS:
        raise NotFound("Pictures are kept in no such width.")
    kept = _exact(slug, digest, name)
    copy = find_narrower(db.session, kept.id, width)
    if copy is None:
        answer = _answer(kept, name)
        answer.headers["Cache-Control"] = f"private, max-age={HOUR}"
        return answer
    return _answer(kept, name) if copy.data is None else _copy(copy, f"{digest}-{width}")


def _exact(slug: str, digest: str, name: str) -> Media:
    author = current_person().may(Permission.WRITE)
    return get_media(db.session, slug, name, digest, author=author)


def _answer(kept: Media, name: str) -> Response:
    """The name is that of the address, which of what a question shows does not tell."""
    answer = _small(kept) if kept.size <= PART else _large(kept)
    if kind_of(kept.name) is MediaKind.DOCUMENT:
        called = nameless(kept.name).removeprefix(FOLDER) if is_nameless(name) else kept.name
        answer.headers["Content-Disposition"] = f'attachment; filename="{called}"'
    return _lasting(answer, kept.size, kept.digest)


def _copy(copy: NarrowerPicture, tag: str) -> Response:
    """Its name may have the ending of another type: a browser that saves it goes by the type."""
    answer = Response(copy.data, mimetype=copy.mimetype)
    return _lasting(answer, len(copy.data or b""), tag)


def _lasting(answer: Response, size: int, tag: str) -> Response:
    """An address never stands for another file, so a browser need not ask for it again."""
    answer.content_length = size
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    answer.headers["Content-Security-Policy"] = HARMLESS
    answer.make_conditional(request, accept_ranges=True, complete_length=size)
    return answer


def _small(kept: Media) -> Response:
    return Response(part_of(db.session, kept.id, 0), mimetype=kept.mimetype)


def _large(kept: Media) -> Response:
    """Films are never in memory as a whole."""
    file = io.BufferedReader(_KeptFile(kept, db.sessionmaker), PART)
    body = wrap_file(request.environ, file, PART)
    return Response(body, mimetype=kept.mimetype, direct_passthrough=True)


class _KeptFile(io.RawIOBase):
    """Reads a file part by part while it is sent, when the request and its session are over."""

    def __init__(self, kept: Media, open_session: Callable[[], Session]) -> None:
        self.media_id, self.size = kept.id, kept.size
        self.open_session = open_session
        self.at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        self.at = max(0, start + offset)
        return self.at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what it is called with
        number, within = divmod(self.at, PART)
        with self.open_session() as session:
            data = part_of(session, self.media_id, number)[within : within + len(buffer)]
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)
