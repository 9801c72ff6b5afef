"""
Shared blocklists: where they are from, what an update would change, what is in force.

Nothing is applied that was not said to be; nothing is ever done on a server.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, json
from msgspec.structs import replace

from app.model.errors import BadInput, NotFound, ServiceError, StoreError, Unsupported
from app.moderation.blocklists import (
    MOST_BYTES,
    BadList,
    Blocked,
    Blocklist,
    difference,
    read_blocklist,
)
from app.services.fetching import Fetches
from app.services.moderation_kept import ListInForce, index_of, list_in_force
from app.services.moderation_values import Effect, ListKind, Proposal, Subscription
from app.services.offline import not_asked

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.moderation import Moderation
    from app.store import Store
    from app.store.moderation import KeptList

_TYPES = ("text/*", "application/json", "application/csv", "application/octet-stream")
_TIMEOUT = 60.0


class _Read(Struct, frozen=True):
    kind: ListKind
    title: str
    hash: str
    list: Blocklist


class Blocklists:
    """
    All that I have subscribed to.

    Args:
        http: Fetches lists from the web, from public hosts only.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        moderation: Moderation,
        http: Callable[[], Fetches],
        clock: Clock,
        *,
        offline: bool = False,
    ) -> None:
        self._store, self._accounts, self._moderation = store, accounts, moderation
        self._http, self._clock, self._offline = http, clock, offline

    def all(self) -> tuple[Subscription, ...]:
        """In the order they were added. Raises: StoreError."""
        from app.store.moderation import kept_about

        return tuple(
            json.decode(one.body, type=Subscription) for one in kept_about(self._store.reader)
        )

    def find(self, name: str) -> Subscription:
        """By id, title or address. Raises: NotFound."""
        for one in self.all():
            if name.strip() in (one.id, one.title, one.address):
                return one
        raise NotFound(f"There is no blocklist “{name[:80]}”.", "godwit blocklist list")

    async def look(self, address: str) -> Proposal:
        """Read it and say what it would do; nothing is kept. Raises: BadInput, ServiceError."""
        read = await self._read(address)
        return await self._proposal(self._new(address, read, "hide"), Blocklist(), read.list)

    async def add(self, address: str, effect: Effect = "hide") -> Proposal:
        """
        Subscribe. It waits to be applied.

        Raises:
            BadInput: It is no list, too large, or subscribed to already.
            ServiceError: It cannot be had.
        """
        if any(one.address == address.strip() for one in self.all()):
            raise BadInput("You have subscribed to this list.", "godwit blocklist update")
        read = await self._read(address)
        about = self._new(address, read, effect)
        await self._save(about, None, read.list)
        return await self._proposal(about, Blocklist(), read.list)

    async def update(self, name: str) -> Proposal:
        """
        Read it again and say what would change; nothing is applied.

        Raises: NotFound, BadInput, ServiceError: what is in force stays.
        """
        about = self.find(name)
        kept = await self._kept(about.id)
        read = await self._read(about.address)
        now = await asyncio.to_thread(_blocklist, kept.entries)
        changed = await asyncio.to_thread(difference, now, read.list)
        about = replace(
            about,
            fetched_at=self._clock.now(),
            hash=read.hash,
            skipped=len(read.list.skipped),
            proposed=bool(changed) or kept.entries is None,
        )
        await self._save(about, kept.entries, read.list if about.proposed else None)
        return await self._proposal(about, now, read.list)

    async def proposal(self, name: str) -> Proposal:
        """The update that waits, as it was read. Raises: NotFound: there is none."""
        about = self.find(name)
        kept = await self._kept(about.id)
        if kept.proposed is None:
            raise NotFound(f"No update of “{about.title}” waits.", "godwit blocklist update")
        now = await asyncio.to_thread(_blocklist, kept.entries)
        new = await asyncio.to_thread(_blocklist, kept.proposed)
        return await self._proposal(about, now, new)

    async def apply(self, name: str) -> Subscription:
        """Put in force what was proposed. Raises: NotFound: nothing was."""
        about = self.find(name)
        kept = await self._kept(about.id)
        if kept.proposed is None:
            raise NotFound(f"No update of “{about.title}” waits.", "godwit blocklist update")
        new = await asyncio.to_thread(_blocklist, kept.proposed)
        about = replace(
            about, proposed=False, applied_at=self._clock.now(), entries=len(new.entries)
        )
        await self._save(about, new, None)
        await self._put_in_force()
        return about

    async def remove(self, name: str) -> Subscription:
        """Its effect ends at once. Raises: NotFound."""
        from app.store.moderation import drop_list

        about = self.find(name)
        await self._store.keep(lambda keeper: drop_list(keeper, about.id))
        await self._put_in_force()
        return about

    async def set_effect(self, name: str, effect: Effect) -> Subscription:
        """Hide what it names, or only cover it. Raises: NotFound."""
        about = replace(self.find(name), effect=effect)
        kept = await self._kept(about.id)
        await self._save(about, kept.entries, kept.proposed)
        await self._put_in_force()
        return about

    def exceptions(self) -> tuple[str, ...]:
        """Names that no list touches."""
        return self._moderation.known.exceptions

    async def set_exception(self, name: str, on: bool = True) -> None:
        """A domain (with all below it), a handle or a URI. Raises: BadInput."""
        plain = name.strip().lower().removeprefix("@").rstrip(".")
        if not plain or any(char.isspace() for char in plain):
            raise BadInput("That is no name of a server or person.")
        others = tuple(one for one in self.exceptions() if one != plain)
        await self._moderation.set_exceptions((*others, plain) if on else others)

    # ------------------------------------------------------------- reading

    async def _read(self, address: str) -> _Read:
        """What is there now. Raises: BadInput: it is no list; ServiceError."""
        address = address.strip()
        if address.startswith("at://") or "/lists/" in urlsplit(address).path:
            return await self._people(address)
        if address.startswith(("https://", "http://")):
            data, kind = await self._fetched(address), "url"
            title = urlsplit(address).path.rstrip("/").rpartition("/")[2] or address
        else:
            path = Path(address).expanduser()
            data, kind, title = await asyncio.to_thread(_bytes_of, path), "file", path.name
        try:
            found = await asyncio.to_thread(read_blocklist, data)
        except BadList as error:
            raise BadInput(str(error), "Nothing was changed.") from None
        return _Read(kind, title[:120], hashlib.sha256(data).hexdigest(), found)  # type: ignore[arg-type]

    async def _fetched(self, url: str) -> bytes:
        if self._offline:
            raise not_asked()
        reply = await self._http().fetch_public(
            url,
            max_bytes=MOST_BYTES,
            accept=_TYPES,
            why="a blocklist",
            background=False,
            timeout=_TIMEOUT,
        )
        if reply.status != 200:
            raise NotFound(f"There is no list: the server answered {reply.status}.")
        return reply.body

    async def _people(self, address: str) -> _Read:
        from app.protocols.moderating import ReadsLists

        if self._offline:
            raise not_asked()
        problem: ServiceError = Unsupported(
            "None of your accounts can read that list.", "Add an account on its network."
        )
        for account in self._accounts.all():
            service = self._accounts.service(account.id)
            if not isinstance(service, ReadsLists):
                continue
            try:
                found = await service.people_list(address)
            except ServiceError as error:
                problem = error
                continue
            entries = tuple(
                Blocked(name=uri.lower(), kind="person", reason=f"@{handle}" if handle else "")
                for uri, handle in found.members.items()
            )
            names = "\n".join(sorted(found.members))
            by = f" (@{found.by})" if found.by else ""
            digest = hashlib.sha256(names.encode()).hexdigest()
            return _Read("people", f"{found.title}{by}", digest, Blocklist(entries=entries))
        raise problem

    # ------------------------------------------------------------- private

    def _new(self, address: str, read: _Read, effect: Effect) -> Subscription:
        address = address.strip()
        if read.kind == "file":
            address = str(Path(address).expanduser().absolute())
        titles = {one.title for one in self.all()}
        title, number = read.title, 1
        while title in titles:
            number += 1
            title = f"{read.title} ({number})"
        return Subscription(
            id=hashlib.sha256(address.encode()).hexdigest()[:10],
            title=title,
            kind=read.kind,
            address=address,
            fetched_at=self._clock.now(),
            hash=read.hash,
            skipped=len(read.list.skipped),
            effect=effect,
            proposed=True,
        )

    async def _proposal(self, about: Subscription, now: Blocklist, new: Blocklist) -> Proposal:
        followed = await self._moderation.followed_people()
        # A list may be long, and the window is in use.
        return await asyncio.to_thread(_compared, about, now, new, followed, self.exceptions())

    async def _kept(self, id: str) -> KeptList:
        from app.store.moderation import kept_lists

        found = await self._store.load(lambda reader: kept_lists(reader, proposals=True))
        return next(one for one in found if one.id == id)

    async def _save(
        self,
        about: Subscription,
        entries: Blocklist | bytes | None,
        proposed: Blocklist | bytes | None,
    ) -> None:
        from app.store.moderation import KeptList, save_list

        kept = KeptList(
            id=about.id,
            body=json.encode(about),
            entries=await asyncio.to_thread(_encoded, entries),
            proposed=await asyncio.to_thread(_encoded, proposed),
        )
        await self._store.keep(lambda keeper: save_list(keeper, kept))

    async def _put_in_force(self) -> None:
        from app.store.moderation import kept_lists

        def read_all(kept: tuple[KeptList, ...]) -> tuple[ListInForce, ...]:
            found = (list_in_force(one) for one in kept)
            return tuple(one for one in found if one is not None)

        lists = await self._store.load(lambda reader: read_all(kept_lists(reader)))
        self._moderation.put_lists(lists, await asyncio.to_thread(index_of, lists))


