"""SHA-256 without OpenSSL, which ``hashlib`` loads: 2 MB that a start does without."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


def sha256_hex(data: bytes) -> str:
    """The digest as 64 hex digits."""
    return str(_sha256()(data).hexdigest())


@cache
def _sha256() -> Callable[[bytes], Any]:
    """Python's own (3.11; later), as ``random`` takes it; where there is none, of hashlib."""
    for name in ("_sha256", "_sha2"):
        try:
            return import_module(name).sha256  # type: ignore[no-any-return]
        except ImportError:
            continue
    return import_module("hashlib").sha256  # type: ignore[no-any-return]
