"""``godwit tour DIR``: the main screens of the demo as pictures, without a screen."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.doors import Doors
from app.cli.output import Output, Usage


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to put the PNG files")


def run_alone(arguments: argparse.Namespace, doors: Doors, out: Output) -> int:
    """Render, and name the files. Needs no profile."""
    folder: Path = arguments.folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Usage(
            f"{folder} cannot be used: {error.strerror}.", "Name a folder that can be written to."
        ) from None
    images = doors.tour(folder)
    out.result({"images": [str(image) for image in images]})
    for image in images:
        out.line(str(image))
    return 0
