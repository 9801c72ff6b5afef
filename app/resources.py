"""Where the files beside the code are: in a checkout and in the installed wheel."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent
_PLACES = (_HERE.parent / "resources", _HERE / "_resources")


def resource(*parts: str) -> Path:
    """
    Path of a file under ``resources/``.

    Raises:
        FileNotFoundError: It is not there: the installation is broken.
    """
    for place in _PLACES:
        path = place.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError("/".join(parts))
