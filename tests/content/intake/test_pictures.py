"""Pictures that were sent are painted anew, upright and without what a camera adds."""

import resource
import zlib

import pytest
from PIL import Image

from coursesite.content.library.intake.pictures import repainted
from coursesite.errors import Invalid
from tests.content.intake.files import from_a_phone, opened, picture, saved


def test_a_photograph_stands_upright_and_does_not_say_where_it_was_taken() -> None:
    done = repainted(from_a_phone())

    shown = opened(done.content)
    assert (done.suffix, shown.size, (done.width, done.height)) == (".jpg", (20, 40), (20, 40))
    assert shown.getpixel((10, 3))[0] > 200  # type: ignore[index]  # red is on top now
    assert not shown.getexif()
    assert set(shown.info) <= {
        "jfif",
        "jfif_version",
        "jfif_unit",
        "jfif_density",
        "progressive",
        "progression",
    }
    assert b"Telltale" not in done.content
    assert b"secret" not in done.content


def test_a_large_picture_is_as_wide_as_it_is_shown() -> None:
    done = repainted(saved(picture(size=(5000, 2500))))
    assert (done.width, done.height) == (1280, 640)


@pytest.mark.parametrize(
    ("form", "mode", "suffix", "kept"),
    [
        ("JPEG", "CMYK", ".jpg", "RGB"),
        ("JPEG", "L", ".jpg", "L"),
        ("PNG", "RGBA", ".png", "RGBA"),
        ("PNG", "P", ".png", "RGB"),
        ("PNG", "LA", ".png", "RGBA"),
        ("PNG", "1", ".png", "RGB"),
        ("PNG", "I;16", ".png", "L"),
        ("WEBP", "RGB", ".webp", "RGB"),
    ],
)
def test_colours_are_those_that_every_screen_shows(
    form: str, mode: str, suffix: str, kept: str
) -> None:
    drawn = Image.new(mode, (40, 20), 40_000) if mode == "I;16" else picture().convert(mode)
    done = repainted(saved(drawn, form))
    assert (done.suffix, opened(done.content).mode) == (suffix, kept)


def test_a_photograph_that_was_saved_as_png_is_kept_as_one() -> None:
    noise = Image.effect_noise((600, 600), 60).convert("RGB")
    assert repainted(saved(noise, "PNG")).suffix == ".jpg"


def test_what_is_hidden_behind_a_picture_does_not_come_along() -> None:
    page = b"<script>alert(1)</script>PK\x03\x04"
    for form in ("JPEG", "PNG"):
        assert page[:8] not in repainted(saved(picture(), form) + page).content


def _bomb() -> bytes:
    """50,000 points each way, in a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return len(data).to_bytes(4) + checked + zlib.crc32(checked).to_bytes(4)

    size = (50_000).to_bytes(4)
    head = chunk(b"IHDR", size + size + bytes([1, 0, 0, 0, 0]))
    data = chunk(b"IDAT", zlib.compress(bytes(1_000_000)))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"")


def _moving(form: str) -> bytes:
    frames = [picture(), picture().rotate(180)]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><script>alert(1)</script></html>", "no picture"),
        (b"", "no picture"),
        (saved(picture(), "GIF"), "no picture"),
        (saved(picture(), "TIFF"), "no picture"),
        (saved(picture(size=(400, 400)), "PNG")[:300], "cut off"),
        (saved(picture(size=(400, 400)))[:900], "cut off"),
        (_bomb(), "40 million"),
        (_moving("PNG"), "moves"),
        (_moving("WEBP"), "moves"),
    ],
)
def test_what_is_not_taken_is_told_in_a_sentence(content: bytes, message: str) -> None:
    with pytest.raises(Invalid, match=message):
        repainted(content)


def test_the_site_itself_needs_no_memory_for_it() -> None:
    content = saved(picture(size=(6000, 6000)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    repainted(content)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 30_000
