"""News of drafts in words: text by text, a link to each place, and little of what is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from coursesite.authoring.queries.news import Told
from coursesite.authoring.rules import TextId
from coursesite.authoring.rules.news import NewsKind
from coursesite.notifications.letters import Letterhead, write
from coursesite.notifications.rules import Letter, MailKind, one_line
from coursesite.revisions.rules import EVERY_LANGUAGE, Kind

SHORT = 160
"""So many characters of a draft go into a mail."""

SAID = 400
"""And so many of what somebody says of it."""


@dataclass(frozen=True)
class Line:
    """A piece of news as the templates have it."""

    kind: NewsKind
    who: str
    words: str
    passage: str
    suggests: bool
    version: int | None
    url: str


@dataclass(frozen=True)
class About:
    """A text, and the news of it."""

    title: str
    language: str
    is_quiz: bool
    lines: Sequence[Line]


@dataclass(frozen=True)
class Reader:
    """Who gets the letter, in which language."""

    name: str
    language: str


def news_letter(
    head: Letterhead, reader: Reader, told: Sequence[Told], titles: dict[TextId, str]
) -> Letter:
    """The one mail of some time; what came first stands first."""
    by_text: dict[TextId, list[Told]] = {}
    for each in told:
        by_text.setdefault(each.text, []).append(each)
    values: dict[str, object] = {
        "name": reader.name,
        "texts": [
            About(
                titles.get(text, text.slug),
                "" if text.language == EVERY_LANGUAGE else text.language,
                text.kind is Kind.QUIZ,
                [_line(head, each) for each in news],
            )
            for text, news in by_text.items()
        ],
        "number": len(told),
    }
    return write(head, "drafts", MailKind.NOTICE, reader.language, values)


def _line(head: Letterhead, told: Told) -> Line:
    return Line(
        told.kind,
        told.who,
        one_line(told.words, SAID),
        one_line(told.passage, SHORT),
        told.suggests,
        told.version,
        f"{head.address}{_place(told)}",
    )


def _place(told: Told) -> str:
    """The page, and the place on it."""
    text = told.text
    local = text.kind is Kind.LOCAL
    start = f"/local/{text.language}" if local else f"/authoring/{'/'.join(text.place)}"
    page = "history" if told.draft_id is None else f"drafts/{told.draft_id}"
    return f"{start}/{page}" + (f"#{told.place}" if told.place else "")
