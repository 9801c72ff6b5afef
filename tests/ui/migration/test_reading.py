"""Looking through an archive in the window: all posts, those with some words, and back."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QAbstractButton

from app.model import AccountId
from app.portability.archive_manifest import ArchiveReport
from app.portability.archives import Archives
from app.portability.atproto.archive import open_archive
from app.portability.atproto.kind import AtArchives
from app.protocols.demo import SKY
from app.protocols.http import Http
from app.ui.migration.archive_rows import OnlyHere
from app.ui.presenters.moving_backups import BackupRoom
from app.ui.presenters.moving_reading import ArchiveReader
from app.ui.timeline.pictures import Form
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.unit.portability.atproto.small_pds import SmallPds, running
from tests.unit.portability.atproto.test_backup import World
from tests.waiting import until

POSTS = 150


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Of somebody with many posts, one of them with a picture."""
    pds = SmallPds()
    for number in range(POSTS - 1):
        pds.add_post(f"Post {number}: the tide comes in over the mud, and the birds with it.")
    png = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 140, 150)).save(png, "PNG")
    pds.add_picture(png.getvalue(), alt="A bar-tailed godwit")

    async def make() -> None:
        door = Http(user_agent="test")
        async with running(pds):
            assert (await World(pds, door, tmp_path / "archive").back_up()).ok
        await door.close()

    asyncio.run(make())
    return tmp_path / "archive"


def with_archive(
    demo: Demo, folder: Path, act: Callable[[Demo, BackupRoom, ArchiveReader], Awaitable[None]]
) -> Awaitable[None]:
    """In the demo's window, with that archive as one of its account's; it is looked through."""

    async def scenario(demo: Demo) -> None:
        demo.live.accounts.own_wanted.emit("backup", SKY)
        await until(lambda: demo.live.backups.page)
        room, house = demo.live.backups, demo.house
        kind = AtArchives(house.http, house.accounts.service, house.clock.now)
        archives = Archives(house.store, lambda: [kind], house.accounts.all, house.clock)
        room._services.archives = archives
        good = ArchiveReport(account=SKY, network="bluesky")
        now = datetime.now(UTC)
        await archives.schedules.note(AccountId(SKY), folder, now, good, media=True)
        room.open(SKY)
        await until(lambda: room.page and room.page.panels[SKY].backed.schedule)
        assert room.page is not None
        buttons = room.page.panels[SKY].findChildren(QAbstractButton)
        next(one for one in buttons if one.text() == "Look through").click()
        await until(lambda: room.reader and len(room.reader._rows))
        assert room.reader is not None
        await act(demo, room, room.reader)

    return opened(demo, scenario)


def test_posts_are_shown_and_more_come_on_the_way_down(
    demo: Demo, run: Scenario, archive: Path
) -> None:
    """Newest first; nothing can be done with them; the end is reached."""

    async def act(demo: Demo, room: BackupRoom, reader: ArchiveReader) -> None:
        page, rows = reader.page, reader._rows
        assert "150 posts" in page.sentence.text()
        first = len(rows)
        assert first < POSTS
        card = page.view.card(rows.key(0))
        assert card is not None and card.post.text.text == "A picture"
        laid, _ = page.view.place_of(rows.key(0)) or (None, 0)
        assert laid is not None
        assert not {part.intent.kind for part in laid.parts} & {"react", "menu"}
        while len(rows) < POSTS:
            before = len(rows)
            page.view.go_end()
            await until(lambda: len(rows) > before)
        assert rows.row(POSTS - 1).post.text.text.startswith("Post 0:")  # type: ignore[union-attr]

    run(with_archive(demo, archive, act))


def test_a_backup_is_opened_by_who_has_no_account(demo: Demo, run: Scenario, archive: Path) -> None:
    """From its folder alone, over whatever is shown; Back puts it away."""

    async def scenario(demo: Demo) -> None:
        room, house = demo.live.backups, demo.house
        kind = AtArchives(house.http, house.accounts.service, house.clock.now)
        room._services.archives = Archives(house.store, lambda: [kind], lambda: (), house.clock)
        await room.look(archive.parent)
        assert room.reader is None  # that folder is no backup: said, nothing covered
        assert room.frame is None
        await room.look(archive)
        assert room.reader is not None
        await until(lambda: room.reader and len(room.reader._rows))
        assert "150 posts" in room.reader.page.sentence.text()
        room.reader.page.back_wanted.emit()
        assert (room.frame, room.reader) == (None, None)

    run(opened(demo, scenario))


def test_no_server_is_asked_for_a_picture(demo: Demo, run: Scenario, archive: Path) -> None:
    """One that is not in the archive is said not to be there."""
    for path in open_archive(archive).blobs.iterdir():
        path.unlink()
    asked: list[str] = []

    async def act(demo: Demo, room: BackupRoom, reader: ArchiveReader) -> None:
        (media,) = reader._rows.row(0).post.media  # type: ignore[union-attr]
        pictures = OnlyHere(Asked(asked))
        form = Form(40, 40)
        assert media.url.startswith("http://")
        assert pictures.request(media.url, form) is None
        assert pictures.failed(media.url)
        pictures.request("file:///x", form)
        assert asked == ["", "file:///x"]

    run(with_archive(demo, archive, act))


class Asked:
    """Notes what is asked for."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked

    def request(self, url: str, form: Form, blurhash: str = "") -> None:
        self._asked.append(url)

    def failed(self, url: str) -> bool:
        return False


def test_what_is_typed_is_found(demo: Demo, run: Scenario, archive: Path) -> None:
    """By words, also those of pictures; that there is nothing is said; empty shows all."""

    async def act(demo: Demo, room: BackupRoom, reader: ArchiveReader) -> None:
        page = reader.page
        page.search.setText("godwit")
        await until(lambda: reader._rows.words == "godwit" and len(reader._rows) == 1)
        page.search.setText("penguin")
        await until(lambda: "No post has all of these words" in page.state.text())
        page.search.setText("")
        await until(lambda: reader._rows.words == "" and len(reader._rows) > 1)
        assert page.state.text() == ""

    run(with_archive(demo, archive, act))


def test_one_comes_back_to_the_backups(demo: Demo, run: Scenario, archive: Path) -> None:
    """And the archive's files are let go of."""

    async def act(demo: Demo, room: BackupRoom, reader: ArchiveReader) -> None:
        car = open_archive(archive).car
        reader.page.back_wanted.emit()
        await until(lambda: room.page)
        await until(lambda: not _is_open(car))
        assert room.reader is None

    run(with_archive(demo, archive, act))


def _is_open(path: Path) -> bool:
    """Whether this process has the file open."""
    fds = Path("/proc/self/fd")
    return any(fd.is_symlink() and fd.readlink() == path for fd in fds.iterdir())
