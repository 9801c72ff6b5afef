"""Old posts: saved before the Move, and put in quietly where a server can."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.portability.activitypub.activities import PUBLIC
from app.portability.activitypub.steps_posts import why_not
from tests.unit.portability.activitypub.house import SURE, Mover, asked, mover, state
from tests.unit.portability.activitypub.test_archive import post

YES = SURE | {"posts": "yes"}


def wrote(here: Mover) -> None:
    """A thread, a picture, and all that must never be put in."""
    old = here.old
    picture = {
        "type": "image",
        "url": f"{old.origin}/pictures/media_attachments/files/1/original/a.png",
        "description": "A pier",
    }
    bo = {"uri": "https://far.example/users/bo", "acct": "bo@far.example"}
    here.was.posts = [
        post(old, 8, in_reply_to_id="999"),
        post(old, 7, reblog={"uri": "https://far.example/1"}),
        post(old, 6, poll={"options": [{"title": "yes"}], "multiple": False}),
        post(old, 5, mentions=[bo]),
        post(old, 4, visibility="direct"),
        post(old, 3, visibility="private"),
        post(old, 2, in_reply_to_id="1", visibility="unlisted", media_attachments=[picture]),
        post(old, 1, content="<p>Low <b>water</b></p><p>again</p>", spoiler_text="Tide"),
    ]
    answered = {"id": "999", "uri": "https://far.example/users/bo/statuses/9"}
    old.before = lambda method, path: (
        f"HTTP/1.1 200 OK\r\nContent-Length: {len(json.dumps([answered]))}\r\n\r\n".encode()
        + json.dumps([answered]).encode()
        if path == "/api/v1/statuses"
        else None
    )


async def test_old_posts_are_put_in_with_their_dates(tmp_path: Path) -> None:
    """Public ones that concern nobody else; threads and pictures stay together."""
    async with mover(tmp_path, "uris", "uris") as here:
        wrote(here)
        await here.plan()
        status = await here.run(YES)

        assert status.state == "done", status.error
        second, first = here.is_now.posts
        assert (first["status"], first["spoiler_text"]) == ("Low water\n\nagain", "Tide")
        assert (first["visibility"], second["visibility"]) == ("public", "unlisted")
        assert second["in_reply_to_id"] == first["id"]
        assert second["media_ids"] == ["file-1"]
        assert here.new.files[0]["description"] == "A pier"
        assert first["scheduled_at"].startswith("2026-11-25T12:01")
        detail = next(view.detail for view in status.steps if view.id == "posts")
        assert detail.startswith("2 posts; left out: ")


async def test_what_was_pinned_is_pinned_again_where_it_was_put_in(tmp_path: Path) -> None:
    """In the same order, once; what was not put in cannot be. The plan says so."""
    async with mover(tmp_path, "uris", "uris") as here:
        wrote(here)
        here.was.pinned = ["2", "3", "1"]
        plan = await here.plan()
        [goes] = [one for one in plan.goes if one.title == "Pinned posts"]
        assert (goes.how, goes.count) == ("guided", 3)
        assert "if old posts are put in" in goes.detail
        status = await here.run(YES)

        assert status.state == "done", status.error
        second, first = here.is_now.posts
        assert here.is_now.pinned == [second["id"], first["id"]]


async def test_pins_stay_where_posts_cannot_be_put_in(tmp_path: Path) -> None:
    """Said before anything is done."""
    async with mover(tmp_path) as here:
        wrote(here)
        here.was.pinned = ["1"]
        [goes] = [one for one in (await here.plan()).goes if one.title == "Pinned posts"]

        assert goes.how == "stays"
        assert "can pin only posts that it has" in goes.detail


async def test_they_are_asked_about_and_stay_away_by_default(tmp_path: Path) -> None:
    """All of them are in the archive of the move, whatever is answered."""
    async with mover(tmp_path, "uris", "uris") as here:
        wrote(here)
        await here.plan()
        status = await here.run(until="archive")
        assert [value for value, _ in asked(status)["posts"].choices] == ["no", "yes"]
        await here.run(SURE)

        assert here.is_now.posts == []
        outbox = tmp_path / "profile/moves" / here.id / "archive/outbox.json"
        assert len(json.loads(outbox.read_text())["orderedItems"]) == 8


async def test_a_server_that_would_publish_them_as_new_gets_none(tmp_path: Path) -> None:
    """It is tried with a message to nobody, which is taken away again."""
    async with mover(tmp_path, "uris", "uris") as here:
        wrote(here)
        here.new.backdates = False
        await here.plan()
        status = await here.run(YES)

        assert (status.state, state(status, "posts")) == ("done", "done")
        assert here.is_now.posts == []
        assert here.new.count("POST", "/api/v1/statuses") == 1
        assert "would publish old posts as new ones" in here.said()


async def test_what_was_put_in_before_a_kill_is_not_put_in_twice(tmp_path: Path) -> None:
    """It is found by its date."""
    async with mover(tmp_path, "uris", "uris") as here:
        wrote(here)
        await here.plan()
        await here.run(YES, until="bookmarks")
        when = datetime(2026, 11, 25, 12, 1, tzinfo=UTC).isoformat()
        here.is_now.posts = [{"id": "7", "uri": "x", "created_at": when}]
        await here.run(YES)

        assert [one["id"] for one in here.is_now.posts][1:] == ["7"]
        assert here.is_now.posts[0]["in_reply_to_id"] == "7"


async def test_servers_without_it_are_not_asked(tmp_path: Path) -> None:
    """No question, no try; the posts are saved all the same."""
    async with mover(tmp_path) as here:
        wrote(here)
        here.is_now.aliases.append(here.old.uri("ana"))
        await here.plan()
        status = await here.run(until="bookmarks")

        assert state(status, "bookmarks") == "done", status.error
        assert here.new.count("POST", "/api/v1/statuses") == 0


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"to": ["https://h.example/users/ana/followers"]}, "private"),
        ({"to": PUBLIC}, ""),
        ({"object": "https://far.example/1"}, "boost"),
        ({"object": {"type": "Question"}}, "poll"),
        ({"object": {"oneOf": [{"name": "x"}]}}, "poll"),
        ({"object": {"tag": [{"type": "Mention", "name": "@bo"}]}}, "mention"),
        ({"object": {"inReplyTo": "https://h.example/users/anabel/statuses/1"}}, "answer"),
        ({"object": {"inReplyTo": "https://h.example/users/ana/statuses/1"}}, ""),
        ({"to": 3, "cc": None}, "private"),
    ],
)
def test_what_concerns_others_is_never_put_in(more: dict[str, Any], why: str) -> None:
    """Whatever else is odd about it."""
    activity: dict[str, Any] = {"to": [PUBLIC], "object": {}} | more
    if isinstance(activity["object"], dict):
        activity["object"] = {"attributedTo": "https://h.example/users/ana"} | activity["object"]

    assert why_not(activity) == why
