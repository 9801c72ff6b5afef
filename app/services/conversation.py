"""One conversation that is open: its tree follows what the servers tell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from app.feed.threads import Line, Order, Tree, Voice, tree_from_voices
from app.model import Account, AccountId, Entry, Source
from app.model.draft import PostAddress
from app.model.errors import NotFound, ServiceError, Unsupported
from app.services.asking import told
from app.services.conversation_cache import cached_voices, with_post
from app.services.conversation_origins import Origins
from app.services.shadows import Shadows
from app.services.together import together

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.protocols.writing import Converses
    from app.services.accounts import Accounts
    from app.services.bridging import Bridging
    from app.services.clock import Clock
    from app.services.timelines import Timelines
    from app.store import Saved, Store

log = logging.getLogger(__name__)

LARGE = 200
"""From so many posts on the tree is made in another thread: no frame waits for it."""


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What every conversation stands on. *unheard*: why an account is not heard there."""

    store: Store
    accounts: Accounts
    bridging: Bridging
    timelines: Timelines
    shadows: Shadows
    clock: Clock
    service: Callable[[AccountId], Converses]
    unheard: Callable[[AccountId, str], str] = lambda account, uri: ""


class Side(Struct, frozen=True, kw_only=True):
    """How one network's part of a conversation is doing. *why*: what its server said."""

    network: str
    state: Literal["loading", "ready", "failed"]
    why: ServiceError | None = None


