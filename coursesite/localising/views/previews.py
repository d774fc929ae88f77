"""A module as the organisation's people will see it, and what the certified will read of it."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import requires
from coursesite.addresses import row_id
from coursesite.content.queries import get_module
from coursesite.content.rules import asked_in, own_files
from coursesite.content.rules.changes import changes_between
from coursesite.content.rules.overlaid import read_with
from coursesite.extensions import db
from coursesite.learning import rules
from coursesite.learning.views.marked import shown_lessons
from coursesite.learning.views.reading import as_read
from coursesite.localising.views.blueprint import (
    HERE,
    bp,
    chosen_bench,
    may_publish,
    name_of,
    texts_now,
    texts_with,
)
from coursesite.people.rules import Permission
from coursesite.quizzes.queries import QUIZZES
from coursesite.revisions.rules import digest_of, short


@bp.get(f"{HERE}/modules/<slug>")
@requires(Permission.LOCALISE)
def preview(language: str, slug: str) -> ResponseReturnValue:
    """All lessons one after the other; `draft` names a colleague's draft, else it is one's own."""
    draft_id = request.args.get("draft", type=row_id)
    bench = chosen_bench(language, draft_id)
    shown = get_module(db.session, slug, language)
    local, now = texts_with(bench), texts_now(bench)
    module, before, after = shown.text, own_files(shown.text, now), own_files(shown.text, local)
    changed = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    return render_template(
        "localising/preview.html",
        bench=bench,
        language=language,
        shown=shown,
        module=module,
        name=short(digest_of(after)) if after else None,
        gaps=sorted(
            asked_in([lesson.parts for lesson in module.lessons]).fields - local.fields.keys()
        ),
        changed=[name_of(file, bench.places) for file in changed],
        lessons=[(each, as_read(each.parts, each, local)) for each in module.lessons],
    )


@bp.get(f"{HERE}/modules/<slug>/changes")
@requires(Permission.LOCALISE)
def changes(language: str, slug: str) -> ResponseReturnValue:
    """What those who learned the module read after a major change: the passages that differ."""
    draft_id = request.args.get("draft", type=row_id)
    bench = chosen_bench(language, draft_id)
    shown = get_module(db.session, slug, language)
    local, now = texts_with(bench), texts_now(bench)
    found = changes_between(read_with(shown.text, now), read_with(shown.text, local))
    quiz = QUIZZES.find_live(db.session, slug, shown.language)
    known = quiz.text if quiz else None
    asked = rules.questions_about(found, known, known)
    terms = shown.text.completion.quiz
    return render_template(
        "localising/changes.html",
        bench=bench,
        language=language,
        shown=shown,
        found=found,
        lessons=shown_lessons(slug, found, local),
        too_much=rules.is_too_much(found),
        percent=round(100 * found.share),
        asked=list(rules.belonging(known, asked)),
        number=min(terms.draw, len(asked) or terms.draw) if terms else 0,
        may_publish=may_publish(),
    )
