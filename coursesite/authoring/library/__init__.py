"""Reads and checks a course's files: all of them, or one text as it would be published now."""

from coursesite.authoring.library.banks import Bank, bank_among
from coursesite.authoring.library.course import Course, check_course, read_course
from coursesite.authoring.library.drafts import Reading, Surroundings, clean, read_draft
from coursesite.authoring.library.folder import (
    Files,
    cleaned_in,
    digests_in,
    listed,
    media_files,
    texts_in,
    write_files,
    write_media,
)

__all__ = [
    "Bank",
    "Course",
    "Files",
    "Reading",
    "Surroundings",
    "bank_among",
    "check_course",
    "clean",
    "cleaned_in",
    "digests_in",
    "listed",
    "media_files",
    "read_course",
    "read_draft",
    "texts_in",
    "write_files",
    "write_media",
]
