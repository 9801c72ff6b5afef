"""What I write: one draft, and a lane for each account it goes to."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NewType

from msgspec import Struct

from app.model.post import MediaKind, Visibility
from app.model.profile import Profile
from app.model.timeline import AccountId

DraftId = NewType("DraftId", str)
"""Ours, random, for ever."""

Audience = Literal["anyone", "followers", "following", "mentioned", "nobody"]

BREAK = "---"
"""A line of its own in a draft's text: a new post begins after it."""


class Attachment(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A picture, video or sound of a draft.

    The profile holds a copy of the file; the user's own is never touched.

    Attributes:
        id: SHA-256 of the copy, hex: where the profile keeps it.
        name: What the user's file was called.
        size: Bytes.
        width, height: px, 0 = unknown. duration: seconds.
        alt: Description, the same in all lanes.
        focus: What must stay in sight, -1…1 from the middle, y up.
    """

    id: str
    kind: MediaKind
    mime: str
    size: int
    name: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0.0
    alt: str = ""
    focus: tuple[float, float] = (0.0, 0.0)


class PollDraft(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A question to be asked. *seconds*: how long it is open."""

    options: tuple[str, ...]
    seconds: int = 86_400
    multiple: bool = False
    hide_totals: bool = False


class PostAddress(Struct, frozen=True, omit_defaults=True):
    """Where one copy of a post is."""

    network: str
    uri: str
    url: str = ""


class Target(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    The post that a draft answers or quotes.

    Attributes:
        copies: Its address per network; an echo has several. A lane takes the
            one of its network.
        mentions: Who else is in it, as the author of an answer would name them.
        written_at: When (for the reminder about old posts).
    """

    copies: tuple[PostAddress, ...]
    author: Profile
    excerpt: str = ""
    mentions: tuple[Profile, ...] = ()
    visibility: Visibility = "public"
    warning: str = ""
    written_at: datetime | None = None
    langs: tuple[str, ...] = ()

    def on(self, network: str) -> PostAddress | None:
        """Its copy on *network*."""
        return next((copy for copy in self.copies if copy.network == network), None)


class LaneSettings(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How one account sends it. What a network does not know is ignored there.

    Attributes:
        replies: Who may answer: one of anyone and nobody, or several of the others.
        lang: BCP 47, "" = the draft's.
        labels: The author's own labels, on networks that have them.
        choices: What to do about a loss, by its kind (``Loss.kind`` → ``Choice.id``).
    """

    visibility: Visibility = "public"
    replies: tuple[Audience, ...] = ("anyone",)
    quotes: Literal["anyone", "followers", "nobody"] = "anyone"
    lang: str = ""
    labels: tuple[str, ...] = ()
    choices: dict[str, str] = {}


class Lane(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A draft's form for one account.

    Attributes:
        text: Its own text; None = follows the draft.
        without: Ids of attachments that are left out here.
        card: Whether the first link gets its card.
    """

    account: AccountId
    text: str | None = None
    settings: LaneSettings = LaneSettings()
    without: tuple[str, ...] = ()
    card: bool = True


class Draft(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What I write. Plain text as typed; spans are found when it is measured.

    Attributes:
        lang: BCP 47; "" = not known (detected when it is planned).
        split: Too long a text becomes a thread; False: it cannot be sent.
        numbered: Posts of a thread end with their number.
        send_at: Not before; aware UTC.
    """

    id: DraftId
    created_at: datetime
    updated_at: datetime
    text: str = ""
    warning: str = ""
    sensitive: bool = False
    media: tuple[Attachment, ...] = ()
    poll: PollDraft | None = None
    reply_to: Target | None = None
    quote: Target | None = None
    lang: str = ""
    markdown: bool = False
    split: bool = True
    numbered: bool = False
    send_at: datetime | None = None
    lanes: tuple[Lane, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Nothing that anybody would miss."""
        own = any((lane.text or "").strip() for lane in self.lanes)
        return not (self.text.strip() or self.warning or self.media or self.poll or own)
