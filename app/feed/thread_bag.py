"""The posts of a conversation, tied to what they answer: copies of one thought are one knot."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from app.feed.echoes import canonical
from app.feed.pipeline import Settings, row_from_stored
from app.feed.rows import Card
from app.feed.times import micros
from app.model import AccountId, Entry, Post, Stub, ViewerState
from app.model.thread import Absent, Elsewhere, Thread
from app.model.timeline import Echo, RowKey, Sighting

MUCH_LONGER = 1.5
"""What an author's server has of a text, against what mine have: then it is more than that."""


class Knot:
    """
    One thought of a conversation, or what is not there in its place.

    Attributes:
        seen: Post URI → the entry and the accounts that see it.
        parent: What it answers, if that is there.
        answers: What answers it.
        origin: The server that tells of it where none of mine does, "" = one of mine does.
    """

    __slots__ = ("absent", "answers", "origin", "parent", "seen", "stub")

    def __init__(self, absent: Absent | None = None, stub: Stub | None = None) -> None:
        self.seen: dict[str, tuple[Entry, dict[AccountId, ViewerState]]] = {}
        self.absent, self.stub = absent, stub
        self.parent: Knot | None = None
        self.answers: list[Knot] = []
        self.origin = ""

    def posts(self) -> list[Post]:
        """Its copies."""
        return [entry.post for entry, _ in self.seen.values()]

    @property
    def uri(self) -> str:
        """Of its first copy, or of what is missing."""
        for uri in self.seen:
            return uri
        if self.absent is not None:
            return self.absent.uri
        return self.stub.key if self.stub is not None else ""

    @property
    def parent_uri(self) -> str:
        """Of what it answers, as it says itself."""
        if self.absent is not None:
            return self.absent.parent
        return next((p.reply_to.uri for p in self.posts() if p.reply_to is not None), "")

    @property
    def authors(self) -> frozenset[str]:
        """URIs of who wrote it, one for each network it is on; none when it is not there."""
        return frozenset(post.author.uri for post in self.posts())

    @property
    def at(self) -> int:
        """When, in µs."""
        return min((micros(post.sort_at) for post in self.posts()), default=0)

    @property
    def likes(self) -> int:
        """Of all its copies."""
        return sum(post.counts.likes for post in self.posts())

    @property
    def is_gap(self) -> bool:
        """There is nothing to read."""
        return not self.seen

    @property
    def count(self) -> int:
        """How many posts it stands for."""
        return self.absent.count if self.absent is not None else 1

    def card(self, now: datetime, settings: Settings) -> Card | None:
        """As it is shown; None: there is nothing to show."""
        if not self.seen:
            return None
        sightings = tuple(Sighting(entry, viewers) for entry, viewers in self.seen.values())
        ordered = tuple(sorted(sightings, key=lambda one: one.entry.sort_at))
        row = row_from_stored(
            Echo(key=RowKey(self.at, 0), sightings=ordered), now=now, settings=settings
        )
        assert isinstance(row, Card)
        return row


