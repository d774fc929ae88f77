"""Texts and their names, what is newer where, and how two texts differ."""

from coursesite.authoring.rules.comparing import Difference, Line, Mark, differences
from coursesite.authoring.rules.syncing import Newer, newer
from coursesite.authoring.rules.texts import NEEDS_NOTE, SETTINGS, TextId

__all__ = [
    "NEEDS_NOTE",
    "SETTINGS",
    "Difference",
    "Line",
    "Mark",
    "Newer",
    "TextId",
    "differences",
    "newer",
]
