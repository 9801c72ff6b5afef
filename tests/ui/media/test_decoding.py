"""Pictures for the whole window: upright, bounded, and words for what cannot be shown."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from app.resources import resource
from app.ui.media import decoding
from app.ui.media.decoding import frames, still
from app.ui.timeline.decode import Undecodable
from tests.ui.timeline.test_pictures import encoded


def animation(
    count: int, size: tuple[int, int] = (40, 30), form: str = "GIF", ms: int = 70
) -> bytes:
    """A picture of *count* frames, each of another grey."""
    made = [Image.new("RGB", size, (n * 7 % 256,) * 3) for n in range(count)]
    out = io.BytesIO()
    made[0].save(out, form, save_all=True, append_images=made[1:], duration=ms, loop=0)
    return out.getvalue()


def turned(width: int, height: int) -> bytes:
    """A photograph that was taken with the camera on its side."""
    image = Image.new("RGB", (width, height), "red")
    exif = image.getexif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize(("form", "whole"), [("jpeg", False), ("png", True), ("webp", True)])
def test_a_picture_comes_as_large_as_is_needed(form: str, whole: bool) -> None:
    """Its own size is known in any case; where all is decoded anyway, all of it is kept."""
    found = still(encoded(800, 400, form), (200, 200))

    assert (found.size, found.whole, found.moving) == ((800, 400), whole, False)
    assert found.image.width() == (800 if whole else 200)
    assert still(encoded(800, 400, form)).image.width() == 800


def test_a_picture_stands_upright() -> None:
    """As it was held; its sides are exchanged with it."""
    found = still(turned(400, 200), (100, 100))

    assert found.size == (200, 400)
    assert (found.image.width(), found.image.height()) == (50, 100)


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_what_moves_is_known_and_has_all_its_frames(form: str) -> None:
    """Each with how long it stands."""
    data = animation(5, form=form)
    found = frames(data, (20, 20))

    assert still(data).moving and not still(animation(1, form=form)).moving
    assert [ms for _, ms in found.images] == [70] * 5
    assert found.size == (40, 30) and not found.cut
    assert {image.width() for image, _ in found.images} == {20}


def test_frames_that_claim_to_be_gone_at_once_are_seen() -> None:
    """As browsers show them."""
    assert {ms for _, ms in frames(animation(3, ms=10), (9, 9)).images} == {100}


def test_too_many_frames_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """By number, and by what they take together; that it is so is known."""
    monkeypatch.setattr(decoding, "MOST_FRAMES", 4)
    assert len(frames(animation(9), (9, 9)).images) == 4
    monkeypatch.setattr(decoding, "MOST_MOVING", 40 * 30 * 4 * 2)
    found = frames(animation(9), (99, 99))
    assert (len(found.images), found.cut) == (2, True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\xff\xff" * 2 + b"\x08\x02\0\0\0",
        encoded(form="jpeg")[:90],
        animation(3)[:30],
    ],
)
def test_what_cannot_be_shown_is_told_in_words(data: bytes) -> None:
    """Nothing, a drawing, a bomb, broken off: never a crash."""
    for decode in (lambda: still(data, (9, 9)), lambda: still(data), lambda: frames(data, (9, 9))):
        with pytest.raises(Undecodable):
            decode()


def test_the_demos_moves() -> None:
    """The dough of the demo rises."""
    path: Path = resource("demo", "bowl.gif")
    assert still(path).moving and len(frames(path, (300, 200)).images) > 9
