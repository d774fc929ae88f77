"""Texts and their names, what is newer where, and how two texts differ."""

from coursesite.authoring.rules.comparing import Difference, Line, Mark, differences
from coursesite.authoring.rules.maps import Flaw, ScenarioMap, draw_map
from coursesite.authoring.rules.syncing import Newer, newer
from coursesite.authoring.rules.texts import NEEDS_NOTE, SETTINGS, TextId

__all__ = [
    "NEEDS_NOTE",
    "SETTINGS",
    "Difference",
    "Flaw",
    "Line",
    "Mark",
    "Newer",
    "ScenarioMap",
    "TextId",
    "differences",
    "draw_map",
    "newer",
]
