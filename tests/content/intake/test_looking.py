"""Pictures pushed from a folder must be what the site would have made of them."""

import random
import struct

import pytest

from coursesite.content.library.intake.inspecting import cleaned, fault_of_file
from coursesite.content.library.intake.looking import fault_of_picture
from coursesite.content.library.intake.pictures import repainted
from tests.content.intake.files import film, from_a_phone, picture, saved
from tests.content.intake.test_taking_in import MP3, PDF, VTT

PNG, JPEG, WEBP = (saved(picture(), form) for form in ("PNG", "JPEG", "WEBP"))
HUGE = PNG.replace(struct.pack(">II", 40, 20), struct.pack(">II", 9000, 9000), 1)
MOVING = saved(picture(), "WEBP", save_all=True, append_images=[picture(mode="L").convert("RGB")])


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
@pytest.mark.parametrize("content", [PNG, JPEG, from_a_phone()], ids=["png", "jpg", "phone"])
def test_what_the_site_made_is_right(content: bytes, suffix: str) -> None:
    assert fault_of_picture(f"door{suffix}", repainted(content, suffix).content) is None


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("door.jpg", from_a_phone(), "what a camera or a program wrote into it"),
        ("door.jpg", PNG, "is a PNG, and its name says otherwise: name it .png"),
        ("door.png", b"<svg onload='x'/>", "no JPEG, PNG or WebP picture"),
        ("door.png", b"", "no JPEG, PNG or WebP picture"),
        ("door.png", HUGE, "more than 40 million points"),
        ("door.webp", MOVING, "moves"),
        ("door.jpg", JPEG[:-40], "cannot be read to its end"),
        ("door.jpg", JPEG + b"PK\x03\x04", "has more behind it"),
        ("door.png", PNG[:-5], "cannot be read to its end"),
        ("door.png", PNG + b"<script>", "has more behind it"),
        ("door.webp", WEBP[:-3], "cannot be read to its end"),
    ],
)
def test_what_is_wrong_is_told_with_what_would_be_right(
    name: str, content: bytes, words: str
) -> None:
    assert words in (fault_of_picture(name, content) or "nothing")


@pytest.mark.parametrize(("name", "content"), [("a.png", PNG), ("a.jpg", JPEG), ("a.webp", WEBP)])
def test_whatever_is_in_it_is_looked_at_in_no_time(name: str, content: bytes) -> None:
    """Any bytes get a sentence or none, and never an error."""
    chosen = random.Random(7)  # noqa: S311 - bytes, not secrets
    for _ in range(300):
        broken = bytearray(content)
        for _ in range(chosen.randrange(1, 6)):
            broken[chosen.randrange(len(broken))] = chosen.randrange(256)
        fault_of_picture(name, bytes(broken[: chosen.randrange(len(broken))]))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("visit.mp4", film(), "what a device or a program wrote into it"),
        ("boy.mp3", b"ID3\3\0\0\0\0\0\2  " + MP3, "what a device or a program wrote into it"),
        ("boy.mp3", b"MZ" + bytes(99), "this file is not what its name says"),
        ("visit.WEBM", b"OggS" + bytes(99), "this file is not what its name says"),
        ("form.pdf", PDF.replace(b"<<", b"<</JavaScript"), "this document can run something"),
        ("form.docx", PDF, "this document is not what its name says"),
        ("visit.vtt", b"Hello.", "these are no captions in WebVTT"),
        ("boy.txt", "Grüße".encode("latin-1"), "this text is not in UTF-8"),
    ],
)
def test_sound_film_and_documents_are_looked_at_like_those_that_are_sent(
    name: str, content: bytes, words: str
) -> None:
    assert words in (fault_of_file(name, content) or "nothing")


@pytest.mark.parametrize(
    ("name", "content"), [("visit.mp4", film()), ("Boy.MP3", b"ID3\3\0\0\0\0\0\0" + MP3)]
)
def test_what_was_cleaned_is_right(name: str, content: bytes) -> None:
    assert fault_of_file(name, content)
    assert fault_of_file(name, cleaned(name, content)) is None


@pytest.mark.parametrize(
    ("name", "content"), [("boy.mp3", MP3), ("form.pdf", PDF), ("visit.vtt", VTT.encode())]
)
def test_what_is_right_is_not_told(name: str, content: bytes) -> None:
    assert fault_of_file(name, content) is None
