"""Real posts, archived and shown from the archive, read as they do from their server."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from app.model import Post
from app.model.errors import Malformed
from app.portability.activitypub.activities import activity_from_status, collection
from app.portability.activitypub.archive_files import written_collection
from app.portability.activitypub.archive_posts import ApPosts
from app.protocols.mastodon import wire
from app.protocols.mastodon.convert import Neighbours, Viewpoint, post_from_status, time_of
from tests.contract.mastodon_server import recorded_timeline
from tests.outside import needs_outside

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def from_server(raw: dict[str, Any], me: str) -> Post | None:
    """As a timeline shows it; None: it is nothing that was written."""
    status = wire.read_status(json.dumps(raw).encode())
    if status.reblog is not None:
        return None
    look = Viewpoint(server="h.example", domain="h.example", now=NOW, viewer=me)
    try:
        return post_from_status(status, Neighbours(look), time_of(status) or NOW)
    except Malformed:
        return None


@needs_outside
def test_what_was_recorded_reads_the_same_from_an_archive(tmp_path: Path) -> None:
    """Words, warnings, files with their descriptions, polls, tags, edits, who it was for."""
    me = "https://h.example/users/ana"
    statuses = [one for one in recorded_timeline() if not one.get("reblog")]
    made = {}
    for raw in statuses:
        activity = activity_from_status(raw, me, f"{me}/followers", {})
        if activity is not None:
            made[raw["uri"]] = activity
    outbox = written_collection(collection("outbox.json", list(made.values())))
    (tmp_path / "outbox.json").write_bytes(outbox)
    actor = {"id": me, "preferredUsername": "ana", "name": "Ana"}
    (tmp_path / "actor.json").write_bytes(msgspec.json.encode(actor))
    posts = ApPosts(tmp_path, "ana@h.example", "https://h.example", NOW)
    contents = posts.contents(lambda progress: None)
    posts.open(contents.about)
    shown = {}
    for one in contents.posts:
        post = posts.post(one.body)
        assert isinstance(post, Post), post
        shown[post.uri] = post
    posts.close()

    compared = 0
    for raw in statuses:
        wanted = from_server(raw, me)
        if wanted is None or wanted.uri not in shown:
            continue
        got = shown[wanted.uri]
        compared += 1
        if wanted.quote is None:  # an archive has no words of others: there stands "RE: …"
            assert got.text.text == wanted.text.text, raw["uri"]
        assert got.advisories == wanted.advisories
        assert [m.alt for m in got.media] == [m.alt for m in wanted.media]
        assert [m.kind for m in got.media] == [m.kind for m in wanted.media]
        assert got.tags == wanted.tags
        assert got.visibility == wanted.visibility
        assert (got.created_at, got.edited_at) == (wanted.created_at, wanted.edited_at)
        assert (got.poll is None) == (wanted.poll is None)
        if got.poll is not None and wanted.poll is not None:
            assert [o.title for o in got.poll.options] == [o.title for o in wanted.poll.options]
        assert (got.counts.likes, got.counts.reposts) == (
            wanted.counts.likes,
            wanted.counts.reposts,
        )
    assert compared > 50
