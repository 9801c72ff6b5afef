"""
A Godwit without a window that listens, writes and reads, until it is killed.

usage: python -m tests.faults.listen_and_die PROFILE ORIGIN [settle]

Says on stdout what is durable, one thing a line: ``live``, ``draft N``, ``filed N``,
``read MICROS``. With ``settle`` it asks the server once for what is new, and ends.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from pathlib import Path

from msgspec.structs import replace

from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.model import AccountId
from app.model.timeline import ALL, Echo
from app.protocols.base import SignedIn
from app.services.house import House, Options
from app.services.notifications import SETTING
from app.wiring import Wiring
from tests.contract.mastodon_server import TOKEN
from tests.contract.streaming import service_at


def say(what: str, number: int = 0) -> None:
    """It is on the disk."""
    print(what, number, flush=True)


async def write(house: House) -> None:
    """One draft, better and better."""
    kept = house.drafts.all()
    draft = kept[0] if kept else house.drafts.new()
    for number in itertools.count(int(draft.text.split()[1]) + 1 if draft.text else 1):
        draft = replace(draft, text=f"Draft {number} {'word ' * 200}", updated_at=house.clock.now())
        await house.drafts.save(draft)
        say("draft", number)
        await asyncio.sleep(0.003)


async def file(house: House) -> None:
    """The newest post that is known, again and again, each time under another address."""
    number = len(house.bookmarks.filed())
    while True:
        rows = await house.store.load(lambda reader: reader.rows(ALL, limit=1))
        if rows and isinstance(rows[0], Echo):
            post = replace(rows[0].sightings[0].entry.post, uri=f"https://a.example/filed/{number}")
            await house.bookmarks.file(post, folder=f"folder {number % 7}", note=f"note {number}")
            say("filed", number)
            number += 1
        await asyncio.sleep(0.005)


async def read(house: House, account: AccountId) -> None:
    """All notifications that have come."""
    while True:
        await house.notifications.sync()
        await house.notifications.mark_all_read()
        kept = house.store.reader.setting(SETTING + account)
        if kept:
            say("read", kept[0])
        await asyncio.sleep(0.02)


async def main(profile: Path, origin: str, settle: bool) -> None:
    """See above."""
    house = Wiring().build(Options(profile=profile))
    await house.start()
    await ready_vault(house, Output(), create=True)
    account = service_at(house.http(), origin).account
    if account.id not in house.accounts:
        await house.accounts.add(SignedIn(account, {"token": TOKEN}))
    if settle:
        for _ in range(20):
            await house.sync.run()
        await house.close()
        return

    async def tell() -> None:
        while house.live.state(account.id).kind != "live":
            await asyncio.sleep(0.005)
        say("live")

    async with asyncio.TaskGroup() as group:
        for work in (house.live.run(), write(house), file(house), read(house, account.id), tell()):
            group.create_task(work)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], "settle" in sys.argv))
