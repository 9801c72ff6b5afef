"""
Hostile records, the whole way: bytes → protocol → store → pipeline → layout → paint.

Shown as text or as a stub. Nothing crashes or hangs, no page is hidden, no
file is opened, and nobody is asked for anything that the card does not list.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import select
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from app.feed.rows import Card, Row
from app.model import Account, AccountId, Post, RichText
from app.model.timeline import ALL, StubRow
from app.protocols.base import SignedIn
from app.services.house import Options
from app.ui.theme import Theme
from app.ui.timeline.layout.card import lay_row
from app.ui.timeline.layout.frame import Frame, RowState
from app.ui.timeline.paint.painter import RowPainter
from app.ui.timeline.pictures import Form, NoPictures
from app.wiring import Wiring
from tests.contract import bluesky_server, mastodon_server
from tests.contract.server import Answer, Asking
from tests.faults import hostile
from tests.faults.godwit import Godwit
from tests.faults.world import HOME, World
from tests.ui.conftest import qapp  # noqa: F401  (a fixture)
from tests.ui.timeline import samples
from tests.ui.timeline.conftest import Stage

pytestmark = pytest.mark.timeout(600)
NETWORKS = ("mastodon", "bluesky")
OPENED = RowState(expanded=True, open=True, open_media=True, results=True)
IN_OPEN, IN_ACCESS, IN_NONBLOCK = 0x20, 0x1, 0x800
MOST = 0.5
"""Seconds of CPU that one card may take here; the program's aim is a fifth of it."""


# --------------------------------------------------------------------- watching


class Watched:
    """Every file that Python opens and every address that it dials, while it is on."""

    def __init__(self) -> None:
        self.on = False
        self.opened: set[str] = set()
        self.dialled: list[Any] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open":
            self.opened.add(str(arguments[0]))
        elif event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"):
            self.dialled.append((event, *arguments[1:]))


@pytest.fixture(scope="module")
def watched() -> Watched:
    """One hook: it cannot be taken away again."""
    return Watched()


class Canary:
    """A folder whose file nobody may open, not even Qt: the kernel tells (inotify)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "canary.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        self._told: int | None = None
        if sys.platform == "linux":
            libc = ctypes.CDLL(None, use_errno=True)
            self._told = libc.inotify_init1(IN_NONBLOCK)
            path = os.fsencode(folder / "canary.png")
            assert libc.inotify_add_watch(self._told, path, IN_OPEN | IN_ACCESS) > 0

    def was_opened(self) -> bool:
        """Since the last time of asking."""
        if self._told is None:
            return False
        found = False
        while select.select([self._told], [], [], 0)[0]:
            found = bool(os.read(self._told, 65_536))
        return found

    def close(self) -> None:
        """Stop watching."""
        if self._told is not None:
            os.close(self._told)


@pytest.fixture(scope="module")
def watched_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canary]:
    """One for all tests of a file."""
    made = Canary(tmp_path_factory.mktemp("canary"))
    yield made
    made.close()


@pytest.fixture
def canary(watched_folder: Canary, monkeypatch: pytest.MonkeyPatch) -> Canary:
    """In the current folder, so that relative addresses would find it."""
    monkeypatch.chdir(watched_folder.folder)
    watched_folder.was_opened()
    return watched_folder


def test_the_canary_sings(canary: Canary, qapp: QApplication) -> None:  # noqa: F811
    """Qt opening the file would be seen: else these tests could not fail."""
    if sys.platform != "linux":
        pytest.skip("needs inotify")
    assert QPixmap("canary.png").isNull()

    assert canary.was_opened()
    assert not canary.was_opened()


class Counting(NoPictures):
    """Remembers which addresses were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """Never there."""
        self.asked.add(url)
        return None


# ------------------------------------------------------------- the first half way


def pages(records: list[tuple[str, bytes]], good: list[bytes]) -> list[list[bytes]]:
    """So many to a page that each is taken: a good one before and after each hostile one."""
    found: list[list[bytes]] = [[]]
    size = 0
    for (_, data), between in zip(records, good, strict=True):
        if len(found[-1]) >= 36 or size + len(data) > 6_000_000:
            found.append([])
            size = 0
        found[-1] += [between, data]
        size += len(data) + len(between)
    return found


