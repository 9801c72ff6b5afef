"""Whatever a server answers: what comes out are values or errors of the world, never a bug."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app.model.acts import Reaction, Report
from app.model.draft import Attachment
from app.model.errors import ServiceError
from app.model.sending import Published
from app.protocols.mastodon.service import MastodonService
from tests.contract.server import Answer, Asking
from tests.unit.protocols.mastodon.desk import Desk, desk, says

JUNK = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"17",
    b'"text"',
    b"<!doctype html>",
    b"\xff\xfe\x00",
    b"[" * 50_000,
    b'{"id": 17, "uri": "x", "account": 17, "poll": [], "media_attachments": [null]}',
    b'{"id": "1", "uri": "https://x/1", "account": {}, "created_at": "yesterday"}',
    b'{"id": "1", "uri": "https://x/1", "created_at": "0001-01-01T00:00:00-23:59"}',
    b'{"ancestors": 1, "descendants": {"a": []}, "statuses": [[], null], "accounts": "x"}',
    b'[null, 17, "x", {}, {"id": {}}, {"id": "1", "account": null, "scheduled_at": 9}]',
    b'{"configuration": {"statuses": {"max_characters": "many"}, "polls": 17}, "title": []}',
    b'{"id": "1", "scheduled_at": "0001-01-01T00:00:00+23:59", "params": []}',
    b'{"interaction_policy": {"can_reply": {"always": [1]}}, "id": "\\ud800", "uri": "\\u0000"}',
]
PICTURE = Attachment(id="a", kind="image", mime="image/png", size=9, name="sea.png")
CALLS: dict[str, Callable[[Desk, MastodonService, Path], Awaitable[object]]] = {
    "limits": lambda d, s, f: s.limits(),
    "upload": lambda d, s, f: s.upload(PICTURE, f),
    "publish": lambda d, s, f: s.publish([d.ready(s, "x")]),
    "publish answer": lambda d, s, f: s.publish([d.ready(s, says("x", reply_to="https://y/1"))]),
    "publish later": lambda d, s, f: s.publish(
        [d.ready(s, says("x", send_at=d.clock() + timedelta(days=1)))]
    ),
    "look": lambda d, s, f: s.look([d.ready(s, "x")]),
    "look private": lambda d, s, f: s.look([d.ready(s, says("x", visibility="direct"))]),
    "look later": lambda d, s, f: s.look(
        [d.ready(s, says("x", send_at=d.clock() + timedelta(days=1)))]
    ),
    "edit": lambda d, s, f: s.edit(Published("https://y/1", ref="1"), says("y"), {}),
    "delete": lambda d, s, f: s.delete(Published("https://y/1")),
    "cancel": lambda d, s, f: s.delete(Published("", ref="scheduled:1@x")),
    "like": lambda d, s, f: s.react(Reaction(act="like", uri="https://y/1", ref="1")),
    "pin": lambda d, s, f: s.react(Reaction(act="pin", uri="https://y/1")),
    "vote": lambda d, s, f: s.react(Reaction(act="vote", uri="https://y/1", ref="1", votes=(1,))),
    "follow": lambda d, s, f: s.relate("follow", "https://y/u"),
    "relation": lambda d, s, f: s.relation("https://y/u"),
    "report": lambda d, s, f: s.report(Report(profile="https://y/u", posts=("https://y/1",))),
    "thread": lambda d, s, f: s.thread("https://y/1"),
    "find": lambda d, s, f: s.find("https://y/1"),
    "find_profile": lambda d, s, f: s.find_profile("@a@y"),
    "search_profiles": lambda d, s, f: s.search_profiles("a"),
    "own_posts": lambda d, s, f: s.own_posts(),
}


@pytest.mark.parametrize("call", CALLS)
async def test_junk_is_never_a_bug(call: str, tmp_path: Path) -> None:
    """To every question of a call, and to all but the first ones."""
    file = tmp_path / "sea.png"
    file.write_bytes(b"\x89PNG")
    async with desk() as here:
        for junk in JUNK:
            for good in (0, 1, 2):
                here.instead[:] = [_after(good, Answer(junk))]
                service = here.service()
                service._post_ids.learn("https://y/1", "1")
                try:
                    await CALLS[call](here, service, file)
                except ServiceError as error:
                    assert error.message
                    assert error.next_step


def _after(good: int, answer: Answer) -> Callable[[Asking], Answer | None]:
    left = good

    def respond(asking: Asking) -> Answer | None:
        nonlocal left
        left -= 1
        return None if left >= 0 else answer

    return respond
