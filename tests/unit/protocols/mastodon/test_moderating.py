"""Filters of new and old servers, mutes, blocks, and whole servers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.model.errors import BadInput, Refused, Unsupported
from app.model.moderation import Filter, FilterWord
from app.protocols.mastodon.filters import FILTERS, OLD_FILTERS
from app.protocols.mastodon.moderating import BLOCKS, MUTES, REFUSED, SERVERS
from app.protocols.moderating import Averts, BlocksServers, Follows, KeepsFilters
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import desk, error

TIDE = {
    "id": "1",
    "title": "Tide",
    "context": ["home", "thread", "of-tomorrow"],
    "expires_at": "2026-12-01T00:00:00Z",
    "filter_action": "hide",
    "keywords": [
        {"id": "11", "keyword": "tide", "whole_word": True},
        {"id": "12", "keyword": "ebb", "whole_word": False},
    ],
    "statuses": [{"id": "21", "status_id": "109"}],
}
GONE = error("Not found", 404)


def wanted(*words: FilterWord, **more: Any) -> Filter:
    """A filter to be saved."""
    more.setdefault("contexts", frozenset({"home"}))
    return Filter(id=more.pop("id", ""), title=more.pop("title", "Tide"), words=words, **more)


async def test_it_offers_what_servers_keep() -> None:
    """As the contract says."""
    async with desk() as here:
        for capability in (KeepsFilters, Averts, BlocksServers, Follows):
            assert isinstance(here.service(), capability)


async def test_filters_are_read_with_all_they_have() -> None:
    """Unknown contexts are left out; single posts are known by the server's ids."""
    async with desk() as here:
        here.say("GET", FILTERS, Answer([TIDE, {"id": "2", "title": None, "filter_action": "new"}]))
        tide, odd = await here.service().filters()

    assert tide.contexts == {"home", "thread"}
    assert (tide.action, tide.posts) == ("hide", ("109",))
    assert tide.words == (FilterWord("tide", True, "11"), FilterWord("ebb", False, "12"))
    assert tide.expires_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert (odd.action, odd.contexts, odd.words) == ("warn", frozenset(), ())


async def test_an_old_server_keeps_phrases() -> None:
    """Matched here; "irreversible" hides; they are made and deleted where they are."""
    old = {
        "id": "5",
        "phrase": "derby",
        "context": ["home"],
        "irreversible": True,
        "whole_word": False,
        "expires_at": None,
    }
    async with desk() as here:
        here.say("GET", FILTERS, GONE)
        here.say("GET", OLD_FILTERS, Answer([old]))
        here.say("POST", FILTERS, GONE)
        here.say("POST", OLD_FILTERS, Answer(old))
        here.say("DELETE", f"{OLD_FILTERS}/5", Answer({}))
        [found] = await here.service().filters()
        saved = await here.service().save_filter(wanted(FilterWord("derby", False), action="hide"))
        await here.service().delete_filter(found.id)

        assert (found.id, found.action, found.local) == ("v1:5", "hide", True)
        assert found.words == (FilterWord("derby", False),)
        assert saved == found
        [body] = here.sent(OLD_FILTERS)
        assert (body["phrase"], body["irreversible"]) == ("derby", True)
        assert [one.path for one in here.asked if one.method == "DELETE"] == [f"{OLD_FILTERS}/5"]
        with pytest.raises(Unsupported, match="single phrase"):
            await here.service().save_filter(wanted(FilterWord("a"), FilterWord("b")))


async def test_a_change_takes_away_words_by_name() -> None:
    """What stays keeps its id; no end is told as none."""
    async with desk() as here:
        after = TIDE | {"keywords": [TIDE["keywords"][0], {"id": "13", "keyword": "flood"}]}
        here.say("GET", f"{FILTERS}/1", Answer(TIDE), Answer(after))
        here.say("PUT", f"{FILTERS}/1", Answer(after))
        new = wanted(FilterWord("tide"), FilterWord("flood"), id="1", action="blur")
        saved = await here.service().save_filter(new)

        [body] = here.sent(f"{FILTERS}/1", "PUT")
        assert body["keywords_attributes"] == [
            {"keyword": "tide", "whole_word": True, "id": "11"},
            {"keyword": "flood", "whole_word": True},
            {"id": "12", "_destroy": True},
        ]
        assert (body["filter_action"], body["expires_in"]) == ("blur", None)
        assert [word.text for word in saved.words] == ["tide", "flood"]


