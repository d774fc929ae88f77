"""A form that could not be taken is given back to its sender, so that nothing typed is lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

KEPT_FOR = timedelta(hours=1)
LONG = 80
LARGEST = 6 * 1024 * 1024
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
