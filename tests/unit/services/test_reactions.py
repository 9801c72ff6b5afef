"""A reaction shows at once, is done once, and is taken back when it is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.feed.rows import Card
from app.model import AccountId
from app.model.acts import Report
from app.model.errors import NotFound, RateLimited, Refused, SignedOut, Unreachable
from app.model.errors import Unsupported as NotHere
from app.model.post import Visibility
from app.model.timeline import ALL
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.services.rows import Changed
from tests.unit.services.shore import Shore, restarted
from tests.waiting import until


def likes(shore: Shore, card: Card) -> int:
    """As the server counts."""
    return int(shore.world.post(card.post.uri).counts.likes)


async def test_a_like_shows_in_the_frame_of_the_click(shore: Shore) -> None:
    """Before anything else runs the open timeline has the new value, and has said so."""
    opened = shore.timelines.open(ALL)
    card = shore.card("bo")
    index = opened.index_of(card.key)
    assert index is not None
    opened.row(index)
    running = asyncio.create_task(opened.run())
    await until(lambda: opened.row(index) is not None)
    changes: list[object] = []
    opened.subscribe(changes.append)
    shore.faults(demo.JUNO).hold = asyncio.Event()

    liking = asyncio.create_task(shore.reactions.react(card.post, "like", demo.JUNO))
    await asyncio.sleep(0)

    row = opened.row(index)
    assert isinstance(row, Card)
    assert row.viewers[demo.JUNO].liked
    assert row.post.counts.likes == card.post.counts.likes + 1
    assert changes == [Changed((index,))]

    shore.faults(demo.JUNO).hold.set()
    assert (await liking).state == "done"
    await until(lambda: not opened._stale)
    row = opened.row(index)
    assert isinstance(row, Card)
    assert (row.viewers[demo.JUNO].liked, row.post.counts.likes) == (
        True,
        card.post.counts.likes + 1,
    )
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(
    ("visibility", "own", "may"),
    [
        ("direct", False, False),
        ("direct", True, False),
        ("followers", False, False),
        ("followers", True, True),
        ("quiet", False, True),
    ],
)
async def test_what_was_written_to_a_few_is_not_passed_on(
    shore: Shore, visibility: Visibility, own: bool, may: bool
) -> None:
    """Whatever its server would do; a repost that is there can be taken back."""
    post = replace(shore.card("sela").post, visibility=visibility)
    if own:
        mine = replace(post.author, uri=shore.accounts.find(demo.JUNO).uri)
        post = replace(post, author=mine)
    if may:
        await shore.reactions.react(post, "repost", demo.JUNO)
    else:
        with pytest.raises(Refused, match=r"reposted|repost it"):
            await shore.reactions.react(post, "repost", demo.JUNO)
    assert shore.world.viewer(demo.JUNO, post.uri).reposted == may
    await shore.reactions.react(post, "unrepost", demo.JUNO)


@pytest.mark.parametrize(
    ("act", "back", "field"),
    [
        ("like", "unlike", "liked"),
        ("repost", "unrepost", "reposted"),
        ("bookmark", "unbookmark", "bookmarked"),
        ("mute_thread", "unmute_thread", "muted"),
    ],
)
@pytest.mark.parametrize("account", [demo.JUNO, demo.SKY])
async def test_done_and_undone(
    shore: Shore, account: AccountId, act: str, back: str, field: str
) -> None:
    """Server and cache agree, and nothing is left waiting."""
    card = shore.card("sela" if account == demo.JUNO else "akari/sky")

    await shore.reactions.react(card.post, act, account)  # type: ignore[arg-type]
    assert getattr(shore.world.viewer(account, card.post.uri), field)
    assert getattr(shore.store.reader.viewers(card.post.uri)[account], field)

    await shore.reactions.react(card.post, back, account)  # type: ignore[arg-type]
    assert not getattr(shore.world.viewer(account, card.post.uri), field)
    assert not getattr(shore.store.reader.viewers(card.post.uri)[account], field)
    now = shore.card(next(k for k, v in PEOPLE.items() if v == card.post.author))
    assert now.post.counts == card.post.counts
    assert await shore.reactions.waiting() == ()


async def test_a_double_click_asks_once(shore: Shore) -> None:
    """The second waits for the first: one request, one like more."""
    card = shore.card("bo")
    before = likes(shore, card)

    one, two = await asyncio.gather(
        shore.reactions.react(card.post, "like", demo.JUNO),
        shore.reactions.react(card.post, "like", demo.JUNO),
    )

    assert one == two
    assert likes(shore, card) == before + 1
    assert shore.states() == ["wished", "done"]


async def test_the_last_wish_wins(shore: Shore) -> None:
    """Changed twice while the first request is out: the server ends as wished last."""
    card = shore.card("bo")
    before = likes(shore, card)
    shore.faults(demo.JUNO).hold = asyncio.Event()

    first = asyncio.create_task(shore.reactions.react(card.post, "like", demo.JUNO))
    await until(lambda: len(shore.store.reader.wishes()) == 1)
    second = asyncio.create_task(shore.reactions.react(card.post, "unlike", demo.JUNO))
    await asyncio.sleep(0)
    shore.faults(demo.JUNO).hold.set()
    await asyncio.gather(first, second)

    assert likes(shore, card) == before
    assert not shore.world.viewer(demo.JUNO, card.post.uri).liked
    assert not shore.store.reader.viewers(card.post.uri)[demo.JUNO].liked
    assert shore.card("bo").post.counts == card.post.counts
    assert shore.store.reader.wishes() == ()


async def test_there_and_back_and_there_ends_there(shore: Shore) -> None:
    """Three clicks while one request is out are one like."""
    card = shore.card("bo")
    before = likes(shore, card)
    shore.faults(demo.JUNO).hold = asyncio.Event()
    clicks = [
        asyncio.create_task(shore.reactions.react(card.post, act, demo.JUNO))  # type: ignore[arg-type]
        for act in ("like", "unlike", "like")
    ]
    await until(lambda: len(shore.store.reader.wishes()) == 1)
    shore.faults(demo.JUNO).hold.set()
    await asyncio.gather(*clicks)

    assert likes(shore, card) == before + 1
    assert shore.store.reader.viewers(card.post.uri)[demo.JUNO].liked
    assert shore.shadows.of(card.post.uri) == ()


async def test_what_is_refused_is_taken_back(shore: Shore) -> None:
    """State and count are as before, the reason is raised and told."""
    card = shore.card("bo")
    shore.faults(demo.JUNO).refuses = 1

    with pytest.raises(Refused):
        await shore.reactions.react(card.post, "like", demo.JUNO)

    assert shore.card("bo") == card
    assert shore.states() == ["wished", "undone"]
    assert shore.told[-1].why is not None
    assert shore.store.reader.wishes() == ()
    assert shore.shadows.of(card.post.uri) == ()


async def test_a_vote_that_is_refused_is_taken_back(shore: Shore) -> None:
    """The numbers are as before."""
    card = shore.card("library", "Winter")
    shore.faults(demo.KIEL).refuses = 1

    with pytest.raises(Refused):
        await shore.reactions.react(card.post, "vote", demo.KIEL, votes=(1,))

    assert shore.card("library", "Winter") == card


async def test_a_second_vote_while_the_first_is_out_is_refused_in_words(shore: Shore) -> None:
    """It is not dropped in silence, and the first one counts."""
    card = shore.card("library", "Winter")
    shore.faults(demo.KIEL).hold = asyncio.Event()
    first = asyncio.create_task(shore.reactions.react(card.post, "vote", demo.KIEL, votes=(1,)))
    await asyncio.sleep(0)
    with pytest.raises(Refused, match="on its way"):
        await shore.reactions.react(card.post, "vote", demo.KIEL, votes=(0,))
    shore.faults(demo.KIEL).hold.set()
    assert (await first).state == "done"
    assert shore.world.viewer(demo.KIEL, card.post.uri).own_votes == (1,)


async def test_a_vote_counts(shore: Shore) -> None:
    """In the cache as on the server."""
    card = shore.card("library", "Winter")

    await shore.reactions.react(card.post, "vote", demo.KIEL, votes=(1,))

    now = shore.card("library", "Winter")
    assert now.viewers[demo.KIEL].own_votes == (1,)
    assert now.post.poll == shore.world.post(card.post.uri).poll


@pytest.mark.parametrize("fault", ["offline", "wait"])
async def test_without_a_network_it_is_kept_and_done_later(shore: Shore, fault: str) -> None:
    """It shows meanwhile; a new run of the program does it, once."""
    card = shore.card("bo")
    before = likes(shore, card)
    setattr(shore.faults(demo.JUNO), fault, True if fault == "offline" else timedelta(hours=1))

    outcome = await shore.reactions.react(card.post, "like", demo.JUNO)

    assert outcome.state == "queued"
    assert isinstance(outcome.why, Unreachable | RateLimited)
    assert shore.card("bo").viewers[demo.JUNO].liked
    later = restarted(shore)
    setattr(later.faults(demo.JUNO), fault, False if fault == "offline" else None)
    await later.reactions.flush()

    assert likes(later, card) == before + 1
    assert await later.reactions.waiting() == ()
    assert later.card("bo").viewers[demo.JUNO].liked
    shore.store = later.store


async def test_the_loop_does_what_waits(shore: Shore) -> None:
    """When the account is well again, or after a while, without being asked."""
    card = shore.card("bo")
    shore.faults(demo.JUNO).offline = True
    await shore.reactions.react(card.post, "like", demo.JUNO)
    running = asyncio.create_task(shore.reactions.run())
    await until(lambda: shore.clock.waits)

    shore.faults(demo.JUNO).offline = False
    shore.clock.pass_time(31)
    await until(lambda: shore.world.viewer(demo.JUNO, card.post.uri).liked)

    await until(lambda: shore.store.reader.wishes() == ())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_kept_wish_stays_shown_when_old_news_come(shore: Shore) -> None:
    """A sync that does not know of it yet changes nothing in what is shown."""
    card = shore.card("bo")
    shore.faults(demo.JUNO).offline = True
    await shore.reactions.react(card.post, "like", demo.JUNO)
    shore.faults(demo.JUNO).offline = False

    await shore.sync.run()
    page = await shore.timelines.read(ALL, limit=100, fetch=False)

    [row] = [r for r in page.rows if isinstance(r, Card) and r.key == card.key]
    assert row.viewers[demo.JUNO].liked
    assert row.post.counts.likes == card.post.counts.likes + 1


async def test_a_kept_wish_that_is_taken_back_never_leaves(shore: Shore) -> None:
    """Like and unlike without a network: nothing is left to do."""
    card = shore.card("bo")
    shore.faults(demo.JUNO).offline = True
    await shore.reactions.react(card.post, "like", demo.JUNO)

    outcome = await shore.reactions.react(card.post, "unlike", demo.JUNO)

    assert outcome.state == "done"
    assert await shore.reactions.waiting() == ()
    assert shore.card("bo") == card


async def test_what_may_have_been_done_is_undone_at_the_server(shore: Shore) -> None:
    """The answer to the like was lost: the unlike is asked for, not spared."""
    card = shore.card("bo")
    before = likes(shore, card)
    service = shore.accounts.service(demo.JUNO)
    lost = Unreachable("The answer was lost.")
    lost.sent = True
    honest = service.react  # type: ignore[attr-defined]

    async def loses(reaction: object) -> None:
        await honest(reaction)
        raise lost

    service.react = loses  # type: ignore[attr-defined]
    assert (await shore.reactions.react(card.post, "like", demo.JUNO)).state == "queued"
    assert likes(shore, card) == before + 1
    service.react = honest  # type: ignore[attr-defined]

    await shore.reactions.react(card.post, "unlike", demo.JUNO)

    assert likes(shore, card) == before
    assert shore.card("bo").post.counts == card.post.counts


async def test_a_slow_server_holds_up_nobody_elses_wishes(shore: Shore) -> None:
    """What waits for another account is done meanwhile."""
    mine, other = shore.card("bo"), shore.card("akari/sky")
    for account in (demo.JUNO, demo.SKY):
        shore.faults(account).offline = True
    await shore.reactions.react(mine.post, "like", demo.JUNO)
    await shore.reactions.react(other.post, "like", demo.SKY)
    for account in (demo.JUNO, demo.SKY):
        shore.faults(account).offline = False
    shore.faults(demo.JUNO).hold = asyncio.Event()

    flushing = asyncio.create_task(shore.reactions.flush())
    await until(lambda: shore.world.viewer(demo.SKY, other.post.uri).liked)
    assert not shore.world.viewer(demo.JUNO, mine.post.uri).liked
    shore.faults(demo.JUNO).hold.set()
    await flushing

    assert shore.world.viewer(demo.JUNO, mine.post.uri).liked


async def test_what_waits_is_dropped_when_its_post_is_gone(shore: Shore) -> None:
    """With a word; the others go on."""
    card, other = shore.card("bo"), shore.card("sela")
    shore.faults(demo.JUNO).offline = True
    await shore.reactions.react(card.post, "like", demo.JUNO)
    await shore.reactions.react(other.post, "like", demo.JUNO)
    shore.faults(demo.JUNO).offline = False
    shore.world.remove(card.post.uri)

    await shore.reactions.flush()

    assert await shore.reactions.waiting() == ()
    undone = [change for change in shore.told if change.state == "undone"]
    assert isinstance(undone[0].why, NotFound)
    assert shore.world.viewer(demo.JUNO, other.post.uri).liked


async def test_a_signed_out_account_says_so(shore: Shore) -> None:
    """It is taken back, and the account shows why."""
    shore.faults(demo.JUNO).signed_out = True
    card = shore.card("bo")

    with pytest.raises(SignedOut):
        await shore.reactions.react(card.post, "like", demo.JUNO)

    assert shore.card("bo") == card
    assert shore.accounts.state(demo.JUNO).kind == "signed_out"


async def test_offline_asks_nobody(tmp_path: Path, shore: Shore) -> None:
    """Everything is kept for a start without --offline."""
    card = shore.card("bo")
    later = restarted(shore, offline=True)

    outcome = await later.reactions.react(card.post, "like", demo.JUNO)

    assert outcome.state == "queued"
    assert not later.world.viewer(demo.JUNO, card.post.uri).liked
    shore.store = later.store


async def test_following_shows_at_once_and_goes_back_when_refused(shore: Shore) -> None:
    """What is known of the relation follows the wish."""
    bo = PEOPLE["bo"]
    assert shore.reactions.known_relation(bo.uri, demo.JUNO) is None
    before = await shore.reactions.relation(bo.uri, demo.JUNO)

    following = asyncio.create_task(shore.reactions.relate(bo, "follow", demo.JUNO))
    await asyncio.sleep(0)
    known = shore.reactions.known_relation(bo.uri, demo.JUNO)
    assert known is not None
    assert known.following
    done = (await following).relation
    assert done is not None and done.following

    shore.faults(demo.JUNO).refuses = 1
    with pytest.raises(Refused):
        await shore.reactions.relate(bo, "block", demo.JUNO)
    assert shore.reactions.known_relation(bo.uri, demo.JUNO) == done
    assert known.followed_by == before.followed_by


async def test_a_follow_waits_like_a_like(shore: Shore) -> None:
    """Kept, asked first, done; and seen in what is asked of the server meanwhile."""
    bo = PEOPLE["bo"]
    shore.faults(demo.JUNO).offline = True
    assert (await shore.reactions.relate(bo, "follow", demo.JUNO)).state == "queued"
    shore.faults(demo.JUNO).offline = False
    assert (await shore.reactions.relation(bo.uri, demo.JUNO)).following

    await shore.reactions.flush()

    assert shore.world.ledger.relations[demo.JUNO, bo.uri].following
    assert await shore.reactions.waiting() == ()


async def test_a_removed_account_takes_its_wishes_along(shore: Shore) -> None:
    """And what showed because of them."""
    card = shore.card("bo")
    shore.faults(demo.JUNO).offline = True
    await shore.reactions.react(card.post, "like", demo.JUNO)
    running = asyncio.create_task(shore.reactions.run())
    await until(lambda: shore.clock.waits)

    await shore.accounts.remove(demo.JUNO)

    assert await shore.reactions.waiting() == ()
    assert shore.shadows.of(card.post.uri) == ()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_report_reaches_the_moderators_or_says_why_not(shore: Shore) -> None:
    """It is not kept for later: one must know."""
    card = shore.card("bo")
    report = Report(profile=card.post.author.uri, posts=(card.post.uri,), reason="spam")

    await shore.reactions.report(report, demo.JUNO)
    assert shore.world.ledger.reports == [(demo.JUNO, report)]

    shore.faults(demo.JUNO).offline = True
    with pytest.raises(Unreachable):
        await shore.reactions.report(report, demo.JUNO)


async def test_who_saw_it_acts(shore: Shore) -> None:
    """On the copy of their network; taken back is what was done; others may be chosen."""
    echo = shore.card("ottilie", "Counted")

    account, post = shore.reactions.choose(echo, "repost")
    assert (account in (demo.JUNO, demo.KIEL), post.network) == (True, "mastodon")

    account, post = shore.reactions.choose(echo, "unlike")
    assert (account, post.uri) == (demo.JUNO, echo.post.uri)

    account, post = shore.reactions.choose(echo, "like", demo.SKY)
    assert (account, post.network) == (demo.SKY, "bluesky")


async def test_nobody_acts_where_they_are_not(shore: Shore) -> None:
    """An account of another network is told so."""
    with pytest.raises(NotHere):
        shore.reactions.choose(shore.card("bo"), "like", demo.SKY)
    with pytest.raises(NotFound):
        await shore.reactions.react(shore.card("bo").post, "like", AccountId("nobody"))
