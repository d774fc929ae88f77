"""The files of a course as they lie in a folder: which texts there are, and writing them."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path as Folder
from pathlib import PurePosixPath

from coursesite.authoring.rules import SETTINGS, TextId
from coursesite.content.library import media_used
from coursesite.content.library.intake.inspecting import CLEANED
from coursesite.content.library.sizes import HEAD, size_in
from coursesite.content.library.translating import is_record, record_name
from coursesite.content.rules.media import FOLDER, SUMS, Size, kind_of, sums_of
from coursesite.revisions.rules import Kind
from coursesite.revisions.shelf import FALLBACK_LANGUAGE

Files = Mapping[str, str]
FACTS = TextId(Kind.FACTS, "facts")


def files_like(folder: Folder, pattern: str) -> list[Folder]:
    """The files of this pattern, in the order of their names."""
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def text_of(path: Folder) -> str:
    """The text, without a byte order mark; bytes that are not UTF-8 become half characters, which
    every reader refuses.
    """
    return path.read_text("utf-8-sig", "surrogateescape")


def module_files(folder: Folder) -> dict[str, str]:
    """A module's texts by their names, and the digests of its media."""
    texts = [*files_like(folder, "*.yaml"), *files_like(folder, "*.md")]
    return {path.name: text_of(path) for path in texts} | digests_in(folder)


def digests_in(folder: Folder) -> dict[str, str]:
    """The digests of a module's media, by names such as `media/door.svg`."""
    return {name: _digest(folder / name) for name in media_in(folder)}


def _digest(path: Folder) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sizes_in(folder: Folder, files: Files) -> dict[str, Size]:
    """How large the pictures among a module's files are, by their digests."""
    told = {files[name]: _size(folder / name) for name in files if name.startswith(FOLDER)}
    return {digest: size for digest, size in told.items() if size}


def _size(path: Folder) -> Size | None:
    with path.open("rb") as file:
        return size_in(path.name, file.read(HEAD))


def media_in(folder: Folder) -> list[str]:
    """The names of a module's media, such as `media/door.svg`."""
    media = files_like(folder / "media", "**/*")
    return [path.relative_to(folder).as_posix() for path in media]


def cleaned_in(folder: Folder) -> list[Folder]:
    """The media of all modules of a course into which a device may have written something."""
    media = files_like(folder / "content" / "modules", "*/media/**/*")
    return [path for path in media if kind_of(path.name) in CLEANED]


def media_files(folder: Folder, slug: str) -> Iterator[tuple[str, bytes]]:
    """A module's media with their bytes, one after the other: `media/door.svg` and the like."""
    module = folder / "content" / "modules" / slug
    for name in media_in(module):
        yield name, (module / name).read_bytes()


def write_media(folder: Folder, slug: str, files: Mapping[str, bytes]) -> list[PurePosixPath]:
    """Write the media that the folder lacks."""
    home = PurePosixPath("content", "modules", slug)
    for name, content in files.items():
        path = folder / home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [home / name for name in sorted(files)]


def texts_in(folder: Folder) -> dict[TextId, Files]:
    """Every text that a course's folder holds, with its files by name, whatever is in them.

    Among the files of a module or a quiz is the list of the media that it shows.
    """
    media: dict[str, dict[str, str]] = {}
    texts: dict[TextId, Files] = {}
    for text, paths in _laid(folder):
        files = {path.name: _any_text(path) for path in paths}
        if text.kind in {Kind.MODULE, Kind.QUIZ}:
            if text.slug not in media:
                media[text.slug] = digests_in(folder / "content" / "modules" / text.slug)
            files |= listed(media_used(_asked(folder, text, files), media[text.slug]))
        texts[text] = files
    return texts


def _asked(folder: Folder, text: TextId, files: Files) -> str:
    """The text itself; a translated bank asks its original's questions where it lags behind."""
    own = files[text.main_file]
    if text.kind is not Kind.QUIZ or record_name(text.main_file) not in files:
        return own
    other = replace(text, language=FALLBACK_LANGUAGE)
    original = folder / other.path_of(other.main_file)
    return f"{own}\n{_any_text(original)}" if original.exists() else own


def listed(media: Mapping[str, str]) -> dict[str, str]:
    """The file that lists them, if there are any."""
    return {SUMS: sums_of(media)} if media else {}


def _laid(folder: Folder) -> Iterator[tuple[TextId, list[Folder]]]:
    content = folder / "content"
    for path in files_like(content, "facts.yaml"):
        yield FACTS, [path]
    for path in files_like(content, "glossary.*.yaml"):
        yield TextId(Kind.GLOSSARY, "glossary", path.name.split(".")[1]), [path]
    for path in files_like(content / "modules", "*/*.md"):
        paths = [*files_like(path.parent, SETTINGS), path, *record_beside(path)]
        yield TextId(Kind.MODULE, path.parent.name, path.stem), paths
    for path in files_like(content / "paths", "*.yaml"):
        yield TextId(Kind.PATH, path.stem), [path]
    for path in banks_in(folder):
        slug, _, language = path.stem.rpartition(".")
        yield TextId(Kind.QUIZ, slug, language), [path, *record_beside(path)]


def banks_in(folder: Folder) -> list[Folder]:
    """The question banks of a course, without what is said of their translations."""
    return [path for path in files_like(folder / "quizzes", "*.yaml") if not is_record(path.name)]


def record_beside(path: Folder) -> list[Folder]:
    return files_like(path.parent, record_name(path.name))


def write_files(folder: Folder, files: Mapping[PurePosixPath, str]) -> list[PurePosixPath]:
    """Write these files, each whole or not at all: UTF-8, line ends as in Unix.

    What is new is written beside the old before anything is replaced, so that a full disk or a
    folder without the right to write changes nothing.
    """
    new = {folder / path: (folder / path).with_name(f".{path.name}.new") for path in files}
    try:
        for path, text in files.items():
            _write(new[folder / path], text)
        for target, beside in new.items():
            beside.replace(target)
    finally:
        for beside in new.values():
            beside.unlink(missing_ok=True)
    return sorted(files)


def _write(path: Folder, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _any_text(path: Folder) -> str:
    return path.read_text("utf-8-sig", "replace")
