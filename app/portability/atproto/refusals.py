"""
What a host's no means to somebody who is moving house: words, and what to do next.

Names and messages: lexicons ``com.atproto.{server,identity,repo,sync}``, and what
the reference server says where the lexicons leave it open.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from app.model.errors import NotFound, RateLimited, Refused, ServiceError, Suspended
from app.protocols.bluesky.refusals import error_from_xrpc, said
from app.protocols.http import Reply, host_of

_A_DAY = 25 * 3600.0

# By the error's name, or where that says nothing ("InvalidRequest"), by a part of its message.
_BY_NAME: Mapping[str, tuple[str, str]] = {
    "InvalidInviteCode": (
        "{host} wants an invite code, and does not take this one.",
        "Ask the people who run {host} for a code; each serves once.",
    ),
    "HandleNotAvailable": (
        "Somebody at {host} already has this handle.",
        "Choose another one; you can change it later.",
    ),
    "InvalidHandle": ("{host} does not take this handle.", "Choose another one."),
    "UnsupportedDomain": (
        "{host} gives no handles of that kind.",
        "Choose one under its own domain, or prove a domain of yours first.",
    ),
    "IncompatibleDidDoc": (
        "The account's public identity does not fit what {host} expects.",
        "Nothing was changed. Ask the people who run {host}.",
    ),
    "UnresolvableDid": (
        "{host} cannot look the account's identity up.",
        "Try again in a few minutes.",
    ),
}
_BY_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "handle already taken",
        "Somebody at {host} already has this handle.",
        "Choose another one; you can change it later.",
    ),
    (
        "email already taken",
        "Somebody at {host} already uses this e-mail address.",
        "Use another address, or sign in to the account that you have there.",
    ),
    (
        "email address is not supported",
        "{host} does not take this e-mail address.",
        "Use an address that is not a throw-away one.",
    ),
    (
        "external handle did not resolve",
        "{host} cannot see yet that this domain is yours.",
        "Add the record that Godwit shows, wait some minutes, and try again.",
    ),
    (
        "not accepting repo imports",
        "{host} does not take accounts that move in.",
        "Choose another server, or ask the people who run it. Nothing was changed.",
    ),
    (
        "phone verification",
        "{host} wants to verify a telephone number.",
        "Make the account on its own web page first.",
    ),
    (
        "does not have an email address",
        "The account has no e-mail address at {host}, so no code can be sent.",
        "Give the account an e-mail address first, or use your own recovery key.",
    ),
    (
        "server rotation key not included",
        "The directory does not name {host} as the account's keeper.",
        "Run the step before once more.",
    ),
    (
        "service endpoint does not match",
        "The public identity does not lead to {host} yet.",
        "Wait a minute: it takes a while until everybody knows.",
    ),
    (
        "verification method does not match",
        "The public identity does not name the key that {host} uses.",
        "Wait a minute: it takes a while until everybody knows.",
    ),
    (
        "account reactivation is not available",
        "{host} activates accounts only for those who signed in with the password.",
        "Sign in on its account page and activate the account there.",
    ),
)
_REPO: Mapping[str, tuple[str, str]] = {
    "RepoDeactivated": ("is deactivated", "Sign in with its password to get at what it holds."),
    "RepoTakendown": ("was taken down by its server", "Sign in with its password to get it."),
    "RepoSuspended": ("is suspended by its server", "Sign in with its password to get it."),
}


def error_from_host(reply: Reply, server: str, handle: str = "") -> ServiceError:
    """
    The error for *reply*, with words for somebody who moves.

    Args:
        server: Its origin.
        handle: Names the account, where the words do.
    """
    host, told = host_of(server), said(reply)
    if reply.status == 429:
        return RateLimited(f"{host} asks us to slow down.", _until(reply.headers))
    if told.error in ("RepoNotFound", "AccountNotFound"):
        return NotFound(f"{host} has no such account.", "Check the server's address.")
    if told.error in _REPO:
        what, next_step = _REPO[told.error]
        return Suspended(f"The account {handle} {what}.".replace("  ", " "), next_step)
    if (reply.status in (413, 400) and "too large" in told.message.lower()) or reply.status == 413:
        return Refused(f"{host} does not take so much at once.", "Ask the people who run it.")
    if told.error in _BY_NAME and reply.status == 400:
        words, next_step = _BY_NAME[told.error]
        return Refused(words.format(host=host), next_step.format(host=host))
    message = told.message.lower()
    for part, words, next_step in _BY_WORDS:
        if part in message:
            return Refused(words.format(host=host), next_step.format(host=host))
    return error_from_xrpc(reply, server, handle)


def name_of(reply: Reply) -> str:
    """The error's name, or ""."""
    return said(reply).error


def _until(headers: Mapping[str, str], now: float | None = None) -> datetime:
    """
    When a host lets us on. Daily limits (1 000 files) may be a day away; what waits
    here can wait that long, and shows until when.
    """
    now = time.time() if now is None else now
    until = now + 60.0
    after, reset = headers.get("retry-after", ""), headers.get("ratelimit-reset", "")
    if after.isdecimal():
        until = now + float(after)
    elif reset.isdecimal():
        until = float(reset)
    return datetime.fromtimestamp(min(max(until, now + 1.0), now + _A_DAY), UTC)
