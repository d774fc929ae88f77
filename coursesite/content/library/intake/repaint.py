"""Paints a picture anew: `python -I repaint.py [FORM]` reads one and writes a line of JSON and it.

`python -I repaint.py narrower WIDTH ...` writes smaller copies, and in the line what they are.

It runs in a process of its own and imports nothing of ours: what strangers send is decoded where
it can take neither memory nor time from the site, and nothing of it but its colours comes back.
"""

import io
import json
import resource
import sys
from typing import Any

WIDEST, HIGHEST = 1280, 2560  # a column of text on a sharp screen
MOST_PIXELS = 40_000_000
MOST_MEMORY = 1024**3
MOST_SECONDS = 20
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")  # a JPEG may turn out to be several, MPO
FINE = 90  # of small letters and lines, which 82 blurs
LIGHTER = 0.9  # of the bytes of the picture, at most, has a smaller copy that is worth it
HEAVY = 200 * 1024  # of a picture without transparency that is smaller as a photograph


class Unpaintable(Exception):
    """The word for what is wrong with the picture."""


def repaint(content: bytes, form: str) -> tuple[dict[str, Any], bytes]:
    """The picture upright, in sRGB, no larger than it is shown, with nothing beside it.

    As PNG, JPEG or WEBP if the form says so, or else as what suits it.
    """
    from PIL import Image  # noqa: PLC0415 - only this process needs it

    try:
        picture = _opened(content)
        upright = _upright(picture)
        upright.thumbnail((WIDEST, HIGHEST), Image.Resampling.LANCZOS, reducing_gap=2.0)
    except Unpaintable:
        raise
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unpaintable("broken") from error
    upright.info.clear()
    wished = {"PNG": _drawn, "JPEG": _photograph, "WEBP": _webp}.get(form)
    data, suffix = wished(upright) if wished else _saved(upright, str(picture.format))
    return {"suffix": suffix, "width": upright.width, "height": upright.height}, data


def _opened(content: bytes) -> Any:
    """The picture by its first bytes, whatever its name says; nothing is decoded yet."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - as above

    Image.MAX_IMAGE_PIXELS = None  # counted here
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except UnidentifiedImageError:
        raise Unpaintable("unknown") from None
    if picture.width * picture.height > MOST_PIXELS:
        raise Unpaintable("large")
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise Unpaintable("moving")
    if picture.format in {"JPEG", "MPO"}:
        picture.draft(None, (HIGHEST, HIGHEST))
    return picture


def _upright(picture: Any) -> Any:
    from PIL import ImageOps  # noqa: PLC0415 - as above

    return _in_srgb(ImageOps.exif_transpose(picture))


def _in_srgb(picture: Any) -> Any:
    """With the colours that every screen understands."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):
        return picture.point(lambda level: level / 256).convert("L")
    if picture.mode in {"P", "PA", "LA"}:
        sees_through = picture.mode != "P" or "transparency" in picture.info
        picture = picture.convert("RGBA" if sees_through else "RGB")
    if profile and picture.mode in {"RGB", "RGBA", "CMYK"}:
        picture = _by_profile(picture, profile)
    return picture if picture.mode in {"L", "RGB", "RGBA"} else picture.convert("RGB")


def _by_profile(picture: Any, profile: bytes) -> Any:
    from PIL import ImageCms  # noqa: PLC0415 - as above

    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError):
        return picture


def _saved(picture: Any, came_as: str) -> tuple[bytes, str]:
    opaque = picture.mode != "RGBA"
    if came_as == "WEBP":
        return _webp(picture)
    if came_as in {"JPEG", "MPO"} and opaque:
        return _photograph(picture)
    drawn, photograph = _drawn(picture), _photograph(picture)
    if opaque and len(drawn[0]) > HEAVY and 2 * len(photograph[0]) < len(drawn[0]):
        return photograph
    return drawn


def _drawn(picture: Any) -> tuple[bytes, str]:
    return _bytes(picture, "PNG", optimize=True), ".png"


def _webp(picture: Any) -> tuple[bytes, str]:
    return _bytes(picture, "WEBP", quality=QUALITY, method=4), ".webp"


def _photograph(picture: Any) -> tuple[bytes, str]:
    """What was transparent is white."""
    from PIL import Image  # noqa: PLC0415 - as above

    if picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture).convert("RGB")
    return _bytes(picture, "JPEG", quality=QUALITY, optimize=True, progressive=True), ".jpg"


def _bytes(picture: Any, form: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def narrower(content: bytes, widths: list[int]) -> tuple[dict[str, Any], bytes]:
    """Copies of the picture so many points wide; one that would be hardly lighter is empty.

    What was drawn stays so to the point, unless it is twice as heavy that way.
    """
    from PIL import Image  # noqa: PLC0415 - as above

    try:
        picture = _opened(content)
        drawn = picture.format == "PNG" or content[12:16] == b"VP8L"
        colours = _upright(picture)
        colours.load()
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unpaintable("broken") from error
    copies = []
    for width in widths:
        size = (width, max(1, round(colours.height * width / colours.width)))
        copy = colours.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        copy.info.clear()
        form, data = _lightest(copy, drawn)
        copies.append((form, data if len(data) < LIGHTER * len(content) else b""))
    made = [{"mimetype": form, "size": len(data)} for form, data in copies]
    return {"made": made}, b"".join(data for _form, data in copies)


def _lightest(picture: Any, drawn: bool) -> tuple[str, bytes]:
    if drawn:
        exact = _bytes(picture, "WEBP", lossless=True, method=4)
        near = _bytes(picture, "WEBP", quality=FINE, method=4)
        return "image/webp", near if 2 * len(near) < len(exact) else exact
    webp = _webp(picture)[0]
    jpeg = webp if picture.mode == "RGBA" else _photograph(picture)[0]
    return ("image/jpeg", jpeg) if len(jpeg) < len(webp) else ("image/webp", webp)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    form, *widths = sys.argv[1:] or [""]
    try:
        content = sys.stdin.buffer.read()
        if form == "narrower":
            about, data = narrower(content, [int(each) for each in widths])
        else:
            about, data = repaint(content, form)
    except Unpaintable as fault:
        about, data = {"fault": str(fault)}, b""
    except MemoryError:
        about, data = {"fault": "large"}, b""
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n" + data)


if __name__ == "__main__":
    main()
