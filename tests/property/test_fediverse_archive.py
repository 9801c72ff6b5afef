"""Archives of the fediverse: whatever a server or a file says, it is kept or told, never a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.model import Post, Stub
from app.model.errors import BadInput, Malformed
from app.portability.activitypub.activities import (
    activity_from_status,
    attachments,
    file_name,
    key_of,
)
from app.portability.activitypub.archive_posts import ApPosts
from app.portability.activitypub.filters_json import json_from_filters, read_filters
from app.portability.activitypub.steps_posts import why_not
from app.portability.archive_manifest import place_of

NOW = datetime(2026, 11, 26, tzinfo=UTC)
_LEAVES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20)
_JSON = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_STATUS_KEYS = (
    "id uri url created_at edited_at content spoiler_text visibility language sensitive reblog "
    "media_attachments mentions tags emojis poll quote in_reply_to_id favourites_count"
).split()
_NOTE_KEYS = (
    "id type summary inReplyTo published updated url content contentMap attachment tag oneOf "
    "anyOf endTime closed votersCount likes shares sensitive quote"
).split()


def odd(keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these keys, and anything under them."""
    return st.dictionaries(st.sampled_from(keys), _JSON, max_size=8)


@given(odd(_STATUS_KEYS))
@settings(max_examples=400)
def test_whatever_a_server_says_becomes_an_activity_or_none(raw: dict[str, Any]) -> None:
    """What is not known is for followers at most; files stay inside the archive."""
    made = activity_from_status(raw, "https://h.example/u", "https://h.example/u/followers", {})
    if made is None:
        return
    json.dumps(made)
    assert key_of(made)
    if raw.get("visibility") not in ("public", "unlisted"):
        assert why_not(made) in ("private", "boost")
    for one in attachments(made):
        name = file_name(str(one["url"]))
        assert not name or place_of(Path("/archive"), name) is not None


@contextmanager
def archive(*items: Any) -> Iterator[ApPosts]:
    with TemporaryDirectory() as folder:
        data = json.dumps({"orderedItems": list(items)})
        (Path(folder) / "outbox.json").write_text(data)
        yield ApPosts(Path(folder), "ana@h.example", "https://h.example", NOW)


@given(odd(_NOTE_KEYS), _JSON)
@settings(max_examples=300, deadline=None)
def test_whatever_an_archive_holds_is_shown_or_said_to_be_unreadable(
    note: dict[str, Any], actor: Any
) -> None:
    """One odd item costs itself only."""
    good = {"type": "Create", "object": {"id": "https://h.example/1", "content": "<p>fine</p>"}}
    item = {"type": "Create", "object": {"id": "https://h.example/2", **note}}
    with archive(good, item, actor) as posts:
        contents = posts.contents(lambda progress: None)
        posts.open(contents.about)
        try:
            shown = [posts.post(one.body) for one in contents.posts]
        finally:
            posts.close()

    assert all(isinstance(one, Post | Stub) for one in shown)


@given(st.binary(max_size=200) | _JSON.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=300)
def test_no_file_breaks_the_reader_of_filters(data: bytes) -> None:
    """And what is read is written and read again as it was."""
    with suppress(BadInput, Malformed):
        table = read_filters(data)
        rows: Any = table.rows
        assert read_filters(json_from_filters(rows)).rows == table.rows
