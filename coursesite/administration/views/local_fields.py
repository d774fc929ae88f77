"""Where local details were filled in before there were local versions."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import requires
from coursesite.administration.views.blueprints import bp
from coursesite.people.rules import Permission


@bp.get("/admin/local-fields")
@requires(Permission.ADMINISTER)
def fields() -> ResponseReturnValue:
    """The address is in people's bookmarks."""
    return redirect(url_for("localising.index"))