class Bag:
    """
    All knots of a conversation.

    Fill it with ``add``, then ``tie`` it once.

    Attributes:
        focus: The post that was asked for.
        above: From the first post down to the one that the focus answers.

    Args:
        same: Post URI → all addresses of the same thought, its own first.
    """

    focus: Knot
    above: list[Knot]

    def __init__(self, same: Mapping[str, tuple[str, ...]]) -> None:
        self._same = same
        self._by_address: dict[str, Knot] = {}
        self._absent: list[Absent] = []
        self._absent_there: list[Absent] = []
        self._stubs: dict[str, Stub] = {}
        self._ancestors: list[list[str]] = []
        self._gaps: dict[str, Knot] = {}

    def add(self, account: AccountId, thread: Thread) -> None:
        """What one server tells."""
        for item in (thread.post, *thread.ancestors, *thread.replies):
            match item:
                case Entry():
                    self._put(account, item)
                case Stub():
                    self._stubs.setdefault(item.key, item)
                case Absent() if item.uri or item in thread.replies:
                    self._absent.append(item)
        self._ancestors.append([self._above(item) for item in thread.ancestors])

    def add_elsewhere(self, account: AccountId, told: Elsewhere) -> None:
        """What a stranger's server tells, where mine tell nothing. After all of theirs."""
        for item in (*told.ancestors, *told.replies):
            if isinstance(item, Absent):
                self._absent_there.append(item)
            elif self._by_address.keys().isdisjoint((item.post.uri, canonical(item.post.uri))):
                self._put(account, item)
                self._by_address[item.post.uri].origin = told.host
        self._ancestors.append([self._above(item) for item in told.ancestors])
        if told.whole is not None:
            self._complete(told.whole)

    def _complete(self, whole: Post) -> None:
        """Show all that an article says where mine have an outline of it."""
        knot = self._by_address.get(whole.uri)
        if knot is None or whole.uri not in knot.seen:
            return
        entry, viewers = knot.seen[whole.uri]
        post = entry.post
        same = post.author.uri == whole.author.uri
        if same and len(whole.text.text) > MUCH_LONGER * len(post.text.text):
            post = replace(post, text=whole.text, media=post.media or whole.media)
            knot.seen[whole.uri] = replace(entry, post=post), viewers

    def _above(self, item: Entry | Stub | Absent) -> str:
        """The address of an ancestor; one that has none gets its own."""
        match item:
            case Entry():
                return item.post.uri
            case Stub():
                return item.key
            case _ if item.uri:
                return item.uri
        address = f"nameless {len(self._by_address)}"
        self._by_address[address] = Knot(item)
        return address

    def tie(self, focuses: Sequence[str]) -> None:
        """Join the knots to a tree below (and a chain above) the focus."""
        self.focus = self._focus(focuses)
        for knot in self._knots():
            self._tie_one(knot)
        for stub in self._stubs.values():
            if stub.key not in self._by_address:
                self._hang(Knot(stub=stub), self.focus)
        for absent in self._absent:
            self._place_gap(self._less_told(absent))
        for absent in self._absent_there:
            self._place_gap(absent, most=True)
        self.above = self._all_above()
        self._catch_circles()

    def _all_above(self) -> list[Knot]:
        """As the answers say, and as the servers say."""
        told = ([self._find_or_gap(uri) for uri in uris] for uris in self._ancestors)
        ways = [
            {id(knot): knot for knot in way if knot is not self.focus}
            for way in (self._walk_up(), *told)
        ]
        longest, *others = sorted(ways, key=len, reverse=True)
        chain, met = list(longest.values()), {id(self.focus), *longest}
        for knot in (knot for other in others for knot in other.values()):
            if id(knot) not in met and not knot.is_gap:
                met.add(id(knot))
                later = (n for n, one in enumerate(chain) if not one.is_gap and one.at > knot.at)
                chain.insert(next(later, len(chain)), knot)
        return chain

    def downwards(self) -> list[Knot]:
        """The focus and everything below, each after what it answers."""
        found, waiting, met = [], deque([self.focus]), {id(self.focus)}
        while waiting:
            knot = waiting.popleft()
            found.append(knot)
            for answer in knot.answers:
                if id(answer) not in met:
                    met.add(id(answer))
                    waiting.append(answer)
        return found

    # ------------------------------------------------------------- private

    def _put(self, account: AccountId, entry: Entry) -> None:
        uri = entry.post.uri
        addresses = self._same.get(uri) or (uri,)
        knots = [self._by_address[a] for a in (uri, *addresses) if a in self._by_address]
        knot = knots[0] if knots else Knot()
        for other in knots[1:]:
            self._join(knot, other)
        known = knot.seen.get(uri)
        if known is None:
            knot.seen[uri] = (entry, {account: entry.viewer})
        else:
            known[1][account] = entry.viewer
        for address in (uri, *addresses):
            self._by_address[address] = knot

    def _join(self, knot: Knot, other: Knot) -> None:
        if other is knot:
            return
        knot.seen = {**other.seen, **knot.seen}
        for address, there in self._by_address.items():
            if there is other:
                self._by_address[address] = knot

    def _focus(self, uris: Sequence[str]) -> Knot:
        """The knot of all of *uris*: they are one thought."""
        knots = [self._by_address[uri] for uri in uris if uri in self._by_address]
        if knots:
            for other in knots[1:]:
                self._join(knots[0], other)
            # Answers may come to a copy that is not here yet.
            self._by_address.update(dict.fromkeys(uris, knots[0]))
            return knots[0]
        gone = next((a for a in self._absent if a.uri in uris), None)
        broken = next((self._stubs.pop(uri) for uri in uris if uri in self._stubs), None)
        knot = Knot(stub=broken) if broken else Knot(gone or Absent(uri=uris[0]))
        self._by_address.update(dict.fromkeys(uris, knot))
        return knot

    def _knots(self) -> list[Knot]:
        return list({id(knot): knot for knot in self._by_address.values()}.values())

    def _tie_one(self, knot: Knot) -> None:
        replies = [post.reply_to for post in knot.posts() if post.reply_to is not None]
        parents = (self._by_address.get(reply.uri) for reply in replies if reply.uri)
        there = [parent for parent in parents if parent is not None]
        other = next((parent for parent in there if parent is not knot), None)
        if other is not None:
            self._hang(knot, other)
        elif not replies or (knot is self.focus and there):
            return
        elif there or not any(reply.uri for reply in replies):
            # It answers itself, or does not say what.
            if knot is not self.focus:
                self._hang(knot, self.focus)
        else:
            named = next(reply for reply in replies if reply.uri)
            state = "not_loaded" if named.state == "shown" else named.state
            self._hang(knot, self._gap(Absent(uri=named.uri, state=state)))

    def _hang(self, knot: Knot, parent: Knot) -> None:
        knot.parent = parent
        parent.answers.append(knot)

    def _gap(self, absent: Absent) -> Knot:
        """The one gap of that address."""
        known = self._gaps.get(absent.uri)
        if known is None:
            known = self._gaps[absent.uri] = Knot(absent)
            self._by_address[absent.uri] = known
        return known

    def _find_or_gap(self, uri: str) -> Knot:
        return self._by_address.get(uri) or self._gap(Absent(uri=uri))

    def _less_told(self, absent: Absent) -> Absent:
        """What another server tells of is missing no more."""
        if absent.uri or absent.state != "not_loaded":
            return absent
        parent = self._by_address.get(absent.parent, self.focus)
        told_of = sum(bool(answer.origin) for answer in parent.answers)
        return replace(absent, count=max(0, absent.count - told_of)) if told_of else absent

    def _place_gap(self, absent: Absent, *, most: bool = False) -> None:
        """
        What a server says is missing: known by its address, or counted below its parent.

        *most*: of counts of the same the larger holds, not their sum.
        """
        if not absent.count:
            return
        if absent.uri and absent.uri in self._by_address:
            known = self._by_address[absent.uri]
            if known.absent is not None and known is not self.focus:
                known.absent = absent
                self._hang_gap(known)
            return
        if absent.uri:
            self._hang_gap(self._gap(absent))
            return
        parent = self._by_address.get(absent.parent, self.focus)
        for other in parent.answers:
            told = other.absent
            if told is not None and not told.uri and told.state == absent.state:
                count = max(told.count, absent.count) if most else told.count + absent.count
                other.absent = Absent(parent=told.parent, state=told.state, count=count)
                return
        self._hang(Knot(absent), parent)

    def _hang_gap(self, gap: Knot) -> None:
        assert gap.absent is not None
        parent = self._by_address.get(gap.absent.parent)
        if gap.parent is None and parent is not None and parent is not gap:
            self._hang(gap, parent)

    def _walk_up(self) -> list[Knot]:
        chain: list[Knot] = []
        met = {id(self.focus)}
        knot = self.focus.parent
        while knot is not None and id(knot) not in met:
            met.add(id(knot))
            chain.append(knot)
            knot = knot.parent
        return chain[::-1]

    def _catch_circles(self) -> None:
        """What hangs on nothing that is shown, or on itself, is shown as an answer."""
        reached = {id(knot) for knot in self.downwards()}
        chain = {id(knot) for knot in self.above}
        lost = [knot for knot in self._knots() if id(knot) not in reached and id(knot) not in chain]
        for knot in sorted(lost, key=lambda one: (one.parent is not None, one.at, one.uri)):
            if id(knot) in reached or self._leads_up(knot, chain):
                continue
            if knot.parent is not None:
                knot.parent.answers = [k for k in knot.parent.answers if k is not knot]
            self._hang(knot, self.focus)
            reached |= {id(one) for one in self.downwards()}

    def _leads_up(self, knot: Knot, chain: Iterable[int]) -> bool:
        """It answers something above the focus: another branch, that is not shown here."""
        met: set[int] = set()
        above = set(chain)
        at: Knot | None = knot
        while at is not None and id(at) not in met:
            met.add(id(at))
            at = at.parent
            if at is not None and id(at) in above:
                return True
        return False
