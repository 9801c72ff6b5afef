"""Notifications as the AppView sends them, and who gets through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.model.errors import Malformed, Refused, Unsupported
from app.model.notification import ReadMark
from app.protocols.bluesky.notices import notices_from
from app.protocols.notifying import AnswersRequests, KeepsGate, Notifies, SetsAside
from tests.unit.protocols.bluesky.samples import ANA, BEN, INDEXED, NOW, at, author, raw, view
from tests.unit.protocols.bluesky.scripted import PDS, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import POSTS, service

BASE = f"{PDS}/xrpc/app.bsky.notification."
LIST, SEEN, RULES, WRITE, PRIORITY = (
    BASE + name
    for name in (
        "listNotifications",
        "updateSeen",
        "getPreferences",
        "putPreferencesV2",
        "putPreferences",
    )
)
NONE = reply(501, {"error": "MethodNotImplemented", "message": "no"})


def told(reason: str, key: str = "3k9", **more: Any) -> dict[str, Any]:
    """One of Ben's."""
    kind = "app.bsky.feed.like" if "like" in reason else "app.bsky.feed.post"
    return {
        "uri": at(BEN, key, kind),
        "cid": "bafy",
        "author": author(BEN, "ben.example"),
        "reason": reason,
        "isRead": False,
        "indexedAt": INDEXED,
        "record": {},
        **more,
    }


def test_it_notifies_as_the_contract_says() -> None:
    """Nobody has to ask to follow here, and nothing is set aside."""
    one = service(ScriptedHttp({}))
    assert isinstance(one, Notifies)
    assert isinstance(one, KeepsGate)
    assert not isinstance(one, AnswersRequests)
    assert not isinstance(one, SetsAside)


async def test_a_page_comes_with_the_posts_it_is_about() -> None:
    """Likes name mine, answers are theirs; each post is asked for once."""
    mine, theirs = at(), at(BEN, "3k9")
    likes = [
        told("like", f"3l{n}", reasonSubject=mine, record={"subject": {"uri": mine}})
        for n in range(3)
    ]
    wire = ScriptedHttp(
        {
            LIST: reply(
                body={
                    "notifications": [*likes, told("reply"), 17],
                    "cursor": "next",
                    "seenAt": "2026-10-31T12:00:00.000Z",
                }
            ),
            POSTS: reply(
                body={"posts": [view(), view(uri=theirs, author=author(BEN, "b.example"))]}
            ),
        }
    )
    page = await service(wire).notices()
    assert [one.kind for one in page.notices] == ["like", "like", "like", "reply"]
    assert [one.about for one in page.notices] == [mine, mine, mine, theirs]
    assert {entry.post.uri for entry in page.posts} == {mine, theirs}
    assert (page.older, page.unreadable) == ("next", 1)
    assert page.read is not None
    [asked] = [one for one in wire.asked if one.url == POSTS]
    assert asked.params["uris"] == [mine, theirs]


def test_a_like_of_my_repost_is_about_the_post() -> None:
    """The reason names the repost, the record the post."""
    repost, post = at(ANA, "3r1", "app.bsky.feed.repost"), at()
    told_so = told("like-via-repost", reasonSubject=repost, record={"subject": {"uri": post}})
    [notice] = notices_from([raw(told_so)], NOW).notices
    assert (notice.kind, notice.about) == ("like", post)


def test_unknown_reasons_stay_visible_and_junk_is_counted() -> None:
    """In words; nothing else is lost."""
    page = notices_from(
        [
            raw(told("verified")),
            raw(told("starterpack-joined")),
            raw(told("brand-new\u202e")),
            raw(told("follow", indexedAt="yesterday")),
            raw(told("follow", uri="ben")),
            raw({"author": 3}),
            raw(told("follow", record=[], labels=7)),
        ],
        NOW,
    )
    assert [(one.kind, one.text) for one in page.notices] == [
        ("other", "has verified you"),
        ("other", "joined with your starter pack"),
        ("other", "“brand new”: Godwit does not know this kind yet"),
        ("follow", ""),
    ]
    assert page.unreadable == 3


