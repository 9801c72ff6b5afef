"""Archives verified from their bytes alone, and looked through without a server."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.model import Post, Stub
from app.model.errors import Malformed, NotFound
from app.portability.archive_browse import Browsing, browse
from app.portability.archive_manifest import MANIFEST, ArchiveReport
from app.portability.atproto.archive import open_archive, verify_archive
from app.portability.atproto.browsing import AtPosts
from app.protocols.http import Http
from app.store.archive_index import index_path
from tests.unit.portability.atproto.small_pds import HANDLE, NOW, SmallPds, running
from tests.unit.portability.atproto.test_backup import World
from tests.unit.protocols.conftest import http  # noqa: F401  (the fixture)


@pytest.fixture
async def world(http: Http, tmp_path: Path) -> AsyncIterator[World]:  # noqa: F811
    """A finished archive of somebody who wrote thirty posts, two of them with pictures."""
    pds = SmallPds()
    for number in range(30):
        pds.add_post(f"Post {number}, of the sea" if number % 3 else f"Post {number}: 海を渡る鳥")
    pds.add_picture(b"first picture", alt="A godwit on mud")
    pds.add_picture(b"second picture")
    pds.records["app.bsky.actor.profile/self"] = {
        "$type": "app.bsky.actor.profile",
        "displayName": "Ana",
        "avatar": pds.add_file(b"her face"),
    }
    async with running(pds):
        made = World(pds, http, tmp_path / "archive")
        assert (await made.back_up()).ok
        yield made


def codes(report: ArchiveReport) -> set[str]:
    """What kinds of faults were found."""
    return {finding.code for finding in report.bad}


def opened(world: World) -> Browsing:
    """The archive, to look through."""
    archive = open_archive(world.folder)
    posts = AtPosts(archive, world.now)
    profile = world.folder.parent / "profile"
    return browse(profile, world.folder, archive.manifest, posts, lambda progress: None)


# ------------------------------------------------------------------ verification


def test_a_whole_archive_is_whole(world: World) -> None:
    """Nobody is asked."""
    asked = sum(world.pds.asked.values())
    report = verify_archive(world.folder)

    assert report.ok
    assert (report.records, report.blobs, report.signature) == (33, 3, "valid")
    assert (report.missing, report.extra, report.handle) == ((), (), HANDLE)
    assert sum(world.pds.asked.values()) == asked


def test_any_changed_file_is_found(world: World) -> None:
    """One bit of any of them, the readme apart."""
    for path in sorted(world.folder.rglob("*")):
        if not path.is_file() or path.name in ("README.txt", ".lock", MANIFEST):
            continue
        data = path.read_bytes()
        changed = bytearray(data)
        changed[len(data) // 2] ^= 1
        path.write_bytes(bytes(changed))
        report = verify_archive(world.folder)
        path.write_bytes(data)

        assert not report.ok, path
        assert codes(report) & {"file-changed", "blob-changed"}, path
    assert verify_archive(world.folder).ok


def test_missing_and_foreign_files_are_named(world: World) -> None:
    """Each by its name; what is too much does no harm."""
    archive = open_archive(world.folder)
    picture = next(archive.blobs.iterdir())
    picture.rename(world.folder / "moved.png")
    (world.folder / "did.json").unlink()
    report = verify_archive(world.folder)

    assert not report.ok
    assert {one.name for one in report.missing} == {picture.name, "did.json"}
    assert not any(one.dead for one in report.missing)
    assert report.extra == ("moved.png",)


def test_a_lost_repository_is_named(world: World) -> None:
    """And nothing is claimed about it."""
    open_archive(world.folder).car.unlink()
    report = verify_archive(world.folder)

    assert (report.ok, report.records, report.signature) == (False, 0, "no repository")


@pytest.mark.parametrize(
    ("name", "value"),
    [("records", 7), ("handle", "eve.example"), ("media", False), ("absent", [{"name": "x"}])],
)
def test_a_manifest_edited_by_hand_is_found(world: World, name: str, value: object) -> None:
    """Whatever was changed in it."""
    path = world.folder / MANIFEST
    manifest = json.loads(path.read_text())
    manifest[name] = value
    path.write_text(json.dumps(manifest))
    report = verify_archive(world.folder)

    assert "manifest-edited" in codes(report)


def test_a_forged_manifest_differs_from_the_repository(world: World) -> None:
    """Also where its seal was made anew."""
    from msgspec.structs import replace

    from app.portability.archive_manifest import read_manifest, write_manifest

    manifest = read_manifest(world.folder)
    details = manifest.details | {"rev": "3l3qo2vutsw2b"}
    write_manifest(world.folder, replace(manifest, records=7, details=details))
    report = verify_archive(world.folder)

    assert codes(report) == {"manifest-differs"}
    assert len(report.bad) == 2


def test_names_that_lead_out_of_the_folder_are_refused(world: World) -> None:
    """No file outside is read, however it is named."""
    from msgspec.structs import replace

    from app.portability.archive_manifest import ArchivedFile, read_manifest, write_manifest

    manifest = read_manifest(world.folder)
    names = ("../../etc/passwd", "/etc/passwd", "a/../../b", "C:\\x", "")
    files = tuple(ArchivedFile(name, 1, "0" * 64) for name in names)
    write_manifest(world.folder, replace(manifest, files=manifest.files + files))
    report = verify_archive(world.folder)

    assert [f.code for f in report.bad] == ["file-name"] * len(names)


@pytest.mark.parametrize("name", ["car", "blobs", "earlier"])
async def test_a_hostile_manifest_leads_nowhere(world: World, tmp_path: Path, name: str) -> None:
    """An archive of somebody else makes a backup neither read nor remove what is outside."""
    from msgspec.structs import replace

    from app.portability.archive_manifest import read_manifest, write_manifest

    victim = tmp_path / "letter.txt"
    victim.write_text("Dear")
    for path in ("../letter.txt", str(victim), "..", "a/b", "x\0y", ""):
        manifest = read_manifest(world.folder)
        value: object = [path] if name == "earlier" else path
        write_manifest(world.folder, replace(manifest, details=manifest.details | {name: value}))
        world.pds.add_post("More")
        with pytest.raises(Malformed):
            await world.back_up()
        with pytest.raises(Malformed):
            verify_archive(world.folder)
    assert victim.read_text() == "Dear"


async def test_a_manifest_edited_by_hand_is_made_anew(world: World) -> None:
    """By the next backup, though nothing has changed at the server."""
    path = world.folder / MANIFEST
    path.write_text(path.read_text().replace('"records": 33', '"records": 34'))
    assert not verify_archive(world.folder).ok
    report = await world.back_up()

    assert (report.records, report.ok) == (33, True)
    assert verify_archive(world.folder).ok


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"godwit_archive":1}', b"\xff" * 9])
def test_junk_is_no_manifest(tmp_path: Path, content: bytes) -> None:
    """It is said, never raised as something else."""
    with pytest.raises(NotFound):
        verify_archive(tmp_path)
    (tmp_path / MANIFEST).write_bytes(content)

    with pytest.raises(Malformed):
        verify_archive(tmp_path)


# ---------------------------------------------------------------------- browsing


async def test_posts_are_shown_newest_first(world: World) -> None:
    """Page by page, each once, to the end."""
    browsing = opened(world)
    texts: list[str] = []
    before = None
    while True:
        page = await browsing.page(7, before)
        texts += [post.text.text for _, post in page.items if isinstance(post, Post)]
        if page.older is None:
            break
        before = page.older
    await browsing.close()

    assert browsing.count == len(texts) == 32
    assert texts[0] == texts[1] == "A picture"
    assert texts[2].startswith("Post 29")
    assert texts[-1].startswith("Post 0")


async def test_a_post_is_as_it_was_written(world: World) -> None:
    """Who, when, where, with its picture from the folder and its alternative text."""
    browsing = opened(world)
    page = await browsing.page(2)
    await browsing.close()
    post = page.items[1][1]
    assert isinstance(post, Post)
    archive = open_archive(world.folder)

    assert post.uri.startswith(f"at://{world.pds.did}/app.bsky.feed.post/")
    assert (post.author.handle, post.author.name) == (HANDLE, "Ana")
    assert post.author.avatar.startswith(archive.blobs.as_uri())
    (media,) = post.media
    assert (media.kind, media.alt, media.width, media.height) == ("image", "A godwit on mud", 4, 3)
    assert Path(media.url.removeprefix("file://")).read_bytes() == b"first picture"


async def test_a_picture_that_is_not_here_is_named_at_its_server(world: World) -> None:
    """Nothing is fetched for that."""
    archive = open_archive(world.folder)
    for path in archive.blobs.iterdir():
        path.unlink()
    browsing = opened(world)
    page = await browsing.page(1)
    await browsing.close()
    post = page.items[0][1]
    assert isinstance(post, Post)

    assert post.media[0].url.startswith(f"{world.pds.origin}/xrpc/com.atproto.sync.getBlob?did=")


async def test_search_is_as_in_the_cache(world: World) -> None:
    """All words, the last one unfinished; scripts without spaces; pictures by their words."""
    browsing = opened(world)
    sea = await browsing.search("post se", 100)
    birds = await browsing.search("海を渡る", 100)
    picture = await browsing.search("godwit", 100)
    nothing = await browsing.search('"', 100)
    first = await browsing.search("post", 3)
    second = await browsing.search("post", 3, first.older)
    await browsing.close()

    assert (len(sea.items), len(birds.items), len(picture.items)) == (20, 10, 1)
    assert (nothing.items, nothing.older) == ((), None)
    assert {place for place, _ in first.items}.isdisjoint(place for place, _ in second.items)


async def test_what_has_changed_is_looked_through_again(world: World) -> None:
    """The index of before is not believed; one of the same is."""
    await opened(world).close()
    path = index_path(world.folder.parent / "profile", world.folder)
    made = path.stat().st_ino
    await opened(world).close()
    again = path.stat().st_ino
    world.pds.add_post("Newest")
    world.now += timedelta(hours=1)
    await world.back_up()
    browsing = opened(world)
    page = await browsing.page(1)
    await browsing.close()

    assert made == again != path.stat().st_ino
    assert isinstance(page.items[0][1], Post)
    assert page.items[0][1].text.text in ("Newest", "A picture")
    assert browsing.count == 33


async def test_an_index_that_is_damaged_is_made_again(world: World) -> None:
    """It can be, at any time."""
    await opened(world).close()
    path = index_path(world.folder.parent / "profile", world.folder)
    path.write_bytes(b"SQLite format 3\0" + b"junk" * 2_000)
    browsing = opened(world)
    await browsing.close()

    assert browsing.count == 32


async def test_strange_posts_do_not_stop_a_page(world: World) -> None:
    """What cannot be read is shown as such; dates that are none come from the key."""
    pds = world.pds
    key = pds.add_post("When?", createdAt="yesterday")
    strange = pds.add_post("")
    pds.records[f"app.bsky.feed.post/{strange}"]["text"] = 7
    pds.records[f"app.bsky.feed.post/{pds.add_post('Deep')}"]["embed"] = {
        "$type": "app.bsky.embed.recordWithMedia",
        "record": 3,
        "media": {"$type": "app.bsky.embed.images", "images": [1, {"image": {}}]},
    }
    world.now += timedelta(hours=1)
    await world.back_up()
    browsing = opened(world)
    page = await browsing.page(100)
    await browsing.close()
    found = {post.uri.rpartition("/")[2]: post for _, post in page.items if isinstance(post, Post)}

    assert len(page.items) == 35
    assert all(isinstance(post, Post | Stub) for _, post in page.items)
    assert found[key].text.text == "When?"
    assert found[key].sort_at <= NOW + timedelta(hours=1)
