"""
Answer bytes → model values, per Mastodon post, HTML included: ``make bench``, budget 60 µs.

The reference, in the same run, is msgspec's untyped decode of the same bytes:
what any reader pays before it knows a single field. For the choice of an own
tokenizer, selectolax only parses and walks the same HTML, doing nothing yet.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from app.protocols.mastodon import wire  # noqa: E402
from app.protocols.mastodon.convert import Viewpoint  # noqa: E402
from app.protocols.mastodon.page import read_page  # noqa: E402
from app.protocols.mastodon.text import rich_text  # noqa: E402
from tests.outside import OUTSIDE  # noqa: E402

ROUNDS = 200
POSTS = 40
LOOK = Viewpoint(server="s.example", domain="s.example", now=datetime.now(UTC))

WORDS = (
    "The godwits left the mudflats at dusk &amp; nobody saw them go, they&#39;re already far over "
    "the open sea by now, and the wind has turned to the north again. "
)
MENTION = (
    '<span class="h-card" translate="no"><a href="https://far.example/@bo" class="u-url mention">'
    "@<span>bo</span></a></span>"
)
LINK = (
    '<a href="https://news.example/2026/11/20/where-the-birds-go" target="_blank" rel="nofollow '
    'noopener" translate="no"><span class="invisible">https://</span><span class="ellipsis">'
    'news.example/2026/11/20/where-</span><span class="invisible">the-birds-go</span></a>'
)
TAG = '<a href="https://s.example/tags/birds" class="mention hashtag" rel="tag">#<span>birds</span></a>'
BUSY = f"<p>{MENTION} {WORDS}</p><p>{WORDS}<br />{LINK} :crab: {TAG}</p>"
TEXTS = (
    BUSY,
    f"<p>{MENTION} {WORDS}{WORDS}</p>",
    f"<p>{WORDS}{WORDS}</p><p>{WORDS}</p>",
    f"<p>{WORDS} {LINK} {TAG} {TAG}</p>",
    f"<p>{WORDS}{WORDS}<br />{WORDS}</p><p>:crab: {WORDS} {TAG}</p>",
)
"""About 600 characters on average, as the page had that the budget was made from."""


def account(number: int) -> dict[str, Any]:
    name = f"person{number}"
    page = f"https://far{number % 7}.example/@{name}"
    return {
        "id": str(10**17 + number),
        "username": name,
        "acct": f"{name}@far{number % 7}.example",
        "display_name": f"Person {number} :crab:",
        "note": f"<p>{WORDS}</p>",
        "url": page,
        "uri": f"https://far{number % 7}.example/users/{name}",
        **dict.fromkeys(("avatar", "avatar_static", "header", "header_static"), f"{page}/p.png"),
        **dict.fromkeys(("followers_count", "following_count", "statuses_count"), 1234),
        **dict.fromkeys(("locked", "bot", "discoverable", "group", "noindex"), False),
        "created_at": "2020-01-01T00:00:00.000Z",
        "emojis": [{"shortcode": "crab", "url": f"{page}/c.png", "static_url": f"{page}/c.png"}],
        "fields": [
            {"name": "Site", "value": "<a href='https://x.example'>x</a>", "verified_at": None}
        ]
        * 3,
    }


def status(number: int, **changed: Any) -> dict[str, Any]:
    who = account(number % 25)
    return {
        "id": str(10**17 + number),
        "uri": f"{who['uri']}/statuses/{number}",
        "url": f"{who['url']}/{number}",
        "created_at": "2026-11-20T10:00:00.000Z",
        "edited_at": None,
        "account": who,
        "content": TEXTS[number % len(TEXTS)],
        "spoiler_text": "birds" if number % 8 == 0 else "",
        "sensitive": number % 8 == 0,
        "visibility": "public",
        "language": "en",
        "in_reply_to_id": "5" if number % 3 == 0 else None,
        "in_reply_to_account_id": "7" if number % 3 == 0 else None,
        **dict.fromkeys(("replies_count", "reblogs_count", "favourites_count", "quotes_count"), 3),
        **dict.fromkeys(("favourited", "reblogged", "bookmarked", "muted"), False),
        "mentions": [
            {
                "id": "7",
                "username": "bo",
                "acct": "bo@far.example",
                "url": "https://far.example/@bo",
            }
        ],
        "tags": [{"name": "birds", "url": "https://s.example/tags/birds"}],
        "emojis": [
            {
                "shortcode": "crab",
                "url": "https://s.example/c.png",
                "static_url": "https://s.example/c.png",
            }
        ],
        "media_attachments": [MEDIA] * (number % 3),
        "card": CARD if number % 4 == 0 else None,
        "poll": None,
        "quote": None,
        "filtered": [],
        "reblog": None,
        **changed,
    }


MEDIA = {
    "id": "1",
    "type": "image",
    **dict.fromkeys(
        ("url", "preview_url", "remote_url"),
        "https://s.example/media/original/0123456789abcdef.png",
    ),
    "description": "A flock of godwits over a grey sea, seen from below",
    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
    "meta": {
        key: {"width": 1920, "height": 1280, "size": "1920x1280", "aspect": 1.5}
        for key in ("original", "small")
    },
}
CARD = {
    "url": "https://news.example/2026/11/20/where-the-birds-go",
    "title": "Where the birds go",
    "description": WORDS,
    "type": "link",
    "image": "https://s.example/cards/1.png",
    "authors": [{"name": "Nia", "url": "", "account": None}],
}


def seeded_page() -> bytes:
    """A page as busy as a real one: every fifth a repost, pictures, cards, mentions."""
    return json.dumps(
        [
            status(n, content="", reblog=status(n + 1000)) if n % 5 == 0 else status(n)
            for n in range(POSTS)
        ]
    ).encode()


def recorded_page(folder: Path) -> bytes:
    """Every home timeline answer recorded from real servers, as one page."""
    items: list[Any] = []
    for path in sorted(folder.rglob("GET_v1_timelines_home*.json")):
        body = json.loads(path.read_text("utf-8"))["body"]
        items += body if isinstance(body, list) else []
    return json.dumps(items).encode()


def best_of(work: Callable[[], object]) -> float:
    """Seconds of the quickest of many rounds: the least disturbed one."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
    return best


