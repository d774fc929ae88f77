"""Reads authors' modules, facts, glossary and drawings; says why a file was refused."""

from coursesite.content.library.links import media_used
from coursesite.content.library.measuring import LessonMeasure, Measures
from coursesite.content.library.reading import (
    Known,
    ReadModule,
    read_module,
    title_in,
)
from coursesite.content.library.register import (
    ReadFacts,
    ReadGlossary,
    read_facts,
    read_glossary,
)
from coursesite.content.library.scenarios import WrittenScenario
from coursesite.content.library.schemas import settings_in
from coursesite.content.library.vector import check_svg

__all__ = [
    "Known",
    "LessonMeasure",
    "Measures",
    "ReadFacts",
    "ReadGlossary",
    "ReadModule",
    "WrittenScenario",
    "check_svg",
    "media_used",
    "read_facts",
    "read_glossary",
    "read_module",
    "settings_in",
    "title_in",
]
