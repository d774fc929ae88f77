"""A person's whole training record: what was completed, on which text, and every attempt."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from coursesite import clock
from coursesite.accounts.access import current_person, signed_in
from coursesite.accounts.queries import SignedIn
from coursesite.certificates.models import Certificate
from coursesite.certificates.queries import certificates_of, state_of
from coursesite.certificates.rules import CertificateState, grouped
from coursesite.errors import said
from coursesite.extensions import db
from coursesite.learning import queries
from coursesite.learning.views.blueprint import bp
from coursesite.progress.models import Completion
from coursesite.progress.queries import completions_of
from coursesite.progress.rules import Means, TargetKind
from coursesite.quizzes.rules import AttemptState
from coursesite.revisions.shelf import FALLBACK_LANGUAGE
from coursesite.sheet import MEDIA_TYPES, Format, Workbook, lines


@dataclass(frozen=True)
class Entry:
    """One completion as the record shows it; `code` None where no certificate was issued."""

    kind: TargetKind
    title: str
    language: str
    url: str
    completed_on: date
    number: int
    means: Means
    revision: str | None
    local_version: str | None
    code: str | None
    state: CertificateState | None
    valid_until: date | None
    revoked_for: str | None


@dataclass(frozen=True)
class Try:
    """One attempt at a quiz: never its mark."""

    title: str
    language: str
    url: str
    number: int
    on: date
    state: AttemptState


@bp.get("/record")
@signed_in
def record() -> ResponseReturnValue:
    person = current_person()
    return render_template(
        "learning/record.html",
        entries=list(entries_of(person)),
        tries=list(tries_of(person)),
        means=MEANS,
        printed_on=person.today,
    )


@bp.get("/record.csv")
@signed_in
def record_csv() -> ResponseReturnValue:
    """The same as a table for other programs."""
    person = current_person()
    text = "".join(lines([COLUMNS, *_completion_rows(person), *_attempt_rows(person)]))
    headers = {"Content-Disposition": 'attachment; filename="training-record.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


@bp.get("/record.xlsx")
@signed_in
def record_xlsx() -> ResponseReturnValue:
    """The same as a workbook, in this person's language."""
    person = current_person()
    about = {
        _("of"): person.name,
        _("organisation"): person.organisation_name,
        _("on"): person.today,
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "made.xlsx"
        heads = [_(each) for each in COLUMNS]
        book = Workbook(path, heads, title="record", about=about, made_at=clock.now())
        for row in (*_completion_rows(person), *_attempt_rows(person)):
            book.write(_in_words(row))
        book.close()
        made = path.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="training-record.xlsx"'}
    return Response(made, mimetype=MEDIA_TYPES[Format.XLSX], headers=headers)


def _in_words(row: tuple[object, ...]) -> list[object]:
    """What programs read as words of English, as this person reads it."""
    return [
        _(str(cell)) if cell and head in WORDED else cell
        for head, cell in zip(COLUMNS, row, strict=True)
    ]


MEANS = {
    Means.LEARNED: "learned here",
    Means.CHANGES: "what had changed learned here",
    Means.REFRESHED: "renewed by a refresher",
    Means.GRANTED: "granted",
    Means.PRIOR: "earlier training",
}
COLUMNS = (
    said("record"),
    said("kind"),
    said("title"),
    said("number"),
    said("date"),
    said("result"),
    said("revision"),
    said("local version"),
    said("certificate"),
    said("certificate state"),
    said("valid until"),
)
WORDED = {"record", "kind", "result", "certificate state"}
_WORDS = (
    *(said("completion"), said("attempt"), said("module"), said("path"), said("quiz")),
    *(said("valid"), said("in-grace"), said("expired"), said("superseded"), said("replaced")),
    said("revoked"),
)
"""What else stands in those columns; here for the translators."""


def entries_of(person: SignedIn) -> Iterator[Entry]:
    certificates = {
        each.completion_id: each for each in reversed(certificates_of(db.session, person.id))
    }
    for completion in completions_of(db.session, person.id):
        yield _entry(person, completion, certificates.get(completion.id))


def _entry(person: SignedIn, completion: Completion, certificate: Certificate | None) -> Entry:
    revision = completion.revision
    return Entry(
        kind=completion.target_kind,
        title=revision.title if revision else completion.target_slug,
        language=_language_of(completion),
        url=_target_url(completion),
        completed_on=clock.day_of(completion.completed_at, person.time_zone),
        number=completion.number,
        means=completion.means,
        revision=revision.digest[:12] if revision else None,
        local_version=completion.local_version.digest[:12] if completion.local_version else None,
        code=certificate.code if certificate else None,
        state=state_of(certificate, person.today) if certificate else None,
        valid_until=certificate.valid_until if certificate else None,
        revoked_for=completion.revoked_reason,
    )


def _language_of(completion: Completion) -> str:
    """That of the title: a path is one text in all languages, named in the first of them."""
    revision = completion.revision
    of_module = revision is not None and completion.target_kind is TargetKind.MODULE
    return revision.language if revision and of_module else FALLBACK_LANGUAGE


def _target_url(completion: Completion) -> str:
    if completion.target_kind is TargetKind.PATH:
        return url_for(".path", slug=completion.target_slug)
    return url_for(".module", slug=completion.target_slug)


def tries_of(person: SignedIn) -> Iterator[Try]:
    for row in queries.attempts_of(db.session, person.id):
        yield Try(
            title=row.title,
            language=row.language,
            url=url_for(".attempt", slug=row.quiz_slug, attempt_id=row.id),
            number=row.number,
            on=clock.day_of(row.submitted_at or row.started_at, person.time_zone),
            state=row.state,
        )


def _completion_rows(person: SignedIn) -> Iterator[tuple[object, ...]]:
    for each in entries_of(person):
        yield (
            "completion",
            each.kind,
            each.title,
            each.number,
            each.completed_on,
            "revoked" if each.revoked_for else MEANS[each.means],
            each.revision,
            each.local_version,
            grouped(each.code) if each.code else None,
            each.state,
            each.valid_until,
        )


def _attempt_rows(person: SignedIn) -> Iterator[tuple[object, ...]]:
    for each in tries_of(person):
        result = RESULTS[each.state]
        yield ("attempt", "quiz", each.title, each.number, each.on, result, *[None] * 5)


RESULTS = {
    AttemptState.OPEN: said("not handed in"),
    AttemptState.SUBMITTED: said("not yet marked"),
    AttemptState.PASSED: said("passed"),
    AttemptState.FAILED: said("not passed"),
    AttemptState.CLOSED: said("closed before it was handed in"),
}
