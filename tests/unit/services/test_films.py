"""Films are fetched by our own rules, put together here, and handed on only when they are films."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from app.model.errors import (
    Malformed,
    NotFound,
    ServiceError,
    StoreError,
    Unsafe,
    Unsupported,
)
from app.model.film import CaptionAddress, FilmPage
from app.protocols.http import Http
from app.resources import resource
from app.services import films as module
from app.services.films import Films, Progress
from tests.unit.protocols.wire import Asked, Respond, Wire, answer, serving

FILM = resource("demo", "boat.mp4").read_bytes()
PIECE = (b"\x47" + b"x" * 187) * 30
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
MASTER = (
    b'#EXTM3U\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="English",LANGUAGE="en",URI="/s.m3u8"\n'
    b"#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=2x720\n/720.m3u8\n"
    b"#EXT-X-STREAM-INF:BANDWIDTH=5,RESOLUTION=2x360\n/360.m3u8\n"
)
LIST = b"#EXTM3U\n#EXTINF:4,\n/a.ts\n#EXTINF:4,\n/b.ts\n#EXTINF:4,\n/c.ts\n#EXTINF:4,\n/d.ts\n#EXT-X-ENDLIST\n"
WORDS = b"#EXTM3U\n#EXTINF:4,\n/s.vtt\n#EXT-X-ENDLIST\n"
STREAM = {
    "/film": MASTER, "/720.m3u8": LIST, "/360.m3u8": LIST, "/s.m3u8": WORDS, "/s.vtt": VTT,
    "/a.ts": PIECE, "/b.ts": PIECE, "/c.ts": PIECE, "/d.ts": PIECE,
}  # fmt: skip


def shelf(files: dict[str, bytes]) -> Respond:
    """Serves these, and nothing else."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        body = files.get(asked.target)
        writer.write(answer(404) if body is None else answer(200, body))

    return respond


@pytest.fixture
async def make(tmp_path: Path) -> AsyncIterator[Callable[..., Films]]:
    """Makes the service, with a door that may speak to the given servers here."""
    http = Http(user_agent="t")
    made: list[Films] = []

    def films(*wires: Wire, **options: Any) -> Films:
        for wire in wires:
            http.allow_private(wire.origin)
        made.append(Films(lambda: http, tmp_path / "films", **options))
        return made[-1]

    yield films
    for one in made:
        await one.close()
    await http.close()


async def test_a_film_is_fetched_once_and_told_by_what_is_in_it(
    make: Callable[..., Films], tmp_path: Path
) -> None:
    """Its server's name for it means nothing; all of it goes when the program ends."""
    seen: list[Progress] = []
    async with serving(shelf({"/film.html": FILM})) as wire:
        films = make(wire)
        first = await films.get(f"{wire.origin}/film.html", progress=seen.append)
        second = await films.get(f"{wire.origin}/film.html")

    assert first == second and len(wire.asked) == 1
    assert (first.kind.what, first.path.suffix, first.path.read_bytes()) == ("film", ".mp4", FILM)
    assert seen[-1] == Progress(len(FILM), 1.0)
    await films.close()
    assert not (tmp_path / "films").exists()


async def test_a_stream_is_put_together_with_its_captions(make: Callable[..., Films]) -> None:
    """The size that is enough, all pieces in order, the words of each language."""
    seen: list[Progress] = []
    async with serving(shelf(STREAM)) as wire:
        film = await make(wire).get(f"{wire.origin}/film", height=360, progress=seen.append)

    assert (film.kind.suffix, film.path.read_bytes()) == (".ts", PIECE * 4)
    assert [(track.name, track.cues[0].text) for track in film.tracks] == [("English", "Hello")]
    assert "/720.m3u8" not in [asked.target for asked in wire.asked]
    assert [one.share for one in seen if one.share] == [0.75, 1.0]


async def test_captions_that_are_gone_do_not_cost_the_film(make: Callable[..., Films]) -> None:
    """None rather than no film."""
    async with serving(shelf({**STREAM, "/s.vtt": b"<html>"})) as wire:
        film = await make(wire).get(f"{wire.origin}/film")

    assert film.tracks == ()


