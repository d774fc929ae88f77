"""What an organisation says of itself inside the course: what is open, what is to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, requires
from coursesite.authoring.queries import drafts_of
from coursesite.content.rules.local import LocalTexts, passage_file
from coursesite.extensions import db
from coursesite.languages import language_name
from coursesite.localising import queries
from coursesite.localising.rules import Filled, filled_by, gaps_in, passages_in
from coursesite.localising.services import Bench, to_look_at
from coursesite.localising.views.blueprint import (
    HERE,
    bp,
    may_publish,
    own_bench,
    own_organisation,
    texts_now,
)
from coursesite.people.rules import Permission


@dataclass(frozen=True)
class Row:
    """A passage in the list: `modules` are slugs, `changed` the titles of those that changed it."""

    name: str
    title: str
    modules: Sequence[str]
    filled: Filled
    whose: str
    changed: Sequence[str]
    drafted: bool


@bp.get("")
@requires(Permission.LOCALISE)
def index() -> ResponseReturnValue:
    """In the language of the organisation, if any module is published in it."""
    languages = queries.languages(db.session)
    own = own_organisation().language
    return redirect(url_for(".overview", language=own if own in languages else languages[0]))


@bp.get(HERE)
@requires(Permission.LOCALISE)
def overview(language: str) -> ResponseReturnValue:
    """Every place of the course, with whose words stand there."""
    bench = own_bench(language)
    local = texts_now(bench)
    person = current_person()
    rows = _rows(bench, local)
    return render_template(
        "localising/index.html",
        bench=bench,
        language=language,
        languages={each: language_name(each) for each in bench.languages},
        above=queries.names_of(db.session, person.organisations[1:]),
        rows=rows,
        changed=[row for row in rows if row.changed],
        gaps=gaps_in(bench.places, local),
        asked=len(bench.places.fields),
        drafts=list(drafts_of(db.session, bench.work.text)),
        may_publish=may_publish(),
    )


def _rows(bench: Bench, local: LocalTexts) -> list[Row]:
    text, places = bench.work.text, bench.places
    own = passages_in(bench.live_files)
    changed = to_look_at(db.session, bench.organisation.id, text.language, places, own)
    rows = []
    for name, modules in places.passages.items():
        placed = local.passages.get(name)
        file = passage_file(name)
        rows.append(
            Row(
                name,
                places.title_of(name),
                modules,
                filled_by(placed),
                placed.organisation if placed else "",
                [places.modules[slug].title for slug in changed.get(name, ())],
                drafted=bench.files.get(file) != bench.live_files.get(file),
            )
        )
    return sorted(rows, key=lambda row: (not row.changed, row.title))
