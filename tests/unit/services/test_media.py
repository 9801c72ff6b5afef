"""Pictures arrive once, from the right place, in the order they are wanted."""

from __future__ import annotations

import asyncio
import struct
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from app.model.errors import Cancelled, Malformed, NotFound, ServiceError, Unreachable, Unsafe
from app.protocols.http import Http, Reply
from app.services.media import AT_ONCE, QUEUE, Media, MediaKind
from app.services.picture_types import picture_type
from app.store.media_cache import MediaCache
from tests.unit.protocols.wire import Asked, Wire, always, answer, serving


def png(width: int = 1, height: int = 1, extra: int = 0) -> bytes:
    """A valid PNG of one colour (of *width* × *height* by its header)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", b"x\0" + b"y" * extra)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


GOOD = answer(200, png(), Content_Type="image/png")


class Time:
    """A clock that stands still until it is moved."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time() -> Time:
    """A clock for cache and failures."""
    return Time()


@pytest.fixture
def cache(tmp_path: Path, time: Time) -> MediaCache:
    """An empty cache."""
    return MediaCache(tmp_path / "media", clock=time)


@pytest.fixture
async def house(cache: MediaCache, time: Time) -> AsyncIterator[Callable[..., Media]]:
    """Makes the service, with a door that may speak to the given servers here."""
    http = Http(user_agent="t")
    made: list[Media] = []

    def make(*wires: Wire, **options: Any) -> Media:
        for wire in wires:
            http.allow_private(wire.origin)
        made.append(Media(lambda: http, cache, clock=time, **options))
        return made[-1]

    yield make
    for media in made:
        await media.close()
    await http.close()


# -- what is fetched, and how often --------------------------------------------


async def test_a_picture_is_fetched_once_and_kept(house: Callable[..., Media]) -> None:
    """The second time it comes from disk; the suffix tells what it is."""
    async with serving(always(GOOD)) as wire:
        media = house(wire)
        first = await media.get(f"{wire.origin}/a.jpg?x=1", "preview")
        second = await media.get(f"{wire.origin}/a.jpg?x=1", "preview")

    assert isinstance(first, Path)
    assert first == second
    assert (first.suffix, first.read_bytes()) == (".png", png())
    assert len(wire.asked) == 1


async def test_what_many_want_at_once_is_fetched_once(house: Callable[..., Media]) -> None:
    """Twenty cards with the same avatar make one request."""
    async with serving(always(GOOD)) as wire:
        media = house(wire)
        got = await asyncio.gather(*(media.get(wire.origin, "avatar") for _ in range(20)))

    assert len(set(got)) == 1
    assert len(wire.asked) == 1


async def test_hosts_are_listed_with_the_purpose(house: Callable[..., Media]) -> None:
    """The panel says “profile pictures”, or what the caller says."""
    async with serving(always(GOOD)) as wire:
        media = house(wire)
        await media.get(f"{wire.origin}/1", "avatar")
        await media.get(f"{wire.origin}/2", "avatar", why="server preview")
        hosts = media._http().hosts.entries()

    assert ["profile pictures", "server preview"] == [entry.why for entry in hosts]


async def test_pictures_that_came_with_the_program_need_no_network(
    house: Callable[..., Media], tmp_path: Path
) -> None:
    """The demo's."""
    ours = tmp_path / "ours.png"
    media = house(local=lambda url: ours if url == "https://demo.example/x" else None)

    assert await media.get("https://demo.example/x", "full") == ours


class Gate:
    """A server that answers when it is told to."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.open = asyncio.Event()
        self.full = asyncio.Event()
        self.here = 0
        self.most = 0

    async def respond(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.order.append(asked.target)
        self.here += 1
        self.most = max(self.most, self.here)
        if self.here == AT_ONCE:
            self.full.set()
        await self.open.wait()
        self.here -= 1
        writer.write(GOOD)


class Door:
    """Stands where ``Http`` does; notes in which order it was knocked at."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.open = asyncio.Event()
        self.here = self.most = 0

    async def fetch_public(self, url: str, **_: Any) -> Reply:
        """Answers when it is opened."""
        self.order.append(url[-2:])
        self.here += 1
        self.most = max(self.most, self.here)
        await self.open.wait()
        self.here -= 1
        return Reply(200, {}, png(), url)


