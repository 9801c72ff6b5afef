"""What is known of the demo's pictures. Made by tests/make_demo_pictures.py."""

from __future__ import annotations

from app.model import Media
from app.model.post import MediaKind
from app.protocols.demo.markup import MEDIA

# name: width, height, blurhash
PICTURES: dict[str, tuple[int, int, str]] = {
    "sea.jpg": (960, 640, ""),
    "forest.jpg": (960, 640, ""),
    "boat.jpg": (960, 640, ""),
    "town.jpg": (720, 480, ""),
    "bowl.jpg": (720, 480, ""),
    "chart.png": (480, 480, ""),
    "tower.jpg": (420, 900, ""),
    "coast.webp": (1280, 360, ""),
    "dune.webp": (720, 720, ""),
}


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

    For anything but an image *name* is its poster; the film itself does not
    exist.
    """
    width, height, blurhash = PICTURES[name]
    url = f"{MEDIA}{name}"
    return Media(
        kind=kind,
        url=url if kind == "image" else f"{MEDIA}{name.split('.')[0]}.{kind}",
        preview=url,
        alt=alt,
        width=width,
        height=height,
        blurhash=blurhash,
        focus=focus,
        duration=duration,
    )
