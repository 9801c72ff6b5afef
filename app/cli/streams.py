"""stdin, stdout and stderr as a command may rely on: there, and fit for any text."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from app.model.errors import StoreError


def ready_streams(*, json: bool = False) -> None:
    """
    Make the three streams usable, however the program was started.

    A closed one (``>&-``, a program without a console) is None in Python; a
    pipe may have an encoding without most of the world's letters (Windows,
    ``LC_ALL=C``). JSON is UTF-8 everywhere; a lone half of a character, as in
    the name of a folder, becomes its escape.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            # Its number is taken again, lest the next file that is opened gets it.
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(nowhere, mode, encoding="utf-8", closefd=False))
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        if json:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
        else:
            sys.stdout.reconfigure(errors="replace")


def write(text: str) -> None:
    """
    To stdout. After an error nothing more goes there.

    Raises:
        BrokenPipeError: Nobody reads it any more.
        StoreError: It is a file that cannot be written.
    """
    _checked(lambda: sys.stdout.write(text))


def flush() -> None:
    """All that was written reaches its reader now. Raises: as ``write``."""
    _checked(sys.stdout.flush)


def _checked(call: Callable[[], object]) -> None:
    try:
        call()
    except OSError as error:
        # What waits in the buffer would fail again when the program ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if isinstance(error, BrokenPipeError):
            raise
        raise StoreError(
            f"The output cannot be written: {error.strerror}.",
            "Free some space, or send the output elsewhere.",
        ) from error
