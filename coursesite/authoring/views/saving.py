"""What a form of a question, a fact or a word says, written into one's draft."""

from coursesite.accounts.access import actor
from coursesite.authored.text import ODD, TURNING
from coursesite.authoring import services
from coursesite.authoring.library import Files
from coursesite.authoring.library.questions import Form
from coursesite.authoring.services import Seen, Work
from coursesite.extensions import db


def save_text(work: Work, text: str) -> None:
    """Keep the text as the draft, and this state of it in the history."""
    keep_files(work, {**work.files, work.text.main_file: text})
    db.session.commit()


def keep_files(work: Work, files: Files) -> None:
    """The same of several files, and of texts that are saved together."""
    services.save_draft(db.session, work.text, files, Seen(work.version, work.live_id), actor())
    services.keep_version(db.session, work.text, actor())


def plain(sent: Form) -> Form:
    """Without characters that no text can hold, and without signs that no language needs."""
    return {name: ["".join(filter(_shown, value)) for value in sent[name]] for name in sent}


def _shown(character: str) -> bool:
    return character == "\r" or not (ODD.match(character) or TURNING.match(character))
