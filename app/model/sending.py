"""What leaves: what a network takes, a post ready for it, and how its sending goes."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.draft import Attachment, Audience, DraftId, PollDraft
from app.model.post import LinkCard, Visibility
from app.model.text import RichText
from app.model.timeline import AccountId

Mix = Literal["media+poll", "media+quote", "poll+quote"]


class MediaLimits(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What may be attached. 0 = no limit that is known.

    Attributes:
        count: How many to one post; videos count as *video_count*.
        types: MIME types that are taken as they are.
        mixed: Pictures beside videos or sound in one post.
        image_pixels: Width × height.
    """

    count: int = 4
    video_count: int = 1
    types: frozenset[str] = frozenset()
    mixed: bool = False
    image_bytes: int = 0
    image_pixels: int = 0
    video_bytes: int = 0
    video_seconds: int = 0
    audio_bytes: int = 0
    alt_length: int = 0
    focus: bool = False


class PollLimits(Struct, frozen=True, kw_only=True):
    """What a poll may be."""

    options: int = 4
    option_length: int = 50
    min_seconds: int = 300
    max_seconds: int = 2_629_746


class Limits(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What an account's server takes, as it says itself.

    Attributes:
        length: Of one post, in *unit* (both count what a reader sees as one
            character: extended grapheme clusters).
        bytes: Of its text in UTF-8; 0 = no limit.
        link_length: What every link counts, however long; 0 = as it is written.
        mention_hosts: Mentions count with their host.
        warnings: It has content warnings in the author's words (which count).
        labels: Labels that authors may put on their own posts, best first.
        polls: None = there are none.
        markup: MIME types of text that it renders, beside plain text.
        hidden_links: A link may stand behind other words.
        markup_spans: Styles of text that readers there will see.
        cards: Link cards are made by the client.
        card_image_bytes: Of the picture of a card.
        threads_at_once: A whole thread is written in one act.
        once: Sent again with the same ticket, a post is still there once.
        schedules: It keeps a post until its time.
        edits: A post can be changed later.
        visibilities: First = what is usual there.
        lang, sensitive: What the account's posts usually are, "" = not told.
        replies: Whom an author may let answer; only "anyone": cannot choose.
        quotes: Whom an author may let quote; first = what is usual there.
        can_quote: Posts of the same network can be quoted.
        langs: How many languages a post can name.
        handles: How people are named there; "" = not said (a network that counts
            mentions without their host has hosts).
        emoji: Its server draws ``:codes:`` as pictures of its own.
        mixes: What one post may have together.
    """

    length: int
    unit: Literal["characters", "graphemes"] = "characters"
    bytes: int = 0
    link_length: int = 0
    mention_hosts: bool = True
    warnings: bool = False
    labels: tuple[str, ...] = ()
    media: MediaLimits = MediaLimits()
    polls: PollLimits | None = None
    markup: tuple[str, ...] = ()
    hidden_links: bool = False
    markup_spans: frozenset[str] = frozenset()
    cards: bool = False
    card_image_bytes: int = 0
    threads_at_once: bool = False
    once: bool = False
    schedules: bool = False
    edits: bool = False
    visibilities: tuple[Visibility, ...] = ("public",)
    replies: tuple[Audience, ...] = ("anyone",)
    quotes: tuple[Literal["anyone", "followers", "nobody"], ...] = ("anyone",)
    can_quote: bool = False
    langs: int = 1
    lang: str = ""
    sensitive: bool = False
    handles: Literal["user@host", "domain", ""] = ""
    emoji: bool = False
    mixes: frozenset[Mix] = frozenset()


class Outgoing(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One post, ready for one network. Made by ``compose``, sent by a protocol.

    Attributes:
        text: As readers will see it. Spans: link (target), mention (target =
            the profile's URI), tag, and styles the network shows.
        source: What is sent where the server renders *markup* itself.
        media: In order; with the lane's alt text.
        card: ``image`` names a kept file (id of an attachment), or "".
        reply_to, quote: URI; the parts of a thread after the first answer the
            one before, whose URI is not known yet: "".
        send_at: The server is asked to keep it until then.
    """

    text: RichText
    source: str = ""
    markup: str = ""
    warning: str = ""
    sensitive: bool = False
    labels: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    visibility: Visibility = "public"
    replies: tuple[Audience, ...] = ("anyone",)
    quotes: Literal["anyone", "followers", "nobody"] = "anyone"
    media: tuple[Attachment, ...] = ()
    card: LinkCard | None = None
    poll: PollDraft | None = None
    reply_to: str = ""
    quote: str = ""
    send_at: datetime | None = None


class Published(Struct, frozen=True, omit_defaults=True):
    """
    A post as the server has it.

    *ref*: opaque, as ``ViewerState.ref``: needed to edit, delete or answer it.
    *uri* is "" for one that the server keeps until its time. *note*: what is
    otherwise than was asked for, one sentence, "" = nothing.
    """

    uri: str
    url: str = ""
    ref: str = ""
    note: str = ""


LaneState = Literal[
    "draft", "queued", "sending", "delivered", "failed", "unknown", "scheduled", "cancelled"
]
"""
``queued``: waits for its turn (undo window, line, time). ``sending``: bytes may
have left. ``unknown``: they have, and no answer came: Godwit looks. ``scheduled``:
the server keeps it. ``failed``: certain that nothing more will come of it.
"""


class Part(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One post of a lane, and what is known of it.

    Attributes:
        ticket: Opaque, made by the protocol before the first byte: makes a
            second try the same act (record key, idempotency key).
        uploads: Attachment id → what the server calls it.
        done: None until the server has it.
    """

    post: Outgoing
    ticket: str = ""
    uploads: dict[str, str] = {}
    done: Published | None = None


class Trouble(Struct, frozen=True, omit_defaults=True):
    """
    A ``ServiceError``, kept; or ``missed``, ``stale``: its time or day has passed;
    or ``no_account``: it was removed.

    *repair*: what may be offered: ``retry``, ``edit``, ``shrink``, ``alone``,
    ``now``, ``sign_in``, or "".
    """

    kind: str
    message: str
    next_step: str = ""
    repair: str = ""


class Note(Struct, frozen=True):
    """A line of a delivery's journal."""

    at: datetime
    text: str


class Delivery(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    The sending of one lane. Durable before its first byte leaves.

    Attributes:
        not_before: End of the undo window, of a wait, or the chosen time.
        send_at: The time the user has chosen, where Godwit keeps it until then.
        looks: How often it was looked for since the outcome is unknown.
        replaces: A post that is deleted before this one is sent.
        journal: What happened, oldest first, for people.
    """

    draft: DraftId
    account: AccountId
    network: str
    state: LaneState
    parts: tuple[Part, ...]
    queued_at: datetime
    not_before: datetime | None = None
    send_at: datetime | None = None
    attempts: int = 0
    looks: int = 0
    replaces: Published | None = None
    trouble: Trouble | None = None
    journal: tuple[Note, ...] = ()

    @property
    def is_over(self) -> bool:
        """Nothing more happens by itself."""
        return self.state in ("delivered", "failed", "scheduled", "cancelled")
