"""What the demo's servers remember of what was done on them."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field

from app.model import AccountId, Profile
from app.model.about import Version
from app.model.acts import Relation, Report
from app.model.belongings import OwnList
from app.model.message import Conversation, Message
from app.model.moderation import Filter, Settled
from app.model.notification import Notice, ReadMark
from app.model.offers import PublishedRecipe
from app.model.sending import Published


class Ledger(Struct):
    """
    Of both networks together.

    Attributes:
        tickets: (account, ticket) → what was published with it.
        files: Address of a picture that was uploaded → where it lies.
        tokens: What ``upload`` has given out → (address, MIME type).
        relations: (account, profile's URI) → how they stand.
        reports: (account, report), oldest first.
        pinned: (account, post's URI).
        settled, filters, servers: What an account has changed of what it does not want
            to see.
        recipes: URI → what somebody has published.
        noticed: What happened since the demo began, newest first; *read*: how far each
            account has read what happened.
        lists, tags: What an account keeps, once it was asked for.
        versions: Post's URI → how it was before it was edited here.
        requests: (account, profile's URI) → whether they were let follow, once answered.
        gates, let_in: Rules of who gets through; (account, who) that were dealt with.
        talks, said: Conversations of an account, and what was said in each.
        asking: (account, group) → who waits to be let in, once it was asked for.
        letters: (account, ticket) → the message that was sent with it.
        number: Of the last ticket.
    """

    tickets: dict[tuple[AccountId, str], Published] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)
    relations: dict[tuple[AccountId, str], Relation] = field(default_factory=dict)
    reports: list[tuple[AccountId, Report]] = field(default_factory=list)
    pinned: set[tuple[AccountId, str]] = field(default_factory=set)
    settled: dict[AccountId, Settled] = field(default_factory=dict)
    filters: dict[AccountId, tuple[Filter, ...]] = field(default_factory=dict)
    servers: dict[AccountId, set[str]] = field(default_factory=dict)
    recipes: dict[str, PublishedRecipe] = field(default_factory=dict)
    noticed: dict[AccountId, list[Notice]] = field(default_factory=dict)
    read: dict[AccountId, ReadMark] = field(default_factory=dict)
    lists: dict[AccountId, dict[str, OwnList]] = field(default_factory=dict)
    tags: dict[AccountId, list[str]] = field(default_factory=dict)
    versions: dict[str, tuple[Version, ...]] = field(default_factory=dict)
    requests: dict[tuple[AccountId, str], bool] = field(default_factory=dict)
    gates: dict[AccountId, dict[str, str]] = field(default_factory=dict)
    let_in: set[tuple[AccountId, str]] = field(default_factory=set)
    talks: dict[AccountId, dict[str, Conversation]] = field(default_factory=dict)
    said: dict[tuple[AccountId, str], list[Message]] = field(default_factory=dict)
    asking: dict[tuple[AccountId, str], list[Profile]] = field(default_factory=dict)
    letters: dict[tuple[AccountId, str], Message] = field(default_factory=dict)
    number: int = 0
