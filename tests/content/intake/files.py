"""Files as people send them, and as they should not."""

import io
import zipfile
from typing import Any

from PIL import Image


def picture(form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Red on the left, blue on the right."""
    drawn = Image.new(mode, size, "blue" if mode != "L" else 0)
    left = Image.new(mode, (size[0] // 2, size[1]), "red" if mode != "L" else 255)
    drawn.paste(left, (0, 0))
    drawn.format = form
    return drawn


def saved(drawn: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    drawn.save(file, form, **options)
    return file.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def from_a_phone() -> bytes:
    """Held sideways, with the place where it was taken, and a word of the camera's."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Telltale Cameras"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 26.0)
    return saved(picture(), exif=exif, comment=b"secret")


def box(kind: bytes, inner: bytes) -> bytes:
    return (len(inner) + 8).to_bytes(4) + kind + inner


def film(place: bytes = b"+51.5074-000.1278/") -> bytes:
    telling = box(b"udta", box(b"\xa9xyz", place)) + box(b"meta", b"location " + place)
    track = box(b"trak", box(b"mdia", b"media") + box(b"udta", place))
    moov = box(b"moov", box(b"mvhd", b"head") + track + telling)
    return box(b"ftyp", b"isommp42") + moov + box(b"mdat", b"frames")


def packed(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


WORD_TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def letter(**more: bytes) -> bytes:
    return packed({"[Content_Types].xml": WORD_TYPES, "word/document.xml": b"<w/>", **more})
