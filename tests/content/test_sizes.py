"""How large a picture is, from its first bytes, and the room that a text keeps for it."""

import pytest

from coursesite.content.library import Known, read_module
from coursesite.content.library.sizes import HEAD, size_in
from coursesite.content.rules.changes import changes_between
from coursesite.content.rules.media import Size
from coursesite.content.rules.modules import Module
from tests.content.documents import DAY, FACTS, MODULE, TEXT
from tests.content.intake.files import from_a_phone, picture, saved
from tests.content.test_reading import shown

DIGEST = "d" * 64
SIZES = {DIGEST: Size(640, 480)}


def drawing(said: str) -> bytes:
    return f'<?xml version="1.0"?><!-- --><svg xmlns="http://www.w3.org/2000/svg" {said}>'.encode()


@pytest.mark.parametrize(
    ("name", "head", "size"),
    [
        ("door.png", saved(picture(), "PNG"), (40, 20)),
        ("door.jpg", saved(picture(size=(300, 200)), progressive=True), (300, 200)),
        ("phone.jpeg", from_a_phone(), (40, 20)),
        ("lossy.webp", saved(picture(), "WEBP"), (40, 20)),
        ("lossless.webp", saved(picture(), "WEBP", lossless=True), (40, 20)),
        ("canvas.webp", saved(picture(), "WEBP", icc_profile=b"x" * 99), (40, 20)),
        ("door.jpg", saved(picture(), "PNG"), (40, 20)),
        ("door.png", saved(picture(), "PNG")[:20], None),
        ("door.png", b"", None),
        ("door.svg", drawing('viewBox="0 0 120 80"'), (1280, 853)),
        ("door.svg", drawing('viewBox="-5,-5 , 1.5,3"'), (1280, 2560)),
        ("door.svg", drawing('width="100%" height="100%" viewBox="0 0 2 1"'), (1280, 640)),
        ("door.svg", drawing('width="200" viewBox="0 0 2 1"'), (200, 100)),
        ("door.svg", drawing('height="200px" viewBox="0 0 2 1"'), (400, 200)),
        ("door.svg", drawing('width="1in" height="25.4mm"'), (96, 96)),
        ("door.svg", drawing('width="10em" height="5em"'), None),
        ("door.svg", drawing('viewBox="0 0 0 80"'), None),
        ("door.svg", drawing('viewBox="0 0 1 99999999"'), None),
        ("door.svg", drawing('viewBox="none"'), None),
        ("door.svg", b'<html viewBox="0 0 2 1"><svg viewBox="0 0 2 1">', None),
        ("door.svg", b"no drawing", None),
        ("visit.mp4", saved(picture(), "PNG"), None),
    ],
)
def test_a_size_is_told_by_the_first_bytes(
    name: str, head: bytes, size: tuple[int, int] | None
) -> None:
    assert size_in(f"media/{name}", head[:HEAD]) == (Size(*size) if size else None)


def read(shows: str, sizes: dict[str, Size]) -> Module:
    text = TEXT.replace("Many children", f"{shows}\n\nMany children")
    files = {"module.yaml": MODULE, "en.md": text, "media/door.jpg": DIGEST}
    module = read_module(files, "at-the-door", "en", Known(FACTS, DAY, sizes)).module
    assert module
    return module


@pytest.mark.parametrize(
    ("shows", "room"),
    [
        ("![A](media/door.jpg)", '/door.jpg" width="640" height="480"></figure>'),
        ("See ![A > b](media/door.jpg) there", '/door.jpg" width="640" height="480"> there'),
        ("![A](media/door.jpg){width=320}", 'width="320" height="240"'),
        ("![A](media/door.jpg){height=48}", 'height="48"'),
        ("![A](media/door.jpg){width=50%}", 'width="50%"'),
    ],
)
def test_a_text_keeps_room_for_its_picture(shows: str, room: str) -> None:
    html = shown(read(shows, SIZES).lessons[0].parts)
    assert room in html
    assert html.count("width=") == room.count("width=")
    assert html.count("height=") == room.count("height=")


def test_a_picture_that_got_its_size_has_not_changed() -> None:
    """A module that was published without sizes is published again, with the same picture."""
    before, after = (read("![A](media/door.jpg)", sizes) for sizes in ({}, SIZES))
    assert before != after
    assert changes_between(before, after).nothing
