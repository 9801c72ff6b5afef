"""Notifications as servers of this kind send them: grouped, one by one, broken, unknown."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.model.errors import Malformed, Refused, Unsupported
from app.model.notification import ReadMark
from app.protocols.mastodon.notices import notices_from_groups, notices_from_page, read_around
from app.protocols.mastodon.notifying import (
    FOLLOW_REQUESTS,
    GROUPED,
    MARKERS,
    POLICY,
    REQUESTS,
    SINGLE,
)
from app.protocols.notifying import AnswersRequests, KeepsGate, Notifies, SetsAside
from tests.contract.server import Answer
from tests.outside import OUTSIDE, needs_outside
from tests.unit.protocols.mastodon.desk import desk, error
from tests.unit.protocols.mastodon.samples import LOOK, account, status

GONE = error("Not found", 404)
RECORDED = [
    path
    for path in sorted((OUTSIDE / "recordings" / "mastodon").glob("*/GET_v?_notifications*.json"))
    if path.name.split(".")[0] in ("GET_v1_notifications", "GET_v2_notifications")
] if OUTSIDE else []  # fmt: skip


def told(number: int, kind: str, **more: Any) -> dict[str, Any]:
    """A single one."""
    at = f"2026-11-20T09:{number % 60:02}:00.000Z"
    return {"id": str(number), "type": kind, "created_at": at, "account": account("bo"), **more}


def group(number: int, kind: str, **more: Any) -> dict[str, Any]:
    """A group of one, unless it says otherwise."""
    return {
        "group_key": f"ungrouped-{number}",
        "notifications_count": 1,
        "type": kind,
        "most_recent_notification_id": number,
        "page_max_id": str(number),
        "latest_page_notification_at": f"2026-11-20T09:{number % 60:02}:00.000Z",
        "sample_account_ids": ["id-bo"],
        **more,
    }


def _raws(*items: Any) -> list[bytes]:
    return [item if isinstance(item, bytes) else json.dumps(item).encode() for item in items]


async def test_it_notifies_as_the_contract_says() -> None:
    """All of it."""
    async with desk() as here:
        for capability in (Notifies, AnswersRequests, KeepsGate, SetsAside):
            assert isinstance(here.service(), capability)


async def test_groups_come_with_their_people_and_posts() -> None:
    """The server's own grouping; a mention that answers me is a reply."""
    answering = status(8, in_reply_to_account_id="1", account=account("bo"))
    body = {
        "accounts": [account("bo"), account("cleo")],
        "statuses": [status(7), answering],
        "notification_groups": [
            group(
                9,
                "favourite",
                group_key="favourite-7-1",
                notifications_count=12,
                sample_account_ids=["id-cleo", "id-bo", "id-nobody"],
                status_id="7",
            ),
            group(8, "mention", status_id="8"),
        ],
    }
    async with desk() as here:
        here.say("GET", GROUPED, Answer(body))
        service = here.service()
        service._own_id = "1"
        page = await service.notices()
    likes, reply = page.notices
    assert (likes.key, likes.kind, likes.many, likes.place) == ("favourite-7-1", "like", 12, "9")
    assert [actor.name for actor in likes.actors] == ["Cleo", "Bo"]
    assert likes.about == page.posts[0].post.uri
    assert (reply.kind, reply.key) == ("reply", "8")
    assert len(page.posts) == 2


async def test_a_server_without_groups_is_asked_one_by_one_from_then_on() -> None:
    """404, or an answer of another kind."""
    for answer in (GONE, Answer([])):
        async with desk() as here:
            here.say("GET", GROUPED, answer)
            here.say("GET", SINGLE, Answer([told(3, "favourite", status=status(7))]))
            service = here.service()
            first, second = await service.notices(), await service.notices()
            assert first.notices == second.notices
            assert first.notices[0].key == first.notices[0].place == "3"
            assert len([one for one in here.asked if one.path == GROUPED]) == 1


async def test_single_ones_bring_their_posts_along() -> None:
    """On servers that do not group; an answer to me is a reply there, too."""
    answering = status(8, in_reply_to_account_id="1", account=account("bo"))
    told_singly = [
        told(9, "mention", status=answering),
        told(8, "favourite", status=status(7)),
        told(7, "follow", status=None),
    ]
    async with desk() as here:
        here.say("GET", GROUPED, GONE)
        here.say("GET", SINGLE, Answer(told_singly))
        service = here.service()
        service._own_id = "1"
        page = await service.notices()
    assert [one.kind for one in page.notices] == ["reply", "like", "follow"]
    uris = [entry.post.uri for entry in page.posts]
    assert sorted(one.about for one in page.notices) == ["", *sorted(uris)]
    assert len(uris) == 2


