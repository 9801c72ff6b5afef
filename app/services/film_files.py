"""Which files are played: told by what is in them, and handed on under that name only."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final, Literal

from msgspec import Struct

from app.model.errors import Malformed, Unsupported
from app.services.file_types import HEAD
from app.services.picture_types import picture_type

MOST_PIXELS: Final = 36_000_000
"""Of a frame: 8K. One is decoded at a time, several are kept."""

_PACKET, _SYNC = 188, 0x47
_SUFFIXES: Final = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "audio/webm": ".webm",
    "video/ogg": ".ogv",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/flac": ".flac",
    "audio/wav": ".wav",
}
SUFFIXES: Final = frozenset({*_SUFFIXES.values(), ".ts", ".gif", ".webp", ".json"})


class Kind(Struct, frozen=True):
    """
    What is in a file. Sizes in px, duration in seconds; 0 = it does not say.

    *what*: ``picture`` is one that moves, and needs no player.
    """

    what: Literal["film", "sound", "picture"]
    suffix: str
    width: int = 0
    height: int = 0
    duration: float = 0.0


def kind_of_file(path: Path) -> Kind:
    """
    What *path* is. Blocking, and quick: only headers are read.

    Raises:
        Malformed: Nothing that is played here, or it is damaged.
        Unsupported: A film, but of a kind that is not.
    """
    from app.services.containers import container_type

    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
        found = container_type(path, head)
    except (ValueError, OSError, struct.error, IndexError, OverflowError) as error:
        raise Malformed("The film is damaged.", "It may play on the web.") from error
    if found is not None:
        return _contained(found.kind == "audio", found.mime, found)
    if is_stream(head):
        return Kind("film", ".ts")
    picture = picture_type(head)
    if picture is not None and picture.format in ("gif", "webp"):
        return Kind("picture", f".{picture.format}", picture.width, picture.height)
    if head.lstrip()[:1] == b"<":
        raise Malformed("The server sent a web page instead of a film.", "Open it on the web.")
    raise Malformed("It is no film or sound of a kind that is safe to play.", "Open it on the web.")


def _contained(sound: bool, mime: str, found: object) -> Kind:
    suffix = _SUFFIXES.get(mime)
    if suffix is None:
        raise Unsupported("Films of this kind are not played here.", "Open it on the web.")
    width, height = getattr(found, "width", 0), getattr(found, "height", 0)
    if width * height > MOST_PIXELS:
        raise Malformed(f"The film is too large: {width} × {height} pixels.")
    duration = float(getattr(found, "duration", 0.0))
    return Kind("sound" if sound else "film", suffix, width, height, duration)


def is_stream(head: bytes) -> bool:
    """MPEG transport stream (ISO/IEC 13818-1 §2.4.3.2): packets of 188 bytes that begin alike."""
    if len(head) < 3 * _PACKET:
        return False
    return all(head[at] == _SYNC for at in range(0, len(head) - len(head) % _PACKET, _PACKET))
