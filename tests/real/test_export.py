"""What real servers say that an account owns: exported, imported elsewhere, backed up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.model import Post
from app.portability.activitypub.exporting import export
from app.portability.activitypub.importing import (
    FileResult,
    Importing,
    files_in,
    open_file,
)
from app.portability.ledger import FileLedger
from app.services.house import House
from app.wiring.owning import belongings
from tests.real.newcomers import newcomer, settled
from tests.real.world import account_on, housed
from tests.rigs.run import Rig

pytestmark = pytest.mark.real


async def brought(house: House, who: Any, folder: Path, name: str) -> dict[str, FileResult]:
    """All files of an export, by kind of row."""
    service: Any = house.accounts.service(who)
    found = {}
    for path in files_in([folder]):
        ledger = FileLedger(folder / f"{name}-{path.stem}.jsonl")
        result = await Importing(service, open_file(path), ledger).run()
        found[result.kind] = result
    return found


async def test_a_newcomer_takes_over_what_somebody_exports(
    tmp_path: Path, mastodon_rig: Rig
) -> None:
    """Everything but who is on their own server alone; the second time nothing is new."""
    async with housed(tmp_path / "p", mastodon_rig, None) as house:
        old, new = await settled(house, mastodon_rig), await newcomer(house, mastodon_rig)
        first: Any = house.accounts.service(old.id)
        await export(first, tmp_path / "out")
        done = await brought(house, new.id, tmp_path / "out", "one")
        again = await brought(house, new.id, tmp_path / "out", "two")
        second: Any = house.accounts.service(new.id)
        await export(second, tmp_path / "back")

        for kind, result in done.items():
            failed = [row for row in result.rows if row.state == "failed"]
            assert failed == [], kind
            assert again[kind].count("already", "requested") == len(result.rows), kind
        for name in ("following_accounts.csv", "blocked_domains.csv", "lists.csv"):
            was = sorted((tmp_path / "out" / name).read_text().splitlines())
            now = sorted((tmp_path / "back" / name).read_text().splitlines())
            assert now == was, name


async def test_an_account_is_backed_up_verified_and_looked_through(
    tmp_path: Path, mastodon_rig: Rig
) -> None:
    """With its pictures; the second time one question is enough; a byte is found."""
    async with housed(tmp_path / "p", mastodon_rig, None, "ana") as house:
        ana, archives = account_on(house, "mastodon"), belongings(house, "a test").archives
        report = await archives.back_up(ana, tmp_path / "archive", media=True)
        assert report.ok and report.records > 30 and report.blobs > 0
        assert not (await archives.back_up(ana, tmp_path / "archive")).changed
        browsing = await archives.browse(tmp_path / "archive")
        try:
            page = await browsing.page(50)
        finally:
            await browsing.close()
        posts = [post for _, post in page.items if isinstance(post, Post)]
        assert len(posts) == len(page.items) > 20
        assert any(media.url.startswith("file://") for post in posts for media in post.media)

        outbox = tmp_path / "archive/outbox.json"
        outbox.write_bytes(outbox.read_bytes().replace(b"published", b"publisher", 1))
        assert not (await archives.verify(tmp_path / "archive")).ok


async def test_people_of_the_other_network_are_exported(tmp_path: Path, atproto_rig: Rig) -> None:
    """With handle and identity in each row."""
    async with housed(tmp_path / "p", None, atproto_rig, "alice") as house:
        service: Any = house.accounts.service(account_on(house, "bluesky").id)
        done = await export(service, tmp_path / "out")

        rows = (tmp_path / "out/following.people.csv").read_text().splitlines()
        assert rows[0] == "Handle,Identity"
        assert all(",did:plc:" in row for row in rows[1:])
        assert {one.kind for one in done.files} >= {"following", "followers", "lists"}
