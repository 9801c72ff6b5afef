"""
One Godwit per profile: a second start brings the first one's window forward.

A lock file decides who is first, since it is quick and leaves nothing behind
after a crash. The socket beside it takes one message, "show", from the same
user only.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

_SHOW = b"show\n"
_PATIENCE = 2_000
"""ms that the first one has to answer when it listens."""
_START = 10_000
"""ms that it has to begin to listen: it may have been started in the same moment."""
_PAUSE = 50


class Instance(QObject):
    """The right to be the window of a profile."""

    def __init__(self, profile: Path) -> None:
        super().__init__()
        self._profile = profile
        self._lock = QLockFile(str(profile / "window.lock"))
        # Only the life of the process counts, however long it has slept.
        self._lock.setStaleLockTime(0)
        self._server: QLocalServer | None = None
        self._show: Callable[[], None] | None = None

    def acquire(self) -> bool:
        """
        Whether we are the first. Quick: before the first frame.

        Also when no lock can be had in that folder: then nobody else has it, and
        whoever opens the profile says in words what is wrong with it.
        """
        # Before the very first start there is no folder to put the lock into.
        with contextlib.suppress(OSError):
            self._profile.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._lock.tryLock(0) or self._lock.error() != QLockFile.LockError.LockFailedError

    def call_first(self) -> bool:
        """
        Ask the first one to show its window.

        False: it does not answer, or it has gone and now we are the first.
        """
        from PySide6.QtCore import QDeadlineTimer, QThread  # only for who comes second

        deadline = QDeadlineTimer(_START)
        while not self._call():
            if self.acquire() or deadline.hasExpired():
                return False
            QThread.msleep(_PAUSE)
        return True

    def _call(self) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(_socket_name(self._profile))
        if not socket.waitForConnected(_PATIENCE):
            return False
        socket.write(_SHOW)
        sent = socket.waitForBytesWritten(_PATIENCE)
        socket.disconnectFromServer()
        return bool(sent)

    def listen(self, show: Callable[[], None]) -> None:
        """Answer others from now on. After the first frame: it loads QtNetwork."""
        from PySide6.QtNetwork import QLocalServer

        self._show = show
        server = self._server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # Only we hold the lock, so a socket that is there is a dead one's.
        name = _socket_name(self._profile)
        QLocalServer.removeServer(name)
        server.newConnection.connect(self._on_connection)
        server.listen(name)

    def close(self) -> None:
        """Let the next one be first."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._lock.unlock()

    def _on_connection(self) -> None:
        server = self._server
        socket = server.nextPendingConnection() if server is not None else None
        if socket is None:
            return
        socket.readyRead.connect(lambda: self._on_message(socket))
        socket.disconnected.connect(socket.deleteLater)

    def _on_message(self, socket: QLocalSocket) -> None:
        # Anything but the one message is not for us.
        if socket.read(len(_SHOW)).data() == _SHOW and self._show is not None:
            self._show()
        socket.disconnectFromServer()


def _socket_name(profile: Path) -> str:
    """Short (sockets' paths are limited to ~100 bytes), one per profile, in the user's own folder."""
    # Only for whoever speaks over the socket; hashlib would load all of OpenSSL.
    from PySide6.QtCore import QCryptographicHash, QStandardPaths

    whole = str(profile.resolve()).encode()
    digest = QCryptographicHash.hash(whole, QCryptographicHash.Algorithm.Sha256).toHex()
    name = f"godwit-{bytes(digest.data()).decode()[:16]}"
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.RuntimeLocation)
    return str(Path(folder) / name) if folder else name
