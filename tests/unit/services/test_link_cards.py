"""A card is made once, with its picture if there is one, and never with a risk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.model.errors import Malformed, ServiceError, Unreachable, Unsafe
from app.protocols.http import Http
from app.protocols.net.reply import Reply
from app.services.drafts import Drafts
from app.services.link_cards import LinkCards
from app.store import Store
from tests.unit.fakes import FakeClock

PAGE = "https://almanac.example/tides"
PICTURE = "https://almanac.example/sea.png"
SEA = (Path(__file__).parents[3] / "resources/demo/chart.png").read_bytes()
HTML = b'<title>Tides</title><meta property="og:image" content="/sea.png">'


class Web:
    """Pages by address; an error instead of one is raised."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, str, bytes] | ServiceError] = {
            PAGE: (200, "text/html", HTML),
            PICTURE: (200, "image/png", SEA),
        }
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.gate: asyncio.Event | None = None

    async def fetch_public(
        self, url: str, *, max_bytes: int, accept: tuple[str, ...], **_: object
    ) -> Reply:
        """As told to."""
        self.asked.append((url, accept))
        if self.gate is not None:
            await self.gate.wait()
        found = self.pages.get(url, Unreachable("Nobody is there."))
        if isinstance(found, ServiceError):
            raise found
        status, kind, body = found
        return Reply(status=status, headers={"content-type": kind}, body=body, url=url)


@pytest.fixture
def web() -> Web:
    """A page with a picture."""
    return Web()


@pytest.fixture
def clock() -> FakeClock:
    """Time that stands still."""
    return FakeClock()


@pytest.fixture
async def drafts(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Drafts]:
    """Where pictures are kept."""
    store = Store.open(tmp_path)
    yield Drafts(store, clock, tmp_path / "drafts")
    store.close()


@pytest.fixture
def cards(web: Web, drafts: Drafts, clock: FakeClock) -> LinkCards:
    """Nothing was fetched yet."""
    return LinkCards(lambda: web, drafts, clock)


async def test_a_card_has_its_picture(cards: LinkCards, drafts: Drafts) -> None:
    """Title, address as it was typed, and the kept file."""
    card = await cards.card(PAGE)

    assert card is not None
    assert (card.url, card.title) == (PAGE, "Tides")
    assert drafts.file_of(card.image).read_bytes() == SEA


async def test_each_page_is_asked_once(cards: LinkCards, web: Web, clock: FakeClock) -> None:
    """Side by side, again, and once more when it has become old."""
    one, two = await asyncio.gather(cards.card(PAGE), cards.card(PAGE))
    assert one == two == await cards.card(PAGE)
    assert len(web.asked) == 2

    clock.pass_time(3_601)
    await cards.card(PAGE)
    assert len(web.asked) == 4


async def test_who_gives_up_waiting_takes_it_from_nobody(cards: LinkCards, web: Web) -> None:
    """The other one still gets the card."""
    web.gate = asyncio.Event()
    left = asyncio.create_task(cards.card(PAGE))
    stays = asyncio.create_task(cards.card(PAGE))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.gather(left, return_exceptions=True)
    web.gate.set()

    assert (await stays) is not None


@pytest.mark.parametrize(
    "page",
    [
        (404, "text/html", HTML),
        (200, "text/html", b"<p>nothing"),
        Unsafe("Content must not make us call that."),
        Malformed("Too long."),
        Unreachable("Nobody is there."),
    ],
)
async def test_no_card_is_no_error(
    cards: LinkCards, web: Web, clock: FakeClock, page: tuple[int, str, bytes] | ServiceError
) -> None:
    """It is tried again after a while, not at every key."""
    web.pages[PAGE] = page

    assert await cards.card(PAGE) is None
    assert await cards.card(PAGE) is None
    assert len(web.asked) == 1
    clock.pass_time(timedelta(minutes=5).total_seconds() + 1)
    web.pages[PAGE] = (200, "text/html", HTML)
    assert await cards.card(PAGE) is not None


@pytest.mark.parametrize(
    "picture",
    [
        (200, "image/png", b"no picture at all"),
        (200, "image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\x7f\xff\xff\xff" * 2),
        (404, "image/png", SEA),
        Unsafe("Content must not make us call that."),
    ],
)
async def test_a_card_without_its_picture(
    cards: LinkCards, web: Web, picture: tuple[int, str, bytes] | ServiceError
) -> None:
    """What is no picture, too large in pixels, gone, or unsafe is left out."""
    web.pages[PICTURE] = picture

    card = await cards.card(PAGE)

    assert card is not None
    assert card.image == ""


async def test_only_pages_and_pictures_are_asked_for(cards: LinkCards, web: Web) -> None:
    """The right types at the right places."""
    await cards.card(PAGE)

    assert web.asked == [
        (PAGE, ("text/html", "application/xhtml+xml")),
        (PICTURE, ("image/*",)),
    ]


async def test_a_swept_picture_is_fetched_again(cards: LinkCards, drafts: Drafts, web: Web) -> None:
    """A card never names a file that is not there."""
    card = await cards.card(PAGE)
    assert card is not None
    drafts.file_of(card.image).unlink()

    again = await cards.card(PAGE)

    assert again is not None
    assert drafts.file_of(again.image).read_bytes() == SEA


@pytest.mark.parametrize(
    "url",
    [
        "http://almanac.example/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://10.0.0.8/admin",
        "https://[::1]/",
        "https://almanac.example:8443/",
        "file:///etc/passwd",
        "https://router.local/",
    ],
)
async def test_our_own_network_is_never_asked(drafts: Drafts, clock: FakeClock, url: str) -> None:
    """With the real door: nothing is even connected to."""
    door = Http(user_agent="Godwit/test")
    try:
        assert await LinkCards(lambda: door, drafts, clock).card(url) is None
        assert door.hosts.entries() == ()
    finally:
        await door.close()
