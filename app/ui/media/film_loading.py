"""
What plays films, loaded while the window goes on: it takes 20 ms, and three times that from a cold disk.

Python keeps its lock while it loads a library, and so do ``ctypes.CDLL`` and PySide6's
loaders: on a thread they would stop the window just as long. A function that is called through
``ctypes`` runs without it, and the system's own loader is such a function (dlopen(3)).
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import PySide6
from PySide6.QtCore import QLibraryInfo

from app.ui.media.film import hush

_MODULE = "PySide6.QtMultimedia"


async def load_player() -> None:
    """Return when the libraries are there; what is missing shows when it is used."""
    if _MODULE not in sys.modules:
        await asyncio.to_thread(_load)


def _load() -> None:
    import ctypes

    loader = getattr(ctypes.CDLL(None), "dlopen", None) if os.name == "posix" else None
    if loader is None:
        return
    loader.argtypes, loader.restype = [ctypes.c_char_p, ctypes.c_int], ctypes.c_void_p
    for path in _libraries():
        loader(os.fsencode(path), os.RTLD_LAZY)
    hush()


def _libraries() -> Iterator[Path]:
    """The plugin with the decoders, which takes nearly all of it, and what Python speaks to."""
    plugins = QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)
    yield from Path(plugins, "multimedia").glob("libffmpegmediaplugin.*")
    for path in Path(PySide6.__file__).parent.glob("QtMultimedia.*"):
        if path.suffix in (".so", ".dylib"):
            yield path
