"""
Records made to hurt, as bytes, one page after the other.

Three ways to make them: by hand (each a known trick), by putting nothing or
something of another type into every single field of a record that has
everything, and from the list of hostile HTML beside the project.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from tests.contract import bluesky_server, mastodon_server
from tests.outside import OUTSIDE

Json = dict[str, Any]
Path = tuple[str | int, ...]

BIDI = "\u202e\u2066\u202d\u2069\u202cevil\u200f\u061c"
LONG = "W" * 200_000
MARKS = "Z" + "\u0301\u0489" * 5_000
JUNK: tuple[Any, ...] = (None, -17, 1.5, "a\0b\ud800", [None], {"$type": "x#y"}, 2**70)
"""What is put into every field."""

RAW = {
    "not a number": b"NaN",
    "infinite": b"-Infinity",
    "beyond floats": b"1e400",
    "a thousand digits": b"9" * 1_000,
    "half a character": b'"\\ud83d"',
    "the other half": b'"\\ude00\\ud83d"',
    "no UTF-8": b'"\xff\xfe\xc3("',
    "brackets": b"[" * 5_000 + b"]" * 5_000,
    "a bad escape": b'"\\x41"',
    "a control character": b'"\x07\x1b[2J"',
}
"""Values that JSON has not, or should not have: put in as they stand."""

TIMES = (
    "0000-00-00T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "+275760-09-13T00:00:00Z",
    "-271821-04-20T00:00:00Z",
    "2026-02-30T25:61:61Z",
    "2026-11-20T12:00:00+99:99",
    "2026-11-20T12:00:00-23:59",
    "2016-12-31T23:59:60Z",
    "2026-W47-5",
    "1e400",
    "yesterday",
    "٢٠٢٦-١١-٢٠T12:00:00Z",
)

HTML = {
    "deep": "<blockquote>" * 10_000 + "deep" + "</blockquote>" * 10_000,
    "unclosed": "<b><i><u><a href='https://x.example'>" * 3_000 + "unclosed",
    "lists": "<ul><li>" * 4_000 + "lists",
    "tables": "<table><tr><td>" * 100 + "tables" + "</td></tr></table>" * 100,
    "word": f"<p>{LONG}</p>",
    "marks": f"<p>{MARKS}</p>",
    "bidi": f"<p>{BIDI} <a href='https://evil.example/'>{BIDI}bank</a></p>",
    "links": "<a href='https://x.example/'>y</a> " * 10_000,
    "entities": "&#x110000;&#xd800;&#0;&#99999999999;&bogus;&amp;amp;lt;script>",
    "half tag": "<p>before <a href='https://x.example",
    "attributes": "<a " + "x='y' " * 20_000 + "href='https://x.example/'>t</a>",
    "emoji": ":rope:" * 20_000,
    "breaks": "<br>" * 50_000 + "end",
    "doctype": "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><p>&b;</p>",
    "parts": "</p></div></body></html>\0<p>\0</p>",
}


def addresses(folder: str, origin: str) -> tuple[str, ...]:
    """
    What no card may make us open.

    Args:
        folder: Holds ``canary.png``, and is watched.
        origin: A server here, which is watched, too.
    """
    return (
        f"file://{folder}/canary.png",
        f"{folder}/canary.png",
        "canary.png",
        f"file:{folder}/canary.png",
        f"//127.0.0.1{folder}/canary.png",
        f"qrc:{folder}/canary.png",
        ":/canary.png",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:text/html,<script>alert(1)</script>",
        "https://user:canary@evil.example/",
        f"{origin}/canary",
        "http://[::1]/canary",
        "http://169.254.169.254/latest/meta-data/",
        "https://xn--a.example/",
        "https://" + "a" * 70_000 + ".example/",
        "ftp://evil.example/canary",
        "smb://evil.example/canary",
        "vbscript:msgbox",
        "HTTPS:evil.example",
        "https:///nohost",
        "\u202ehttps://evil.example/",
        "https://evil.example/\u202egnp.exe",
    )


# --------------------------------------------------------- records that have it all


def full_status(origin: str, number: int) -> Json:
    """One status with everything that a status can have."""
    found: Json = {}
    for one in mastodon_server.timeline(origin, 40)[3:13]:
        found |= {key: value for key, value in one.items() if value not in (None, [], "")}
    emoji = {"shortcode": "rope", "url": f"{origin}/rope.png", "static_url": f"{origin}/rope.png"}
    found |= {
        "id": str(500_000 - number),
        "uri": f"https://x.example/statuses/{number}",
        "url": f"https://x.example/@x/{number}",
        "content": f"<p>post {number} :rope: <a href='https://x.example/'>link</a></p>",
        "created_at": f"2026-11-{20 - number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00Z",
        "emojis": [emoji],
        "mentions": [
            {"id": "7", "username": "x", "acct": "x@x.example", "url": "https://x.example/@x"}
        ],
        "tags": [{"name": "tide", "url": "https://x.example/tags/tide"}],
        "quote_approval": {"automatic": ["public"], "current_user": "automatic"},
        "filtered": [],
        "spoiler_text": "",
        "sensitive": False,
        "visibility": "public",
    }
    found.pop("reblog", None)
    return copy.deepcopy(found)


def full_view(number: int) -> Json:
    """One feed item with everything that it can have."""
    timeline = bluesky_server.timeline(40)
    found = copy.deepcopy(timeline[10])
    post = found["post"]
    post["uri"] = f"at://{bluesky_server.DID}/app.bsky.feed.post/3hostile{number:06}"
    at = f"2026-11-{20 - number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00.000Z"
    post["indexedAt"] = post["record"]["createdAt"] = at
    post["record"] |= copy.deepcopy(timeline[9]["post"]["record"]) | {"createdAt": at}
    post["record"]["text"] += f" post {number}"
    media = copy.deepcopy(timeline[5]["post"]["embed"])
    record = copy.deepcopy(timeline[6]["post"]["embed"])
    post["embed"] = {
        "$type": "app.bsky.embed.recordWithMedia#view",
        "media": media,
        "record": record,
    }
    post["labels"] = copy.deepcopy(timeline[4]["post"]["labels"])
    post["labels"][0]["val"] = "mild"
    post["author"]["viewer"] = {"muted": False, "blockedBy": False}
    return found


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value."""
    if here:
        yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*here, key))
    elif isinstance(value, list) and value:
        yield from paths(value[0], (*here, 0))


