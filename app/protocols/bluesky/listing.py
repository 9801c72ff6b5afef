"""Lists of people: records of the own repo. Lexicons: app.bsky.graph.list, …listitem."""

from __future__ import annotations

from msgspec import Raw

from app.model import Profile
from app.model.errors import BadInput, NotFound
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.lookup import record_at
from app.protocols.bluesky.owning import Owning
from app.protocols.bluesky.records import Json
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.wire import Wire

LIST, ITEM = "app.bsky.graph.list", "app.bsky.graph.listitem"
_CURATED = "app.bsky.graph.defs#curatelist"
_WHY = "a list"
_PAGE = 100


class _Value(Wire, frozen=True):
    subject: str
    list: str


class _Item(Wire, frozen=True):
    uri: str
    value: _Value


class _Records(Wire, frozen=True):
    cursor: str = ""
    records: list[Raw] = []


class Listing(Owning):
    """The part of the service that keeps lists (``KeepsLists``). All are public."""

    async def make_list(self, title: str) -> str:
        """See ``KeepsLists``. The same key with every try, so that none is made twice."""
        ticket = self._next_ticket()
        record = {
            "$type": LIST,
            "purpose": _CURATED,
            "name": _name(title),
            "createdAt": ticket.created_at,
        }
        return await self._put(LIST, ticket.key, record)

    async def rename_list(self, ref: str, title: str) -> None:
        """See ``KeepsLists``. Everything else of the record stays as it is."""
        found = await record_at(self._api, self._own(ref))
        try:
            record: Json = read(found.value, dict)
        except Unreadable as error:
            raise NotFound("This list cannot be read, so it was left as it is.") from error
        record["name"] = _name(title)
        await self._put(LIST, ref.rpartition("/")[2], record)

    async def delete_list(self, ref: str) -> None:
        """See ``KeepsLists``. Who was on it goes with it: nobody else could clear that away."""
        for uri, _ in await self._items(self._own(ref)):
            await self._drop(uri)
        await self._drop(ref)

    async def put_on_list(self, ref: str, profile: Profile, on: bool = True) -> None:
        """See ``KeepsLists``."""
        there = [uri for uri, did in await self._items(self._own(ref)) if did == profile.uri]
        if on and not there:
            ticket = self._next_ticket()
            record = {
                "$type": ITEM,
                "subject": profile.uri,
                "list": ref,
                "createdAt": ticket.created_at,
            }
            await self._put(ITEM, ticket.key, record)
        for uri in () if on else there:
            await self._drop(uri)

    async def _items(self, ref: str) -> list[tuple[str, str]]:
        """
        The records that put people on it, and whom.

        From the own repo: views show what was written a moment ago only later.
        """
        found: list[tuple[str, str]] = []
        asked: dict[str, str | int | bool] = {
            "repo": self._account.uri,
            "collection": ITEM,
            "limit": _PAGE,
        }
        while True:
            body = await self._api.get("com.atproto.repo.listRecords", asked, why=_WHY)
            page = answer(body, _Records)
            items = (item for raw in page.records if (item := _item(raw)) is not None)
            found += [(item.uri, item.value.subject) for item in items if item.value.list == ref]
            if not page.cursor or page.cursor == asked.get("cursor"):
                return found
            asked["cursor"] = page.cursor

    async def _put(self, collection: str, key: str, record: Json) -> str:
        body = {
            "repo": self._account.uri,
            "collection": collection,
            "rkey": key,
            "record": record,
        }
        await self._api.post("com.atproto.repo.putRecord", body, why=_WHY)
        return f"at://{self._account.uri}/{collection}/{key}"

    async def _drop(self, uri: str) -> None:
        _, collection, key = at_uri_parts(uri) or ("", "", "")
        body = {"repo": self._account.uri, "collection": collection, "rkey": key}
        await self._api.post("com.atproto.repo.deleteRecord", body, why=_WHY)

    def _own(self, ref: str) -> str:
        """*ref*, if it is a list of this account's. Raises: NotFound."""
        did, collection, _ = at_uri_parts(ref) or ("", "", "")
        if (did, collection) != (self._account.uri, LIST):
            raise NotFound("That is no list of this account.")
        return ref


def _item(raw: Raw) -> _Item | None:
    try:
        return read(raw, _Item)
    except Unreadable:
        return None  # whoever that was


def _name(title: str) -> str:
    """Raises: BadInput (lexicon: 1 to 64 bytes)."""
    if not 1 <= len(title.encode()) <= 64:
        raise BadInput("The name of a list has at most 64 bytes.", "Choose a shorter one.")
    return title
