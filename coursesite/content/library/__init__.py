"""Reads authors' modules, facts and glossary; says why a file was refused."""

from coursesite.content.library.reading import ReadModule, read_module
from coursesite.content.library.register import (
    ReadFacts,
    ReadGlossary,
    read_facts,
    read_glossary,
)

__all__ = [
    "ReadFacts",
    "ReadGlossary",
    "ReadModule",
    "read_facts",
    "read_glossary",
    "read_module",
]
