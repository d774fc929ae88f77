"""What stands in the archive of a course: `coursesite.json`, its history, its media.

    coursesite.json                                  the site, what is live, what is said of media
    history/<kind>/<slug>/<language>/<digest>.json   a revision: who, when, why, and its files
    media/<module>/<digest>/<name>                   a file of media

Texts are known by their digests, so an archive cannot say something else of one than it is. What
was rendered of them stays at home: whoever imports an archive renders its texts anew.
"""

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from coursesite.authoring.library.archives.unpacking import Packed
from coursesite.authoring.rules import SETTINGS, UNWRITTEN, TextId
from coursesite.content.library.naming import SLUG
from coursesite.content.library.translating import record_name
from coursesite.content.rules.media import FOLDER, fault_of
from coursesite.errors import Invalid
from coursesite.revisions.rules import EVERY_LANGUAGE, Change, Kind, digest_of

HEAD = "coursesite.json"
EVERY = "all"
STILL = (1980, 1, 1, 0, 0, 0)
_DIGEST = r"^[0-9a-f]{64}$"
_LANGUAGE = r"^(\*|[A-Za-z0-9-]{1,16})$"


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class KeptPublication(_Closed):
    """A revision went live at a site: when, by whom, why."""

    site: str = Field(max_length=200)
    at: AwareDatetime
    by: str | None = Field(default=None, max_length=300)
    change: Change
    note: str = Field(default="", max_length=10_000)
    renew_days: int | None = None


class KeptRevision(_Closed):
    """A text as it was, with its history; `site` is where it was written."""

    kind: Kind
    slug: str = Field(max_length=100)
    language: str = Field(pattern=_LANGUAGE)
    digest: str = Field(pattern=_DIGEST)
    title: str = Field(max_length=300)
    site: str = Field(max_length=200)
    files: dict[str, str]
    created_by: str | None = Field(default=None, max_length=300)
    created_at: AwareDatetime
    publications: tuple[KeptPublication, ...] = ()

    @property
    def text(self) -> TextId:
        return TextId(self.kind, self.slug, self.language)


class KeptFile(_Closed):
    """A file of media, and what is said of it."""

    module: str = Field(max_length=100)
    name: str = Field(max_length=100)
    digest: str = Field(pattern=_DIGEST)
    alternatives: dict[str, str] = Field(default_factory=dict)
    decorative: bool = False

    @property
    def path(self) -> str:
        return f"media/{self.module}/{self.digest}/{self.name}"


class _Live(_Closed):
    kind: Kind
    slug: str
    language: str = Field(pattern=_LANGUAGE)
    digest: str = Field(pattern=_DIGEST)


class _Head(_Closed):
    format: Literal[1]
    site: str = Field(max_length=200)
    made_at: AwareDatetime
    live: tuple[_Live, ...]
    media: tuple[KeptFile, ...]


@dataclass(frozen=True)
class ArchiveContent:
    """All that an archive holds but the media themselves, which are read one at a time."""

    site: str
    made_at: datetime
    live: Mapping[TextId, str]
    revisions: tuple[KeptRevision, ...]
    media: tuple[KeptFile, ...]
    packed: Packed | None = field(default=None, compare=False)

    def revision(self, text: TextId) -> KeptRevision:
        """The one that is live there."""
        return self._known[text, self.live[text]]

    @cached_property
    def _known(self) -> Mapping[tuple[TextId, str], KeptRevision]:
        return {(each.text, each.digest): each for each in self.revisions}

    def media_of(self, slug: str) -> Iterator[tuple[KeptFile, bytes]]:
        for each in self.media:
            if each.module == slug and self.packed:
                yield each, self.packed.read(each.path)


def write_archive(
    path: Path, content: ArchiveContent, media: Iterable[tuple[KeptFile, bytes]]
) -> Iterator[int]:
    """Write it, file by file, and say how many are written; the same content, the same bytes."""
    written = 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        head = _Head(
            format=1,
            site=content.site,
            made_at=content.made_at,
            live=tuple(
                _Live(kind=text.kind, slug=text.slug, language=text.language, digest=digest)
                for text, digest in sorted(content.live.items())
            ),
            media=content.media,
        )
        for name, text in _texts(head, content):
            archive.writestr(_entry(name), text.encode())
            written += 1
            yield written
        for each, data in media:
            archive.writestr(_entry(each.path), data, zipfile.ZIP_STORED)
            written += 1
            yield written


def _texts(head: _Head, content: ArchiveContent) -> Iterator[tuple[str, str]]:
    yield HEAD, _json(head)
    for each in sorted(content.revisions, key=_path_of):
        yield _path_of(each), _json(each)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, STILL)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _json(model: BaseModel) -> str:
    plain = model.model_dump(mode="json")
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _path_of(each: KeptRevision) -> str:
    language = EVERY if each.language == EVERY_LANGUAGE else each.language
    return f"history/{each.kind}/{each.slug}/{language}/{each.digest}.json"


def read_archive(packed: Packed) -> ArchiveContent:
    """What an archive holds; Invalid says in a sentence what is wrong with it."""
    if HEAD not in packed.entries:
        raise Invalid(
            "This archive was not made by “export”: it has no %(name)s. A folder of Markdown is "
            "brought in as a module.",
            name=HEAD,
        )
    head = _read(_Head, packed, HEAD)
    paths = [name for name in packed.entries if _is_of_the_course(name)]
    revisions = tuple(_revision(packed, name) for name in sorted(paths))
    live = {TextId(each.kind, each.slug, each.language): each.digest for each in head.live}
    known = {(each.text, each.digest) for each in revisions}
    for text, digest in live.items():
        if (text, digest) not in known:
            raise Invalid(
                "The archive says that %(text)s is live, and does not hold it.", text=text
            )
    for file in head.media:
        if fault_of(FOLDER + file.name) or not SLUG.match(file.module):
            raise Invalid("%(name)s cannot be the name of a file here.", name=file.name)
        if file.path not in packed.entries:
            raise Invalid("The archive does not hold %(name)s.", name=file.path)
    return ArchiveContent(head.site, head.made_at, live, revisions, head.media, packed)


def _is_of_the_course(name: str) -> bool:
    """Archives once held what organisations said of themselves, too: that stays where it is."""
    return name.startswith("history/") and not name.startswith(f"history/{Kind.LOCAL}/")


def _revision(packed: Packed, name: str) -> KeptRevision:
    """A text is what its digest says, and lies where it says that it is."""
    revision: KeptRevision = _read(KeptRevision, packed, name)
    if digest_of(revision.files) != revision.digest or _path_of(revision) != name:
        raise Invalid("%(name)s is not the text that its digest names.", name=name)
    main = revision.text.main_file
    beside = {SETTINGS, *UNWRITTEN, record_name(main)}
    if not SLUG.match(revision.slug) or revision.files.keys() - beside != {main}:
        raise Invalid("%(name)s does not hold the files of such a text.", name=name)
    return revision


def _read(model: type[Any], packed: Packed, name: str) -> Any:
    try:
        return model.model_validate_json(packed.text(name))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Invalid(
            "%(name)s in this archive cannot be read: %(where)s: %(what)s.",
            name=name,
            where=where,
            what=first["msg"],
        ) from None
