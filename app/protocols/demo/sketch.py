"""How a demo post is written down, and how it becomes a post."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from app.model import (
    AccountId,
    Advisory,
    Counts,
    Entry,
    LinkCard,
    Media,
    Poll,
    Post,
    Profile,
    Quote,
    ReplyTo,
    Repost,
    Stub,
    ViewerState,
)
from app.model.post import EmojiCount, FilterContext, QuoteState, Visibility
from app.protocols.demo.markup import rich
from app.protocols.demo.people import BRIDGE_HOST, PEOPLE, SECOND, network_of, token

JUNO = AccountId("juno@saltmarsh.example")
SKY = AccountId("juno.example.org")
KIEL = AccountId("kiel@boatyard.example")
ESTUARY = AccountId("estuary.example.net")
BOTH = frozenset({JUNO, KIEL})
"""The two accounts of the first network."""


def _filter(id: str, title: str, word: str, action: Literal["hide", "warn"]) -> Advisory:
    contexts: tuple[FilterContext, ...] = ("home", "public", "thread")
    return Advisory("filter", title, action=action, ref=id, contexts=contexts, words=(word,))


DERBY = _filter("1", "derby", "derby", "hide")
SPOILERS = _filter("2", "Spoilers", "the butler", "warn")
"""What the first account's filters catch (``moderating.FILTERS``)."""


class Sketch(Struct, frozen=True, kw_only=True):
    """
    A post as the demo's author writes it.

    Attributes:
        who: Key of ``PEOPLE``.
        ago: Minutes before the origin of the world.
        name: Stable; the post's address is made from it.
        counts: Replies, reposts, likes, quotes.
        polls: The poll, and in how many minutes from the origin it ends.
        quote: Name of another sketch, or why there is nothing to show.
        answers: Name of another sketch.
        copy_of: Name of the sketch that a bridge copied to make this one.
        passed_on: Who reposted it, and how many minutes ago.
        own: It stands in timelines by itself, not only as a repost.
        aside: An answer that home timelines leave out.
        seen_by: Whose home shows it; empty = all accounts of its network.
        did: What my accounts did with it.
        reactions: Emoji under it.
        edited: Minutes ago, 0 = never.
    """

    who: str
    ago: float
    name: str
    text: str = ""
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)
    media: tuple[Media, ...] = ()
    card: LinkCard | None = None
    poll: Poll | None = None
    poll_ends: float = 0.0
    quote: str = ""
    quote_state: QuoteState | None = None
    answers: str = ""
    reply: ReplyTo | None = None
    copy_of: str = ""
    advisories: tuple[Advisory, ...] = ()
    passed_on: tuple[tuple[str, float], ...] = ()
    own: bool = True
    aside: bool = False
    seen_by: frozenset[AccountId] = frozenset()
    did: dict[AccountId, ViewerState] = {}
    edited: float = 0.0
    langs: tuple[str, ...] = ("en",)
    visibility: Visibility = "public"
    tags: tuple[str, ...] = ()
    reactions: tuple[EmojiCount, ...] = ()


class Told(Struct, frozen=True, kw_only=True):
    """Something in the demo's timelines, and whose they are."""

    item: Entry | Stub
    network: str
    seen_by: frozenset[AccountId]
    did: dict[AccountId, ViewerState] = {}


def address(author: Profile, name: str) -> tuple[str, str]:
    """URI and web page of the post *name* by *author*."""
    mark = token(f"{author.handle} {name}", 13)
    if network_of(author) == SECOND.id:
        return (
            f"at://{author.uri}/app.bsky.feed.post/{mark}",
            f"{author.url}/post/{mark}",
        )
    if author.handle.endswith(f"@{BRIDGE_HOST}"):
        return f"https://{BRIDGE_HOST}/convert/ap/{mark}", f"{author.url}/post/{mark}"
    return f"{author.uri}/statuses/{mark}", f"{author.url}/{mark}"


def posts_from_sketches(sketches: Mapping[str, Sketch], origin: datetime) -> dict[str, Post]:
    """All posts by name. Quotes and replies are joined when all exist."""
    plain = {name: _post(sketch, origin) for name, sketch in sketches.items()}
    roots = {name: _root(name, sketches) for name in sketches}
    return {
        name: _joined(plain[name], sketch, plain, plain[roots[name]].uri)
        for name, sketch in sketches.items()
    }


def told_from_sketch(sketch: Sketch, post: Post, origin: datetime) -> list[Told]:
    """The entries that put *post* into timelines: itself and its reposts."""
    seen_by = sketch.seen_by or (frozenset({SKY, ESTUARY}) if post.network == SECOND.id else BOTH)

    def told(entry: Entry) -> Told:
        return Told(item=entry, network=post.network, seen_by=seen_by, did=sketch.did)

    found = []
    if sketch.own:
        entry = Entry(key=post.uri, sort_at=post.sort_at, post=post)
        aside = Told(item=entry, network=post.network, seen_by=frozenset())
        found.append(aside if sketch.aside else told(entry))
    for who, ago in sketch.passed_on:
        by, at = PEOPLE[who], origin - timedelta(minutes=ago)
        uri = f"{address(by, f'repost {post.uri}')[0]}"
        entry = Entry(key=uri, sort_at=at, post=post, repost=Repost(by, at, uri))
        found.append(told(entry))
    return found


def _post(sketch: Sketch, origin: datetime) -> Post:
    author = PEOPLE[sketch.who]
    uri, url = address(author, sketch.name)
    at = origin - timedelta(minutes=sketch.ago)
    text = rich(sketch.text)
    tags = tuple(span.target for span in text.spans if span.kind == "tag")
    poll = sketch.poll
    if poll is not None:
        ends = origin + timedelta(minutes=sketch.poll_ends)
        poll = msgspec.structs.replace(poll, expires_at=ends)
    return Post(
        uri=uri,
        network=network_of(author),
        author=author,
        created_at=at,
        sort_at=at,
        url=url,
        text=text,
        advisories=sketch.advisories,
        media=sketch.media,
        card=sketch.card,
        poll=poll,
        reply_to=sketch.reply,
        counts=Counts(*sketch.counts),
        reactions=sketch.reactions,
        edited_at=origin - timedelta(minutes=sketch.edited) if sketch.edited else None,
        langs=sketch.langs,
        visibility=sketch.visibility,
        tags=tags + sketch.tags,
    )


def _root(name: str, sketches: Mapping[str, Sketch]) -> str:
    """Where the conversation of *name* began."""
    while above := sketches[name].answers:
        name = above
    return name


def _joined(post: Post, sketch: Sketch, plain: Mapping[str, Post], root: str) -> Post:
    if sketch.quote or sketch.quote_state:
        quoted = plain.get(sketch.quote)
        quote = Quote(
            state=sketch.quote_state or "shown",
            uri=quoted.uri if quoted else address(post.author, "gone")[0],
            post=quoted,
        )
        post = msgspec.structs.replace(post, quote=quote)
    if sketch.answers:
        parent = plain[sketch.answers]
        reply_to = ReplyTo(uri=parent.uri, root=root, author=parent.author)
        post = msgspec.structs.replace(post, reply_to=reply_to)
    if sketch.copy_of:
        original = plain[sketch.copy_of]
        post = msgspec.structs.replace(post, bridged_from=original.uri)
    return post