async def test_pieces_may_lie_nowhere_else(make: Callable[..., Films]) -> None:
    """A playlist must not make us ask whom it likes, not even once."""
    async with serving(shelf({"/b.ts": PIECE})) as other:
        foreign = LIST.replace(b"/b.ts", b"http://localhost:%d/b.ts" % other.port)
        async with serving(shelf({**STREAM, "/720.m3u8": foreign})) as wire:
            with pytest.raises(Unsafe):
                await make(wire, other).get(f"{wire.origin}/film")

    assert other.asked == [] and "/a.ts" not in [asked.target for asked in wire.asked]


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/film.mp4",
        "https://192.168.1.1/film.mp4",
        "http://video.example/film.mp4",
        "file:///etc/passwd",
        "https://localhost/playlist.m3u8",
    ],
)
async def test_content_cannot_make_us_ask_what_is_not_public(
    make: Callable[..., Films], url: str
) -> None:
    """Not this computer, not the network it is in, nothing unencrypted, no file."""
    with pytest.raises(Unsafe):
        await make().get(url)


async def test_a_redirect_to_this_computer_is_not_followed(make: Callable[..., Films]) -> None:
    """What was allowed first is looked at again at each hop."""
    async with serving(shelf({"/film": FILM})) as inner:

        async def away(_: Asked, writer: asyncio.StreamWriter) -> None:
            writer.write(answer(302, Location=f"{inner.origin}/film"))

        async with serving(away) as wire:
            with pytest.raises(Unsafe):
                await make(wire).get(f"{wire.origin}/film")

    assert inner.asked == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!doctype html><html>sign in</html>", Malformed),
        (b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", Unsafe),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", Malformed),
        (b"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1</BaseURL></MPD>", Malformed),
        (b"[playlist]\nFile1=http://127.0.0.1/\n", Malformed),
        (b"\x00\x00\x00\x18ftypmp42" + b"\xff" * 900, Malformed),
        (b"\x47" + b"junk" * 400, Malformed),
        (b"MZ\x90\x00", Malformed),
        (b"#EXTM3U\n#EXTINF:9,\n/a.ts\n", Unsupported),
        (b'{"type":"Video"}', Malformed),
        (b"", Malformed),
    ],
)
async def test_only_films_are_handed_on(
    make: Callable[..., Films], tmp_path: Path, body: bytes, kind: type[ServiceError]
) -> None:
    """Lists of addresses in disguise, pages, programs, junk: words, and nothing stays."""
    async with serving(shelf({"/film.mp4": body})) as wire:
        with pytest.raises(kind) as caught:
            await make(wire).get(f"{wire.origin}/film.mp4")

    assert caught.value.message and "passwd" not in caught.value.message
    assert list((tmp_path / "films").glob("**/*")) == []


async def test_a_film_that_is_gone_is_said(make: Callable[..., Films]) -> None:
    """404 is no film."""
    async with serving(shelf({})) as wire:
        with pytest.raises(NotFound):
            await make(wire).get(f"{wire.origin}/film")


