"""A pack is what was signed, to the last byte, and anybody can prove it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from click.testing import CliRunner
from joserfc.jwk import OKPKey

from coursesite.audit.rules import leaf_of, paths_of, root_of, seal_digest
from coursesite.evidence.cli import evidence
from coursesite.evidence.library.packing import archive, as_json, close, digest_of, put, put_list
from coursesite.evidence.library.signing import (
    BadKey,
    own_key,
    payload_of,
    public_part,
    read_key,
    signed,
)
from coursesite.evidence.library.verifying import verify
from coursesite.evidence.rules import FORMAT

KEY = OKPKey.generate_key("Ed25519", private=True)
OTHER = OKPKey.generate_key("Ed25519", private=True)
SEALED_AT = "2026-11-28T12:00:00+00:00"


def chain() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Twelve events in three seals; one of each is handed over."""
    events = [{"id": number, "kind": "role-granted", "nonce": "n" * 9} for number in range(1, 13)]
    leaves = [leaf_of(each) for each in events]
    seals, previous, handed = [], "0" * 64, []
    for number, part in ((1, slice(0, 5)), (2, slice(5, 9)), (3, slice(9, 12))):
        root = root_of(leaves[part])
        digest = seal_digest(previous, root, SEALED_AT)
        paths = paths_of(leaves[part], [1])
        handed.append({"event": events[part][1], "seal": number, "path": paths[1]})
        seal = {"id": number, "version": 2, "previous_digest": previous, "root": root}
        seals.append({**seal, "digest": digest, "sealed_at": SEALED_AT})
        previous = digest
    return handed, seals


def lay(folder: Path, key: OKPKey = KEY) -> Path:
    """The files of a small pack."""
    events, seals = chain()
    put(folder, "README.md", b"# A pack\n")
    put(folder, "people/1.json", as_json({"person": {"name": "Zoë"}}))
    put(folder, "events.json", as_json({"events": events}))
    put(folder, "chain.json", as_json({"seals": seals}))
    last = {"last_digest": seals[-1]["digest"]}
    close(folder, {"format": FORMAT, "made_at": SEALED_AT, "chain": last}, key)
    return folder


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "pack.zip"
    archive(lay(tmp_path / "files"), path)
    return path


def test_a_pack_is_proved_in_sentences(pack: Path) -> None:
    verdict = verify(pack, KEY)
    assert verdict.problems == []
    assert verdict.told == [
        f"The signature holds. It was made with the key {KEY.thumbprint()}.",
        "All 5 files are as they were: every checksum is right.",
        "Events proved to be in the sealed record: 3 of 3.",
        f"The chain of 3 seals holds; the last is {chain()[1][-1]['digest']}.",
    ]


def test_a_pack_holds_the_public_part_of_the_key_alone(pack: Path) -> None:
    with ZipFile(pack) as packed:
        assert json.loads(packed.read("public-key.json")) == public_part(KEY)
    assert str(KEY.as_dict(private=True)["d"]).encode() not in pack.read_bytes()


def test_the_same_files_give_the_same_bytes(tmp_path: Path, pack: Path) -> None:
    again = tmp_path / "again.zip"
    archive(lay(tmp_path / "others"), again)
    assert again.read_bytes() == pack.read_bytes()


def test_any_byte_that_is_changed_is_found(tmp_path: Path, pack: Path) -> None:
    """In any file, and in all that stands around them: every byte of the archive, once."""
    whole, forged = pack.read_bytes(), tmp_path / "forged.zip"
    for place in range(0, len(whole), 7):
        forged.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert verify(forged, KEY).problems, place
    forged.write_bytes(whole + b"x")
    assert verify(forged, KEY).problems
    forged.write_bytes(whole[:-1])
    assert verify(forged, KEY).problems


def changed(tmp_path: Path, change: Callable[[Path], None], key: OKPKey | None = KEY) -> list[str]:
    """What is found in a pack whose files were changed, and properly packed again."""
    folder = lay(tmp_path / "changed")
    change(folder)
    path = tmp_path / "changed.zip"
    archive(folder, path)
    return verify(path, key).problems


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "people/1.json",
        "events.json",
        "chain.json",
        "public-key.json",
        "manifest.json",
        "manifest.jws",
    ],
)
def test_a_changed_file_is_named(tmp_path: Path, name: str) -> None:
    problems = changed(tmp_path, lambda folder: change_byte(folder / name))
    assert any(name in each for each in problems), problems


def change_byte(path: Path) -> None:
    content = path.read_bytes()
    place = len(content) // 2
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


