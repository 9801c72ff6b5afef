"""The interoperability vectors of the AT Protocol, and a note of which were used."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.outside import OUTSIDE

FOLDER = (OUTSIDE or Path()) / "vectors" / "atproto-interop"


def cases(name: str) -> Any:
    """What a JSON file holds."""
    return json.loads((FOLDER / name).read_text("utf-8"))


def lines(name: str) -> list[str]:
    """The values of a text file: not stripped, blanks can be the point."""
    text = (FOLDER / name).read_text("utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]
