"""Backups of a real account on a real server: whole, caught when touched, browsable."""

from __future__ import annotations

import asyncio
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model import Post, RichText
from app.model.errors import Suspended
from app.model.sending import Outgoing
from app.portability.archive_browse import browse
from app.portability.atproto.archive import open_archive, verify_archive
from app.portability.atproto.backup import Backup
from app.portability.atproto.browsing import AtPosts
from app.portability.atproto.download import RepoSource
from app.protocols.http import Http
from tests.real.bluesky_writer import PASSWORD, Writer, ask, picture

pytestmark = pytest.mark.real


def backup_of(writer: Writer, http: Http, folder: Path) -> Backup:
    """A run, ready to go."""
    api = writer.service.api
    source = RepoSource(http, api.server, writer.did, own=api, plc=writer.rig["plc"])
    handle = writer.account.handle
    return Backup(source, folder, handle, media=True, now=lambda: datetime.now(UTC))


async def test_an_account_is_saved_checked_and_looked_through(
    writer: Writer, http: Http, tmp_path: Path
) -> None:
    """With its picture; again for one question; a flipped byte is found; shown offline."""
    files = tmp_path / "files"
    files.mkdir()
    attached = picture(files, "mud", alt="A godwit on mud")
    uploads = {attached.id: await writer.service.upload(attached, files / attached.id)}
    with_picture = Outgoing(text=RichText("With a picture"), media=(attached,))
    await writer.service.publish([writer.ready_post(with_picture, uploads=uploads)])
    await writer.service.publish(writer.ready("Without one"))
    folder = tmp_path / "archive"

    first = await backup_of(writer, http, folder).run()
    again = await backup_of(writer, http, folder).run()

    assert (first.ok, first.signature, first.blobs) == (True, "valid", 1)
    assert (again.ok, again.changed) == (True, False)
    assert verify_archive(folder).ok
    archive = open_archive(folder)
    posts = AtPosts(archive, datetime.now(UTC))
    browsing = browse(tmp_path / "profile", folder, archive.manifest, posts, lambda done: None)
    (_, newest), (_, older) = (await browsing.page()).items
    await browsing.close()
    assert isinstance(newest, Post) and isinstance(older, Post)
    assert (newest.text.text, older.media[0].alt) == ("Without one", "A godwit on mud")
    with urllib.request.urlopen(older.media[0].url) as file:
        assert file.read(4) == b"\x89PNG"
    data = bytearray(archive.car.read_bytes())
    data[len(data) // 2] ^= 1
    archive.car.write_bytes(bytes(data))
    assert not verify_archive(folder).ok


async def test_a_deactivated_account_is_saved_by_its_owner(
    writer: Writer, http: Http, tmp_path: Path
) -> None:
    """Nobody else gets it then."""
    await writer.service.publish(writer.ready("Before I left"))
    api = writer.service.api
    await asyncio.to_thread(deactivate, writer)

    report = await backup_of(writer, http, tmp_path / "archive").run()

    assert (report.ok, report.records) == (True, 1)
    bare = RepoSource(http, api.server, writer.did, plc=writer.rig["plc"])
    with pytest.raises(Suspended, match="deactivated"):
        await bare.latest()


def deactivate(writer: Writer) -> None:
    """As its owner, with the password's own session."""
    pds = writer.rig["pds"][0]
    session = ask(
        f"{pds}/xrpc/com.atproto.server.createSession",
        {"identifier": writer.account.handle, "password": PASSWORD},
    )
    request = urllib.request.Request(
        f"{pds}/xrpc/com.atproto.server.deactivateAccount",
        b"{}",
        {
            "content-type": "application/json",
            "authorization": f"Bearer {session['accessJwt']}",
        },
    )
    urllib.request.urlopen(request, timeout=30).close()