async def test_servers_that_ignore_words_are_told_one_by_one() -> None:
    """Some change only the filter itself."""
    async with desk() as here:
        here.say("GET", f"{FILTERS}/1", Answer(TIDE))
        here.say("PUT", f"{FILTERS}/1", Answer(TIDE))
        here.say("POST", f"{FILTERS}/1/keywords", Answer({}))
        here.say("DELETE", f"{FILTERS}/keywords/12", Answer({}))
        await here.service().save_filter(wanted(FilterWord("tide"), FilterWord("flood"), id="1"))

        assert here.sent(f"{FILTERS}/1/keywords") == [{"keyword": "flood", "whole_word": True}]
        assert [one.path for one in here.asked if one.method == "DELETE"] == [
            f"{FILTERS}/keywords/12"
        ]


@pytest.mark.parametrize(
    "bad",
    [
        wanted(FilterWord("x"), title=" "),
        wanted(FilterWord("x"), contexts=frozenset()),
        wanted(FilterWord(" ")),
        wanted(FilterWord("x" * 513)),
    ],
)
async def test_what_cannot_be_a_filter_is_not_sent(bad: Filter) -> None:
    """With words of ours."""
    async with desk() as here:
        with pytest.raises(BadInput):
            await here.service().save_filter(bad)
        assert here.sent(FILTERS) == []


async def test_a_filter_that_is_gone_is_gone() -> None:
    """Another refusal is one."""
    async with desk() as here:
        here.say("DELETE", f"{FILTERS}/1", GONE, error("No", 422))
        await here.service().delete_filter("1")
        with pytest.raises(Refused):
            await here.service().delete_filter("1")


def person(name: str) -> dict[str, Any]:
    """Somebody far away."""
    return {"id": name, "acct": f"{name}@far.example", "uri": f"https://far.example/users/{name}"}


async def test_mutes_and_blocks_are_read_page_by_page() -> None:
    """By the Link header; who is broken is left out; circles end."""
    async with desk() as here:
        link = f'<{here.written.origin}{MUTES}?max_id=7>; rel="next"'
        first = Answer([person("a"), {"id": "x"}], 200, {"link": link})
        here.say("GET", MUTES, first, Answer([person("b")], 200, {"link": link}))
        here.say("GET", BLOCKS, Answer([]))
        averted = await here.service().averted()

    assert averted.muted == {
        "https://far.example/users/a": "a@far.example",
        "https://far.example/users/b": "b@far.example",
    }
    assert averted.blocked == {}


async def test_servers_are_blocked_by_their_names() -> None:
    """Lower case, without anything that is no name; twice is once."""
    async with desk() as here:
        here.say("GET", SERVERS, Answer(["Evil.example", 7]))
        here.say("POST", SERVERS, Answer({}))
        here.say("DELETE", SERVERS, GONE)
        assert await here.service().blocked_servers() == ("evil.example",)
        await here.service().block_server(" Evil.example. ")
        await here.service().block_server("evil.example", on=False)
        for bad in ("evil", "https://evil.example/", "ana@evil.example", ""):
            with pytest.raises(BadInput):
                await here.service().block_server(bad)


async def test_whom_a_server_does_not_talk_to() -> None:
    """Names that are not told whole keep their digest; a server may not tell at all."""
    told = [
        {"domain": "Evil.example", "severity": "suspend", "comment": "Spam", "digest": "AB"},
        {"domain": "l**d.example", "severity": "silence", "digest": "cd"},
        {"domain": "x.example", "severity": "noop"},
        17,
    ]
    async with desk() as here:
        here.say("GET", REFUSED, Answer(told), GONE, error("Sign in", 401))
        evil, loud = await here.service().refused_servers()
        assert (evil.domain, evil.severity, evil.reason) == ("evil.example", "suspend", "Spam")
        assert (loud.severity, loud.digest) == ("silence", "cd")
        for _ in range(2):
            with pytest.raises(Unsupported, match="does not tell"):
                await here.service().refused_servers()
