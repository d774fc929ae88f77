"""Pictures, sound and film of modules."""

from io import BytesIO

from flask import Response, send_file

from coursesite.accounts.access import signed_in
from coursesite.content.queries import get_media
from coursesite.extensions import db
from coursesite.learning.views.blueprint import bp

YEAR = 365 * 24 * 3600
HARMLESS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A drawing opened by itself is a document: it may run no script and load nothing."""


@bp.get("/modules/<slug>/media/<name>")
@signed_in
def media(slug: str, name: str) -> Response:
    """What a name stands for never changes, so a browser need not ask for it again."""
    kept = get_media(db.session, slug, name)
    answer = send_file(BytesIO(kept.content), kept.mimetype, etag=kept.digest)
    answer.headers["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    answer.headers["Content-Security-Policy"] = HARMLESS
    return answer
