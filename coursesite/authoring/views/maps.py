"""The scenarios of a text as maps, with how many people took each choice."""

from collections.abc import Mapping, Sequence

from coursesite.authoring.rules import ScenarioMap, draw_map
from coursesite.content.library import WrittenScenario
from coursesite.content.rules import Module
from coursesite.extensions import db
from coursesite.progress.queries import choice_counts

People = Mapping[tuple[str, str, str], int] | None


def maps_of_text(scenarios: Sequence[WrittenScenario]) -> list[ScenarioMap]:
    """The scenarios as they are written, each scene with its line."""
    return [
        draw_map(each.scenario, {scene.id: scene.line for scene in reversed(each.scenes)})
        for each in scenarios
    ]


def maps_of_module(module: Module) -> list[ScenarioMap]:
    """The scenarios of a published revision."""
    scenarios = (scenario for lesson in module.lessons for scenario in lesson.scenarios)
    return [draw_map(each, {}) for each in scenarios]


def people_on(revision_id: int | None) -> People:
    """How many took each choice first on this revision; None when nothing is published."""
    return None if revision_id is None else choice_counts(db.session, [revision_id])
