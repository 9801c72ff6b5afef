"""Notifications reach the desktop through its portal, as plain text."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHOWN = """
import subprocess
import sys
from PySide6.QtCore import QObject, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusVirtualObject
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from app.services.announcing import Announcement
from app.ui.desktop import Desktop

watch = ["dbus-monitor", "--session", "interface='org.freedesktop.portal.Notification'"]
monitor = subprocess.Popen(watch, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
monitor.stdout.readline()

app = QApplication([])
NAME, PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
FACE = "org.freedesktop.portal.Notification"
theirs = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "portal")

class Portal(QDBusVirtualObject):
    def introspect(self, path):
        return ""

    def handleMessage(self, message, bus):
        print(message.member(), message.signature(), flush=True)
        bus.send(message.createReply())
        pressed = QDBusMessage.createSignal(PATH, FACE, "ActionInvoked")
        pressed.setArguments([message.arguments()[0], "open", []])
        bus.send(pressed)
        return True

portal = Portal()
if "portal" in sys.argv:
    assert theirs.registerVirtualObject(PATH, portal)
    assert theirs.registerService(NAME)

def pressed():
    print("pressed", flush=True)
    app.quit()

desktop = Desktop(app, QIcon, pressed)
desktop.show(Announcement(key="k", title="<b>Ana</b> replied to you", body="1 < 2 & more"))
desktop.show(Announcement(key="l", title="Bo"))
QTimer.singleShot(3000 if "portal" in sys.argv else 500, app.quit)
app.exec()
monitor.terminate()
if "portal" in sys.argv:
    print(monitor.stdout.read())
"""

needs_a_bus = pytest.mark.skipif(
    shutil.which("dbus-monitor") is None, reason="there is no D-Bus here"
)


def _run(*arguments: str) -> str:
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", SHOWN, *arguments],
        cwd=Path(__file__).resolve().parents[2],
        env={"QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_a_bus
def test_what_is_told_arrives_as_it_is_and_can_be_pressed() -> None:
    """Title and body as text, never as markup; pressing it brings the window forward."""
    told = _run("portal")

    assert "AddNotification sa{sv}" in told
    assert 'string "<b>Ana</b> replied to you"' in told
    assert 'string "1 < 2 & more"' in told
    assert "pressed" in told


@needs_a_bus
def test_a_desktop_that_shows_nothing_does_no_harm() -> None:
    """No portal and no place beside the clock: a line in the log, nothing else."""
    assert "" == _run()
