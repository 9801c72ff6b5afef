"""The tour's pictures, and the program as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.services.house import Options
from app.ui import (
    tour_feeds,
    tour_media,
    tour_messages,
    tour_moderation,
    tour_moving,
    tour_notifications,
    tour_people,
    tour_place,
    tour_search,
    tour_shelves,
    tour_thread,
)
from app.ui.tour import DOWN, WINDOWS, StillClock, render_tour
from app.wiring import WindowSite, Wiring

ROOT = Path(__file__).resolve().parents[3]


def _render(folder: Path, only: Collection[str] = ()) -> list[Path]:
    def make_site(clock: StillClock) -> WindowSite:
        return WindowSite(Wiring(), Options(demo=True), folder / "profile", clock)

    return render_tour(folder, make_site, only)


@pytest.mark.timeout(300)
def test_the_tour_shows_every_screen_in_light_and_dark(qapp: QApplication, tmp_path: Path) -> None:
    """Every picture is there, of the size it is meant to have, and not blank."""
    pictures = {path.stem: QImage(str(path)) for path in _render(tmp_path)}

    sheets = {
        f"{name}-{scheme}"
        for name in (
            "first-run",
            "cards",
            "accounts",
            "states",
            "settings",
            "composer",
            "composer-pane",
            "outbox",
            *tour_feeds.NAMES,
            *tour_thread.NAMES,
            *tour_media.NAMES,
            *tour_moderation.NAMES,
            *tour_moving.NAMES,
            *tour_search.NAMES,
            *tour_shelves.NAMES,
            *tour_notifications.NAMES,
            *tour_messages.NAMES,
            *tour_people.NAMES,
            *tour_place.NAMES,
        )
        for scheme in ("light", "dark")
    }
    assert pictures.keys() == {shot.name for shot in (*WINDOWS, *DOWN)} | sheets
    for shot in (*WINDOWS, *DOWN):
        picture = pictures[shot.name]
        assert (picture.width(), picture.height()) == shot.size
    for name, picture in pictures.items():
        colours = {
            picture.pixel(x, y)
            for x in range(0, picture.width(), 7)
            for y in range(0, picture.height(), 7)
        }
        assert len(colours) > 20, name


def test_the_same_program_gives_the_same_pictures(qapp: QApplication, tmp_path: Path) -> None:
    """No clock, no chance, no network in a picture."""
    names = ("timeline-light", "states-dark", "cards-light")
    first = [path.read_bytes() for path in _render(tmp_path / "a", names)]
    second = [path.read_bytes() for path in _render(tmp_path / "b", names)]

    assert len(first) == 3
    assert first == second


@pytest.mark.skipif(sys.platform == "win32", reason="signals are those of Unix")
@pytest.mark.parametrize("how", ["--demo", "--offline"])
def test_the_window_opens_and_ends_in_peace(tmp_path: Path, how: str) -> None:
    """The process paints, becomes usable, and ends on a signal with status 0 and no word."""
    timings = tmp_path / "timings"
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "GODWIT_TIMINGS": str(timings),
        "GODWIT_PROFILE": str(tmp_path / "profile"),
        "XDG_RUNTIME_DIR": str(tmp_path),
        "TMPDIR": str(tmp_path),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app", how],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    try:
        while "usable" not in (timings.read_text("utf-8") if timings.exists() else ""):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline, "it never became usable"
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=15)
    finally:
        process.kill()

    assert (process.returncode, out, err) == (0, "", "")
    assert [line.split()[0] for line in timings.read_text("utf-8").splitlines()] == [
        "painted",
        "usable",
    ]
