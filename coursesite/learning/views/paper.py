"""The record and the checklist of a module as PDFs."""

from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from itertools import groupby
from operator import itemgetter

from flask import Response, current_app
from flask_babel import get_locale, lazy_gettext
from flask_babel import gettext as _

from coursesite import printing
from coursesite.accounts.access import current_person, signed_in
from coursesite.certificates.rules import grouped
from coursesite.learning.views.blueprint import bp
from coursesite.learning.views.module import checklist_html, get_checklist
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
    return _pdf(_("Training record"), who, blocks, "training-record")


@bp.get("/modules/<slug>/checklist.pdf")
@signed_in
def checklist_pdf(slug: str) -> Response:
    """The job aid on a page for the pocket or the wall."""
    shown, aid = get_checklist(slug)
    foot = f"{shown.text.title}, {_('revision %(name)s', name=shown.name)}"
    blocks = list(blocks_of(checklist_html(shown, aid)))
    return _pdf(aid.title, foot, blocks, f"{slug}-checklist")


NONE = "\N{EN DASH}"
COMPLETED = (
    lazy_gettext("What"),
    lazy_gettext("Completed on"),
    lazy_gettext("How"),
    lazy_gettext("Revision"),
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
        each.revision or NONE,
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


def _pdf(heading: str, foot: str, blocks: list[Block], name: str) -> Response:
    site = current_app.config["SITE_NAME"]
    language = get_locale().language
    paper = Paper(heading, f"{foot}. {site}.", language, current_person().today, blocks)
    response = current_app.response_class(printing.printed(paper), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


def blocks_of(html: str) -> Iterator[Block]:
    """The paragraphs and the entries of lists of a page's HTML, in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    filled = (line for line in reader.lines if any(words.strip() for words, _strong in line[1]))
    for kind, lines in groupby(filled, key=itemgetter(0)):
        yield Block(kind, [runs for _kind, runs in lines])


class _Reader(HTMLParser):
    """Gathers lines of text; whatever else the HTML holds is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, list[tuple[str, bool]]]] = [("text", [])]
        self.items = 0
        self.strong = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "li":
            self.items += 1
            self.lines.append(("items", []))
        elif tag in {"p", "h2", "h3", "h4"} and not self.items:
            self.lines.append(("text" if tag == "p" else "heading", []))
        elif tag in {"strong", "b"}:
            self.strong += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "li":
            self.items -= 1
            self.lines.append(("text", []))
        elif tag in {"strong", "b"}:
            self.strong -= 1

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split("\n"))
        self.lines[-1][1].append((words, self.strong > 0))
