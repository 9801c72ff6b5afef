"""Archives that servers make, as people download them; and such as were made to do harm."""

from __future__ import annotations

import io
import json
import stat
import tarfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.model import Post
from app.model.errors import BadInput, Malformed, ServiceError
from app.portability.activitypub import archive_zip
from app.portability.activitypub.activities import PUBLIC
from app.portability.activitypub.archive_posts import ApPosts
from app.portability.activitypub.archive_report import verify_archive
from app.portability.activitypub.archive_zip import unpack

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ACTOR = {
    "id": "https://old.example/users/ana",
    "type": "Person",
    "preferredUsername": "ana",
    "name": "Ana",
    "icon": {"type": "Image", "mediaType": "image/png", "url": "avatar.png"},
    "outbox": "outbox.json",
}
FILE = "media_attachments/files/112/345/678/original/0f1e2d3c.png"


def note(number: int, **more: Any) -> dict[str, Any]:
    uri = f"https://old.example/users/ana/statuses/{number}"
    item = {
        "id": uri,
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": f"2024-03-0{number}T10:00:00Z",
        "url": f"https://old.example/@ana/{number}",
        "attributedTo": ACTOR["id"],
        "sensitive": False,
        "content": f"<p>words of {number} <a href='https://old.example/tags/tide'>#tide</a></p>",
        "contentMap": {"nl": "…"},
        "attachment": [],
        "tag": [{"type": "Hashtag", "href": "https://old.example/tags/tide", "name": "#tide"}],
        **more,
    }
    return {
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": ACTOR["id"],
        "published": item["published"],
        "to": [PUBLIC],
        "cc": [f"{ACTOR['id']}/followers"],
        "object": item,
    }


def outbox(*items: Any) -> bytes:
    """As real ones are: the key of the items stands twice, first empty."""
    written = json.dumps(list(items), ensure_ascii=False)
    return (
        '{"@context":"https://www.w3.org/ns/activitystreams","id":"outbox.json",'
        f'"type":"OrderedCollection","totalItems":999,"orderedItems":[],"orderedItems":{written}}}'
    ).encode()


def files(**more: bytes) -> dict[str, bytes]:
    picture = {
        "type": "Document",
        "mediaType": "image/png",
        "url": f"/bucket-name/{FILE}",
        "name": "A pier",
        "blurhash": None,
        "focalPoint": [0.0, 0.0],
        "width": 3,
        "height": 2,
    }
    boost = {"id": "x", "type": "Announce", "published": "2024-03-03T10:00:00Z",
             "object": "https://far.example/1"}  # fmt: skip
    return {
        "actor.json": json.dumps(ACTOR).encode(),
        "outbox.json": outbox(note(1), note(2, attachment=[picture]), boost),
        "likes.json": json.dumps({"orderedItems": ["https://far.example/1"]}).encode(),
        "bookmarks.json": json.dumps({"orderedItems": []}).encode(),
        "avatar.png": b"\x89PNG\r\n\x1a\n",
        FILE: b"\x89PNG\r\n\x1a\nx",
        **more,
    }


