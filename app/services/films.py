"""
Films and sound, fetched whole to the disk before they are played.

What plays them could fetch by itself, from wherever a file or a playlist says. So it
never gets an address: we ask, by our own rules (public hosts, https, limits), and hand
it a file that is known to be one of a few kinds. A file that only says that it is a film
may be a list of addresses on this computer, or of the network's it is in.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import Struct

from app.model.errors import Malformed, ServiceError, Unsafe
from app.model.film import FilmPage
from app.protocols.net.download import Landing
from app.protocols.safety import parse_link, split_registrable
from app.services.captions import Cue, Track, cues_from_vtt, joined
from app.services.film_files import Kind, kind_of_file
from app.services.playlists import MOST_PIECES, Master, Pieces, is_playlist, read_playlist
from app.store.database import make_private_folder

if TYPE_CHECKING:
    from app.protocols.http import Http

log = logging.getLogger(__name__)

MOST: Final = 400_000_000
"""Bytes of one film; more is better watched on the web."""
KEPT: Final = 800_000_000
"""Bytes of all that stay until the end."""
SMALL: Final = 720
"""px of height that are fetched at most, where there is a choice."""
SAVING: Final = 360
_MOST_LIST, _MOST_WORDS = 2_000_000, 4_000_000
"""Bytes of a list; of the captions of one film, in all languages together."""
_AT_ONCE = 3
_WORTH_TELLING = 65_536
"""Bytes: what is smaller is there at once, or is only a list of what will come."""
_WHY = "videos and sound in posts"
_ACCEPT = (
    "video/*, audio/*, image/webp, image/gif, application/vnd.apple.mpegurl, "
    "application/activity+json;q=0.8, */*;q=0.5"
)


class Progress(Struct, frozen=True):
    """*size*: bytes that are there; *share*: of all of it, 0…1, None = not known."""

    size: int
    share: float | None = None


class Film(Struct, frozen=True):
    """
    What can be played.

    Attributes:
        path: A file of a kind that is safe to play.
        kind: What it was found to be, whatever was said of it.
        marks: Seconds at which pieces begin that it was put together of.
    """

    path: Path
    kind: Kind
    tracks: tuple[Track, ...] = ()
    marks: tuple[float, ...] = ()


class Films:
    """
    Belongs to one event loop. What was fetched stays until the program ends, or until
    there is too much of it.

    Args:
        http: The door to the network, made when first needed.
        folder: Its own; emptied when it is first needed, since nobody has tidied up
            after a program that was killed.
        read_page: Reads what some servers answer in place of a file; None: it is no such page.
        local: Films that come with the program (the demo's).
    """

    def __init__(
        self,
        http: Callable[[], Http],
        folder: Path,
        *,
        read_page: Callable[[bytes], FilmPage | None] = lambda body: None,
        local: Callable[[str], Path | None] = lambda url: None,
    ) -> None:
        self._http, self._folder = http, folder
        self._read_page, self._local = read_page, local
        self._kept: OrderedDict[tuple[str, int], Film] = OrderedDict()
        self._tidy, self._tidying = False, threading.Lock()
        self._number = 0

    async def get(
        self,
        url: str,
        *,
        height: int = SMALL,
        progress: Callable[[Progress], None] = lambda progress: None,
    ) -> Film:
        """
        The film at *url*, once all of it is there. Cancelled, nothing of it stays.

        Args:
            height: px that are enough, where the server has several sizes.

        Raises:
            Unsafe: Content must not make us ask that address.
            NotFound, Unreachable, RateLimited: As the server says.
            Malformed: Too large, damaged, or nothing that can be played.
            Unsupported: It is sent in a way that cannot be put together here.
            StoreError: The disk is full.
        """
        if (here := self._local(url)) is not None:
            return await asyncio.to_thread(self._beside, here)
        key = (url, height)
        found = self._kept.get(key)
        if found is not None and found.path.exists():
            self._kept.move_to_end(key)
            return found
        await asyncio.to_thread(self._make_folder)
        fetching = _Fetching(self._http(), self._read_page, height, progress)
        try:
            film = await self._put(fetching, url)
        except OSError as error:
            from app.protocols.net.download import unwritable

            raise unwritable(self._folder, error) from error
        self._kept[key] = film
        await asyncio.to_thread(self._shrink, key)
        return film

    async def _put(self, fetching: _Fetching, url: str) -> Film:
        """Fetch it into its place. Raises: OSError: the disk refuses."""
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            path, tracks = await fetching.fetch(url, Path(folder))
            kind = await asyncio.to_thread(kind_of_file, path)
            self._number += 1
            place = self._folder / f"{self._number}{kind.suffix}"
            film = Film(place, kind, tracks, fetching.marks)
            await asyncio.to_thread(path.replace, film.path)
        return film

    async def close(self) -> None:
        """Delete what was fetched."""
        self._kept.clear()
        if self._tidy:
            await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    # ------------------------------------------------------ on another thread

    def _make_folder(self) -> None:
        with self._tidying:  # another film may be wanted at the same time
            if not self._tidy:
                shutil.rmtree(self._folder, ignore_errors=True)
                self._tidy = True
        make_private_folder(self._folder)

    def _shrink(self, keep: tuple[str, int]) -> None:
        """The longest unused go. Who plays one has it open, and it stays for them."""
        sizes = {key: _size(film.path) for key, film in self._kept.items()}
        for key in list(sizes):
            if sum(sizes.values()) <= KEPT or key == keep:
                return
            del sizes[key]
            film = self._kept.pop(key)
            try:
                film.path.unlink(missing_ok=True)
            except OSError as error:  # open elsewhere (Windows): the end finds it
                log.info("a film could not be deleted: %s", error.strerror)

    def _beside(self, path: Path) -> Film:
        """A file of the program's, with the captions that lie beside it: ``film.en.vtt``."""
        tracks = []
        for words in sorted(path.parent.glob(f"{path.stem}.*.vtt")):
            lang = words.suffixes[0].lstrip(".")
            tracks.append(Track(lang, lang, cues_from_vtt(words.read_text("utf-8"))))
        return Film(path, kind_of_file(path), tuple(tracks))


class _Fetching:
    """One film on its way."""

    def __init__(
        self,
        http: Http,
        read_page: Callable[[bytes], FilmPage | None],
        height: int,
        progress: Callable[[Progress], None],
    ) -> None:
        self._http, self._read_page = http, read_page
        self._height, self._progress = height, progress
        self.marks: tuple[float, ...] = ()
        self._words_left, self._asks_left = _MOST_WORDS, MOST_PIECES

    async def fetch(self, url: str, folder: Path) -> tuple[Path, tuple[Track, ...]]:
        """The whole file, and captions."""
        path = folder / "film"
        final = await self._download(url, path, MOST, told=True)
        head = await asyncio.to_thread(_begin, path)
        if is_playlist(head):
            if path.stat().st_size > _MOST_LIST:
                raise Malformed("The server's list of the film is too long.")
            return await self._put_together(url, final, path, folder)
        if head.lstrip()[:1] == b"{" and path.stat().st_size <= _MOST_LIST:
            page = self._read_page(await asyncio.to_thread(path.read_bytes))
            if page is not None and page.files:
                await self._download(page.best(self._height), path, MOST, told=True)
                return path, await self._page_words(page, folder)
        return path, ()

    async def _download(self, url: str, path: Path, most: int, *, told: bool = False) -> str:
        """Fetch a file. Returns where it came from in the end."""

        def tell(size: int) -> None:
            if told and size > _WORTH_TELLING:
                share = min(1.0, size / landing.declared) if landing.declared else None
                self._progress(Progress(size, share))

        landing = Landing(path, most=most, progress=tell)
        reply = await self._http.download(
            url, into=landing, headers={"accept": _ACCEPT}, timeout=30, why=_WHY, public=True
        )
        if reply.status != 200:
            # Loaded already: a reply has come through that door.
            from app.protocols.http import error_from_reply, host_of

            raise error_from_reply(reply, host_of(reply.url))
        return reply.url

    # ---------------------------------------------------------------- in pieces

    async def _put_together(
        self, asked: str, url: str, path: Path, folder: Path
    ) -> tuple[Path, tuple[Track, ...]]:
        owners = {_owner(asked), _owner(url)}
        listed = read_playlist(await _text(path), url)
        tracks: tuple[Track, ...] = ()
        if isinstance(listed, Master):
            best = listed.best(self._height)
            tracks = await self._words(listed, owners, folder)
            listed = await self._listed(best.url, owners, folder)
        film = folder / "whole"
        self.marks = listed.starts
        await self._join(listed, owners, folder, film)
        return film, tracks

    async def _listed(self, url: str, owners: set[str], folder: Path) -> Pieces:
        _check_owner(url, owners)
        path = folder / "list"
        final = await self._download(url, path, _MOST_LIST)
        listed = read_playlist(await _text(path), final)
        if isinstance(listed, Master):
            raise Malformed("The server's list of the film goes round in circles.")
        return listed

    async def _join(self, listed: Pieces, owners: set[str], folder: Path, film: Path) -> None:
        """All pieces in one file, in order; a few are on their way at once."""
        urls = [url for url in (listed.head, *listed.urls) if url]
        for url in urls:
            _check_owner(url, owners)
        total = 0
        for start in range(0, len(urls), _AT_ONCE):
            now = urls[start : start + _AT_ONCE]
            paths = [folder / f"piece-{number}" for number in range(len(now))]
            await self._some(now, paths, MOST - total)
            total += await asyncio.to_thread(_append, film, paths)
            if total > MOST:
                raise Malformed("The film is too large.", "It can be watched on the web.")
            self._progress(Progress(total, (start + len(now)) / len(urls)))

    async def _some(self, urls: list[str], paths: list[Path], most: int) -> None:
        """All of them at once; when one fails, the others stop."""
        pairs = zip(urls, paths, strict=True)
        tasks = [asyncio.create_task(self._download(url, path, most)) for url, path in pairs]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # ---------------------------------------------------------------- captions

    async def _words(self, master: Master, owners: set[str], folder: Path) -> tuple[Track, ...]:
        """What is said, in each language that the server has; none rather than no film."""
        tracks = []
        for words in master.captions:
            try:
                listed = await self._listed(words.url, owners, folder)
                texts = []
                for url in listed.urls:
                    _check_owner(url, owners)
                    texts.append(await self._caption_text(url, folder))
            except ServiceError:
                continue
            cues = await asyncio.to_thread(_cues, texts)
            if cues:
                tracks.append(Track(words.name, words.lang, cues))
        return tuple(tracks)

    async def _page_words(self, page: FilmPage, folder: Path) -> tuple[Track, ...]:
        tracks = []
        for words in page.captions:
            try:
                text = await self._caption_text(words.url, folder)
            except ServiceError:
                continue
            cues = await asyncio.to_thread(_cues, [text])
            if cues:
                tracks.append(Track(words.name, words.lang, cues))
        return tuple(tracks)

    async def _caption_text(self, url: str, folder: Path) -> str:
        """Raises: Malformed: It is too much, with all that came before."""
        path = folder / "words"
        if self._asks_left <= 0:
            raise Malformed("The captions are in too many pieces.")
        self._asks_left -= 1
        await self._download(url, path, self._words_left)
        self._words_left -= _size(path)
        return await _text(path)


def _owner(url: str) -> str:
    return split_registrable(urlsplit(url).netloc)[1]


def _check_owner(url: str, owners: set[str]) -> None:
    """Pieces lie where the list lies: it must not send us to whom it likes."""
    link = parse_link(url)
    if link is None or split_registrable(link.netloc)[1] not in owners:
        raise Unsafe("The film's pieces lie at another place than the film; they were not fetched.")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _begin(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(512)


async def _text(path: Path) -> str:
    data = await asyncio.to_thread(path.read_bytes)
    return data.decode("utf-8", "replace")


def _cues(texts: list[str]) -> tuple[Cue, ...]:
    """What they say, one after the other."""
    return joined(cue for text in texts for cue in cues_from_vtt(text))


def _append(film: Path, paths: list[Path]) -> int:
    """Put *paths* at the end of *film*, and away. Returns their bytes."""
    from app.protocols.net.download import unwritable

    total = 0
    try:
        with film.open("ab") as out:
            for path in paths:
                total += path.stat().st_size
                with path.open("rb") as piece:
                    shutil.copyfileobj(piece, out)
                path.unlink()
    except OSError as error:
        raise unwritable(film, error) from error
    return total