async def test_the_latest_wish_comes_first_and_few_run_at_once(cache: MediaCache) -> None:
    """Four at a time; then from where the reader is now backwards."""
    door = Door()
    media = Media(lambda: door, cache)  # type: ignore[arg-type, return-value]
    tasks = []
    for i in [*range(10, 22), 15]:  # the reader scrolls back to number 15
        url = f"https://example.org/{i}"
        tasks.append(asyncio.create_task(media.get(url, "preview")))
        while (url, "preview") not in media._jobs:
            await asyncio.sleep(0)
    while next(reversed(media._queue))[0] != url:
        await asyncio.sleep(0)
    door.open.set()
    await asyncio.gather(*tasks)

    assert ["10", "11", "12", "13"] == door.order[:4]
    assert ["15", "21", "20", "19", "18", "17", "16", "14"] == door.order[4:]
    assert door.most == AT_ONCE


async def test_when_nobody_wants_it_any_more_it_is_not_fetched(
    house: Callable[..., Media],
) -> None:
    """Cancelled waiting ones are never asked for; running ones are cut off."""
    gate = Gate()
    async with serving(gate.respond) as wire:
        media = house(wire)
        tasks = [asyncio.create_task(media.get(f"{wire.origin}/{i}", "preview")) for i in range(8)]
        await gate.full.wait()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        gate.open.set()
        path = await media.get(f"{wire.origin}/after", "preview")

    assert isinstance(path, Path)
    assert len(gate.order) == AT_ONCE + 1
    assert media._running == 0


async def test_one_of_two_may_leave(house: Callable[..., Media]) -> None:
    """The fetch goes on for the other."""
    gate = Gate()
    async with serving(gate.respond) as wire:
        media = house(wire)
        one = asyncio.create_task(media.get(wire.origin, "preview"))
        two = asyncio.create_task(media.get(wire.origin, "preview"))
        while not gate.order:
            await asyncio.sleep(0.001)
        one.cancel()
        gate.open.set()

        assert isinstance(await two, Path)
    assert len(gate.order) == 1


async def test_the_queue_has_an_end(house: Callable[..., Media]) -> None:
    """Scrolling past thousands keeps only the last ones; the others are told."""
    gate = Gate()
    async with serving(gate.respond) as wire:
        media = house(wire)
        count = QUEUE + AT_ONCE + 30
        tasks = [
            asyncio.create_task(media.get(f"{wire.origin}/{i}", "preview")) for i in range(count)
        ]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        while sum(task.done() for task in tasks) < 30:
            await asyncio.sleep(0.001)
        dropped = [task for task in tasks if task.done()]
        await media.close()
        await asyncio.gather(*tasks, return_exceptions=True)

    assert len(dropped) == 30
    assert all(isinstance(task.exception(), Cancelled) for task in tasks)


# -- what goes wrong -----------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "kind", "error"),
    [
        (answer(404), "preview", NotFound),
        (answer(500), "preview", Unreachable),
        (answer(200, b"<html>", Content_Type="text/html"), "preview", Malformed),
        (answer(200, b"<svg/>", Content_Type="image/svg+xml"), "preview", Malformed),
        (answer(200, b"<svg xmlns='x'/>", Content_Type="image/png"), "preview", Malformed),
        (
            answer(200, b"%PDF-1.4 ......................", Content_Type="image/png"),
            "full",
            Malformed,
        ),
        (answer(200, png(9000, 9000), Content_Type="image/png"), "full", Malformed),
        (answer(200, png(extra=1_000_000), Content_Type="image/png"), "emoji", Malformed),
        (answer(200, b"", Content_Type="image/png"), "avatar", Malformed),
    ],
)
async def test_what_is_no_harmless_picture_is_not_kept(
    house: Callable[..., Media],
    cache: MediaCache,
    reply: bytes,
    kind: MediaKind,
    error: type[ServiceError],
) -> None:
    """Refused in words, nothing on disk, and not asked for again at once."""
    async with serving(always(reply)) as wire:
        media = house(wire)
        for _ in range(3):
            with pytest.raises(error):
                await media.get(wire.origin, kind)

    assert cache.size == 0
    assert len(wire.asked) == 1


