"""The files of a pack in one archive: the same files give the same bytes."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from coursesite.evidence.library.signing import public_part, signed

if TYPE_CHECKING:
    from joserfc.jwk import OKPKey

MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.jws", "public-key.json"
UNLISTED = frozenset({MANIFEST, SIGNATURE})
"""They cannot hold their own checksums: the signature covers the one, and is checked itself."""

AT_ONCE = 1024 * 1024
ALIKE = (1980, 1, 1, 0, 0, 0)


def as_json(value: object) -> bytes:
    """For people and programs alike: sorted, indented, UTF-8."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def put(folder: Path, name: str, content: bytes) -> None:
    """Write one file of the pack; `name` has / between its parts."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def put_list(folder: Path, name: str, key: str, items: Iterable[object]) -> None:
    """The same as as_json({key: [...]}), written an item at a time, however many they are."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        between = ""
        file.write(f"{{\n {json.dumps(key)}: [")
        for item in items:
            lines = json.dumps(item, indent=1, sort_keys=True, ensure_ascii=False).split("\n")
            file.write(between + "".join(f"\n  {line}" for line in lines))
            between = ","
        file.write("\n ]\n}\n" if between else "]\n}\n")


def close(folder: Path, facts: Mapping[str, Any], key: "OKPKey") -> None:
    """Add the public key, the list of all files with their checksums, and the signature."""
    put(folder, KEY, as_json(public_part(key)))
    files = [
        {"name": name, "sha256": digest_of(folder / name), "size": (folder / name).stat().st_size}
        for name in names_in(folder)
    ]
    manifest = as_json({**facts, "files": files})
    put(folder, MANIFEST, manifest)
    put(folder, SIGNATURE, signed(manifest, key).encode())


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def names_in(folder: Path) -> list[str]:
    return sorted(_names(folder))


def _names(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix()


def archive(folder: Path, path: Path) -> None:
    """All files of the folder, unpacked sizes and bytes as they are, in the order of their names.

    Nothing is compressed, so that the archive can be made again, byte for byte, anywhere.
    """
    with ZipFile(path, "w", ZIP_STORED) as made:
        for name in names_in(folder):
            info = ZipInfo(name, ALIKE)
            info.create_system, info.external_attr = 3, 0o644 << 16
            info.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as read, made.open(info, "w") as write:
                shutil.copyfileobj(read, write, AT_ONCE)
