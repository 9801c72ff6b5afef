"""Backups of accounts of the fediverse: as Mastodon's archive has them, incremental, verified."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.model import Post, Stub
from app.model.errors import BadInput, NotFound, RateLimited
from app.portability.activitypub.activities import PUBLIC, activity_from_status, file_name
from app.portability.activitypub.archive_kind import ApArchives
from app.portability.archive_manifest import ArchiveReport, read_manifest, write_manifest
from app.protocols.http import Http
from app.protocols.mastodon.service import MastodonService
from tests.unit.portability.activitypub.test_importing import lived_in
from tests.unit.portability.activitypub.town import Json, Town, said, towns
from tests.unit.protocols.mastodon.server import OneSecret

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


class Desk:
    """Somebody with posts, and archives of them."""

    def __init__(self, town: Town, http: Http, folder: Path) -> None:
        self.town, self.http, self.folder = town, http, folder / "archive"
        self.me = town.settle("ana")
        lived_in(self.me)
        self.account = town.account("ana")
        self.now = NOW
        self.kind = ApArchives(lambda: self.http, self._service, lambda: self.now)

    def _service(self, account: object) -> MastodonService:
        return MastodonService(self.account, OneSecret({"token": "ana"}), self.http)

    def write(self, number: int, **more: Any) -> Json:
        """A post; the newest comes first."""
        made = post(self.town, number, **more)
        self.me.posts.insert(0, made)
        return made

    async def back_up(self, media: bool = False) -> ArchiveReport:
        return await self.kind.back_up(
            self.account, self.folder, media=media, tell=lambda progress: None, gentle=False
        )

    def verify(self) -> ArchiveReport:
        return self.kind.verify(self.folder, lambda progress: None)

    def items(self, name: str = "outbox.json") -> list[Any]:
        return list(json.loads((self.folder / name).read_text())["orderedItems"])

    def posts(self) -> list[Post | Stub]:
        """As they are shown, newest first."""
        found = self.kind.posts(self.folder, read_manifest(self.folder))
        contents = found.contents(lambda progress: None)
        found.open(contents.about)
        try:
            return [found.post(one.body) for one in sorted(contents.posts, reverse=True)]
        finally:
            found.close()


def post(town: Town, number: int, **more: Any) -> Json:
    """A post as its server tells it."""
    uri = f"{town.uri('ana')}/statuses/{number}"
    return {
        "id": str(number),
        "uri": uri,
        "url": f"{town.origin}/@ana/{number}",
        "created_at": (NOW - timedelta(days=1) + timedelta(minutes=number)).isoformat(),
        "visibility": "public",
        "content": f"<p>words of {number}</p>",
        "spoiler_text": "",
        "sensitive": False,
        "language": "nl",
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "account": {"id": "@ana", "acct": "ana"},
        **more,
    }


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """For one test."""
    http = Http(user_agent="Godwit tests")
    async with towns() as (town, _):
        http.allow_private(town.origin)
        try:
            yield Desk(town, http, folder)
        finally:
            await http.close()


async def test_an_archive_holds_all_and_is_shown_without_a_server(tmp_path: Path) -> None:
    """Posts with words, warnings, pictures and polls; what was passed on only by address."""
    async with desk(tmp_path) as here:
        here.write(1, content="<p>Low <strong>water</strong></p>", spoiler_text="Tide")
        picture = {
            "type": "image",
            "url": f"{here.town.origin}/pictures/bucket/media_attachments/files/1/original/a.png",
            "description": "A pier",
            "meta": {"original": {"width": 3, "height": 2}, "focus": {"x": 0.5, "y": -0.5}},
        }
        here.write(2, media_attachments=[picture], in_reply_to_id="1")
        options = [{"title": "yes", "votes_count": 3}, {"title": "no", "votes_count": None}]
        here.write(3, poll={"options": options, "multiple": True, "expires_at": NOW.isoformat()})
        here.write(4, reblog={"uri": "https://far.example/users/bo/statuses/9"}, content="")
        report = await here.back_up(media=True)

        assert report.ok, report
        assert (report.records, report.blobs) == (4 + 1, 1)
        assert [one["type"] for one in here.items()] == ["Create"] * 3 + ["Announce"]
        assert here.items()[3]["object"] == "https://far.example/users/bo/statuses/9"
        assert here.items()[1]["object"]["inReplyTo"].endswith("/statuses/1")
        poll, with_picture, warned = here.posts()
        assert isinstance(poll, Post) and isinstance(with_picture, Post)
        assert isinstance(warned, Post)
        assert poll.poll is not None and [o.title for o in poll.poll.options] == ["yes", "no"]
        [media] = with_picture.media
        assert (media.alt, media.width) == ("A pier", 3)
        assert Path(media.url.removeprefix("file://")).read_bytes().startswith(b"\x89PNG")
        assert warned.text.text == "Low water"
        assert warned.advisories[0].text == "Tide"
        assert warned.author.handle == here.account.handle
        actor = json.loads((here.folder / "actor.json").read_text())
        assert actor["icon"]["url"] == "avatar.png"
        assert here.items("bookmarks.json") == here.me.bookmarks
        assert (here.folder / "following_accounts.csv").is_file()


async def test_what_has_not_changed_costs_one_question(tmp_path: Path) -> None:
    """And after a day all is looked at again."""
    async with desk(tmp_path) as here:
        here.write(1)
        await here.back_up()
        here.town.asked.clear()
        report = await here.back_up()
        assert not report.changed
        assert len(here.town.asked) == 1

        here.now += timedelta(days=1)
        assert (await here.back_up()).changed


async def test_new_posts_are_added_edited_ones_renewed_and_deleted_ones_kept(
    tmp_path: Path,
) -> None:
    """Nothing that was saved goes."""
    async with desk(tmp_path) as here:
        for number in range(3):
            here.write(number)
        await here.back_up()
        del here.me.posts[1]
        here.me.posts[0]["content"] = "<p>better words</p>"
        here.write(3)
        here.write(4)
        await here.back_up()

        texts = [p.text.text for p in here.posts() if isinstance(p, Post)]
        assert texts == [f"words of {n}" for n in (4, 3)] + [
            "better words",
            "words of 1",
            "words of 0",
        ]


async def test_a_long_reading_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    """Pages that came are kept; the archive is whole at the end."""
    async with desk(tmp_path) as here:
        for number in range(100):
            here.write(number)
        pages = 0

        def before(method: str, path: str) -> bytes | None:
            nonlocal pages
            pages += path.endswith("/statuses")
            if path.endswith("/statuses") and pages == 3:
                return said({"error": "Too many"}, 429, retry_after="60")
            return None

        here.town.before = before
        with pytest.raises(RateLimited):
            await here.back_up()
        assert not read_manifest(here.folder).complete
        here.town.before = lambda method, path: None
        await here.http.close()
        here.http = Http(user_agent="Godwit tests")
        here.http.allow_private(here.town.origin)
        here.town.asked.clear()
        await here.back_up()

        # What is left of the posts, and which of them are pinned.
        assert here.town.count("GET", ".*/statuses") == 2
        assert len(here.items()) == 100
        assert here.verify().ok


async def test_every_change_by_hand_is_found(tmp_path: Path) -> None:
    """A byte, a file that is gone, one that is not of it, the manifest."""
    async with desk(tmp_path) as here:
        here.write(1)
        await here.back_up()
        outbox = here.folder / "outbox.json"
        good = outbox.read_bytes()
        outbox.write_bytes(good.replace(b"words of 1", b"words of 2"))
        assert [one.code for one in here.verify().bad] == ["file-changed"]
        outbox.write_bytes(good[:-20])
        assert {one.code for one in here.verify().bad} == {"file-changed", "json-damaged"}
        outbox.write_bytes(good)
        (here.folder / "likes.json").unlink()
        (here.folder / "more.txt").write_text("x")
        report = here.verify()
        assert [one.name for one in report.missing] == ["likes.json"]
        assert (report.extra, report.ok) == (("more.txt",), False)
        manifest = read_manifest(here.folder)
        text = (here.folder / "manifest.json").read_text()
        (here.folder / "manifest.json").write_text(text.replace('"records": 2', '"records": 3'))
        assert "manifest-edited" in [one.code for one in here.verify().bad]
        write_manifest(here.folder, manifest)


async def test_files_that_are_gone_are_named(tmp_path: Path) -> None:
    """They are no fault of the archive."""
    async with desk(tmp_path) as here:
        url = f"{here.town.origin}/gone/media_attachments/files/1/original/a.png"
        here.write(1, media_attachments=[{"type": "image", "url": url, "description": None}])

        def before(method: str, path: str) -> bytes | None:
            return said({}, 404) if path.startswith("/gone") else None

        here.town.before = before
        report = await here.back_up(media=True)

        [absent] = report.missing
        assert absent.dead and absent.where.endswith("/statuses/1")
        assert report.ok and here.verify().ok


async def test_a_folder_belongs_to_one_account(tmp_path: Path) -> None:
    """Neither another's, nor one with other things in it, is written to."""
    async with desk(tmp_path) as here:
        await here.back_up()
        manifest = read_manifest(here.folder)
        other = here.town.account("bo")
        here.town.settle("bo")
        with pytest.raises(BadInput, match="holds the backup of"):
            await here.kind.back_up(
                other, here.folder, media=False, tell=lambda progress: None, gentle=False
            )
        (tmp_path / "full").mkdir()
        (tmp_path / "full/thesis.txt").write_text("x")
        here.folder = tmp_path / "full"
        with pytest.raises(BadInput, match="other things"):
            await here.back_up()
        with pytest.raises(NotFound):
            read_manifest(here.folder)
        assert manifest.account == here.account.uri


