"""What becomes of a comment, as the form beside it says, whatever text it is about."""

from flask import flash, request
from flask_babel import gettext as _

from coursesite.accounts.access import actor
from coursesite.authoring import services
from coursesite.authoring.models import Comment
from coursesite.authoring.services import Work
from coursesite.extensions import db


def settle(work: Work, said: Comment) -> None:
    """Resolve it, open it again, or take over what it suggests, and say which."""
    if request.form.get("do") == "accept":
        services.accept(db.session, work, said, actor())
        flash(_("The suggested words stand in your draft."), "success")
    elif request.form.get("do") == "reopen":
        services.reopen(db.session, said, actor())
        flash(_("The comment is open again."), "success")
    else:
        services.resolve(db.session, said, actor())
        flash(_("The comment is resolved."), "success")
