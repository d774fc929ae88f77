"""What authors are told by mail of each other's drafts."""

from enum import StrEnum


class NewsKind(StrEnum):
    """An opinion asked for; a comment, an answer, a comment opened again; an opinion given; a draft
    that was published.
    """

    ASKED = "asked"
    COMMENT = "comment"
    ANSWER = "answer"
    REOPENED = "reopened"
    APPROVED = "approved"
    SENT_BACK = "sent-back"
    PUBLISHED = "published"
