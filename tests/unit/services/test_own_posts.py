"""Copies of one draft are one card, wherever and whenever they are read."""

from __future__ import annotations

from pathlib import Path

from app.model import Entry, Post, Profile, RichText
from app.model.timeline import ALL, HOME, Echo
from app.services.bridging import Bridging
from app.services.own_posts import own_keys
from app.store import Batch
from tests.unit.fakes import NOON
from tests.unit.services.post_office import NETWORKS, PostOffice, opened, plan
from tests.unit.services.servers import ANA, SAM


async def read(office: PostOffice, bridging: Bridging, account: str, *uris: str) -> None:
    """Those posts come in for *account*."""
    items = []
    for uri in uris:
        network = NETWORKS[account]  # type: ignore[index]
        author = Profile(f"https://{account}/me", "me")
        post = Post(
            uri=uri, network=network, author=author, created_at=NOON, sort_at=NOON,
            text=RichText("Hello"),
        )  # fmt: skip
        items.append(Entry(key=uri, sort_at=NOON, post=post))
    keys = await bridging.echo_keys(account, items)  # type: ignore[arg-type]
    await office.store.save(
        Batch(account=account, source=HOME, items=tuple(items), echo_keys=keys)  # type: ignore[arg-type]
    )


def rows(office: PostOffice) -> list[set[str]]:
    """Which posts stand in each row."""
    found = office.store.reader.rows(ALL)
    return sorted(
        ({s.entry.post.uri for s in row.sightings} for row in found if isinstance(row, Echo)),
        key=len,
    )


async def test_both_copies_fold_into_one_row(tmp_path: Path) -> None:
    """Also when one of them was read before the other was sent; threads by their first posts."""
    office = await opened(tmp_path / "profile")
    bridging = Bridging(office.accounts, lambda: (), own_keys(office.store))
    draft = office.draft(ANA, SAM)
    await office.outbox.send(draft, [plan(ANA, "one", "two"), plan(SAM, "both")], undo=0)
    await office.outbox.flush(draft.id)
    ana, [sam] = list(office.ana.posts), list(office.sam.posts)
    await read(office, bridging, ANA, *ana)
    await read(office, bridging, SAM, sam, "https://b.example/else")

    assert [{ana[1]}, {"https://b.example/else"}, {ana[0], sam}] == [
        *sorted(rows(office)[:2], key=lambda uris: min(uris)),
        rows(office)[2],
    ]
    await office.close()


async def test_what_was_read_too_early_joins_when_it_is_read_again(tmp_path: Path) -> None:
    """The answer was on its way while the timeline was fetched."""
    office = await opened(tmp_path / "profile")
    bridging = Bridging(office.accounts, lambda: (), own_keys(office.store))
    alone = Bridging(office.accounts, lambda: ())
    draft = await office.send(ANA, SAM)
    await office.outbox.flush(draft.id)
    [ana], [sam] = office.ana.posts, office.sam.posts
    await read(office, alone, ANA, ana)
    await read(office, alone, SAM, sam)
    assert [{ana}, {sam}] == sorted(rows(office), key=min)
    await read(office, bridging, ANA, ana)
    await read(office, bridging, SAM, sam)

    assert [{ana, sam}] == rows(office)
    await office.close()
