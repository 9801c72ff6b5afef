"""What writes, reacts and converses, each given what it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.options import Options

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from app.model import AccountId, Post
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.services.conversations import Conversations
    from app.services.drafts import Drafts
    from app.services.fetching import Fetches
    from app.services.language import Language
    from app.services.link_cards import LinkCards
    from app.services.outbox import Outbox, OutboxChanged
    from app.services.people import People
    from app.services.planning import Planning
    from app.services.reactions import Reactions
    from app.services.shadows import Shadows
    from app.services.timelines import Timelines
    from app.services.twins import Twins
    from app.store import Store
    from app.wiring.late import Late


@dataclass(frozen=True)
class Writing:
    """The rooms of the house in which something is said."""

    drafts: Drafts
    outbox: Outbox
    planning: Planning
    reactions: Reactions
    conversations: Conversations
    people: People
    link_cards: LinkCards
    language: Language

    @property
    def ends(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """What each does at the end, in order."""
        return (
            self.outbox.close,
            self.reactions.close,
            self.conversations.close,
            self.link_cards.close,
        )


@dataclass(frozen=True)
class Ground:
    """What all of them stand on."""

    profile: Path
    options: Options
    store: Store
    late: Late
    clock: Clock
    accounts: Accounts
    bridging: Bridging
    timelines: Timelines
    shadows: Shadows


def writing(ground: Ground, arrived: Callable[[AccountId], None]) -> Writing:
    """
    All of them. Nothing is read or asked yet.

    *arrived*: an account has a new post of its own: its timeline may look.
    """
    from app.services.drafts import Drafts
    from app.services.language import Language
    from app.services.link_cards import LinkCards
    from app.services.outbox import Outbox
    from app.services.people import People
    from app.services.people_strangers import Strangers
    from app.services.planning import Planning
    from app.wiring.rooms import languages

    g, offline = ground, ground.options.offline
    drafts = Drafts(g.store, g.clock, g.profile / "drafts")
    strangers = Strangers(g.store, lambda: g.late.registry().networks, offline=offline)
    people = People(
        g.store, g.accounts, g.late.bridges, g.clock, offline=offline, strangers=strangers
    )
    _join_twins(g, people)
    outbox = Outbox(
        g.store,
        g.accounts,
        drafts,
        g.clock,
        arrived=arrived,
        acquaintances=people.known,
        removed=g.timelines.note_saved,
        offline=offline,
    )
    link_cards = LinkCards(_web(g), drafts, g.clock)
    reactions, conversations = _talking(g)
    outbox.subscribe(_tell_conversations(outbox, conversations))
    planning = Planning(
        g.accounts,
        outbox,
        g.store,
        acquaintances=people.known,
        card=link_cards.card,
    )
    return Writing(
        drafts,
        outbox,
        planning,
        reactions,
        conversations,
        people,
        link_cards,
        Language(mine=languages()),
    )


def _talking(g: Ground) -> tuple[Reactions, Conversations]:
    from app.services.conversations import Conversations
    from app.services.reactions import Reactions

    offline = g.options.offline
    reactions = Reactions(
        g.store, g.accounts, g.shadows, g.clock, g.timelines.note_saved, offline=offline
    )
    conversations = Conversations(
        g.store, g.accounts, g.bridging, g.timelines, g.shadows, g.clock, offline=offline
    )
    return reactions, conversations


def _join_twins(g: Ground, people: People) -> None:
    """What the people book says, posts follow. Loaded when it is needed: no first frame does."""
    made: list[Twins] = []

    def twins() -> Twins:
        if not made:
            from app.services.twins import Twins

            own = lambda: {account.uri for account in g.accounts.all()}  # noqa: E731
            made.append(Twins(g.store, people.links, own))
        return made[0]

    async def find(posts: Iterable[Post]) -> Mapping[str, str]:
        return await twins().find(posts) if people.links() else {}

    async def renew(uris: frozenset[str]) -> None:
        saved = await twins().renew(uris)
        if saved is not None:
            g.timelines.note_saved(saved)

    g.bridging.join_with(find)
    people.follow_with(renew)


def _web(g: Ground) -> Callable[[], Fetches]:
    """Where pages for cards come from; the demo's come with the program."""
    if not g.options.demo:
        return g.late.http
    from app.protocols.demo.web import DemoWeb

    return DemoWeb


def _tell_conversations(
    outbox: Outbox, conversations: Conversations
) -> Callable[[OutboxChanged], None]:
    """When an answer of mine has arrived, conversations that show what it answers look again."""
    arrived: set[str] = set()

    def on_change(change: OutboxChanged) -> None:
        for delivery in outbox.deliveries(change.draft):
            if delivery.state != "delivered" or change.account not in (None, delivery.account):
                continue
            for part in delivery.parts:
                uri = part.done.uri if part.done is not None else ""
                if uri and uri not in arrived:
                    arrived.add(uri)
                    conversations.sent(uri, part.post.reply_to)

    return on_change
