"""
``custom_filters.json``: filters as the newest Mastodon writes and reads them.

Source: facts, CSV. The exporter writes ``expire_at`` and the importer reads
``expires_at``; we write both and read either, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast

import msgspec

from app.model.errors import BadInput
from app.model.moderation import Filter, FilterWord
from app.model.post import FilterContext
from app.moderation.blocklists import Skipped
from app.portability.activitypub.csv_formats import key_of
from app.portability.activitypub.csv_reading import Table
from app.portability.disk import written_json

FILE = "custom_filters.json"
MOST_BYTES = 20_000_000
_MOST = 1_000
_LONGEST_TITLE, _LONGEST_WORD, _MOST_WORDS = 200, 512, 1_000
_CONTEXTS = frozenset({"home", "notifications", "public", "thread", "account"})
_ACTIONS: Mapping[str, Literal["warn", "hide", "blur"]] = {
    "warn": "warn",
    "hide": "hide",
    "blur": "blur",
}


def json_from_filters(filters: Sequence[Filter], uris: Mapping[str, str] = {}) -> bytes:
    """
    A whole file. *uris*: addresses of the single posts that filters catch, by the
    server's own ids of them; those that are not known are left out.
    """
    return written_json({"custom_filters": [_wired(one, uris) for one in filters]})


def read_filters(data: bytes) -> Table:
    """Read a file; the "line" of each is its number in it. Raises: BadInput: It is none."""
    bad = BadInput("That is no file of filters.", "Choose custom_filters.json.")
    if len(data) > MOST_BYTES:
        raise BadInput(f"The file is larger than {MOST_BYTES // 1_000_000} MB.", "Split it.")
    try:
        value = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError):
        raise bad from None
    listed = value.get("custom_filters") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        raise bad
    filters: dict[tuple[str, ...], tuple[int, Filter]] = {}
    skipped = []
    for number, one in enumerate(listed[:_MOST], 1):
        found = _filter(one)
        if isinstance(found, str):
            title = one.get("title") if isinstance(one, dict) else ""
            skipped.append(Skipped(number, _line(title), found))
        elif key_of(found) in filters:
            skipped.append(Skipped(number, found.title, "It stands in the file already."))
        else:
            filters[key_of(found)] = (number, found)
    return Table(
        kind="filters",
        rows=tuple(found for _, found in filters.values()),
        lines=tuple(number for number, _ in filters.values()),
        skipped=tuple(skipped),
    )


def _wired(one: Filter, uris: Mapping[str, str]) -> dict[str, Any]:
    ends = one.expires_at.isoformat().replace("+00:00", "Z") if one.expires_at else None
    return {
        "title": one.title,
        "expire_at": ends,
        "expires_at": ends,
        "context": sorted(one.contexts),
        "action": one.action,
        "keywords_attributes": [{"keyword": w.text, "whole_word": w.whole} for w in one.words],
        "statuses": [uris[post] for post in one.posts if post in uris],
    }


def _filter(one: Any) -> Filter | str:
    """The filter, or why it cannot be used."""
    if not isinstance(one, dict):
        return "It is no filter."
    title = _line(one.get("title"))
    contexts = _CONTEXTS.intersection(_texts(one.get("context")))
    if not title:
        return "It has no title."
    if not contexts:
        return "It says of no place where it holds."
    words = [
        FilterWord(word["keyword"], word.get("whole_word") is not False)
        for word in _dicts(one.get("keywords_attributes"))
        if _is_word(word.get("keyword"))
    ]
    posts = tuple(uri for uri in _texts(one.get("statuses")) if uri.startswith("https://"))
    if not words and not posts:
        return "There are no words in it."
    return Filter(
        id="",
        title=title,
        contexts=frozenset(cast(set[FilterContext], contexts)),
        action=_ACTIONS.get(str(one.get("action")), "warn"),
        words=tuple(dict.fromkeys(words)),
        posts=posts,
        expires_at=_moment(one.get("expires_at") or one.get("expire_at")),
    )


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= _LONGEST_WORD


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    listed = value[:_MOST_WORDS] if isinstance(value, list) else []
    return [one for one in listed if isinstance(one, dict)]


def _line(value: Any) -> str:
    text = " ".join(value.split())[:_LONGEST_TITLE] if isinstance(value, str) else ""
    return "".join(char for char in text if char.isprintable())


def _moment(value: Any) -> datetime | None:
    try:
        found = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return None
    return found if found.tzinfo else None
