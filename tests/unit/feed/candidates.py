"""Candidates for tests, with everything that does not matter left out."""

from __future__ import annotations

from typing import Any

from app.feed.columns import HOUR
from app.feed.knowledge import Candidate, Knowledge
from app.feed.traits import Traits
from app.model.timeline import RowKey

NOW = 1_764_000_000_000_000
KNOWN = Knowledge(now=NOW)


def candidate(
    name: str = "1", *, hours: float = 1.0, by: str = "ana", network: str = "north", **more: Any
) -> Candidate:
    """A post *name*, some hours old."""
    at = NOW - round(hours * HOUR)
    own = {key: more.pop(key) for key in ("reposters", "text", "place", "lane") if key in more}
    fields: dict[str, Any] = {
        "at": at,
        "network": network,
        "author": by,
        "domain": f"{network}.example",
        "lang": "en",
        "has": 0,
        "length": 100,
        "words": 20,
        "likes": 0,
        "reposts": 0,
        "replies": 0,
        **more,
    }
    return Candidate(key=RowKey(at, 0), uri=name, traits=Traits(**fields), **own)
