"""A live line that brings garbage: what is good stands in the window, which answers all the time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.model.timeline import ALL
from app.protocols.net.lasting import Lasting
from app.ui.theme.look import Look
from tests.contract.mastodon_server import timeline
from tests.ui.faults.hostile_stage import FarServer, Stage, in_window
from tests.unit.protocols.mastodon.test_streaming import message
from tests.waiting import until

pytestmark = pytest.mark.timeout(150)

POSTS = timeline("http://a.example", 60)
LINE = 900_000
"""Bytes: as long as a message may be."""
BIDI = "\u202e\u2066evil\u200b\u200f\u061c"


def plain(number: int, **more: Any) -> dict[str, Any]:
    """A post that says its number."""
    address = f"https://a.example/p/{number}"
    made = POSTS[30] | {"id": str(90_000 + number), "uri": address, "url": address}
    at = f"2026-11-25T12:{number // 60:02}:{number % 60:02}.000Z"
    return made | {"content": f"<p>Good {number}.</p>", "created_at": at} | more


def fill(unit: str) -> str:
    """So many that it is just no message too long."""
    return unit * (LINE // len(unit.encode()))


def nested(unit: str, end: str, depth: int = 100_000) -> str:
    """Deeper than any reader's stack."""
    return unit * depth + end * depth


def emojis(count: int) -> list[dict[str, str]]:
    """Custom ones, each with a picture of its own."""
    return [{"shortcode": f"e{n}", "url": f"https://x.example/{n}.png"} for n in range(count)]


HURTING: dict[str, dict[str, Any]] = {
    "tags in tags": {"content": fill("<b>")},
    "quotes in quotes": {"content": nested("<blockquote>", "</blockquote>", 20_000)},
    "lists": {"content": fill("<ul><li>x")},
    "links": {"content": fill("<a href='https://x.example/y'>z</a> ")},
    "half tags": {"content": fill("<a href='")},
    "less than": {"content": fill("<")},
    "entities": {"content": fill("&amp;#60;")},
    "a word": {"content": fill("W")},
    "marks": {"content": "Z" + "\u0301" * 100_000},
    "words": {"content": fill("wort ")},
    "breaks": {"content": fill("<br>")},
    "paragraphs": {"content": fill("<p>a</p>")},
    "emoji": {"content": ":e1::e2:" * 20_000, "emojis": emojis(5_000)},
    "a name of emoji": {
        "account": POSTS[30]["account"]
        | {"display_name": ":e1: " * 2_000 + BIDI, "emojis": emojis(5_000)}
    },
    "a long name": {"account": POSTS[30]["account"] | {"display_name": BIDI * 10_000}},
    "fields": {f"f{n}": n for n in range(40_000)},
    "a warning": {"spoiler_text": "W" * 100_000, "sensitive": True},
    "pictures": {
        "media_attachments": [
            {"id": str(n), "type": "image", "url": f"https://x.example/{n}.png", "description": "x"}
            for n in range(5_000)
        ]
    },
    "mentions": {
        "content": "<a href='https://x.example/@a9' class='mention'>@a</a> " * 9_000,
        "mentions": [
            {"id": str(n), "username": "a", "acct": f"a{n}@x.example", "url": f"https://x.example/@a{n}"}
            for n in range(4_000)
        ],
    },
    "options": {
        "poll": {"id": "1", "options": [{"title": "o" * 90, "votes_count": 1}] * 6_000, "votes_count": 9}
    },
    "half characters": {"content": "\ud83d" * 50_000},
}  # fmt: skip
"""Posts that are meant to hurt, each in one message."""

JUNK: dict[str, str | bytes] = {
    "no JSON": "?" * 10_000,
    "bytes": bytes(range(256)) * 1_000,
    "other types": '{"event": 17, "payload": [], "stream": {"a": 1}}',
    "no event": '{"payload": "x"}',
    "brackets": nested("[", "]"),
    "objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "brackets within": '{"event": "update", "payload": ' + nested("[", "]") + "}",
    "brackets as text": message("update", nested("[", "]")),
    "a number": message("update", "9" * 100_000),
    "no number": '{"event": "update", "payload": NaN}',
    "nothing": '{"event": "delete", "payload": null}',
    "a long name": message("x" * 500_000),
}
"""Messages that are none."""


def test_garbage_on_the_line(qapp: QApplication, look: Look, tmp_path: Path) -> None:
    """Whatever else comes, what is good comes, too; nothing takes the window 50 ms."""

    async def scenario(stage: Stage, far: FarServer) -> None:
        with stage.answerable():
            for number, junk in enumerate(JUNK.values()):
                await far.say(junk, message("update", plain(number)))
                await stage.shows(f"Good {number}.")
        assert stage.house.live.state(stage.account).kind == "live"

    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60])


