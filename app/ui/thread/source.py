"""A conversation as rows: what came before stays where it is when more is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from app.feed.thread_folding import branches, folded
from app.feed.threads import Line, Tree
from app.model.timeline import RowKey
from app.services.rows import Change, Changed, EdgeState, Inserted, Removed, Reset
from app.ui.thread.rows import ThreadRow, make_row, place_of


class ThreadSource:
    """Implements ``RowSource`` over a ``Tree``; another one changes only what differs."""

    def __init__(self, tree: Tree) -> None:
        self._names: dict[str, int] = {}
        self._listeners: list[Callable[[Change], None]] = []
        self._made: dict[int, ThreadRow] = {}
        self._folds: frozenset[str] = frozenset()
        self._take(tree)

    def show(self, tree: Tree) -> None:
        """Another state of the same conversation."""
        if tree is not self.tree:
            self._change(tree)

    def _fold(self, folds: frozenset[str]) -> None:
        if folds != self._folds:
            self._folds = folds
            self._change(self.tree)

    def _change(self, tree: Tree) -> None:
        old = self._ids
        self._take(tree)
        changes = differences(old, self._ids)
        if changes is None:
            self._tell(Reset())
            return
        for change in changes:
            self._tell(change)
        # Values are compared where they are in sight: nothing here looks into 3 000 of them.
        self._tell(Changed(tuple(range(len(self._ids)))))

    def fold(self, uri: str) -> None:
        """Fold away what hangs below that answer, or bring it back."""
        self._fold(self._folds ^ {uri})

    def fold_all(self) -> None:
        """Only the first answers stay."""
        self._fold(self._folds | branches(self.tree.below))

    def unfold_all(self) -> None:
        """All of it, again."""
        self._fold(frozenset())

    @property
    def has_folds(self) -> bool:
        """Something is folded away."""
        return any(line.folded for line in self._lines)

    def say(self, edge: EdgeState) -> None:
        """What stands below the last row."""
        self._tell(edge)

    @property
    def focus(self) -> RowKey:
        """The row of the post that was asked for."""
        return self.key(len(self.tree.above))

    # ------------------------------------------------------------ RowSource

    def __len__(self) -> int:
        return len(self._ids)

    def key(self, index: int) -> RowKey:
        """Identity of a row."""
        return RowKey(0, self._ids[index])

    def row(self, index: int) -> Any:
        """Its value, a ``ThreadRow``, made when it is first looked at."""
        made = self._made.get(index)
        if made is None:
            made = self._made[index] = self._make(index)
        return made

    def index_of(self, key: RowKey) -> int | None:
        """Where it stands now."""
        return self._places.get(key.id)

    def want_older(self) -> None:
        """All there is has been asked for."""

    def want_newer(self) -> None:
        """The same."""

    def subscribe(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # ------------------------------------------------------------ private

    def _take(self, tree: Tree) -> None:
        self.tree = tree
        below = folded(tree.below, self._folds)
        self._lines: tuple[Line, ...] = (*tree.above, tree.focus, *tree.thread, *below)
        self._made = {}
        # The post that was asked for is the same row, by whatever address each network knows it.
        ids = [self._id("" if line is tree.focus else line.name) for line in self._lines]
        if tree.hidden.count:
            ids.append(self._id("hidden"))
        self._ids = ids
        self._places = {id: index for index, id in enumerate(ids)}

    def _id(self, name: str) -> int:
        return self._names.setdefault(name, len(self._names))

    def _make(self, index: int) -> ThreadRow:
        key, lines, tree = self.key(index), self._lines, self.tree
        if index == len(lines):
            return ThreadRow(key=key, place="hidden", hidden=tree.hidden.count)
        around = [
            (place_of(tree, at), lines[at]) if 0 <= at < len(lines) else None
            for at in (index - 1, index + 1)
        ]
        made = make_row(key, place_of(tree, index), lines[index], *around)
        absent = lines[index].absent
        if absent is not None and absent.state == "not_loaded":
            return replace(made, url=self._page_of(lines[index].parent))
        return made

    def key_of(self, uri: str) -> RowKey | None:
        """The row of the post at that address; None = it has none."""
        at = next((n for n, line in enumerate(self._lines) if uri and line.uri == uri), None)
        return None if at is None else self.key(at)

    def _page_of(self, uri: str) -> str:
        """Web page of a post of the conversation; "" = it has none."""
        cards = (line.card for line in self._lines if line.card is not None and line.uri == uri)
        return next((card.post.url for card in cards), "")

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)


def differences(old: Sequence[int], new: Sequence[int]) -> list[Inserted | Removed] | None:
    """
    What makes *new* of *old*, one change after the other; None: rows changed places.

    What is in both keeps its order when more is told, so one walk is enough.
    """
    if old == new:
        return []
    before, after = set(old), set(new)
    if [id for id in old if id in after] != [id for id in new if id in before]:
        return None
    changes: list[Inserted | Removed] = []
    index = 0
    for place in _runs(old, after):
        changes.append(Removed(place[0] - index, place[1]))
        index += place[1]
    changes += [Inserted(*place) for place in _runs(new, before)]
    return changes


def _runs(ids: Sequence[int], known: set[int]) -> list[tuple[int, int]]:
    """(first index, how many) of each run that is not *known*."""
    runs: list[tuple[int, int]] = []
    for index, id in enumerate(ids):
        if id in known:
            continue
        if runs and sum(runs[-1]) == index:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((index, 1))
    return runs