async def test_a_name_on_the_outside_does_not_matter(house: Callable[..., Media]) -> None:
    """Storage services call a picture octet-stream, or another kind of picture."""
    for kind in ("application/octet-stream", "image/jpeg"):
        async with serving(always(answer(200, png(), Content_Type=kind))) as wire:
            path = await house(wire).get(wire.origin, "preview")
        assert isinstance(path, Path)
        assert path.suffix == ".png"


async def test_a_failure_is_tried_again_later_and_later(
    house: Callable[..., Media], time: Time
) -> None:
    """20 s, 40 s, 80 s …; a success starts afresh."""
    works = False

    async def respond(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(GOOD if works else answer(502))

    async with serving(respond) as wire:
        media = house(wire)
        for expected, step in ((1, 19), (1, 2), (2, 39), (2, 2), (3, 79), (3, 2)):
            with pytest.raises(Unreachable):
                await media.get(wire.origin, "preview")
            assert len(wire.asked) == expected
            time.now += step
        works = True
        await media.get(wire.origin, "preview")


async def test_the_user_can_try_again_at_once(house: Callable[..., Media]) -> None:
    """``retry_now`` forgets what failed."""
    async with serving(always(answer(404))) as wire:
        media = house(wire)
        for _ in range(2):
            with pytest.raises(NotFound):
                await media.get(wire.origin, "preview")
            media.retry_now()

    assert len(wire.asked) == 2


async def test_a_file_that_cannot_be_decoded_is_thrown_away(
    house: Callable[..., Media], cache: MediaCache
) -> None:
    """The window says so; it is not fetched again soon."""
    async with serving(always(GOOD)) as wire:
        media = house(wire)
        path = await media.get(wire.origin, "preview")
        await media.reject(wire.origin)
        with pytest.raises(Malformed):
            await media.get(wire.origin, "preview")

    assert isinstance(path, Path)
    assert not path.exists()
    assert len(wire.asked) == 1


async def test_a_full_disk_does_not_take_the_pictures_away(
    house: Callable[..., Media], tmp_path: Path
) -> None:
    """The bytes come back instead of a file."""
    (tmp_path / "media").write_text("a file where the folder should be")
    async with serving(always(GOOD)) as wire:
        assert await house(wire).get(wire.origin, "preview") == png()


async def test_a_bug_reaches_whoever_waits(house: Callable[..., Media], cache: MediaCache) -> None:
    """It is not swallowed, and the next picture still comes."""

    class Broken(MediaCache):
        def put(self, url: str, suffix: str, content: bytes) -> Path:
            raise ZeroDivisionError

    async with serving(always(GOOD)) as wire:
        media = house(wire)
        media._cache = Broken(Path("/nonexistent"))
        with pytest.raises(ZeroDivisionError):
            await media.get(wire.origin, "preview")
        media._cache = cache
        await media.get(wire.origin, "preview")


# -- whom we ask ---------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "file:///etc/passwd",
        "data:image/png;base64,AA",
        "http://127.0.0.1:1/",
        "https://10.0.0.1/",
    ],
)
async def test_content_cannot_make_us_ask_inside(house: Callable[..., Media], url: str) -> None:
    """The rules of fetches from content hold for pictures."""
    with pytest.raises(Unsafe):
        await house().get(url, "preview")


