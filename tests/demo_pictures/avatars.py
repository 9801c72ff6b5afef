"""Faces of the demo: small landscapes, and two emoji."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QImage

from tests.demo_pictures.brush import Brush

SIZE = 128
Drawing = Callable[[Brush], None]


def _hills(
    sky: str, sun: tuple[float, float, float, str], *hills: tuple[float, float, float, str]
) -> Drawing:
    """A sky, a sun, and hills (left, middle, right height)."""

    def draw(b: Brush) -> None:
        b.sky(sky)
        b.disc(*sun)
        for left, middle, right, color in hills:
            b.hill([(0, left), (0.5, middle), (1, right)], color)

    return draw


def _peaks(
    sky: str, sun: tuple[float, float, float, str], *peaks: tuple[float, float, float, str]
) -> Drawing:
    """A sky, a sun, and mountains (foot, top x, top y)."""

    def draw(b: Brush) -> None:
        b.sky(sky)
        b.disc(*sun)
        for width, x, y, color in peaks:
            b.shape([(x - width, 1.0), (x, y), (x + width, 1.0)], color)

    return draw


def _sea(sky: str, water: str, sun: str, y: float) -> Drawing:
    """A sun that stands in the water."""

    def draw(b: Brush) -> None:
        b.sky(sky)
        b.box(0, 0.5, 1, 0.5, water)
        b.disc(0.5, y, 0.2, sun)
        if y > 0.5:
            b.box(0, 0.28, 1, 0.22, sky)

    return draw


def _plant(ground: str, stem: str, left: str, right: str) -> Drawing:
    """Two leaves on a stem."""

    def draw(b: Brush) -> None:
        b.sky(ground)
        b.line([(0.5, 0.86), (0.5, 0.42)], stem, 0.05)
        b.leaf(0.5, 0.60, 0.36, 215, left)
        b.leaf(0.5, 0.48, 0.36, -40, right)

    return draw


def _face(b: Brush) -> None:
    b.sky("#44644A")
    b.disc(0.5, 0.54, 0.28, "#F2D49B")
    b.shape([(0.2, 0.44), (0.26, 0.26), (0.5, 0.18), (0.74, 0.26), (0.8, 0.44)], "#C9713F")
    b.disc(0.4, 0.55, 0.03, "#33241C")
    b.disc(0.6, 0.55, 0.03, "#33241C")
    b.line([(0.42, 0.66), (0.5, 0.69), (0.58, 0.66)], "#33241C", 0.02)


def _ferry(b: Brush) -> None:
    b.sky("#E7EDF0")
    b.box(0, 0.66, 1, 0.34, "#2E5C72")
    b.shape([(0.14, 0.56), (0.86, 0.56), (0.76, 0.74), (0.24, 0.74)], "#C4412F")
    b.box(0.3, 0.4, 0.36, 0.16, "#FFFFFF")
    b.box(0.5, 0.26, 0.1, 0.14, "#33424A")


def _buoy(b: Brush) -> None:
    b.sky("#CFE3E8")
    b.box(0, 0.68, 1, 0.32, "#4A8793")
    b.shape([(0.38, 0.72), (0.46, 0.3), (0.54, 0.3), (0.62, 0.72)], "#D6542F")
    b.box(0.42, 0.46, 0.16, 0.1, "#F7F0E1")
    b.disc(0.5, 0.26, 0.06, "#F3C24A")


def _plover(b: Brush) -> None:
    b.sky("#E9DCC1")
    b.disc(0.5, 0.58, 0.24, "#8A7156")
    b.disc(0.66, 0.38, 0.13, "#8A7156")
    b.disc(0.46, 0.64, 0.17, "#F5EFE2")
    b.shape([(0.78, 0.36), (0.92, 0.4), (0.78, 0.42)], "#2E2A26")
    b.disc(0.69, 0.35, 0.025, "#171412")
    b.line([(0.48, 0.8), (0.46, 0.95)], "#C97B3B", 0.02)
    b.line([(0.56, 0.8), (0.56, 0.95)], "#C97B3B", 0.02)


AVATARS: dict[str, Drawing] = {
    "ottilie": _hills(
        "#F3EBC9",
        (0.64, 0.36, 0.21, "#C98B3E"),
        (0.62, 0.8, 0.66, "#9DB08C"),
        (0.74, 0.72, 0.9, "#4B6B4C"),
    ),
    "teun": _sea("#F2DCB3", "#2F6F79", "#DB6A40", 0.52),
    "sela": _hills("#F4C3A6", (0.6, 0.4, 0.21, "#E98769"), (0.66, 0.7, 0.82, "#6A4A6C")),
    "akari": _peaks(
        "#F07478",
        (0.72, 0.3, 0.13, "#F7C654"),
        (0.5, 0.36, 0.42, "#23496C"),
        (0.4, 0.8, 0.6, "#2F5E86"),
    ),
    "library": _plant("#F4DDB3", "#5B4A38", "#2C7474", "#D96A3E"),
    "museum": _sea("#FFCB3E", "#22343F", "#F08A24", 0.48),
    "noura": _peaks(
        "#B7CB93",
        (0.7, 0.3, 0.11, "#F2EBCB"),
        (0.46, 0.42, 0.4, "#6F5B45"),
        (0.34, 0.78, 0.62, "#8A7356"),
    ),
    "radio": _peaks(
        "#B9CE96",
        (0.3, 0.3, 0.1, "#F7F1D5"),
        (0.4, 0.3, 0.5, "#6F5B45"),
        (0.46, 0.68, 0.44, "#5C4A38"),
    ),
    "pim": _hills(
        "#FFD250",
        (0.62, 0.42, 0.2, "#F59A2E"),
        (0.6, 0.72, 0.6, "#2C7C80"),
        (0.8, 0.76, 0.9, "#1F5D63"),
    ),
    "maribel": _peaks(
        "#F3A85C",
        (0.68, 0.3, 0.13, "#FBE3B5"),
        (0.5, 0.4, 0.42, "#8D314A"),
        (0.36, 0.8, 0.62, "#B14B4E"),
    ),
    "juno": _peaks(
        "#F09E57",
        (0.7, 0.28, 0.11, "#BFD8EA"),
        (0.46, 0.4, 0.36, "#34425E"),
        (0.4, 0.8, 0.56, "#4A5C7D"),
    ),
    "juno-sky": _peaks(
        "#F49C20",
        (0.66, 0.3, 0.12, "#FFD95A"),
        (0.46, 0.36, 0.46, "#1F5D6B"),
        (0.42, 0.76, 0.54, "#2B7C86"),
    ),
    "kiel": _plant("#F7E0C6", "#6A4A3A", "#8C3B33", "#E0925B"),
    "kaj": _face,
    "ferries": _ferry,
    "buoy": _buoy,
    "plover": _plover,
    "dune": _hills(
        "#CBDDE3",
        (0.3, 0.3, 0.12, "#FBF1D0"),
        (0.6, 0.74, 0.56, "#DDC38E"),
        (0.82, 0.74, 0.86, "#B8955C"),
    ),
    "kelp": _plant("#DCE9E2", "#2F5A4A", "#3E7F63", "#6FA873"),
    "reed": _hills("#E8E2F0", (0.66, 0.34, 0.16, "#B7A4D6"), (0.7, 0.62, 0.76, "#6C5B92")),
}


def rope() -> QImage:
    """The emoji :rope:, a ring of rope."""
    b = Brush(64, 64, clear=True)
    b.disc(0.5, 0.5, 0.42, "#C79A5B")
    b.disc(0.5, 0.5, 0.22, "#FFFFFF")
    for n in range(4):
        x = 0.3 + 0.4 * (n % 2)
        y = 0.3 + 0.4 * (n // 2)
        b.line([(x - 0.07, y), (x + 0.07, y)], "#7C5A2D", 0.05)
    return b.done()


def gull() -> QImage:
    """The emoji :gull:."""
    b = Brush(64, 64, clear=True)
    b.disc(0.45, 0.6, 0.3, "#F4F6F7")
    b.disc(0.66, 0.34, 0.18, "#F4F6F7")
    b.shape([(0.1, 0.5), (0.62, 0.5), (0.2, 0.8)], "#8FA1AA")
    b.shape([(0.8, 0.32), (1.0, 0.4), (0.8, 0.44)], "#F0A32C")
    b.disc(0.7, 0.3, 0.04, "#1B1F21")
    return b.done()


def avatar(name: str) -> QImage:
    """The picture of somebody; the window cuts it round."""
    b = Brush(SIZE, SIZE)
    AVATARS[name](b)
    return b.done()
