"""Keeping a copy of a picture or film where its user wants it: by our own names, never over another."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from app.model.errors import StoreError

_MOST_NAME: Final = 60
_MOST_TRIES: Final = 1_000
_PLAIN = re.compile(r"[^\w@.-]+", re.ASCII)
# Names that mean a device on Windows, with any ending.
_TAKEN = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_ENDINGS: Final = {".jpeg": ".jpg"}


def name_of(handle: str, at: datetime, number: int, suffix: str) -> str:
    """
    What a copy is called: whose it is, of which day, and which of the post's.

    Args:
        suffix: What it was found to be, never what its server calls it.
    """
    who = _PLAIN.sub("-", handle).strip("-.")[:_MOST_NAME].rstrip("-.") or "media"
    if _TAKEN.fullmatch(who):
        who = f"media-{who}"
    return f"{who}-{at:%Y-%m-%d}-{number}{_ENDINGS.get(suffix, suffix)}"


def save_copy(source: Path | bytes, folder: Path, name: str) -> Path:
    """
    Put *source* into *folder* as *name*, or "name (2)" where that is taken. Blocking.

    Raises:
        StoreError: The folder is gone, the disk full or not writable.
    """
    stem, dot, ending = name.rpartition(".")
    for number in range(1, _MOST_TRIES):
        path = folder / (name if number == 1 else f"{stem} ({number}){dot}{ending}")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o644)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unwritable(folder, error) from error
        try:
            with os.fdopen(descriptor, "wb") as out:
                if isinstance(source, bytes):
                    out.write(source)
                else:
                    with source.open("rb") as file:
                        shutil.copyfileobj(file, out)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise _unwritable(folder, error) from error
        return path
    raise StoreError(f"{folder.name} has a thousand files of that name.", "Choose another folder.")


_BINARY: Final = getattr(os, "O_BINARY", 0)


def _unwritable(folder: Path, error: OSError) -> StoreError:
    reason = error.strerror or "unknown reason"
    return StoreError(
        f"It could not be saved in {folder.name}: {reason}.", "Choose another folder."
    )
