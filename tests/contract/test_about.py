"""What servers tell about one post, and what I liked, on every network."""

from __future__ import annotations

import pytest

from app.model import Entry, Source
from app.model.errors import NotFound, Unsupported
from app.protocols.about import KeepsHistory, TellsTrends, TellsWho, Translates
from app.protocols.base import AccountService
from tests.contract.stages import Stage


async def post_of(service: AccountService) -> Entry:
    """Some post that is no repost."""
    page = await service.page(Source("home"))
    return next(item for item in page.items if isinstance(item, Entry) and item.repost is None)


async def test_every_network_tells_who_did_it_each_once(stage: Stage) -> None:
    """Page by page to the end; of a post that is nowhere there is nobody to tell."""
    if not stage.writable:
        pytest.skip("only pages were recorded")
    service = stage.service()
    assert isinstance(service, TellsWho)
    uri = (await post_of(service)).post.uri
    page = await service.who(uri, "like")
    uris = [one.uri for one in page.people]
    while page.older is not None:
        page = await service.who(uri, "like", page.older)
        uris += [one.uri for one in page.people]

    assert len(set(uris)) == len(uris)
    await service.who(uri, "repost")
    with pytest.raises(NotFound):
        await service.who("nowhere:post", "like")


async def test_every_network_has_what_i_liked_as_a_source(stage: Stage) -> None:
    """And posts that quote one, unless its server says that it does not tell."""
    if not stage.writable:
        pytest.skip("only pages were recorded")
    service = stage.service()
    uri = (await post_of(service)).post.uri
    liked = await service.page(Source("likes"))
    assert all(item.key for item in liked.items)
    try:
        quotes = await service.page(Source("quotes", uri))
    except Unsupported as error:
        assert str(error.message)
    else:
        for item in quotes.items:
            assert not isinstance(item, Entry) or item.post.quote is not None


async def test_what_a_network_lacks_it_does_not_promise(stage: Stage) -> None:
    """Versions and translations are of one network; a server without trends tells none."""
    service = stage.service()
    assert isinstance(service, KeepsHistory) == isinstance(service, Translates)
    assert isinstance(service, TellsTrends)
    if not stage.writable:
        pytest.skip("only pages were recorded")
    found = await service.trends()
    assert all(one.name for one in found)
    assert all(one.url.startswith("http") for one in found if one.kind == "link")
