"""What a server says about itself and about signing in, as typed structs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

from app.model.errors import Malformed
from app.protocols.mastodon.repair import read_broken
from app.protocols.mastodon.wire import Account, Emoji, what_it_is

T = TypeVar("T", bound=Struct)


class Users(Struct):
    active_month: int | None = None


class Usage(Struct):
    users: Users | None = None


class Stats(Struct):
    user_count: int | None = None


class Picture(Struct):
    url: str | None = None


class Rule(Struct):
    text: str | None = None


class Urls(Struct):
    streaming: str | None = None
    streaming_api: str | None = None


class StatusLimits(Struct):
    max_characters: int | None = None
    max_media_attachments: int | None = None
    characters_reserved_per_url: int | None = None
    supported_mime_types: list[str] | None = None


class MediaLimits(Struct):
    supported_mime_types: list[str] | None = None
    description_limit: int | None = None
    image_size_limit: int | None = None
    image_matrix_limit: int | None = None
    video_size_limit: int | None = None


class PollLimits(Struct):
    max_options: int | None = None
    max_characters_per_option: int | None = None
    min_expiration: int | None = None
    max_expiration: int | None = None


class TranslationSettings(Struct):
    enabled: bool | None = None


class Configuration(Struct):
    translation: TranslationSettings | None = None
    urls: Urls | None = None
    statuses: StatusLimits | None = None
    media_attachments: MediaLimits | None = None
    polls: PollLimits | None = None


class PleromaMetadata(Struct):
    features: list[str] | None = None
    post_formats: list[str] | None = None


class Pleroma(Struct):
    """What Pleroma and its forks add."""

    metadata: PleromaMetadata | None = None


class ApiVersions(Struct):
    mastodon: int | None = None


class Contact(Struct):
    account: Account | None = None


class OldPollLimits(Struct):
    """As Pleroma tells them in its first instance answer."""

    max_options: int | None = None
    max_option_chars: int | None = None
    min_expiration: int | None = None
    max_expiration: int | None = None


class Instance(Struct):
    """``/api/v2/instance`` and ``/api/v1/instance`` in one: each fills its half."""

    domain: str | None = None
    uri: str | None = None
    title: str | None = None
    description: str | None = None
    short_description: str | None = None
    usage: Usage | None = None
    stats: Stats | None = None
    thumbnail: Picture | str | None = None
    rules: list[Rule] | None = None
    urls: Urls | None = None
    configuration: Configuration | None = None
    api_versions: ApiVersions | None = None
    contact: Contact | None = None
    contact_account: Account | None = None
    max_toot_chars: int | None = None
    max_media_attachments: int | None = None
    description_limit: int | None = None
    upload_limit: int | None = None
    poll_limits: OldPollLimits | None = None
    pleroma: Pleroma | None = None


class CredentialSource(Struct):
    privacy: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None


class Credentials(Account):
    """``verify_credentials``: an account that is ours."""

    source: CredentialSource | None = None


class Application(Struct):
    client_id: str | None = None
    client_secret: str | None = None

    def __repr__(self) -> str:
        return "Application()"


class Token(Struct):
    access_token: str | None = None
    scope: str | None = None

    def __repr__(self) -> str:
        return "Token()"


class Metadata(Struct):
    """``/.well-known/oauth-authorization-server`` (RFC 8414)."""

    issuer: str | None = None
    authorization_endpoint: str | None = None
    token_endpoint: str | None = None
    revocation_endpoint: str | None = None


class OfferedEmoji(Emoji, gc=False):
    """``CustomEmoji``."""

    visible_in_picker: bool | None = None


class SearchResult(Struct):
    accounts: list[Account] | None = None


def read_object(body: bytes, kind: type[T], server: str) -> T:
    """Read one object, as far as it can be read. Raises: Malformed."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _read_broken_object(body, kind, server)


def read_objects(raws: Iterable[bytes | Raw], kind: type[T], server: str) -> list[T]:
    """Those that can be read: one that cannot costs nobody else."""
    found: list[T] = []
    for raw in raws:
        try:
            found.append(read_object(bytes(raw), kind, server))
        except Malformed:
            continue
    return found


def _read_broken_object(body: bytes, kind: type[T], server: str) -> T:
    try:
        return read_broken(body, kind)
    except Malformed:
        raise Malformed(f"{server} {what_it_is(body)}") from None
