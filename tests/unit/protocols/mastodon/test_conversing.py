"""Conversations in whatever order they come; posts and people by any address."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.model import Cursor, Entry, Stub
from app.model.errors import NotFound, Refused, Unreachable
from app.model.thread import Absent, Thread
from app.protocols.mastodon.conversation import thread_from_context
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import desk, error, says
from tests.unit.protocols.mastodon.samples import LOOK as PAGE
from tests.unit.protocols.mastodon.samples import account, status

POSTS = "/api/v1/statuses"
LOOK = PAGE


def below(number: int, parent: int | None, **changed: Any) -> dict[str, Any]:
    """A status that answers another."""
    parts = {"in_reply_to_id": str(parent), "in_reply_to_account_id": "id-ana"} if parent else {}
    return status(number, **{"replies_count": 0, **parts, **changed})


def thread(
    focus: dict[str, Any], above: list[Any] = [], under: list[Any] = [], *, complete: bool = True
) -> Thread:
    """As the server gave it."""

    def raw(one: Any) -> bytes:
        return one.encode() if isinstance(one, str) else json.dumps(one).encode()

    return thread_from_context(
        raw(focus),
        [raw(one) for one in above],
        [raw(one) for one in under],
        LOOK,
        complete=complete,
    )


def numbers(items: tuple[Entry | Stub | Absent, ...]) -> list[str]:
    """Posts by number, absent ones by state."""
    return [
        item.state if isinstance(item, Absent) else item.key.rpartition("/")[2] for item in items
    ]


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1)])
def test_ancestors_stand_in_the_order_of_the_answers(order: tuple[int, ...]) -> None:
    """However they came."""
    all_of_them = {1: below(1, None), 2: below(2, 1), 3: below(3, 2)}
    made = thread(below(4, 3), [all_of_them[n] for n in order])

    assert numbers(made.ancestors) == ["1", "2", "3"]
    assert made.focus.endswith("/4")


def test_a_missing_ancestor_is_told() -> None:
    """The rest stands above the hole."""
    made = thread(below(5, 4), [below(1, None), below(2, 1), below(4, 3)])

    assert numbers(made.ancestors) == ["1", "2", "not_loaded", "4"]
    assert numbers(thread(below(5, 4)).ancestors) == ["not_loaded"]


def test_a_deleted_parent_is_told() -> None:
    """It answers somebody, but nothing that is there."""
    made = thread(status(5, in_reply_to_account_id="id-bo", replies_count=0))

    assert numbers(made.ancestors) == ["deleted"]


def test_posts_that_answer_each_other_in_a_circle_end() -> None:
    """Nonsense, but nobody must wait for it."""
    made = thread(below(3, 2), [below(1, 2), below(2, 1)])

    assert sorted(numbers(made.ancestors)) == ["1", "2"]
    assert numbers(thread(below(3, 3)).ancestors) in ([], ["not_loaded"])


def test_replies_name_their_parents() -> None:
    """By URI: local numbers mean nothing outside."""
    made = thread(below(1, None, replies_count=1), [], [below(2, 1), below(3, 2), below(4, 99)])
    parents = [item.post.reply_to for item in made.replies if isinstance(item, Entry)]

    assert [one.uri.rpartition("/")[2] if one else None for one in parents] == ["1", "2", ""]
    assert made.complete


def test_more_than_was_told_is_said() -> None:
    """The counter knows of answers that the server holds back; or it says so itself."""
    counted = thread(below(1, None, replies_count=3), [], [below(2, 1)])

    assert not counted.complete
    assert not thread(below(1, None), complete=False).complete


def test_unreadable_posts_keep_their_place() -> None:
    """As stubs, also the one that was asked for."""
    made = thread(below(2, 1), [below(1, None)], ["17", below(3, 2, account=None)])
    odd = thread(below(2, 1, account=None), [below(1, None)])

    assert [type(item) for item in made.replies] == [Stub, Stub]
    assert isinstance(odd.post, Stub)
    assert numbers(odd.ancestors) == ["1"]


def test_filters_of_answers_say_where_they_hold() -> None:
    """Whether that is here is looked at where they are shown."""
    rule = {"title": "derby", "filter_action": "warn"}
    made = thread(
        below(1, None, account=account("bo", "far.example")),
        [],
        [
            below(2, 1, filtered=[{"filter": rule | {"context": ["thread"]}}]),
            below(3, 1, filtered=[{"filter": rule | {"context": ["home"]}}]),
        ],
    )
    matched = [item.viewer.filtered[0].contexts for item in made.replies if isinstance(item, Entry)]

    assert matched == [("thread",), ("home",)]


async def test_a_conversation_is_looked_at_as_one() -> None:
    """Its own filters hold; who may answer is as the server says."""
    rule = {"title": "derby", "filter_action": "warn", "context": ["thread"]}
    async with desk() as here:
        root = await here.publish("Root")
        await here.publish("Below", parent=root)
        here.written.posts[1] |= {"filtered": [{"filter": rule}], "account": here.written.other}
        policy = {"can_reply": {"always": ["author"], "with_approval": []}}
        open_thread = await here.service().thread(root.uri)
        here.written.posts[0]["interaction_policy"] = policy
        closed = await here.service().thread(root.uri)

        (reply,) = open_thread.replies
        assert isinstance(reply, Entry)
        assert [one.text for one in reply.viewer.filtered] == ["derby"]
        assert (open_thread.can_reply, closed.can_reply) == (True, False)


async def test_without_a_context_the_post_is_there() -> None:
    """Some servers refuse the rest."""
    async with desk() as here:
        root = await here.publish("Root")
        here.say("GET", f"{POSTS}/{root.ref}/context", error("no", 404))
        made = await here.service().thread(root.uri)

        assert isinstance(made.post, Entry)
        assert not made.complete


async def test_a_context_with_one_bad_number_is_read() -> None:
    """What spoils the whole for a strict reader costs only itself."""
    async with desk() as here:
        root = await here.publish("Root")
        reply = json.dumps(below(2, int(root.ref)))
        body = f'{{"ancestors": [], "descendants": [{reply}, {{"id": 1e999}}]}}'
        here.say("GET", f"{POSTS}/{root.ref}/context", Answer(body.encode()))
        made = await here.service().thread(root.uri)

        assert [type(item) for item in made.replies] == [Entry, Stub]


async def test_a_server_that_is_still_reading_says_so() -> None:
    """The header of 4.5."""
    async with desk() as here:
        root = await here.publish("Root")
        header = {"mastodon-async-refresh": 'id="x", retry=5'}
        empty = Answer({"ancestors": [], "descendants": []}, 200, header)
        here.say("GET", f"{POSTS}/{root.ref}/context", empty)

        assert not (await here.service().thread(root.uri)).complete


async def test_a_number_from_another_time_is_looked_up_again() -> None:
    """A server that was set up anew."""
    async with desk() as here:
        root = await here.publish("Root")
        service = here.service()
        service._post_ids.learn(root.uri, "stale")

        assert (await service.thread(root.uri)).focus == root.uri
        service._post_ids.learn(root.uri, "stale")
        assert (await service.find(root.uri)).post.uri == root.uri
        with pytest.raises(NotFound):
            await service.thread("https://far.example/gone")


async def test_a_post_is_found_by_its_page_too() -> None:
    """URI or URL, here or elsewhere."""
    async with desk() as here:
        done = await here.publish("Here")
        there = status(7, uri="https://far.example/7", url="https://far.example/@bo/7")
        here.say("GET", "/api/v2/search", Answer({"statuses": [there]}))

        assert (await here.service().find(done.url)).post.uri == done.uri
        assert (await here.service().find("https://far.example/@bo/7")).viewer.ref == "7"
        for address in ("", "nonsense", "at://did:plc:x/y/z", "https://other.example/9"):
            with pytest.raises(NotFound):
                await here.service().find(address)


async def test_a_post_of_others_is_found_as_it_is_seen_here() -> None:
    """Its page on our own server, which has a number of ours and no address of its author's."""
    async with desk() as here:
        service = here.service()
        own = (await here.publish("Here")).url.split("/")[2]
        there = status(7, uri="https://far.example/7", url="https://far.example/@bo/7")
        there["account"]["acct"] = "bo@far.example"
        here.say("GET", f"{POSTS}/7", Answer(there), Answer(there), Answer(there))
        here.say("GET", "/api/v2/search", Answer({"statuses": []}))

        for page in (f"https://{own}/@bo@far.example/7", f"https://{own}/deck/@bo@far.example/7"):
            assert (await service.find(page)).post.uri == "https://far.example/7"
        with pytest.raises(NotFound):
            await service.find(f"https://{own}/@ana@far.example/7")


