"""A pane opens beside the timeline and closes again: what was in sight is not laid out twice."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from app.model import RichText
from app.ui.timeline.cache import MOST
from tests.ui.timeline import samples
from tests.ui.timeline.conftest import Stage

Make = Callable[..., Stage]


def _widen(here: Stage, width: int) -> None:
    here.window.resize(width, here.window.height())
    QApplication.processEvents()


def test_back_at_the_width_before_rows_are_as_they_were(stage: Make) -> None:
    """The very same layouts, and every row where it stood."""
    here = stage(samples.many(80))
    view = here.view
    before, seen = [view.shelf.layout(index) for index, _ in view.visible_rows()], here.seen()

    _widen(here, 440)
    assert view.shelf.layout(0) is not before[0]
    _widen(here, 608)

    assert [view.shelf.layout(index) for index, _ in view.visible_rows()] == before
    assert view.shelf.layout(0) is before[0]
    assert here.seen() == seen


def test_what_changed_meanwhile_is_laid_out_anew(stage: Make) -> None:
    """An edit that came in while the pane was open shows when it closes."""
    rows = samples.many(80)
    here = stage(rows)
    before = here.view.shelf.layout(0)

    _widen(here, 440)
    edited = replace(rows[0].post, text=RichText("words " * 90))
    here.source.put(0, replace(rows[0], post=edited))
    _widen(here, 608)

    made = here.view.shelf.layout(0)
    assert made is not before and made.height != before.height


def test_another_density_is_no_width_before(stage: Make) -> None:
    """Layouts are only used again where all that they depend on is the same."""
    here = stage(samples.many(80))
    before = here.view.shelf.layout(0)

    here.view.set_density("compact")
    _widen(here, 440)
    _widen(here, 608)

    assert here.view.shelf.layout(0) is not before
    assert len(here.view.shelf.cache) <= MOST
