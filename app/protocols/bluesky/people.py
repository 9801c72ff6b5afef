"""Looking for people: by the beginning of a name, by handle, DID or page."""

from __future__ import annotations

import re

from msgspec import Raw

from app.model import Profile
from app.model.errors import NotFound, Refused, ServiceError
from app.protocols.bluesky.api import BlueskyApi, answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.profiles import profile_from_author
from app.protocols.bluesky.refusals import error_from_xrpc, said
from app.protocols.bluesky.uris import is_did, is_handle
from app.protocols.bluesky.wire import Author, Wire
from app.protocols.bluesky.wire_server import ResolvedHandle
from app.protocols.http import Reply

_PAGE = re.compile(r"https?://[^/?#]+/profile/([^/?#]+)/?(?:[?#].*)?", re.IGNORECASE)
_MOST = 100

CLOSED = {
    "AccountTakedown": "suspended",
    "AccountSuspended": "suspended",
    "AccountDeactivated": "deactivated by its owner",
}
"""What the AppView says of accounts that it does not show (``getProfile``)."""


class _Actors(Wire, frozen=True):
    actors: list[Raw] = []


async def found_people(api: BlueskyApi, words: str, limit: int) -> tuple[Profile, ...]:
    """People whose handle or name begins like *words*. Raises: ServiceError."""
    words = words.strip().removeprefix("@")
    if not words:
        return ()
    params: dict[str, str | int | bool] = {"q": words, "limit": max(1, min(limit, _MOST))}
    method = "app.bsky.actor.searchActorsTypeahead"
    body = await api.get(method, params, why="people to mention")
    found = []
    for raw in answer(body, _Actors).actors:
        try:
            found.append(profile_from_author(read(raw, Author)))
        except Unreadable:
            continue  # A suggestion less.
    return tuple(found)


async def profile_at(api: BlueskyApi, address: str) -> Profile:
    """
    Who has this DID, handle or page.

    Raises:
        NotFound: Nobody, or it is no such address.
    """
    who = who_from_address(address)
    method, why = "app.bsky.actor.getProfile", "who somebody is"
    body = await api.get(method, {"actor": who}, why=why, error=error_from_profile)
    try:
        return profile_from_author(answer(body, Author))
    except Unreadable as error:
        raise NotFound(f"There is no account {who}.") from error


def who_from_address(address: str) -> str:
    """
    A DID or handle from what was typed or found in content.

    Raises:
        NotFound: There is none in it.
    """
    text = "".join(char for char in address if char.isprintable()).strip()
    if page := _PAGE.fullmatch(text):
        text = page[1]
    text = text.removeprefix("at://").removeprefix("@").rstrip("/")
    if is_did(text):
        return text
    handle = text.lower().rstrip(".")
    if not is_handle(handle):
        raise NotFound(f"“{text[:80]}” is no account on Bluesky.", "Check the spelling.")
    return handle


async def did_of(api: BlueskyApi, who: str) -> str:
    """The DID of *who*, a DID or a handle. Raises: NotFound."""
    if is_did(who):
        return who
    method, why = "com.atproto.identity.resolveHandle", "who a handle is"
    body = await api.get(method, {"handle": who}, why=why, error=error_from_profile)
    return answer(body, ResolvedHandle).did


def error_from_profile(reply: Reply, server: str, handle: str) -> ServiceError:
    """Nobody with that name is told as a bad request."""
    unknown = ("Profile not found", "Unable to resolve handle", "HandleNotFound")
    answer = said(reply)
    if reply.status == 400 and any(words in (answer.error, answer.message) for words in unknown):
        return NotFound("There is no such account.", "Check the spelling.")
    if reply.status == 400 and answer.error in CLOSED:
        # Of oneself it comes with 401: this one is about somebody else.
        return Refused(f"This account is {CLOSED[answer.error]}.", "Nothing of it is shown.")
    return error_from_xrpc(reply, server, handle)
