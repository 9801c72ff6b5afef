"""
Which accounts are backed up, where to, how often, and when it last went well.

Kept with what is never dropped: a backup that nobody remembers is none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.model import AccountId
from app.model.errors import ServiceError
from app.portability.archive_manifest import ArchiveReport
from app.store import Keeper, Store

BACKUPS = "backups"
"""The setting that has them all."""

RETRY = timedelta(hours=1)
"""What did not go well is tried again after that time."""

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Schedule(Struct, frozen=True, kw_only=True):
    """
    The backups of one account into one folder.

    Attributes:
        every_days: 0: only when it is asked for.
        last_good: When all of it was last there and right; None: never yet.
        last_try: When it was last begun.
        error, next_step: What went wrong then, for people; "" if it went well.
        records, blobs, bytes: As they were found last.
    """

    account: AccountId
    folder: str
    media: bool = False
    every_days: int = 0
    last_good: datetime | None = None
    last_try: datetime | None = None
    error: str = ""
    next_step: str = ""
    records: int = 0
    blobs: int = 0
    bytes: int = 0

    @property
    def path(self) -> Path:
        """The folder."""
        return Path(self.folder)

    @property
    def due_at(self) -> datetime | None:
        """When it is wanted next (in the past: now); None: when somebody asks for it."""
        if not self.every_days:
            return None
        wanted = self.last_good + timedelta(days=self.every_days) if self.last_good else _LONG_AGO
        return max(wanted, self.last_try + RETRY) if self.error and self.last_try else wanted

    def is_due(self, now: datetime) -> bool:
        """Whether it is wanted now."""
        due = self.due_at
        return due is not None and due <= now


class Schedules:
    """All of a profile."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def all(self) -> tuple[Schedule, ...]:
        """In the order in which they were begun. Raises: StoreError."""
        return _read(await self._store.load(lambda reader: reader.setting(BACKUPS, [])))

    async def find(self, account: AccountId, folder: Path) -> Schedule:
        """What is known of these backups; an empty one when nothing is. Raises: StoreError."""
        wanted = _named(folder)
        for one in await self.all():
            if (one.account, one.folder) == (account, wanted):
                return one
        return Schedule(account=account, folder=wanted)

    async def save(self, schedule: Schedule) -> None:
        """Keep how often and how it is done; what is known of past runs stays. Raises: StoreError."""
        await self._change(
            schedule,
            lambda known: replace(known, media=schedule.media, every_days=schedule.every_days),
        )

    async def forget(self, account: AccountId, folder: Path) -> None:
        """No more of these. The archive stays. Raises: StoreError."""
        wanted = _named(folder)

        def forget(keeper: Keeper) -> None:
            known = _read(keeper.setting(BACKUPS, []))
            rest = [one for one in known if (one.account, one.folder) != (account, wanted)]
            keeper.set_setting(BACKUPS, msgspec.to_builtins(rest))

        await self._store.keep(forget)

    async def note(
        self,
        account: AccountId,
        folder: Path,
        at: datetime,
        result: ArchiveReport | ServiceError,
        *,
        media: bool,
    ) -> None:
        """
        How a backup went that ended *at*. Raises: StoreError.

        One that failed and was never heard of before is not remembered.
        """
        one = Schedule(account=account, folder=_named(folder))
        if isinstance(result, ServiceError):
            known = [(other.account, other.folder) for other in await self.all()]
            if (one.account, one.folder) not in known:
                return

        def noted(known: Schedule) -> Schedule:
            return _after(replace(known, media=media or known.media, last_try=at), at, result)

        await self._change(one, noted)

    async def _change(self, one: Schedule, change: Callable[[Schedule], Schedule]) -> None:
        def write(keeper: Keeper) -> None:
            known = list(_read(keeper.setting(BACKUPS, [])))
            names = [(other.account, other.folder) for other in known]
            name = (one.account, one.folder)
            if name not in names:
                known.append(one)
                names.append(name)
            place = names.index(name)
            known[place] = change(known[place])
            keeper.set_setting(BACKUPS, msgspec.to_builtins(known))

        await self._store.keep(write)


def _after(known: Schedule, at: datetime, result: ArchiveReport | ServiceError) -> Schedule:
    if isinstance(result, ServiceError):
        return replace(known, error=result.message, next_step=result.next_step)
    good = result.ok
    trouble = "" if good else result.trouble
    return replace(
        known,
        last_good=at if good else known.last_good,
        error=trouble,
        next_step="" if good else "Look at what verify says.",
        records=result.records,
        blobs=result.blobs,
        bytes=result.bytes,
    )


def _named(folder: Path) -> str:
    return str(folder.expanduser().resolve())


def _read(value: object) -> tuple[Schedule, ...]:
    """Those that can be read: a setting of another Godwit does no harm."""
    found: list[Schedule] = []
    for one in value if isinstance(value, list) else ():
        try:
            found.append(msgspec.convert(one, Schedule))
        except msgspec.ValidationError:
            continue
    return tuple(found)
