"""
What moderation says of itself, to the command line and the window. Values only.

``services/moderation.Moderation`` offers all of this::

    moderation.preferences() -> Preferences         # for the pipeline; memory, at once
    await moderation.refresh(account, force=False)  # what the servers keep; old answers do
    moderation.settled(account) -> Settled | None   # adult, labels, labelers, words, hidden, feeds
    await moderation.settle(account, *changes)      # AdultChange, LabelChange, WordChange…
    moderation.labelers(account) -> tuple[LabelerState, ...]
    await moderation.find_labeler(account, address) -> Labeler
    await moderation.subscribe_to(account, uri) / unsubscribe_from(account, uri)
    moderation.missing(account) -> frozenset[str]   # labelers the server did not ask

    moderation.words() -> tuple[WordState, ...]     # over both networks
    await moderation.mute_word(word, where="everywhere" | "here" | AccountId)
    await moderation.unmute_word(value)

    moderation.filters(account) -> tuple[Filter, ...]
    await moderation.save_filter(account, filter) / delete_filter(account, id)

    moderation.averted(account) -> Averted          # mutes and blocks, as last read
    moderation.blocked_servers(account) -> tuple[str, ...]
    await moderation.warn_of(account, domain) -> LostFollows    # before one blocks a server
    await moderation.block_server(account, domain, on=True)
    moderation.refusal(account, host) -> RefusedServer | None   # "your server does not talk to theirs"
    await moderation.avert_list(account, uri, "mute" | "block", on=True)
    await moderation.undo(undo: Undo)               # what a cause says can be done
    moderation.subscribe(listener) -> way out       # ModerationChanged

``services/blocklists.Blocklists``::

    blocklists.all() -> tuple[Subscription, ...]
    await blocklists.look(address) -> Proposal      # read and compared, nothing is kept
    await blocklists.add(address, effect="hide") -> Proposal     # kept, waits to be applied
    await blocklists.update(id) -> Proposal         # its difference; nothing is applied
    await blocklists.apply(id) -> Subscription
    await blocklists.remove(id)                     # its effect ends
    await blocklists.set_effect(id, "hide" | "cover")
    blocklists.exceptions() -> tuple[str, ...]
    await blocklists.set_exception(name, on=True)
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model import AccountId
from app.model.errors import ServiceError
from app.model.moderation import Labeler, MutedWord
from app.moderation.blocklists import Difference, Skipped

Effect = Literal["hide", "cover"]

ListKind = Literal["file", "url", "people"]


class ModerationChanged(Struct, frozen=True, omit_defaults=True):
    """Something that decides is another now. *account*: "" = for all."""

    what: Literal["preferences", "filters", "words", "labelers", "people", "servers", "blocklists"]
    account: AccountId = AccountId("")


class LabelerState(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A labeler that an account has subscribed to.

    Attributes:
        labeler: What it says of itself, as last read.
        settings: What was chosen for its labels; what is not named has its default.
        own: The network's own: it cannot be unsubscribed from.
        missing: The server's last answer had none of its labels.
        gone: It could not be found when it was looked for last.
    """

    labeler: Labeler
    settings: dict[str, str] = {}
    own: bool = False
    missing: bool = False
    gone: bool = False


class WordState(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A muted word, and where it is kept: accounts whose server has it; *here*: Godwit alone."""

    word: MutedWord
    accounts: tuple[AccountId, ...] = ()
    here: bool = False


class LostFollows(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What blocking a server would take, for good: handles on both sides.

    *problem*: They could not be counted.
    """

    domain: str
    following: tuple[str, ...] = ()
    followers: tuple[str, ...] = ()
    problem: ServiceError | None = None


class Subscription(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A blocklist that somebody has subscribed to.

    Attributes:
        id: Ours, stable.
        kind: ``file`` on this computer, ``url``, or ``people``: a network's own list.
        address: Where it is from, as given (URIs of lists included).
        fetched_at: When what is in force was read; hash: SHA-256 of its bytes.
        entries, skipped: How many are in force, and how many could not be used.
        effect: What it does here. Nothing is ever done on a server.
        proposed: An update waits to be looked at.
    """

    id: str
    title: str
    kind: ListKind
    address: str
    fetched_at: datetime | None = None
    applied_at: datetime | None = None
    hash: str = ""
    entries: int = 0
    skipped: int = 0
    effect: Effect = "hide"
    proposed: bool = False


class Proposal(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    An update, not applied.

    Attributes:
        difference: From what is in force.
        skipped: Entries that cannot be used, line by line: obfuscated ones above all.
        followed: Names of the update that somebody I follow is on, or is: they are
            flagged, and stay to be seen.
        excepted: Names of the update that my exceptions keep out.
    """

    subscription: Subscription
    difference: Difference = Difference()
    skipped: tuple[Skipped, ...] = ()
    followed: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
