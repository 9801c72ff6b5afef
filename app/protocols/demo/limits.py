"""What the demo's two networks take, and whether something fits."""

from __future__ import annotations

from app.model.errors import Refused
from app.model.graphemes import count_graphemes
from app.model.sending import Limits, MediaLimits, Outgoing, PollLimits
from app.protocols.demo.people import FIRST, SECOND

_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})

LIMITS: dict[str, Limits] = {
    FIRST.id: Limits(
        length=500,
        link_length=23,
        mention_hosts=False,
        warnings=True,
        media=MediaLimits(
            types=_PICTURES | {"image/gif", "video/mp4", "video/webm", "audio/mpeg", "audio/ogg"},
            image_bytes=16_000_000,
            image_pixels=33_177_600,
            video_bytes=99_000_000,
            audio_bytes=99_000_000,
            alt_length=1_500,
            focus=True,
        ),
        polls=PollLimits(),
        schedules=True,
        edits=True,
        visibilities=("public", "quiet", "followers", "direct"),
        quotes=("anyone", "followers", "nobody"),
        can_quote=True,
        handles="user@host",
        emoji=True,
    ),
    SECOND.id: Limits(
        length=300,
        unit="graphemes",
        bytes=3_000,
        labels=("sexual", "nudity", "porn", "graphic-media"),
        media=MediaLimits(
            types=_PICTURES | {"video/mp4"},
            image_bytes=1_000_000,
            video_bytes=100_000_000,
            video_seconds=180,
            alt_length=2_000,
        ),
        hidden_links=True,
        cards=True,
        card_image_bytes=1_000_000,
        threads_at_once=True,
        replies=("anyone", "followers", "following", "mentioned", "nobody"),
        quotes=("anyone", "nobody"),
        can_quote=True,
        langs=3,
        handles="domain",
        mixes=frozenset({"media+quote"}),
    ),
}
"""By network: as the real ones usually are."""


def must_fit(post: Outgoing, limits: Limits) -> None:
    """Raises: Refused, as a server would."""
    length = _length(post, limits)
    if length > limits.length:
        raise Refused(f"The text is too long: {length} of {limits.length} {limits.unit}.")
    size = len(post.text.text.encode())
    if limits.bytes and size > limits.bytes:
        raise Refused(f"The text is too long: {size} of {limits.bytes} bytes.")
    if not (post.text.text.strip() or post.media or post.poll or post.quote):
        raise Refused("There is nothing in this post.")
    if len(post.media) > limits.media.count:
        raise Refused(f"At most {limits.media.count} pictures fit into a post.")
    if post.poll is not None and limits.polls is None:
        raise Refused("There are no polls here.")
    if post.poll is not None and post.media:
        raise Refused("A post has pictures or a poll, not both.")
    if post.visibility not in limits.visibilities:
        raise Refused("Everything is public here.")
    if post.warning and not limits.warnings:
        raise Refused("There are no content warnings here.")
    if post.send_at is not None and not limits.schedules:
        raise Refused("This server keeps no post for later.")


def _length(post: Outgoing, limits: Limits) -> int:
    """What a reader sees as one character counts one; links and mentions as the limits say."""
    text, cut, spared = post.text.text, 0, 0
    for span in post.text.spans:
        shown = text[span.start : span.end]
        if span.kind == "link" and limits.link_length:
            cut += len(shown) - limits.link_length
        elif span.kind == "mention" and not limits.mention_hosts and shown.count("@") == 2:
            spared += len(shown) - shown.rindex("@")
    return count_graphemes(text) - cut - spared + count_graphemes(post.warning)
