"""What people say of themselves, on every network."""

from __future__ import annotations

import pytest

from app.model.errors import NotFound, Unsupported
from app.protocols.portraying import Near, Part, Portrays, ShowsPeople
from tests.contract.stages import Stage


async def test_every_network_tells_what_people_say(stage: Stage) -> None:
    """Somebody by URI and by handle is the same; nobody is not found."""
    service = stage.service()
    assert isinstance(service, Portrays)
    if not stage.other or not stage.writable:
        pytest.skip("nobody else is there")
    by_uri = await service.portrait(stage.other)
    by_handle = await service.portrait(f"@{stage.other_handle}")

    assert by_uri == by_handle
    assert by_uri.profile.uri == stage.other
    with pytest.raises(NotFound):
        await service.portrait("@nobody-there.example")


async def test_every_network_shows_what_somebody_wrote_by_kind(stage: Stage) -> None:
    """Pages of one part join; what the others like is not told; pinned posts come whole."""
    service = stage.service()
    assert isinstance(service, ShowsPeople)
    if not stage.other or not stage.writable:
        pytest.skip("nobody else is there")
    assert "likes" not in service.parts(stage.other)
    every = await keys_of(service, stage.other, "replies")
    posts = await keys_of(service, stage.other, "posts")
    media = await keys_of(service, stage.other, "media")
    pinned = await service.wrote(stage.other, "pinned")

    assert set(posts) <= set(every) and set(media) <= set(every)
    assert len(set(posts)) == len(posts)
    assert pinned.older is None
    with pytest.raises(Unsupported):
        await service.wrote(stage.other, "likes")
    with pytest.raises(NotFound):
        await service.wrote("nobody:there", "posts")


async def test_every_network_shows_who_is_near_somebody(stage: Stage) -> None:
    """Page by page, each once; nobody has nobody near them."""
    service = stage.service()
    assert isinstance(service, ShowsPeople)
    if not stage.other or not stage.writable:
        pytest.skip("nobody else is there")
    nears: tuple[Near, ...] = ("followers", "following")
    for near in nears:
        page = await service.near(stage.other, near, limit=2)
        uris = [one.uri for one in page.people]
        while page.older is not None:
            page = await service.near(stage.other, near, page.older, limit=2)
            uris += [one.uri for one in page.people]
        assert len(set(uris)) == len(uris)
        with pytest.raises(NotFound):
            await service.near("nobody:there", near)


async def keys_of(service: ShowsPeople, who: str, part: Part) -> list[str]:
    """All entries of a part, two by two."""
    page = await service.wrote(who, part, limit=10)
    keys = [item.key for item in page.items]
    for _ in range(4):
        if page.older is None:
            break
        page = await service.wrote(who, part, page.older, limit=10)
        keys += [item.key for item in page.items]
    return keys
