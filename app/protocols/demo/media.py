"""The demo's pictures lie on the disk; nothing is fetched for them."""

from __future__ import annotations

from pathlib import Path

from app.protocols.demo.markup import MEDIA
from app.resources import resource


def media_file(url: str) -> Path | None:
    """
    The file that stands for *url*, or None: not ours, or no such picture.

    Only plain names are served, so that no address leads out of the folder.
    """
    name = url.removeprefix(MEDIA)
    if name == url or not name or "/" in name or "\\" in name or name.startswith("."):
        return None
    try:
        return resource("demo", name)
    except FileNotFoundError:
        return None
