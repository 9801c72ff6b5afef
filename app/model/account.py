"""My sign-ins, and the networks there are."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.timeline import AccountId


class NetworkInfo(Struct, frozen=True):
    """
    A network, as the user meets it.

    Attributes:
        id: What posts and accounts carry (``Post.network``).
        name: For people: the network's own name.
        mark: Which mark and colour of the theme stands for it.
        also: "Also X, Y and others that speak its language."
    """

    id: str
    name: str
    mark: str
    also: str = ""


class Account(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One of my sign-ins on one server.

    Attributes:
        protocol: Which package speaks for it (registry key).
        network: ``NetworkInfo.id``; differs from *protocol* only in the demo.
        server: Origin to speak to, ``https://host[:port]``.
        uri: Identity of the profile behind it (actor id or DID).
        handle: Without leading "@".
        abilities: What this server was seen to offer (probed, never guessed).
    """

    id: AccountId
    protocol: str
    network: str
    server: str
    uri: str
    handle: str
    name: str = ""
    avatar: str = ""
    abilities: frozenset[str] = frozenset()

    @property
    def host(self) -> str:
        """Host of the server, with its port if it is unusual."""
        return self.server.split("://", 1)[-1].rstrip("/")


AccountStateKind = Literal[
    "ready", "busy", "offline", "waiting", "signed_out", "suspended", "locked"
]


class AccountState(Struct, frozen=True, omit_defaults=True):
    """
    How an account is doing, for the sidebar and ``account list``.

    *until*: for ``waiting`` (rate limited). *message* and *next_step*: one
    sentence each. ``locked``: its secrets are in a vault that is locked.
    """

    kind: AccountStateKind = "ready"
    message: str = ""
    next_step: str = ""
    until: datetime | None = None
