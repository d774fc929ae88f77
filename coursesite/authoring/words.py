"""The blocks of a lesson in the author's words: what each is for, and its frame to begin with."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString


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
        "/// key\nOne thing to remember.\n///",
    ),
    BlockHelp(
        "case",
        _("Case"),
        _("A moment from work, made up of several. The learner is told that it is fictional."),
        "/// case | A late van\nWhat happened.\n///",
    ),
    BlockHelp(
        "voice",
        _("Quotation"),
        _("Somebody's own words from a published source, with the source. Never invented."),
        "/// voice | A report of 2018\n> The words as they were printed.\n///",
    ),
    BlockHelp(
        "check",
        _("Check"),
        _("A question in the middle of reading. Feedback at once, never a mark."),
        "/// check\n    {id: name-of-check}\nThe question?\n\n- [ ] A wrong answer.\n\n"
        "    Why it is wrong.\n\n- [x] The right answer.\n\n    Why it is right.\n///",
    ),
    BlockHelp(
        "reflect",
        _("Private note"),
        _("A prompt for a note that nobody but the learner can read."),
        "/// reflect\n    {id: name-of-note}\nWhat would you do on your next shift?\n///",
    ),
    BlockHelp(
        "scenario",
        _("Scenario"),
        _("A story in scenes in which the learner decides, with a way back and a debrief."),
        "//// scenario | Title\n    {id: name-of-scenario, start: first}\n\n/// scene | first\n"
        "The situation.\n\n- [A good choice.](#second){: .good }\n"
        "- [A poor choice.](#second){: .poor }\n///\n\n/// scene | second\nWhat follows.\n\n"
        "- [See the debrief.](#debrief)\n///\n\n/// debrief\nWhat the routes have in common."
        "\n///\n////",
    ),
    BlockHelp(
        "if",
        _("Passage for some"),
        _("In a scene or the debrief: for those alone who chose so before, by what a choice sets."),
        "/// if | told-the-truth\nShe opens before you knock.\n///",
    ),
    BlockHelp(
        "checklist",
        _("Checklist"),
        _("What people take with them: also a page of its own to print. One in a module."),
        "/// checklist | At the door\n    {id: name-of-list}\n- [ ] One thing to do\n///",
    ),
    BlockHelp(
        "notice",
        _("Content notice"),
        _("Folds a passage that may hurt, and offers a calm text that counts as much."),
        "//// notice | What this passage describes\nThe sensitive passage.\n\n/// instead\n"
        "A calm text of the same worth.\n///\n////",
    ),
    BlockHelp(
        "local",
        _("Local passage"),
        _("Text that an organisation or a country may replace with its own."),
        "/// local | How it is done here\n    {id: name-of-passage}\n"
        "Text that holds everywhere.\n///",
    ),
    BlockHelp(
        "facilitator",
        _("Facilitator's sheet"),
        _("For whoever runs the module as a joint session. The last block of the last lesson."),
        "/// facilitator | Running this together\n    {id: joint-session}\n"
        "What for, and whom to invite.\n///",
    ),
)

KINDS = {block.kind: block.name for block in BLOCKS}
