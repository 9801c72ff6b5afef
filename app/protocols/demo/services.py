"""The services of the demo's two networks: each keeps what its like keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence

from app.model import Cursor, Page
from app.model.about import ApartPage, PeoplePage
from app.model.acts import Relation
from app.model.errors import BadInput, NotFound
from app.model.moderation import (
    Averted,
    Change,
    Filter,
    Labeler,
    PeopleList,
    RefusedServer,
    Settled,
)
from app.model.offers import Offer, OfferPage, PublishedRecipe
from app.model.portrait import Portrait
from app.model.text import Emoji
from app.protocols.demo import moderating, offering, portraits
from app.protocols.demo.elsewhere import AskingOrigins
from app.protocols.demo.messaging import Chatting, Corresponding
from app.protocols.demo.moderating import Shelf
from app.protocols.demo.noticing import Noticing, SettingAside
from app.protocols.demo.people import GULL, ROPE
from app.protocols.demo.showing import Shelves
from app.protocols.demo.telling import Telling, TellingMore
from app.protocols.owning import Pause, no_pause
from app.protocols.portraying import Near, Part


class _Averting(Noticing, Telling, Corresponding):
    """Both tell whom one averts and follows, and what people say of themselves."""

    @property
    def _shelf(self) -> Shelf:
        return Shelf(self._account, self._world.ledger)

    async def averted(self, most: int = 10_000) -> Averted:
        """Whom it mutes and blocks."""
        await self._speak()
        return self._shelf.averted()

    async def followed(self, most: int = 10_000) -> Collection[str]:
        """Whom it follows."""
        await self._speak()
        return self._shelf.followed()

    async def followed_portraits(self, pause: Pause = no_pause) -> AsyncIterator[Portrait]:
        """Whom it follows, with what they say."""
        await self._speak()
        for one in portraits.followed_by(self._account):
            yield one

    async def portrait(self, address: str) -> Portrait:
        """Who has this address or handle."""
        return portraits.portrait_of(await self.find_profile(address))

    async def search_portraits(self, words: str, limit: int = 3) -> tuple[Portrait, ...]:
        """People whose handle or name begins like *words*."""
        found = await self.search_profiles(words, limit)
        return tuple(map(portraits.portrait_of, found))

    def parts(self, profile: str) -> tuple[Part, ...]:
        """What of theirs is shown."""
        return self._shown.parts(profile)

    async def wrote(
        self, profile: str, part: Part, cursor: Cursor | None = None, *, limit: int = 30
    ) -> Page:
        """A page of it."""
        await self._speak(older=cursor is not None)
        return self._shown.wrote(profile, part, cursor or "", limit)

    async def near(
        self, profile: str, near: Near, cursor: Cursor | None = None, *, limit: int = 40
    ) -> PeoplePage:
        """Who follows whom."""
        await self._speak()
        return self._shown.near(profile, near, cursor or "", limit)

    async def set_apart(self, cursor: Cursor | None = None) -> ApartPage:
        """Whom it follows otherwise than everybody else."""
        await self._speak()
        return self._shown.set_apart()

    @property
    def _shown(self) -> Shelves:
        return Shelves(self._account, self._world)

    async def own_sources(self) -> tuple[Offer, ...]:
        """Lists, followed tags, what is talked about."""
        await self._speak()
        return self._shelves.sources(self._account.host)


class FirstService(AskingOrigins, _Averting, SettingAside, TellingMore):
    """On the first network: filters, whole servers, and notes about people."""

    async def server_emoji(self) -> tuple[Emoji, ...]:
        """Some that its people use."""
        await self._speak()
        return (ROPE, GULL)

    async def set_note(self, profile: str, text: str) -> Relation:
        """For itself alone."""
        await self._speak()
        return self._shown.note(profile, text, self._deeds.relation(profile))

    async def followed_tags(self) -> tuple[str, ...]:
        """Those that it follows."""
        await self._speak()
        return tuple(self._shelves.tags)

    async def tags_like(self, words: str, limit: int = 6) -> tuple[Offer, ...]:
        """Those that begin so."""
        await self._speak()
        return self._shelves.tags_like(words, limit)

    async def filters(self) -> tuple[Filter, ...]:
        """All of the account."""
        await self._speak()
        return self._shelf.filters

    async def save_filter(self, filter: Filter) -> Filter:
        """Make or change one. Raises: BadInput."""
        await self._speak()
        return self._shelf.save_filter(filter)

    async def delete_filter(self, id: str) -> None:
        """Gone is gone."""
        await self._speak()
        self._shelf.delete_filter(id)

    async def blocked_servers(self) -> tuple[str, ...]:
        """Domains that it blocks."""
        await self._speak()
        return self._shelf.servers

    async def block_server(self, domain: str, on: bool = True) -> None:
        """Hide all of that server. Raises: BadInput."""
        await self._speak()
        self._shelf.block_server(domain, on)

    async def lost_follows(self, domain: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Whom blocking that server would lose."""
        await self._speak()
        return self._shelf.lost_follows(domain)

    async def refused_servers(self) -> tuple[RefusedServer, ...]:
        """Whom its server does not talk to."""
        await self._speak()
        return moderating.REFUSED


