"""What a change would ask of people, by its kind, as it is told before it is published."""

from coursesite.accounts.access import current_person
from coursesite.assignments.queries.text_changes import Whom
from coursesite.extensions import db
from coursesite.reminding.queries.changes import ChangeEffect, effects_of_change
from coursesite.revisions.rules import Change, days_to_renew


def asking(whom: Whom) -> dict[str, ChangeEffect]:
    """For a major change and for one for safety."""
    changes = (Change.MAJOR, Change.SAFETY)
    days = [days_to_renew(change) or 0 for change in changes]
    found = effects_of_change(db.session, whom, days, current_person().today)
    return dict(zip((change.value for change in changes), found, strict=True))