async def test_other_servers_are_not_asked_when_the_user_says_so(
    house: Callable[..., Media],
) -> None:
    """“never”: only one's own server's pictures; what is on disk is still shown."""
    setting = "always"
    async with serving(always(GOOD)) as other, serving(always(GOOD)) as home:
        own = home.origin.removeprefix("http://")
        media = house(other, home, remote=lambda: setting, own_hosts=lambda: [own])
        seen = await media.get(f"{other.origin}/seen", "preview")

        setting = "never"
        assert await media.get(f"{other.origin}/seen", "preview") == seen
        with pytest.raises(Unsafe, match="from other servers"):
            await media.get(f"{other.origin}/new", "preview")
        await media.get(f"{home.origin}/new", "preview")
        assert len(other.asked) == 1

        setting = "always"
        await media.get(f"{other.origin}/new", "preview")


def test_a_servers_picture_hosts_are_its_own() -> None:
    """files.example.social belongs to example.social, another instance does not."""
    media = Media(
        lambda: Http(user_agent="t"), MediaCache(Path("x")), own_hosts=lambda: ["example.social"]
    )

    assert media._is_own("files.example.social")
    assert not media._is_own("example.org")


async def test_closing_stops_everything(house: Callable[..., Media]) -> None:
    """Whoever waits is told."""
    gate = Gate()
    async with serving(gate.respond) as wire:
        media = house(wire)
        tasks = [asyncio.create_task(media.get(f"{wire.origin}/{i}", "full")) for i in range(9)]
        await gate.full.wait()
        await media.close()
        results = await asyncio.gather(*tasks, return_exceptions=True)

    assert all(isinstance(result, Cancelled) for result in results)
    assert media._jobs == {}


# -- what bytes are ------------------------------------------------------------

WEBP_LOSSY = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 300, 200)
WEBP_LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 299 | 199 << 14) + b"\0" * 8
WEBP_EXTENDED = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + b"\x2b\x01\0" + b"\xc7\0\0"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xdb\x00\x03c\xff\xc2\x00\x11\x08"
    + struct.pack(">HH", 200, 300)
    + b"\x03"
    + b"\0" * 20
)


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (png(300, 200), "png"),
        (b"GIF89a" + struct.pack("<HH", 300, 200), "gif"),
        (b"GIF87a" + struct.pack("<HH", 300, 200), "gif"),
        (WEBP_LOSSY, "webp"),
        (WEBP_LOSSLESS, "webp"),
        (WEBP_EXTENDED, "webp"),
        (JPEG, "jpeg"),
    ],
)
def test_pictures_are_told_with_their_size(data: bytes, form: str) -> None:
    """From the header alone."""
    found = picture_type(data)

    assert found is not None
    assert (form, 300, 200) == (found.format, found.width, found.height)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        png(0, 5),
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"RIFF\0\0\0\0WAVEfmt " + b"\0" * 30,
        b"RIFF\0\0\0\0WEBPVP8Z" + b"\0" * 30,
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0\x00\x00" + b"\0" * 40,
        b"\xff\xd8" + b"\xff" * 50_000,
        b"<svg/>",
        b"II*\0" + b"\0" * 40,
        b"BM" + b"\0" * 60,
    ],
)
def test_other_bytes_are_no_picture(data: bytes) -> None:
    """Cut, empty, or of a kind that is not decoded."""
    assert picture_type(data) is None


async def test_what_was_asked_for_by_a_press_is_fetched_wherever_it_lies(
    house: Callable[..., Media],
) -> None:
    """Who wants nothing from other servers still gets the one they press, and only that."""
    async with serving(always(GOOD)) as wire:
        media = house(wire, remote=lambda: "never")
        with pytest.raises(Unsafe):
            await media.get(f"{wire.origin}/a", "full")
        assert await media.kept(f"{wire.origin}/a") is None
        got = await media.get(f"{wire.origin}/a", "full", asked=True)
        assert got == await media.kept(f"{wire.origin}/a")
        with pytest.raises(Unsafe):
            await media.get(f"{wire.origin}/b", "full")

    assert [asked.target for asked in wire.asked] == ["/a"]
