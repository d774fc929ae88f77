"""Making a pack in the background, a person in each step."""

import os
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.models import Event
from coursesite.audit.services import facts_of, proved, seal_all, seals_from
from coursesite.config import Settings
from coursesite.db import writing
from coursesite.errors import Invalid, said
from coursesite.evidence.library.packing import archive, as_json, close, put
from coursesite.evidence.library.signing import own_key
from coursesite.evidence.queries import (
    Reading,
    events_about,
    local_versions_in,
    local_versions_of,
    people_about,
    record_of,
    revisions_in,
    revisions_of,
)
from coursesite.evidence.report import Cover, report_pdf
from coursesite.evidence.rules import FORMAT, About
from coursesite.extensions import db
from coursesite.jobs.rules import MadeFile, Result, Step, Told, Work
from coursesite.languages import LOCALES, spoken
from coursesite.people.models import Organisation, Person, Unit
from coursesite.people.queries import names_of
from coursesite.reports.queries import titles

README = Path(__file__).with_name("README.md")
MADE = said(
    "The pack is made. People in it: %(people)s. Events: %(events)s. It is kept for a week. It is "
    "signed with the key %(key)s."
)


@dataclass
class _Gathered:
    """What the people's records have in common."""

    people: list[dict[str, Any]] = field(default_factory=list)
    events: dict[int, Event] = field(default_factory=dict)
    revisions: set[str] = field(default_factory=set)
    local_versions: set[str] = field(default_factory=set)


def make_pack(session: Session, told: Told) -> Work:
    """Seal what is open, read everybody's record, write the files, sign the list of them."""
    about = About.from_json(told.payload)
    seal_all(session)
    yield Step(0)
    with TemporaryDirectory() as name, db.sessionmaker() as reading:
        with writing(False):
            reading.connection()
        folder, gathered = Path(name) / "pack", _Gathered()
        yield from _gather(reading, told, about, (folder, gathered))
        facts = _write_common(reading, told, about, (folder, gathered))
        settings: Settings = current_app.extensions["settings"]
        key = own_key(settings.evidence_key, settings.var)
        close(folder, facts, key)
        made = Path(name) / "made.zip"
        archive(folder, made)
        kept = _moved_out(made)
    numbers = {"people": f"{len(gathered.people):,}", "events": f"{len(gathered.events):,}"}
    file = MadeFile(kept, f"evidence-{told.id}.zip", "application/zip")
    return Result(MADE, {**numbers, "key": key.thumbprint()}, file)


Place = tuple[Path, _Gathered]


def _gather(
    reading: Session, told: Told, about: About, place: Place
) -> Generator[Step, None, None]:
    folder, gathered = place
    organisation = reading.get_one(Organisation, told.organisation_id)
    zone, today = organisation.time_zone, clock.today(organisation.time_zone)
    people = people_about(reading, about, told.organisation_id)
    if not people:
        raise Invalid("Nobody whom you look after was posted there in that time.")
    for number, person in enumerate(people, start=1):
        read = Reading(reading, person, about, zone, today)
        facts = record_of(read)
        put(folder, f"people/{person.id}.json", as_json(facts))
        gathered.people.append(facts)
        gathered.revisions |= revisions_of(reading, facts)
        gathered.local_versions |= local_versions_of(facts)
        gathered.events |= {event.id: event for event in events_about(read)}
        yield Step(number, len(people))


