"""A folder of Markdown from anywhere becomes the draft of a module, with a report."""

import io
import zipfile
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from coursesite.audit.services import Actor
from coursesite.authoring.library import Surroundings, read_draft
from coursesite.authoring.library.archives import Brought, bring_markdown, folder_files
from coursesite.authoring.library.archives.unpacking import open_packed
from coursesite.authoring.models import Draft
from coursesite.authoring.rules import TextId
from coursesite.authoring.services import begin_from_markdown
from coursesite.content.models import Media
from coursesite.content.rules.media import Limits
from coursesite.errors import Invalid
from coursesite.people.rules import Role
from coursesite.revisions.rules import Kind
from tests.authoring.test_desk import DAY
from tests.content.intake.files import picture, saved
from tests.makers import make_organisation, make_person, make_unit

DOCUSAURUS = """\
---
title: Visits
sidebar_position: 2
---
import Tabs from '@theme/Tabs';

<!-- internal -->
Before the visit
----------------

![A room](../img/room.png "Our room") and [the next page](10-after.md#home).

:::tip Remember
Ask first, says [@smith2020].
:::

#### Deep {#deep}

<div class="x">Call {{ phone }}<br/>now</div>

```md
## untouched <div> {{ x }}
```

See [the form](../form.pdf), [[Other page]] and [gone](missing.md).
"""


def lines_of(brought: Brought) -> list[str]:
    return [str(note) for note in brought.notes]


FILES: dict[str, bytes] = {
    "docs/2-visits.md": DOCUSAURUS.encode(),
    "docs/10-after.md": b"# After\r\n\r\nGo home.\r\n# After\r\nAgain.\r\n",
    "docs/index.md": "Welcome\n=======\n\nHello “there”.\n".encode("cp1252"),
    "img/room.png": saved(picture(), "PNG"),
    "img/unused.png": saved(picture(), "PNG"),
    "form.pdf": b"%PDF-1.7\n%%EOF",
}


def test_each_line_that_was_changed_is_told() -> None:
    brought = bring_markdown(FILES, "A new module", Limits())
    text = brought.files["en.md"]

    assert text.startswith('---\ntitle: "A new module"\n')
    lessons = [line for line in text.split("\n") if line.startswith("# ")]
    assert lessons == [
        "# Welcome {#welcome}",
        "# Visits {#visits}",
        "# After {#after}",
        "# After {#after-2}",
    ]
    assert "Hello “there”." in text
    assert "import Tabs" not in text
    assert "## Before the visit" in text
    assert "![A room](media/room.png) and [the next page](after)." in text
    assert "Ask first, says (smith2020)." in text
    assert "### Deep\n" in text
    assert "Call (phone)<br/>now" in text
    assert "## untouched <div> {{ x }}" in text
    assert "[the form](media/form.pdf), Other page and gone." in text
    assert [each.name for each in brought.media] == ["media/room.png", "media/form.pdf"]

    told = lines_of(brought)
    for expected in (
        "docs/index.md:1: not in UTF-8: read as Windows-1252, so look at letters with accents",
        "docs/index.md:1: underlined heading written with #",
        "docs/2-visits.md:1: front matter taken out; its title is the lesson's",
        "docs/2-visits.md:5: a command to a program taken out",
        "docs/2-visits.md:7: comment taken out",
        "docs/2-visits.md:8: underlined heading written with ##",
        "docs/2-visits.md:11: the link to docs/10-after.md leads to the lesson after",
        "docs/2-visits.md:11: img/room.png is kept as media/room.png",
        "docs/2-visits.md:14: a citation of another list of sources is plain words now",
        "docs/2-visits.md:17: heading raised to the third level, below which there is none",
        "docs/2-visits.md:19: HTML taken out, its words kept: <div>",
        "docs/2-visits.md:25: docs/missing.md is not among the files: the link is plain words now",
        "img/unused.png:1: left out: nothing shows it, or it is of no use here",
    ):
        assert expected in told, told


def test_the_draft_lacks_only_what_its_author_must_write() -> None:
    brought = bring_markdown(FILES, "A new module", Limits())
    text = TextId(Kind.MODULE, "visits", "en")
    media = dict.fromkeys((each.name for each in brought.media), "0" * 64)
    reading = read_draft(text, brought.files, Surroundings(DAY, {}, media))
    errors = {
        each.message.partition(":")[0] for each in reading.problems if each.severity == "error"
    }
    assert all("summary" in each or "objectives" in each for each in errors), errors


