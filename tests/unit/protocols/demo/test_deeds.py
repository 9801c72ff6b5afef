"""Reactions in the demo count once and can be taken back."""

from __future__ import annotations

import pytest

from app.model import HOME, Entry, Post
from app.model.acts import Reaction, Relation, Report
from app.model.errors import NotFound, Refused
from app.model.errors import Unsupported as NotHere
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from tests.unit.protocols.demo.acting import Shore, ready


@pytest.fixture
def shore() -> Shore:
    """Nothing was done yet."""
    return Shore()


def written(shore: Shore, who: str, words: str = "") -> Post:
    """A post of somebody, with these words."""
    return next(
        post
        for network in ("mastodon", "bluesky")
        for post in shore.world.posts(network)
        if post.author == PEOPLE[who] and words in post.text.text
    )


@pytest.mark.parametrize(
    ("act", "back", "field", "count"),
    [
        ("like", "unlike", "liked", "likes"),
        ("repost", "unrepost", "reposted", "reposts"),
        ("bookmark", "unbookmark", "bookmarked", ""),
        ("mute_thread", "unmute_thread", "muted", ""),
    ],
)
@pytest.mark.parametrize("account", [demo.JUNO, demo.SKY])
async def test_twice_is_once(
    shore: Shore, account: str, act: str, back: str, field: str, count: str
) -> None:
    """The state and the count change with the first; back again with the second."""
    service = shore.service(account)
    post = written(shore, "bo" if account == demo.JUNO else "kaj/sky")
    before = getattr(post.counts, count) if count else 0

    for _ in range(2):
        state = await service.react(Reaction(act=act, uri=post.uri))
        assert getattr(state, field) is True
    now = shore.world.post(post.uri)
    assert not count or getattr(now.counts, count) == before + 1

    for _ in range(2):
        state = await service.react(Reaction(act=back, uri=post.uri))
        assert getattr(state, field) is False
    now = shore.world.post(post.uri)
    assert not count or getattr(now.counts, count) == before


async def test_an_own_repost_stands_at_home(shore: Shore) -> None:
    """Until it is taken back."""
    service = shore.service(demo.JUNO)
    post = written(shore, "bo")
    await service.react(Reaction(act="repost", uri=post.uri))

    top = (await service.page(HOME)).items[0]
    assert isinstance(top, Entry)
    assert top.repost is not None
    assert top.repost.by.uri == service.account.uri
    assert top.viewer.reposted

    await service.react(Reaction(act="unrepost", uri=post.uri))
    assert (await service.page(HOME)).items[0] != top


async def test_a_vote_is_given_once(shore: Shore) -> None:
    """The same again is harmless, another is refused."""
    service = shore.service(demo.KIEL)
    poll = written(shore, "library", "Winter").poll
    uri = written(shore, "library", "Winter").uri

    for _ in range(2):
        state = await service.react(Reaction(act="vote", uri=uri, votes=(1,)))
        assert state.own_votes == (1,)
    with pytest.raises(Refused):
        await service.react(Reaction(act="vote", uri=uri, votes=(2,)))

    assert shore.world.post(uri).poll.options[1].votes == poll.options[1].votes + 1


@pytest.mark.parametrize("votes", [(), (7,), (-1,), (0, 1)])
async def test_no_such_vote(shore: Shore, votes: tuple[int, ...]) -> None:
    """None, one beyond the last, two where one may be chosen."""
    service = shore.service(demo.KIEL)
    uri = written(shore, "library", "Winter").uri

    with pytest.raises(Refused):
        await service.react(Reaction(act="vote", uri=uri, votes=votes))


async def test_what_cannot_be_done_is_refused(shore: Shore) -> None:
    """Followers' posts are not passed on, others' posts not pinned, what is gone not liked."""
    juno, sky = shore.service(demo.JUNO), shore.service(demo.SKY)

    with pytest.raises(Refused):
        await juno.react(Reaction(act="repost", uri=written(shore, "kaj").uri))
    with pytest.raises(Refused):
        await juno.react(Reaction(act="pin", uri=written(shore, "bo").uri))
    with pytest.raises(NotHere):
        await sky.react(Reaction(act="vote", uri=written(shore, "kaj/sky").uri, votes=(0,)))
    with pytest.raises(NotFound):
        await sky.react(Reaction(act="like", uri="at://gone/x/1"))


async def test_own_posts_can_be_pinned(shore: Shore) -> None:
    """And unpinned, twice without harm."""
    service = shore.service(demo.JUNO)
    [mine] = await service.publish([ready(service, "Pin me.")])

    await service.react(Reaction(act="pin", uri=mine.uri))
    assert (demo.JUNO, mine.uri) in shore.world.ledger.pinned

    for _ in range(2):
        await service.react(Reaction(act="unpin", uri=mine.uri))
    assert not shore.world.ledger.pinned


async def test_following_and_its_end(shore: Shore) -> None:
    """Who is locked is asked first."""
    service = shore.service(demo.JUNO)
    bo, kaj = PEOPLE["bo"].uri, PEOPLE["kaj"].uri

    assert (await service.relate("follow", bo)).following
    asked = await service.relate("follow", kaj)
    assert (asked.following, asked.requested) == (False, True)
    assert not (await service.relate("unfollow", bo)).following
    assert await service.relation(kaj) == asked


@pytest.mark.parametrize(("act", "back"), [("mute", "unmute"), ("block", "unblock")])
async def test_muted_and_blocked_people_leave_home(shore: Shore, act: str, back: str) -> None:
    """They come back when that ends."""
    service = shore.service(demo.JUNO)
    bo = PEOPLE["bo"]

    async def at_home() -> set[str]:
        page = await service.page(HOME, limit=400)
        return {item.post.author.uri for item in page.items if isinstance(item, Entry)}

    assert bo.uri in await at_home()
    await service.relate(act, bo.uri)
    assert bo.uri not in await at_home()
    await service.relate(back, bo.uri)
    assert bo.uri in await at_home()


async def test_blocking_ends_following(shore: Shore) -> None:
    """And nobody relates to themselves, or to nobody."""
    service = shore.service(demo.JUNO)
    bo = PEOPLE["bo"].uri
    await service.relate("follow", bo)

    assert await service.relate("block", bo) == Relation(blocked=True)
    with pytest.raises(Refused):
        await service.relate("follow", service.account.uri)
    with pytest.raises(NotFound):
        await service.relate("follow", "https://nowhere.example/users/x")


async def test_a_report_is_written_down(shore: Shore) -> None:
    """With what it is about; nobody and nothing cannot be reported."""
    service = shore.service(demo.SKY)
    post = written(shore, "kaj/sky")
    report = Report(profile=post.author.uri, posts=(post.uri,), reason="rude")

    await service.report(report)

    assert shore.world.ledger.reports == [(demo.SKY, report)]
    with pytest.raises(NotFound):
        await service.report(Report(profile="did:plc:nobody"))
