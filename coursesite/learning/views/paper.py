"""The record as a PDF, and what every PDF of a learner's has."""

from collections.abc import Iterator, Sequence

from flask import Response, current_app
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from coursesite import printing
from coursesite.accounts.access import current_person, signed_in
from coursesite.certificates.rules import grouped
from coursesite.learning.views.blueprint import bp
from coursesite.learning.views.record import (
    MEANS,
    RESULTS,
    Entry,
    Try,
    entries_of,
    tries_of,
)
from coursesite.printing import Block, Paper


@bp.get("/record.pdf")
@signed_in
def record_pdf() -> Response:
    """Everything that the person completed and tried, to be kept or handed over."""
    person = current_person()
    who = f"{person.name}, {person.organisation_name}, {person.today.isoformat()}"
    done = [_completed(each) for each in entries_of(person)]
    tried = [_tried(each) for each in tries_of(person)]
    blocks = [
        _text(who),
        *_table(_("Completed"), COMPLETED, done),
        *_table(_("Attempts at quizzes"), TRIED, tried),
    ]
    return pdf(_("Training record"), who, blocks, "training-record")


NONE = "\N{EN DASH}"
COMPLETED = (
    lazy_gettext("What"),
    lazy_gettext("Completed on"),
    lazy_gettext("How"),
    lazy_gettext("Revision / local version"),
    lazy_gettext("Certificate"),
    lazy_gettext("Valid until"),
)
TRIED = (
    lazy_gettext("Quiz"),
    lazy_gettext("Attempt"),
    lazy_gettext("Date"),
    lazy_gettext("Result"),
)


def _completed(each: Entry) -> tuple[str, ...]:
    return (
        each.title,
        each.completed_on.isoformat(),
        _(MEANS[each.means]),
        " / ".join(filter(None, (each.revision, each.local_version))) or NONE,
        grouped(each.code) if each.code else NONE,
        each.valid_until.isoformat() if each.valid_until else NONE,
    )


def _tried(each: Try) -> tuple[str, ...]:
    return each.title, str(each.number), each.on.isoformat(), _(RESULTS[each.state])


def _table(title: str, head: Sequence[object], rows: Sequence[Sequence[str]]) -> Iterator[Block]:
    yield Block("heading", [[(title, False)]])
    if rows:
        yield Block("table", rows=[[str(name) for name in head], *rows])
    else:
        yield _text(_("None yet."))


def _text(words: str) -> Block:
    return Block("text", [[(words, False)]])


def pdf(heading: str, foot: str, blocks: list[Block], name: str) -> Response:
    """A page of the site on paper, to be shown or kept under this name."""
    site = current_app.config["SITE_NAME"]
    language = get_locale().language
    paper = Paper(heading, f"{foot}. {site}.", language, current_person().today, blocks)
    response = current_app.response_class(printing.printed(paper), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