def test_who_may_see_a_post_stands_in_to_and_cc() -> None:
    """As Mastodon's archive has it; what is not known is not public."""
    followers = "https://h.example/users/ana/followers"
    bo = {"uri": "https://far.example/users/bo", "acct": "bo@far.example"}

    def audience(visibility: str) -> tuple[Any, Any]:
        raw = {"uri": "https://h.example/1", "visibility": visibility, "mentions": [bo]}
        made = activity_from_status(raw, "https://h.example/users/ana", followers, {})
        assert made is not None
        return made["to"], made["cc"]

    assert audience("public") == ([PUBLIC], [followers, bo["uri"]])
    assert audience("unlisted") == ([followers], [PUBLIC, bo["uri"]])
    assert audience("private") == ([followers], [bo["uri"]])
    assert audience("direct") == ([bo["uri"]], [])
    assert audience("of-tomorrow") == ([followers], [bo["uri"]])


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("/media_attachments/files/1/original/a.png", "media_attachments/files/1/original/a.png"),
        ("/bucket/media_attachments/files/1/a.png", "media_attachments/files/1/a.png"),
        ("https://cdn.example/x/media_attachments/files/1/a.png?v=2", "media_attachments/files/1/a.png"),
    ],
)  # fmt: skip
def test_buckets_are_left_out_of_the_names_of_files(url: str, name: str) -> None:
    """Servers keep media elsewhere; the archive does not."""
    assert file_name(url) == name


@pytest.mark.parametrize(
    "url",
    [
        "/media_attachments/files/../../../etc/passwd",
        "https://x.example/media_attachments/files//1/a.png",
        "https://x.example/a/b.php?media_attachments/files/1/a.png",
        "https://[broken/media.png",
        "x" * 5_000,
    ],
)
def test_odd_addresses_stay_inside_the_archive(url: str) -> None:
    """They get a name of ours."""
    name = file_name(url)

    assert name.startswith("media_attachments/files/other/")
    assert ".." not in name and len(name) < 100
    assert mimetypes.guess_type(name)[0] in (None, "image/png")