async def test_junk_of_a_moment_changes_nothing_for_good() -> None:
    """Else what is known by groups would come again one by one."""
    async with desk() as here:
        here.say(
            "GET", GROUPED, Answer(b"<html>Down for lunch"), Answer({"notification_groups": []})
        )
        service = here.service()
        with pytest.raises(Malformed):
            await service.notices()
        assert (await service.notices()).notices == ()
        assert not [one for one in here.asked if one.path == SINGLE]


def test_every_kind_is_told_and_unknown_ones_stay_visible() -> None:
    """In words, where no post says it."""
    severed = {"type": "domain_block", "target_name": "bad.example", "followers_count": 2}
    raws = _raws(
        told(1, "reblog", status=status(7)),
        told(2, "follow"),
        told(3, "follow_request"),
        told(4, "poll", status=status(7)),
        told(5, "update", status=status(7)),
        told(6, "status", status=status(7)),
        told(7, "quote", status=status(7)),
        told(8, "severed_relationships", account=None, event=severed),
        told(9, "moderation_warning", moderation_warning={"action": "silence", "text": "Sorry"}),
        told(10, "pleroma:emoji_reaction", emoji="🎉", status=status(7)),
        told(11, "annual_report\u202e"),
    )
    page = notices_from_page(raws, LOOK, "1")
    assert [one.kind for one in page.notices] == [
        "repost", "follow", "follow_request", "poll", "edit", "post", "quote",
        "moderation", "moderation", "other", "other",
    ]  # fmt: skip
    texts = [one.text for one in page.notices]
    assert texts[7] == "home.example blocked the server bad.example: you lost 2 of your followers."
    assert texts[8] == "Your moderators have limited your account. Sorry"
    assert texts[9] == "reacted with 🎉"
    assert texts[10] == "“annual report”: Godwit does not know this kind yet"
    assert page.unreadable == 0


def test_what_cannot_be_read_is_counted_and_the_rest_goes_on() -> None:
    """Whatever the junk is."""
    raws = _raws(
        b"17",
        b'{"id": [1, 2]}',
        told(1, "follow", account=None),
        told(2, "follow", created_at=None),
        told(3, "favourite", status={"id": 17, "account": "nobody"}),
        told(4, "follow", account=account("bo", uri=None, url=None)),
        told(5, "follow"),
    )
    page = notices_from_page(raws, LOOK, "1")
    assert page.unreadable + len(page.notices) == len(raws)
    assert page.notices[-1].key == "5"
    assert [one.about for one in page.notices if one.kind == "like"] == [""]
    around = read_around(_raws(b"{", account("bo")), _raws(b"[]", status(7)))
    assert list(around.accounts) == ["id-bo"]
    found = notices_from_groups(_raws(b"3", group(1, "follow")), around, LOOK, "1")
    assert (found.unreadable, len(found.notices)) == (1, 1)


def test_times_of_the_future_are_of_now() -> None:
    """A server's clock may be wrong."""
    page = notices_from_page(_raws(told(1, "follow", created_at="2031-01-01T00:00:00Z")), LOOK, "1")
    assert page.notices[0].at == LOOK.now


@needs_outside
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_recorded_answers_are_read_whole(path: Path) -> None:
    """Of five versions, grouped and not."""
    body = json.loads(path.read_text("utf-8"))["body"]
    if isinstance(body, dict) and "notification_groups" in body:
        around = read_around(_raws(*body["accounts"]), _raws(*body["statuses"]))
        page = notices_from_groups(_raws(*body["notification_groups"]), around, LOOK, "1")
        count = len(body["notification_groups"])
    else:
        items = body if isinstance(body, list) else []
        page = notices_from_page(_raws(*items), LOOK, "1")
        count = len(items)
    assert len(page.notices) == count
    assert page.unreadable == 0


async def test_markers_only_go_forward() -> None:
    """Who has read further elsewhere stays there; a quicker device is followed."""
    async with desk() as here:
        here.say("GET", MARKERS, Answer({"notifications": {"last_read_id": "100"}}))
        service = here.service()
        assert await service.mark_notices_read(ReadMark(place="99")) == ReadMark(place="100")
        assert not here.sent(MARKERS)
    async with desk() as here:
        here.say(
            "GET",
            MARKERS,
            Answer({}),
            Answer({"notifications": {"last_read_id": "200"}}),
        )
        here.say("POST", MARKERS, error("Conflict during update", 409))
        assert await here.service().mark_notices_read(ReadMark(place="150")) == ReadMark(
            place="200"
        )


