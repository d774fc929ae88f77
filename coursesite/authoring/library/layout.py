"""How a course lies in its folder: names that become addresses, links, and what nobody reads."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path as Folder

from coursesite.authored import Problem, Severity
from coursesite.authoring.library.folder import banks_in, files_like, media_in, record_beside
from coursesite.content.library.naming import SLUG
from coursesite.languages import CODE

TOPS = ("content", "quizzes")
TEXTS = frozenset({".yaml", ".yml", ".md", ".markdown"})
LONGEST = 60
LONGEST_LANGUAGE = 16
_ODD_IN_A_NAME = re.compile(r"[^a-z0-9-]")


def faults_in_layout(folder: Folder) -> Iterator[Problem]:
    """What would be published under a name that no form takes, or is not read at all."""
    yield from _links(folder)
    content = folder / "content"
    modules = [path for path in sorted((content / "modules").glob("*/")) if path.is_dir()]
    for module in modules:
        yield from _name_of(module.name, module.relative_to(folder).as_posix(), "module")
        yield from _languages(folder, [(path, path.stem) for path in files_like(module, "*.md")])
        yield from _look_alike_media(folder, module)
    for path in files_like(content / "paths", "*.yaml"):
        yield from _name_of(path.stem, path.relative_to(folder).as_posix(), "learning path")
    glossaries = files_like(content, "glossary.*.yaml")
    yield from _languages(folder, [(path, path.name.split(".")[1]) for path in glossaries])
    yield from _unread(folder, modules)


def _name_of(name: str, place: str, kind: str) -> Iterator[Problem]:
    if len(name) <= LONGEST and SLUG.match(name):
        return
    odd = _ODD_IN_A_NAME.search(name)
    why = f" (here is {_sign(odd[0])})" if odd else ""
    message = (
        f"the name of a {kind} is made of small letters from a to z, digits and single hyphens, "
        f"and has at most {LONGEST}, as in police-2-at-the-door{why}: name it so"
    )
    yield Problem(place, 1, message)


def _sign(sign: str) -> str:
    """A sign as it looks, if it can be seen, and by its number, as others may look the same."""
    number = f"U+{ord(sign):04X}"
    return f"'{sign}', {number}" if sign.isprintable() else number


def _languages(folder: Folder, named: list[tuple[Folder, str]]) -> Iterator[Problem]:
    for path, language in named:
        if len(language) > LONGEST_LANGUAGE or not CODE.match(language):
            place = path.relative_to(folder).as_posix()
            message = f"'{language}' is no language: use its code, as in en, es or pt-BR"
            yield Problem(place, 1, message)


def _links(folder: Folder) -> Iterator[Problem]:
    """A link may lead to another file of the course, and nowhere else: who pushes may read more
    than who writes.
    """
    tops = [(folder / top).resolve() for top in TOPS]
    for top in TOPS:
        for path in sorted((folder / top).rglob("*")):
            if path.is_symlink() and not _leads_into(path, tops):
                place = path.relative_to(folder).as_posix()
                message = (
                    "this is a link that leads out of the course, or round in it: put the file "
                    "itself here"
                )
                yield Problem(place, 1, message)


def _leads_into(link: Folder, tops: list[Folder]) -> bool:
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):
        return False
    inside = any(target.is_relative_to(top) for top in tops)
    return inside and not link.parent.resolve().is_relative_to(target)


def _look_alike_media(folder: Folder, module: Folder) -> Iterator[Problem]:
    """Two names of which some computers can keep only one."""
    seen: dict[str, str] = {}
    for name in media_in(module):
        first = seen.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
        if first != name:
            message = (
                f"some computers take this name and '{first}' for the same, and keep one file of "
                "the two: give it another"
            )
            place = (module / name).relative_to(folder).as_posix()
            yield Problem(place, 1, message, Severity.WARNING)


def _unread(folder: Folder, modules: list[Folder]) -> Iterator[Problem]:
    """Texts that look as if they belonged to the course, and that nothing reads."""
    content = folder / "content"
    read = {folder / top / "README.md" for top in TOPS}
    read.update(files_like(content, "facts.yaml"), files_like(content, "glossary.*.yaml"))
    read.update(files_like(content / "paths", "*.yaml"))
    for module in modules:
        read.update(files_like(module, "module.yaml"))
        for path in files_like(module, "*.md"):
            read.update((path, *record_beside(path)))
    for path in banks_in(folder):
        read.update((path, *record_beside(path)))
    for path in (path for top in TOPS for path in sorted((folder / top).rglob("*"))):
        if path.suffix.lower() in TEXTS and path not in read and path.is_file():
            place = path.relative_to(folder)
            if "media" not in place.parts and not path.name.startswith("."):
                yield Problem(place.as_posix(), 1, _NOT_READ, Severity.WARNING)


_NOT_READ = (
    "nothing reads this file: the files of a course are called as content/README.md says, such as "
    "module.yaml and en.md, facts.yaml, paths/<name>.yaml and quizzes/<module>.<language>.yaml"
)