async def test_a_server_that_cannot_search_is_not_the_end() -> None:
    """A network fault stays one; it is no "not found"."""
    async with desk() as here:
        here.say("GET", "/api/v2/search", error("no", 404), error("down", 503), error("no", 403))
        with pytest.raises(NotFound):
            await here.service().find("https://far.example/1")
        with pytest.raises(Unreachable):
            await here.service().find("https://far.example/1")
        with pytest.raises(Refused):
            await here.service().find("https://far.example/1")


async def test_people_are_found_by_handle_uri_and_page() -> None:
    """With or without the host, where it is the server's own."""
    async with desk() as here:
        other, me = here.written.other, here.written.me
        service = here.service()

        for address in (other["uri"], other["url"], "@teun@polder.example", "teun@polder.example"):
            assert (await service.find_profile(address)).uri == other["uri"]
        assert (await service.find_profile("@ana")).uri == me["uri"]
        for address in ("@nobody", "nobody@far.example", "https://far.example/x", ""):
            with pytest.raises(NotFound):
                await service.find_profile(address)


async def test_names_are_completed() -> None:
    """Without "@"; from the general search where there is no other; nothing for nothing."""
    async with desk() as here:
        assert [one.handle for one in await here.service().search_profiles("@te")] == [
            "teun@polder.example"
        ]
        before = len(here.asked)
        assert await here.service().search_profiles(" @ ") == ()
        assert len(here.asked) == before

        here.say("GET", "/api/v1/accounts/search", error("no", 404))
        found = {"accounts": [here.written.me, {"id": "broken"}]}
        here.say("GET", "/api/v2/search", Answer(found))
        assert [one.uri for one in await here.service().search_profiles("an")] == [
            here.written.me["uri"]
        ]


