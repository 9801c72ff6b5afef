"""
The real program in a process of its own, without the wait until Python has started.

One process (for every set of variables that Python reads at its start) has imported all
below the window. It forks for each command: the child gets arguments, environment and
streams of its own, ends as any program ends, and can be killed as any. A cold start is
what ``test_places``, ``test_start`` and everything with a window are for.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[1]
_HEAD = struct.Struct("!I")
_AT_START = ("PYTHON", "LC_", "LANG", "MALLOC", "LD_")
"""What the interpreter reads before our code runs."""


def run(
    arguments: Sequence[str], env: Mapping[str, str], *, stdin: bytes, timeout: float
) -> subprocess.CompletedProcess[bytes]:
    """``python -m app`` with *arguments* in the project's folder. Raises: TimeoutExpired."""
    words = ["app", *arguments]
    with contextlib.ExitStack() as stack:
        came, out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        came.write(stdin)
        came.seek(0)
        told, tell = os.pipe()
        answers = stack.enter_context(os.fdopen(told, "rb", buffering=0))
        with os.fdopen(tell, "wb"):
            parent = _parent(tuple(sorted((k, v) for k, v in env.items() if _is_early(k))))
            parent.ask([*arguments], env, [came.fileno(), out.fileno(), err.fileno(), tell])
        pid = int(_line(answers, timeout) or b"0")
        status = _line(answers, timeout)
        if status is None:
            if pid:  # 0 would be all of us
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise subprocess.TimeoutExpired(words, timeout)
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(words, int(status), out.read(), err.read())


class Parent:
    """The process that forks."""

    def __init__(self, env: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "tests.warm", str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=dict(env), pass_fds=[theirs.fileno()]
            )
        self._socket = ours  # it ends when this is closed, with us
        self._lock = threading.Lock()

    def ask(self, arguments: list[str], env: Mapping[str, str], files: list[int]) -> None:
        """Start one command; *files*: its streams, and where its end is told."""
        asked = json.dumps([arguments, dict(env)]).encode()
        with self._lock:
            socket.send_fds(self._socket, [_HEAD.pack(len(asked))], files)
            self._socket.sendall(asked)


@cache
def _parent(early: tuple[tuple[str, str], ...]) -> Parent:
    return Parent({**os.environ, **dict(early)})


def _is_early(name: str) -> bool:
    return name.startswith(_AT_START)


def _line(answers: Any, timeout: float) -> bytes | None:
    """The next line; None: it does not come in time, or nobody is left who could say it."""
    found = b""
    while not found.endswith(b"\n"):
        if not select.select([answers], [], [], timeout)[0]:
            return None
        some = answers.read(1)
        if not some:
            return None
        found += some
    return found


# ------------------------------------------------------------- in the other process


def _serve(line: socket.socket) -> tuple[list[str], dict[str, str]]:
    """Fork for whatever is asked. Returns in the children only: what each has to be."""
    while True:
        head, files, _, _ = socket.recv_fds(line, _HEAD.size, 4)
        size = _HEAD.unpack(head)[0] if head else 0
        asked = line.recv(size, socket.MSG_WAITALL)
        if not asked or len(asked) < size:
            os._exit(0)  # whoever asks is gone
        if os.fork() == 0:
            tell = files.pop()
            _become(files)
            child = os.fork()
            if child == 0:
                os.close(tell)
                line.close()
                arguments, env = json.loads(asked)
                return arguments, env
            _watch(child, tell)
        for one in files:
            os.close(one)
        _reap()


def _become(streams: list[int]) -> None:
    for at, one in enumerate(streams):
        os.dup2(one, at)
        os.close(one)


def _watch(child: int, tell: int) -> NoReturn:
    os.write(tell, b"%d\n" % child)
    _, status = os.waitpid(child, 0)
    os.write(tell, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _load() -> None:
    """All that a command might need."""
    import app

    for found in pkgutil.walk_packages(app.__path__, "app."):
        if not found.name.startswith(("app.ui", "app.__main__")):
            importlib.import_module(found.name)
    for name in ("httpx", "atproto", "cryptography", "keyring", "sqlite_utils", "selectolax"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    _guess_cheaply()


def _guess_cheaply() -> None:
    """
    Vaults that are made here cost as little as a file may say, not 0.4 s with each command.

    Each file names its price; that a new one names the right one is for ``test_vault``.
    """
    from app.store import vault_file

    vault_file._N = vault_file.LEAST


def _main() -> int:
    from app.__main__ import lighten, main

    lighten()
    _load()
    gc.collect()
    gc.freeze()  # else every collection of a child writes into all that we share
    arguments, env = _serve(socket.socket(fileno=int(sys.argv[1])))
    os.environ.clear()
    os.environ.update(env)
    sys.argv = ["app", *arguments]
    status = main()
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    sys.exit(_main())
