"""Reads and checks a course's files: all of them, or one text as it would be published now."""

from coursesite.authoring.library.banks import Bank
from coursesite.authoring.library.course import Course, check_course, read_course
from coursesite.authoring.library.drafts import Reading, Surroundings, clean, read_draft
from coursesite.authoring.library.folder import (
    Files,
    digests_in,
    listed,
    media_files,
    pictures_in,
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
    "check_course",
    "clean",
    "digests_in",
    "listed",
    "media_files",
    "pictures_in",
    "read_course",
    "read_draft",
    "texts_in",
    "write_files",
    "write_media",
]
