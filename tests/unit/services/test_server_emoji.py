"""Emoji that a server has: asked for once, found by any part of their names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.model.errors import Unreachable
from app.model.text import Emoji
from app.protocols import demo
from app.services.server_emoji import KEPT, find_custom
from tests.unit.services.shore import Shore

JUNO, SKY = demo.JUNO, demo.SKY


async def test_a_server_is_asked_once_an_hour(tmp_path: Path) -> None:
    """One that fails is asked again; a network without such has none."""
    shore = Shore(tmp_path / "profile")
    await shore.settle()
    service: Any = shore.accounts.service(JUNO)
    whole, asked = service.server_emoji, 0

    async def counted() -> tuple[Emoji, ...]:
        nonlocal asked
        asked += 1
        if asked == 1:
            raise Unreachable("No.")
        found: tuple[Emoji, ...] = await whole()
        return found

    service.server_emoji = counted
    with pytest.raises(Unreachable):
        await shore.reactions.emoji_of(JUNO)
    for _ in range(2):
        assert [one.shortcode for one in await shore.reactions.emoji_of(JUNO)] == ["rope", "gull"]
    assert asked == 2
    shore.clock.pass_time(KEPT.total_seconds() + 1)
    await shore.reactions.emoji_of(JUNO)
    assert asked == 3
    assert await shore.reactions.emoji_of(SKY) == ()
    shore.store.close()


def test_they_are_found_by_parts_of_their_names() -> None:
    """Those that begin so come first; colons and capitals are none; no more than there is room."""
    emoji = [Emoji(name, "u") for name in ("blob_cat", "catjam", "CatBlob", "gull")]

    def names(words: str, most: int = 9) -> list[str]:
        return [one.shortcode for one in find_custom(emoji, words, most)]

    assert names("cat") == ["catjam", "CatBlob", "blob_cat"]
    assert names(":blob cat:") == ["blob_cat", "CatBlob"]
    assert names("dog") == []
    assert names("", 2) == ["blob_cat", "catjam"]