@pytest.mark.parametrize(
    ("content", "expected", "told"),
    [
        (b"\xef\xbb\xbf# Title\n\nText.", "# Title {#title}", ""),
        ("# Größe\n".encode("utf-16"), "# Größe {#groe}", "read as UTF-16"),
        (b"no heading at all", "# Page {#page}", "no heading of the first level"),
        (b"# A\x00B\n", "# AB {#ab}", "NUL"),
        (b"# Checklist\n", "# Checklist {#checklist-2}", ""),
        ("# 日本\n".encode(), "# 日本 {#lesson}", ""),
        (b"# Old {#old-id .x}\n", "# Old {#old}", ""),
        (b"```\n# code\n```\n", "# Page {#page}", "no heading of the first level"),
        (b'# A\n\n!!! note "Mind"\n\n{% include x %}\n', "**Mind**", "template's command"),
        (b"# A\n\n> [!WARNING]\n> Careful\n", "> **Warning**", "is a quotation"),
        (b"# A\n\n![](https://spy.example/x.png)\n", "[https://spy.example/x.png](", "elsewhere"),
        (b"# A\n\n![x](../../../etc/passwd)\n", "\nx\n", "is not among the files"),
        (b'+++\ntitle = "Hugo says"\n+++\n\nText.', "# Hugo says {#hugo-says}\n\n", "front matter"),
        (b"+++\nnot toml\n+++\nText.", "# Page {#page}\n\nText.", "nothing of it is used"),
        (b"---\n- not: [a dict\n---\n# A\n", "# A {#a}", "front matter taken out"),
    ],
)
def test_what_is_odd_is_put_right_and_told(content: bytes, expected: str, told: str) -> None:
    brought = bring_markdown({"page.md": content}, "", Limits())
    assert expected in brought.files["en.md"]
    assert told in "\n".join(lines_of(brought))


def test_a_wiki_s_pictures_and_links_are_found_wherever_they_lie() -> None:
    page = (
        "# A\n\n![[door picture.png|A door]]\n![[Door Picture.png|300]] ![[gone.png]]\n\n"
        "![A door](<\u00c9t\u00e9/door picture.png>)\n\n"
        "See [[Other note|the other]] and [[Nowhere]].\n"
    )
    files = {
        "a.md": page.encode(),
        "\u00c9t\u00e9/Other note.md": b"# The other\n",
        "\u00c9t\u00e9/door picture.png": saved(picture("PNG"), "PNG"),
        "media/b.png": saved(picture("PNG"), "PNG"),
        "b.md": b"# B\n\n![B](media/b.png)\n",
    }
    brought = bring_markdown(files, "", Limits())
    text = brought.files["en.md"]
    door = next(each.name for each in brought.media if "door" in each.name)
    assert text.count(f"![A door]({door})") == 2
    assert f"![]({door}) gone.png" in text
    assert "See [the other](the-other) and Nowhere." in text
    assert "![B](media/b.png)" in text


def test_names_in_archives_keep_their_accents(tmp_path: Path) -> None:
    """Many programs write them in UTF-8 without saying so, and a Mac writes accents apart."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("\u00c9t\u00e9.md", b"# A\n")
        archive.writestr("E\u0301te.md", b"# B\n")
    content = (tmp_path / "a.zip").read_bytes()
    unsaid = content
    for head in (b"PK\x03\x04\x14\x00", b"PK\x01\x02\x14\x03\x14\x00"):
        assert content.count(head + b"\x00\x08") == 2
        unsaid = unsaid.replace(head + b"\x00\x08", head + b"\x00\x00")
    for each in (content, unsaid):
        packed = open_packed(io.BytesIO(each))
        assert set(packed.entries) == {"\u00c9t\u00e9.md", "\u00c9te.md"}
        assert packed.read("\u00c9te.md") == b"# B\n"


def test_without_markdown_there_is_nothing_to_bring() -> None:
    with pytest.raises(Invalid, match="no Markdown"):
        bring_markdown({"a.txt": b"x"}, "", Limits())
    with pytest.raises(Invalid, match="more than 100 files"):
        bring_markdown({f"{n}.md": b"# x" for n in range(101)}, "", Limits())


def test_a_picture_that_is_none_is_left_out_and_told() -> None:
    brought = bring_markdown({"a.md": b"# A\n\n![x](b.png)\n", "b.png": b"<html>"}, "", Limits())
    assert brought.media == []
    assert "b.png is left out: This file is no picture" in "\n".join(lines_of(brought))


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    home = tmp_path / "home"
    home.mkdir()
    (home / "a.md").write_text("# A\n")
    (home / "b.md").symlink_to(tmp_path / "secret")
    (home / "sub").symlink_to(tmp_path)
    (home / ".git").mkdir()
    (home / ".git" / "c.md").write_text("# C\n")
    assert list(folder_files(home)) == ["a.md"]


def test_it_becomes_the_draft_of_a_new_module(session: Session) -> None:
    home = make_organisation(session, keeps_course=True)
    person = make_person(session, make_unit(session, home), roles=(Role.AUTHOR,))
    actor = Actor(person.id, person.organisation_id, None)
    brought = bring_markdown(FILES, "", Limits())

    text = begin_from_markdown(session, "visits", brought, actor)

    draft = session.scalars(sa.select(Draft)).one()
    assert (draft.slug, draft.files["en.md"]) == (text.slug, brought.files["en.md"])
    media = session.scalars(sa.select(Media).order_by(Media.name)).all()
    assert [(each.name, each.published_at) for each in media] == [
        ("form.pdf", None),
        ("room.png", None),
    ]
    with pytest.raises(Invalid, match="of the name visits already"):
        begin_from_markdown(session, "visits", brought, actor)
