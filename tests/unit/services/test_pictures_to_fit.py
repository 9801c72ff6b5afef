"""Files are told by their bytes, made to fit, and leave without what tells of their maker."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.model.errors import Refused
from app.model.sending import MediaLimits
from app.services.file_types import probe
from app.services.picture_painting import MOST_PIXELS, PIXELS_PER_BYTE
from app.services.pictures_to_fit import fit
from tests.unit.services import pictures as made

ALL = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "video/mp4", "audio/mpeg"})
OPEN = MediaLimits(types=ALL)
SECRET = made.SECRET.encode()


@pytest.mark.parametrize(
    ("make", "name", "expected"),
    [
        (made.jpeg, "a.png", ("image", "image/jpeg", 64, 48, 0)),
        (made.png, "a.jpg", ("image", "image/png", 64, 48, 0)),
        (made.webp, "a", ("image", "image/webp", 64, 48, 0)),
        (made.gif, "a.gif", ("gif", "image/gif", 32, 32, 0.6)),
        (made.mp4, "a.mp4", ("video", "video/mp4", 640, 360, 12)),
        (made.mp4, "a.mov", ("video", "video/quicktime", 640, 360, 12)),
        (made.webm, "a.webm", ("video", "video/webm", 320, 240, 2.5)),
        (made.mp3, "a.mp3", ("audio", "audio/mpeg", 0, 0, 10)),
        (made.ogg, "a.ogg", ("audio", "audio/ogg", 0, 0, 3)),
    ],
)
def test_a_file_is_what_its_bytes_are(
    make: Callable[[Path], Path], name: str, expected: tuple[object, ...], tmp_path: Path
) -> None:
    """Kind, type, size and length; its name counts for nothing."""
    found = probe(make(tmp_path / name))

    assert expected == (found.kind, found.mime, found.width, found.height, round(found.duration, 1))


def test_a_photo_on_its_side_has_the_size_it_is_seen_in(tmp_path: Path) -> None:
    """EXIF says how it was held."""
    found = probe(made.jpeg(tmp_path / "a.jpg", turned=6))

    assert (48, 64) == (found.width, found.height)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\xef\xbb\xbf <SVG onload='x'>", "SVG"),
        (b"<!DOCTYPE html><p>hello", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04rest", "unpack"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"MZ\x90\0", "Programs"),
        (b"just words", "no picture"),
        (b"", "empty"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isom", "damaged"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "damaged"),
        (b"\x1aE\xdf\xa3\xff", "damaged"),
    ],
)
def test_what_is_none_is_refused_in_words(data: bytes, says: str, tmp_path: Path) -> None:
    """One sentence that names the kind, and what to do instead."""
    path = tmp_path / "a.png"
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        probe(path)

    assert says.lower() in str(caught.value).lower()
    assert caught.value.next_step


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    """40 000 × 40 000 pixels in a file of a few bytes."""
    with pytest.raises(Refused, match="too large"):
        probe(made.bomb(tmp_path / "a.png"))


@given(
    head=st.sampled_from([b"\0\0\0\x18ftypisom", b"\x1aE\xdf\xa3", b"OggS", b"ID3", b"RIFF\0\0\0\0WAVE", b"fLaC", b"\xff\xfb"]),
    rest=st.binary(max_size=300),
)  # fmt: skip
def test_junk_is_refused_and_never_raises_else(
    head: bytes, rest: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever stands behind a known beginning."""
    path = tmp_path_factory.mktemp("junk") / "a"
    path.write_bytes(head + rest)
    try:
        found = probe(path)
    except Refused:
        return

    assert found.kind in ("video", "audio") and 0 <= found.duration


# ------------------------------------------------------------------ nothing leaks


@pytest.mark.parametrize("make", [made.jpeg, made.png, made.webp])
def test_nothing_of_its_maker_leaves(make: Callable[[Path], Path], tmp_path: Path) -> None:
    """No camera, place, text or trailer; the picture is the same, the file untouched."""
    path = make(tmp_path / "a")
    before = path.read_bytes()
    assert SECRET in before
    done = fit(path, "", OPEN)
    sent = done.file.read_bytes()

    assert SECRET not in sent and b"GPS" not in sent
    assert "Location removed" == done.note
    with Image.open(path) as was, Image.open(done.file) as now:
        assert was.convert("RGB").tobytes() == now.convert("RGB").tobytes()
        assert not now.getexif() and "comment" not in now.info
        assert ("icc_profile" in was.info) == ("icc_profile" in now.info)
    assert before == path.read_bytes()
    assert 0o600 == done.file.stat().st_mode & 0o777


