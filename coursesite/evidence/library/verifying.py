"""Proving a pack: its checksums, its signature, its events and their chain. Needs no site."""

import filecmp
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from coursesite.audit.rules import TREE, leaf_of, root_by, seal_digest
from coursesite.evidence.library.packing import (
    KEY,
    MANIFEST,
    SIGNATURE,
    UNLISTED,
    archive,
    digest_of,
    names_in,
)
from coursesite.evidence.library.signing import BadKey, payload_of, read_key
from coursesite.evidence.rules import FORMAT

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

SAFE = re.compile(r"[A-Za-z0-9._@+-]+(/[A-Za-z0-9._@+-]+)*")
EVENTS, CHAIN = "events.json", "chain.json"
LARGEST = 4 * 1024**3


@dataclass
class Verdict:
    """What was found, in sentences: `problems` is empty where the pack is what was signed."""

    told: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def verify(path: Path, key: "OKPKey | None" = None) -> Verdict:
    """Check a pack; `key` is the site's public key from elsewhere, if one has it."""
    verdict = Verdict()
    with TemporaryDirectory() as name:
        folder = Path(name) / "pack"
        folder.mkdir()
        problem = _unpack(path, folder)
        if problem:
            verdict.problems.append(problem)
            return verdict
        _check_archive(path, folder, verdict)
        manifest = _check_signature(folder, key, verdict)
        _check_files(folder, manifest, verdict)
        try:
            _check_events(folder, manifest, verdict)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            verdict.problems.append(f"{EVENTS} or {CHAIN} is not of the form that a pack has.")
    return verdict


def _unpack(path: Path, folder: Path) -> str | None:
    """Why it cannot be unpacked, if so; no name may lead out of the folder."""
    try:
        with ZipFile(path) as packed:
            infos = packed.infolist()
            for info in infos:
                if not SAFE.fullmatch(info.filename) or ".." in info.filename.split("/"):
                    return (
                        f"The archive holds a file with a name that no pack has: {info.filename!r}."
                    )
            if sum(info.file_size for info in infos) > LARGEST:
                return "The archive is larger than any pack."
            packed.extractall(folder)
    except FileNotFoundError:
        return f"There is no file {path}."
    except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        return f"The archive cannot be read: {error}."
    return None


def _check_archive(path: Path, folder: Path, verdict: Verdict) -> None:
    again = folder.parent / "again.zip"
    archive(folder, again)
    if not filecmp.cmp(path, again, shallow=False):
        verdict.problems.append(
            "The archive is not as it was written: something was changed around its files, or a "
            "program has packed them again."
        )


def _check_signature(folder: Path, given: "OKPKey | None", verdict: Verdict) -> Mapping[str, Any]:
    """The signed list of files; an empty one where it cannot be trusted."""
    missing = [name for name in (MANIFEST, SIGNATURE, KEY) if not (folder / name).is_file()]
    if missing:
        verdict.problems.append(f"The pack lacks {', '.join(missing)}.")
        return {}
    try:
        own = read_key((folder / KEY).read_text("utf-8"))
    except (BadKey, ValueError):
        verdict.problems.append(f"{KEY} holds no key.")
        return {}
    if given is not None and given.thumbprint() != own.thumbprint():
        verdict.problems.append(
            f"The pack was signed with the key {own.thumbprint()}, and not with the key that was "
            f"given, {given.thumbprint()}: it is not of that site."
        )
    written = (folder / MANIFEST).read_bytes()
    token = (folder / SIGNATURE).read_bytes().decode("ascii", "replace")
    payload = payload_of(token, given or own)
    if payload is None:
        verdict.problems.append(f"The signature does not hold: {SIGNATURE} or {KEY} was changed.")
    elif payload != written:
        verdict.problems.append(f"{MANIFEST} is not what was signed.")
    else:
        verdict.told.append(f"The signature holds. It was made with the key {own.thumbprint()}.")
    try:
        manifest = json.loads(payload if payload is not None else written)
    except ValueError:
        manifest = {}
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        verdict.problems.append(f"{MANIFEST} is not that of a pack of the form {FORMAT}.")
        return {}
    return manifest


def _check_files(folder: Path, manifest: Mapping[str, Any], verdict: Verdict) -> None:
    listed = {each["name"]: each for each in manifest.get("files", [])}
    there = set(names_in(folder)) - UNLISTED
    for name in sorted(set(listed) - there):
        verdict.problems.append(f"{name} is missing.")
    for name in sorted(there - set(listed)):
        verdict.problems.append(f"{name} does not belong to the pack: it is not in the list.")
    wrong = [
        name
        for name in sorted(there & set(listed))
        if digest_of(folder / name) != listed[name]["sha256"]
    ]
    verdict.problems += [f"{name} was changed: its checksum is another." for name in wrong]
    if listed and not wrong and there == set(listed):
        verdict.told.append(f"All {len(listed)} files are as they were: every checksum is right.")


def _check_events(folder: Path, manifest: Mapping[str, Any], verdict: Verdict) -> None:
    if not manifest:
        return
    seals = json.loads((folder / CHAIN).read_text("utf-8"))["seals"]
    events = json.loads((folder / EVENTS).read_text("utf-8"))["events"]
    problems = [*_broken_links(seals), *_wrong_events(events, {each["id"]: each for each in seals})]
    last = seals[-1]["digest"] if seals else None
    if manifest["chain"]["last_digest"] != last:
        problems.append("The chain ends elsewhere than the signed list says.")
    verdict.problems += problems
    if not problems:
        verdict.told += _told_of(events, seals)


def _broken_links(seals: list[dict[str, Any]]) -> Iterator[str]:
    previous = None
    for seal in seals:
        if previous is not None and seal["previous_digest"] != previous:
            yield f"Seal {seal['id']} does not follow from the seal before it."
        if seal["version"] == TREE:
            made = seal_digest(seal["previous_digest"], seal["root"], seal["sealed_at"])
            if made != seal["digest"]:
                yield f"Seal {seal['id']} is not what its root and the seal before it make."
        previous = seal["digest"]


def _wrong_events(
    events: list[dict[str, Any]], seals: Mapping[int, Mapping[str, Any]]
) -> Iterator[str]:
    for each in events:
        if each["seal"] is None or each["path"] is None:
            continue
        leaf = each["leaf"] if "leaf" in each else leaf_of(each["event"])
        root = root_by(leaf, [(side, other) for side, other in each["path"]])
        seal = seals.get(each["seal"])
        if seal is None or seal["root"] != root:
            yield f"Event {each['event']['id']} is not what was sealed."


def _told_of(events: list[dict[str, Any]], seals: list[dict[str, Any]]) -> Iterator[str]:
    erased = sum("leaf" in each for each in events)
    proved = sum(each["path"] is not None and "leaf" not in each for each in events)
    unsealed = sum(each["seal"] is None for each in events)
    old = sum(each["seal"] is not None and each["path"] is None for each in events)
    yield f"Events proved to be in the sealed record: {proved} of {len(events)}."
    if erased:
        yield (
            f"Events of which words were erased with a person's data: {erased}. That each happened "
            "is proved by its digest; what is left of it, by the site's record alone."
        )
    if unsealed:
        yield f"Not sealed yet when the pack was made: {unsealed}."
    if old:
        yield f"Under seals of the first kind, which only the site can prove: {old}."
    if seals:
        yield f"The chain of {len(seals)} seals holds; the last is {seals[-1]['digest']}."
