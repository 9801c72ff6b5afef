"""
Opening the window: paint first, load the rest afterwards.

In this order, each as late as can be (numbers: technotes/measured.md):

1. Before Qt: the store and the model (``app/__main__.py`` leaves out what
   libraries load in vain, ``lean_qt`` and ``lean_enums`` what PySide6 does).
2. ``Front``: window, sidebar, header and the rows in sight, from the disk alone.
   Nothing else may be imported for it (tests/ui/test_start.py has the list).
3. The frame is on the screen. Now asyncio and the loop (``_live``).
4. ``Live`` connects all signals, the pointer listens (``timeline/hands.py``):
   from here on input is answered.
5. In the next turn services and presenters (``presenters/behind.py``), then
   pictures, screen readers' widgets, the socket for a second Godwit.

Dialogs, menus, popovers and settings load when they are opened.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QApplication

from app.model.errors import ServiceError
from app.model.timeline import ALL, TimelineId
from app.services import late
from app.ui.instance import Instance
from app.ui.presenters import first_frame
from app.ui.presenters.late import LatePictures
from app.ui.presenters.shell import ShellPresenter
from app.ui.qtlog import listen_to_qt
from app.ui.shell.window import Window
from app.ui.theme import style
from app.ui.theme.look import Look
from app.ui.timeline.view import TimelineView
from app.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox

    from app.portability.belongings import Belongings
    from app.services.house import House
    from app.store import Store

_GIVE_WAY = 0.0005
_SETTLE_AFTER = 0.3
"""Seconds until all is loaded and another Godwit can call us: it waits, and QtNetwork is slow."""

NO_SCREEN = ("offscreen", "minimal")
"""Platforms of Qt where nobody could press a button."""


class Site(Protocol):
    """What stands behind a window; made by ``wiring``."""

    @property
    def profile(self) -> Path: ...
    @property
    def store(self) -> Store: ...
    @property
    def offline(self) -> bool: ...
    @property
    def order(self) -> tuple[str, ...]:
        """Networks in the order in which echoes show them."""
        ...

    def now(self) -> datetime:
        """Aware UTC."""
        ...

    def furnish(self) -> House:
        """Everything else: loads what is slow to load."""
        ...

    def belongings(self, house: House) -> Belongings:
        """What can be done with what the user owns."""
        ...


class Front:
    """The window and what is drawn in it, before anything can happen."""

    def __init__(
        self, app: QApplication, site: Site, look: Look | None = None, *, show: bool = False
    ) -> None:
        """*show*: at once, so that rows are laid out for the width they will have."""
        reader = site.store.reader
        self.look = look or Look(app, first_frame.read_wishes(reader))
        self.window = Window(self.look)
        self.pictures = LatePictures(self.window)
        self.view = TimelineView(self.look.theme, self.pictures, clock=site.now, asleep=show)
        self.shell = shell = ShellPresenter(self.look, self.window, self.view, site.now)
        shell.accounts = reader.accounts()
        shell.networks = first_frame.read_networks(reader)
        shell.feeds = first_frame.read_feeds(reader)
        shell.state = first_frame.read_states(reader)
        shell.last_sync = first_frame.read_last_sync(reader)
        shell.current = TimelineId(reader.setting(first_frame.PLACE, ALL))
        shell.offline, shell.recovered = site.offline, site.store.recovered
        shell.refresh()
        self.window.show_middle(self.view)
        if show:
            self.window.show()
        if not shell.accounts:
            # What first run offers is known only when the networks are loaded.
            self.window.show_first_run(Panel(self.look, "surface"))
        else:
            rows, offset = first_frame.read_rows(reader, shell.current, site.order)
            self.view.set_source(rows)
            if len(rows):
                self.view.go_to(rows.key(0), offset)


def open_window(make_site: Callable[[], Site], profile: Path) -> int:
    """
    Show the window of *profile* until it is closed. Returns the exit status.

    Args:
        make_site: Opens the profile; called only when no other Godwit has it.
        profile: Its folder; made if there is none.
    """
    listen_to_qt()
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication([*sys.argv[:1], "-style", "fusion"])
        app.setProperty(style.FUSION, True)
    app.setApplicationName("Godwit")
    app.setDesktopFileName("godwit")
    instance = Instance(profile)
    if not instance.acquire() and instance.call_first():
        return 0
    try:
        site = make_site()
    except ServiceError as error:
        # Whoever starts from a menu sees no terminal; the command line tells it too.
        if app.platformName() not in NO_SCREEN:
            refusal(error).exec()
        raise
    front = Front(app, site, show=True)
    # The first frame is on the screen before anything slow is loaded.
    app.processEvents()
    mark_time("painted")
    return _live(app, front, site, instance)


def refusal(error: ServiceError) -> QMessageBox:
    """A box that says why there is no window, and what to do."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Warning, "Godwit", error.message)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(error.next_step)
    return box


def _live(app: QApplication, front: Front, site: Site, instance: Instance) -> int:
    # A third of asyncio's start. Who opens a connection loads them, off this thread.
    late.put_off(("ssl", "asyncio.sslproto", "hashlib", "hmac", "secrets"))
    import asyncio

    from app.ui import asyncqt
    from app.ui.presenters.live import Live

    # Threads that read and write the cache give way to painting at once (usually 5 ms).
    sys.setswitchinterval(_GIVE_WAY)

    def settle() -> None:
        instance.listen(front.window.come_forward)
        # What was loaded stays: from here on only what is new is looked through.
        gc.freeze()  # collecting again is asyncqt's, on this thread only

    async def main() -> None:
        def ready() -> None:
            mark_time("usable")
            front.window.dress()
            front.look.ask_style()

        live = Live(
            front,
            site.furnish,
            belongings=site.belongings,
            start_demo=_start_demo,
            ready=ready,
        )
        asyncqt.on_interrupt(live.closed.set)
        settling = asyncio.get_running_loop().call_later(_SETTLE_AFTER, settle)
        try:
            await live.run()
        finally:
            settling.cancel()
            instance.close()
            await live.house.close()

    asyncqt.run(main(), app)
    return 0


def mark_time(name: str) -> None:
    """For measuring the start: append *name* and the monotonic time (ns) to a file, if asked."""
    if path := os.environ.get("GODWIT_TIMINGS"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"{name} {time.monotonic_ns()}\n")


def _start_demo() -> bool:
    """A second Godwit, on the embedded networks; False: it could not be started."""
    from PySide6.QtCore import QProcess

    started = QProcess.startDetached(sys.executable, ["-m", "app", "--demo"])
    return bool(started[0] if isinstance(started, tuple) else started)