def serve(world: World, network: str, made: list[list[bytes]]) -> None:
    """Give these pages, and then the end."""

    def answer(asking: Asking) -> Answer:
        at = int(asking.query.get("max_id" if network == "mastodon" else "cursor", "0"))
        items = b"[" + b",".join(made[at] if at < len(made) else []) + b"]"
        if network == "bluesky":
            more = b', "cursor": "%d"' % (at + 1) if at + 1 < len(made) else b""
            return Answer(b'{"feed": ' + items + more + b"}")
        link = f'<{world.mastodon.origin}{asking.path}?max_id={at + 1}>; rel="next"'
        return Answer(items, 200, {"link": link} if at + 1 < len(made) else {})

    world.instead(network, HOME[network], answer)


def account(world: World, network: str) -> SignedIn:
    """As the sign-in of the program makes it."""
    origin = world.server(network).origin
    if network == "bluesky":
        handle, uri = bluesky_server.HANDLE, bluesky_server.DID
        secret = {
            "kind": "password",
            "access": bluesky_server.TOKEN,
            "refresh": bluesky_server.REFRESH,
            "server": origin,
            "plc": origin,
        }
    else:
        handle = "ana@" + origin.removeprefix("http://")
        uri, secret = f"{origin}/users/ana", {"token": mastodon_server.TOKEN}
    id = AccountId(handle)
    made = Account(id=id, protocol=network, network=network, server=origin, uri=uri, handle=handle)
    return SignedIn(made, secret)


async def read_all(profile: Path, signed_in: SignedIn) -> tuple[list[Row], set[str]]:
    """Sync to the server's end and read every row, as a window would; and who was asked."""
    options = Options(profile=profile)
    house = Wiring().build(options)
    try:
        await house.start()
        house.vault().keep_for_session()
        mine = await house.accounts.add(signed_in)
        reports = await house.sync.run()
        assert [report.error for report in reports] == [None]
        while (await house.sync.older(mine.id)).more:
            continue
        rows: list[Row] = []
        before = None
        while True:
            page = await house.timelines.read(ALL, before=before, limit=1_000, fetch=False)
            rows += page.rows
            if page.older is None:
                break
            before = page.older
        asked = {entry.host for entry in house.http().hosts.entries()}
        return rows, asked
    finally:
        await house.close()


def good_items(world: World, network: str, count: int) -> list[bytes]:
    """Plain posts of a year before, each its own."""
    found: list[bytes] = []
    for number in range(count):
        if network == "mastodon":
            plain = mastodon_server.timeline(world.mastodon.origin, 30)[25]
            plain |= {"id": str(10_000 + number), "uri": f"https://good.example/{number}"}
            plain["content"] = f"<p>Good {number}</p>"
        else:
            plain = bluesky_server.timeline(30)[25]
            post = plain["post"]
            post["uri"] = f"at://{bluesky_server.DID}/app.bsky.feed.post/3good{number:08}"
            post["record"]["text"] = f"Good {number}"
        found.append(hostile.encoded(plain))
    return found


def records_of(world: World, network: str, canary: Canary) -> list[tuple[str, bytes]]:
    """All hostile records of a network."""
    make = hostile.statuses if network == "mastodon" else hostile.views
    return make(world.server(network).origin, str(canary.folder))


def text_of(row: Row) -> str:
    """What its post says."""
    return row.post.text.text if isinstance(row, Card) else ""


def pictures_of_text(text: RichText) -> set[str]:
    """Custom emoji."""
    return {span.target for span in text.spans if span.kind == "emoji"}


def pictures_of_post(post: Post) -> set[str]:
    """All pictures that a post lists."""
    found = {post.author.avatar} | pictures_of_text(post.text)
    found |= {emoji.url for emoji in post.author.emojis}
    for media in post.media:
        found |= {media.url, media.preview}
    if post.card is not None:
        found.add(post.card.image)
    if post.quote is not None and post.quote.post is not None:
        found |= pictures_of_post(post.quote.post)
    if post.reply_to is not None and post.reply_to.author is not None:
        found |= {post.reply_to.author.avatar}
        found |= {emoji.url for emoji in post.reply_to.author.emojis}
    return found


def listed(row: Row) -> set[str]:
    """All pictures that a row lists."""
    if not isinstance(row, Card):
        return set()
    found = set[str]().union(*(pictures_of_post(copy.post) for copy in row.copies))
    for repost in row.reposts:
        found |= {repost.by.avatar} | {emoji.url for emoji in repost.by.emojis}
    return found


class Way(NamedTuple):
    """
    A network and its hostile records, half the way.

    Attributes:
        good: How many good posts stood among the hostile ones.
        rows: What became of them.
        hosts: Who was asked, as the program counts it.
        paths: What was asked for, as the server saw it.
    """

    network: str
    origin: str
    profile: Path
    good: int
    rows: list[Row]
    hosts: set[str]
    paths: list[str]


