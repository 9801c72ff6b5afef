"""What is told on the desktop, and what never is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.feed.notices import Group
from app.feed.times import micros
from app.model import AccountId, Advisory, Post, Profile, RichText
from app.model.notification import Notice, NoticeKind
from app.moderation.verdict import Verdict
from app.services.announcing import (
    ALONE,
    SETTLE,
    Announcement,
    Announcer,
    AnnounceWishes,
    announcements,
    is_quiet,
    wishes_from,
)
from app.services.notifications_values import NoticeList, NoticeRow, NoticesChanged
from app.store import Store
from tests.unit.fakes import NOON, FakeClock
from tests.unit.store.build import ANA, BO
from tests.waiting import until

OPEN = AnnounceWishes(on=True, names_only=False)


def row(
    n: int = 1, kind: NoticeKind = "reply", *, text: str = "the tide is in", **more: Any
) -> NoticeRow:
    """Notification *n*, so many minutes after noon."""
    at = NOON + timedelta(minutes=n)
    who = Profile(f"https://one.example/users/p{n}", f"p{n}@one.example", f"Person {n}")
    post = Post(
        uri=f"https://one.example/posts/{n}",
        network="fedi",
        author=who,
        created_at=at,
        sort_at=at,
        text=RichText(text),
        **more,
    )
    group = Group(
        key=f"k{n}", kind=kind, at=micros(at), ids=(n,), people=1, by={ANA: 1}, unread=(n,)
    )
    notice = Notice(key=f"k{n}", kind=kind, at=at, actors=(who,), about=post.uri)
    return NoticeRow(
        group=group, newest=notice, account=ANA, at=at, networks={}, actors=(who,), post=post
    )


def test_names_only_says_nothing_that_was_written() -> None:
    """So it is at first: a locked screen shows it to whoever passes."""
    [told] = announcements([row()], AnnounceWishes(on=True))

    assert Announcement(key="k1", title="Person 1 replied to you") == told


def test_what_was_written_is_told_where_that_is_allowed() -> None:
    """In one line, and not too long."""
    [told] = announcements([row(text="a\n\nb " + "c" * 500)], OPEN)

    assert told.body.startswith("a b ccc")
    assert 160 == len(told.body)


@pytest.mark.parametrize(
    "hidden",
    [
        row(visibility="direct"),
        row(visibility="followers"),
        row(advisories=(Advisory("warning", "food"),)),
        replace(row(), verdict=Verdict(action="cover")),
        row(kind="like"),
    ],
)
def test_what_is_private_or_covered_is_never_told(hidden: NoticeRow) -> None:
    """Whatever was allowed."""
    [told] = announcements([hidden], OPEN)

    assert "" == told.body
    assert "Person 1" in told.title


def test_many_are_told_in_one() -> None:
    """How many of what, and some of the names."""
    rows = [row(n, "like" if n % 2 else "reply") for n in range(1, 6)]
    [told] = announcements(rows, OPEN)

    assert "5 new notifications" == told.title
    assert "Likes: 3 · Replies: 2\nPerson 1, Person 2, Person 3 and 2 more" == told.body
    assert ALONE == len(announcements(rows[:ALONE], OPEN))


@pytest.mark.parametrize(
    ("hour", "quiet"), [(21, False), (22, True), (23, True), (0, True), (6, True), (7, False)]
)
def test_quiet_hours_may_go_over_midnight(hour: int, quiet: bool) -> None:
    """From the first hour to before the last."""
    wishes = AnnounceWishes(quiet=True, quiet_from=22, quiet_to=7)

    assert quiet == is_quiet(wishes, datetime(2026, 11, 1, hour, 59, tzinfo=UTC))
    assert not is_quiet(replace(wishes, quiet=False), datetime(2026, 11, 1, hour, tzinfo=UTC))


def test_it_is_off_until_it_is_switched_on() -> None:
    """Also where the setting cannot be read."""
    assert not wishes_from(None).on
    assert not wishes_from({"on": "perhaps"}).on


class Notices:
    """Notifications that a test lets come."""

    def __init__(self) -> None:
        self.found: list[NoticeRow] = []
        self.listener: Any = None

    def subscribe(self, listener: Any) -> Any:
        self.listener = listener
        return lambda: None

    async def list(self, wanted: object) -> NoticeList:
        return NoticeList(groups=tuple(one.group for one in self.found))

    async def rows(self, groups: Any) -> dict[str, NoticeRow]:
        keys = {group.key for group in groups}
        return {one.group.key: one for one in self.found if one.group.key in keys}

    def come(self, *rows: NoticeRow) -> None:
        """They have arrived with a sync."""
        self.found = [*rows, *self.found]
        self.listener(NoticesChanged(AccountId(""), len(rows)))


class Desk:
    """An announcer that runs."""

    def __init__(self, store: Store) -> None:
        self.clock, self.notices = FakeClock(), Notices()
        self.told: list[Announcement] = []
        self.looked_at = False
        self.announcer = Announcer(
            store,
            self.notices,  # type: ignore[arg-type]
            self.clock,
            self.told.append,
            lambda: self.looked_at,
        )

    async def come(self, *rows: NoticeRow) -> None:
        """They arrive, and what is to be told has been told."""
        self.notices.come(*rows)
        await until(lambda: self.clock.waits == [SETTLE])
        self.clock.pass_time(SETTLE)
        await until(lambda: not self.clock.waits and not self.announcer._wake.is_set())
        for _ in range(50):
            await asyncio.sleep(0)


@pytest.fixture
async def desk(tmp_path: Any) -> AsyncIterator[Desk]:
    """Switched on."""
    store = Store.open(tmp_path / "profile")
    made = Desk(store)
    running = asyncio.create_task(made.announcer.run())
    await until(lambda: made.notices.listener)
    await made.announcer.choose(AnnounceWishes(on=True, silent=(BO,)))
    yield made
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    store.close()


async def test_each_is_told_once(desk: Desk) -> None:
    """What was there before is not told again with what comes."""
    await desk.come(row(1))
    await desk.come(row(2))

    assert ["k1", "k2"] == [one.key for one in desk.told]


async def test_what_comes_while_somebody_looks_is_not_told_later(desk: Desk) -> None:
    """They have seen it."""
    desk.looked_at = True
    await desk.come(row(1))
    desk.looked_at = False
    await desk.come(row(2))

    assert ["k2"] == [one.key for one in desk.told]


async def test_only_what_is_chosen_is_told(desk: Desk) -> None:
    """By kind and by account; of nothing older than the program."""
    silent = row(2)
    silent = replace(silent, group=replace(silent.group, by={BO: 1}))
    await desk.come(row(1, "like"), silent, row(-5))
    assert [] == desk.told

    await desk.announcer.choose(AnnounceWishes(on=True, kinds=("like",)))
    await desk.come(row(3, "like"), row(4))
    assert ["k3"] == [one.key for one in desk.told]


async def test_what_is_chosen_holds_at_the_next_start(desk: Desk) -> None:
    """It is written down at once."""
    wishes = AnnounceWishes(on=True, kinds=("poll",), quiet=True)
    await desk.announcer.choose(wishes)

    assert wishes == Desk(desk.announcer._store).announcer.wishes
