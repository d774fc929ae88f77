"""What happened to one person on the way through a module, minute by minute."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from coursesite.content.rules import Module
from coursesite.demo.services.course import Course, Tried
from coursesite.people.models import Person
from coursesite.revisions.shelf import Shown

SEEDS = 8
FAILS_ONCE = 0.18
MINUTES_PER_QUESTION = 0.7


@dataclass(frozen=True)
class Trial:
    """An attempt with its number, over all rounds, and its times."""

    tried: Tried
    number: int
    started_at: datetime
    submitted_at: datetime


@dataclass
class Story:
    """One time through a module; `completed_at` None while something is missing."""

    person: Person
    module: Shown[Module]
    round: int
    started_at: datetime
    read: dict[str, datetime] = field(default_factory=dict)
    trials: list[Trial] = field(default_factory=list)
    attested_at: datetime | None = None
    completed_at: datetime | None = None
    id: int = 0
    attempt_ids: list[int] = field(default_factory=list)
    completion_id: int = 0


@dataclass
class Teller:
    """Tells the stories of an organisation's people, each of whom must be told in order of time."""

    course: Course
    chance: Random
    zone: ZoneInfo
    told: dict[tuple[int, str], list[Story]] = field(default_factory=dict)

    def whole(
        self, person: Person, modules: Sequence[Shown[Module]], first: date, last: date
    ) -> list[Story]:
        """All modules, one after the other, from the first day to the last."""
        days = sorted(self._day(first, last) for _ in modules[1:])
        stories: list[Story] = []
        for module, day in zip(modules, [*days, last], strict=True):
            at = self._morning(day)
            if stories and stories[-1].completed_at:
                at = max(at, stories[-1].completed_at + timedelta(minutes=9))
            stories.append(self._through(person, module, at))
        return stories

    def partly(
        self, person: Person, modules: Sequence[Shown[Module]], first: date, last: date
    ) -> list[Story]:
        """Some modules, and the first lessons of the next."""
        done = self.chance.randrange(len(modules))
        stories = self.whole(person, modules[:done], first, last) if done else []
        at = self._morning(last)
        if stories and stories[-1].completed_at:
            at = max(at, stories[-1].completed_at + timedelta(minutes=9))
        begun = self._begin(person, modules[done], at)
        lessons = modules[done].text.lessons
        self._read(begun, self.chance.randint(1, max(1, len(lessons) - 1)))
        return [*stories, begun]

    def _day(self, first: date, last: date) -> date:
        return first + timedelta(days=self.chance.randint(0, max(0, (last - first).days)))

    def _morning(self, day: date) -> datetime:
        began = time(self.chance.randint(7, 15), self.chance.randrange(60))
        return datetime.combine(day, began, self.zone)

    def _begin(self, person: Person, module: Shown[Module], at: datetime) -> Story:
        earlier = self.told.setdefault((person.id, module.slug), [])
        story = Story(person, module, len(earlier) + 1, at)
        earlier.append(story)
        return story

    def _read(self, story: Story, lessons: int) -> datetime:
        at = story.started_at
        for lesson in story.module.text.lessons[:lessons]:
            at += timedelta(minutes=lesson.minutes * self.chance.uniform(0.6, 1.3), seconds=20)
            story.read[lesson.id] = at
        return at

    def _through(self, person: Person, module: Shown[Module], at: datetime) -> Story:
        story = self._begin(person, module, at)
        at = self._read(story, len(module.text.lessons))
        if self.chance.random() < FAILS_ONCE:
            at = self._try(story, at, right=False)
        at = self._try(story, at, right=True)
        if module.text.completion.attestation:
            story.attested_at = at = at + timedelta(seconds=self.chance.randint(15, 90))
        story.completed_at = at
        return story

    def _try(self, story: Story, at: datetime, *, right: bool) -> datetime:
        """When the attempt was handed in; the same moment for a module without a quiz."""
        slug = story.module.slug
        past = [each for one in self.told[story.person.id, slug] for each in one.trials]
        seen = {drawn["id"]: each.started_at for each in past for drawn in each.tried.drawn}
        seed = self.chance.randrange(SEEDS) * 7919 + 11
        tried = self.course.try_quiz(slug, seed, right=right, seen=seen)
        if tried is None:
            return at
        started_at = at + timedelta(seconds=self.chance.randint(20, 200))
        took = MINUTES_PER_QUESTION * len(tried.drawn) * self.chance.uniform(0.7, 1.6)
        submitted_at = started_at + timedelta(minutes=took)
        story.trials.append(Trial(tried, len(past) + 1, started_at, submitted_at))
        return submitted_at
