"""The rows of a feed that is shown: their order stands still, their values come as asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.feed.pipeline import Hidden, row_from_stored, why_hidden
from app.feed.rows import Card, FoldRow, Row
from app.model.timeline import RowKey
from app.moderation.verdict import Cause, Verdict
from app.services.ranked_folds import fold_key, fold_row, head_key, is_fold, laid_out
from app.services.row_loads import Look, Values
from app.services.row_values import RowValues
from app.services.rows import Change, Changed, Inserted, Removed, Reset

if TYPE_CHECKING:
    from app.services.feed_making import Made
    from app.store.candidates import Candidates

MOST_BY_NAME = 40


class RankedRows:
    """What is on the screen. Every method makes its change first and tells it then. No I/O."""

    def __init__(self, over: Callable[[Row], Row] | None = None) -> None:
        self.values = RowValues(over)
        self.made: Made | None = None
        self.unfolded: set[RowKey] = set()
        self._below: dict[RowKey, tuple[RowKey, ...]] = {}
        self._keys: list[RowKey] = []
        self._index: dict[RowKey, int] = {}
        self._listeners: list[Callable[[Change], None]] = []

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: RowKey) -> bool:
        return key in self._index

    def key(self, index: int) -> RowKey:
        """Raises: IndexError."""
        if index < 0:
            raise IndexError(index)
        return self._keys[index]

    def find(self, key: RowKey) -> int | None:
        """Index of *key*."""
        return self._index.get(key)

    def part(self, start: int, end: int) -> list[RowKey]:
        """Keys from index *start* up to *end* of rows that have a value of their own."""
        return [key for key in self._keys[max(0, start) : max(0, end)] if not is_fold(key)]

    def fold(self, key: RowKey) -> FoldRow | None:
        """What is folded there; None: *key* is no fold."""
        below = self._below.get(key)
        if below is None or self.made is None:
            return None
        head = head_key(key)
        by, opened = self.made.plan.recipe.fold.by, head in self.unfolded
        return fold_row(key, below, self.values.get(head), by, opened=opened)

    def toggle(self, key: RowKey) -> None:
        """Open a fold, or close it."""
        below, index = self._below.get(key), self._index.get(key)
        if below is None or index is None:
            return
        head = head_key(key)
        if head in self.unfolded:
            self.unfolded.discard(head)
            gone = len([one for one in below if one in self._index])
            self._order(self._keys[: index + 1] + self._keys[index + 1 + gone :])
            self.tell(Removed(index + 1, gone))
        else:
            self.unfolded.add(head)
            self._order([*self._keys[: index + 1], *below, *self._keys[index + 1 :]])
            self.tell(Inserted(index + 1, len(below)))
        self.tell(Changed((index,)))

    def new_in(self, made: Made) -> int:
        """How many rows of *made* are not here."""
        return sum(key not in self._index for key in made.keys)

    @property
    def hidden(self) -> Hidden:
        """What moderation has left out, by cause."""
        if self.made is None:
            return Hidden()
        return hidden_in(self.made)

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, change: Change) -> None:
        """Tell all listeners."""
        for listener in tuple(self._listeners):
            listener(change)

    def show(self, made: Made, values: Values) -> None:
        """Be this feed from now on."""
        self.made = made
        gone = values.hidden.keys() | values.gone
        folds = laid_out(made, gone, self.unfolded)
        self._below = folds.below
        self._order(folds.keys)
        self.values.clear()
        self.values.put(values.rows)
        self.tell(Reset())

    def take(self, values: Values) -> None:
        """Values have come; what is hidden or gone leaves."""
        changed = self.values.put(values.rows)
        for key in (*values.hidden, *values.gone):
            self._remove(key)
        self._tell_changed(changed)

    def lay_over(self, post_uri: str) -> None:
        """What lies over that post is another: its rows show it now."""
        self._tell_changed(self.values.lay_over(post_uri))

    def _tell_changed(self, keys: Sequence[RowKey]) -> None:
        both = (one for key in keys for one in (key, fold_key(key)))  # a fold names its card
        found = sorted(self._index[key] for key in both if key in self._index)
        if found:
            self.tell(Changed(tuple(found)))

    def _remove(self, key: RowKey) -> None:
        index = self._index.get(key)
        self.values.drop([key])
        if index is not None:
            fold = self._below.pop(fold_key(key), None)
            gone = 1 if fold is None else 2
            self._order(self._keys[:index] + self._keys[index + gone :])
            self.tell(Removed(index, gone))

    def _order(self, keys: list[RowKey]) -> None:
        self._keys = keys
        self._index = {key: index for index, key in enumerate(keys)}


def hidden_in(made: Made) -> Hidden:
    """What moderation has left out of a feed, by cause."""
    by = Counter(why_hidden(left.verdict) for left in made.pool.hidden.values())
    return Hidden(sum(by.values()), dict(by.most_common(MOST_BY_NAME)))


def read_values(read: Candidates, made: Made, keys: Sequence[RowKey], look: Look) -> Values:
    """Rows as they are shown, with the reasons for their place. On a reader's thread."""
    stored = read.values(made.pool.timeline, keys)
    rows_of = _rows_of(made, keys)
    rows: dict[RowKey, Row] = {}
    hidden: dict[RowKey, str] = {}
    for key, value in stored.items():
        row = row_from_stored(value, now=look.now, settings=look.settings)
        if isinstance(row, Card):
            if row.verdict.action == "hide" and why_hidden(row.verdict) not in look.shown:
                hidden[key] = why_hidden(row.verdict)
                continue
            row = _with_reasons(row, made, rows_of.get(key))
        rows[key] = row
    return Values(rows, hidden, frozenset(keys) - stored.keys())


def read_folded(read: Candidates, made: Made, key: RowKey, look: Look) -> tuple[Card, ...]:
    """What is folded below a row, in its order. On a reader's thread."""
    if key not in made.keys:
        return ()
    below = [one.key for one in made.ranking[made.keys.index(key)].folded]
    rows = read_values(read, made, below, look).rows
    return tuple(row for one in below if isinstance(row := rows.get(one), Card))


def _with_reasons(card: Card, made: Made, row: int | None) -> Card:
    if row is None:
        return card
    from app.services.feed_why import reasons_of  # numpy: loaded by now, on this thread

    reasons = reasons_of(made, row)
    topic = made.known.covers.get(made.kept.uris[row])
    verdict = card.verdict
    if topic is not None and verdict.action in ("show", "cover_media"):
        cause = Cause("filter", f"about {topic}, as your marks say", "you")
        verdict = Verdict("cover", (cause, *verdict.causes))
    return replace(card, reasons=(*reasons, *card.reasons), verdict=verdict)


def _rows_of(made: Made, keys: Sequence[RowKey]) -> Mapping[RowKey, int]:
    wanted = set(keys)
    return {
        key: row for key, row in zip(made.keys, made.ranking.rows, strict=True) if key in wanted
    }