class Place(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Where an answer can go.

    Attributes:
        why_not: A sentence, when this account may not answer there; "" = it may.
        warning: A sentence, when its answer would not arrive there.
    """

    account: AccountId
    network: str
    address: PostAddress
    why_not: str = ""
    warning: str = ""


class Conversation:
    """
    The conversation around a post.

    ``tree`` is None while nothing at all is known. Listeners are told of every
    change; they read what is there then.
    """

    def __init__(self, talk: Talk, addresses: Sequence[PostAddress]) -> None:
        # One copy for each network: answers to another copy there are found by nobody.
        once = {address.network: address for address in reversed(addresses)}
        self.addresses = tuple(address for address in addresses if address in once.values())
        self.tree: Tree | None = None
        self.order: Order = "old"
        self._talk = talk
        self._voices: dict[str, Voice] = {}
        self._same: dict[str, tuple[str, ...]] = {}
        self._sides: dict[str, Side] = {}
        self._shown: frozenset[str] = frozenset()
        self.origins = Origins(talk.store, self._tell)
        self._listeners: list[Callable[[], None]] = []
        self._turn = self._drawing = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._leave = talk.shadows.subscribe(self._on_shadow)

    # ------------------------------------------------------------- reading

    async def open(self) -> None:
        """Show what the cache has. Raises: StoreError."""
        accounts = {a: self._askers(a) for a in self.addresses}
        cached = await self._talk.store.load(lambda reader: cached_voices(reader, accounts))
        self._voices = {voice.network: voice for voice in cached}
        await self._draw()

    async def load(self) -> None:
        """
        Ask the servers of all networks, side by side; each shows as it comes.

        What goes wrong is in ``sides``. Raises: StoreError.
        """
        self._turn += 1
        turn = self._turn
        for address in self.addresses:
            self._side(address.network, "loading")
        async with together() as group:
            for address in self.addresses:
                group.create_task(self._ask(address, turn))

    @property
    def sides(self) -> tuple[Side, ...]:
        """How each network's part is doing."""
        return tuple(self._sides.values())

    async def set_order(self, order: Order) -> None:
        """Sort the answers otherwise."""
        self.order = order
        await self._draw()

    async def redraw(self) -> None:
        """Show it as what decides says now."""
        await self._draw()

    async def show_hidden(self, cause: str) -> None:
        """Until it is left, let in what *cause* left out."""
        self._shown |= {cause}
        await self._draw()

    def shows(self, uris: Sequence[str]) -> bool:
        """One of the posts is part of it, whichever copy."""
        return not self._uris().isdisjoint(uri for uri in uris if uri)

    def places(self) -> tuple[Place, ...]:
        """Every account, and whether it can answer here; who can comes first."""
        places = [place for account in self._talk.accounts.all() if (place := self._place(account))]
        return tuple(sorted(places, key=lambda place: bool(place.why_not)))

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """Ask nobody any more."""
        self._leave()
        self._turn += 1
        for task in self._tasks:
            task.cancel()

    # ------------------------------------------------------------- private

    async def _ask(self, address: PostAddress, turn: int) -> None:
        """One network: by the account that saw the post, else by the next one."""
        problem: ServiceError = Unsupported(
            f"None of your accounts is on the network of {address.uri}."
        )
        known = self._voices.get(address.network)
        first = known.account if known is not None else ""
        for account in sorted(self._askers(address), key=lambda one: one.id != first):
            try:
                service = self._talk.service(account.id)
                thread = await told(self._talk.accounts, account.id, service.thread(address.uri))
            except ServiceError as error:
                problem = error
                if isinstance(error, NotFound | Unsupported):
                    continue
                break
            if turn == self._turn:
                voice = Voice(account.id, address.network, thread)
                await asyncio.gather(
                    self._take(voice, turn), self._ask_origin(voice, service, turn)
                )
            return
        if turn == self._turn:
            self._side(address.network, "failed", problem)
            self._tell()

    async def _ask_origin(self, voice: Voice, service: Converses, turn: int) -> None:
        """The server of its author, for what mine does not have."""
        if await self.origins.ask(voice, service) and turn == self._turn:
            await self._draw()

    async def _take(self, voice: Voice, turn: int) -> None:
        """Show it, then prove bridges' claims and keep it."""
        self._voices[voice.network] = voice
        self._side(voice.network, "ready")
        await self._draw()
        await asyncio.sleep(0)  # what came in is painted before more is done with it
        thread = voice.thread
        told_of = (thread.post, *thread.ancestors, *thread.replies)
        items = [item for item in told_of if isinstance(item, Entry)]
        same = await self._talk.bridging.echo_keys(voice.account, items)
        saved = await self._save(voice, items, same)
        if turn != self._turn:
            return
        if saved.changed:
            self._talk.timelines.note_saved(saved)
        claims = {uri: keys for uri, keys in same.items() if len(keys) > 1}
        if claims:
            self._same |= claims
            await self._draw()

    async def _save(
        self, voice: Voice, items: Sequence[Entry], same: dict[str, tuple[str, ...]]
    ) -> Saved:
        from app.store import Batch

        return await self._talk.store.save(
            Batch(
                account=voice.account,
                source=Source("thread", voice.thread.focus),
                items=tuple(items),
                echo_keys=same,
            )
        )

    async def _draw(self) -> None:
        """Make the tree anew, and tell; the last drawing wins."""
        voices = [self._voices[a.network] for a in self.addresses if a.network in self._voices]
        if not voices:
            self._tell()
            return
        talk, order, shown, same = self._talk, self.order, self._shown, dict(self._same)
        elsewhere = dict(self.origins.told)
        self._drawing += 1
        drawing = self._drawing
        now = talk.clock.now()
        settings = replace(talk.timelines.settings(), context="thread")

        def draw() -> Tree:
            return tree_from_voices(
                voices,
                now=now,
                settings=settings,
                same=same,
                order=order,
                shown=shown,
                elsewhere=elsewhere,
            )

        count = sum(len(voice.thread.replies) for voice in voices)
        large = count + sum(len(one.replies) for one in elsewhere.values()) > LARGE
        tree = await asyncio.to_thread(draw) if large else draw()
        if drawing == self._drawing:
            self.tree = _over(tree, talk.shadows)
            self._tell()

    def _askers(self, address: PostAddress) -> list[Account]:
        return [a for a in self._talk.accounts.all() if a.network == address.network]

    def _place(self, account: Account) -> Place | None:
        address = next((a for a in self.addresses if a.network == account.network), None)
        if address is None:
            return Place(
                account=account.id,
                network=account.network,
                address=self.addresses[0],
                why_not="This conversation is not on its network.",
            )
        voice = self._voices.get(account.network)
        viewer = (
            voice.thread.post.viewer if voice and isinstance(voice.thread.post, Entry) else None
        )
        may = voice is None or (voice.thread.can_reply and (viewer is None or viewer.can_reply))
        # What one account may not, another may: only who was asked is known.
        refused = not may and voice is not None and voice.account == account.id
        return Place(
            account=account.id,
            network=account.network,
            address=address,
            why_not="The author does not let this account answer." if refused else "",
            warning=self._talk.unheard(account.id, address.uri),
        )

    def _uris(self) -> set[str]:
        lines = self.tree.lines if self.tree is not None else ()
        cards = [line.card for line in lines if line.card is not None]
        return {line.uri for line in lines} | {
            copy.post.uri for card in cards for copy in card.copies
        }

    def _side(
        self,
        network: str,
        state: Literal["loading", "ready", "failed"],
        why: ServiceError | None = None,
    ) -> None:
        self._sides[network] = Side(network=network, state=state, why=why)

    def _on_shadow(self, uri: str, laid: bool) -> None:
        """A reaction shows at once; when it is settled, what the cache has."""
        if self.tree is None or not self.shows([uri]):
            return
        if laid:
            self.tree = _over(self.tree, self._talk.shadows)
            self._tell()
            return
        task = asyncio.create_task(self._renew(uri), name="post of a conversation")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _renew(self, uri: str) -> None:
        posts, viewers = await self._talk.store.load(
            lambda reader: (reader.posts([uri]), reader.viewers(uri))
        )
        if uri in posts:
            for network, voice in self._voices.items():
                self._voices[network] = with_post(voice, posts[uri], viewers)
            await self._draw()
        elif self.origins.has(uri):
            await self._adopt(uri)

    async def _adopt(self, uri: str) -> None:
        """My server has met a post that only its author's told of: it is its to tell now."""
        for network, voice in self._voices.items():
            if network not in self.origins.told:
                continue
            call = self._talk.service(voice.account).find(uri)
            try:
                entry = await told(self._talk.accounts, voice.account, call)
            except ServiceError as error:
                log.info("a post that was reacted to was not found: %s", error.kind)
                return
            thread = replace(voice.thread, replies=(*voice.thread.replies, entry))
            self._voices[network] = replace(voice, thread=thread)
            await self._save(voice, [entry], {})
            await self._draw()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


def _over(tree: Tree, shadows: Shadows) -> Tree:
    """*tree* with the reactions that are on their way."""
    if shadows.is_clear:
        return tree  # nearly always: thousands of lines need not be asked

    def over(line: Line) -> Line:
        if line.card is None:
            return line
        card = shadows.over(line.card)
        return line if card is line.card else replace(line, card=card)

    return replace(
        tree,
        focus=over(tree.focus),
        above=tuple(map(over, tree.above)),
        thread=tuple(map(over, tree.thread)),
        below=tuple(map(over, tree.below)),
    )