def measure(name: str, body: bytes) -> None:
    count = len(wire.split_page(body, "s"))
    untyped = best_of(lambda: msgspec.json.decode(body)) / count * 1e6
    typed = best_of(lambda: [wire.read_status(i) for i in wire.split_page(body, "s")]) / count * 1e6
    ours = best_of(lambda: read_page(body, LOOK)) / count * 1e6
    print(f"{name}: {count} posts of {len(body) / count / 1000:.1f} KB")
    print(f"  untyped decode (reference) {untyped:6.1f} µs/post")
    print(f"  typed structs              {typed:6.1f} µs/post")
    print(f"  bytes → model              {ours:6.1f} µs/post, {ours / untyped:.1f} × reference")


def measure_html() -> None:
    from selectolax.lexbor import LexborHTMLParser

    def walk() -> None:
        for node in LexborHTMLParser(BUSY).root.traverse(include_text=True):
            if node.tag == "a":
                node.attributes
            elif node.tag == "-text":
                node.text_content

    ours = best_of(lambda: rich_text(BUSY)) * 1e6
    print(f"HTML of {len(BUSY)} characters with 3 links")
    print(f"  text and spans             {ours:6.1f} µs")
    print(f"  selectolax, walked only    {best_of(walk) * 1e6:6.1f} µs")


def main() -> None:
    print(f"HTML of {sum(map(len, TEXTS)) / len(TEXTS):.0f} characters on average")
    measure("seeded page", seeded_page())
    if OUTSIDE is not None:
        measure("recorded pages", recorded_page(OUTSIDE / "recordings/mastodon"))
    measure_html()


if __name__ == "__main__":
    main()
