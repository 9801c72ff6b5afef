"""What a Mastodon-API server says, as far as reading one account goes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.keeping import FilterShelf
from tests.contract.mastodon_writing import Writing
from tests.contract.server import Answer, Asking, Route
from tests.contract.shelving import ListShelf, MarkerShelf
from tests.contract.showing import mastodon_answer
from tests.contract.telling import mastodon_telling
from tests.outside import OUTSIDE

TOKEN = "canary-token-mastodon-5e1f"
_BEGIN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Json = dict[str, Any]

_CONTENT = (
    '<p>Low <strong>water</strong> &amp; <a href="https://almanac.example/t" '
    'rel="nofollow"><span class="invisible">https://</span><span>almanac.example/t</span></a>'
    '</p><p>second paragraph 👩🏽‍🔬 <a href="{origin}/tags/Tide" class="mention hashtag" '
    'rel="tag">#<span>Tide</span></a></p>',
    '<p><span class="h-card"><a href="https://polder.example/@teun" class="u-url mention">@'
    "<span>teun</span></a></span> :rope: ok</p>",
    "<p>مرحبا بالعالم</p><pre><code>x = 1\ny = 2</code></pre>",
    "<script>alert(1)</script><p onclick='x'>unclosed <b>bold",
    "",
)


def timeline(origin: str, count: int = 75) -> list[Json]:
    """A home timeline, newest first: every shape once, then plain posts."""
    statuses = [_status(origin, count - n, n) for n in range(count)]
    statuses[3]["reblog"] = _status(origin, 900, 300, acct="teun@polder.example")
    statuses[4] |= {"spoiler_text": "Food", "sensitive": True}
    statuses[5]["poll"] = _poll(multiple=True)
    statuses[6]["media_attachments"] = [_picture(origin), _picture(origin, description=None)]
    statuses[7]["quote"] = {"state": "accepted", "quoted_status": _status(origin, 901, 200)}
    statuses[8]["quote"] = {"state": "revoked", "quoted_status": None}
    statuses[9]["card"] = _card()
    statuses[10] |= {"in_reply_to_id": "77", "in_reply_to_account_id": "2"}
    statuses[11]["edited_at"] = statuses[11]["created_at"]
    statuses[12]["filtered"] = [_filter_result()]
    statuses[13] |= {"visibility": "unheard-of", "language": None, "x_unknown": {"deep": [1]}}
    statuses[14]["account"] |= {"display_name": ":rope: Rik", "emojis": [_emoji(origin)]}
    # two records that nobody can read, and one that came in the same second
    statuses[15] = {"id": statuses[15]["id"], "content": 17, "account": None}
    statuses[16]["account"] = None
    statuses[18]["created_at"] = statuses[17]["created_at"]
    return statuses


def recorded_timeline() -> list[Json]:
    """All home timelines and single posts that were recorded, as one timeline."""
    assert OUTSIDE is not None
    found: dict[str, Json] = {}
    for path in sorted((OUTSIDE / "recordings/mastodon").glob("*/*.json")):
        recorded = json.loads(path.read_text("utf-8"))
        body = recorded.get("body")
        for status in body if isinstance(body, list) else [body]:
            if isinstance(status, dict) and "uri" in status and "spoiler_text" in status:
                found.setdefault(status["uri"], status)
    ids: dict[str, Json] = {}
    for status in found.values():
        ids.setdefault(status["id"], status)
    return sorted(ids.values(), key=lambda status: status["created_at"], reverse=True)


def writing(origin: str) -> Writing:
    """What the account of this server writes."""
    return Writing(origin, _account(origin, "ana"), _account(origin, "teun@polder.example"))


def route(origin: str, statuses: list[Json], written: Writing | None = None) -> Route:
    """Answers for one account with the token ``TOKEN``; *written*: it can write, too."""
    gone: set[str] = set()
    filters = FilterShelf()
    lists = ListShelf(origin, [written.other] if written is not None else [])
    markers = MarkerShelf(statuses)
    theirs = [_status(origin, 40 - n, n, acct="teun@polder.example") for n in range(12)]
    theirs[3]["media_attachments"] = [_picture(origin)]
    theirs[4]["in_reply_to_id"] = "77"
    near = [_account(origin, f"near{n}@far.example") | {"id": f"9{n}"} for n in range(5)]

    def home(asking: Asking) -> Answer:
        limit = min(int(asking.query.get("limit", 20)), 40)
        begin = 0
        if last := asking.query.get("max_id"):
            ids = [status["id"] for status in statuses]
            begin = ids.index(last) + 1
        page = statuses[begin : begin + limit]
        if not page:
            return Answer([])
        link = f'<{origin}/api/v1/timelines/home?limit={limit}&max_id={page[-1]["id"]}>; rel="next"'
        return Answer(page, 200, {"link": link})

    def answer(asking: Asking) -> Answer:
        if asking.path == "/oauth/revoke":
            gone.add(TOKEN)
            return Answer({})
        if asking.path == "/api/v2/instance":
            return Answer({"domain": "saltmarsh.example", "title": "Saltmarsh"})
        if asking.token != TOKEN or asking.token in gone:
            return Answer({"error": "The access token is invalid"}, 401)
        if asking.path == "/api/v1/timelines/home":
            return home(asking)
        if asking.path == "/api/v1/accounts/verify_credentials":
            return Answer(_account(origin, "ana"))
        if asking.path in ("/api/v1/mutes", "/api/v1/blocks"):
            return Answer([])
        if (kept := filters.answer(asking)) is not None:
            return kept
        if (kept := lists.answer(asking) or markers.answer(asking)) is not None:
            return kept
        if (told := mastodon_answer(asking, origin, theirs, near)) is not None:
            return told
        if written is not None and (told := mastodon_telling(asking, origin, near)) is not None:
            return told
        if written is not None:
            return written.answer(asking)
        return Answer({"error": "Record not found"}, 404)

    return answer


def _account(origin: str, acct: str) -> Json:
    name, _, host = acct.partition("@")
    base = f"https://{host}" if host else origin
    return {
        "id": "2" if host else "1",
        "username": name,
        "acct": acct,
        "display_name": name.title(),
        "url": f"{base}/@{name}",
        "uri": f"{base}/users/{name}",
        "avatar": f"{base}/avatar.png",
        "bot": False,
        "locked": False,
        "emojis": [],
        "fields": [],
        "note": "<p>hello</p>",
    }


def _status(origin: str, number: int, age: int, *, acct: str = "ana") -> Json:
    at = (_BEGIN - timedelta(minutes=age)).isoformat(timespec="milliseconds")
    account = _account(origin, acct)
    return {
        "id": str(1000 + number),
        "uri": f"{account['uri']}/statuses/{number}",
        "url": f"{account['url']}/{number}",
        "created_at": at.replace("+00:00", "Z"),
        "account": account,
        "content": _CONTENT[number % len(_CONTENT)].replace("{origin}", origin),
        "visibility": "public",
        "sensitive": False,
        "spoiler_text": "",
        "language": "en",
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": "Tide", "url": f"{origin}/tags/Tide"}],
        "emojis": [_emoji(origin)],
        "replies_count": number,
        "reblogs_count": -1,
        "favourites_count": 3,
        "reblog": None,
        "poll": None,
        "card": None,
    }


def _emoji(origin: str) -> Json:
    return {"shortcode": "rope", "url": f"{origin}/rope.png", "static_url": f"{origin}/rope.png"}


def _picture(origin: str, description: str | None = "The bay.") -> Json:
    return {
        "id": "5",
        "type": "image",
        "url": f"{origin}/sea.webp",
        "preview_url": f"{origin}/sea-small.webp",
        "description": description,
        "blurhash": "LJL}7=ozWB-oCTofoeRl9Goej@Rk",
        "meta": {"original": {"width": 960, "height": 640}, "focus": {"x": 0.1, "y": -0.2}},
    }


def _poll(*, multiple: bool) -> Json:
    return {
        "id": "9",
        "expires_at": "2026-11-30T00:00:00.000Z",
        "expired": False,
        "multiple": multiple,
        "votes_count": 3,
        "voters_count": None,
        "options": [{"title": "yes", "votes_count": None}, {"title": "no", "votes_count": 3}],
        "voted": False,
        "own_votes": [],
    }


def _card() -> Json:
    return {
        "url": "https://almanac.example/tides",
        "title": "Tides",
        "description": "A table.",
        "type": "link",
        "image": None,
    }


def _filter_result() -> Json:
    return {
        "filter": {"id": "1", "title": "derby", "context": ["home"], "filter_action": "warn"},
        "keyword_matches": ["derby"],
        "status_matches": None,
    }
