"""What the servers of authors tell of a conversation that mine does not have."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from app.feed.threads import Voice
from app.model import Entry
from app.model.errors import ServiceError
from app.model.thread import Elsewhere

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.protocols.writing import Converses
    from app.store import Store

log = logging.getLogger(__name__)

ASK_ORIGINS = "conversation.origins"
"""Setting: whether the server of a post's author is asked, as nobody, for the rest. On."""


class Asked(Struct, frozen=True, kw_only=True):
    """How an author's server is doing. *why*: what it said, or why it could not."""

    host: str
    state: Literal["asking", "told", "failed"]
    why: ServiceError | None = None


class Origins:
    """
    Of one conversation.

    Attributes:
        told: Network → what its author's server tells.
        asked: Network → how that server is doing.
        wanted: Ask; None: as the setting says.
    """

    def __init__(self, store: Store, changed: Callable[[], None]) -> None:
        self.told: dict[str, Elsewhere] = {}
        self.asked: dict[str, Asked] = {}
        self.wanted: bool | None = None
        self._store, self._changed = store, changed

    async def ask(self, voice: Voice, service: Converses) -> bool:
        """
        Ask about the focus of *voice*. True: there is something to show.

        Once for each time that a conversation is opened: it is a stranger's server.
        """
        from app.protocols.origins import AsksOrigins

        focus = voice.thread.post
        if voice.network in self.told:
            return False
        if not (isinstance(service, AsksOrigins) and isinstance(focus, Entry)):
            return False
        post = focus.post
        host = service.origin_of(post.uri)
        if not host or post.visibility not in ("public", "quiet") or not await self._may():
            return False
        self._note(voice.network, Asked(host=host, state="asking"))
        domain = post.author.handle.rpartition("@")[2]
        try:
            told = await service.from_origin(post.uri, domain=domain)
        except ServiceError as error:
            log.info("%s was asked for the rest of a conversation: %s", host, error.kind)
            self._note(voice.network, Asked(host=host, state="failed", why=error))
            return False
        self.told[voice.network] = told
        self._note(voice.network, Asked(host=host, state="told"))
        return True

    def has(self, uri: str) -> bool:
        """One of them tells of that post."""
        return any(
            isinstance(item, Entry) and item.post.uri == uri
            for told in self.told.values()
            for item in (*told.ancestors, *told.replies)
        )

    async def _may(self) -> bool:
        if self.wanted is not None:
            return self.wanted
        return bool(await self._store.load(lambda reader: reader.setting(ASK_ORIGINS, True)))

    def _note(self, network: str, asked: Asked) -> None:
        self.asked[network] = asked
        self._changed()