async def test_a_marker_is_told_and_may_be_missing() -> None:
    """Servers without markers keep nothing."""
    async with desk() as here:
        here.say("GET", MARKERS, Answer({"home": {"last_read_id": "3"}}))
        here.say("POST", MARKERS, Answer({"notifications": {"last_read_id": "12"}}))
        at = datetime(2026, 11, 20, tzinfo=UTC)
        mark = await here.service().mark_notices_read(ReadMark(at=at, place="12"))
        assert mark == ReadMark(place="12")
        [sent] = [one for one in here.asked if one.method == "POST"]
        assert b"last_read_id" in (sent.body or b"")
    async with desk() as here:
        here.say("GET", MARKERS, GONE)
        assert await here.service().notices_read() is None


async def test_requests_are_answered_by_the_servers_own_id() -> None:
    """Let in, or not."""
    async with desk() as here:
        here.say("POST", f"{FOLLOW_REQUESTS}/7/authorize", Answer({"id": "7"}))
        here.say("POST", f"{FOLLOW_REQUESTS}/7/reject", Answer({"id": "7"}))
        service = here.service()
        service._profile_ids.learn("https://far.example/users/yael", "7")
        await service.answer_request("https://far.example/users/yael", accept=True)
        await service.answer_request("https://far.example/users/yael", accept=False)
        assert [one.path.rpartition("/")[2] for one in here.asked] == ["authorize", "reject"]


async def test_the_gate_shows_the_rules_that_the_server_knows() -> None:
    """And changes those that are meant."""
    policy = {"for_not_following": "accept", "for_bots": "drop", "summary": None}
    async with desk() as here:
        here.say("GET", POLICY, Answer(policy))
        here.say("PATCH", POLICY, Answer(policy | {"for_not_following": "filter"}))
        service = here.service()
        gate = await service.gate()
        assert {rule.key: rule.choice for rule in gate.rules} == {
            "for_not_following": "accept",
            "for_bots": "drop",
        }
        changed = await service.change_gate({"for_not_following": "filter"})
        assert changed.rules[0].choice == "filter"
        with pytest.raises(Refused):
            await service.change_gate({"for_cats": "drop"})
    async with desk() as here:
        here.say("GET", POLICY, GONE)
        here.say("GET", REQUESTS, GONE)
        with pytest.raises(Unsupported):
            await here.service().gate()
        with pytest.raises(Unsupported):
            await here.service().set_aside()


async def test_people_who_were_set_aside_are_let_in_or_turned_away() -> None:
    """Twice is once; one that cannot be read hides no other."""
    waiting = {
        "id": "5",
        "updated_at": "2026-11-20T09:00:00Z",
        "notifications_count": "3",
        "account": account("bo"),
        "last_status": status(7),
    }
    async with desk() as here:
        here.say("GET", REQUESTS, Answer([{"id": "4"}, waiting]))
        here.say("POST", f"{REQUESTS}/5/accept", Answer({}), GONE)
        here.say("POST", f"{REQUESTS}/5/dismiss", Answer({}))
        service = here.service()
        [one] = await service.set_aside()
        assert (one.id, one.many, one.text, one.who.name) == ("5", 3, "Hello", "Bo")
        await service.let_in(["5"])
        await service.let_in(["5"])
        await service.turn_away(["5"])


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])
async def test_a_time_that_utc_cannot_say_costs_no_other_notification(at: str) -> None:
    """Neither among notifications nor among those that were set aside."""
    page = notices_from_page(_raws(told(1, "follow", created_at=at), told(2, "follow")), LOOK, "1")
    assert [one.key for one in page.notices] == ["2"]
    assert page.unreadable == 1
    async with desk() as here:
        waiting = {"id": "5", "updated_at": at, "account": account("bo")}
        here.say("GET", REQUESTS, Answer([waiting]))
        [one] = await here.service().set_aside()
        assert 2000 < one.at.year < 3000


async def test_counts_that_no_server_can_have_do_not_overflow_the_store() -> None:
    """They are kept in 64 bits; and Python itself reads no number of 5000 digits."""
    around = read_around(_raws(account("bo")), [])
    page = notices_from_groups(
        _raws(group(1, "follow", notifications_count=10**30)), around, LOOK, "1"
    )
    assert 0 < page.notices[0].many < 2**63
    async with desk() as here:
        waiting = {"id": "5", "notifications_count": "9" * 5000, "account": account("bo")}
        here.say("GET", REQUESTS, Answer([waiting]))
        [one] = await here.service().set_aside()
        assert one.many == 1