def _compared(
    about: Subscription,
    now: Blocklist,
    new: Blocklist,
    followed: frozenset[str],
    exceptions: tuple[str, ...],
) -> Proposal:
    hosts = {urlsplit(uri).hostname or "" for uri in followed if "://" in uri}
    names = {entry.name for entry in new.entries}
    known = names & {uri.lower() for uri in followed}
    known |= {name for host in hosts for name in _upwards(host) if name in names}
    spared = (name for name in names if any(one in exceptions for one in _upwards(name)))
    return Proposal(
        subscription=about,
        difference=difference(now, new),
        skipped=new.skipped,
        followed=tuple(sorted(known)),
        excepted=tuple(sorted(spared)) if exceptions else (),
    )


def _encoded(value: Blocklist | bytes | None) -> bytes | None:
    return json.encode(value) if isinstance(value, Blocklist) else value


def _blocklist(body: bytes | None) -> Blocklist:
    return json.decode(body, type=Blocklist) if body is not None else Blocklist()


def _upwards(name: str) -> tuple[str, ...]:
    """A domain and all above it."""
    found = []
    while name:
        found.append(name)
        name = name.partition(".")[2]
    return tuple(found)


def _bytes_of(path: Path) -> bytes:
    """Raises: BadInput: too large, or no file; StoreError: it cannot be read."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadInput(f"The list is larger than {MOST_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except OSError as error:
        raise StoreError(f"{path.name} cannot be read: {error.strerror}.") from error
