"""What exists: frozen values. No I/O, no Qt, imports nothing of ours."""

from app.model.account import Account, AccountState, NetworkInfo
from app.model.post import (
    Advisory,
    Counts,
    LinkCard,
    Media,
    Poll,
    PollOption,
    Post,
    Quote,
    ReplyTo,
    ViewerState,
)
from app.model.profile import Profile
from app.model.text import Emoji, RichText, Span
from app.model.timeline import (
    HOME,
    AccountId,
    Cursor,
    Entry,
    Page,
    Repost,
    Source,
    Stub,
)

__all__ = [
    "HOME",
    "Account",
    "AccountId",
    "AccountState",
    "Advisory",
    "Counts",
    "Cursor",
    "Emoji",
    "Entry",
    "LinkCard",
    "Media",
    "NetworkInfo",
    "Page",
    "Poll",
    "PollOption",
    "Post",
    "Profile",
    "Quote",
    "ReplyTo",
    "Repost",
    "RichText",
    "Source",
    "Span",
    "Stub",
    "ViewerState",
]
