"""One Godwit per profile."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtWidgets import QApplication

from app.ui.instance import Instance, _socket_name


@pytest.fixture
def first(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Instance:
    """A Godwit that has the profile and listens."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    made = Instance(tmp_path)
    assert made.acquire()
    return made


def _spin(holds: Callable[[], bool]) -> None:
    """Let events happen until *holds*, or for 3 s."""
    deadline = QDeadlineTimer(3000)
    while not holds() and not deadline.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def test_the_second_brings_the_first_forward(first: Instance, tmp_path: Path) -> None:
    """It cannot have the profile, and its one message arrives."""
    shown: list[bool] = []
    first.listen(lambda: shown.append(True))
    second = Instance(tmp_path)

    assert not second.acquire()
    assert second.call_first()
    _spin(lambda: shown == [True])
    assert shown == [True]
    first.close()


def test_other_profiles_are_free(first: Instance, tmp_path: Path) -> None:
    """Two profiles are two Godwits."""
    (tmp_path / "other").mkdir()
    other = Instance(tmp_path / "other")

    assert other.acquire()
    other.close()
    first.close()


def test_a_profile_that_is_not_there_yet_is_free(qapp: QApplication, tmp_path: Path) -> None:
    """The very first start waits for nobody, and its folder is the user's alone."""
    profile = tmp_path / "new" / "profile"
    made = Instance(profile)

    assert made.acquire()
    assert not Instance(profile).acquire()
    assert sys.platform == "win32" or stat.S_IMODE(profile.stat().st_mode) == 0o700
    made.close()


def test_a_place_that_cannot_be_a_profile_is_nobody_elses(
    qapp: QApplication, tmp_path: Path
) -> None:
    """Who opens it says what is wrong; nobody waits for another Godwit."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert Instance(tmp_path / "file").acquire()


def test_after_the_first_has_gone_the_next_is_first(first: Instance, tmp_path: Path) -> None:
    """Nothing stays behind."""
    first.listen(lambda: None)
    first.close()
    second = Instance(tmp_path)

    assert second.acquire()
    second.close()


def test_anything_but_the_one_message_is_ignored(first: Instance, tmp_path: Path) -> None:
    """The socket takes no commands and no data."""
    shown: list[bool] = []
    first.listen(lambda: shown.append(True))
    socket = QLocalSocket()
    socket.connectToServer(_socket_name(tmp_path))
    assert socket.waitForConnected(2000)

    socket.write(b"quit\n" * 10_000)
    _spin(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert shown == []
    first.close()


@pytest.mark.skipif(sys.platform == "win32", reason="rights of sockets are those of Unix")
def test_only_the_user_can_reach_the_socket(first: Instance, tmp_path: Path) -> None:
    """Mode 0600 (or less), in the user's own runtime folder."""
    first.listen(lambda: None)
    mode = stat.S_IMODE(os.stat(_socket_name(tmp_path)).st_mode)

    assert mode & 0o077 == 0
    first.close()
