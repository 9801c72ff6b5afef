"""
A thousand queued drafts, each with twenty versions: the start is as fast as with none.

Process start to first paint and to a running loop, with and without them, in turns
(the fastest of each); and what saving, listing and sending cost beside a bare durable transaction.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from app.model import AccountId, RichText
from app.model.draft import Draft, DraftId, Lane
from app.model.sending import Delivery, Outgoing, Part
from app.services.clock import SystemClock
from app.services.drafts import Drafts
from app.services.outbox_ledger import Ledger
from app.store import Keeper, Store
from tests.bench.bench_start import start
from tests.bench.fill import fill

POSTS, DRAFTS = 10_000, 1_000
TEXT = "Tide log. The slipway is finished, the winch holds, and nobody minds the hammering. " * 10
SLOWER = 1.05
"""What noise may make of the same start."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        profiles = {"none": folder / "none", f"{DRAFTS} queued": folder / "many"}
        for profile in profiles.values():
            fill(profile, POSTS)
        asyncio.run(_fill_outbox(profiles[f"{DRAFTS} queued"]))
        size = (folder / "many" / "keep.db").stat().st_size / 1e6
        print(f"keep.db with {DRAFTS} queued drafts: {size:.1f} MB")
        _starts(profiles, folder, rounds)
        asyncio.run(_costs(folder / "many"))


def _starts(profiles: dict[str, Path], folder: Path, rounds: int) -> None:
    found: dict[str, list[dict[str, float]]] = {case: [] for case in profiles}
    for number in range(rounds + 1):
        for case, profile in profiles.items():
            command = [sys.executable, "-m", "app", "--profile", str(profile), "--offline"]
            marks = start(command, folder, 0.5)
            if number:  # the first one compiles, and fills the system's caches
                found[case].append(marks)
    for mark in ("painted", "usable"):
        # Whatever else runs on the machine only ever adds.
        none, many = (min(run[mark] for run in runs) for runs in found.values())
        verdict = "met" if many <= none * SLOWER else "MISSED"
        print(f"{mark:8} none {none:7.1f} ms   {DRAFTS} queued {many:7.1f} ms   "
              f"ratio {many / none:.3f} (<= {SLOWER}: {verdict})")  # fmt: skip


async def _fill_outbox(profile: Path) -> None:
    store = Store.open(profile)
    drafts = Drafts(store, SystemClock(), profile / "drafts")
    account = store.reader.accounts()[0].id

    def write(keeper: Keeper) -> None:
        for number in range(DRAFTS):
            draft = drafts.new(text=TEXT, lanes=[Lane(account=account)])
            for version in range(20):
                later = draft.updated_at + timedelta(minutes=version)
                text = f"{number}.{version} {TEXT}"
                keeper.written.save_draft(replace(draft, text=text, updated_at=later), sent=True)
            keeper.written.put(_delivery(draft, account), 0)

    await store.keep(write)
    store.close()


def _delivery(draft: Draft, account: AccountId) -> Delivery:
    at = draft.created_at + timedelta(days=30)
    return Delivery(
        draft=draft.id,
        account=account,
        network="mastodon",
        state="queued",
        parts=(Part(post=Outgoing(text=RichText(TEXT)), ticket="t"),),
        queued_at=draft.created_at,
        not_before=at,
        send_at=at,
    )


async def _costs(profile: Path) -> None:
    store = Store.open(profile)
    drafts = Drafts(store, SystemClock(), profile / "drafts")
    draft = drafts.new(text=TEXT)
    number = 0

    async def save() -> None:
        nonlocal number
        number += 1
        await drafts.save(replace(draft, text=f"{number} {TEXT}"))

    async def bare() -> None:
        await store.keep(lambda keeper: keeper.set_setting("bench", 1))

    async def listed() -> None:
        assert len(Ledger(store).all()) >= DRAFTS

    reference = await _median(bare)
    print(f"a durable transaction: {reference:.2f} ms")
    for name, work in (("save a draft", save), (f"list {DRAFTS} lanes", listed)):
        took = await _median(work)
        print(f"{name}: {took:.2f} ms   ratio {took / reference:.2f}")
    await drafts.drop(DraftId(draft.id))
    store.close()


async def _median(work: Callable[[], Awaitable[None]], times: int = 40) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


if __name__ == "__main__":
    main()
