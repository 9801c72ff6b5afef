"""
What moderation costs, beside a bare reference of the same run.

The whole decision with five labelers and twenty filters; five hundred muted words over
arriving posts and over a cache; a blocklist of twenty thousand domains, loaded and asked.
The references: building the small values of one verdict by hand, lower-casing the texts,
splitting the lines of the list.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import json
from msgspec.structs import replace

from app.model import AccountId, Advisory, Media, Post, Profile, RichText, ViewerState
from app.model.moderation import Filter, FilterWord, MutedWord
from app.moderation.blocklists import Blocked, BlockIndex, Blocklist
from app.moderation.decide import Preferences, Viewpoint, decide
from app.moderation.decision import Rules
from app.moderation.definitions import definition_of
from app.moderation.filters import Filters
from app.moderation.muted_words import MutedWords, words_of
from app.moderation.verdict import Cause, Verdict
from tests.bench.measure import say

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ME = AccountId("me")
POSTS, CACHED, WORDS, DOMAINS = 4_000, 100_000, 500, 20_000
SYLLABLES = "ba de fi go lu mer nos pal quin ras sel tor ung vi wex yon zam".split()


def main() -> None:
    """Print a line for everything."""
    rng = random.Random(1)
    posts = [_post(rng, number) for number in range(POSTS)]
    _decisions(rng, posts)
    _words(rng, posts)
    _blocklist(rng, posts)


def _decisions(rng: random.Random, posts: list[Post]) -> None:
    preferences = _settled(rng)
    states = [_state(rng) for _ in posts]
    bare = _each(lambda post, state: _bare(post, state), posts, states)
    whole = _each(
        lambda post, state: decide(post, {ME: state}, preferences, now=NOW), posts, states
    )
    nothing = _each(lambda post, state: decide(post, {ME: _PLAIN}), _plain(posts), states)
    say("decision, 5 labelers, 20 filters", whole, "µs", bare, "≤ 40 µs", whole <= 40)
    say("decision, nothing settled", nothing, "µs", bare)


def _words(rng: random.Random, posts: list[Post]) -> None:
    words = MutedWords(MutedWord(value=value) for value in _values(rng, WORDS))
    list(words.matches(next(words_of(posts[0])), followed=False, now=""))  # made once
    bare = _each(lambda post, _: post.text.text.lower().split(), posts, posts)
    each = _each(
        lambda post, _: [
            hit for text in words_of(post) for hit in words.matches(text, followed=False, now="")
        ],
        posts,
        posts,
    )
    say(f"{WORDS} muted words, per post", each, "µs", bare, "≤ 10 µs", each <= 10)
    texts = [next(words_of(post)) for post in posts] * (CACHED // POSTS)
    began = time.perf_counter()
    for text in texts:
        text.text.lower().split()
    reference = (time.perf_counter() - began) * 1e3
    began = time.perf_counter()
    found = sum(1 for text in texts for _ in words.matches(text, followed=False, now=""))
    whole = (time.perf_counter() - began) * 1e3
    assert found
    name = f"{WORDS} muted words, {len(texts)} texts"
    say(name, whole, "ms", reference, "≤ 400 ms", whole <= 400)


def _blocklist(rng: random.Random, posts: list[Post]) -> None:
    entries = tuple(
        Blocked(name=f"{name}.example", reason="spam") for name in _values(rng, DOMAINS)
    )
    body = json.encode(Blocklist(entries=entries))
    lines = "\n".join(entry.name for entry in entries)
    began = time.perf_counter()
    dict.fromkeys(lines.split("\n"))
    reference = (time.perf_counter() - began) * 1e3
    began = time.perf_counter()
    index = BlockIndex({"L": json.decode(body, type=Blocklist).entries})
    load = (time.perf_counter() - began) * 1e3
    say(f"{DOMAINS} domains: load", load, "ms", reference, "≤ 50 ms", load <= 50)
    preferences = Preferences(lists=index, watchful=True)
    people = [(post.author.uri, post.author.handle) for post in posts]
    bare = _each(lambda who, _: who in seen, people, people) if (seen := set(people)) else 0.0

    from app.moderation.causes import people_causes

    each = _each(
        lambda post, _: list(people_causes(post.author, (), preferences, follows=False)),
        posts,
        posts,
    )
    say(f"{DOMAINS} domains: match a post", each, "µs", bare, "≤ 2 µs", each <= 2)


def _each(work: Callable[..., object], these: list, those: list) -> float:  # type: ignore[type-arg]
    """µs for one, the best of five rounds."""
    best = float("inf")
    for _ in range(5):
        began = time.perf_counter()
        for this, that in zip(these, those, strict=True):
            work(this, that)
        best = min(best, time.perf_counter() - began)
    return best / len(these) * 1e6


def _bare(post: Post, state: ViewerState) -> Verdict:
    """As little as an answer with one cause can cost."""
    return Verdict("cover", (Cause("label", post.text.text[:5], state.ref),))


_PLAIN = ViewerState(ref="1")


def _plain(posts: list[Post]) -> list[Post]:
    return [replace(post, advisories=()) for post in posts]


def _settled(rng: random.Random) -> Preferences:
    labelers = [f"did:plc:{'abcdefghijklmnopqrstuvw'}{n}" for n in "abcde"]
    values = [f"{'-'.join(rng.sample(SYLLABLES, 2))}" for _ in range(20)]
    definitions = {
        uri: {
            value: definition_of(value, severity="alert", blurs="content", labeler=uri)
            for value in values
        }
        for uri in labelers
    }
    global _LABELS
    _LABELS = [(uri, value) for uri in labelers for value in values]
    rules = Rules(
        me=frozenset({"did:me"}),
        adult=True,
        labelers={uri: {} for uri in labelers},
        definitions=definitions,
        hidden=frozenset({"at://x/1"}),
    )
    filters = Filters(
        Filter(
            id=str(n),
            title=f"filter {n}",
            contexts=frozenset({"home"}),
            words=tuple(FilterWord(value) for value in _values(rng, 3)),
        )
        for n in range(20)
    )
    view = Viewpoint(account=ME, network="north", rules=rules, filters=filters, hidden=rules.hidden)
    return Preferences(views={ME: view}, watchful=True)


_LABELS: list[tuple[str, str]] = []


def _state(rng: random.Random) -> ViewerState:
    """Every third post carries labels, some of several labelers."""
    chosen = rng.sample(_LABELS, rng.randint(1, 3)) if rng.random() < 0.34 else []
    labels = tuple(Advisory("label", value, uri) for uri, value in chosen)
    return ViewerState(ref="1", labels=labels)


def _values(rng: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        joiner = rng.choice(("", "", "", " "))
        found[
            "".join(rng.choices(SYLLABLES, k=3)) + joiner + "".join(rng.choices(SYLLABLES, k=2))
        ] = None
    return list(found)


def _post(rng: random.Random, number: int) -> Post:
    words = [
        "".join(rng.choices(SYLLABLES, k=rng.randint(1, 4))) for _ in range(rng.randint(8, 45))
    ]
    host = "".join(rng.choices(SYLLABLES, k=2))
    who = f"{rng.choice(SYLLABLES)}{rng.randint(0, 60)}"
    media = (Media(kind="image", url="https://m.example/1.jpg", alt="A " + " ".join(words[:6])),)
    return Post(
        uri=f"https://{host}.example/{number}",
        network="north",
        author=Profile(f"https://{host}.example/users/{who}", f"{who}@{host}.example"),
        created_at=NOW,
        sort_at=NOW,
        text=RichText(" ".join(words) + rng.choice(("", ".", "!", " don't/can't", " #tag"))),
        media=media if rng.random() < 0.3 else (),
        langs=("en",),
    )


if __name__ == "__main__":
    main()
