"""Which of files and site has changed since they last agreed."""

from enum import StrEnum


class Newer(StrEnum):
    """Which side has what the other lacks."""

    NEITHER = "neither"
    FILES = "files"
    SITE = "site"
    BOTH = "both"


def newer(agreed: str | None, file: str | None, live: str | None) -> Newer:
    """Compare a text in the files and on the site, as digests, with what they last agreed on.

    None means: not there. A text that is gone from the files stays published, for people have
    learned it: then the site is the one that has it.
    """
    if file == live:
        return Newer.NEITHER
    if live is None:
        return Newer.FILES
    if file in {None, agreed}:
        return Newer.SITE
    return Newer.FILES if live == agreed else Newer.BOTH
