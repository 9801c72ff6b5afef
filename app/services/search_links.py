"""What somebody pasted into the search: an address of a post, of somebody, or only words. Pure."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from app.model.errors import BadInput

Kind = Literal["post", "person", "either"]

_HANDLE = re.compile(r"@?[\w.-]+@[\w-]+(\.[\w-]+)+(:\d+)?|@[\w-]+(\.[\w-]+)+")


def is_address(text: str) -> bool:
    """It names one post or person: it is to be opened, not looked for."""
    try:
        names_one(text)
    except BadInput:
        return False
    return True


def names_one(text: str) -> Kind:
    """
    What kind of thing *text* is the address of.

    Raises:
        BadInput: It is none.
    """
    text = text.strip()
    if text and not re.search(r"\s", text):
        if _HANDLE.fullmatch(text):
            return "person"
        try:
            parts = urlsplit(text)
            host = parts.hostname
        except ValueError:
            host = None
        else:
            if parts.scheme == "at" and parts.netloc:
                return "post" if parts.path.count("/") > 1 else "person"
            if parts.scheme == "did":
                return "person"
        is_page = host and parts.scheme in ("http", "https") and not parts.username
        if is_page and parts.path.strip("/"):
            return "either"
    raise BadInput(
        f"“{text[:80]}” is no address of a post or profile.",
        "Paste its web address, at://…, or @name@server.",
    )
