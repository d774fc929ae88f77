"""The blocks of a lesson in the author's words: what each is for, and its frame to begin with."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from coursesite.content.library.frames import FRAMES


@dataclass(frozen=True)
class BlockHelp:
    """A kind of block; `frame` is what is put at the cursor."""

    kind: str
    name: LazyString
    when: LazyString
    frame: str


BLOCKS = (
    BlockHelp(
        "key",
        _("Key point"),
        _("One thing to remember. It also stands on the module's page, so keep it to a sentence."),
        FRAMES["key"],
    ),
    BlockHelp(
        "case",
        _("Case"),
        _("A moment from work, made up of several. The learner is told that it is fictional."),
        FRAMES["case"],
    ),
    BlockHelp(
        "voice",
        _("Quotation"),
        _("Somebody's own words from a published source, with the source. Never invented."),
        FRAMES["voice"],
    ),
    BlockHelp(
        "check",
        _("Check"),
        _("A question in the middle of reading. Feedback at once, never a mark."),
        FRAMES["check"],
    ),
    BlockHelp(
        "reflect",
        _("Private note"),
        _("A prompt for a note that nobody but the learner can read."),
        FRAMES["reflect"],
    ),
    BlockHelp(
        "scenario",
        _("Scenario"),
        _("A story in scenes in which the learner decides, with a way back and a debrief."),
        FRAMES["scenario"],
    ),
    BlockHelp(
        "if",
        _("Passage for some"),
        _("In a scene or the debrief: for those alone who chose so before, by what a choice sets."),
        FRAMES["if"],
    ),
    BlockHelp(
        "checklist",
        _("Checklist"),
        _("What people take with them: also a page of its own to print. One in a module."),
        FRAMES["checklist"],
    ),
    BlockHelp(
        "notice",
        _("Content notice"),
        _("Folds a passage that may hurt, and offers a calm text that counts as much."),
        FRAMES["notice"],
    ),
    BlockHelp(
        "local",
        _("Local passage"),
        _("Text that an organisation or a country may replace with its own."),
        FRAMES["local"],
    ),
    BlockHelp(
        "facilitator",
        _("Facilitator's sheet"),
        _("For whoever runs the module as a joint session. The last block of the last lesson."),
        FRAMES["facilitator"],
    ),
)

KINDS = {block.kind: block.name for block in BLOCKS}
