"""One person's record as it stood on a past day, as an inspection asks for it."""

from datetime import date

from flask import render_template

from coursesite.accounts.access import current_person
from coursesite.accounts.queries import SignedIn
from coursesite.assignments.queries.as_of import Known, Past
from coursesite.certificates.queries import certificates_of, states_then
from coursesite.certificates.rules import grouped
from coursesite.extensions import db
from coursesite.people.models import Person
from coursesite.people.rules import Permission
from coursesite.reports import queries
from coursesite.reports.views.as_of import recorded
from coursesite.reports.views.words import WORDS


def past_page(subject: Person, past: Past) -> str:
    """What was required of them on that day, how it stood, and what they had learned by then."""
    reader = current_person()
    past, since = _on_record(reader, past)
    titles = queries.titles(db.session, reader.language)
    known = past.recorded or past.known is Known.NOW
    certificates = states_then(certificates_of(db.session, subject.id), past.day, past.over_at)
    return render_template(
        "reports/past_person.html",
        subject=subject,
        past=past,
        since=since,
        required=queries.stood_on(db.session, subject.id, past) if known else None,
        completions=[
            row for row in queries.completions_of(db.session, subject.id) if _was_there(row, past)
        ],
        certificates=[(each, grouped(each.code), state) for each, state in certificates],
        attempts=queries.attempts_of(db.session, subject.id, past.over_at),
        title_of=lambda kind, slug: titles.get((kind, slug), slug),
        changes={},
        today=reader.today,
        words=WORDS,
    )


def _on_record(reader: SignedIn, past: Past) -> tuple[Past, date | None]:
    """The day, told whether it is on record, and since when days are."""
    ground = queries.ground(db.session, reader.scope(Permission.SEE_REPORTS), past)
    return recorded(past, ground), ground.known_since


def _was_there(row: queries.Row, past: Past) -> bool:
    """As known then: what was entered later is not in it."""
    done = row.Completion
    entered = past.known is Known.NOW or done.recorded_at < past.over_at
    return bool(done.completed_at < past.over_at and entered)