def _write_common(reading: Session, told: Told, about: About, place: Place) -> Mapping[str, Any]:
    """All files but the people's; what the list of files is to say of the pack."""
    folder, gathered = place
    events: list[dict[str, Any]] = [
        {"event": facts_of(each.event), "seal": each.seal_id, "path": each.path}
        for each in proved(reading, [event for _id, event in sorted(gathered.events.items())])
    ]
    seals = _chain(reading, [each["seal"] for each in events])
    actors = {each["event"]["actor"] for each in events} - {None}
    names = names_of(reading, told.organisation_id, actors)
    put(folder, "README.md", README.read_bytes())
    put(folder, "events.json", as_json({"events": events}))
    put(folder, "chain.json", as_json({"seals": seals}))
    put(folder, "names.json", as_json({str(id_): name for id_, name in sorted(names.items())}))
    for revision in revisions_in(reading, gathered.revisions):
        at = f"revisions/{revision.kind}/{revision.slug}/{_safe(revision.language)}"
        for file, text in revision.files.items():
            put(folder, f"{at}/{revision.digest}/{_safe(file)}", text.encode())
    _write_local_versions(reading, told, place)
    cover = _cover(reading, told, about)
    put(folder, "report.pdf", report_pdf(cover, gathered.people, events))
    return {
        "format": FORMAT,
        "title": cover.title,
        "about": about.to_json(),
        "organisation": cover.lines[0],
        "made_at": clock.now().isoformat(timespec="seconds"),
        "made_by": told.person_id,
        "site": cover.site,
        "chain": {"last_digest": seals[-1]["digest"] if seals else None},
    }


def _write_local_versions(reading: Session, told: Told, place: Place) -> None:
    """What the organisation had put into the modules that were learned."""
    folder, gathered = place
    for each in local_versions_in(reading, told.organisation_id, gathered.local_versions):
        at = f"revisions/local/{each.module_slug}/{_safe(each.language)}/{each.digest}"
        for file, text in each.files.items():
            put(folder, f"{at}/{_safe(file)}", text.encode())


def _safe(name: str) -> str:
    """A language of `*` means every one; files of a text may lie in folders."""
    return "all" if name == "*" else name.replace("/", "-").replace("\\", "-").replace(" ", "-")


def _chain(reading: Session, ids: Sequence[int | None]) -> list[dict[str, Any]]:
    first = min((id_ for id_ in ids if id_ is not None), default=None)
    if first is None:
        return []
    return [
        {
            "id": seal.id,
            "version": seal.version,
            "previous_digest": seal.previous_digest,
            "root": seal.root,
            "digest": seal.digest,
            "sealed_at": seal.sealed_at.isoformat(),
        }
        for seal in seals_from(reading, first)
    ]


def _cover(reading: Session, told: Told, about: About) -> Cover:
    organisation = reading.get_one(Organisation, told.organisation_id)
    asks = names_of(reading, told.organisation_id, [told.person_id or 0])
    with force_locale(str(LOCALES[spoken(told.language)])):
        title = _("Evidence of training")
        lines = [organisation.name, _subject(reading, about)]
        if about.first_on or about.last_on:
            days = (each.isoformat() if each else "…" for each in (about.first_on, about.last_on))
            lines.append(_("From %(first)s to %(last)s", **dict(zip(WHEN, days, strict=True))))
        made = clock.now().astimezone(ZoneInfo(organisation.time_zone)).strftime("%Y-%m-%d %H:%M")
        who = asks.get(told.person_id or 0, "")
        lines.append(_("Made on %(moment)s by %(name)s", moment=made, name=who))
        known = titles(reading, told.language)
    return Cover(
        title,
        lines,
        current_app.config["SITE_NAME"],
        told.language,
        organisation.time_zone,
        clock.today(organisation.time_zone),
        {":".join(target): words for target, words in known.items()},
    )


WHEN = ("first", "last")


def _subject(reading: Session, about: About) -> str:
    if about.unit_path is not None:
        unit = reading.get_one(Unit, int(about.unit_path.strip("/").split("/")[-1]))
        return unit.name
    from_whom = reading.get_one(Person, about.person_id)
    number = f", {from_whom.staff_number}" if from_whom.staff_number else ""
    return f"{from_whom.name}{number}"


def _moved_out(made: Path) -> Path:
    """The file at a place of its own, where it stays when its folder goes."""
    handle, name = mkstemp(dir=made.parent.parent)
    os.close(handle)
    return made.replace(name)
