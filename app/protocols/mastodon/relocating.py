"""
Aliases and the Move: by API where a server has one, else on its pages.

Probed, never told by the server's name (facts: "REST or web page?"):
GoToSocial tells its aliases in ``source.also_known_as_uris``; Pleroma and its forks
answer ``/api/pleroma/aliases``. Whoever has neither has pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import json

from app.model.belongings import MoveWays
from app.model.errors import Refused, ServiceError, SignedOut, Unsupported
from app.protocols.mastodon.api import VERIFY, Api
from app.protocols.mastodon.session import accounts_path
from app.protocols.mastodon.taking import Taking
from app.protocols.mastodon.wire_own import Actor, OwnAccount, TypedSource
from app.protocols.mastodon.wire_server import read_object
from app.protocols.net.reply import words_of

_ALIAS, _MOVE = "/api/v1/accounts/alias", "/api/v1/accounts/move"
_OTHER_ALIASES, _OTHER_MOVE = "/api/pleroma/aliases", "/api/pleroma/move_account"
_WHY = "moving house"
_IMPORT = "/api/v1/import"
"""GoToSocial's; what it does with a file it does by itself (facts C3)."""
_TYPES = {"following": "following", "blocking": "blocks", "muting": "mutes"}
"""Kinds of files, as it calls them."""

Dialect = Literal["uris", "names", ""]
"""How aliases are told to it: by URI, by name, or on a page only."""


class Relocating(Taking):
    """The part of the service that moves house (``Relocates``)."""

    _dialect: Dialect | None = None

    async def move_ways(self) -> MoveWays:
        """What the server lets us do; see ``Relocates``."""
        api = await self._api()
        dialect = await self._speaks(api)
        site = api.origin
        return MoveWays(
            alias="call" if dialect else "page",
            move="call" if dialect else "page",
            aliases_page=f"{site}/settings/aliases",
            move_page=f"{site}/settings/migration",
            import_page=f"{site}/settings/imports",
            export_page=f"{site}/settings/export",
            takes=tuple(_TYPES) if dialect == "uris" else (),
            backdates=dialect == "uris",
            cooldown_days={"uris": 7, "names": 0, "": 30}[dialect],
        )

    async def take_file(self, kind: str, file: Path) -> None:
        """Send rows in whole; see ``Relocates``."""
        api = await self._api()
        reply = await api.upload(
            _IMPORT,
            file,
            "text/csv",
            name=file.name,
            fields={"type": _TYPES[kind], "mode": "merge"},
            field="data",
            why="your follows, blocks and mutes",
        )
        if reply.status in (404, 405, 501):
            raise Unsupported(f"{api.host} takes no files.")
        await api.checked(reply, _IMPORT)

    async def told_aliases(self) -> tuple[str, ...] | None:
        """Which profiles ours says it also is; see ``Relocates``."""
        actor = await self._actor()
        if actor is None or actor.id is None:
            own = await self._own(await self._api())
            uris = (own.source or TypedSource()).also_known_as_uris
            return None if uris is None else tuple(uris)
        found = actor.alsoKnownAs
        return (found,) if isinstance(found, str) else tuple(found or ())

    async def moved_to(self) -> str:
        """Where the account has gone; see ``Relocates``."""
        api = await self._api()
        moved = None
        try:
            # As anybody sees it: the account itself may not sign in any more.
            public = Api(self._http, api.origin, bucket=self._account.id)
            path = accounts_path(await self._my_id(api))
            moved = (await public.fetch(path, OwnAccount, why=_WHY)).moved
        except ServiceError:
            moved = None
        if moved is not None:
            return moved.uri or moved.url or ""
        actor = await self._actor()
        return (actor.movedTo or "") if actor is not None else ""

    async def add_alias(self, uri: str, handle: str) -> None:
        """Say that ours is also *uri*; see ``Relocates``."""
        api = await self._api()
        match await self._speaks(api):
            case "uris":
                told = await self._told_uris(api)
                if uri not in told:
                    await self._set_uris(api, [*told, uri])
            case "names":
                body = {"alias": handle}
                reply = await api.ask("PUT", _OTHER_ALIASES, json=body, why=_WHY)
                await api.checked(reply, _OTHER_ALIASES)
            case _:
                raise Unsupported(f"{api.host} lets you do this only on its own page.")

    async def remove_alias(self, uri: str, handle: str) -> None:
        """Take an alias back; see ``Relocates``."""
        api = await self._api()
        match await self._speaks(api):
            case "uris":
                told = await self._told_uris(api)
                if uri in told:
                    await self._set_uris(api, [one for one in told if one != uri])
            case "names":
                body = {"alias": handle}
                reply = await api.ask("DELETE", _OTHER_ALIASES, json=body, why=_WHY)
                if reply.status != 404:
                    await api.checked(reply, _OTHER_ALIASES)
            case _:
                raise Unsupported(f"{api.host} lets you do this only on its own page.")

    async def move_to(self, uri: str, handle: str, password: str) -> None:
        """Go there, with all followers; see ``Relocates``."""
        api = await self._api()
        match await self._speaks(api):
            case "uris":
                path, form = _MOVE, {"password": password, "moved_to_uri": uri}
            case "names":
                path, form = _OTHER_MOVE, {"password": password, "target_account": handle}
            case _:
                raise Unsupported(f"{api.host} lets you do this only on its own page.")
        reply = await api.ask("POST", path, form=form, why=_WHY)
        # Some say that a password is wrong with 200; a 403 may be about anything.
        if reply.status == 401 or (
            reply.status in (200, 400, 403, 422) and _names_password(reply.body)
        ):
            raise SignedOut(f"{api.host} does not take this password.", "Type it again.")
        if reply.status in (400, 422):
            raise Refused(
                f"{api.host} does not move the account{words_of(reply)}.",
                "Its copy of the new account may be some minutes old: try again.",
            )
        await api.checked(reply, path)

    # ------------------------------------------------------------- private

    async def _speaks(self, api: Api) -> Dialect:
        if self._dialect is None:
            self._dialect = await self._probed(api)
        return self._dialect

    async def _probed(self, api: Api) -> Dialect:
        own = await self._own(api)
        if own.source is not None and own.source.also_known_as_uris is not None:
            return "uris"
        reply = await api.ask("GET", _OTHER_ALIASES, why=_WHY)
        if reply.status == 200 and b'"aliases"' in reply.body[:10_000]:
            return "names"
        return ""

    async def _own(self, api: Api) -> OwnAccount:
        return await api.fetch(VERIFY, OwnAccount, why=_WHY)

    async def _told_uris(self, api: Api) -> list[str]:
        source = (await self._own(api)).source or TypedSource()
        return list(source.also_known_as_uris or ())

    async def _set_uris(self, api: Api, uris: list[str]) -> None:
        """The whole set is replaced; an empty one clears it."""
        body = {"also_known_as_uris": uris}
        await api.checked(await api.ask("POST", _ALIAS, json=body, why=_WHY), _ALIAS)

    async def _actor(self) -> Actor | None:
        """The account as other servers see it; None: it is not shown to strangers."""
        try:
            body = await self.actor_json()
        except ServiceError:
            return None
        return read_object(body, Actor, self._account.host) if body else None


def _names_password(body: bytes) -> bool:
    try:
        said = json.decode(body, type=dict[str, object]).get("error", "")
    except (ValueError, RecursionError):
        return False
    return "password" in str(said).lower()
