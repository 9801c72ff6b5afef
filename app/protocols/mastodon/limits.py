"""
What a server takes, from what it says of itself. Pure.

Source: docs.joinmastodon.org/entities/V2_Instance and V1_Instance,
methods/preferences; ``max_toot_chars``, ``poll_limits`` and ``pleroma``: what
Pleroma and its forks add; ``supported_mime_types`` of statuses: GoToSocial, glitch-soc.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar

from app.model.post import Visibility
from app.model.sending import Limits, MediaLimits, PollLimits
from app.model.text import SpanKind
from app.protocols.mastodon.vocabulary_out import QUOTES_FROM, VISIBILITY_FROM
from app.protocols.mastodon.wire_server import (
    CredentialSource,
    Instance,
    OldPollLimits,
    PleromaMetadata,
    StatusLimits,
)
from app.protocols.mastodon.wire_server import MediaLimits as WiredMedia
from app.protocols.mastodon.wire_server import PollLimits as WiredPolls
from app.protocols.mastodon.wire_write import Preferences

T = TypeVar("T")

QUOTES_SINCE = 7
"""``api_versions.mastodon`` of the release that brought quotes (4.5)."""

USUAL_LENGTH = 500
USUAL_LINK = 23
_USUAL_TYPES = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "video/webm"}
)
_MARKUP_SPANS: frozenset[SpanKind] = frozenset(
    {"bold", "italic", "strike", "code", "code_block", "quote"}
)
_VISIBILITIES: tuple[Visibility, ...] = ("public", "quiet", "followers", "direct")
_QUOTES: tuple[Literal["anyone", "followers", "nobody"], ...] = ("anyone", "followers", "nobody")
_SANE = 10_000_000


def can_quote(instance: Instance, source: CredentialSource | None = None) -> bool:
    """Whether posts can be quoted here."""
    version = (instance.api_versions.mastodon or 0) if instance.api_versions else 0
    if version >= QUOTES_SINCE or (source and source.quote_policy):
        return True
    return "quote_posting" in (_pleroma(instance).features or ())


def chooses_who_quotes(instance: Instance, source: CredentialSource | None = None) -> bool:
    """Whether an author may say who may quote."""
    version = (instance.api_versions.mastodon or 0) if instance.api_versions else 0
    return version >= QUOTES_SINCE or bool(source and source.quote_policy)


def limits_from_instance(
    instance: Instance,
    source: CredentialSource | None = None,
    preferences: Preferences | None = None,
    *,
    schedules: bool = False,
    edits: bool = True,
) -> Limits:
    """
    All that composing needs to know of a server.

    Args:
        source: Of ``verify_credentials``: the account's own defaults.
        schedules, edits: As they were seen to be there.
    """
    settings = instance.configuration
    statuses = (settings and settings.statuses) or StatusLimits()
    chosen = preferences or Preferences()
    own = source or CredentialSource()
    link = statuses.characters_reserved_per_url
    markup = _markup(instance, statuses)
    usual = VISIBILITY_FROM.get(chosen.visibility or own.privacy or "", "public")
    usual_quotes = QUOTES_FROM.get(chosen.quotes or own.quote_policy or "", "anyone")
    quotes_differ = chooses_who_quotes(instance, source)
    return Limits(
        length=_positive(statuses.max_characters, instance.max_toot_chars) or USUAL_LENGTH,
        link_length=USUAL_LINK if link is None else min(max(link, 0), _SANE),
        # A server that counts links by a fixed length counts mentions without their host.
        mention_hosts=link == 0,
        warnings=True,
        media=_media(instance, statuses),
        polls=_polls(instance),
        markup=markup,
        hidden_links=bool(markup),
        markup_spans=_MARKUP_SPANS if markup else frozenset(),
        schedules=schedules,
        edits=edits,
        visibilities=_first(usual, _VISIBILITIES),
        quotes=_first(usual_quotes, _QUOTES) if quotes_differ else ("anyone",),
        can_quote=can_quote(instance, source),
        handles="user@host",
        emoji=True,
        lang=_one(chosen.language, own.language) or "",
        sensitive=_one(chosen.sensitive, own.sensitive) or False,
    )


def _media(instance: Instance, statuses: StatusLimits) -> MediaLimits:
    settings = instance.configuration
    wired = (settings and settings.media_attachments) or WiredMedia()
    size = _positive(instance.upload_limit)
    types = frozenset(one.strip().lower() for one in wired.supported_mime_types or () if "/" in one)
    video = _positive(wired.video_size_limit) or size
    return MediaLimits(
        count=_positive(statuses.max_media_attachments, instance.max_media_attachments) or 4,
        types=types or _USUAL_TYPES,
        mixed=instance.pleroma is not None,
        image_bytes=_positive(wired.image_size_limit) or size,
        image_pixels=_positive(wired.image_matrix_limit),
        video_bytes=video,
        audio_bytes=video,
        alt_length=_positive(wired.description_limit, instance.description_limit) or 1500,
        focus=True,
    )


def _polls(instance: Instance) -> PollLimits | None:
    settings = instance.configuration
    wired = settings.polls if settings else None
    old = instance.poll_limits
    if wired is None and old is None:
        # Servers older than this answer have polls; those that say so have none.
        return PollLimits() if settings is None else None
    wired, old = wired or WiredPolls(), old or OldPollLimits()
    usual = PollLimits()
    options = _first_told(wired.max_options, old.max_options, usual.options)
    if options <= 0:
        return None
    return PollLimits(
        options=options,
        option_length=_positive(wired.max_characters_per_option, old.max_option_chars)
        or usual.option_length,
        min_seconds=max(
            _first_told(wired.min_expiration, old.min_expiration, usual.min_seconds), 0
        ),
        max_seconds=_positive(wired.max_expiration, old.max_expiration) or usual.max_seconds,
    )


def _markup(instance: Instance, statuses: StatusLimits) -> tuple[str, ...]:
    told = [*(statuses.supported_mime_types or ()), *(_pleroma(instance).post_formats or ())]
    kinds = (one.strip().lower() for one in told)
    return tuple(dict.fromkeys(one for one in kinds if "/" in one and one != "text/plain"))


def _pleroma(instance: Instance) -> PleromaMetadata:
    return (instance.pleroma and instance.pleroma.metadata) or PleromaMetadata()


def _positive(*numbers: int | None) -> int:
    """The first that is a limit at all; 0: none is."""
    return next((min(one, 2**53) for one in numbers if one is not None and one > 0), 0)


def _first_told(*numbers: int | None) -> int:
    return next((one for one in numbers if one is not None), 0)


def _one(*values: T | None) -> T | None:
    return next((value for value in values if value is not None), None)


def _first(usual: T, others: Iterable[T]) -> tuple[T, ...]:
    return (usual, *(one for one in others if one != usual))
