"""Lists, followed tags and trends; searches and trends as timelines."""

from __future__ import annotations

import pytest

from app.model import Source
from app.model.errors import NotFound
from app.protocols.mastodon.api import SEARCH
from app.protocols.mastodon.offering import FOLLOWED_TAGS, LISTS, TRENDING_TAGS, TRENDS
from app.protocols.offering import FindsTags, FollowsTags, HasSources, OffersFeeds
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import Desk, desk, error
from tests.unit.protocols.mastodon.samples import status

GONE = error("Not found", 404)


def _tag(name: object, *accounts: object) -> dict[str, object]:
    return {"name": name, "history": [{"accounts": one} for one in accounts]}


async def _sources(here: Desk) -> list[tuple[str, str, str, int, bool]]:
    found = await here.service().own_sources()
    return [(one.kind, one.arg, one.name, one.talk, one.yours) for one in found]


async def test_it_offers_what_servers_have() -> None:
    """As the contract says; people make no feeds there."""
    async with desk() as here:
        assert isinstance(here.service(), HasSources)
        assert isinstance(here.service(), FollowsTags)
        assert not isinstance(here.service(), OffersFeeds)


async def test_lists_tags_and_trends_are_told_together() -> None:
    """What cannot be read is left out; a tag that one follows is no news."""
    async with desk() as here:
        here.say("GET", LISTS, Answer([{"id": 7, "title": "Shore\u202e"}, {"title": "x"}, 3]))
        here.say("GET", FOLLOWED_TAGS, Answer([_tag("Tide"), _tag(None), _tag("#Ebb", "2")]))
        here.say("GET", TRENDING_TAGS, Answer([_tag("tide", "9"), _tag("boats", "4", "3", "100")]))
        here.say("GET", TRENDS, Answer([status()]))
        assert await _sources(here) == [
            ("list", "7", "Shore", 0, True),
            ("tag", "Tide", "Tide", 0, True),
            ("tag", "Ebb", "Ebb", 2, True),
            ("tag", "boats", "boats", 7, False),
            ("trends", "", "Trends", 0, False),
        ]


async def test_tags_are_found_by_their_beginning() -> None:
    """As the server has them, nameless ones left out; one that looks for none has found none."""
    async with desk() as here:
        service = here.service()
        assert isinstance(service, FindsTags)
        told = [_tag("Tide", "4", "3"), _tag(None), _tag("tides")]
        here.say("GET", SEARCH, Answer({"hashtags": told}), GONE)
        found = await service.tags_like("#tid")
        assert [(one.kind, one.arg, one.talk, one.yours) for one in found] == [
            ("tag", "Tide", 7, False),
            ("tag", "tides", 0, False),
        ]
        asked = next(one for one in here.asked if one.path == SEARCH).query
        assert (asked["q"], asked["type"]) == ("tid", "hashtags")
        assert await service.tags_like(" # ") == ()
        assert await service.tags_like("tid") == ()


async def test_a_server_without_them_has_none() -> None:
    """Nothing raises for what is only missing."""
    async with desk() as here:
        for path in (LISTS, FOLLOWED_TAGS, TRENDING_TAGS, TRENDS):
            here.say("GET", path, GONE)
        assert await _sources(here) == []


async def test_followed_tags_go_on_over_pages_and_end() -> None:
    """As the Link header says, until it leads in a circle."""
    async with desk() as here:
        link = {"Link": f'<{here.written.origin}{FOLLOWED_TAGS}?max_id=5>; rel="next"'}
        here.say(
            "GET",
            FOLLOWED_TAGS,
            Answer([_tag("a")], headers=link),
            Answer([_tag("b")], headers=link),
        )
        for path in (LISTS, TRENDING_TAGS, TRENDS):
            here.say("GET", path, GONE)
        assert [arg for _, arg, *_ in await _sources(here)][:2] == ["a", "b"]


async def test_a_search_is_counted_off_to_its_end() -> None:
    """The server has no cursor of its own."""
    async with desk() as here:
        posts = [status(id=str(n), uri=f"https://a.example/{n}") for n in (1, 2)]
        here.say("GET", SEARCH, Answer({"statuses": posts}), Answer({"statuses": []}))
        service, source = here.service(), Source("search", "tea & cake")
        first = await service.page(source)
        assert len(first.items) == 2
        assert first.older is not None
        assert (await service.page(source, first.older)).older is None
        asked = [one for one in here.asked if one.path == SEARCH]
        assert asked[-1].query["offset"] == "2"


async def test_trends_have_no_page_that_the_server_does_not_name() -> None:
    """An id leads nowhere there."""
    async with desk() as here:
        here.say("GET", TRENDS, Answer([status()]))
        page = await here.service().page(Source("trends"))
        assert len(page.items) == 1
        assert page.older is None


async def test_people_of_other_networks_are_not_looked_for() -> None:
    """Nothing goes over the wire."""
    async with desk() as here:
        with pytest.raises(NotFound):
            await here.service().page(Source("author", "did:plc:x"))
        assert not here.asked
