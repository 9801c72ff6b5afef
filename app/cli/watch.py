"""``godwit watch``: what is new, one item a line, as it happens, until interrupted."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator

from app.cli.items import item_from_row
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.rows import lines_from_row
from app.cli.streams import flush, write
from app.cli.timeline import add_feed_to, timeline_named
from app.feed.rows import Card, Row
from app.model.timeline import GapRow, RowKey, TimelineId
from app.services.house import House
from app.services.together import together

LOOKED, REMEMBERED = 200, 5_000
"""Rows from the top among which what is new is looked for, and rows known as shown."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    add_feed_to(parser)
    parser.add_argument(
        "--allow",
        metavar="NETWORK",
        help="from now on let this network's stream know what it must; it says what that is",
    )
    parser.add_argument("--disallow", metavar="NETWORK", help="from now on do not")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Print until interrupted. Returns only when there is nothing to wait for."""
    if house.options.offline:
        raise Usage("Nothing new comes without the network.", "Leave out --offline.")
    timeline = timeline_named(arguments.feed, house)
    if not house.accounts.all():
        raise Usage("There is no account yet.", "godwit account add --help")
    await ready_vault(house, out)
    await _choose(arguments, house, out)
    watched = Watched(house, out, timeline, arguments.feed)
    for report in await house.sync.run():
        if report.error is not None:
            out.trouble(report.account, report.error)
    feed = house.feeds.book.named(arguments.feed) if timeline is None else ""
    if feed:
        # What its own sources have had all along is not new.
        for trouble in await house.feeds.refresh(feed):
            out.trouble(trouble.account, trouble.error)
    await watched.begin()
    out.progress({"state": "watching"}, "Waiting for what is new. Ctrl-C ends it.")
    async with together() as group:
        group.create_task(house.loop.run())
        group.create_task(house.live.run())
        if feed:
            group.create_task(house.feeds.follow(feed))
        await watched.run()
    return 0


async def _choose(arguments: argparse.Namespace, house: House, out: Output) -> None:
    """Streams that learn something: chosen here, and said where they are not."""
    choices = {choice.network: choice for choice in house.live.choices()}
    for network, on in ((arguments.allow, True), (arguments.disallow, False)):
        if network is None:
            continue
        if network not in choices:
            raise Usage(
                f"Nothing has to be allowed for “{network}”.",
                f"It can be for: {', '.join(choices) or 'none of your accounts'}.",
            )
        await house.live.consent(network, on)
    for choice in house.live.choices():
        if choice.on:
            continue
        out.note(
            f"note: {choice.network} is asked now and then. {choice.about} "
            f"To allow it: godwit watch --allow {choice.network}"
        )


class Watched:
    """
    A timeline, or a feed, and what of it was printed.

    Args:
        timeline: None: *name* is a feed's.
    """

    def __init__(self, house: House, out: Output, timeline: TimelineId | None, name: str) -> None:
        self._house, self._out = house, out
        self._timeline, self._name = timeline, name
        self._some = asyncio.Event()
        self._shown: dict[str, None] = {}
        self._oldest: RowKey | None = None
        house.sync.subscribe(lambda arrived: self._some.set())
        house.timelines.subscribe_saved(lambda saved: self._some.set())

    async def begin(self) -> None:
        """What is there now is not new."""
        rows = await self._rows()
        self._shown = dict.fromkeys(map(_identity, rows))
        if self._timeline is not None:
            self._oldest = min((row.key for row in rows), default=None)

    async def run(self) -> None:
        """Until cancelled. Raises: StoreError."""
        while True:
            await self._some.wait()
            self._some.clear()
            for row in reversed([*self._new(await self._rows())]):
                self._print(row)
            while len(self._shown) > REMEMBERED:
                self._shown.pop(next(iter(self._shown)))

    def _new(self, rows: tuple[Row, ...]) -> Iterator[Row]:
        """Newest first."""
        for row in rows:
            known = _identity(row)
            if known in self._shown or (self._oldest is not None and row.key < self._oldest):
                continue
            self._shown[known] = None
            yield row

    async def _rows(self) -> tuple[Row, ...]:
        """The newest, as the window shows them."""
        if self._timeline is not None:
            page = await self._house.timelines.read(self._timeline, limit=LOOKED, fetch=False)
            return page.rows
        id = self._house.feeds.book.named(self._name)
        page, _, _ = await self._house.feeds.read(id, limit=LOOKED, fetch=False)
        return page.rows

    def _print(self, row: Row) -> None:
        house, out = self._house, self._out
        accounts = {account.id: account for account in house.accounts.all()}
        if out.json:
            write(json.dumps(item_from_row(row, accounts), ensure_ascii=False) + "\n")
        else:
            names = {info.id: info.name for info in house.registry().infos.values()}
            lines = lines_from_row(
                row, now=house.clock.now(), width=out.width, names=names, accounts=accounts
            )
            for line in lines:
                out.line(line)
        flush()


def _identity(row: Row) -> str:
    """What stays the same while places change."""
    match row:
        case Card():
            return row.entry_key
        case GapRow():
            return f"gap {row.gap.id}"
        case _:
            return row.stub.key
