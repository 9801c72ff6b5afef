"""
Give memory back: what the C library keeps for later is most of what pictures cost.

Decoding takes and frees megabytes in several threads. glibc gives every thread
a heap of its own, and keeps large blocks that were freed once: 25 MB more after
a thousand cards (mallopt(3), M_ARENA_MAX and M_MMAP_THRESHOLD).
"""

from __future__ import annotations

import sys

_ARENA_MAX, _MMAP_THRESHOLD = -8, -3  # malloc.h of glibc
_HEAPS = 1
_LARGE = 256 * 1024
"""Bytes from which a block is the system's own, and gone when it is freed."""


def be_thrifty() -> bool:
    """Before threads start that decode. False: this C library has no such setting."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes  # 3 ms: not before the first frame

    try:
        set_option = ctypes.CDLL(None).mallopt
    except AttributeError:  # musl
        return False
    return bool(set_option(_ARENA_MAX, _HEAPS)) and bool(set_option(_MMAP_THRESHOLD, _LARGE))
