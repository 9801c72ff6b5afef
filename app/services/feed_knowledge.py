"""
What feeds know of people: from the cache, from my own acts, and asked of servers.

What takes long is computed in the background and noted in the cache (``memo``), so
that switching to a feed waits for none of it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from app.feed.bridging import corners, diversity, engaged
from app.feed.conditions import uses
from app.feed.knowledge import Candidate, Knowledge
from app.feed.learned import Learned
from app.feed.recipe import Group, Recipe
from app.feed.times import HOUR
from app.feed.traits import Traits

if TYPE_CHECKING:
    from app.services.feed_candidates import Pool
    from app.store.candidates import Candidates

DAY = 24 * HOUR
RATES, AFFINITY = 30 * DAY, 90 * DAY
"""How far back authors' rates, and my own acts, are looked at."""

MEMO = "people"
STALE = 10 * 60 * 1_000_000
"""µs after which what is known of people is computed anew, in the background."""

ASK_AGAIN = 7 * DAY
"""After so long a server is asked again how somebody stands to me."""

_MOST_ACTS = 20_000
_PEOPLE = "person "

_traits_from = json.Decoder(Traits).decode


Texts = Callable[[Sequence[Candidate]], Mapping[str, str]]
"""The texts of candidates, by their URI."""


class Stands(Struct, frozen=True, array_like=True):
    """How somebody stands to me, as a server said at *at* (µs)."""

    following: bool
    followed_by: bool
    at: int