def zipped(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in content.items():
            made.writestr(name, data)
    return path


def tarred(path: Path, content: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, data in content.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_an_archive_as_servers_make_it_can_be_looked_through(
    tmp_path: Path, pack: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    """The doubled key, buckets before file names, a wrong count; verified from then on."""
    packed = pack(tmp_path / "archive-20240401-0f1e.zip", files())
    manifest = unpack(packed, tmp_path / "out", NOW)
    posts = ApPosts(tmp_path / "out", manifest.handle, manifest.server, NOW)
    contents = posts.contents(lambda progress: None)
    posts.open(contents.about)
    newest, oldest = (posts.post(one.body) for one in sorted(contents.posts, reverse=True))
    posts.close()

    assert (manifest.handle, manifest.records, manifest.blobs) == ("ana@old.example", 4, 1)
    assert isinstance(newest, Post) and isinstance(oldest, Post)
    assert (newest.text.text, newest.visibility) == ("words of 2 #tide", "public")
    assert Path(newest.media[0].url.removeprefix("file://")).name == "0f1e2d3c.png"
    assert newest.media[0].alt == "A pier"
    assert newest.author.avatar.endswith("avatar.png")
    assert verify_archive(tmp_path / "out", lambda progress: None).ok
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0


HARM = {
    "up": {"../evil.txt": b"x"},
    "deep": {"media_attachments/../../evil.txt": b"x"},
    "absolute": {"/etc/evil.txt": b"x"},
    "drive": {"C:evil.txt": b"x"},
    "backslash": {"..\\evil.txt": b"x"},
    "newline": {"a\nb.txt": b"x"},
    "twice": {"Actor.json": b"x"},
    "nested": {"more.zip": b"x"},
    "bomb": {"bomb.json": b"0" * 11_000_000},
}


@pytest.mark.parametrize("name", sorted(HARM))
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_what_was_made_to_do_harm_is_refused_whole(
    tmp_path: Path, name: str, pack: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    """Nothing of it is kept, inside or outside of the folder."""
    packed = pack(tmp_path / "archive.zip", files(**HARM[name]))
    with pytest.raises(BadInput, match="made to do harm"):
        unpack(packed, tmp_path / "deep/down/out", NOW)

    left = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.name for path in left} <= {"archive.zip", ".lock"}
    assert not Path("/etc/evil.txt").exists()


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    """In both kinds of files."""
    link = zipfile.ZipInfo("avatar.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(link, "/etc/passwd")
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        info = tarfile.TarInfo("avatar.png")
        info.type, info.linkname = kind, "/etc/passwd"
        with tarfile.open(tmp_path / f"{kind!r}.tar", "w") as tar:
            tar.addfile(info)
    for path in [*tmp_path.glob("*.zip"), *tmp_path.glob("*.tar")]:
        with pytest.raises(BadInput, match="no plain file"):
            unpack(path, tmp_path / f"out-{path.stem}", NOW)


def test_a_file_longer_than_it_says_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written is counted, never what was announced."""
    packed = zipped(tmp_path / "a.zip", files())
    data = packed.read_bytes()
    with zipfile.ZipFile(packed) as made:
        size = made.getinfo("outbox.json").file_size
    short = data.replace(size.to_bytes(4, "little"), (size - 9).to_bytes(4, "little"))
    packed.write_bytes(short)
    with pytest.raises(ServiceError):
        unpack(packed, tmp_path / "out", NOW)
    monkeypatch.setattr(archive_zip, "MOST_BYTES", 100)
    with pytest.raises(BadInput, match="holds more than"):
        unpack(zipped(tmp_path / "b.zip", files()), tmp_path / "out2", NOW)


def test_what_is_no_archive_is_told_apart_from_a_broken_one(tmp_path: Path) -> None:
    """Each with a next step."""
    whole = zipped(tmp_path / "a.zip", files()).read_bytes()
    (tmp_path / "text.zip").write_text("hello")
    with pytest.raises(BadInput, match="no archive that a server has made"):
        unpack(tmp_path / "text.zip", tmp_path / "o1", NOW)
    with pytest.raises(BadInput, match=r"no outbox\.json"):
        unpack(zipped(tmp_path / "b.zip", {"actor.json": b"{}"}), tmp_path / "o2", NOW)
    with pytest.raises(BadInput, match=r"no actor\.json"):
        odd = files() | {"actor.json": b"[]"}
        unpack(zipped(tmp_path / "c.zip", odd), tmp_path / "o3", NOW)
    damaged = bytearray(whole)
    damaged[200:260] = bytes(60)
    (tmp_path / "d.zip").write_bytes(damaged)
    with pytest.raises(Malformed):
        unpack(tmp_path / "d.zip", tmp_path / "o4", NOW)
    gone = tarred(tmp_path / "e.tar.gz", files()).read_bytes()
    (tmp_path / "f.tar.gz").write_bytes(gone[: len(gone) // 2])
    with pytest.raises(ServiceError):
        unpack(tmp_path / "f.tar.gz", tmp_path / "o5", NOW)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_is_told_however_it_was_packed(tmp_path: Path, method: int) -> None:
    """Each way of packing has an error of its own for bytes that cannot be unpacked."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as made:
        made.writestr("outbox.json", b"".join(b"%d " % (n * n) for n in range(20_000)))
    damaged = bytearray(path.read_bytes())
    damaged[60:400] = b"\xff" * 340
    path.write_bytes(damaged)

    with pytest.raises(Malformed, match="damaged"):
        unpack(path, tmp_path / "out", NOW)


def test_files_of_ours_in_it_are_not_believed(tmp_path: Path) -> None:
    """A manifest that comes along says nothing, nor does a lock."""
    odd = files(**{"manifest.json": b'{"network":"bluesky"}', ".lock": b"x", "README.txt": b"x"})
    manifest = unpack(zipped(tmp_path / "a.zip", odd), tmp_path / "out", NOW)

    assert manifest.network == "mastodon"
    assert verify_archive(tmp_path / "out", lambda progress: None).ok
    assert b"backup" in (tmp_path / "out/README.txt").read_bytes()


@pytest.mark.parametrize(
    "odd",
    [
        3,
        [],
        {},
        {"object": {}},
        {"object": {"id": 3}},
        note(1, tag=3, attachment={}, contentMap=[1], published=7, content=None, id="x"),
        note(1, attachment=[3, {"url": 4}, {"url": "../../etc/passwd", "mediaType": "image/png"}]),
        note(1, oneOf=[{"name": 3, "replies": 4}], endTime="soon", votersCount="many"),
        note(1, content="<" * 100_000, summary="\u202e" * 5_000),
    ],
)
def test_odd_items_cost_only_themselves(tmp_path: Path, odd: Any) -> None:
    """They are shown as far as they go, or as what could not be shown."""
    content = files() | {"outbox.json": outbox(note(1), odd, note(2))}
    manifest = unpack(zipped(tmp_path / "a.zip", content), tmp_path / "out", NOW)
    posts = ApPosts(tmp_path / "out", manifest.handle, manifest.server, NOW)
    contents = posts.contents(lambda progress: None)
    posts.open(contents.about)
    shown = [posts.post(one.body) for one in contents.posts]
    posts.close()

    texts = {one.text.text for one in shown if isinstance(one, Post)}
    assert {"words of 1 #tide", "words of 2 #tide"} <= texts
    media = [m for one in shown if isinstance(one, Post) for m in one.media]
    assert not any("passwd" in one.url for one in media)
