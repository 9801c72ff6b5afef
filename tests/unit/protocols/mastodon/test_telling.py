"""Who liked a post, how it was before, translations; links that are talked about; rules of lists."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from app.model import Source
from app.model.belongings import OwnList
from app.model.errors import Malformed, Refused, Unreachable, Unsupported
from app.protocols.about import KeepsHistory, TellsTrends, TellsWho, Translates
from app.protocols.listing import SettlesLists
from app.protocols.mastodon.offering import TRENDING_LINKS, TRENDING_TAGS
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import Desk, desk, error
from tests.unit.protocols.mastodon.samples import account, post, status

POST = "/api/v1/statuses/42"


@pytest.fixture
async def here() -> AsyncIterator[Desk]:
    """A server that has the post 42."""
    async with desk() as made:
        made.say("GET", POST, Answer(status(42, uri=_uri(made))))
        yield made


def _uri(here: Desk) -> str:
    return f"{here.written.origin}/users/ana/statuses/42"


async def test_it_offers_what_servers_tell(here: Desk) -> None:
    """As the contracts say."""
    for contract in (TellsWho, KeepsHistory, Translates, TellsTrends, SettlesLists):
        assert isinstance(here.service(), contract)


async def test_people_come_in_pages_and_who_cannot_be_read_is_left_out(here: Desk) -> None:
    """The Link header leads on; the same page again does not."""
    path = f"{POST}/favourited_by"
    link = f'<{here.written.origin}{path}?max_id=9>; rel="next"'
    here.say(
        "GET",
        path,
        Answer([account("bo"), 17, {"id": "x"}], headers={"link": link}),
        Answer([account("cy", "far.example")], headers={"link": link}),
    )
    service = here.service()
    first = await service.who(_uri(here), "like")
    assert [one.handle.partition("@")[0] for one in first.people] == ["bo"]
    last = await service.who(_uri(here), "like", first.older)
    assert [one.handle for one in last.people] == ["cy@far.example"]
    assert last.older is None


async def test_versions_stand_in_their_order(here: Desk) -> None:
    """Whatever order the server has; one that says no time is left out."""
    old = {"content": "<p>One</p>", "spoiler_text": "Hm", "created_at": "2026-11-20T10:00:00Z"}
    new = {
        "content": "<p>One <b>two</b></p>",
        "created_at": "2026-11-20T11:00:00Z",
        "poll": {"options": [{"title": "A"}, {"title": "B"}]},
    }
    here.say("GET", f"{POST}/history", Answer([new, old, {"content": "x"}]))
    first, second = await here.service().versions(_uri(here))
    assert (first.text.text, first.warning) == ("One", "Hm")
    assert (second.text.text, second.options) == ("One two", ("A", "B"))


async def test_a_server_without_history_says_so(here: Desk) -> None:
    """In words, not as a post that is gone."""
    here.say("GET", f"{POST}/history", error("no", 404))
    with pytest.raises(Unsupported, match="how posts were before"):
        await here.service().versions(_uri(here))


async def test_a_translation_is_plain_and_names_its_maker(here: Desk) -> None:
    """Markup of the answer is read as that of posts."""
    told = {
        "content": "<p>Hello <script>x</script></p>",
        "spoiler_text": "Food",
        "detected_source_language": "de",
        "language": "en",
        "provider": "DeepL.com",
        "media_attachments": [{"id": "1", "description": "A dog"}],
    }
    here.say("POST", f"{POST}/translate", Answer(told))
    made = await here.service().translate(_uri(here), "en")
    assert made.text.text.strip() == "Hello"
    assert (made.lang, made.to, made.by) == ("de", "en", "DeepL.com")
    assert (made.warning, made.alts) == ("Food", ("A dog",))


@pytest.mark.parametrize(
    ("refusal", "kind", "words"),
    [
        (error("no", 404), Unsupported, "cannot translate"),
        (error("no", 403), Refused, "does not translate this post"),
        (error("no", 503), Unreachable, "translator of"),
        (Answer({}), Malformed, "empty"),
    ],
)
async def test_what_is_not_translated_is_told_in_words(
    here: Desk, refusal: Answer, kind: type[Exception], words: str
) -> None:
    """Each way in its own."""
    here.say("POST", f"{POST}/translate", refusal)
    with pytest.raises(kind, match=words):
        await here.service().translate(_uri(here), "fr")


async def test_pages_and_tags_are_talked_about(here: Desk) -> None:
    """A page without an address is none; a server without any tells none."""
    page = {"url": "https://a.example/x", "title": "A\u202e", "provider_name": "A News"}
    bad = {"url": "javascript:alert(1)", "title": "B"}
    tag = {"name": "boats", "history": [{"accounts": "4"}]}
    here.say("GET", TRENDING_TAGS, Answer([tag]), error("gone", 404))
    here.say("GET", TRENDING_LINKS, Answer([page, bad, 3]), error("gone", 404))
    found = await here.service().trends()
    assert [(one.kind, one.name, one.talk) for one in found] == [
        ("tag", "boats", 4),
        ("link", "A", 0),
    ]
    assert found[1].about == "A News"
    assert await here.service().trends() == ()


async def test_rules_of_a_list_are_sent_whole(here: Desk) -> None:
    """With its title, which servers ask for."""
    here.say("PUT", "/api/v1/lists/7", Answer({"id": "7", "title": "Shore"}))
    wanted = OwnList(title="Shore", ref="7", replies="none", exclusive=True)
    await here.service().settle_list(wanted)
    assert here.sent("/api/v1/lists/7", "PUT") == [
        {"title": "Shore", "exclusive": True, "replies_policy": "none"}
    ]


async def test_a_tag_is_followed_and_left(here: Desk) -> None:
    """What is left already is no trouble."""
    here.say("POST", "/api/v1/tags/ebb/follow", Answer({"name": "ebb"}))
    here.say("POST", "/api/v1/tags/ebb/unfollow", error("not followed", 422))
    await here.service().follow_tag("ebb")
    await here.service().follow_tag("ebb", on=False)
    paths = [one.path for one in here.asked if "/tags/" in one.path]
    assert paths == ["/api/v1/tags/ebb/follow", "/api/v1/tags/ebb/unfollow"]


async def test_likes_and_quotes_are_sources(here: Desk) -> None:
    """Likes are paged by their own ids: without a Link header they have ended."""
    here.say("GET", "/api/v1/favourites", Answer([status(3)]))
    gone, ours = error("Record not found", 404), error("This action is not allowed", 403)
    here.say("GET", f"{POST}/quotes", Answer([status(4)]), gone, ours)
    likes = await here.service().page(Source("likes"))
    assert (len(likes.items), likes.older) == (1, None)
    quotes = await here.service().page(Source("quotes", _uri(here)))
    assert [item.key.rpartition("/")[2] for item in quotes.items] == ["4"]
    for _ in range(2):
        with pytest.raises(Unsupported, match="does not tell you who quotes"):
            await here.service().page(Source("quotes", _uri(here)))


async def test_own_pages_show_posts_of_others(here: Desk) -> None:
    """Only where the server is of the kind that has them, and by a name that can be one."""
    service = here.service()
    wanted = post(account=account("bo", "far.example"))
    assert service.web_address(wanted, "7") == ""
    mine = service.account
    service._account = replace(mine, abilities=frozenset({"web"}))
    assert service.web_address(wanted, "7") == f"{mine.server}/@bo@far.example/7"
    own = post(account=account("cy", mine.handle.partition("@")[2]))
    assert service.web_address(own, "8") == f"{mine.server}/@cy/8"
    assert service.web_address(wanted, "../x") == ""
