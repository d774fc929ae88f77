"""Making a pack in the background, a person in each step."""

import json
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from coursesite import clock
from coursesite.audit.services import facts_of, proved, seal_all, seals_from
from coursesite.config import Settings
from coursesite.db import writing
from coursesite.errors import Invalid, said
from coursesite.evidence.library.packing import archive, as_json, close, put, put_list
from coursesite.evidence.library.signing import own_key
from coursesite.evidence.queries import (
    Reading,
    events_about,
    local_versions_in,
    local_versions_of,
    number_about,
    people_about,
    record_of,
    revisions_in,
    revisions_of,
)
from coursesite.evidence.report import report_pdf, shown_of
from coursesite.evidence.rules import FORMAT, IN_A_REPORT, About
from coursesite.evidence.wording import Cover
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
    """What the people's records have in common; of a unit's people, what its reports show."""

    people: int = 0
    only: Mapping[str, Any] | None = None
    events: set[int] = field(default_factory=set)
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
        cover = _cover(reading, told, about)
        yield from _gather(reading, told, about, (folder, gathered, cover))
        yield Step(gathered.people)
        facts = _write_common(reading, told, about, (folder, gathered, cover))
        settings: Settings = current_app.extensions["settings"]
        key = own_key(settings.evidence_key, settings.var)
        close(folder, facts, key)
        yield Step(gathered.people)
        made = Path(name) / "made.zip"
        archive(folder, made)
        kept = _moved_out(made)
    numbers = {"people": gathered.people, "events": len(gathered.events)}
    file = MadeFile(kept, f"evidence-{told.id}.zip", "application/zip")
    return Result(MADE, {**numbers, "key": key.thumbprint()}, file)


Place = tuple[Path, _Gathered, Cover]


def _gather(
    reading: Session, told: Told, about: About, place: Place
) -> Generator[Step, None, None]:
    """Write everybody's record; never more of them are kept than stand in one report."""
    folder, gathered, cover = place
    zone, today = cover.zone, cover.day
    total = number_about(reading, about, told.organisation_id)
    if not total:
        raise Invalid("Nobody whom you look after was posted there in that time.")
    some: list[Mapping[str, Any]] = []
    for person in people_about(reading, about, told.organisation_id):
        read = Reading(reading, person, about, zone, today)
        facts = record_of(read)
        put(folder, f"people/{person.id}.json", as_json(facts))
        gathered.people += 1
        gathered.revisions |= revisions_of(reading, facts)
        gathered.local_versions |= local_versions_of(facts)
        gathered.events |= {event.id for event in events_about(read)}
        some.append(shown_of(facts) if total > 1 else facts)
        yield Step(gathered.people, total)
        if total > IN_A_REPORT and len(some) == IN_A_REPORT:
            _report_part(place, some, total)
            some.clear()
    if total > IN_A_REPORT:
        _report_part(place, some, total)
    elif total > 1:
        put(folder, REPORT, report_pdf(cover, some, []))
    else:
        gathered.only = some[0]


def _report_part(place: Place, some: Sequence[Mapping[str, Any]], total: int) -> None:
    """What a unit of many people has in place of one report: one for some of them each."""
    folder, gathered, cover = place
    if not some:
        return
    first, last = gathered.people - len(some) + 1, gathered.people
    with force_locale(cover.language):
        which = _("People %(first)d to %(last)d of %(total)d", first=first, last=last, total=total)
    part = replace(cover, lines=[*cover.lines, which])
    put(folder, f"reports/{first:06}.pdf", report_pdf(part, some, []))


def _write_common(reading: Session, told: Told, about: About, place: Place) -> Mapping[str, Any]:
    """All files but the people's; what the list of files is to say of the pack."""
    folder, gathered, cover = place
    put(folder, "README.md", README.read_bytes())
    seen = _Seen()
    put_list(folder, "events.json", "events", seen.told(reading, sorted(gathered.events)))
    seals = _chain(reading, seen.first_seal)
    names = names_of(reading, told.organisation_id, seen.actors)
    put(folder, "chain.json", as_json({"seals": seals}))
    put(folder, "names.json", as_json({str(id_): name for id_, name in sorted(names.items())}))
    for revision in revisions_in(reading, gathered.revisions):
        at = f"revisions/{revision.kind}/{revision.slug}/{_safe(revision.language)}"
        for file, text in revision.files.items():
            put(folder, f"{at}/{revision.digest}/{_safe(file)}", text.encode())
    _write_local_versions(reading, told, place)
    if gathered.only is not None:
        events = json.loads((folder / "events.json").read_bytes())["events"]
        named = replace(cover, names=names)
        put(folder, REPORT, report_pdf(named, [gathered.only], events))
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
    folder, gathered, _cover_sheet = place
    for each in local_versions_in(reading, told.organisation_id, gathered.local_versions):
        at = f"revisions/local/{each.module_slug}/{_safe(each.language)}/{each.digest}"
        for file, text in each.files.items():
            put(folder, f"{at}/{_safe(file)}", text.encode())


REPORT = "report.pdf"


@dataclass
class _Seen:
    """What is noted of events while they pass: who acts in them, and the first of their seals."""

    actors: set[int] = field(default_factory=set)
    first_seal: int | None = None

    def told(self, reading: Session, ids: Sequence[int]) -> Iterator[dict[str, Any]]:
        for each in proved(reading, ids):
            facts = facts_of(each.event)
            if facts["actor"] is not None:
                self.actors.add(facts["actor"])
            if self.first_seal is None:
                self.first_seal = each.seal_id
            told = {"event": facts, "seal": each.seal_id, "path": each.path}
            yield told if each.event.leaf is None else {**told, "leaf": each.event.leaf}


def _safe(name: str) -> str:
    """A language of `*` means every one; files of a text may lie in folders."""
    return "all" if name == "*" else name.replace("/", "-").replace("\\", "-").replace(" ", "-")


def _chain(reading: Session, first: int | None) -> list[dict[str, Any]]:
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
