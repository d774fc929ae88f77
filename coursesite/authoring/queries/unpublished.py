"""What is known of modules that nobody has published yet: what their authors have written."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.authoring.models import Draft
from coursesite.authoring.rules import TextId


def main_files_of(session: Session, draft_ids: Collection[int]) -> dict[TextId, str]:
    """The main file of each of these drafts, by its text."""
    if not draft_ids:
        return {}
    found = sa.select(Draft.kind, Draft.slug, Draft.language, Draft.files)
    rows = session.execute(found.where(Draft.id.in_(draft_ids)))
    texts = ((TextId(kind, slug, language), files) for kind, slug, language, files in rows)
    return {text: files.get(text.main_file, "") for text, files in texts}
