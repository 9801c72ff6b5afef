"""What rules and ranking know beside the posts: about people, and about me. Values."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from app.feed.traits import Traits
from app.model.timeline import RowKey


class Candidate(Struct, frozen=True, omit_defaults=True, kw_only=True, gc=False):
    """
    A row that a feed may show.

    Attributes:
        uri: Of the copy that is shown.
        reposters: URIs of people who reposted it into the timeline; it stands
            there for itself when there are none.
        text: Only where a rule reads it: text, warning and descriptions.
        place: Its place in the source, for feeds that keep that order.
        lane: Which of the sources that have an order of their own it is from, from
            1; 0 = none. In a mix its posts keep that order among themselves.
    """

    key: RowKey
    uri: str
    traits: Traits
    reposters: tuple[str, ...] = ()
    text: str = ""
    place: int = 0
    lane: int = 0


class Knowledge(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Of the moment at which a feed is made.

    Attributes:
        now: µs since 1970 (UTC).
        me, following, followers: URIs of profiles.
        people: Profile URI → person, for who is in the people book.
        lists: Name or id of a list → URIs of its members.
        rates: Author → posts a day, as seen in the cache.
        affinity: Author → how much I answer, like and repost them (≥ 0).
        seen: URIs of posts I have had before me; *replied*: that I have answered.
        filtered: URIs of posts that a cover lies over.
        ranks: Post URI → its rank by likes (``likes_rank``), where it is known.
        topics: Topic → post URI → how surely it is about that (0…1), as was learned;
            beside what lists of words say (``Traits.about``).
        learned: Post URI → −1…1 of my own "more" and "less like this".
        bridging: Post URI → 0…1: liked from different corners of my graph.
        answered_by_followed: Post URI → how many people I follow answered it.
    """

    now: int
    me: frozenset[str] = frozenset()
    following: frozenset[str] = frozenset()
    followers: frozenset[str] = frozenset()
    people: Mapping[str, str] = {}
    lists: Mapping[str, frozenset[str]] = {}
    rates: Mapping[str, float] = {}
    affinity: Mapping[str, float] = {}
    followed_tags: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    replied: frozenset[str] = frozenset()
    filtered: frozenset[str] = frozenset()
    ranks: Mapping[str, float] = {}
    topics: Mapping[str, Mapping[str, float]] = {}
    learned: Mapping[str, float] = {}
    bridging: Mapping[str, float] = {}
    answered_by_followed: Mapping[str, int] = {}

    def relation(self, profile: str) -> str:
        """``me``, ``mutual``, ``following``, ``follower`` or ``none``."""
        if profile in self.me:
            return "me"
        follows = profile in self.following
        if profile in self.followers:
            return "mutual" if follows else "follower"
        return "following" if follows else "none"

    def who(self, profile: str) -> str:
        """The person, where one is known; else the profile."""
        return self.people.get(profile, profile)
