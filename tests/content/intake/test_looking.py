"""Pictures pushed from a folder must be what the site would have made of them."""

import random
import struct

import pytest

from coursesite.content.library.intake.looking import fault_of_picture
from coursesite.content.library.intake.pictures import repainted
from tests.content.intake.files import from_a_phone, picture, saved

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
