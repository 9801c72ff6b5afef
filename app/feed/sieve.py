"""
Rules over all candidates at once: the cheap ones by column, texts only where needed. Pure.

A rule is answered for every row as "surely" and "possibly": what reads the text is
only possible until the text is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
from msgspec.structs import replace

from app.feed.columns import BITS, HOUR, Columns, Flags
from app.feed.conditions import compile_rules, uses
from app.feed.features import ranks
from app.feed.knowledge import Candidate, Knowledge
from app.feed.recipe import Condition, Group, Rule
from app.feed.traits import MEDIA_BITS

Texts = Callable[[Sequence[Candidate]], Mapping[str, str]]
"""The texts of candidates, by their URI."""

Answer = tuple[Flags, Flags]

_ONE_VALUE: Final[Mapping[str, str]] = {
    "network": "network",
    "author_domain": "domain",
    "lang": "lang",
    "author_relation": "author",
    "author_rate": "author",
    "person": "author",
    "list": "author",
}
"""Fields that are the same for all rows with the same text in a column."""

_HAS: Final = {**BITS, "media": MEDIA_BITS}


def sift(where: Group | None, columns: Columns, known: Knowledge, texts: Texts) -> Flags:
    """Which candidates the rules keep. *texts* is asked only for those it depends on."""
    if where is None:
        return np.ones(len(columns), np.bool_)
    surely, possibly = answer(where, columns, known)
    open_rows = np.flatnonzero(possibly & ~surely).tolist()
    kept = surely.copy()
    if open_rows:
        rows = [columns.candidates[row] for row in open_rows]
        found = texts(rows)
        test = compile_rules(where, _ranked(known, columns, where))
        for row, candidate in zip(open_rows, rows, strict=True):
            kept[row] = test(replace(candidate, text=found.get(candidate.uri, "")))
    return kept


def answer(rule: Rule, columns: Columns, known: Knowledge) -> Answer:
    """(surely, possibly), per row."""
    if isinstance(rule, Condition):
        if rule.field == "text":
            return np.zeros(len(columns), np.bool_), np.ones(len(columns), np.bool_)
        flags = _condition(rule, columns, known)
        return flags, flags
    surely = np.ones(len(columns), np.bool_)
    possibly = np.ones(len(columns), np.bool_)
    for one in rule.all:
        sure, possible = answer(one, columns, known)
        surely, possibly = surely & sure, possibly & possible
    for one in rule.none:
        sure, possible = answer(one, columns, known)
        surely, possibly = surely & ~possible, possibly & ~sure
    if rule.any:
        some = [answer(one, columns, known) for one in rule.any]
        surely = surely & np.logical_or.reduce([sure for sure, _ in some])
        possibly = possibly & np.logical_or.reduce([possible for _, possible in some])
    return surely, possibly


def rank_by_likes(columns: Columns, known: Knowledge) -> dict[str, float]:
    """``likes_rank`` of each, by URI."""
    values = ranks(columns.number("likes"), columns, known)
    return dict(zip(columns.uris, values.tolist(), strict=True))


def _ranked(known: Knowledge, columns: Columns, where: Group) -> Knowledge:
    if not uses(where, "likes_rank") or known.ranks:
        return known
    return replace(known, ranks=rank_by_likes(columns, known))


def _condition(rule: Condition, columns: Columns, known: Knowledge) -> Flags:
    field = rule.field
    if field in _ONE_VALUE:
        codes = columns.text(_ONE_VALUE[field])
        test = compile_rules(rule, known)
        answers = [test(columns.candidates[row]) for row in codes.first]
        return np.array(answers, np.bool_)[codes.codes]
    if field == "has":
        return _has(rule, columns)
    if field == "likes_rank":
        values = ranks(columns.number("likes"), columns, known)
        return _compared(rule, values)
    if field == "age_hours":
        return _compared(rule, (known.now - columns.number("at")) / HOUR)
    if field in ("length", "words", "likes", "reposts", "replies"):
        return _compared(rule, columns.number(field))
    test = compile_rules(rule, known)
    return np.fromiter(map(test, columns.candidates), np.bool_, len(columns))


def _has(rule: Condition, columns: Columns) -> Flags:
    bits = 0
    for name in rule.value if isinstance(rule.value, tuple) else (rule.value,):
        bits |= _HAS[str(name)]
    flags = columns.has(bits)
    return flags if rule.op in ("is", "in") else ~flags


def _compared(rule: Condition, values: np.ndarray) -> Flags:
    value: object = rule.value
    flags: Flags
    if rule.op == "between" and isinstance(value, tuple):
        flags = (values >= value[0]) & (values <= value[1])
    elif rule.op == ">=":
        flags = values >= value
    else:
        flags = values <= value
    return flags