class People(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What is known of people, as it is noted.

    Attributes:
        me: My profiles when it was noted: of others it says nothing.
        following: As the cache shows it; *stands* knows better where it was asked.
        affinity: ln(1 + 3 × answers + likes + 2 × reposts) of 90 days.
        replied: URIs of what I have answered.
    """

    at: int = 0
    me: frozenset[str] = frozenset()
    following: frozenset[str] = frozenset()
    rates: Mapping[str, float] = {}
    affinity: Mapping[str, float] = {}
    replied: frozenset[str] = frozenset()
    stands: Mapping[str, Stands] = {}


NOBODY = People()

_people_from = json.Decoder(People).decode


def noted_people(read: Candidates, me: frozenset[str]) -> People | None:
    """What was noted last; None: nothing yet, or for other accounts. On a reader's thread."""
    found = read.memo(MEMO)
    if found is None:
        return None
    try:
        people = _people_from(found[1])
    except (DecodeError, UnicodeDecodeError):
        return None
    return people if people.me == me else None


def read_people(read: Candidates, me: frozenset[str], now: int, before: People) -> People:
    """Compute it anew. 100 ms in a cache of 100 000 posts; on a reader's thread."""
    since = now - RATES
    oldest = read.oldest(since)
    days = min(30.0, max(1.0, (now - oldest) / DAY)) if oldest is not None else 1.0
    rates = {author: count / days for author, count in read.by_author(since)}
    acts: dict[str, float] = defaultdict(float)
    for author, state in read.acted(now - AFFINITY, _MOST_ACTS):
        acts[author] += (b'"liked":true' in state) + 2 * (b'"reposted":true' in state)
    answered: Counter[str] = Counter()
    replied = set()
    for body in read.of_authors(me, now - AFFINITY):
        mine = _traits_from(body)
        if mine.parent:
            replied.add(mine.parent)
        if mine.reply_to and mine.reply_to not in me:
            answered[mine.reply_to] += 1
    for author, times in answered.items():
        acts[author] += 3 * times
    return People(
        at=now,
        me=me,
        following=before.following.union(read.followed(since)) - me,
        rates=rates,
        affinity={author: math.log1p(much) for author, much in acts.items() if author not in me},
        replied=frozenset(replied),
        stands=before.stands,
    )


def met(people: People, candidates: Sequence[Candidate], me: frozenset[str]) -> People:
    """
    With those of whom a home timeline has posts of their own: whoever comes home
    by themselves is followed.
    """
    home = {one.traits.author for one in candidates if not one.reposters} - me
    new = home - people.following
    if not people.rates:
        people = replace(people, rates=_rates(candidates))
    return replace(people, following=people.following | new) if new else people


def _rates(candidates: Sequence[Candidate]) -> dict[str, float]:
    """Until the whole cache was looked at: as among these."""
    if not candidates:
        return {}
    times = [one.traits.at for one in candidates]
    days = min(30.0, max(1.0, (max(times) - min(times)) / DAY))
    counts = Counter(one.traits.author for one in candidates)
    return {author: count / days for author, count in counts.items()}


class Moment(Struct, frozen=True, kw_only=True):
    """
    What else a feed is made with.

    Attributes:
        now, seen_before: µs; what stood in the timeline up to then was before me.
        persons: Profile → person of the people book.
        lists: Name → profiles, as the user keeps them.
        lessons: Topic → what was learned; "" = in general.
    """

    now: int
    me: frozenset[str]
    people: People
    persons: Mapping[str, str]
    lists: Mapping[str, frozenset[str]]
    tags: frozenset[str]
    seen_before: int
    lessons: Mapping[str, Learned]


class Known(Struct, frozen=True):
    """
    What is known for one feed, and which posts lessons would hide but only cover yet.

    *covers*: URI → topic.
    """

    knowledge: Knowledge
    covers: Mapping[str, str] = {}


def known_for(
    recipe: Recipe,
    pool: Pool,
    moment: Moment,
    read: Candidates,
    texts: Texts,
) -> Known:
    """Everything that *recipe* asks about the candidates, and no more."""
    candidates = pool.columns.candidates
    followed, followers = _followed(moment.people)
    mutual = followed & followers
    features = {term.feature for term in recipe.rank.terms}
    answered: Mapping[str, int] = {}
    bridging: Mapping[str, float] = {}
    if features & {"conversation", "bridging"}:
        taken_up = engaged(candidates, followed)
        answered = {uri: len(who) for uri, who in taken_up.items()}
        if "bridging" in features:
            of = corners(candidates, followed)
            bridging = {uri: diversity(who, of) for uri, who in taken_up.items()}
    learned: Mapping[str, float] = {}
    if "learned" in features and (lesson := moment.lessons.get("")) is not None:
        found = texts(candidates)
        learned = {one.uri: lesson.value(found.get(one.uri, "")) for one in candidates}
    topics, covers = _taught(recipe, moment, candidates, texts)
    affinity = moment.people.affinity
    knowledge = Knowledge(
        now=moment.now,
        me=moment.me,
        following=followed,
        followers=followers,
        people=moment.persons,
        lists=_lists(moment, candidates),
        rates=moment.people.rates,
        affinity={
            one: affinity.get(one, 0.0) + (one in mutual) for one in affinity.keys() | mutual
        },
        followed_tags=moment.tags,
        seen=_seen(pool, moment, read) if uses(recipe.where, "seen") else frozenset(),
        replied=moment.people.replied,
        filtered=pool.covered,
        topics=topics,
        learned=learned,
        bridging=bridging,
        answered_by_followed=answered,
    )
    return Known(knowledge, covers)


def _followed(people: People) -> tuple[frozenset[str], frozenset[str]]:
    """Whom I follow, and who follows me: what servers said comes before what the cache shows."""
    stands = people.stands
    following = {one for one in people.following if one not in stands or stands[one].following}
    following.update(one for one, how in stands.items() if how.following)
    return frozenset(following), frozenset(one for one, how in stands.items() if how.followed_by)


def _seen(pool: Pool, moment: Moment, read: Candidates) -> frozenset[str]:
    """What stood before me in a feed, or in the timeline."""
    before = {one.uri for one in pool.columns.candidates if one.key.at <= moment.seen_before}
    return read.seen(pool.columns.uris) | before


def _taught(
    recipe: Recipe, moment: Moment, candidates: Sequence[Candidate], texts: Texts
) -> tuple[Mapping[str, Mapping[str, float]], Mapping[str, str]]:
    """What lessons say of topics that rules ask about; and what they would hide but may not yet."""
    topics: dict[str, Mapping[str, float]] = {}
    covers: dict[str, str] = {}
    for topic in topics_of(recipe):
        taught = moment.lessons.get(topic)
        if taught is None or taught.knows_nothing:
            continue
        found = texts(candidates)
        shares = {one.uri: taught.share(found.get(one.uri, "")) for one in candidates}
        if taught.may_hide:
            topics[topic] = shares
        else:
            covers.update((uri, topic) for uri, much in shares.items() if much >= COVER_FROM)
    return topics, covers


COVER_FROM = 0.8
"""So surely must a lesson that may not hide yet say so, to cover a post."""

TITLED = "scientists"
"""The list that the names of authors make until the user keeps one."""


def _lists(moment: Moment, candidates: Sequence[Candidate]) -> Mapping[str, frozenset[str]]:
    if TITLED in moment.lists:
        return moment.lists
    titled = frozenset(one.traits.author for one in candidates if one.traits.titled)
    return {**moment.lists, TITLED: titled}


def topics_of(recipe: Recipe) -> list[str]:
    """Topics that its rules ask about."""
    found: dict[str, None] = {}
    waiting = [recipe.where] if recipe.where is not None else []
    while waiting:
        group = waiting.pop()
        for rule in (*group.all, *group.any, *group.none):
            if isinstance(rule, Group):
                waiting.append(rule)
            elif rule.field == "topic" and isinstance(rule.value, tuple) and rule.value:
                found[str(rule.value[0])] = None
    return list(found)
