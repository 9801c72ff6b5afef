"""Writing in the window, on real servers: one draft, a lane on each network, seen there, taken away."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path
from typing import Any

import pytest

from app.model import Post
from app.services.house import House
from app.ui.composer.drafting import with_alt
from app.ui.presenters.live import Live
from tests.real.window import in_window, until
from tests.real.world import join_first, join_second
from tests.rigs.run import Rig
from tests.unit.services import pictures

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


async def mine(house: House, mark: str) -> dict[str, Post]:
    """My posts with *mark*, by network."""
    found = {}
    for account in house.accounts.all():
        service: Any = house.accounts.service(account.id)
        page = await service.own_posts()
        for entry in page.items:
            post = getattr(entry, "post", None)
            if post is not None and mark in post.text.text:
                found[post.network] = post
    return found


def test_a_draft_of_the_window_stands_on_both_networks(
    mastodon_rig: Rig, atproto_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Picture with words, warning, link and tag; in the outbox until it is there; then deleted."""
    monkeypatch.setenv("GODWIT_PLC_URL", atproto_rig["plc"])
    mark = f"window{secrets.token_hex(4)}"
    photo = pictures.jpeg(tmp_path / "boat.jpg", (400, 300), turned=6)

    async def join(house: House) -> None:
        await join_first(house, mastodon_rig, "dov")
        await join_second(house, atproto_rig, "dan")

    async def write(live: Live) -> None:
        live.writing.new()
        (one,) = live.writing.open_ones.values()
        presenter, view = one.presenter, one.presenter.view
        view.master.editor.insertPlainText(f"{mark} see https://example.org/open #birds")
        presenter.change(warning="Weather")
        view.files_given.emit([photo])
        await until(lambda: presenter.draft.media, "the picture was not attached")
        presenter.take(with_alt(presenter.draft, presenter.draft.media[0].id, "A boat"))
        await until(lambda: len(presenter.book.plans) == 2, "no server said what it takes")
        presenter.refresh()
        assert view.footer.send.isEnabled(), view.footer.words.text()
        view.footer.send.click()
        await until(lambda: live.writing.after.toast.isVisible(), "nothing was sent")

    async def act(live: Live) -> None:
        house = live.house
        await write(live)
        await until(
            lambda: {one.state for one in house.outbox.deliveries()} == {"delivered"},
            "it did not arrive on both",
        )
        async with asyncio.timeout(30):
            # The second network tells its readers a moment later.
            while len(posts := await mine(house, mark)) < 2:
                await asyncio.sleep(0.3)
        assert set(posts) == {"mastodon", "bluesky"}
        assert {post.media[0].alt for post in posts.values()} == {"A boat"}
        assert "Weather" in [one.text for one in posts["mastodon"].advisories]
        results = await house.outbox.delete(posts["bluesky"].uri)
        assert len(results) == 2

    in_window(tmp_path / "profile", join, act)
