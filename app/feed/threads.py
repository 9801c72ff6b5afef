"""
A conversation as one reads it: what is above a post, the post, what is below.

Made from what one or two servers tell of it (an echo is answered on both
networks). Pure; no shape of answers, however broken, makes it hang.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from app.feed.pipeline import Hidden, Settings, why_hidden
from app.feed.rows import Card
from app.feed.thread_bag import Bag, Knot
from app.model import AccountId, Stub
from app.model.thread import Absent, Elsewhere, Thread

Order = Literal["old", "new", "liked"]

DEEPEST = 4
"""Answers are nested so deep; below stands "Continue"."""


class Voice(Struct, frozen=True):
    """What one account's server tells. *network*: that account's."""

    account: AccountId
    network: str
    thread: Thread


class Line(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One line of a conversation.

    Attributes:
        kind: ``post`` has a *card*, ``absent`` and ``stub`` what their names
            say; ``continue``: *count* more posts below the post *parent*.
        depth: 0 for what stands above, for the post itself and the author's own
            thread below it; 1 for an answer to those, up to ``DEEPEST``.
        parent: URI of the post it answers, "" = of none that is shown.
        origin: The server that tells of it where none of mine does; "" = one of mine does.
        name: What it is known by when the conversation is told anew; no other has it.
        folded: How many posts below it are folded away.
        rails: For each depth from 1 to *depth*: whether more answers of that
            depth follow below, so that its line is drawn on.
    """

    kind: Literal["post", "absent", "stub", "continue"]
    depth: int = 0
    parent: str = ""
    card: Card | None = None
    absent: Absent | None = None
    stub: Stub | None = None
    count: int = 0
    origin: str = ""
    name: str = ""
    folded: int = 0
    rails: tuple[bool, ...] = ()

    @property
    def uri(self) -> str:
        """Of the post it stands for; "" where there is none."""
        if self.card is not None:
            return self.card.post.uri
        if self.absent is not None:
            return self.absent.uri
        return self.stub.key if self.stub is not None else ""


class Tree(Struct, frozen=True, kw_only=True):
    """
    A conversation.

    Attributes:
        above: From the first post down to the one that the focus answers.
        focus: The post that was asked for.
        thread: What its author went on to say, each answering the one before.
        below: All other answers, in the order in which they are read.
        counts: Network → how many answers there are, as its servers count.
        hidden: Answers that moderation left out, and why.
        complete: No server has said that there is more.
    """

    focus: Line
    above: tuple[Line, ...] = ()
    thread: tuple[Line, ...] = ()
    below: tuple[Line, ...] = ()
    counts: Mapping[str, int] = {}
    hidden: Hidden = Hidden()
    complete: bool = True

    @property
    def lines(self) -> tuple[Line, ...]:
        """All, from top to bottom."""
        return (*self.above, self.focus, *self.thread, *self.below)


def tree_from_voices(
    voices: Sequence[Voice],
    *,
    now: datetime,
    settings: Settings,
    same: Mapping[str, tuple[str, ...]] = {},
    order: Order = "old",
    shown: Collection[str] = (),
    elsewhere: Mapping[str, Elsewhere] = {},
) -> Tree:
    """
    The conversation that *voices* tell.

    Args:
        voices: At least one; the focus of all of them is one thought.
        same: Post URI → all addresses under which the same thought may be
            known (``echoes.echo_keys``).
        shown: Causes whose posts are wanted all the same (``why_hidden``).
        elsewhere: Network → what the server of the focus's author tells strangers.
    """
    bag = Bag(same)
    for voice in voices:
        bag.add(voice.account, voice.thread)
    for voice in voices:
        if voice.network in elsewhere:
            bag.add_elsewhere(voice.account, elsewhere[voice.network])
    bag.tie([voice.thread.focus for voice in voices])
    tree = _Drawing(bag, now, settings, order, frozenset(shown)).tree(voices)
    complete = all(
        voice.thread.complete or (voice.network in elsewhere and elsewhere[voice.network].complete)
        for voice in voices
    )
    return replace(tree, complete=complete)


