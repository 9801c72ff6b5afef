"""What the demo's networks offer to read beside home: feeds that people made, and trends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.model import Post
from app.model.errors import NotFound, Refused, Unreachable, Unsupported
from app.model.offers import Offer
from app.protocols.demo.people import FIRST, PEOPLE

_AT = "at://{}/app.example.feed/{}"


def _feed(
    by: str, key: str, name: str, about: str, likes: int, labels: Sequence[str] = ()
) -> Offer:
    maker = PEOPLE[by]
    return Offer(
        kind="feed",
        arg=_AT.format(maker.uri, key),
        name=name,
        about=about,
        by=maker.handle,
        by_uri=maker.uri,
        host=f"feeds.{maker.handle}",
        avatar=maker.avatar,
        likes=likes,
        labels=tuple(labels),
    )


FEEDS = (
    _feed("museum/sky", "boats", "Small boats", "Everything that floats and is small.", 8_412),
    _feed(
        "wen/sky",
        "loved",
        "Loved this week",
        "What most people liked, the most liked first.",
        5_120,
    ),
    _feed("akari/sky", "pictures", "By the sea", "Pictures from all shores.", 2_377),
    _feed("crane/sky", "cranes", "Cranes", "Its server has not been seen for a while.", 903),
    _feed("ifeoma/sky", "maps", "Maps in the making", "Is set up wrongly at the moment.", 640),
    _feed("gus/sky", "crumbs", "Crumbs", "Nobody has baked yet.", 12),
    _feed("tove/sky", "bare", "Bathing", "Bathers, as nature made them.", 77, ["nudity"]),
)
"""Of the second network: three that work, three that do not, one that is labelled."""

_BROKEN = {
    "cranes": Unreachable("The server behind this feed seems to be offline.", "Try again later."),
    "maps": Refused("This feed is set up wrongly.", "Ask who made it."),
}
_WORDS = {"boats": ("boat", "ferry", "sail", "rope", "harbour")}


def found_offers(words: str) -> tuple[Offer, ...]:
    """Feeds with all of these words in their name, sentence or maker."""
    wanted = words.casefold().split()
    return tuple(
        one
        for one in FEEDS
        if all(word in f"{one.name} {one.about} {one.by}".casefold() for word in wanted)
    )


def offer_at(address: str) -> Offer:
    """Raises: NotFound."""
    for one in FEEDS:
        if one.arg == address.strip():
            return one
    raise NotFound("This feed may have been deleted.", "Ask who made it.")


def posts_of(kind: str, arg: str, network: str, posts: Iterable[Post]) -> tuple[Post, ...]:
    """
    What stands there, in its order.

    Raises:
        ServiceError: There is no such feed, or the server behind it has a trouble.
    """
    if kind == "trends":
        if network != FIRST.id:
            raise Unsupported("This network has no trends.")
        return _loved(posts)[:40]
    key = offer_at(arg).arg.rpartition("/")[2]
    if (error := _BROKEN.get(key)) is not None:
        raise type(error)(error.message, error.next_step)
    match key:
        case "loved":
            return _loved(posts)[:60]
        case "pictures":
            return _newest(one for one in posts if one.media)
        case "boats":
            return _newest(one for one in posts if _has(one, _WORDS["boats"]))
        case "bare":
            return _newest(one for one in posts if _has(one, ("swim", "bath", "sea")))
        case _:
            return ()


def _has(post: Post, words: Sequence[str]) -> bool:
    text = post.text.text.casefold()
    return any(word in text for word in words)


def _newest(posts: Iterable[Post]) -> tuple[Post, ...]:
    return tuple(sorted(posts, key=lambda one: (one.sort_at, one.uri), reverse=True))


def _loved(posts: Iterable[Post]) -> tuple[Post, ...]:
    return tuple(sorted(posts, key=lambda one: (-one.counts.likes, one.uri)))
