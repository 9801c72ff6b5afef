"""Hypothesis strategies: people, posts, entries and stored rows that may exist."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from app.feed.times import micros
from app.model import (
    AccountId,
    Advisory,
    Counts,
    Entry,
    Media,
    Poll,
    PollOption,
    Post,
    Profile,
    Repost,
    RichText,
    Span,
    Stub,
    ViewerState,
)
from app.model.timeline import (
    HOME,
    Cursor,
    Echo,
    Gap,
    GapRow,
    RowKey,
    Sighting,
    StoredRow,
    StubRow,
)

ORIGIN = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)
NETWORKS = ("north", "south")
ACCOUNTS = tuple(
    AccountId(name) for name in ("ana@north.example", "bo@north.example", "cy.example")
)
LABEL_VALUES = ("!hide", "!warn", "!no-unauthenticated", "porn", "sexual", "nudity", "gore", "?")

times = st.integers(0, 5000).map(lambda n: ORIGIN - timedelta(minutes=n, microseconds=n * 7))
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)


def profiles(
    names: st.SearchStrategy[str] = st.sampled_from("abcdefgh"),
) -> st.SearchStrategy[Profile]:
    """Few people, so that they meet each other."""
    return names.map(
        lambda name: Profile(f"https://{name}.example/users/{name}", f"{name}@{name}.example", name)
    )


@st.composite
def rich_texts(draw: st.DrawFn) -> RichText:
    """Text with spans that lie inside it, sorted, disjoint."""
    text = draw(words)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6, unique=True)))
    kinds = st.sampled_from(("bold", "italic", "code", "tag"))
    spans = tuple(Span(a, b, draw(kinds)) for a, b in zip(cuts[::2], cuts[1::2], strict=False))
    return RichText(text, spans)


advisories = st.one_of(
    st.builds(Advisory, st.just("warning"), words),
    st.builds(Advisory, st.just("sensitive")),
    st.builds(
        Advisory, st.just("label"), st.sampled_from(LABEL_VALUES), st.sampled_from(("", "did:x:y"))
    ),
    st.builds(
        Advisory,
        st.just("filter"),
        words,
        action=st.sampled_from(("", "warn", "hide", "blur")),
    ),
)
medias = st.builds(
    Media,
    kind=st.sampled_from(("image", "video", "gif", "audio", "unknown")),
    url=st.just("https://media.example/1.jpg"),
    alt=words,
)
polls = st.builds(
    Poll,
    options=st.lists(
        st.builds(PollOption, words, st.none() | st.integers(0, 99)), min_size=2, max_size=4
    ).map(tuple),
    closed=st.booleans(),
    expires_at=st.none() | times,
)
viewer_states = st.builds(
    ViewerState,
    liked=st.booleans(),
    reposted=st.booleans(),
    filtered=st.lists(advisories.filter(lambda a: a.kind == "filter"), max_size=1).map(tuple),
)


@st.composite
def posts(draw: st.DrawFn, number: int | None = None) -> Post:
    """A post; the same *number* always has the same address."""
    if number is None:
        number = draw(st.integers(0, 30))
    author = draw(profiles())
    at = draw(times)
    return Post(
        uri=f"https://posts.example/{number}",
        network=draw(st.sampled_from(NETWORKS)),
        author=author,
        created_at=at,
        sort_at=at,
        url=f"https://posts.example/@x/{number}",
        text=draw(rich_texts()),
        advisories=tuple(draw(st.lists(advisories, max_size=2))),
        media=tuple(draw(st.lists(medias, max_size=2))),
        poll=draw(st.none() | polls),
        counts=Counts(likes=draw(st.integers(0, 9))),
        bridged_from=draw(st.sampled_from(("", "", "https://posts.example/1"))),
    )


@st.composite
def entries(draw: st.DrawFn, *, post: Post | None = None) -> Entry:
    """A post in a timeline, or a repost of one."""
    post = post or draw(posts())
    if draw(st.booleans()):
        return Entry(key=post.uri, sort_at=post.sort_at, post=post)
    by, at = draw(profiles()), post.sort_at + timedelta(minutes=draw(st.integers(0, 300)))
    return Entry(key=f"repost:{by.uri}:{post.uri}", sort_at=at, post=post, repost=Repost(by, at))


stubs = st.builds(
    Stub, key=st.integers(0, 99).map("stub-{}".format), sort_at=times, reason=st.just("unreadable")
)


@st.composite
def echoes(draw: st.DrawFn, row: int) -> Echo:
    """A stored echo: one to three copies, each seen once or more."""
    copies = [draw(posts(number=row * 10 + n)) for n in range(draw(st.integers(1, 3)))]
    found: dict[str, Sighting] = {}
    for post in copies:
        for _ in range(draw(st.integers(1, 3))):
            entry = draw(entries(post=post))
            seen_by = draw(st.lists(st.sampled_from(ACCOUNTS), min_size=1, unique=True))
            found[entry.key] = Sighting(entry, {name: draw(viewer_states) for name in seen_by})
    sightings = sorted(found.values(), key=lambda one: (one.entry.sort_at, one.entry.key))
    founder = draw(st.sampled_from(sightings))
    return Echo(key=RowKey(micros(founder.entry.sort_at), row), sightings=tuple(sightings))


@st.composite
def stored_rows(draw: st.DrawFn, most: int = 12) -> list[StoredRow]:
    """Rows as the store gives them; keys are unique, order is newest first."""
    rows: list[StoredRow] = []
    for number in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(("echo", "echo", "echo", "gap", "stub")))
        at = draw(times)
        key = RowKey(micros(at), number)
        if kind == "gap":
            gap = Gap(id=number, account=ACCOUNTS[0], source=HOME, newer_at=at, cursor=Cursor("x"))
            rows.append(GapRow(key=key, gap=gap))
        elif kind == "stub":
            rows.append(StubRow(key=key, stub=draw(stubs), account=ACCOUNTS[0]))
        else:
            rows.append(draw(echoes(number)))
    return sorted(rows, key=lambda row: row.key, reverse=True)
