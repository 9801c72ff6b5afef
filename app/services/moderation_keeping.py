"""What is settled, in memory and on disk: changed on disk first, then told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from app.feed.times import micros
from app.model import AccountId
from app.model.moderation import Change, Settled
from app.moderation.decide import Preferences
from app.services import moderation_kept as kept
from app.services.moderation_fetch import Fetching
from app.services.moderation_kept import Choices, Kept
from app.services.moderation_values import ModerationChanged
from app.services.offline import not_asked

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.moderation.blocklists import BlockIndex
    from app.protocols.base import AccountService
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.store import Reader, Store


class Keeping:
    """
    The part of ``Moderation`` that remembers.

    Args:
        langs: The reader's languages, preferred first, for labelers' words.
        offline: Ask no server: what is kept counts.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        clock: Clock,
        *,
        langs: Callable[[], Sequence[str]] = lambda: (),
        offline: bool = False,
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._offline = offline
        self._kept = Kept()
        self._preferences: Preferences | None = None
        self._index: tuple[tuple[kept.ListInForce, ...], BlockIndex] | None = None
        self._stamp: tuple[tuple[Any, ...], ...] = ()
        self._listeners: list[Callable[[ModerationChanged], None]] = []
        self._fetching = Fetching(accounts, langs)
        accounts.subscribe(self._on_accounts)
        accounts.when_opened(self._on_opened)

    def start(self, reader: Reader) -> None:
        """Read what is kept (sync: the first frame decides by it). Raises: StoreError."""
        self._kept, self._preferences = kept.read_kept(reader), None

    def preferences(self) -> Preferences:
        """What the pipeline decides by. Memory; made anew after a change."""
        if self._preferences is None:
            lists = self._kept.lists
            if lists and (self._index is None or self._index[0] is not lists):
                self._index = (lists, kept.index_of(lists))
            index = self._index[1] if self._index is not None else None
            self._preferences = kept.preferences_from(self._kept, self._accounts.all(), index)
        return self._preferences

    @property
    def known(self) -> Kept:
        """Everything settled, as values."""
        return self._kept

    def subscribe(self, listener: Callable[[ModerationChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def look_again(self) -> None:
        """Take over what another process has settled. Cheap. Raises: StoreError."""
        from app.store.moderation import stamp

        now = await self._store.load(stamp)
        if now == self._stamp:
            return
        self._stamp = now
        read = await self._store.load(kept.read_kept)
        before, self._kept = self._kept, read
        if replace(read, at={}) != replace(before, at={}):
            self._tell(ModerationChanged("preferences"))

    async def settle(self, account: AccountId, *changes: Change) -> Settled:
        """Change preferences at the server; see ``Moderation``."""
        raise NotImplementedError

    async def refresh(self, account: AccountId, *, force: bool = False, soon: bool = False) -> None:
        """Ask the server what the account has settled; see ``Moderation``."""
        raise NotImplementedError

    async def _keep_part(self, account: AccountId | str, kind: str, value: Any) -> None:
        """On disk first; told only if it is another."""
        from app.store.moderation import save_part

        if account and AccountId(account) not in self._accounts:
            return  # removed while its server was asked
        now = micros(self._clock.now())
        await self._store.keep(lambda keeper: save_part(keeper, account, kind, value, now))
        before = self._kept
        self._kept = _with_part(before, account, kind, value, now)
        if replace(self._kept, at={}) != replace(before, at={}):
            self._tell(ModerationChanged(_WHAT[kind], AccountId(account)))

    async def followed_people(self) -> frozenset[str]:
        """URIs of whom my accounts follow, as far as their servers tell (now or before)."""
        for account in self._accounts.all():
            if not self._offline and account.id not in self._kept.followed:
                found = await self._fetching.followed(account.id)
                if found is not None:
                    await self._keep_part(account.id, kept.FOLLOWED, found)
        known = self._kept.followed.values()
        return frozenset(uri for people in known for uri in people)

    def put_lists(self, lists: tuple[kept.ListInForce, ...], index: BlockIndex) -> None:
        """Other blocklists are in force; *index*: of them."""
        if lists != self._kept.lists:
            self._kept = replace(self._kept, lists=lists)
            self._index = (lists, index)
            self._tell(ModerationChanged("blocklists"))

    async def set_exceptions(self, names: tuple[str, ...]) -> None:
        """Names that no blocklist touches. Raises: StoreError."""
        await self._keep_part("", kept.EXCEPTIONS, names)

    async def set_choices(self, choices: Choices) -> None:
        """Whether words of one network count on all. Raises: StoreError."""
        await self._keep_part("", kept.CHOICES, choices)

    def _tell(self, change: ModerationChanged) -> None:
        self._preferences = None
        for listener in tuple(self._listeners):
            listener(change)

    def _on_accounts(self, change: AccountsChanged) -> None:
        if change.what in ("added", "removed"):
            self._preferences = None
        if change.what == "removed":
            self._kept = _without(self._kept, change.account)

    def _on_opened(self, account: AccountId, service: AccountService) -> None:
        """Every reading asks for the labels of whom the account has subscribed to."""
        from app.protocols.moderating import KnowsLabelers

        settled = self._kept.settled.get(account)
        if settled is not None and isinstance(service, KnowsLabelers):
            service.ask_labelers([one.uri for one in settled.labelers])

    def _may_ask(self) -> None:
        if self._offline:
            raise not_asked("Start it without --offline.")

    def _service(self, account: AccountId, kind: Any, what: str) -> Any:
        """Who speaks for *account*, if it can do that. Raises: Unsupported, Unreachable."""
        self._may_ask()
        return self._fetching.service(account, kind, what)


_WHAT: dict[str, Any] = {
    kept.PREFERENCES: "preferences",
    kept.FILTERS: "filters",
    kept.AVERTED: "people",
    kept.FOLLOWED: "people",
    kept.SERVERS: "servers",
    kept.REFUSED: "servers",
    kept.WORDS: "words",
    kept.CHOICES: "words",
    kept.EXCEPTIONS: "blocklists",
}
_FIELDS = {kept.PREFERENCES: "settled"}


def _with_part(known: Kept, account: AccountId | str, kind: str, value: Any, at: int) -> Kept:
    field = _FIELDS.get(kind, kind)
    if account:
        value = {**getattr(known, field), account: value}
    return replace(known, at={**known.at, (account, kind): at}, **{field: value})


def _without(known: Kept, account: AccountId) -> Kept:
    fields = ("settled", "filters", "averted", "servers", "refused", "followed")
    left = {
        field: {who: value for who, value in getattr(known, field).items() if who != account}
        for field in fields
    }
    at = {place: time for place, time in known.at.items() if place[0] != account}
    return replace(known, at=at, **left)
