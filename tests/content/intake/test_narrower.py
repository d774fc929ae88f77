"""Smaller copies of pictures: as light as can be, and none where nothing is won."""

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from coursesite.content.library.intake.pictures import narrowed
from coursesite.content.rules.media import Size, narrower_than
from coursesite.errors import Invalid
from tests.content.intake.files import opened, saved


def photograph(size: tuple[int, int] = (1280, 640), mode: str = "RGB") -> Image.Image:
    """Soft shapes with the noise of a camera."""
    noise = Image.effect_noise(size, 20)
    waves = Image.effect_noise((40, 20), 120).resize(size, Image.Resampling.BICUBIC)
    soft = Image.blend(noise, waves, 0.7)
    return Image.merge("RGB", (soft, ImageChops.invert(soft), waves)).convert(mode)


def diagram(size: tuple[int, int] = (1280, 640)) -> Image.Image:
    """Few colours, straight lines, small letters."""
    drawn = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(drawn)
    for at in range(0, size[0], 80):
        pen.rectangle((at, at // 2, at + 60, at // 2 + 40), outline="black", fill="#d2e6f0")
        pen.text((at + 5, at // 2 + 5), "a child, a door", fill="black")
    return drawn


@pytest.mark.parametrize(
    ("width", "copies"),
    [(300, ()), (527, ()), (528, (480,)), (1055, (480,)), (1056, (480, 960)), (6000, (480, 960))],
)
def test_only_what_is_well_wider_has_smaller_copies(width: int, copies: tuple[int, ...]) -> None:
    assert narrower_than(Size(width, 400)) == copies


@pytest.mark.parametrize(("form", "mode"), [("JPEG", "RGB"), ("JPEG", "CMYK"), ("WEBP", "RGB")])
def test_a_photograph_is_much_lighter_when_it_is_narrower(form: str, mode: str) -> None:
    drawn = photograph(mode=mode)
    content = saved(drawn, form)

    small, middle = narrowed(content, (480, 960))

    for copy, size in ((small, (480, 240)), (middle, (960, 480))):
        shown = opened(copy.content)
        assert (shown.size, shown.mode) == (size, "RGB")
        assert copy.mimetype in {"image/webp", "image/jpeg"}
        assert copy.mimetype == Image.MIME[shown.format or ""]
    assert len(small.content) < len(middle.content) < 0.9 * len(content)
    assert len(small.content) < len(content) / 3


def test_what_was_drawn_stays_as_it_was_to_the_point() -> None:
    drawn = diagram()
    (copy,) = narrowed(saved(drawn, "PNG", optimize=True), (480,))
    exact = drawn.resize((480, 240), Image.Resampling.LANCZOS, reducing_gap=2.0)
    apart = ImageChops.difference(opened(copy.content).convert("RGB"), exact)
    assert max(ImageStat.Stat(apart).rms) < 4


def test_transparency_stays() -> None:
    drawn = diagram((640, 320)).convert("RGBA")
    drawn.putalpha(Image.linear_gradient("L").resize(drawn.size))
    for form in ("PNG", "WEBP"):
        (copy,) = narrowed(saved(drawn, form), (480,))
        levels = opened(copy.content).convert("RGBA").getchannel("A")
        assert levels.getpixel((240, 2)) < 10  # type: ignore[operator]  # of one channel
        assert levels.getpixel((240, 238)) > 245  # type: ignore[operator]  # as above


def test_a_copy_that_would_be_hardly_lighter_is_none() -> None:
    content = saved(photograph(), "WEBP", quality=1)
    assert [copy.content for copy in narrowed(content, (480, 960))] == [b"", b""]


def test_a_very_high_picture_is_narrowed_in_its_shape() -> None:
    (copy,) = narrowed(saved(diagram((600, 4800)), "PNG"), (480,))
    assert opened(copy.content).size == (480, 3840)


def test_what_is_cut_off_has_no_copies() -> None:
    content = saved(photograph())
    with pytest.raises(Invalid, match="cut off"):
        narrowed(content[: len(content) // 2], (480,))
