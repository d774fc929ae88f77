"""The closed shapes of what authors write in YAML: a misspelt key is an error."""

from datetime import date
from typing import Literal

from pydantic import Field

from coursesite.authored import Closed, read_yaml
from coursesite.authored.forms import FactId, FieldName, Slug, Text
from coursesite.content.rules import Verification
from coursesite.quizzes.rules import Review

Audience = Literal[
    "all", "police", "judges", "prison-officers", "teachers", "probation", "civil-society"
]


class QuizTermsFile(Closed):
    pass_mark: int = Field(ge=1, le=100)
    draw: int = Field(ge=1, le=100)
    attempts: int = Field(default=0, ge=0, le=100)
    wait_minutes: int = Field(default=0, ge=0, le=100_000)
    minutes: int = Field(default=0, ge=0, le=600)
    grace_minutes: int = Field(default=2, ge=0, le=60)
    read_again_after: int = Field(default=0, ge=0, le=100)
    review: Review = Review.SUBMISSION


class CompletionFile(Closed):
    lessons: Literal["all"] | tuple[Slug, ...] = "all"
    quiz: QuizTermsFile | None = None
    attestation: bool = False


class ModuleFile(Closed):
    """module.yaml: what is the same in every language."""

    minutes: int = Field(ge=1, le=600)
    audience: tuple[Audience, ...] = Field(min_length=1)
    completion: CompletionFile
    sensitive: tuple[Slug, ...] = ()
    review_by: date | None = None
    local_fields: tuple[FieldName, ...] = ()


def settings_in(text: str) -> ModuleFile | None:
    """What `module.yaml` says by itself, whatever is wrong with the text beside it."""
    return read_yaml(text, "module.yaml", ModuleFile).value


class FrontMatter(Closed):
    """What stands between the two lines of dashes above a module's text."""

    title: Text
    summary: Text
    objectives: tuple[Text, ...] = Field(min_length=3, max_length=5)
    attestation: str = ""
    further_reading: tuple[Text, ...] = ()


class SourceEntry(Closed):
    title: Text
    publisher: Text | None = None
    year: int | None = Field(default=None, ge=1800, le=2200)
    paragraph: str | int | None = None
    where: Text | None = None


class FactEntry(Closed):
    id: FactId
    statement: Text
    definition: Text | None = None
    caution: Text | None = None
    sources: tuple[SourceEntry, ...] = Field(min_length=1)
    verification: Verification
    verified_on: date | None = None
    review_by: date | None = None
    withdrawn: Text | None = None  # the reason why it may not be cited any more


class FactsFile(Closed):
    facts: tuple[FactEntry, ...]


class TermEntry(Closed):
    term: Text
    definition: Text
    also: tuple[Text, ...] = ()
    sources: tuple[FactId, ...] = ()
    linked: bool = True
    of: str = ""


class GlossaryFile(Closed):
    terms: tuple[TermEntry, ...]


class AvoidEntry(Closed):
    words: tuple[Text, ...] = Field(min_length=1)
    prefer: Text
    why: Text


class AvoidFile(Closed):
    avoid: dict[str, tuple[AvoidEntry, ...]]  # by language


class NoOptions(Closed):
    """A block that takes none."""


class WithId(Closed):
    id: Slug


class MeterOptions(Closed):
    """A meter's `name`, its steps in words from the lowest up, and the word it starts with."""

    name: Text | None = None
    words: tuple[Text, ...] = Field(min_length=2, max_length=9)
    start: Text | None = None


class ScenarioOptions(Closed):
    id: Slug
    start: Slug
    remember: dict[Slug, Text] = Field(default={}, max_length=20)
    meters: dict[Slug, MeterOptions] = Field(default={}, max_length=4)
