"""A picture is fitted, zoomed at a point and moved, and never leaves the stage."""

from __future__ import annotations

from itertools import product

import pytest

from app.ui.media.geometry import MOST, Hold, fitted, is_fitted, moved, zoomed

STAGE = (800.0, 600.0)


def test_all_of_a_large_picture_is_in_sight_in_the_middle() -> None:
    """Its own proportions, as large as fits."""
    assert fitted((1600, 600), STAGE) == Hold(0.5, 0, 150)


def test_a_small_picture_is_never_enlarged_by_fitting() -> None:
    """100 % at most: one pixel for one of the screen, also where px are larger than those."""
    assert fitted((100, 100), STAGE) == Hold(1.0, 350, 250)
    assert fitted((100, 100), STAGE, natural=0.5).scale == 0.5


def test_what_is_under_the_pointer_stays_there() -> None:
    """Zooming in and out again."""
    size, at = (1600, 1200), (600.0, 200.0)
    hold = fitted(size, STAGE)
    near = zoomed(hold, size, STAGE, 2.0, at)
    before = ((at[0] - hold.x) / hold.scale, (at[1] - hold.y) / hold.scale)
    after = ((at[0] - near.x) / near.scale, (at[1] - near.y) / near.scale)

    assert after == pytest.approx(before)
    assert zoomed(near, size, STAGE, 0.01, at) == hold


def test_there_is_a_largest_and_a_smallest() -> None:
    """All of it at the least, eight pixels for one at the most."""
    size = (1600, 1200)
    hold = fitted(size, STAGE)

    assert zoomed(hold, size, STAGE, 99, (0, 0)).scale == MOST
    assert is_fitted(zoomed(hold, size, STAGE, 0, (0, 0)), size, STAGE)


def test_edges_are_never_pulled_away_from_the_stages() -> None:
    """However far it is pulled; what is smaller than the stage stays in the middle."""
    size = (1600, 400)
    near = zoomed(fitted(size, STAGE), size, STAGE, 1.0, (400, 300))
    for dx, dy in product((-9999, -10, 0, 10, 9999), repeat=2):
        hold = moved(near, size, STAGE, dx, dy)
        assert -800 <= hold.x <= 0
        assert hold.y == 100


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (1, 100_000), (100_000, 1)])
def test_sizes_that_lie_do_no_harm(size: tuple[float, float]) -> None:
    """Nothing, or as thin as a thread."""
    for stage in (STAGE, (0.0, 0.0), (1.0, 1.0)):
        hold = fitted(size, stage)
        assert hold.scale > 0
        zoomed(hold, size, stage, 3, (5, 5))
