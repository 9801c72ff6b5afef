"""What the page shows, as values: made by the presenter, drawn by widgets."""

from __future__ import annotations

from msgspec import Struct

from app.model import AccountId
from app.model.moderation import Filter, MutedWord, Setting


class LabelRow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A label and what is done about it.

    Attributes:
        labeler: Whose label; "" = one that all labelers share.
        choices: What may be chosen; one alone cannot be changed.
        why: Why nothing can be chosen, "" = one can.
    """

    value: str
    name: str
    description: str = ""
    labeler: str = ""
    setting: Setting = "warn"
    choices: tuple[Setting, ...] = ("ignore", "warn", "hide")
    why: str = ""


class LabelerItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A labeler that an account has subscribed to.

    Attributes:
        source: Handle and what else is known of where it is from.
        summary: Its labels in a few words.
        trouble: Its labels do not come; "" = they do.
        own: The network's own; it stays.
    """

    uri: str
    name: str
    source: str = ""
    summary: str = ""
    description: str = ""
    avatar: str = ""
    link: str = ""
    trouble: str = ""
    own: bool = False
    labels: tuple[LabelRow, ...] = ()


class LabelerGroup(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The labelers of one account. *note*: how many, and of whom if there are several."""

    account: AccountId
    handle: str
    mark: str = ""
    note: str = ""
    adult: bool = False
    labelers: tuple[LabelerItem, ...] = ()


class WordItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A muted word.

    Attributes:
        running: It ends by itself.
        hits: Posts it hides in the timeline that is open.
        here: Kept by Godwit alone.
    """

    word: MutedWord
    shown: str
    scope: str
    expiry: str
    running: bool = False
    hits: int = 0
    here: bool = False


class FilterItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A filter that a server keeps. *does*: "Warns", in *color*."""

    filter: Filter
    title: str
    about: str
    does: str
    color: str = "warn"


class FilterGroup(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The filters of one account."""

    account: AccountId
    host: str
    handle: str
    mark: str = ""
    filters: tuple[FilterItem, ...] = ()


class ServerGroup(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The servers that one account blocks, and how many its own server does not talk to."""

    account: AccountId
    host: str
    handle: str
    mark: str = ""
    domains: tuple[str, ...] = ()
    refused: int = 0


class ServerWarning(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What blocking *domain* takes for good. *problem*: it could not be counted.

    *bridge*: the one that is cut off with it; "" = none.
    """

    account: AccountId
    domain: str
    following: tuple[str, ...] = ()
    followers: tuple[str, ...] = ()
    problem: str = ""
    bridge: str = ""


class ListItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A blocklist.

    Attributes:
        about: Where it is from, and how many are on it.
        status: "up to date", "not applied"…
        waits: An update waits to be looked at.
    """

    id: str
    title: str
    about: str
    address: str = ""
    status: str = ""
    waits: bool = False
    covers: bool = False


class ListEntry(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A name on a list, as it is shown. *sign*: "+", "−" or "±"."""

    name: str
    shown: str
    sign: str = "+"
    reason: str = ""


class ProposalShown(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    An update that waits.

    Attributes:
        followed: People I follow, or servers of such people.
        kept_out: How many my exceptions keep out.
        entries: The first of them; ``total`` counts all.
        skipped: How many lines cannot be used; *examples*: the first, each with its reason.
    """

    id: str
    title: str
    added: int = 0
    removed: int = 0
    changed: int = 0
    entries: tuple[ListEntry, ...] = ()
    followed: tuple[ListEntry, ...] = ()
    kept_out: int = 0
    skipped: int = 0
    examples: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """All that it changes."""
        return self.added + self.removed + self.changed


class HiddenItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What left out how many posts. *keys*: its causes, as the timeline calls them."""

    keys: tuple[str, ...]
    icon: str
    text: str
    count: int


class Trouble(Struct, frozen=True, omit_defaults=True):
    """Something that did not work, and what to do."""

    message: str
    next_step: str = ""

    @property
    def words(self) -> str:
        """Both."""
        return f"{self.message} {self.next_step}".strip()


class Shown(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    The whole page.

    Attributes:
        words_everywhere: What one network's server keeps counts on both; None: no
            server keeps words.
        sensitive, warnings: What is done about what authors mark themselves.
        place: Where the hidden posts were counted.
        waiting: Hosts that are being asked, nothing being known of them yet.
        troubles: What could not be read.
    """

    labelers: tuple[LabelerGroup, ...] = ()
    words: tuple[WordItem, ...] = ()
    words_everywhere: bool | None = None
    sensitive: str = "cover"
    warnings: str = "closed"
    filters: tuple[FilterGroup, ...] = ()
    servers: tuple[ServerGroup, ...] = ()
    lists: tuple[ListItem, ...] = ()
    exceptions: tuple[str, ...] = ()
    hidden: tuple[HiddenItem, ...] = ()
    place: str = ""
    waiting: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()
