"""Where a profile is, and what becomes of the demo's."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from app.services.options import Options

PROFILE = "GODWIT_PROFILE"


def profile_of(options: Options) -> Path:
    """Where the profile is; for the demo a new folder that is deleted at the end."""
    if options.demo:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="godwit-demo-"))
        _drop_at_the_end(folder)
        return folder
    if options.profile is not None:
        return options.profile
    if named := os.environ.get(PROFILE):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_data_dir("godwit", appauthor=False, roaming=False))


def leave(profile: Path, options: Options) -> None:
    """Close the log; the demo's folder goes with it."""
    from app.services.logs import stop_logging

    stop_logging()
    if options.demo:
        _drop(profile)


def _drop_at_the_end(folder: Path) -> None:
    """However it ends: also when it never comes as far as a house to close."""
    import atexit
    import signal

    def end(number: int, _: object) -> None:
        # No exception: one that comes in the middle of painting is lost, and we would live on.
        _drop(folder)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    atexit.register(_drop, folder)
    with suppress(ValueError):  # only the main thread may
        if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
            signal.signal(signal.SIGTERM, end)


def _drop(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
