"""The draft of another author, to be read; each writes in their own."""

from flask import render_template
from flask.typing import ResponseReturnValue

from coursesite.accounts.access import current_person, requires
from coursesite.authoring import services
from coursesite.authoring.library import read_draft
from coursesite.authoring.rules import differences
from coursesite.authoring.views.blueprint import TEXT, Desk, bp, text_at
from coursesite.authoring.views.previews import preview_of
from coursesite.authoring.views.problems import located, title_of
from coursesite.content.queries import live_terms
from coursesite.extensions import db
from coursesite.people.rules import Permission

DRAFT = f"{TEXT}/drafts/<int(max=2147483647):draft_id>"


@bp.get(DRAFT)
@requires(Permission.WRITE)
def draft(shelf: str, slug: str, language: str, draft_id: int) -> ResponseReturnValue:
    """What this author changes, what is wrong with it, and how it reads."""
    work = services.work_on(db.session, text_at(shelf, slug, language), draft_id)
    around = services.surroundings_of(db.session, work.text, current_person().today)
    reading = read_draft(work.text, work.files, around)
    return render_template(
        "authoring/draft.html",
        desk=Desk(work.text),
        work=work,
        title=title_of(work, reading),
        problems=located(work.text, reading.problems),
        differences=differences(work.live.files if work.live else {}, work.files),
        parts=preview_of(reading, live_terms(db.session, work.text.language)),
    )
