"""
Give memory back: what the C library keeps for later is most of what pictures cost.

Decoding takes and frees megabytes in several threads. glibc gives every thread
a heap of its own, keeps large blocks that were freed once, and lets the top of the
heap grow: 30 MB more after a thousand cards (mallopt(3), M_ARENA_MAX,
M_MMAP_THRESHOLD and M_TRIM_THRESHOLD).
"""

from __future__ import annotations

import sys

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # malloc.h of glibc
_HEAPS = 1
_LARGE = 64 * 1024
"""Bytes from which a block is the system's own, and gone when it is freed."""
_SLACK = 128 * 1024
"""Bytes at the top of the heap that are kept for what comes next."""


def be_thrifty() -> bool:
    """Before threads start that decode. False: this C library has no such setting."""
    if not sys.platform.startswith("linux"):
        return False
    import ctypes  # 3 ms: not before the first frame

    try:
        set_option = ctypes.CDLL(None).mallopt
    except AttributeError:  # musl
        return False
    settings = ((_ARENA_MAX, _HEAPS), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _SLACK))
    return all(set_option(name, value) for name, value in settings)