def test_what_tells_nothing_goes_as_it_is(tmp_path: Path) -> None:
    """No copy, no note."""
    path = tmp_path / "a.png"
    made.noise(40, 30).save(path, "PNG")

    assert (path, "image/png", "") == fit(path, "image/png", OPEN)[:3]


def test_a_photo_on_its_side_is_turned(tmp_path: Path) -> None:
    """Since what says how to hold it is taken away."""
    path = made.jpeg(tmp_path / "a.jpg", turned=6)
    done = fit(path, "image/jpeg", OPEN)

    with Image.open(done.file) as now:
        assert (48, 64) == now.size
        assert not now.getexif()
    assert (48, 64) == (done.type.width, done.type.height)


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_a_video_forgets_where_it_was_taken(name: str, tmp_path: Path) -> None:
    """Its boxes are emptied in a copy of the same size; the frames stay."""
    path = made.mp4(tmp_path / name)
    before = path.read_bytes()
    done = fit(path, "", MediaLimits())
    sent = done.file.read_bytes()

    assert "Location removed" == done.note
    assert SECRET not in sent and b"xyz" not in sent and b"location" not in sent
    assert (len(before), before) == (len(sent), path.read_bytes())
    assert b"frames" * 100 in sent
    assert probe(path) == probe(done.file)


def test_a_video_without_a_place_goes_as_it_is(tmp_path: Path) -> None:
    """No copy of something large for nothing."""
    path = made.mp4(tmp_path / "a.mp4", place=False)

    assert (path, "") == (fit(path, "", MediaLimits()).file, fit(path, "", MediaLimits()).note)


@pytest.mark.parametrize(
    ("handler", "words", "wide"),
    [(b"meta", b"", False), (b"mett", b"", True), (b"sbtl", b"GPS(13.4, 52.5) ", False)],
)
def test_a_track_that_says_where_the_camera_was_is_emptied(
    handler: bytes, words: bytes, wide: bool, tmp_path: Path
) -> None:
    """Its samples lie between the frames, which stay; nothing else moves."""
    path = made.mp4_with_data(tmp_path / "a.mp4", handler=handler, words=words, wide=wide)
    before = path.read_bytes()
    done = fit(path, "", MediaLimits())
    sent = done.file.read_bytes()

    assert "Location removed" == done.note
    assert (words or SECRET) in before
    assert (words or SECRET) not in sent and handler not in sent
    assert (21, len(before)) == (sent.count(b"frames"), len(sent))
    assert before == path.read_bytes()
    assert probe(path) == probe(done.file)


def test_words_under_a_video_stay(tmp_path: Path) -> None:
    """Who cannot hear needs them; they say nothing of a place."""
    path = made.mp4_with_data(tmp_path / "a.mp4", handler=b"sbtl", words=b"Hello")

    assert (path, "") == fit(path, "", MediaLimits())[:3:2]


def test_a_track_in_fragments_is_refused(tmp_path: Path) -> None:
    """Better not sent than with the place in it."""
    path = made.mp4_with_data(tmp_path / "a.mp4")
    path.write_bytes(path.read_bytes() + made.box(b"moof", b""))
    with pytest.raises(Refused, match="track of data"):
        fit(path, "", MediaLimits())


# ----------------------------------------------------------------------- it fits


def test_what_is_painted_anew_is_no_larger_than_anybody_shows(tmp_path: Path) -> None:
    """Each step of it takes memory by its points; also where the server would take more."""
    path = made.jpeg(tmp_path / "a.jpg", (5_000, 4_000), turned=6)
    done = fit(path, "image/jpeg", OPEN)
    small = fit(path, "image/jpeg", MediaLimits(types=ALL, image_bytes=200_000))

    assert MOST_PIXELS * 0.98 < done.type.width * done.type.height <= MOST_PIXELS
    assert abs(done.type.width / done.type.height - 0.8) < 0.001
    assert small.type.width * small.type.height <= 200_000 * PIXELS_PER_BYTE


