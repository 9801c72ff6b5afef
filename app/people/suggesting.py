"""Who may be one human, until the user says so. Names alone suggest nothing."""

from __future__ import annotations

from msgspec import Struct

from app.model.person import Known
from app.people.book import Evidence

LEAST = 0.7
"""Below it there is no more than a name or a face."""


MOST_FOLLOWED = 5_000
"""Of whom an account follows, so many are looked for on its other networks, the newest first:
each takes some requests, and somebody may follow half a million."""


class Suggested(Struct, frozen=True, kw_only=True):
    """Two profiles that may be one human's: *confidence* 0…1, and why, the surest first."""

    one: Known
    other: Known
    confidence: float
    evidence: tuple[Evidence, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """The same, whichever way round."""
        return pair(self.one.profile.uri, self.other.profile.uri)


def pair(one: str, other: str) -> tuple[str, str]:
    """Two URIs, whichever way round."""
    first, second = sorted((one, other))
    return first, second