def test_what_was_signed_counts_and_not_what_the_list_says_now(tmp_path: Path) -> None:
    """The file is named, though its new checksum stands in the list."""

    def change(folder: Path) -> None:
        before = digest_of(folder / "README.md")
        change_byte(folder / "README.md")
        listed = (folder / "manifest.json").read_text()
        put(
            folder,
            "manifest.json",
            listed.replace(before, digest_of(folder / "README.md")).encode(),
        )

    problems = changed(tmp_path, change)
    assert problems == [
        "manifest.json is not what was signed.",
        "README.md was changed: its checksum is another.",
    ]


def edit(folder: Path, name: str, change: Callable[[Any], None]) -> None:
    """Change what a file says, and sign the whole anew, as who holds the key could."""
    data = json.loads((folder / name).read_text())
    change(data)
    (folder / name).write_bytes(as_json(data))
    last = json.loads((folder / "manifest.json").read_text())["chain"]
    for unlisted in ("manifest.json", "manifest.jws"):
        (folder / unlisted).unlink()
    close(folder, {"format": FORMAT, "chain": last}, KEY)


def forge_event(data: Any) -> None:
    data["events"][0]["event"]["kind"] = "role-ended"


def forge_seal(data: Any) -> None:
    data["seals"][1]["sealed_at"] = "2020-01-01T00:00:00+00:00"


def leave_out_last_seal(data: Any) -> None:
    del data["seals"][-1]


def cut_chain(data: Any) -> None:
    del data["seals"][1]


def name_no_seal(data: Any) -> None:
    data["events"][0]["seal"] = 9


def turn_path(data: Any) -> None:
    data["events"][0]["path"].reverse()


@pytest.mark.parametrize(
    ("name", "change", "problem"),
    [
        ("events.json", forge_event, "Event 2 is not what was sealed."),
        ("events.json", name_no_seal, "Event 2 is not what was sealed."),
        ("events.json", turn_path, "Event 2 is not what was sealed."),
        ("chain.json", forge_seal, "Seal 2 is not what its root"),
        ("chain.json", leave_out_last_seal, "The chain ends elsewhere"),
        ("chain.json", cut_chain, "Seal 3 does not follow from the seal before it."),
        ("events.json", lambda data: data.clear(), "is not of the form"),
    ],
)
def test_whoever_holds_the_key_cannot_change_what_was_sealed(
    tmp_path: Path, name: str, change: Callable[[Any], None], problem: str
) -> None:
    problems = changed(tmp_path, lambda folder: edit(folder, name, change))
    assert any(problem in each for each in problems), problems


def test_a_pack_of_another_key_is_not_of_this_site(tmp_path: Path) -> None:
    path = tmp_path / "other.zip"
    archive(lay(tmp_path / "other", OTHER), path)
    assert verify(path).problems == []
    verdict = verify(path, KEY)
    assert any("it is not of that site" in each for each in verdict.problems)
    assert not any("The signature holds" in each for each in verdict.told)


def test_files_that_were_added_or_taken_away_are_named(tmp_path: Path) -> None:
    added = changed(tmp_path, lambda folder: put(folder, "people/2.json", b"{}"))
    assert "people/2.json does not belong to the pack: it is not in the list." in added
    shutil.rmtree(tmp_path / "changed")
    missing = changed(tmp_path, lambda folder: (folder / "people/1.json").unlink())
    assert "people/1.json is missing." in missing
    shutil.rmtree(tmp_path / "changed")
    unsigned = changed(tmp_path, lambda folder: (folder / "manifest.jws").unlink())
    assert "The pack lacks manifest.jws." in unsigned


@pytest.mark.parametrize("content", [b"[]", b"{}", b"no JSON", b'{"format": "another/1"}'])
@pytest.mark.parametrize("key", [KEY, OTHER])
def test_a_list_of_files_that_is_none_is_told(tmp_path: Path, content: bytes, key: OKPKey) -> None:
    """Whoever signed it."""

    def sign_anew(folder: Path) -> None:
        put(folder, "manifest.json", content)
        put(folder, "manifest.jws", signed(content, key).encode())

    problem = f"manifest.json is not that of a pack of the form {FORMAT}."
    assert problem in changed(tmp_path, sign_anew)


def test_a_pack_without_a_key_in_it_is_told(tmp_path: Path) -> None:
    problems = changed(tmp_path, lambda folder: put(folder, "public-key.json", b"{}"))
    assert "public-key.json holds no key." in problems


