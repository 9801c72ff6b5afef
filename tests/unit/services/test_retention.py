"""How much the cache may hold, and what leaves it when that is passed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from app.feed.times import HOUR, micros
from app.model import HOME, Account, Cursor, Entry, Post, Profile, RichText, ViewerState
from app.model.draft import Draft, DraftId, PostAddress, Target
from app.model.timeline import ALL, Anchor
from app.services import retention as module
from app.services.retention import EVERY, FIRST, Budget, Retention, budget_from, unread_from
from app.services.storage_words import bytes_from, bytes_text
from app.store import Batch, Saved, Store
from app.store.media_cache import MediaCache
from app.store.prune import ALWAYS
from tests.unit.fakes import NOON, FakeClock
from tests.unit.store.build import ANA, account
from tests.waiting import until

MB = 1_000_000


class Mine:
    """My accounts."""

    def all(self) -> tuple[Account, ...]:
        return (account(ANA),)


class Cupboard:
    """A store with many posts, and who looks after it."""

    def __init__(self, profile: Path) -> None:
        self.store = Store.open(profile)
        self.clock = FakeClock()
        self.pictures = MediaCache(profile / "media")
        self.told: list[Saved] = []
        self.retention = Retention(
            self.store,
            Mine(),  # type: ignore[arg-type]
            self.clock,
            self.pictures,
            profile=profile,
            note_saved=self.told.append,
        )

    async def fill(self, pages: int, *, first: int = 0) -> None:
        """Pages of 40 large posts, an hour each; the newest at the end."""
        for page in range(first, first + pages):
            items = tuple(entry(page * 40 + n) for n in range(40))
            older = Cursor(f"below {page * 40}")
            await self.store.save(Batch(account=ANA, source=HOME, items=items, older=older))

    async def posts(self) -> int:
        """How many there are."""
        return (await self.retention.usage()).posts


def large(number: int) -> Post:
    """A post of about 9 kB on disk."""
    at = NOON - timedelta(days=90) + timedelta(minutes=number)
    url = f"https://one.example/{'x' * 8_000}/{number}"
    who = Profile("https://one.example/users/cleo", "cleo@one.example")
    uri = f"https://one.example/posts/{number}"
    return Post(
        uri=uri, url=url, network="fedi", author=who, created_at=at, sort_at=at, text=RichText("x")
    )


def entry(number: int, viewer: ViewerState = ViewerState()) -> Entry:
    """It, in a timeline."""
    post = large(number)
    return Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer)


@pytest.fixture
async def cupboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cupboard]:
    """Nothing in it yet."""
    monkeypatch.setattr(module, "FRESH", 0)
    made = Cupboard(tmp_path / "profile")
    yield made
    made.store.close()


async def test_the_oldest_leave_until_it_fits(cupboard: Cupboard) -> None:
    """And no more than that: the newest are all there, and the way on below them."""
    await cupboard.fill(30)
    before = await cupboard.retention.usage()
    await cupboard.retention.set_budget(Budget(posts=before.post_bytes // 2))
    assert await cupboard.retention.keep_to_budget()

    after = await cupboard.retention.usage()
    assert before.post_bytes // 3 < after.post_bytes <= before.post_bytes // 2
    keys = cupboard.store.reader.keys(ALL, limit=9_999)
    assert after.posts == len(keys)
    assert micros(large(1199).sort_at) == keys[0].at
    bottom = cupboard.store.reader.bottom(ANA, HOME)
    assert f"below {1200 - len(keys)}" == bottom
    assert any(saved.removed for saved in cupboard.told)
    assert not await cupboard.retention.keep_to_budget()


async def test_without_a_budget_nothing_leaves(cupboard: Cupboard) -> None:
    """However much it is."""
    await cupboard.fill(3)
    await cupboard.retention.set_budget(Budget(posts=0))

    assert not await cupboard.retention.keep_to_budget()
    assert 120 == await cupboard.posts()


async def test_what_is_still_to_be_read_leaves_not(cupboard: Cupboard) -> None:
    """Above the reading place, whatever the budget says."""
    await cupboard.fill(30)
    cupboard.clock.pass_time(-89.5 * 86_400)  # the posts are of these days
    here = large(600)
    await cupboard.store.keep(lambda k: k.save_anchor(ALL, Anchor(here.uri, here.sort_at)))
    await cupboard.retention.set_budget(Budget(posts=1))
    await cupboard.retention.keep_to_budget()

    assert 600 <= await cupboard.posts()


async def test_what_left_a_full_cache_is_fetched_again_only_when_asked_for(
    cupboard: Cupboard,
) -> None:
    """Around a place not come to for long; what was cleared away is fetched as any other gap."""
    await cupboard.fill(30)
    here = large(200)
    await cupboard.store.keep(lambda k: k.save_anchor(ALL, Anchor(here.uri, here.sort_at)))
    half = (await cupboard.retention.usage()).post_bytes // 2
    await cupboard.retention.set_budget(Budget(posts=half))
    assert await cupboard.retention.keep_to_budget()
    [cut] = cupboard.store.reader.gaps(ANA)
    assert {cut.id} == cupboard.store.reader.cut_gaps()

    await cupboard.retention.clear_posts()
    [cleared] = cupboard.store.reader.gaps(ANA)
    assert cleared.id not in cupboard.store.reader.cut_gaps()


async def test_what_an_unsent_answer_is_to_stays(cupboard: Cupboard) -> None:
    """So do bookmarks, and my own posts."""
    await cupboard.fill(5)
    await cupboard.store.save(
        Batch(account=ANA, source=HOME, items=(entry(5, ViewerState(bookmarked=True)),))
    )
    answered = large(7)
    target = Target(copies=(PostAddress("fedi", answered.uri),), author=answered.author)
    draft = Draft(id=DraftId("d"), created_at=NOON, updated_at=NOON, text="Yes", reply_to=target)
    await cupboard.store.keep(lambda keeper: keeper.written.save_draft(draft))
    cleared = await cupboard.retention.clear_posts()

    kept = cupboard.store.reader.posts(large(n).uri for n in range(200))
    assert {large(5).uri, large(7).uri} < set(kept)
    assert len(kept) == 42  # and the newest page
    assert (200 - 42) == cleared.posts
    assert cleared.bytes > MB


async def test_the_loop_looks_now_and_then(cupboard: Cupboard) -> None:
    """First when everything has come up, then every ten minutes; never more often."""
    await cupboard.fill(10)
    await cupboard.retention.set_budget(Budget(posts=MB))
    loop = asyncio.create_task(cupboard.retention.run())
    await until(lambda: cupboard.clock.waits == [FIRST])
    assert 400 == await cupboard.posts()

    cupboard.clock.pass_time(FIRST)
    await until(lambda: cupboard.clock.waits == [EVERY])
    assert 400 > await cupboard.posts()
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def test_pictures_beyond_their_budget_leave_at_once(cupboard: Cupboard) -> None:
    """Those unused longest first; cleared, none is left."""
    for n in range(10):
        cupboard.pictures.put(f"https://a.example/{n}.png", ".png", b"x" * 1_000)
    await cupboard.retention.set_budget(Budget(pictures=4_000))

    assert cupboard.pictures.size <= 4_000
    assert cupboard.pictures.find("https://a.example/9.png") is not None
    assert cupboard.pictures.find("https://a.example/0.png") is None
    await cupboard.retention.clear_pictures()
    assert 0 == cupboard.pictures.size


def test_a_place_that_was_left_alone_holds_up_nothing() -> None:
    """What was come to lately decides what is still to be read; feeds never do."""
    day = 24 * HOUR
    reading = {"all": 50 * day, "account:x": 5 * day, "feed:quiet": 40 * day}

    assert 49 * day == unread_from(reading, 20 * day)
    assert 4 * day == unread_from(reading, 1 * day)
    assert ALWAYS == unread_from({"feed:quiet": 40 * day}, 0)


def test_a_budget_that_cannot_be_read_is_the_usual_one() -> None:
    """A setting of another Godwit does no harm."""
    assert Budget() == budget_from(None) == budget_from({"posts": "many"})
    assert Budget(posts=5) == budget_from({"posts": 5})


@pytest.mark.parametrize(
    ("typed", "size"),
    [("500MB", 500 * MB), ("2 GB", 2_000 * MB), ("1.5gib", 1_500 * MB), ("all", 0), ("7", 7)],
)
def test_sizes_are_typed_as_people_do(typed: str, size: int) -> None:
    """Of thousands, as disks are sold."""
    assert size == bytes_from(typed)


@pytest.mark.parametrize("typed", ["", "much", "-5MB", "0", "1e9", "5 XB"])
def test_what_is_no_size_is_none(typed: str) -> None:
    """Also nothing at all: that would be "clear"."""
    assert bytes_from(typed) is None


def test_sizes_are_told_in_few_digits() -> None:
    """MB below one GB."""
    told = [bytes_text(n) for n in (0, 2_440_000, 312 * MB, 1_900 * MB, 2_000 * MB)]

    assert ["0 MB", "2.4 MB", "312 MB", "1.9 GB", "2 GB"] == told


async def test_what_is_unused_goes_back_to_the_disk(cupboard: Cupboard) -> None:
    """Little by little where others write, at once where nobody does."""
    await cupboard.fill(30)
    await cupboard.retention.clear_posts()
    sizes = cupboard.store.reader.sizes
    assert sizes.unused() > 5 * MB
    await cupboard.retention.give_back(0)
    assert sizes.unused() <= sizes.used() // 4

    await cupboard.fill(30, first=30)
    await cupboard.retention.clear_posts()
    await cupboard.store.compact()
    assert 0 == sizes.unused()
