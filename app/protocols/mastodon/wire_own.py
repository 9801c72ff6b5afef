"""What a server tells an account of its own things."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from app.protocols.mastodon.wire import Account


class MutedAccount(Account):
    mute_expires_at: datetime | None = None


class HowFollowed(Struct, gc=False):
    """The part of a relationship that tells how somebody is followed, and a note."""

    id: str | None = None
    following: bool | None = None
    requested: bool | None = None
    showing_reblogs: bool | None = None
    notifying: bool | None = None
    languages: list[str] | None = None
    note: str | None = None
    muting: bool | None = None
    muting_notifications: bool | None = None
    muting_expires_at: datetime | None = None
    blocking: bool | None = None
    endorsed: bool | None = None


class KeptList(Struct, gc=False):
    id: str | None = None
    title: str | None = None
    replies_policy: str | None = None
    exclusive: bool | None = None


class KeptTag(Struct, gc=False):
    name: str | None = None
    following: bool | None = None


class TypedField(Struct, gc=False):
    name: str | None = None
    value: str | None = None


class TypedSource(Struct, gc=False):
    """``source`` of one's own account: what was typed."""

    note: str | None = None
    fields: list[TypedField] | None = None
    privacy: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None
    discoverable: bool | None = None
    hide_collections: bool | None = None
    indexable: bool | None = None
    also_known_as_uris: list[str] | None = None


class OwnAccount(Account):
    source: TypedSource | None = None
    header: str | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    discoverable: bool | None = None
    hide_collections: bool | None = None
    indexable: bool | None = None
    created_at: datetime | None = None
    followers_count: int | None = None
    following_count: int | None = None
    statuses_count: int | None = None
    last_status_at: str | None = None
    moved: Account | None = None


class Addressed(Struct, gc=False):
    """A status, as far as its address goes."""

    id: str | None = None
    uri: str | None = None
    url: str | None = None


class Actor(Struct, gc=False):
    """A profile as other servers see it (ActivityPub), as far as moving goes."""

    id: str | None = None
    alsoKnownAs: list[str] | str | None = None
    movedTo: str | None = None
