"""What was asked for at the start. Imported before the first frame: next to nothing."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class Options(Struct, frozen=True, kw_only=True):
    """
    What was asked for at the start.

    Attributes:
        profile: Folder of the profile; None: ``GODWIT_PROFILE``, else the
            platform's own place.
        demo: A throw-away profile on the two embedded networks.
        offline: Cache only; no server is asked.
        verbose: The log also goes to stderr.
    """

    profile: Path | None = None
    demo: bool = False
    offline: bool = False
    verbose: bool = False
