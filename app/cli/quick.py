"""
The plain start of the window, understood without the grammar of commands.

That grammar takes 40 ms to load, which the first frame does not need.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.services.options import Options

_FLAGS = {"--demo": "demo", "--offline": "offline", "-v": "verbose", "--verbose": "verbose"}


def window_options(arguments: Sequence[str]) -> Options | None:
    """What a window was asked for; None: there is more to it than that."""
    wishes: dict[str, bool] = {}
    profile: Path | None = None
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if argument in _FLAGS:
            wishes[_FLAGS[argument]] = True
        elif name == "--profile" and (folder := value if equals else next(rest, "")):
            profile = Path(folder)
        else:
            return None
    if profile is not None and "demo" in wishes:
        return None
    return Options(profile=profile, **wishes)


def has_screen() -> bool:
    """Whether a window can be shown here."""
    if os.environ.get("QT_QPA_PLATFORM") or not sys.platform.startswith(("linux", "freebsd")):
        return True
    return bool(os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY"))