class _Drawing:
    """Turns knots into lines."""

    def __init__(
        self, bag: Bag, now: datetime, settings: Settings, order: Order, shown: frozenset[str]
    ) -> None:
        self._bag = bag
        self._now, self._settings = now, settings
        self._order, self._shown = order, shown
        self._cards: dict[int, Card | None] = {}
        self._hidden: dict[str, int] = {}
        self._named: dict[str, int] = {}

    def tree(self, voices: Sequence[Voice]) -> Tree:
        bag = self._bag
        above, focus = bag.above, bag.focus
        thread = self._own_thread(focus, above)
        apart = {id(knot) for knot in (*above, focus, *thread)}
        below: list[Line] = []
        tops = [
            (parent, knot)
            for parent in (focus, *thread)
            for knot in self._sorted(parent)
            if id(knot) not in apart
        ]
        sizes = self._sizes(apart)
        tops = [(parent, knot) for parent, knot in tops if sizes.get(id(knot), 0)]
        for place, (parent, knot) in enumerate(tops):
            more = place + 1 < len(tops)
            below += self._branch(parent, knot, more, sizes)
        return Tree(
            above=tuple(self._line(knot) for knot in above),
            focus=self._line(focus),
            thread=tuple(self._line(knot) for knot in thread),
            below=tuple(below),
            counts=self._counts(voices),
            hidden=Hidden(sum(self._hidden.values()), dict(sorted(self._hidden.items()))),
        )

    def _own_thread(self, focus: Knot, above: Sequence[Knot]) -> list[Knot]:
        """What the author has answered to themselves, one after the other, wherever they did."""
        found: list[Knot] = []
        authors, last, met = focus.authors, focus, {id(knot) for knot in (focus, *above)}
        while authors:
            own = [k for k in last.answers if authors & k.authors and id(k) not in met]
            own = [k for k in own if not self._is_hidden(k)]
            if not own:
                break
            last = min(own, key=lambda knot: knot.at)
            met.add(id(last))
            found.append(last)
        return found

    def _branch(self, above: Knot, top: Knot, more: bool, sizes: Mapping[int, int]) -> list[Line]:
        """*top* and what is below it, without recursion: answers may go very deep."""
        lines: list[Line] = []
        waiting: list[tuple[Knot, Knot, tuple[bool, ...]]] = [(above, top, (more,))]
        while waiting:
            parent, knot, rails = waiting.pop()
            lines.append(self._line(knot, parent.uri, rails))
            answers = [k for k in self._sorted(knot) if sizes.get(id(k), 0)]
            if len(rails) == DEEPEST and answers:
                count = sum(sizes[id(answer)] for answer in answers)
                lines.append(
                    Line(
                        kind="continue",
                        depth=DEEPEST,
                        parent=knot.uri,
                        count=count,
                        name=self._name(f"continue {knot.uri}"),
                        rails=rails,
                    )
                )
                continue
            last = len(answers) - 1
            waiting += [
                (knot, answer, (*rails, place < last))
                for place, answer in reversed(list(enumerate(answers)))
            ]
        return lines

    def _sizes(self, apart: Collection[int]) -> dict[int, int]:
        """How many posts each branch shows, itself included; 0: it is left out."""
        sizes: dict[int, int] = {}
        for knot in reversed(self._bag.downwards()):
            below = sum(sizes.get(id(answer), 0) for answer in knot.answers)
            if id(knot) in apart:
                continue
            hidden = self._is_hidden(knot)
            if hidden:
                card = self._card(knot)
                why = why_hidden(card.verdict) if card else ""
                self._hidden[why] = self._hidden.get(why, 0) + 1
            # A hidden post stays as a gap where somebody has answered it.
            sizes[id(knot)] = below + (0 if hidden and not below else knot.count)
        return sizes

    def _line(self, knot: Knot, parent: str = "", rails: tuple[bool, ...] = ()) -> Line:
        parent, absent = parent or knot.parent_uri, knot.absent
        if rails and self._is_hidden(knot):
            absent = Absent(uri=knot.uri, parent=parent, state="hidden")
        kind: Literal["post", "absent", "stub"] = "post"
        if absent is not None or knot.stub is not None:
            kind = "absent" if absent is not None else "stub"
        name = absent.uri or f"absent {parent} {absent.state}" if absent else knot.uri
        return Line(
            kind=kind,
            name=self._name(name),
            depth=len(rails),
            parent=parent,
            rails=rails,
            card=self._card(knot) if kind == "post" else None,
            absent=absent,
            stub=knot.stub if kind == "stub" else None,
            count=knot.count if kind == "absent" else 0,
            origin=knot.origin,
        )

    def _name(self, name: str) -> str:
        """*name*, numbered where another line has it."""
        again = self._named[name] = self._named.get(name, -1) + 1
        return f"{name} {again}" if again else name

    def _card(self, knot: Knot) -> Card | None:
        if id(knot) not in self._cards:
            settings = self._settings
            if knot is self._bag.focus and settings.context == "thread":
                settings = replace(settings, context="opened")
            self._cards[id(knot)] = knot.card(self._now, settings)
        return self._cards[id(knot)]

    def _is_hidden(self, knot: Knot) -> bool:
        card = self._card(knot)
        return (
            card is not None
            and card.verdict.action == "hide"
            and why_hidden(card.verdict) not in self._shown
        )

    def _sorted(self, parent: Knot) -> list[Knot]:
        """What is there comes before what is not."""
        match self._order:
            case "old":
                return sorted(parent.answers, key=lambda k: (k.is_gap, k.at, k.uri))
            case "new":
                return sorted(parent.answers, key=lambda k: (k.is_gap, -k.at, k.uri))
            case "liked":
                return sorted(parent.answers, key=lambda k: (k.is_gap, -k.likes, k.at, k.uri))

    def _counts(self, voices: Sequence[Voice]) -> dict[str, int]:
        """As the servers count, or as many as there are, if that is more."""
        told: dict[str, int] = {}
        for post in self._bag.focus.posts():
            told[post.network] = max(told.get(post.network, 0), post.counts.replies)
        there: dict[str, int] = {}
        for knot in self._bag.focus.answers:
            for network in {post.network for post in knot.posts()}:
                there[network] = there.get(network, 0) + 1
        networks = dict.fromkeys(voice.network for voice in voices)
        return {n: max(told.get(n, 0), there.get(n, 0)) for n in networks}
