"""
Recipes as records: published in one's own repo, read from anybody's.

The record holds the document as text: records have no fractions (AT Protocol data model), and
what is read comes from strangers and is read as strictly as a file. Data, never code.
"""

from __future__ import annotations

import re

from msgspec import Raw

from app.model.errors import BadInput, Malformed, NotFound, OutcomeUnknown, ServiceError
from app.model.offers import PublishedRecipe
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.lookup import Record, record_at
from app.protocols.bluesky.refusals import said
from app.protocols.bluesky.speaking import Speaking
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.wire import ABSENT, Wire
from app.protocols.http import error_from_reply

RECIPE = "social.godwit.feed.recipe"
"""Collection of published recipes: the program's own name, turned round."""

MOST_BYTES = 100_000
_MOST_ANSWER = 600_000
_WHY = "a published feed"
_NO_KEY = re.compile(r"[^A-Za-z0-9._~-]+")
GONE = "There is no published feed at this address."


class _Recipe(Wire, frozen=True):
    """``social.godwit.feed.recipe``."""

    document: str
    type: str = ""
    name: str = ""


class _One(Wire, frozen=True):
    uri: str
    value: Raw = ABSENT


class Recipes(Speaking):
    """The part of the service that keeps recipes (``KeepsRecipes``)."""

    async def publish_recipe(self, key: str, name: str, about: str, document: str) -> str:
        """Write or replace the record; see ``KeepsRecipes``."""
        if len(document.encode()) > MOST_BYTES:
            raise BadInput(
                f"A feed of more than {MOST_BYTES // 1000} kB cannot be published.",
                "Give it fewer rules.",
            )
        rkey = _NO_KEY.sub("-", key).strip(".-")[:200] or "feed"
        record = {
            "$type": RECIPE,
            "name": name[:640],
            "about": about[:3_000],
            "document": document,
            "createdAt": self._next_ticket().created_at,
        }
        try:
            return await self._repo.put(RECIPE, rkey, record, why="publishing a feed")
        except OutcomeUnknown as unknown:
            # The same again under the same key is no harm: but was it done?
            try:
                uri = f"at://{self._account.uri}/{RECIPE}/{rkey}"
                there = _read(await record_at(self._api, uri))
            except ServiceError:
                raise unknown from None
            if there.document != document:
                raise
            return uri

    async def unpublish_recipe(self, uri: str) -> None:
        """Delete the record; see ``KeepsRecipes``."""
        did, collection, key = at_uri_parts(uri) or ("", "", "")
        if (did, collection) != (self._account.uri, RECIPE):
            raise BadInput("That is no feed that this account has published.")
        await self._repo.delete(collection, key, why="taking a feed back")

    async def own_recipes(self) -> tuple[PublishedRecipe, ...]:
        """Those in its own repo; see ``KeepsRecipes``."""
        found = []
        for raw in (await self._repo.listed(RECIPE, why="your feeds")).records:
            try:
                one = read(raw, _One)
                recipe = read(one.value, _Recipe)
            except Unreadable:
                continue  # not one of ours, then
            found.append(_published(one.uri, recipe, self._account.handle))
        return tuple(found)

    async def recipe_at(self, uri: str) -> PublishedRecipe:
        """From the server of whoever published it; see ``KeepsRecipes``."""
        parts = at_uri_parts(uri.strip())
        if parts is None or parts[1] != RECIPE:
            raise NotFound(
                "That is no address of a published feed.",
                f"It begins with at:// and has {RECIPE} in it.",
            )
        if parts[0] == self._account.uri:
            try:
                record = await record_at(self._api, uri.strip())
            except NotFound:
                raise NotFound(GONE, "Ask who gave it to you.") from None
            return _published(record.uri, _read(record), self._account.handle)
        return await self._foreign(*parts)

    async def _foreign(self, did: str, collection: str, key: str) -> PublishedRecipe:
        """Asked without any token: it is public, and that server is none of ours."""
        resolver = await self._api.resolver()
        identity = await resolver.identity(did)
        params = {"repo": did, "collection": collection, "rkey": key}
        reply = await self._api.ask_stranger(
            identity.pds, "com.atproto.repo.getRecord", params, why=_WHY, max_bytes=_MOST_ANSWER
        )
        if said(reply).error == "RecordNotFound" or reply.status in (400, 404):
            raise NotFound(GONE, "Ask who gave it to you.")
        if reply.status != 200:
            raise error_from_reply(reply, identity.pds)
        record = answer(reply.body, Record)
        if record.uri != f"at://{did}/{collection}/{key}":
            raise Malformed("The server answered with another record.")
        return _published(record.uri, _read(record), identity.handle)


def _read(record: Record) -> _Recipe:
    try:
        return read(record.value, _Recipe)
    except Unreadable as error:
        raise Malformed("What is at this address is no feed.") from error


def _published(uri: str, recipe: _Recipe, by: str) -> PublishedRecipe:
    name = plain_name(recipe.name[:640]) or uri.rpartition("/")[2]
    return PublishedRecipe(uri=uri, name=name, document=recipe.document, by=by)
