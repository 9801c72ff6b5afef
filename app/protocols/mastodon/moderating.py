"""
Mutes, blocks, whole servers; whom one follows; whom one's own server does not talk to.

Source: methods/mutes, blocks, domain_blocks, instance; facts C2.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import msgspec
from msgspec import Struct

from app.model.errors import BadInput, Malformed, Refused, SignedOut, Unsupported
from app.model.moderation import Averted, RefusedServer
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import Api
from app.protocols.mastodon.convert import profile_from_account
from app.protocols.mastodon.filters import Filtering
from app.protocols.mastodon.paging import all_items
from app.protocols.mastodon.session import accounts_path
from app.protocols.mastodon.wire_server import read_object
from app.protocols.safety import clean_text

MUTES, BLOCKS = "/api/v1/mutes", "/api/v1/blocks"
SERVERS, REFUSED = "/api/v1/domain_blocks", "/api/v1/instance/domain_blocks"
_PEOPLE, _DOMAINS = 80, 200
_MOST_DOMAINS = 100_000
_WHY = "whom you mute, block and follow"


class _Refused(Struct, gc=False):
    domain: str | None = None
    digest: str | None = None
    severity: str | None = None
    comment: str | None = None


class Moderating(Filtering):
    """The part of the service that averts (``Averts``, ``BlocksServers``, ``Follows``)."""

    async def averted(self, most: int = 10_000) -> Averted:
        """Whom the account mutes and blocks; see ``Averts``."""
        api = await self._api()
        muted = await self._people(api, MUTES, most)
        return Averted(muted=muted, blocked=await self._people(api, BLOCKS, most))

    async def followed(self, most: int = 10_000) -> Collection[str]:
        """Whom the account follows; see ``Follows``."""
        api = await self._api()
        path = accounts_path(await self._my_id(api), "/following")
        return (await self._people(api, path, most)).keys()

    async def blocked_servers(self) -> tuple[str, ...]:
        """Domains that the account blocks; see ``BlocksServers``."""
        api = await self._api()
        found: dict[str, None] = {}
        async for raw in all_items(api, SERVERS, _DOMAINS, why=_WHY, most=_MOST_DOMAINS):
            try:
                found[msgspec.json.decode(raw, type=str).lower()] = None
            except (msgspec.MsgspecError, UnicodeDecodeError):
                continue  # no name of a server
        return tuple(found)

    async def block_server(self, domain: str, on: bool = True) -> None:
        """Hide all of that server; see ``BlocksServers``."""
        name = domain.strip().lower().rstrip(".")
        if "." not in name or "/" in name or "@" in name:
            raise BadInput(f"“{domain[:80]}” is not the name of a server.")
        api = await self._api()
        if on:
            await api.post(SERVERS, {"domain": name}, why="blocking a server")
            return
        reply = await api.ask("DELETE", SERVERS, params={"domain": name}, why="unblocking a server")
        if reply.status != 404:
            await api.checked(reply, SERVERS)

    async def lost_follows(self, domain: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Whom blocking that server would lose; see ``BlocksServers``."""
        api = await self._api()
        mine = await self._my_id(api)
        end = "@" + domain.strip().lower().rstrip(".")
        lost = []
        for side in ("following", "followers"):
            people = await self._people(api, accounts_path(mine, f"/{side}"), 20_000)
            lost.append(tuple(one for one in people.values() if one.lower().endswith(end)))
        return lost[0], lost[1]

    async def refused_servers(self) -> tuple[RefusedServer, ...]:
        """Whom the server does not talk to; see ``BlocksServers``."""
        api = await self._api()
        try:
            reply = await api.get(REFUSED, why="whom your server talks to", background=True)
        except (Refused, SignedOut, Unsupported):
            raise Unsupported(f"{api.host} does not tell whom it talks to.") from None
        found = []
        for raw in wire.split_page(reply.body, api.host):
            try:
                one = read_object(bytes(raw), _Refused, api.host)
            except Malformed:
                continue
            if one.domain and one.severity in ("suspend", "silence"):
                severity: Literal["suspend", "silence"] = (
                    "suspend" if one.severity == "suspend" else "silence"
                )
                found.append(
                    RefusedServer(
                        domain=one.domain.lower()[:253],
                        severity=severity,
                        reason=clean_text((one.comment or "")[:500]).strip(),
                        digest=(one.digest or "").lower()[:64],
                    )
                )
        return tuple(found)

    async def _people(self, api: Api, path: str, most: int) -> dict[str, str]:
        people: dict[str, str] = {}
        domain = self._viewpoint().domain
        async for raw in all_items(api, path, _PEOPLE, why=_WHY, most=most):
            try:
                profile = profile_from_account(read_object(raw, wire.Account, api.host), domain)
            except Malformed:
                continue  # nobody that could be recognised
            people[profile.uri] = profile.handle
        return people