def test_what_was_not_sealed_when_the_pack_was_made_is_told_and_no_problem(tmp_path: Path) -> None:
    """Somebody acted while it was made."""
    since = {"event": {"id": 13, "kind": "role-ended"}, "seal": None, "path": None}
    folder = lay(tmp_path / "files")
    edit(folder, "events.json", lambda data: data["events"].append(since))
    archive(folder, tmp_path / "pack.zip")
    verdict = verify(tmp_path / "pack.zip", KEY)
    assert verdict.problems == []
    assert "Events proved to be in the sealed record: 3 of 4." in verdict.told
    assert any("Not sealed" in each for each in verdict.told)


def test_what_would_fill_the_disk_is_not_unpacked(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coursesite.evidence.library.verifying.LARGEST", 100)
    assert verify(pack, KEY).problems == ["The archive is larger than any pack."]


def test_what_a_program_packed_again_is_said_to_be(tmp_path: Path, pack: Path) -> None:
    again = tmp_path / "again.zip"
    with ZipFile(pack) as old, ZipFile(again, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert verify(again, KEY).problems == [
        "The archive is not as it was written: something was changed around its files, or a "
        "program has packed them again."
    ]


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a/../../out.txt", "C:\\out"])
def test_no_file_is_unpacked_elsewhere(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with ZipFile(path, "w") as made:
        made.writestr(name, "x")
    assert "with a name that no pack has" in verify(path).problems[0]


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04"])
def test_what_is_no_pack_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert "cannot be read" in verify(path).problems[0]
    with ZipFile(path, "w"):
        pass
    assert "The pack lacks manifest.json, manifest.jws, public-key.json." in verify(path).problems


def test_the_command_says_it_and_exits_with_one(tmp_path: Path, pack: Path) -> None:
    public = tmp_path / "key.json"
    public.write_bytes(as_json({"keys": [public_part(KEY)]}))
    run = CliRunner().invoke(evidence, ["verify", str(pack), "--key", str(public)])
    assert (run.exit_code, "This pack is what was signed." in run.output) == (0, True)
    assert "Compare the name of the key" not in run.output
    foreign = tmp_path / "foreign.json"
    foreign.write_bytes(as_json(public_part(OTHER)))
    run = CliRunner().invoke(evidence, ["verify", str(pack), "--key", str(foreign)])
    assert (run.exit_code, "it is not of that site" in run.output) == (1, True)
    without = CliRunner().invoke(evidence, ["verify", str(pack)])
    assert "Compare the name of the key" in without.output
    change_byte(pack)
    run = CliRunner().invoke(evidence, ["verify", str(pack), "--key", str(public)])
    assert run.exit_code == 1
    assert "WRONG:" in run.output


def test_a_key_is_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    first = own_key(None, tmp_path)
    assert own_key(None, tmp_path).thumbprint() == first.thumbprint()
    kept = tmp_path / "evidence_key.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]
    assert "d" not in public_part(first)
    given = json.dumps(KEY.as_dict(private=True))
    assert own_key(given, tmp_path).thumbprint() == KEY.thumbprint()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no key",
        "{}",
        '{"keys": []}',
        "[]",
        "7",
        '{"kty":"oct","k":"YQ"}',
        json.dumps(OKPKey.generate_key("X25519", private=True).as_dict(private=True)),
        json.dumps(public_part(KEY)),
    ],
)
def test_what_cannot_sign_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadKey):
        own_key(text or " ", tmp_path)


def test_a_signature_is_of_one_key(tmp_path: Path) -> None:
    token = signed(b"words", KEY)
    assert payload_of(token, read_key(json.dumps(public_part(KEY)))) == b"words"
    assert payload_of(token, OTHER) is None
    assert payload_of("no.signature.at-all", KEY) is None


def test_a_pack_is_proved_where_there_is_no_site(tmp_path: Path, pack: Path) -> None:
    command = [str(Path(sys.executable).parent / "coursesite"), "evidence", "verify", str(pack)]
    nowhere = {"COURSESITE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    env = {**os.environ, **nowhere, "COURSESITE_VAR": str(tmp_path / "var")}
    run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert run.returncode == 0, run.stdout + run.stderr
    assert "This pack is what was signed." in run.stdout


@pytest.mark.parametrize(
    "items", [[], [{"b": ["\u2028\n", 1], "a": {}}], [{"a": []}, {"z": "é"}, []]]
)
def test_a_long_list_is_written_item_by_item_as_it_would_be_at_once(
    tmp_path: Path, items: list[object]
) -> None:
    put_list(tmp_path, "events.json", "events", iter(items))
    assert (tmp_path / "events.json").read_bytes() == as_json({"events": items})