def test_a_large_photo_is_shrunk_to_the_bytes(tmp_path: Path) -> None:
    """By quality first, then by size; it says so."""
    path = made.jpeg(tmp_path / "a.jpg", (1600, 1200), quality=97)
    limits = MediaLimits(types=ALL, image_bytes=60_000)
    done = fit(path, "image/jpeg", limits)

    assert done.file.stat().st_size <= 60_000 < path.stat().st_size
    assert done.note.startswith("Location removed · shrunk to ")
    assert SECRET not in done.file.read_bytes()
    assert done == fit(path, "image/jpeg", limits)


def test_pixels_are_limited_too(tmp_path: Path) -> None:
    """Width × height, in its own proportions."""
    path = made.jpeg(tmp_path / "a.jpg", (1600, 1200))
    found = fit(path, "", MediaLimits(types=ALL, image_pixels=480_000)).type

    assert found.width * found.height <= 480_000
    assert abs(found.width / found.height - 4 / 3) < 0.01


def test_what_shines_through_stays_so_where_it_can(tmp_path: Path) -> None:
    """PNG, else WebP; else it lies on white."""
    path = made.png(tmp_path / "a.png", (400, 300), alpha=True)
    size = path.stat().st_size
    small = fit(path, "", MediaLimits(types=ALL, image_bytes=size // 2))
    white = fit(path, "", MediaLimits(types=frozenset({"image/jpeg"})))

    assert "image/webp" == small.mime
    with Image.open(small.file) as image:
        assert "RGBA" == image.mode
    assert "image/jpeg" == white.mime and "as JPEG" in white.note
    with Image.open(white.file) as image:
        assert all(level > 235 for level in image.getpixel((5, 1)))  # type: ignore[union-attr]


def test_a_moving_picture_goes_untouched_where_it_is_taken(tmp_path: Path) -> None:
    """Elsewhere its first picture, and it is said."""
    path = made.gif(tmp_path / "a.gif")
    still = fit(path, "", MediaLimits(types=frozenset({"image/jpeg", "image/png"})))

    assert (path, "") == fit(path, "", OPEN)[::2][:2]
    assert "image/png" == still.mime and "Only its first picture" in still.note


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (MediaLimits(video_bytes=300), "takes 1 kB"),
        (MediaLimits(video_seconds=10), "runs 12 s"),
        (MediaLimits(types=frozenset({"image/png"})), "takes no video"),
    ],
)
def test_a_video_that_does_not_fit_is_refused(
    limits: MediaLimits, says: str, tmp_path: Path
) -> None:
    """It is not made smaller here; both numbers are said."""
    path = made.mp4(tmp_path / "a.mp4")
    with pytest.raises(Refused, match=says):
        fit(path, "", limits)


def test_colours_of_another_space_are_brought_over(tmp_path: Path) -> None:
    """A CMYK picture is seen, not refused; what is painted anew has no profile."""
    path = tmp_path / "a.jpg"
    made.noise(64, 64).convert("CMYK").save(path, "JPEG")
    done = fit(path, "", MediaLimits(types=frozenset({"image/png"})))

    with Image.open(done.file) as image:
        assert "RGB" == image.mode


def test_a_damaged_picture_is_refused(tmp_path: Path) -> None:
    """Its head is sound and its body is not: found before anything is sent."""
    into = io.BytesIO()
    made.noise(200, 200).save(into, "PNG")
    path = tmp_path / "a.png"
    data = into.getvalue()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(Refused, match="damaged"):
        fit(path, "", MediaLimits(types=ALL, image_bytes=1_000_000))


def test_a_box_that_claims_too_much_is_refused(tmp_path: Path) -> None:
    """A video whose boxes reach beyond its end."""
    path = made.mp4(tmp_path / "a.mp4")
    data = path.read_bytes()
    path.write_bytes(data[:24] + struct.pack(">I", 1 << 30) + data[28:])
    with pytest.raises(Refused, match="damaged"):
        fit(path, "", MediaLimits())
