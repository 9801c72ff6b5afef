"""Small records of the own repo: likes, reposts, follows, blocks, the profile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Raw

from app.model.errors import Malformed, NotFound, OutcomeUnknown, Refused, ServiceError
from app.protocols.bluesky.api import BlueskyApi, answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.lookup import record_at
from app.protocols.bluesky.records import Json, Ref
from app.protocols.bluesky.refusals import error_from_xrpc, said
from app.protocols.bluesky.tids import Ticket
from app.protocols.bluesky.wire import ABSENT, StrongRef, Wire
from app.protocols.http import Reply

_SEARCHED = 100  # records of listRecords; what is older than those is in the AppView's view
_TRIES = 3


class Listed(Wire, frozen=True):
    """``com.atproto.repo.listRecords``: a page, the newest first."""

    records: list[Raw] = []
    cursor: str | None = None


class _About(Wire, frozen=True):
    subject: Raw


class _Found(Wire, frozen=True):
    uri: str
    value: Raw = ABSENT


class OwnRepo:
    """
    Writes to the repo of *did*.

    Args:
        ticket: Makes record keys.
    """

    def __init__(self, api: BlueskyApi, did: str, ticket: Callable[[], Ticket]) -> None:
        self._api = api
        self._did = did
        self._ticket = ticket

    async def create(self, collection: str, subject: Any, *, why: str) -> str:
        """
        Write a record about *subject*; returns its key.

        The server drops earlier ones about the same subject by itself.
        """
        ticket = self._ticket()
        record = {"$type": collection, "subject": subject, "createdAt": ticket.created_at}
        body = {
            "repo": self._did,
            "collection": collection,
            "rkey": ticket.key,
            "record": record,
        }
        try:
            said = await self._api.post("com.atproto.repo.createRecord", body, why=why)
            if not _names(said, ticket.key):
                raise OutcomeUnknown("The server's answer is not readable: it may have been done.")
        except OutcomeUnknown as unknown:
            try:
                await record_at(self._api, self._uri(collection, ticket.key))
            except ServiceError:
                raise unknown from None
        return ticket.key

    async def has(self, uri: str) -> bool:
        """Whether that record is there now."""
        try:
            await record_at(self._api, uri)
        except NotFound:
            return False
        return True

    async def put(self, collection: str, key: str, record: Json, *, why: str) -> str:
        """Write a record, or replace the one of that key; returns its URI."""
        body = {"repo": self._did, "collection": collection, "rkey": key, "record": record}
        await self._api.post("com.atproto.repo.putRecord", body, why=why)
        return self._uri(collection, key)

    async def delete(self, collection: str, key: str, *, why: str) -> None:
        """Delete a record. Done twice is done."""
        body = {"repo": self._did, "collection": collection, "rkey": key}
        await self._api.post("com.atproto.repo.deleteRecord", body, why=why)

    async def listed(self, collection: str, cursor: str = "", *, why: str) -> Listed:
        """Records, from *cursor* on. Views show what was written a moment ago only later."""
        params: dict[str, str | int | bool] = {
            "repo": self._did,
            "collection": collection,
            "limit": _SEARCHED,
        }
        if cursor:
            params["cursor"] = cursor
        body = await self._api.get("com.atproto.repo.listRecords", params, why=why)
        return answer(body, Listed)

    async def keys_about(self, collection: str, subject: str) -> list[str]:
        """
        Keys of the newest records about *subject*, a post's URI or a DID.

        For what was done a moment ago, and the AppView has not seen yet.
        """
        keys = []
        for raw in (await self.listed(collection, why="what was done")).records:
            try:
                found = read(raw, _Found)
            except Unreadable:
                continue  # not one of ours, then
            if _subject(found.value) == subject:
                keys.append(found.uri.rpartition("/")[2])
        return keys

    async def pin(self, ref: Ref | None, *, unless: str = "") -> None:
        """
        Pin a post to the profile, or with None take the one away whose URI is *unless*.

        The profile is only replaced as it was read: nothing of it is lost.
        """
        for tries_left in reversed(range(_TRIES)):
            profile, version = await self._profile()
            pinned = profile.get("pinnedPost")
            uri = pinned.get("uri") if isinstance(pinned, dict) else None
            if uri == (ref.uri if ref else None) or (ref is None and uri != unless):
                return
            profile.pop("pinnedPost", None)
            if ref is not None:
                profile["pinnedPost"] = ref.json()
            try:
                await self._replace_profile(profile, version)
            except _Changed:
                if not tries_left:
                    raise
            else:
                return

    async def _profile(self) -> tuple[Json, str | None]:
        try:
            record = await record_at(self._api, self._uri("app.bsky.actor.profile", "self"))
        except NotFound:
            return {"$type": "app.bsky.actor.profile"}, None
        try:
            profile: Json = read(record.value, dict)
        except Unreadable as error:
            raise Malformed("Your profile cannot be read, so it was left as it is.") from error
        return profile, record.cid

    async def _replace_profile(self, profile: Json, version: str | None) -> None:
        body = {
            "repo": self._did,
            "collection": "app.bsky.actor.profile",
            "rkey": "self",
            "record": profile,
            "swapRecord": version,
        }
        await self._api.post(
            "com.atproto.repo.putRecord", body, why="to pin a post", error=_error_from_put
        )

    def _uri(self, collection: str, key: str) -> str:
        return f"at://{self._did}/{collection}/{key}"


class _Changed(Refused):
    """Somebody has changed the record since it was read."""


def _error_from_put(reply: Reply, server: str, handle: str) -> ServiceError:
    if said(reply).error == "InvalidSwap":
        return _Changed("Your profile was changed meanwhile.", "Try again.")
    return error_from_xrpc(reply, server, handle)


def _names(said: bytes, key: str) -> bool:
    try:
        return read(said, _Found).uri.endswith(f"/{key}")
    except Unreadable:
        return False


def _subject(value: Raw) -> str:
    """What a record is about: a post by its strong reference, a person by DID."""
    try:
        subject = read(value, _About).subject
        if bytes(subject).startswith(b'"'):
            return read(subject, str)
        return read(subject, StrongRef).uri
    except Unreadable:
        return ""