async def test_a_film_that_lies_about_its_size_ends_at_the_limit(
    make: Callable[..., Films], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether it says so or not; pieces count together."""
    monkeypatch.setattr(module, "MOST", 3 * len(PIECE))
    async with serving(shelf({**STREAM, "/large": FILM + bytes(9)})) as wire:
        films = make(wire)
        for path in ("/film", "/large"):
            with pytest.raises(Malformed):
                await films.get(f"{wire.origin}{path}")

    assert list((tmp_path / "films").glob("**/*")) == []


async def test_stopped_half_way_nothing_stays(make: Callable[..., Films], tmp_path: Path) -> None:
    """And the next one comes as if nothing had been."""
    reached = asyncio.Event()

    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.target == "/film":
            writer.write(answer(200, FILM))
            return
        writer.write(answer(200, FILM)[:5_000])
        await writer.drain()
        reached.set()
        await asyncio.Event().wait()

    async with serving(slow) as wire:
        films = make(wire)
        task = asyncio.create_task(films.get(f"{wire.origin}/slow"))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert list((tmp_path / "films").glob("**/*")) == []
        assert (await films.get(f"{wire.origin}/film")).kind.what == "film"


async def test_a_page_about_a_film_leads_to_its_file_and_captions(
    make: Callable[..., Films],
) -> None:
    """Some servers answer with where the files are: the one that is large enough is taken."""
    async with serving(shelf({"/watch": b"{}", "/s.mp4": FILM, "/en.vtt": VTT})) as wire:
        page = FilmPage(
            ((1080, f"{wire.origin}/l.mp4"), (480, f"{wire.origin}/s.mp4")),
            (CaptionAddress(f"{wire.origin}/en.vtt", "English", "en"),),
        )
        film = await make(wire, read_page=lambda body: page).get(f"{wire.origin}/watch")

    assert film.path.read_bytes() == FILM
    assert [track.lang for track in film.tracks] == ["en"]
    assert "activity+json" in wire.asked[0].headers["accept"]


async def test_what_was_left_by_a_killed_program_goes(
    make: Callable[..., Films], tmp_path: Path
) -> None:
    """The folder is emptied when it is first needed."""
    (tmp_path / "films" / "x").mkdir(parents=True)
    (tmp_path / "films" / "x" / "film").write_bytes(b"left")
    async with serving(shelf({"/film": FILM})) as wire:
        await make(wire).get(f"{wire.origin}/film")

    assert [path.name for path in (tmp_path / "films").iterdir()] == ["1.mp4"]


async def test_there_is_never_too_much_of_them(
    make: Callable[..., Films], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest unused goes first."""
    monkeypatch.setattr(module, "KEPT", 2 * len(FILM))
    async with serving(shelf({f"/{n}": FILM for n in range(3)})) as wire:
        films = make(wire)
        for number in (0, 1, 0, 2):
            await films.get(f"{wire.origin}/{number}")
        count = len(wire.asked)
        await films.get(f"{wire.origin}/0")
        assert len(wire.asked) == count
        await films.get(f"{wire.origin}/1")

    assert len(wire.asked) == count + 1
    assert len(list((tmp_path / "films").iterdir())) == 2


async def test_a_film_of_the_program_needs_no_network(make: Callable[..., Films]) -> None:
    """The demo's, with the captions that lie beside it."""
    film = await make(local=lambda url: resource("demo", "boat.mp4")).get("x:y")

    assert film.kind.duration == 160
    assert [track.lang for track in film.tracks] == ["en", "nl"]


async def test_a_list_without_end_is_not_read_into_memory(
    make: Callable[..., Films], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film may be large; what only lists its pieces may not."""
    monkeypatch.setattr(module, "_MOST_LIST", 500)
    async with serving(shelf({"/film": LIST + b"\n" * 500})) as wire:
        with pytest.raises(Malformed):
            await make(wire).get(f"{wire.origin}/film")

    assert [asked.target for asked in wire.asked] == ["/film"]


async def test_captions_in_too_many_bytes_do_not_cost_the_film(
    make: Callable[..., Films], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All pieces of one language together are limited, and all languages too."""
    monkeypatch.setattr(module, "_MOST_WORDS", 3 * len(VTT) + 1)
    many = b"#EXTM3U\n" + b"#EXTINF:4,\n/s.vtt\n" * 9 + b"#EXT-X-ENDLIST\n"
    async with serving(shelf({**STREAM, "/s.m3u8": many})) as wire:
        film = await make(wire).get(f"{wire.origin}/film")

    assert film.tracks == () and film.path.read_bytes() == PIECE * 4
    assert [asked.target for asked in wire.asked].count("/s.vtt") == 4


async def test_a_disk_that_refuses_is_said_in_words(
    make: Callable[..., Films], tmp_path: Path
) -> None:
    """Whatever it is that stands in the way."""
    async with serving(shelf({"/a": FILM, "/b": FILM})) as wire:
        films = make(wire)
        await films.get(f"{wire.origin}/a")
        (tmp_path / "films" / "2.mp4" / "x").mkdir(parents=True)
        with pytest.raises(StoreError):
            await films.get(f"{wire.origin}/b")


async def test_two_first_films_do_not_tidy_each_other_away(
    make: Callable[..., Films], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are wanted at once; the folder is emptied once, before either."""
    both, tidied = threading.Barrier(2), list[object]()
    rmtree = shutil.rmtree

    def slow(path: Any, **options: Any) -> None:
        tidied.append(path)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.2)
        rmtree(path, **options)

    async with serving(shelf({"/a": FILM, "/b": FILM})) as wire:
        films = make(wire)
        with monkeypatch.context() as patch:
            patch.setattr(module.shutil, "rmtree", slow)
            wanted = (films.get(f"{wire.origin}/{name}") for name in "ab")
            found = await asyncio.gather(*wanted)
            of_folder = [path for path in tidied if path == films._folder]

    assert len(of_folder) == 1 and all(film.path.exists() for film in found)
