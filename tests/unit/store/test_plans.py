"""No query reads a whole table, however SQLite's planner guesses: pages stay fast at any size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.model import HOME, Cursor, Stub
from app.model.timeline import ALL, Anchor
from app.store import GapSpec, Store
from app.store import database as module
from app.store.database import Database
from app.store.prune import forget_burst
from app.store.reader import Reader
from app.store.rework import split_post, unsplit_post
from app.store.thinning import Staying, Thinning
from app.store.times import micros
from app.store.write import save_batch
from tests.unit.store.build import ANA, BO, at, entry, page, post, repost

LARGE = ("post", "viewer", "entry", "sighting", "address", "echo", "timeline_row", "fold")


class Explaining(Database):
    """A connection that asks for the plan of every statement."""

    def __init__(self, path: Path) -> None:
        self.plans: dict[str, list[str]] = {}
        super().__init__(path)

    def all(
        self, sql: str, args: Sequence[object] = (), among: Iterable[object] | None = None
    ) -> list[Any]:
        values = None if among is None else list(among)
        self._explain(sql, args, values)
        return super().all(sql, args, values)

    def one(self, sql: str, args: Sequence[object] = ()) -> Any:
        self._explain(sql, args, None)
        return super().one(sql, args)

    def run(
        self, sql: str, args: Sequence[object] = (), among: Iterable[object] | None = None
    ) -> int:
        values = None if among is None else list(among)
        self._explain(sql, args, values)
        return super().run(sql, args, values)

    def _explain(self, sql: str, args: Sequence[object], among: list[object] | None) -> None:
        if sql.split()[0] not in ("SELECT", "UPDATE", "DELETE"):
            return
        full, values = sql, args
        if among is not None:
            full, values = module._within(sql, args, among)
        # Long lists tempt the planner to read everything instead.
        plan = self._raw.execute(f"EXPLAIN QUERY PLAN {full}", values).fetchall()
        self.plans.setdefault(sql, []).extend(row[3] for row in plan)


def whole_tables(sql: str, plan: list[str]) -> set[str]:
    """Large tables that the plan reads from end to end, or joins without an index of ours."""
    aliases = {a: t for t, a in re.findall(r"(?:FROM|JOIN) (\w+) (\w)\b", sql)}
    found = set()
    for step in plan:
        if match := re.match(r"SCAN (\w+)", step):
            found.add(aliases.get(match[1], match[1]))
        if "AUTOMATIC" in step or re.search(r"PRIMARY KEY \((source|timeline)=\?\)$", step):
            found.add(f"{step} in {' '.join(sql.split())}")
    return {name for name in found if name in LARGE or " " in name}


def test_no_query_reads_a_whole_table(tmp_path: Path) -> None:
    """Of all that saving, reading, splitting and forgetting ask."""
    Store.open(tmp_path).close()
    db, keep = Explaining(tmp_path / "cache.db"), Explaining(tmp_path / "keep.db")
    posts = [post(n, n) for n in range(200)]
    keys = {p.uri: (p.uri, f"https://x.example/{n // 2}") for n, p in enumerate(posts)}
    for of in (ANA, BO):
        items = [entry(p) for p in posts] + [repost(p, "cleo", 300) for p in posts[::3]]
        items += [Stub(key="s", sort_at=at(1), reason="r")]  # type: ignore[list-item]
        gap = GapSpec(newer_at=at(0), cursor=Cursor("c"))
        save_batch(db, page(*items, of=of, echo_keys=keys, open_gap=gap, older=Cursor("o")), "n")
    save_batch(db, page(entry(post(0, 0, text="other")), of=ANA, echo_keys={}), "n")
    split_post(db, posts[5].uri)
    unsplit_post(db, posts[5].uri)
    reader = Reader(db, keep)
    rows = reader.rows(ALL, limit=100)
    reader.rows_after(ALL, rows[50].key)
    reader.row_values(ALL, [row.key for row in rows])
    reader.has_entry(ANA, HOME, [p.uri for p in posts])
    reader.posts([p.uri for p in posts])
    reader.row_of(ALL, Anchor(posts[9].uri, at(9)))
    reader.count_after(ALL, rows[9].key)
    reader.own_rows(ALL)
    reader.viewers(posts[0].uri)
    reader.gaps(ANA)
    reader.search("post")
    forget_burst(db, BO)
    places = tuple(micros(at(n)) for n in (40, 90))
    thinning = Thinning(micros(at(150)), Staying(places=places, threads=frozenset({"t"})))
    while thinning.burst(db, 1.0).more:
        continue
    found = {name for sql, plan in db.plans.items() for name in whole_tables(sql, plan)}
    reader.close()

    allowed = {
        step for step in found if "ORDER BY" in step or "LIMIT" in step or "count(*)" in step
    }
    assert set() == found - allowed
    assert 40 < len(db.plans)
