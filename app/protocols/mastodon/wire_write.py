"""What a server answers when one writes, reacts or asks for a conversation."""

from __future__ import annotations

import json
from datetime import datetime

import msgspec
from msgspec import Raw, Struct

from app.model.errors import Malformed
from app.protocols.mastodon.wire import Media, split_page, what_it_is


class Preferences(Struct):
    """``/api/v1/preferences``: what posts are like unless one says otherwise."""

    visibility: str | None = msgspec.field(default=None, name="posting:default:visibility")
    sensitive: bool | None = msgspec.field(default=None, name="posting:default:sensitive")
    language: str | None = msgspec.field(default=None, name="posting:default:language")
    quotes: str | None = msgspec.field(default=None, name="posting:default:quote_policy")


class ScheduledParams(Struct):
    text: str | None = None
    spoiler_text: str | None = None
    idempotency: str | None = None


class Scheduled(Struct):
    """A status that the server keeps until its time."""

    id: str | None = None
    scheduled_at: datetime | None = None
    params: ScheduledParams | None = None
    media_attachments: list[Media] | None = None


class Source(Struct):
    """``/api/v1/statuses/:id/source``: what the author typed."""

    text: str | None = None
    spoiler_text: str | None = None


class Relationship(Struct):
    id: str | None = None
    following: bool | None = None
    requested: bool | None = None
    followed_by: bool | None = None
    muting: bool | None = None
    blocking: bool | None = None
    blocked_by: bool | None = None
    muting_expires_at: datetime | None = None
    notifying: bool | None = None
    showing_reblogs: bool | None = None
    note: str | None = None


class PolicyPart(Struct):
    always: list[str] | None = None
    with_approval: list[str] | None = None


class Policy(Struct):
    can_reply: PolicyPart | None = None


class Answerable(Struct):
    """Who may answer a status, on servers that know that (GoToSocial)."""

    interaction_policy: Policy | None = None


def read_lists(body: bytes, names: tuple[str, ...], server: str) -> tuple[list[bytes | Raw], ...]:
    """
    The lists of statuses in an object, their items unread.

    Raises:
        Malformed: It is no such object.
    """
    try:
        fields = msgspec.json.decode(body, type=dict[str, Raw])
        return tuple(split_page(bytes(fields.get(name, b"[]")), server) for name in names)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # Something in it spoils the whole for a strict reader.
        return _lists_of_broken(body, names, server)


def _lists_of_broken(
    body: bytes, names: tuple[str, ...], server: str
) -> tuple[list[bytes | Raw], ...]:
    try:
        value = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Malformed(f"{server} {what_it_is(body)}")
    lists = [value.get(name) for name in names]
    return tuple(
        [json.dumps(item).encode() for item in one] if isinstance(one, list) else []
        for one in lists
    )
