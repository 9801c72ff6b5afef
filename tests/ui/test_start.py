"""What is loaded before the first frame, and what waits until it is on the screen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app
from tests.bench.fill import fill

_UNTIL_PAINTED = """
import os, sys
from app.__main__ import lighten, main
lighten()
import app.ui.start as start
from app.services.late import LateModule

def tell(*_):
    modules = [name for name, one in sys.modules.items() if type(one) is not LateModule]
    classes = [
        name
        for part in ("QtCore", "QtGui", "QtWidgets")
        for name, one in dict.items(vars(sys.modules[f"PySide6.{part}"]))
        if isinstance(one, type)
    ]
    print(*modules, *(f"{name}!" for name in classes), flush=True)
    os._exit(0)

start._live = tell
sys.argv = ["godwit", "--profile", sys.argv[1], "--offline"]
main()
"""

WAITS = """
asyncio concurrent ssl socket subprocess selectors logging inspect typing_extensions argparse gettext
dataclasses ctypes hashlib json http email tempfile shutil lzma random traceback qasync httpx qtpy
PySide6.QtNetwork PySide6.QtSvg PySide6.QtTest
app.cli.main app.wiring.rooms app.services.house app.services.logs app.portability
app.ui.asyncqt app.ui.presenters.live app.ui.presenters.behind app.ui.presenters.timeline
app.ui.presenters.accounts app.ui.presenters.settings app.ui.presenters.cards
app.ui.shell.states app.ui.shell.shortcuts app.ui.shell.popovers app.ui.shell.switcher
app.ui.shell.firstrun app.ui.shell.links app.ui.shell.status app.ui.shell.details
app.ui.timeline.pointer app.ui.timeline.keyboard app.ui.timeline.intents app.ui.timeline.proxies
app.ui.timeline.menu app.ui.timeline.selection app.ui.timeline.row_interface
app.ui.timeline.decode app.ui.timeline.media_pictures app.ui.timeline.blurhash
app.ui.widgets.dialog app.ui.widgets.field app.ui.widgets.choices
app.ui.accounts app.ui.settings app.ui.composer app.ui.outbox
app.ui.feeds app.ui.presenters.feeds app.ui.presenters.doors app.ui.presenters.feed_lab
app.services.feeds app.services.ranked_timeline app.feed.recipe app.feed.ranking numpy
app.services.moderation app.services.blocklists app.services.moderation_values
app.moderation.causes app.moderation.decision app.moderation.definitions
app.moderation.muted_words app.moderation.filters app.moderation.blocklists ahocorasick_rs
""".split()
"""Loaded between the first frame and the moment one can use the window, or later still."""

MOST_OURS, MOST_CLASSES = 122, 95
"""Modules of ours, and classes of Qt's: each takes a tenth of a millisecond, at least."""

EVENTS = {"QMouseEvent", "QKeyEvent", "QWheelEvent", "QDropEvent", "QTouchEvent", "QHoverEvent"}
"""PySide loads all forty when one event comes to Python that could be any of them."""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> tuple[set[str], set[str]]:
    """Modules and classes of Qt's that are loaded when the first frame is painted."""
    profile = tmp_path_factory.mktemp("start") / "profile"
    fill(profile, 200)
    done = subprocess.run(
        [sys.executable, "-c", _UNTIL_PAINTED, str(profile)],
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(app.__file__).parents[1]),
            "QT_QPA_PLATFORM": "offscreen",
        },
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = set(done.stdout.split())
    classes = {name for name in names if name.endswith("!")}
    return names - classes, {name.removesuffix("!") for name in classes}


def test_the_first_frame_loads_nothing_that_it_does_not_show(
    loaded: tuple[set[str], set[str]],
) -> None:
    """No event loop, no services, no protocols; no menus, dialogs, keys or pointer."""
    modules, _ = loaded
    assert "app.ui.timeline.view" in modules
    assert [name for name in WAITS if name in modules] == []
    protocols = {"safety", "net", "net.address", "net.clean", "net.names"}
    allowed = {"app.protocols", *(f"app.protocols.{name}" for name in protocols)}
    assert {name for name in modules if name.startswith("app.protocols")} <= allowed


def test_the_first_frame_loads_few_modules_of_ours(loaded: tuple[set[str], set[str]]) -> None:
    """Who adds one for what is seen at once raises the number; all else is loaded later."""
    modules, _ = loaded
    ours = sorted(name for name in modules if name.partition(".")[0] == "app")
    assert len(ours) <= MOST_OURS, ours


def test_the_first_frame_touches_few_classes_of_qt(loaded: tuple[set[str], set[str]]) -> None:
    """PySide makes a class, and all its enumerations, when its name is first imported."""
    _, classes = loaded
    assert not classes & EVENTS
    assert len(classes) <= MOST_CLASSES, sorted(classes)