async def test_a_cursor_that_stays_is_the_end_and_no_list_is_no_end() -> None:
    """To take junk for the end would be to stop reading."""
    wire = ScriptedHttp({LIST: reply(body={"notifications": [], "cursor": "x"})})
    page = await service(wire).notices()
    assert page.older is None
    with pytest.raises(Malformed):
        await service(ScriptedHttp({LIST: reply(body={})})).notices()


async def test_what_was_seen_is_told_never_back() -> None:
    """Up to the millisecond that covers it."""
    later = NOW + timedelta(seconds=1)
    wire = ScriptedHttp(
        {
            LIST: reply(body={"notifications": [], "seenAt": "2026-11-01T12:00:00.000Z"}),
            SEEN: reply(body=b""),
        }
    )
    one = service(wire)
    assert await one.mark_notices_read(ReadMark(at=NOW)) == ReadMark(at=NOW)
    assert not [asked for asked in wire.asked if asked.url == SEEN]
    mark = await one.mark_notices_read(ReadMark(at=later.replace(microsecond=1_001)))
    [asked] = [asked for asked in wire.asked if asked.url == SEEN]
    assert asked.json == {"seenAt": "2026-11-01T12:00:01.002Z"}
    assert mark is not None
    assert mark.at == later.replace(microsecond=2_000)


async def test_rules_are_read_and_changed_and_nothing_else() -> None:
    """Whether there is a push stays; what we do not know is not touched."""
    known = {
        "like": {"include": "follows", "list": True, "push": False},
        "verified": {"list": False, "push": True},
        "brandNew": {"list": True},
        "chat": {"include": "all", "push": True},
    }
    after = known | {"like": {"include": "follows", "list": False, "push": False}}
    wire = ScriptedHttp(
        {
            RULES: reply(body={"preferences": known}),
            WRITE: reply(body={"preferences": after}),
            LIST: reply(body={"notifications": []}),
        }
    )
    one = service(wire)
    gate = await one.gate()
    assert [(rule.key, rule.choice) for rule in gate.rules] == [
        ("like", "follows"),
        ("verified", "off"),
    ]
    changed = await one.change_gate({"like": "off"})
    assert changed.rules[0].choice == "off"
    [asked] = [asked for asked in wire.asked if asked.url == WRITE]
    assert asked.json == {"like": {"include": "follows", "list": False, "push": False}}
    with pytest.raises(Refused):
        await one.change_gate({"brandNew": "off"})


async def test_who_is_heard_at_all_is_the_first_rule() -> None:
    """Who is not followed is left out whatever the rules say; only that switch is turned."""
    known = {"like": {"include": "all", "list": True, "push": True}}
    wire = ScriptedHttp(
        {
            RULES: reply(body={"preferences": known}),
            LIST: reply(body={"notifications": [], "priority": True}),
            PRIORITY: reply(body=b""),
        }
    )
    one = service(wire)
    assert [(rule.key, rule.choice) for rule in (await one.gate()).rules] == [
        ("priority", "off"),
        ("like", "all"),
    ]
    # The list may say for a while what was so before.
    assert (await one.change_gate({"priority": "all"})).rules[0].choice == "all"
    [asked] = [asked for asked in wire.asked if asked.method == "POST"]
    assert (asked.url, asked.json) == (PRIORITY, {"priority": False})
    with pytest.raises(Refused):
        await one.change_gate({"priority": "follows"})


async def test_a_server_without_rules_says_so() -> None:
    """Older AppViews."""
    with pytest.raises(Unsupported):
        await service(ScriptedHttp({RULES: NONE})).gate()


async def test_who_has_never_looked_has_read_nothing() -> None:
    """Their server names the newest one, unread: that is no mark, and one is told to it."""
    wire = ScriptedHttp(
        {
            LIST: reply(body={"notifications": [told("like")], "seenAt": INDEXED}),
            SEEN: reply(body=b""),
        }
    )
    one = service(wire)
    assert await one.notices_read() is None
    assert (await one.notices()).read is None
    at = datetime.fromisoformat(INDEXED)
    await one.mark_notices_read(ReadMark(at=at))
    [asked] = [asked for asked in wire.asked if asked.url == SEEN]
    assert datetime.fromisoformat(asked.json["seenAt"]) > at, "else it is not read there"