class SecondService(_Averting, Chatting):
    """On the second network: preferences, labelers, lists of people."""

    _missing: frozenset[str] = frozenset()

    async def settled(self) -> Settled:
        """All that it has settled."""
        await self._speak()
        return self._shelf.settled

    async def settle(self, changes: Sequence[Change]) -> Settled:
        """Change what is meant. Raises: Refused."""
        await self._speak()
        return self._shelf.settle(changes)

    async def labelers(self, uris: Sequence[str], langs: Sequence[str] = ()) -> tuple[Labeler, ...]:
        """What these say of themselves."""
        await self._speak()
        known = moderating.LABELERS
        return tuple(known[uri] for uri in dict.fromkeys(uris) if uri in known)

    async def find_labeler(self, address: str, langs: Sequence[str] = ()) -> Labeler:
        """Who has this handle or address. Raises: NotFound."""
        await self._speak()
        return moderating.labeler(address)

    def ask_labelers(self, uris: Sequence[str]) -> None:
        """The demo's answers have all labels; whom nobody knows gives none."""
        self._missing = frozenset(uris) - moderating.LABELERS.keys()

    @property
    def missing_labelers(self) -> frozenset[str]:
        """Those that the last answer had no labels of."""
        return self._missing

    async def people_list(self, address: str) -> PeopleList:
        """With all members. Raises: NotFound."""
        await self._speak()
        return moderating.people_list(address)

    async def mute_list(self, uri: str, on: bool = True) -> None:
        """Everybody on it."""
        await self._each(uri, "mute" if on else "unmute")

    async def block_list(self, uri: str, on: bool = True) -> None:
        """Everybody on it."""
        await self._each(uri, "block" if on else "unblock")

    async def offers(
        self, words: str = "", cursor: Cursor | None = None, *, limit: int = 30
    ) -> OfferPage:
        """What is popular, or what *words* find."""
        await self._speak()
        start = int(cursor) if cursor and cursor.isdigit() else 0
        found = offering.found_offers(words)
        more = start + limit < len(found)
        return OfferPage(
            offers=found[start : start + limit],
            older=Cursor(str(start + limit)) if more else None,
        )

    async def offers_named(self, uris: Sequence[str]) -> tuple[Offer, ...]:
        """Those of them that there are."""
        await self._speak()
        lists = self._shelves.sources(self._account.host)
        known = {one.arg: one for one in (*offering.FEEDS, *lists)}
        return tuple(known[uri] for uri in dict.fromkeys(uris) if uri in known)

    async def find_offer(self, address: str) -> Offer:
        """The feed or list with this URI. Raises: NotFound."""
        await self._speak()
        lists = self._shelves.sources(self._account.host)
        mine = next((one for one in lists if one.arg == address.strip()), None)
        return mine or offering.offer_at(address)

    async def publish_recipe(self, key: str, name: str, about: str, document: str) -> str:
        """Everybody may read it; one of the same key is replaced."""
        await self._speak()
        uri = f"at://{self._account.uri}/app.example.recipe/{key}"
        self._world.ledger.recipes[uri] = PublishedRecipe(
            uri=uri, name=name, document=document, by=self._account.handle
        )
        return uri

    async def unpublish_recipe(self, uri: str) -> None:
        """Gone is gone. Raises: BadInput."""
        await self._speak()
        if not uri.startswith(f"at://{self._account.uri}/app.example.recipe/"):
            raise BadInput("That is no feed that this account has published.")
        self._world.ledger.recipes.pop(uri, None)

    async def own_recipes(self) -> tuple[PublishedRecipe, ...]:
        """What it has published."""
        await self._speak()
        mine = self._account.handle
        return tuple(one for one in self._world.ledger.recipes.values() if one.by == mine)

    async def recipe_at(self, uri: str) -> PublishedRecipe:
        """Raises: NotFound."""
        await self._speak()
        found = self._world.ledger.recipes.get(uri.strip())
        if found is None:
            raise NotFound("There is no published feed at this address.")
        return found

    async def _each(self, uri: str, act: str) -> None:
        await self._speak()
        for profile in moderating.people_list(uri).members:
            self._deeds.relate(act, profile)  # type: ignore[arg-type]