def put(record: Json, path: Path, value: Any) -> Json:
    """*record* with *value* at *path*."""
    place: Any = record
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return record


def raw_put(record: Json, path: Path, value: bytes) -> bytes:
    """The bytes of *record* with *value*, which need not be JSON, at *path*."""
    return encoded(put(record, path, "@@here@@")).replace(b'"@@here@@"', value)


def encoded(record: Any) -> bytes:
    """JSON as a hostile server would write it: half characters as escapes."""
    return json.dumps(record).encode()


# ------------------------------------------------------------------ the records


def statuses(origin: str, folder: str) -> list[tuple[str, bytes]]:
    """All of the first kind: what it is, and its bytes."""
    made: list[tuple[str, bytes]] = []

    def fresh() -> Json:
        return full_status(origin, len(made))

    def add(name: str, record: Any) -> None:
        made.append((name, record if isinstance(record, bytes) else encoded(record)))

    for path in list(paths(full_status(origin, 0))):
        for junk in JUNK:
            add(f"{junk!r:.20} at {path}", put(fresh(), path, junk))
    for name, raw in RAW.items():
        for path in (("content",), ("replies_count",), ("account", "display_name"), ("poll",)):
            add(f"{name} at {path}", raw_put(fresh(), path, raw))
    for name, html in HTML.items():
        add(f"html {name}", put(fresh(), ("content",), html))
        add(f"warning {name}", put(fresh(), ("spoiler_text",), html))
        add(f"name {name}", put(fresh(), ("account", "display_name"), html))
    for case in hostile_html():
        add(f"html {case['id']}", put(fresh(), ("content",), case["html"]))
    for address in addresses(folder, origin):
        record = fresh()
        for path in (
            ("account", "avatar"),
            ("account", "url"),
            ("media_attachments", 0, "url"),
            ("media_attachments", 0, "preview_url"),
            ("card", "url"),
            ("card", "image"),
            ("emojis", 0, "url"),
            ("emojis", 0, "static_url"),
            ("url",),
        ):
            put(record, path, address)
        record["content"] = (
            f"<p>:rope: <a href='{address[:300]}'>here</a> <img src='{address[:300]}'></p>"
        )
        add(f"address {address[:40]}", record)
        add(f"uri {address[:40]}", put(fresh(), ("uri",), address))
    for time in TIMES:
        for field in ("created_at", "edited_at"):
            add(f"{field} {time}", put(fresh(), (field,), time))
    options = [{"title": LONG[:500] + BIDI, "votes_count": -(10**12)}] * 3_000
    add("poll", put(fresh(), ("poll", "options"), options))
    add("votes", put(fresh(), ("poll", "own_votes"), [-1, 10**9, 3]))
    add("pictures", put(fresh(), ("media_attachments",), fresh()["media_attachments"] * 300))
    for size in ((10**9, 1), (1, 10**9), (0, 0), (-5, 7), (1e308, 1e-308)):
        meta = {"original": {"width": size[0], "height": size[1]}, "focus": {"x": 1e308, "y": -9}}
        add(f"size {size}", put(fresh(), ("media_attachments", 0, "meta"), meta))
    add("blurhash", put(fresh(), ("media_attachments", 0, "blurhash"), "~" * 100_000))
    inside = fresh()
    for _ in range(200):
        inside = {**fresh(), "quote": {"state": "accepted", "quoted_status": inside}}
    add("quotes in quotes", inside)
    own = fresh()
    own["quote"] = {"state": "accepted", "quoted_status": copy.deepcopy(own)}
    add("quotes itself", own)
    add("reblogs itself", {**fresh(), "reblog": fresh()})
    add("not an object", b'"text"')
    add("nothing", b"null")
    add("a list", b"[[], {}]")
    return made


