"""What holds for every test: no network beyond loopback, no unexpected error in the log."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The same examples in every run; GODWIT_EXPLORE=1 looks for new ones.
settings.register_profile(
    "steady",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("explore" if os.environ.get("GODWIT_EXPLORE") else "steady")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A run in the background is born deaf to Ctrl-C, and so would be what it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _is_here(address: Any) -> bool:
    """A path (Unix socket) or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = address[0]
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _guard(original: Any) -> Any:
    def connect(self: socket.socket, address: Any) -> Any:
        if self.type == socket.SOCK_STREAM and not _is_here(address):
            raise AssertionError(f"a test tried to reach {address!r}")
        return original(self, address)

    return connect


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    socket.socket.connect = _guard(_connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _guard(_connect_ex)  # type: ignore[method-assign]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _connect_ex  # type: ignore[method-assign]


class _Errors(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def _no_unexpected_error(request: pytest.FixtureRequest) -> Iterator[None]:
    handler = _Errors()
    for name in ("app", "asyncio"):
        logging.getLogger(name).addHandler(handler)
    yield
    for name in ("app", "asyncio"):
        logging.getLogger(name).removeHandler(handler)
    if handler.records and request.node.get_closest_marker("errors_expected") is None:
        pytest.fail("logged: " + "; ".join(r.getMessage() for r in handler.records))