def test_posts_that_are_meant_to_hurt(qapp: QApplication, look: Look, tmp_path: Path) -> None:
    """At the top, where they are looked at: each stands there, and the next one above it."""

    async def scenario(stage: Stage, far: FarServer) -> None:
        for number, (name, hurting) in enumerate(HURTING.items()):
            with stage.answerable(name):
                await far.say(message("update", plain(2 * number, **hurting)))
                await far.say(message("update", plain(2 * number + 1)))
                await stage.shows(f"Good {2 * number + 1}.")

    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60])


STORMS = {
    "pings": b"\x89\x00" * 200_000,
    "pongs": b"\x8a\x00" * 200_000,
    "empty messages": b"\x81\x00" * 30,
    "a message in nothing": b"\x01\x00" + b"\x00\x00" * 200_000 + b"\x80\x00",
    "a message letter by letter": b"\x01\x00" + b"\x00\x01x" * 150_000 + b"\x80\x00",
}
"""Frames so small that there are many of them."""


def test_storms_of_small_frames(qapp: QApplication, look: Look, tmp_path: Path) -> None:
    """They are gone through in pieces, and what comes after them is heard."""

    async def scenario(stage: Stage, far: FarServer) -> None:
        for number, (name, storm) in enumerate(STORMS.items()):
            with stage.answerable(name):
                await far.raw(storm)
                await far.say(message("update", plain(number)))
                await stage.shows(f"Good {number}.")

    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60])


ENDING = {
    "noise": b"\xff" * 100_000,
    "a giant frame": b"\x81\x7f" + (1 << 40).to_bytes(8, "big"),
    "a masked frame": b"\x81\x85\0\0\0\0hello",
    "a reserved bit": b"\xf1\x00",
    "half a frame": b"\x81\x7e\xff\xff" + b"x" * 70_000,
    "a ping too long": b"\x89\x7e\x01\x00" + b"x" * 256,
}
"""What no line survives."""


def test_a_line_that_breaks_is_mended(qapp: QApplication, look: Look, tmp_path: Path) -> None:
    """What came meanwhile is read from a page; nothing is missing, and the window answers."""

    async def scenario(stage: Stage, far: FarServer) -> None:
        with stage.answerable():
            for number, (name, junk) in enumerate(ENDING.items()):
                before = len(far.server.heard)
                far.server.home = [plain(number), *far.server.home]
                await far.raw(junk)
                await until(
                    lambda before=before: len(far.server.heard) > before,  # type: ignore[misc]
                    f"{name} does not end the line",
                    seconds=20,
                )
                await stage.is_live()
                await stage.shows(f"Good {number}.")

    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60])


def test_a_line_that_is_only_half_there(
    qapp: QApplication, look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has hung up, and nobody answers: found out by asking; what was missed is fetched."""
    patience = 0.4
    monkeypatch.setitem(Lasting.socket.__wrapped__.__kwdefaults__, "silence", patience)  # type: ignore[attr-defined]
    missed = [plain(number) for number in range(65)]

    async def scenario(stage: Stage, far: FarServer) -> None:
        async def fall_silent() -> None:
            assert far.server.socket is not None
            far.server.socket.transport.pause_reading()

        with stage.answerable():
            await far.do(fall_silent())
            far.server.home = [*reversed(missed), *far.server.home]
            await until(lambda: len(far.server.heard) == 2, "nobody notices", seconds=10)
            await stage.is_live()
            await stage.shows("Good 64.")
        reader = stage.house.store.reader
        await until(lambda: len(reader.keys(ALL, limit=500)) == 65 + 40, "a hole", seconds=20)

    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60])


def test_a_page_that_is_meant_to_hurt(qapp: QApplication, look: Look, tmp_path: Path) -> None:
    """All of it at once, as large as a page may be, scrolled through from top to bottom."""
    hurting = {name: some for name, some in HURTING.items() if name != "fields"}
    page = [
        plain(100 + number, **{name: _cut(value) for name, value in some.items()})
        for number, some in enumerate(hurting.values())
    ]

    async def scenario(stage: Stage, far: FarServer) -> None:
        before = stage.rows
        far.server.home = [plain(999), *reversed(page), *far.server.home]
        with stage.answerable("a page"):
            await stage.house.sync.run()
            await until(lambda: stage.rows >= before + len(page), f"{stage.rows} rows", seconds=20)
            await stage.shows("Good 999.")
            for _ in range(30):
                stage.front.view.scroll_by(600)
                stage.front.view.viewport().repaint()
                await asyncio.sleep(0)
        assert stage.house.accounts.state(stage.account).kind == "ready"

    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60])


def _cut(value: Any) -> Any:
    return value[:250_000] if isinstance(value, str) else value
