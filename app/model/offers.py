"""What servers offer to read beside the home timeline: feeds, lists, tags, trends; and recipes."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from app.model.timeline import Cursor

OfferKind = Literal["feed", "list", "tag", "trends"]


class Offer(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Something an account can read as a source.

    Attributes:
        kind, arg: Of the source.
        name: As its maker calls it; a tag without "#".
        by: Handle of who made it; *by_uri* names the profile.
        host: Whose server puts it in order, where that is told.
        likes: As the network counts.
        talk: Of a tag: how many have used it lately; 0 = not told.
        yours: It is the account's own list, or a tag that it follows.
        labels: What labelers say of it, and its maker.
    """

    kind: OfferKind
    arg: str
    name: str
    about: str = ""
    by: str = ""
    by_uri: str = ""
    host: str = ""
    avatar: str = ""
    likes: int = 0
    talk: int = 0
    yours: bool = False
    labels: tuple[str, ...] = ()


class OfferPage(Struct, frozen=True, kw_only=True):
    """Some offers, best first as the server sees it. ``older is None`` means the end."""

    offers: tuple[Offer, ...]
    older: Cursor | None = None


class PublishedRecipe(Struct, frozen=True, kw_only=True):
    """
    A recipe that somebody has published.

    Attributes:
        uri: Where it is; this is what one shares.
        document: JSON text, from strangers: to be read like any other.
    """

    uri: str
    name: str
    document: str
    by: str = ""