@pytest.fixture(scope="module", params=NETWORKS)
def way(
    request: pytest.FixtureRequest,
    one_world: World,
    watched_folder: Canary,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Way]:
    """Served, fetched, stored and read again: once for all tests."""
    network: str = request.param
    world = one_world
    world.behave()
    records = records_of(world, network, watched_folder)
    serve(world, network, pages(records, good_items(world, network, len(records))))
    world.asked[network].clear()
    profile = tmp_path_factory.mktemp("hostile") / "profile"
    rows, hosts = asyncio.run(read_all(profile, account(world, network)))
    paths = list(world.asked[network])
    world.behave()
    yield Way(network, world.server(network).origin, profile, len(records), rows, hosts, paths)


def test_hostile_records_go_the_whole_way(
    way: Way,
    canary: Canary,
    watched: Watched,
    qapp: QApplication,  # noqa: F811
    record_property: Any,
) -> None:
    """Every good post beside them is there; each is laid out and painted, asking for nothing."""
    network, rows = way.network, way.rows
    said = {text_of(row) for row in rows}

    assert {f"Good {number}" for number in range(way.good)} <= said
    assert way.hosts == {way.origin.removeprefix("http://")}
    assert way.paths
    assert not [path for path in way.paths if "canary" in path]
    stubs = [row for row in rows if isinstance(row, StubRow)]
    assert stubs
    assert all(row.stub.reason for row in stubs)

    slowest = (0.0, "")
    frame = Frame(Theme(), 600, networks=samples.NETWORKS, locale=QLocale("en_GB"))
    watched.on = True
    try:
        for row in rows:
            for state in (RowState(), OPENED):
                pictures = Counting()
                begun = time.thread_time()
                layout = lay_row(row, frame, samples.NOW, state)
                image = QImage(600, min(layout.height, 3_000), QImage.Format.Format_RGB32)
                painter = QPainter(image)
                RowPainter(frame.theme, pictures).paint(painter, layout)
                painter.end()
                slowest = max(slowest, (time.thread_time() - begun, text_of(row)[:60]))
                assert pictures.asked <= listed(row)
                assert all(url.startswith(("https://", "http://")) for url in pictures.asked)
                assert 0 < layout.height < 60_000
    finally:
        watched.on = False

    record_property("slowest card", slowest)
    print(f"{network}: {len(rows)} rows, {len(stubs)} stubs, slowest {slowest[0] * 1e3:.0f} ms")
    assert slowest[0] < MOST, slowest
    assert watched.dialled == []
    assert not [path for path in watched.opened if "canary" in path or "/etc/" in path]
    assert not canary.was_opened()


def test_hostile_records_in_the_view(
    way: Way,
    canary: Canary,
    watched: Watched,
    qapp: QApplication,  # noqa: F811
) -> None:
    """The real view, read from top to bottom: every row has been in sight and has its words."""
    rows = way.rows
    stage = Stage(rows, height=1_400)
    watched.on = True
    try:
        seen: set[object] = set()
        last = None
        while True:
            shown = stage.view.visible_rows()
            seen |= {stage.source.key(index) for index, _ in shown}
            stage.view.grab()
            if shown == last:
                break
            last = shown
            stage.view.verticalScrollBar().setValue(stage.view.verticalScrollBar().value() + 1_200)
    finally:
        watched.on = False
        stage.view.set_source(None)
        stage.window.close()
        stage.window.deleteLater()
        QApplication.processEvents()

    assert seen == {row.key for row in rows}
    assert watched.dialled == []
    assert not canary.was_opened()


def test_hostile_records_on_the_command_line(way: Way) -> None:
    """As text and as JSON, to the end: no control character reaches the terminal."""
    godwit = Godwit(way.profile)
    items: list[dict[str, Any]] = []
    older: list[str] = []
    while True:
        arguments = ["timeline", "--no-sync", "--limit", "1000", *older]
        text = godwit.run(*arguments)
        page = godwit.ok(*arguments)
        items += page["items"]
        signs = {sign for sign in text.out if unicodedata.category(sign) in ("Cc", "Cs")}

        assert (text.status, text.err) == (0, "")
        assert signs <= {"\n", "\t"}
        if page["older"] is None:
            break
        older = ["--older", page["older"]]

    assert len(items) == len(way.rows)
