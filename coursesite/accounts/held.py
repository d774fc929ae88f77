"""A form that could not be taken is given back to its sender, so that nothing typed is lost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

KEPT_FOR = timedelta(hours=1)
LONG = 80
LARGEST = 6 * 1024 * 1024
BEGINNING = 1024 * 1024
LONGEST_READ = 200 * 1024 * 1024
OURS = {"same-origin", "none"}


@dataclass(frozen=True)
class Held:
    """What was posted, and the path that it was meant for."""

    path: str
    fields: tuple[tuple[str, str], ...]


def posted() -> Held | None:
    """What this request posted, without passwords; None when there is nothing that may be kept.

    What another site made the browser send is not kept: nobody wrote it here.
    """
    if request.method != "POST" or request.endpoint is None or not _from_here():
        return None
    fields = tuple(_worth_keeping(request.form.items(multi=True)))
    size = sum(len(name) + len(value.encode()) for name, value in fields)
    if not fields or size > LARGEST:
        return None
    return Held(request.full_path.rstrip("?"), fields)


def posted_before_file() -> Held | None:
    """What stands before the file in a form that is too large to be taken.

    The rest is read and forgotten, as browsers show no answer before they have sent everything.
    """
    wholly = request.content_length or 0
    begun: bytes = request.environ["wsgi.input"].read(min(wholly, BEGINNING))
    left = min(wholly, LONGEST_READ) - len(begun)
    while left > 0 and (dropped := request.environ["wsgi.input"].read(min(left, BEGINNING))):
        left -= len(dropped)
    boundary = request.mimetype_params.get("boundary")
    if request.endpoint is None or not boundary or not _from_here():
        return None
    fields = tuple(_worth_keeping(_before_file(begun, boundary)))
    return Held(request.full_path.rstrip("?"), fields) if fields else None


def _before_file(begun: bytes, boundary: str) -> Iterator[tuple[str, str]]:
    decoder, name, value = MultipartDecoder(boundary.encode("latin-1")), "", b""
    decoder.receive_data(begun)
    try:
        while not isinstance(event := decoder.next_event(), File | NeedData | Epilogue):
            if isinstance(event, Field):
                name, value = event.name, b""
            elif isinstance(event, Data):
                value += event.data
                if not event.more_data:
                    yield name, value.decode("utf-8", "replace").replace("\0", "")
    except ValueError:
        return


def is_long(text: str) -> bool:
    """Whether somebody took time to write it."""
    return len(text) > LONG or "\n" in text


def posted_text() -> Held | None:
    """What this request posted, if a text is in it that would be a loss."""
    kept = posted()
    return kept if kept and any(is_long(text) for _name, text in kept.fields) else None


def _worth_keeping(fields: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return (
        (name, value)
        for name, value in fields
        if not name.endswith("csrf_token") and "password" not in name.lower()
    )


def _from_here() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site in OURS
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def sign(held: Held) -> str:
    """The form as a text that cannot be altered or aimed at another path."""
    return str(_signer().dumps([held.path, held.fields]))


def read(text: str | None) -> Held | None:
    """The form behind that text, or None when it was altered or is older than an hour."""
    try:
        path, fields = _signer().loads(text or "", max_age=int(KEPT_FOR.total_seconds()))
    except BadData:
        return None
    return Held(path, tuple((name, value) for name, value in fields))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        str(current_app.secret_key), salt="held-form", serializer_kwargs={"ensure_ascii": False}
    )
