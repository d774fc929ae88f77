"""My due dates as a calendar file: to download, or by a private address for a calendar program."""

from flask import current_app
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import force_locale
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import current_person, public, signed_in
from coursesite.assignments.queries.requirements import requirements_of
from coursesite.assignments.queries.targets import targets
from coursesite.extensions import db
from coursesite.languages import LOCALES, spoken
from coursesite.notifications.letters import letterhead
from coursesite.notifications.queries import FeedHolder, feed_holder
from coursesite.reminding.calendars import entries, written
from coursesite.reminding.letters import Titles
from coursesite.reminding.views.blueprint import bp, settings


@bp.get("/learn/calendar.ics")
@signed_in
def download() -> ResponseReturnValue:
    """What is due for me, as a file."""
    person = current_person()
    holder = FeedHolder(person.id, person.time_zone, person.language, alarms=True)
    response = _calendar(holder)
    response.headers["Content-Disposition"] = 'attachment; filename="due-dates.ics"'
    return response


@bp.get("/calendar/<token>.ics")
@public
def feed(token: str) -> ResponseReturnValue:
    """What is due for whoever this address was made for; a calendar program sends no cookie.

    Its token holds 256 random bits, so nobody comes upon one by trying.
    """
    return _calendar(feed_holder(db.session, token))


def _calendar(holder: FeedHolder) -> Response:
    required = requirements_of(db.session, holder.person_id, clock.today(holder.time_zone))
    language = spoken(holder.language)
    titles: Titles = {(each.kind, each.slug): each for each in targets(db.session, language)}
    with force_locale(LOCALES[language]):
        name = _("%(site)s: due dates", site=current_app.config["SITE_NAME"])
        found = list(entries(letterhead(settings()), required, titles))
    content = written(name, found, clock.now(), alarms=holder.alarms)
    return Response(content, mimetype="text/calendar")