def views(origin: str, folder: str) -> list[tuple[str, bytes]]:
    """All of the second kind: what it is, and its bytes."""
    made: list[tuple[str, bytes]] = []

    def add(name: str, record: Any) -> None:
        made.append((name, record if isinstance(record, bytes) else encoded(record)))

    def fresh() -> Json:
        return full_view(len(made))

    record: Path = ("post", "record")
    for path in list(paths(full_view(0))):
        for junk in JUNK:
            add(f"{junk!r:.20} at {path}", put(fresh(), path, junk))
    for name, raw in RAW.items():
        for path in ((*record, "text"), ("post", "likeCount"), ("post", "author", "displayName")):
            add(f"{name} at {path}", raw_put(fresh(), path, raw))
    for name, words in {**HTML, "word": LONG, "marks": MARKS, "bidi": BIDI}.items():
        add(f"text {name}", put(fresh(), (*record, "text"), words))
        add(f"name {name}", put(fresh(), ("post", "author", "displayName"), words))
        add(f"handle {name}", put(fresh(), ("post", "author", "handle"), words))
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example/"}
    for name, spans in {
        "ten thousand": [(n, n + 1) for n in range(10_000)],
        "one over the other": [(n % 7, 20 + n % 5) for n in range(2_000)],
        "out of range": [(-5, 4), (3, 2), (0, 10**12), (10**9, 10**9 + 1), (2**63, 2**64)],
        "inside a letter": [(1, 2), (2, 3), (0, 3)],
    }.items():
        facets = [
            {"index": {"byteStart": begin, "byteEnd": end}, "features": [feature] * 3}
            for begin, end in spans
        ]
        item = fresh()
        item["post"]["record"] |= {"text": "漢字 and text " * 800, "facets": facets}
        add(f"facets {name}", item)
    for address in addresses(folder, origin):
        item = put(fresh(), ("post", "author", "avatar"), address)
        item["post"]["record"]["facets"][0]["features"] = [{**feature, "uri": address}]
        for image in item["post"]["embed"]["media"]["images"]:
            image |= {"thumb": address, "fullsize": address}
        add(f"address {address[:40]}", item)
        link = {"uri": address, "title": "x", "description": "y", "thumb": address}
        embed = {"$type": "app.bsky.embed.external#view", "external": link}
        add(f"card {address[:40]}", put(fresh(), ("post", "embed"), embed))
        video = {"playlist": address, "thumbnail": address, "cid": "x"}
        embed = {"$type": "app.bsky.embed.video#view", **video}
        add(f"video {address[:40]}", put(fresh(), ("post", "embed"), embed))
        add(f"uri {address[:40]}", put(fresh(), ("post", "uri"), address))
    for time in TIMES:
        for path in ((*record, "createdAt"), ("post", "indexedAt")):
            add(f"{path[-1]} {time}", put(fresh(), path, time))
    images = {"$type": "app.bsky.embed.images#view", "images": []}
    one = fresh()["post"]["embed"]["media"]["images"][0]
    add("pictures", put(fresh(), ("post", "embed"), {**images, "images": [one] * 300}))
    for width, height in ((10**9, 1), (1, 10**9), (0, 0), (-5, 7)):
        sized = {**one, "aspectRatio": {"width": width, "height": height}}
        add(f"size {width}", put(fresh(), ("post", "embed"), {**images, "images": [sized]}))
    inside = fresh()["post"]["embed"]["record"]["record"]
    for _ in range(200):
        embeds = [{"$type": "app.bsky.embed.record#view", "record": inside}]
        inside = {**fresh()["post"]["embed"]["record"]["record"], "embeds": embeds}
    embed = {"$type": "app.bsky.embed.record#view", "record": inside}
    add("quotes in quotes", put(fresh(), ("post", "embed"), embed))
    own = fresh()
    own["post"]["embed"]["record"]["record"]["uri"] = own["post"]["uri"]
    own["reply"] = {"root": own["post"] | {}, "parent": own["post"] | {}}
    add("quotes and answers itself", encoded(copy.deepcopy(own)))
    label = {"src": "did:plc:x", "uri": "x", "val": LONG[:300], "cts": "x"}
    add("labels", put(fresh(), ("post", "labels"), [label] * 2_000))
    add("not an object", b'"text"')
    add("nothing", b"null")
    add("a list", b"[[], {}]")
    return made


def hostile_html() -> list[Json]:
    """The list beside the project; nothing where it is not there."""
    if OUTSIDE is None:
        return []
    text = (OUTSIDE / "vectors/security/hostile-html.json").read_text("utf-8")
    cases: list[Json] = json.loads(text)["cases"]
    return cases
