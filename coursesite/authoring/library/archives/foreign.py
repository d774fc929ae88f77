"""A folder of Markdown of any origin as one module, with a report of what was done to each line."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from unicodedata import normalize
from urllib.parse import unquote

from coursesite.authoring.library.archives.lines import Note, put_right
from coursesite.authoring.library.archives.pieces import (
    code_lines,
    free_name,
    from_name,
    front_matter,
    in_order,
    outside_code,
    slug_from,
)
from coursesite.authoring.rules import FIRST_SETTINGS, SETTINGS, first_head
from coursesite.content.library.intake import Taken, take_in
from coursesite.content.rules.media import FOLDER, Limits, MediaKind, kind_of
from coursesite.errors import Invalid
from coursesite.revisions.shelf import FALLBACK_LANGUAGE

MARKDOWN = {".md", ".markdown", ".mdown", ".mkd"}
MOST_LESSONS = 100
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*?)\n?\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_WIKI = re.compile(r"(!?)\[\[([^\[\]|#]+)(?:#[^\[\]|]*)?(?:\|([^\[\]]+))?\]\]")
_TITLE = re.compile(r"#[ \t]+(.+?)[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"(=+|-+)[ \t]*$")
_ID = re.compile(r"\s*\{[^{}]*\}\s*$")
_LINK = re.compile(
    r"(!?)\[((?:[^\[\]\\]|\\.)*)\]\(\s*(?:<([^<>]+)>|([^\s()<>]+))(?:\s+[\"'(][^)]*)?\s*\)"
)


@dataclass
class Brought:
    """The draft of a module that was made: its files, its media, and what was done, by line."""

    title: str
    files: Mapping[str, str]
    media: list[Taken]
    notes: list[Note]


@dataclass
class _Page:
    """One file of the folder."""

    path: str
    lines: list[str]
    first: int
    title: str
    ids: list[str] = field(default_factory=list)


Ready = Mapping[str, Taken | Invalid]


def bring_markdown(
    files: Mapping[str, bytes], title: str, limits: Limits, ready: Ready | None = None
) -> Brought:
    """Make one module of all Markdown in it, a lesson of each file or heading of the first level.

    Pictures and other files that it shows come along; `ready` are those that were taken in
    before, by their paths. Invalid if there is no Markdown.
    """
    return _Bringing(files, limits, ready or {}).bring(title)


def take_pictures_in(
    files: Mapping[str, bytes], limits: Limits
) -> Iterator[tuple[str, Taken | Invalid]]:
    """The pictures of a folder, taken in one after the other, or why one is not taken."""
    for path, content in files.items():
        if kind_of(PurePosixPath(path).name) is MediaKind.PICTURE:
            try:
                yield path, take_in(PurePosixPath(path).name, content, limits)
            except Invalid as refusal:
                yield path, refusal


def _own_names(path: str) -> set[str]:
    """How a wiki may name a file: by its path or by its last part."""
    return {path.casefold(), PurePosixPath(path).name.casefold()}


class _Bringing:
    def __init__(self, files: Mapping[str, bytes], limits: Limits, ready: Ready) -> None:
        self.files = files
        self.limits = limits
        self.ready = ready
        self.notes: list[Note] = []
        self.media: dict[str, Taken] = {}
        self.ids: dict[str, str] = {}

    def bring(self, title: str) -> Brought:
        paths = [name for name in self.files if PurePosixPath(name).suffix.lower() in MARKDOWN]
        if not paths:
            raise Invalid("There is no Markdown (.md) among these files.")
        if len(paths) > MOST_LESSONS:
            raise Invalid(
                "There are more than %(most)d files of Markdown: bring them in as several modules.",
                most=MOST_LESSONS,
            )
        pages = [self._page(path) for path in sorted(paths, key=in_order)]
        for page in pages:
            self._name_lessons(page)
        lessons = [line for page in pages for line in self._lesson(page)]
        self._leave_out(set(paths))
        chosen = title or pages[0].title
        front = first_head(chosen)
        text = front + "\n".join(lessons).strip("\n") + "\n"
        made = {SETTINGS: FIRST_SETTINGS, f"{FALLBACK_LANGUAGE}.md": text}
        return Brought(chosen, made, list(self.media.values()), self.notes)

    # --- reading ---

    def _page(self, path: str) -> _Page:
        text, front = self._decoded(path), 0
        told: dict[str, object] = {}
        if found := _FRONT.match(text) or _FRONT_TOML.match(text):
            front = found[0].count("\n")
            told = front_matter(found[1], toml=text.startswith("+++"))
            kept = (
                "its title is the lesson's" if told.get("title") else "nothing of it is used here"
            )
            self._note(path, 1, f"front matter taken out; {kept}")
        lines = text.split("\n")[front:]
        fallback = str(told.get("title") or "").strip() or from_name(path)
        page = _Page(path, lines, front + 1, fallback)
        self._underlined(page)
        if not any(_TITLE.match(line) for line in outside_code(page.lines)):
            page.lines = [f"# {page.title}", "", *page.lines]
            page.first -= 2
            self._note(
                path, max(1, front + 1), f"no heading of the first level: “{page.title}” added"
            )
        return page

    def _decoded(self, path: str) -> str:
        content = self.files[path]
        for encoding in ("utf-8-sig", "utf-16") if content[:2] in _MARKS else ("utf-8-sig",):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if encoding == "utf-16":
                self._note(path, 1, "read as UTF-16")
            return self._plain(path, text)
        self._note(path, 1, "not in UTF-8: read as Windows-1252, so look at letters with accents")
        return self._plain(path, content.decode("cp1252", "replace"))

    def _plain(self, path: str, text: str) -> str:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\0" in text:
            self._note(path, 1, "signs that no text can hold (NUL) taken out")
        return text.replace("\0", "")

    def _underlined(self, page: _Page) -> None:
        """Headings drawn by underlining become ones with `#`."""
        code = code_lines(page.lines)
        for at in range(1, len(page.lines)):
            above, line = page.lines[at - 1], page.lines[at]
            drawn = _SETEXT.match(line)
            plain = above.strip() and not re.match(r"\s*([#>|]|[-*+] |\d+[.)] )", above)
            if drawn and plain and at not in code and "|" not in above and len(line.strip()) > 1:
                level = "#" if line[0] == "=" else "##"
                page.lines[at - 1], page.lines[at] = f"{level} {above.strip()}", ""
                self._note(
                    page.path, page.first + at - 1, f"underlined heading written with {level}"
                )

    def _name_lessons(self, page: _Page) -> None:
        for at, line in enumerate(page.lines):
            if at in code_lines(page.lines) or not (found := _TITLE.match(line)):
                continue
            heading = _ID.sub("", found[1]).strip() or page.title
            lesson = free_name(slug_from(heading), set(self.ids.values()))
            page.lines[at] = f"# {heading} {{#{lesson}}}"
            page.ids.append(lesson)
            self.ids[f"{page.path}#{at}"] = lesson
            self._note(page.path, page.first + at, f"begins the lesson “{heading}” ({lesson})")

    # --- writing ---

    def _lesson(self, page: _Page) -> Iterator[str]:
        lines = list(page.lines)
        start = next(at for at, line in enumerate(lines) if line.startswith("# "))
        if any(line.strip() for line in lines[:start]):
            lines = [lines[start], "", *lines[:start], *lines[start + 1 :]]
            self._note(page.path, page.first, "what stood above the first heading stands below it")
        code = code_lines(lines)
        for at, line in enumerate(lines):
            number = page.first + at
            if at in code:
                yield line
                continue
            linked = _LINK.sub(lambda found, n=number: self._link(page, n, found), line)  # type: ignore[misc]
            named = _WIKI.sub(lambda found, n=number: self._named(page, n, found), linked)  # type: ignore[misc]
            written, said = put_right(named)
            for each in said:
                self._note(page.path, number, each)
            yield written
        yield ""

    def _named(self, page: _Page, number: int, found: re.Match[str]) -> str:
        """What a wiki names without saying where it lies, as a picture or a link if it is here."""
        picture, name, words = found.groups()
        wanted = {name.strip().casefold(), f"{name.strip()}.md".casefold()}
        path = next((each for each in self.files if _own_names(each) & wanted), None)
        if path is None:
            return found[0]
        is_size = picture and words and re.fullmatch(r"[\dx ]+", words)
        said = "" if is_size else words or ""
        if PurePosixPath(path).suffix.lower() in MARKDOWN:
            return self._to_lesson(page, number, (said or name.strip(), path, ""))
        return self._to_file(page, number, (picture, said, path))

    def _link(self, page: _Page, number: int, found: re.Match[str]) -> str:
        picture, words, address = found[1], found[2], found[3] or found[4]
        if re.match(r"[a-z][a-z0-9+.-]*:|//|#", address, re.IGNORECASE):
            if picture:
                self._note(
                    page.path, number, f"the picture {address} is elsewhere: it is a link now"
                )
                return f"[{words or address}]({address})"
            return found[0]
        target, _, anchor = normalize("NFC", unquote(address)).partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page.path), target))
        if PurePosixPath(path).suffix.lower() in MARKDOWN:
            return self._to_lesson(page, number, (words, path, anchor))
        return self._to_file(page, number, (picture, words, path))

    def _to_lesson(self, page: _Page, number: int, link: tuple[str, str, str]) -> str:
        words, path, _anchor = link
        lesson = next((id for key, id in self.ids.items() if key.startswith(f"{path}#")), None)
        if lesson is None:
            self._note(
                page.path, number, f"{path} is not among the files: the link is plain words now"
            )
            return words
        self._note(page.path, number, f"the link to {path} leads to the lesson {lesson}")
        return f"[{words}]({lesson})"

    def _to_file(self, page: _Page, number: int, link: tuple[str, str, str]) -> str:
        picture, words, path = link
        taken = self._taken(page, number, path)
        if taken is None:
            return words or PurePosixPath(path).name
        shown = picture if kind_of(taken.name) is not MediaKind.DOCUMENT else ""
        if shown and not words.strip():
            self._note(
                page.path, number, f"{taken.name} has no alternative text: write what it shows"
            )
        return f"{shown}[{words}]({taken.name})"

    def _taken(self, page: _Page, number: int, path: str) -> Taken | None:
        if path in self.media:
            return self.media[path]
        if path not in self.files:
            self._note(
                page.path, number, f"{path} is not among the files: its words stand here alone"
            )
            return None
        try:
            taken = self._take_in(path)
        except Invalid as refusal:
            self._note(page.path, number, f"{path} is left out: {refusal.message}")
            return None
        names = {each.name.removeprefix(FOLDER) for each in self.media.values()}
        stem, _, suffix = taken.name.removeprefix(FOLDER).rpartition(".")
        taken = Taken(
            f"{FOLDER}{free_name(stem, {n.rpartition('.')[0] for n in names})}.{suffix}",
            taken.content,
        )
        self.media[path] = taken
        self._note(page.path, number, f"{path} is kept as {taken.name}")
        return taken

    def _take_in(self, path: str) -> Taken:
        ready = self.ready.get(path)
        if isinstance(ready, Invalid):
            raise ready
        return ready or take_in(PurePosixPath(path).name, self.files[path], self.limits)

    def _leave_out(self, pages: set[str]) -> None:
        for path in sorted(self.files.keys() - pages - self.media.keys()):
            self._note(path, 1, "left out: nothing shows it, or it is of no use here")

    def _note(self, path: str, line: int, message: str) -> None:
        self.notes.append(Note(path, max(1, line), message))


_MARKS = {b"\xff\xfe", b"\xfe\xff"}
