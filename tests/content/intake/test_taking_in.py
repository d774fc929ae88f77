"""Whatever authors send is checked by what is in it."""

import pytest

from coursesite.content.library.intake import safe_name, take_in
from coursesite.content.rules.media import MEGABYTE, Limits
from coursesite.errors import Invalid
from tests.content.intake.files import film, letter, packed, picture, saved

LIMITS = Limits()
MP3 = b"\xff\xfb\x90\x00" + bytes(200)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:04.000\nHello.\n"


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("Door.JPG", "door.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\fakepath\\My Picture (1).png", "my-picture-1.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("Größe, café.svg", "groe-cafe.svg"),
        ("\uff0e\uff0e\uff0fx.svg", "x.svg"),
        (".htaccess", "file.htaccess"),
        ("", "file"),
        ("a" * 300 + ".png", "a" * 60 + ".png"),
        ("x.svg\x00.png", "x-svg.png"),
        ("日本.png", "file.png"),
    ],
)
def test_a_name_becomes_an_address(sent: str, name: str) -> None:
    assert safe_name(sent) == name


def test_a_picture_is_named_by_what_it_is() -> None:
    assert take_in("door.png", saved(picture()), LIMITS).name == "media/door.jpg"


def test_a_film_does_not_say_where_it_was_made() -> None:
    taken = take_in("visit.mp4", film(), LIMITS)
    assert b"51.5" not in taken.content
    assert len(taken.content) == len(film())
    assert taken.content.endswith(b"frames")
    assert b"mvhd" in taken.content


def test_sound_does_not_say_who_made_it() -> None:
    tags = b"ID3\x03\x00\x00\x00\x00\x01\x00" + b"Secret studio".ljust(128, b"\0")
    taken = take_in("boy.mp3", tags + MP3 + b"TAG" + b"Secret".ljust(125), LIMITS)
    assert taken.content == MP3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("boy.ogg", b"OggS" + bytes(60)),
        ("boy.m4a", film()),
        ("visit.webm", b"\x1aE\xdf\xa3" + b"....webm" + bytes(60)),
        ("form.pdf", PDF),
        ("letter.docx", letter()),
        ("letter.odt", packed({"mimetype": b"application/vnd.oasis.opendocument.text"})),
        ("visit.vtt", VTT.encode()),
        ("boy.txt", "He says: “No.”".encode()),
    ],
)
def test_what_is_what_it_says_is_taken(name: str, content: bytes) -> None:
    assert take_in(name, content, LIMITS).name == f"media/{name}"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.html", b"<html>", "of a type that is not shown here"),
        ("door.svg.exe", b"MZ", "of a type that is not shown here"),
        ("noname", b"x", "of a type that is not shown here"),
        ("door.png", b"", "empty"),
        ("boy.mp3", b"<html><script>alert(1)</script>" + MP3, "not what its name says"),
        ("boy.mp3", b"ID3", "not what its name says"),
        ("visit.mp4", b"\0\0\0\x18ftypisom" + bytes(8), "not what its name says"),
        ("visit.mp4", film()[:-3], "cut off"),
        ("visit.mp4", b"#!/bin/sh\n" + film(), "not what its name says"),
        ("visit.webm", b"GIF89a", "not what its name says"),
        ("form.pdf", b"<html>" + PDF, "not what its name says"),
        ("form.pdf", PDF[:20], "cut off"),
        ("form.pdf", PDF.replace(b"<<>>", b"<</S/JavaScript>>"), "can run something"),
        ("letter.docx", b"PK\x03\x04", "not what its name says"),
        ("letter.docx", packed({"x": b""}), "not what its name says"),
        ("letter.docx", PDF, "not what its name says"),
        ("letter.xlsx", letter(), "not what its name says"),
        ("letter.docx", letter(**{"word/vbaProject.bin": b"x"}), "can run something"),
        ("visit.vtt", b"1\n00:01 --> 00:04", "no captions"),
        ("visit.vtt", b"WEBVTT\n", "no captions"),
        ("boy.txt", b"\xff\xfe\x00", "UTF-8"),
        ("boy.txt", b" \n", "empty"),
        ("form.pdf", PDF + bytes(10 * MEGABYTE), "may have 10 MB"),
    ],
)
def test_what_is_not_taken_is_told_in_a_sentence(name: str, content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        take_in(name, content, LIMITS)
