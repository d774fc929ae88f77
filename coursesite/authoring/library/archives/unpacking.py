"""Opening what strangers have packed: every name and size is looked at before anything is read."""

import stat
import unicodedata
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from coursesite.errors import Invalid

MOST_FILES = 50_000
MOST_BYTES = 2 * 1024**3
LARGEST_FILE = 100 * 1024**2
MOST_SWOLLEN = 200  # times its packed size, which no text or picture reaches
SMALL = 1024**2  # what this is less than may swell as it likes
LONGEST_PATH = 300
_ENCRYPTED = 0x1
_SAYS_UTF8 = 0x800
_WAYS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass
class Packed:
    """The files of an archive by their paths, read one at a time."""

    archive: zipfile.ZipFile
    entries: Mapping[str, zipfile.ZipInfo]

    def read(self, name: str) -> bytes:
        """The file, or Invalid if it is not what the archive's list says."""
        entry = self.entries[name]
        try:
            with self.archive.open(entry) as file:
                content = file.read(entry.file_size + 1)
        except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
            raise Invalid(
                "%(name)s in this archive cannot be read: it is damaged.", name=name
            ) from error
        if len(content) != entry.file_size:
            raise Invalid("%(name)s in this archive is not as long as it says.", name=name)
        return content

    def text(self, name: str) -> str:
        try:
            return self.read(name).decode("utf-8")
        except UnicodeDecodeError:
            raise Invalid("%(name)s in this archive is not in UTF-8.", name=name) from None


def open_packed(file: Path | BinaryIO) -> Packed:
    """A ZIP archive whose names stay inside it and which does not swell; else Invalid says why."""
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Invalid("This is no ZIP archive that can be read.") from None
    if len(entries) > MOST_FILES:
        raise Invalid("This archive has more than %(most)d files.", most=MOST_FILES)
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Invalid(
            "Unpacked, this archive is larger than %(most)d GB.", most=MOST_BYTES // 1024**3
        )
    known: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        _refuse(entry)
        if entry.is_dir():
            continue
        name = _name_of(entry)
        if name in known:
            raise Invalid("%(name)s is in this archive twice.", name=name)
        known[name] = entry
    return Packed(archive, known)


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Its name, which many programs write in UTF-8 without saying so; accents as one sign."""
    name = entry.filename
    if not entry.flag_bits & _SAYS_UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _refuse(entry: zipfile.ZipInfo) -> None:
    name = _name_of(entry)
    if fault := _fault_of_name(entry.orig_filename) or _fault_of_name(name):
        raise Invalid(fault, name=ascii(entry.orig_filename)[:LONGEST_PATH])
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise Invalid("%(name)s in this archive is a link, and not a file.", name=name)
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _WAYS:
        raise Invalid("%(name)s in this archive is locked or packed in an unusual way.", name=name)
    swollen = entry.file_size > SMALL and entry.file_size > MOST_SWOLLEN * max(
        1, entry.compress_size
    )
    if entry.file_size > LARGEST_FILE or swollen:
        raise Invalid("%(name)s in this archive swells when it is unpacked.", name=name)


_OUTSIDE = "%(name)s in this archive would lie outside of its folder."


def _fault_of_name(name: str) -> str | None:
    parts = PurePosixPath(name).parts
    if name.startswith("/") or "\\" in name or ".." in parts or name[1:2] == ":":
        return _OUTSIDE
    odd = any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"} for sign in name)
    if odd or not name or len(name) > LONGEST_PATH:
        return "%(name)s in this archive has signs in its name that no file should have."
    return None


def folder_files(folder: Path) -> dict[str, bytes]:
    """The files of a folder by their paths; links are not followed, hidden files left out."""
    found: dict[str, bytes] = {}
    total = 0
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or any(p.startswith(".") for p in inside.parts):
            continue
        if any(folder.joinpath(*inside.parts[:n]).is_symlink() for n in range(len(inside.parts))):
            continue
        total += path.stat().st_size
        if len(found) >= MOST_FILES or total > MOST_BYTES:
            raise Invalid("This folder has more in it than one module can be made of.")
        found[unicodedata.normalize("NFC", inside.as_posix())] = path.read_bytes()
    return found
