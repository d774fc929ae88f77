"""Pages for anyone."""

import sqlalchemy as sa
from flask import Blueprint
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import public
from coursesite.extensions import db

bp = Blueprint("site", __name__)


@bp.get("/health/live")
@public
def live() -> ResponseReturnValue:
    """The process answers."""
    return {"state": "live"}


@bp.get("/health/ready")
@public
def ready() -> ResponseReturnValue:
    """The process and its database answer."""
    db.session.execute(sa.select(1))
    return {"state": "ready"}
