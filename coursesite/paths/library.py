"""Reading the learning paths that authors write."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from coursesite.authored import (
    Closed,
    Problem,
    Read,
    Severity,
    did_you_mean,
    errors_in,
    read_yaml,
)
from coursesite.authored.forms import Language, Slug, Text
from coursesite.paths.rules import CertificateTerms, CompleteOn, Path, Step, StepModule

Texts = Annotated[dict[Language, Text], Field(min_length=1)]

TEMPLATE = "standard"
"""How certificates look; there is no other template yet."""


class _StepModule(Closed):
    module: Slug
    title: Texts | None = None
    minutes: int | None = Field(default=None, ge=1, le=600)


class PathStep(Closed):
    module: Slug | None = None
    choose: int | None = Field(default=None, ge=1)
    of: tuple[_StepModule, ...] = ()
    required: bool = True
    after: tuple[Slug, ...] = ()
    title: Texts | None = None
    minutes: int | None = Field(default=None, ge=1, le=600)


class PathCertificate(Closed):
    title: Texts
    valid_months: int | None = Field(default=None, ge=1, le=600)
    template: Slug = TEMPLATE


class PathFile(Closed):
    title: Texts
    summary: Texts
    audience: tuple[Slug, ...] = Field(min_length=1)
    complete_on: CompleteOn = CompleteOn.ALL
    steps: tuple[PathStep, ...] = Field(min_length=1)
    certificate: PathCertificate | None = None


@dataclass(frozen=True)
class ReadPath:
    """What a file held: `path` is None if an error stood in the way."""

    path: Path | None
    problems: list[Problem]
    step_lines: tuple[int, ...] = ()  # where each step begins in the file


def read_path(text: str, path: str, slug: str) -> ReadPath:
    """Read a path's file (`content/paths/<slug>.yaml`) and check it."""
    read = read_yaml(text, path, PathFile)
    if read.value is None:
        return ReadPath(None, read.problems)
    found = [*read.turning, *_faults(read, read.value), *_unused(read, read.value)]
    problems = sorted(found, key=lambda problem: problem.line)
    if errors_in(problems):
        return ReadPath(None, problems)
    lines = tuple(read.line_of("steps", number) for number in range(len(read.value.steps)))
    return ReadPath(_path(slug, read.value), problems, lines)


def _faults(read: Read[PathFile], file: PathFile) -> Iterator[Problem]:
    earlier: dict[str, int] = {}
    for number, step in enumerate(file.steps):
        at = ("steps", number)
        for message in _faults_of_step(step):
            yield read.problem(message, *at)
        for slug in step.after:
            if slug not in earlier:
                hint = did_you_mean(slug, list(earlier))
                yield read.problem(f"no step above has the module '{slug}'{hint}", *at, "after")
        for module in _modules(step):
            if module.slug in earlier:
                line = earlier[module.slug]
                message = f"the module '{module.slug}' is here twice (first on line {line})"
                yield read.problem(message, *at)
            earlier.setdefault(module.slug, read.line_of(*at))


def _unused(read: Read[PathFile], file: PathFile) -> Iterator[Problem]:
    if file.certificate and file.certificate.template != TEMPLATE:
        message = f"there is one template, '{TEMPLATE}': certificates will look like that"
        yield read.problem(message, "certificate", "template", severity=Severity.WARNING)


def _faults_of_step(step: PathStep) -> Iterator[str]:
    if (step.module is None) == (step.choose is None):
        yield "a step is either 'module: ...', or 'choose: 2' with 'of:' and several modules"
    elif step.module and step.of:
        yield "'of' belongs to a step with 'choose', not to one with 'module'"
    elif step.choose and step.choose >= len(step.of):
        yield f"'choose: {step.choose}' needs more modules than that in 'of', not {len(step.of)}"
    if step.choose and (step.title or step.minutes):
        yield "with 'choose', titles and minutes belong to the modules in 'of'"


def _modules(step: PathStep) -> tuple[StepModule, ...]:
    if step.module:
        return (StepModule(step.module, step.title or {}, step.minutes),)
    return tuple(StepModule(each.module, each.title or {}, each.minutes) for each in step.of)


def _path(slug: str, file: PathFile) -> Path:
    return Path(
        slug=slug,
        title=file.title,
        summary=file.summary,
        audience=file.audience,
        steps=tuple(
            Step(_modules(step), step.choose or 1, step.required, step.after) for step in file.steps
        ),
        complete_on=file.complete_on,
        certificate=_certificate(file.certificate),
    )


def _certificate(written: PathCertificate | None) -> CertificateTerms | None:
    if written is None:
        return None
    return CertificateTerms(written.title, written.valid_months, written.template)
