"""What an XRPC refusal means, in words (lexicon error names, and what servers do)."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from app.model.errors import (
    Malformed,
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
    Unsupported,
)
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.http import Reply, error_from_reply, host_of

# Names that mean "this access token has had its time": worth one refresh.
_STALE = frozenset({"ExpiredToken", "InvalidToken", "invalid_token"})

_SIGNED_OUT = _STALE | {"AuthMissing", "AuthenticationRequired", "BadJwtSignature", "BadJwt"}
_NOT_MEANT_FOR_IT = "Bad token method"
"""What a PDS says then, under the name of a token that has expired."""
_TOO_NARROW = frozenset({"ScopeMissingError", "InsufficientScope", "insufficient_scope"})
_GONE = frozenset({"RecordNotFound", "NotFound", "UnknownFeed", "UnknownList"})
_BLOB = frozenset({"BlobNotFound", "InvalidMimeType", "InvalidSize"})
_BLOCKED: Mapping[str, str] = {
    "BlockedActor": "You block this account.",
    "BlockedByActor": "This account blocks you.",
}
_TAKEN_DOWN = ("has been taken down by its server", "")
_SUSPENDED = ("has been suspended by its server", "")
_DEACTIVATED = (
    "is deactivated",
    "Activate it again at its server, or sign in where it has moved to.",
)
_ACCOUNT: Mapping[str, tuple[str, str]] = {
    "AccountTakedown": _TAKEN_DOWN,
    "AccountSuspended": _SUSPENDED,
    "AccountDeactivated": _DEACTIVATED,
}
_STATUS = {"takendown": _TAKEN_DOWN, "suspended": _SUSPENDED}


class XrpcError(Struct, frozen=True):
    """The body of every answer that is not 2xx."""

    error: str = ""
    message: str = ""


def said(reply: Reply) -> XrpcError:
    """The error's name and words; empty ones when the body is something else."""
    try:
        return read(reply.body, XrpcError)
    except Unreadable:
        return XrpcError()


def is_stale(reply: Reply) -> bool:
    """The access token has expired: servers say so with 400 as well as 401."""
    if reply.status not in (400, 401) or is_out_of_scope(reply):
        return False
    return said(reply).error in _STALE or "invalid_token" in reply.headers.get(
        "www-authenticate", ""
    )


def is_out_of_scope(reply: Reply) -> bool:
    """The sign-in is good, but not for this: an app password that may not read messages."""
    known = said(reply)
    return known.message == _NOT_MEANT_FOR_IT or known.error in _TOO_NARROW


def error_from_status(status: str, handle: str) -> Suspended:
    """What a session with ``active: false`` means (``status`` of its account)."""
    what, next_step = _STATUS.get(status, _DEACTIVATED)
    return Suspended(f"The account {handle} {what}.", next_step)


def error_from_xrpc(reply: Reply, server: str, handle: str = "") -> ServiceError:
    """The error for *reply*; *handle* names the account it is about."""
    name = said(reply).error
    host = host_of(server)
    if name in _ACCOUNT:
        what, next_step = _ACCOUNT[name]
        return Suspended(f"The account {handle} {what}.".replace("  ", " "), next_step)
    if name == "InvalidRequest" and "user info for account" in said(reply).message:
        # What a taken-down account is told when it asks for its session.
        return Suspended(f"{host} no longer knows the account {handle}.".replace(" .", "."))
    if reply.status == 501 or name == "MethodNotImplemented":
        return Unsupported(f"{host} does not offer this.")
    if reply.status in (400, 401) and name in _SIGNED_OUT:
        return SignedOut(f"{host} no longer accepts this sign-in.")
    if name in _BLOCKED:
        return Refused(_BLOCKED[name], "Nothing to do.")
    if name in _GONE:
        return NotFound(error_from_reply(reply, server).message, "It may have been deleted.")
    return error_from_reply(reply, server)


def error_from_write(reply: Reply, server: str, handle: str = "") -> ServiceError:
    """As ``error_from_xrpc``, for what was to be written or uploaded."""
    name, host = said(reply).error, host_of(server)
    if name in _BLOB or "Could not find blob" in said(reply).message:
        return Refused(f"{host} no longer has the files of this post.", "Attach them again.")
    if reply.status == 413 or name == "PayloadTooLarge":
        return Refused(f"{host} does not take so large a file.", "Make it smaller.")
    return error_from_xrpc(reply, server, handle)


def error_from_feed(reply: Reply, server: str, handle: str = "") -> ServiceError:
    """As ``error_from_xrpc``, for a custom feed: a third server stands behind it."""
    error, words = error_from_xrpc(reply, server, handle), said(reply).message.lower()
    if isinstance(error, NotFound) or "could not find feed" in words:
        return NotFound("This feed may have been deleted.", "Unpin it, or ask who made it.")
    if "did document" in words:
        return Refused("This feed is set up wrongly.", "Ask who made it.")
    if "feed unavailable" in words:
        words = "The server behind this feed seems to be offline."
        return Unreachable(words, "Try again later, or ask who made it.")
    if said(reply).error == "InvalidFeedResponse" or "invalid response" in words:
        return Malformed("The server behind this feed gave a bad answer.", "Ask who made it.")
    if isinstance(error, RateLimited):
        words = "Many people want to read this feed just now."
        return RateLimited(words, error.until, "Try again later.")
    if isinstance(error, Unreachable):
        return Unreachable("The server behind this feed does not answer.", "Try again later.")
    return error
