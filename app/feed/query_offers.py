"""What somebody who types a search may mean to go on with: operators, and what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, Literal

from msgspec import Struct

from app.feed.query import HAS, IN, IS, MOST_LONG, NAMES, words_in
from app.model import Profile
from app.model.query import Operator

MOST = 8
"""So many are offered at a time."""

LEAST = 2
"""Letters of a word from which on it may become an operator."""

MOMENTS: Final = (
    ("today", "Since midnight"),
    ("yesterday", "Since the midnight before"),
    ("7d", "A week ago"),
    ("30d", "A month ago"),
    ("1y", "A year ago"),
)

Kind = Literal["operator", "person", "network", "language", "folder", "moment", "word"]


class Offer(Struct, frozen=True, omit_defaults=True):
    """
    One of them.

    Attributes:
        text: What is put in place of what was begun.
        label: How it is called; "" = as *text*.
        person: Who is meant by it.
    """

    kind: Kind
    text: str
    label: str = ""
    person: Profile | None = None


class Offers(Struct, frozen=True):
    """What can be put in the place of ``[start, end)`` of the text, code points."""

    start: int
    end: int
    rows: tuple[Offer, ...]


class Known(Struct, frozen=True, kw_only=True):
    """
    What stands behind operators here.

    Attributes:
        people: Who wrote what was read, most often first.
        languages: Codes, most often first.
        networks: Id and name.
    """

    people: Sequence[Profile] = ()
    languages: Sequence[str] = ()
    networks: Sequence[tuple[str, str]] = ()
    folders: Sequence[str] = ()


_BEGUN = re.compile(r'-?(?:(?P<name>[A-Za-z]+):)?(?P<value>[^\s"]*)$')
_REST = re.compile(r'[^\s",]*')


def offers_at(text: str, cursor: int, known: Known) -> Offers | None:
    """What may be meant where the cursor stands; None: nothing that can be guessed."""
    if len(text) > MOST_LONG:
        return None  # no search; and looking for where a word begins takes its square
    begun = _BEGUN.search(text[:cursor])
    if begun is None:
        return None
    rest = _REST.match(text, cursor)
    end = rest.end() if rest is not None else cursor
    name, value = (begun["name"] or "").lower(), begun["value"]
    if begun["name"] is None:
        # In the middle of a word nobody begins an operator.
        rows = _operators(value) if end == cursor else ()
        start = begun.start("value")
    elif name in NAMES:
        last = value.rpartition(",")[2].lstrip("@")
        start = cursor - len(last)
        rows = tuple(islice(_values(NAMES[name], last.casefold(), known), MOST))
        if [row.text.casefold() for row in rows] == [text[start:end].casefold()]:
            return None  # it stands there already
    else:
        return None
    return Offers(start, end, rows) if rows else None


def _operators(begun: str) -> tuple[Offer, ...]:
    if len(begun) < LEAST:
        return ()
    shown = dict.fromkeys(name for name in NAMES if name.startswith(begun.casefold()))
    return tuple(Offer("operator", f"{name}:") for name in shown)


def _values(operator: Operator, begun: str, known: Known) -> Iterable[Offer]:
    match operator:
        case "from" | "to":
            yield from _people(begun, known.people)
        case "net":
            for id, name in known.networks:
                if any(said.casefold().startswith(begun) for said in (id, name)):
                    yield Offer("network", id, name)
        case "lang":
            yield from (
                Offer("language", code) for code in known.languages if code.startswith(begun)
            )
        case "folder":
            for folder in known.folders:
                if folder.casefold().startswith(begun):
                    yield Offer("folder", f'"{folder}"' if " " in folder else folder, folder)
        case "before" | "after":
            for text, label in MOMENTS:
                if text.startswith(begun):
                    yield Offer("moment", text, label)
        case "has" | "is" | "in":
            words = {"has": HAS, "is": IS, "in": IN}[operator]
            yield from (Offer("word", word) for word in words if word.startswith(begun))
        case "tag":
            return


def _people(begun: str, people: Sequence[Profile]) -> Iterable[Offer]:
    if "me".startswith(begun):
        yield Offer("word", "me", "You, with any of your accounts")
    for one in people:
        if one.handle.casefold().startswith(begun) or any(
            word.startswith(begun) for word in words_in(one.name)
        ):
            yield Offer("person", one.handle, one.shown_name, one)
