"""When it leaves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.ui.composer.schedule import ScheduleDialog, near_times, parse_moment
from app.ui.theme.look import Look
from tests.ui.composer.samples import NOW


def test_near_times_are_later_and_in_order() -> None:
    """Whatever the hour and the day of the week."""
    for hours in range(0, 24 * 8, 5):
        now = NOW + timedelta(hours=hours)
        times = [at for _, at in near_times(now)]

        assert all(at > now for at in times)
        assert times == sorted(times)
        assert len(times) >= 2


def test_a_typed_moment_is_where_the_user_is() -> None:
    """Told as UTC."""
    local = NOW.astimezone() + timedelta(days=2)
    found = parse_moment(local.strftime("%Y-%m-%d"), local.strftime("%H:%M"), NOW)

    assert found == local.replace(second=0, microsecond=0).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [
        ("tomorrow", "07:30", "no day"),
        ("2026-13-01", "07:30", "no day"),
        ("2026-12-01", "7 pm", "no time"),
        ("2020-01-01", "07:30", "has passed"),
    ],
)
def test_what_is_no_moment_is_said_in_words(day: str, clock: str, words: str) -> None:
    """With how to write it."""
    with pytest.raises(ValueError, match=words):
        parse_moment(day, clock, NOW)


def dialog(look: Look, parent: Any, chosen: datetime | None = None) -> ScheduleDialog:
    """Of two lanes."""
    lanes = [("a@x.example", True), ("b.example", False)]
    return ScheduleDialog(look, NOW, lanes, parent, chosen=chosen)


def test_the_dialog_says_who_keeps_it(look: Look, parent: Any) -> None:
    """The server there, this computer here."""
    made = dialog(look, parent)
    texts = [label.text() for label in made.findChildren(type(made._title))]

    assert "@a@x.example: the server keeps it until then." in texts
    assert any("@b.example" in text and "must be on" in text for text in texts)
    made.deleteLater()


def test_a_wrong_moment_keeps_the_dialog_open(look: Look, parent: Any) -> None:
    """What was typed stays; the field says what to do."""
    made = dialog(look, parent)
    told: list[object] = []
    made.chosen.connect(told.append)
    made.open()
    made.day.input.setText("soon")
    made.day.changed.emit("soon")
    made._submit()
    assert (told, made.isVisible(), made.day.text()) == ([], True, "soon")

    tomorrow = (NOW.astimezone() + timedelta(days=1)).strftime("%Y-%m-%d")
    made.day.input.setText(tomorrow)
    made._submit()
    assert len(told) == 1 and not made.isVisible()
    made.deleteLater()


def test_a_chosen_time_can_be_taken_away(look: Look, parent: Any) -> None:
    """Leave at once tells None."""
    made = dialog(look, parent, chosen=NOW + timedelta(days=1))
    told: list[object] = []
    made.chosen.connect(told.append)
    made._end(None)

    assert told == [None]
    made.deleteLater()
