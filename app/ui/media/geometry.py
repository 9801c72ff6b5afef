"""Where a picture stands on the stage: fitted, zoomed at a point, moved. Pure."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

Size = tuple[float, float]

MOST: Final = 8.0
"""Screen pixels that one pixel of a picture takes at most."""
STEP: Final = 1.25
"""How much one press of a key, or one notch of a wheel, enlarges."""
_NEAR: Final = 1e-3


class Hold(Struct, frozen=True):
    """
    A picture held in front of the reader.

    Attributes:
        scale: px of the stage for each pixel of the picture.
        x, y: Its left upper corner, px of the stage.
    """

    scale: float
    x: float
    y: float


def fitted(size: Size, stage: Size, natural: float = 1.0) -> Hold:
    """
    All of it in sight and in the middle, never enlarged above 100 %.

    Args:
        natural: The scale of 100 %: px for one pixel of the screen.
    """
    return _settled(Hold(least(size, stage, natural), 0, 0), size, stage)


def least(size: Size, stage: Size, natural: float = 1.0) -> float:
    """The scale at which all of it is in sight."""
    if min(size) <= 0 or min(stage) <= 0:
        return natural
    return min(natural, stage[0] / size[0], stage[1] / size[1])


def zoomed(
    hold: Hold, size: Size, stage: Size, scale: float, at: Size, natural: float = 1.0
) -> Hold:
    """As large as *scale* says, within limits; what is at *at* stays there."""
    scale = min(max(scale, least(size, stage, natural)), max(MOST * natural, hold.scale))
    grown = scale / hold.scale if hold.scale else 1.0
    x = at[0] - (at[0] - hold.x) * grown
    y = at[1] - (at[1] - hold.y) * grown
    return _settled(Hold(scale, x, y), size, stage)


def moved(hold: Hold, size: Size, stage: Size, dx: float, dy: float) -> Hold:
    """Pulled by so much; its edges are never pulled away from the stage's."""
    return _settled(Hold(hold.scale, hold.x + dx, hold.y + dy), size, stage)


def is_fitted(hold: Hold, size: Size, stage: Size, natural: float = 1.0) -> bool:
    """All of it is in sight as ``fitted`` shows it."""
    return abs(hold.scale - least(size, stage, natural)) < _NEAR * hold.scale


def _settled(hold: Hold, size: Size, stage: Size) -> Hold:
    return Hold(
        hold.scale,
        _along(hold.x, size[0] * hold.scale, stage[0]),
        _along(hold.y, size[1] * hold.scale, stage[1]),
    )


def _along(start: float, length: float, room: float) -> float:
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, start))
