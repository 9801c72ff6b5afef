"""What is known of the demo's pictures. Made by tests/demo_pictures."""

from __future__ import annotations

from app.model import Media
from app.model.post import MediaKind
from app.protocols.demo.markup import MEDIA

# name: width, height, blurhash
PICTURES: dict[str, tuple[int, int, str]] = {
    "sea.jpg": (960, 640, "LJL}7=ozWB-oCTofoeRl9Goej@Rk"),
    "forest.jpg": (960, 640, "LNI6GotRIU?a~qkCRkxuMyjZj@Rk"),
    "boat.jpg": (960, 640, "LEAwVaE29a~Vtos.xZNb4p%L-o9G"),
    "town.jpg": (720, 480, "L77xUeozofj].AkCaeogDhV@a}ae"),
    "bowl.jpg": (720, 480, "LfLzW]of={t6~pj[WWj[wIjtEMWV"),
    "chart.png": (480, 480, "L12?jJo#aeozpwW=t,jF8xjEozV@"),
    "tower.jpg": (420, 900, "L6N0;a?Z~C-:8GbHxaof:ToLE1s:"),
    "coast.webp": (1280, 360, "LhJulpofWVof~Xj[j[j[9bfRj[az"),
    "dune.webp": (720, 720, "LsM@Jrt6ofog%%j[aybHENa}f5jY"),
}

FILMS: dict[MediaKind, str] = {"video": ".mp4", "audio": ".flac", "gif": ".gif"}
"""How files end that are no pictures. Made by tests/demo_pictures/films.py."""


def picture(
    name: str,
    alt: str = "",
    *,
    kind: MediaKind = "image",
    duration: float = 0.0,
    focus: tuple[float, float] = (0.0, 0.0),
) -> Media:
    """
    One attachment of the demo.

    For anything but an image *name* is its poster.
    """
    width, height, blurhash = PICTURES[name]
    url = f"{MEDIA}{name}"
    return Media(
        kind=kind,
        url=url if kind == "image" else f"{MEDIA}{name.split('.')[0]}{FILMS[kind]}",
        preview=url,
        alt=alt,
        width=width,
        height=height,
        blurhash=blurhash,
        focus=focus,
        duration=duration,
    )
