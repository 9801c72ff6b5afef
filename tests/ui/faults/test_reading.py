"""People and conversations that are meant to hurt, read in the open window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.feed.rows import Card
from app.model import Profile
from app.ui.theme.look import Look
from app.ui.widgets.words import Words
from tests.contract.mastodon_server import timeline
from tests.contract.streaming import StreamingServer
from tests.ui.faults.hostile_stage import FarServer, Stage, in_window
from tests.ui.faults.test_stream import BIDI, emojis, nested
from tests.waiting import until

pytestmark = pytest.mark.timeout(150)

POSTS = timeline("http://a.example", 60)
FAR = "https://far.example/users/eve"
MANY = 3_000


def eve(**more: Any) -> dict[str, Any]:
    """Somebody far away."""
    plain = {"id": "77", "username": "eve", "acct": "eve@far.example", "uri": FAR, "url": FAR}
    return {**plain, "display_name": "Eve", "fields": [], "note": "<p>Hello</p>", **more}


EVIL = eve(
    display_name=(BIDI + ":e1: " + "W" * 10_000)[:20_000],
    emojis=emojis(5_000),
    note="<p>Read me</p>" + nested("<blockquote><b>", "</b></blockquote>", 5_000),
    fields=[{"name": BIDI * 100, "value": "<i></i>" * 200}] * 60,
    followers_count=2**70,
    following_count=-5,
    statuses_count="many",
    created_at="0000-00-00T00:00:00Z",
    header="javascript:alert(1)",
    **{f"f{number}": {"a": [number]} for number in range(5_000)},
)


class Evil(StreamingServer):
    """Knows one person, and conversations."""

    def __init__(self, context: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.context = context

    def tell(self, path: str, query: dict[str, str]) -> Any:
        if path == "/api/v1/accounts/verify_credentials":
            return POSTS[20]["account"]
        if path == "/api/v2/search" and query.get("q") == FAR:
            return {"accounts": [EVIL], "statuses": []}
        if path == "/api/v1/accounts/relationships":
            return [{"id": "77", "following": "maybe"}]
        if path == "/api/v1/accounts/77":
            return EVIL
        if path == "/api/v1/accounts/77/statuses":
            return [post | {"account": EVIL} for post in POSTS[20:24]]
        if path.endswith("/context"):
            return self.context
        if path.startswith("/api/v1/statuses/"):
            number = path.rpartition("/")[2]
            return next((post for post in self.home if post["id"] == number), None)
        return super().tell(path, query)


def test_a_profile_that_is_meant_to_hurt(qapp: QApplication, look: Look, tmp_path: Path) -> None:
    """Ten thousand fields, a name without end, five thousand emoji: somebody, still."""

    async def scenario(stage: Stage, far: FarServer) -> None:
        live = stage.live
        live.open_person(Profile(f"{FAR}/first", "first@far.example"), "mastodon")
        await until(lambda: live.persons.page and live.persons.page.isVisible())
        with stage.answerable("a profile"):
            live.open_person(Profile(FAR, "eve@far.example"), "mastodon")
            page = await until(lambda: live.persons.page)
            await until(
                lambda: "Read me" in repr(live.persons._human),
                "nothing is told of them",
                seconds=20,
            )
            stage.front.window.repaint()
        said = " ".join(one.text() for one in page.findChildren(Words))
        assert "eve@far.example" in said
        liars = [word for word in said.split() if set(word) & set("\u202d\u202e")]
        assert liars == []

    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60], server=Evil())


def answer(number: int, to: int | str | None) -> dict[str, Any]:
    """Number *number*, which answers number *to*."""
    address = f"https://a.example/r/{number}"
    made = POSTS[30] | {"id": str(70_000 + number), "uri": address, "url": address}
    parent = str(70_000 + to) if isinstance(to, int) else to
    made |= {"content": f"<p>Answer {number}.</p>", "in_reply_to_id": parent}
    return made | {"created_at": f"2026-11-25T12:{number // 60 % 60:02}:{number % 60:02}.000Z"}


def conversation(focus: str) -> dict[str, Any]:
    """A long one with a hole in its middle, two that answer each other, and one itself."""
    replies = [answer(0, focus)]
    replies += [answer(n, focus if n % 9 else n // 2) for n in range(1, MANY + 99) if n != 36]
    replies += [answer(9_001, 9_002), answer(9_002, 9_001), answer(9_003, 9_003)]
    return {"ancestors": [answer(9_004, 9_001), None, 17], "descendants": replies}


def test_a_conversation_that_is_meant_to_hurt(
    qapp: QApplication, look: Look, tmp_path: Path
) -> None:
    """Three thousand answers, circles, one deleted in the middle: read, scrolled, and left."""
    focus = POSTS[21]["id"]

    async def scenario(stage: Stage, far: FarServer) -> None:
        opened = stage.live.timeline.opened
        assert opened is not None
        cards = (opened.row(index) for index in range(12))
        card = next(
            row for row in cards if isinstance(row, Card) and row.post.uri == POSTS[21]["uri"]
        )
        threads = stage.live.threads
        with stage.answerable("a conversation"):
            threads.open(card)
            presenter = threads.current
            assert presenter is not None
            view = presenter.pane.view

            def rows() -> int:
                return len(view.shelf.source or ())

            await until(lambda: rows() > MANY, f"{rows()} rows", seconds=20)
            view.go_end()
            view.viewport().repaint()
            await until(lambda: view.visible_rows())
            presenter.pane.window().repaint()

    server = Evil(conversation(focus))
    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60], server=server)
