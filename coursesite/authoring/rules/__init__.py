"""Texts and their names, what is newer where, and how two texts differ."""

from coursesite.authoring.rules.archived import (
    BRING_FOLDER,
    EXPORT_ARCHIVE,
    IMPORT_ARCHIVE,
    KEEP_UPLOADS,
    Standing,
    UploadKind,
    standing,
)
from coursesite.authoring.rules.comparing import (
    Difference,
    Line,
    Mark,
    Stretch,
    differences,
    reworded,
)
from coursesite.authoring.rules.frames import FIRST_QUESTION, FIRST_SETTINGS, first_head, first_text
from coursesite.authoring.rules.maps import Flaw, ScenarioMap, draw_map
from coursesite.authoring.rules.merging import Merging, Region, Side, mark_of, merging
from coursesite.authoring.rules.passages import (
    Passage,
    line_of,
    needs_other_eyes,
    passages_of,
    replaced,
)
from coursesite.authoring.rules.plans import PlanState, may_wait_until
from coursesite.authoring.rules.reviews import (
    Look,
    Turn,
    due_by,
    is_told_of,
    may_hold_until,
    turn_of,
)
from coursesite.authoring.rules.showing import as_written
from coursesite.authoring.rules.syncing import Newer, newer
from coursesite.authoring.rules.texts import (
    NEEDS_NOTE,
    REGISTERS,
    SETTINGS,
    TITLES,
    UNWRITTEN,
    TextId,
    kinds_of_change,
    wholes_of,
)

__all__ = [
    "BRING_FOLDER",
    "EXPORT_ARCHIVE",
    "FIRST_QUESTION",
    "FIRST_SETTINGS",
    "IMPORT_ARCHIVE",
    "KEEP_UPLOADS",
    "NEEDS_NOTE",
    "REGISTERS",
    "SETTINGS",
    "TITLES",
    "UNWRITTEN",
    "Difference",
    "Flaw",
    "Line",
    "Look",
    "Mark",
    "Merging",
    "Newer",
    "Passage",
    "PlanState",
    "Region",
    "ScenarioMap",
    "Side",
    "Standing",
    "Stretch",
    "TextId",
    "Turn",
    "UploadKind",
    "as_written",
    "differences",
    "draw_map",
    "due_by",
    "first_head",
    "first_text",
    "is_told_of",
    "kinds_of_change",
    "line_of",
    "mark_of",
    "may_hold_until",
    "may_wait_until",
    "merging",
    "needs_other_eyes",
    "newer",
    "passages_of",
    "replaced",
    "reworded",
    "standing",
    "turn_of",
    "wholes_of",
]
