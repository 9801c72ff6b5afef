"""
Whose labels every answer of the AppView is to carry, and whether it did.

Request ``atproto-accept-labelers``, answer ``atproto-content-labelers`` (facts B4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.protocols.bluesky.preferences import MOST_LABELERS, OWN_LABELER

ASK, TOLD = "atproto-accept-labelers", "atproto-content-labelers"
# One that is no DID, and the AppView takes its default instead of all of them.
_DID = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]{1,2000}")
_PRIVATE = ("app.bsky.actor.getPreferences", "app.bsky.labeler.")
"""Not views of content: the PDS answers, or nothing is labelled."""


class AskedLabelers:
    """
    Of one account. Nobody is asked for until somebody says whom: the server's default.

    Attributes:
        missing: Whom the last answer had no labels of.
    """

    def __init__(self) -> None:
        self.missing: frozenset[str] = frozenset()
        self._asked: tuple[str, ...] = ()
        self._header: dict[str, str] = {}

    def ask(self, uris: Sequence[str]) -> None:
        """From now on for these, the network's own first."""
        named = dict.fromkeys((OWN_LABELER, *(uri for uri in uris if _DID.fullmatch(uri))))
        self._asked = tuple(named)[:MOST_LABELERS]
        self.missing = self.missing & frozenset(self._asked)
        redacting = (f"{uri};redact" if uri == OWN_LABELER else uri for uri in self._asked)
        self._header = {ASK: ", ".join(redacting)}

    def header_for(self, method: str) -> dict[str, str]:
        """What goes with a question to the AppView."""
        if not method.startswith("app.bsky.") or method.startswith(_PRIVATE):
            return {}
        return self._header

    def hear(self, headers: Mapping[str, str]) -> None:
        """An answer says whose labels it has."""
        told = headers.get(TOLD)
        if told is None:
            return  # no view of content, or a server that does not say
        given = {part.partition(";")[0].strip() for part in told.split(",")}
        self.missing = frozenset(self._asked) - given