async def test_own_posts_are_what_was_written() -> None:
    """Newest first, without what was passed on, page by page."""
    async with desk() as here:
        for number in range(45):
            await here.publish(says(f"Post {number}"))
        passed_on = dict(here.written.posts[0], id="9999", reblog=here.written.posts[1])
        here.written.posts.append(passed_on | {"uri": "https://x/9999"})
        service = here.service()
        texts: list[str] = []
        cursor: Cursor | None = None
        for _ in range(5):
            page = await service.own_posts(cursor)
            texts += [item.post.text.text for item in page.items if isinstance(item, Entry)]
            cursor = page.older
            if cursor is None:
                break

        assert texts[:45] == [f"Post {number}" for number in reversed(range(45))]
        assert cursor is None


async def test_a_conversation_of_thousands_arrives_whole() -> None:
    """Servers give up to 4 096 answers at once, which is more than other answers may be long."""
    async with desk() as here:
        root = await here.publish("Root")
        words = f"<p>{'word ' * 500}</p>"
        replies = [below(n, int(root.ref), content=words) for n in range(10_000, 14_000)]
        answer = Answer({"ancestors": [], "descendants": replies})
        here.say("GET", f"{POSTS}/{root.ref}/context", answer)
        made = await here.service().thread(root.uri)

        assert len(answer.encoded()) > 10_000_000
        assert len(made.replies) == 4000
