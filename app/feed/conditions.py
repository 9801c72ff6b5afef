"""
A recipe's rules as tests of candidates, and in words why one passes or not. Pure.

``compile_rules`` makes one function of them, cheap tests first; ``explain`` says
which rule decided. Both give the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from app.feed.knowledge import Candidate, Knowledge
from app.feed.patterns import PhraseBook, fold
from app.feed.recipe import Condition, Group, Rule
from app.feed.rule_words import in_words
from app.feed.traits import HAS, MEDIA_BITS

Test = Callable[[Candidate], bool]

_HOUR = 3_600_000_000
_BITS: Final = {name: 1 << bit for bit, name in enumerate(HAS)} | {"media": MEDIA_BITS}


class Decided(Struct, frozen=True, omit_defaults=True):
    """
    What the rules say of a candidate.

    *rule*: the sentence of the rule that decided, "" where none did.
    """

    kept: bool
    rule: str = ""


def uses(rule: Rule | None, field: str) -> bool:
    """Whether some rule asks for *field*."""
    if rule is None:
        return False
    if isinstance(rule, Condition):
        return rule.field == field
    return any(uses(one, field) for one in (*rule.all, *rule.any, *rule.none))


def compile_rules(rule: Rule | None, known: Knowledge) -> Test:
    """One test of them all; cheap ones are asked first."""
    if rule is None:
        return lambda candidate: True
    if isinstance(rule, Condition):
        return _condition(rule, known)
    every = _compiled(rule.all, known)
    some = _compiled(rule.any, known)
    never = _compiled(rule.none, known)

    def test(candidate: Candidate) -> bool:
        for one in every:
            if not one(candidate):
                return False
        for one in never:
            if one(candidate):
                return False
        if not some:
            return True
        return any(one(candidate) for one in some)

    return test


def explain(group: Group | None, candidate: Candidate, known: Knowledge) -> Decided:
    """Which rule let it in, or kept it out."""
    if group is None:
        return Decided(True)
    for rule in group.none:
        if compile_rules(rule, known)(candidate):
            return Decided(False, f"Dropped: {in_words(rule)}")
    for rule in group.all:
        if not compile_rules(rule, known)(candidate):
            return Decided(False, f"Not kept: it is not so that {in_words(rule)}")
    if group.any:
        for rule in group.any:
            if compile_rules(rule, known)(candidate):
                return Decided(True, f"Kept: {in_words(rule)}")
        wanted = "; or ".join(in_words(rule) for rule in group.any[:4])
        return Decided(False, f"Not kept: none of these holds: {wanted}")
    if group.all:
        return Decided(True, f"Kept: {in_words(group.all[0])}")
    return Decided(True)


def _compiled(rules: Iterable[Rule], known: Knowledge) -> list[Test]:
    return [compile_rules(rule, known) for rule in sorted(rules, key=_reads_text)]


def _reads_text(rule: Rule) -> bool:
    return uses(rule, "text")


def _condition(condition: Condition, known: Knowledge) -> Test:
    field, op, value = condition.field, condition.op, condition.value
    if field == "text":
        return _text(op, value)
    if field in ("seen", "replied", "filtered"):
        holders = {"seen": known.seen, "replied": known.replied, "filtered": known.filtered}
        holder, wanted = holders[field], bool(value) == (op == "is")
        return lambda one: (one.uri in holder) == wanted
    if field == "topic":
        return _topic(op, value, known)
    if field == "has":
        return _has(op, value)
    if field in _NUMBERS:
        return _number(_NUMBERS[field](known), op, value)
    return _names(_TEXTS[field](known), op, value)


# ----------------------------------------------------------------- the fields

Read = Callable[[Knowledge], Callable[[Candidate], Any]]


def _kind(known: Knowledge) -> Callable[[Candidate], tuple[str, ...]]:
    def kinds(one: Candidate) -> tuple[str, ...]:
        traits = one.traits
        found = []
        if one.reposters:
            found.append("repost")
        if traits.has & _BITS["quote"]:
            found.append("quote")
        if traits.is_reply:
            found.append("reply")
        if traits.thread:
            found.append("self_thread")
        return tuple(found) or ("original",)

    return kinds


def _relation_of_reply(known: Knowledge) -> Callable[[Candidate], tuple[str, ...]]:
    def relations(one: Candidate) -> tuple[str, ...]:
        to = one.traits.reply_to
        return _relations(known.relation(to)) if to else ()

    return relations


def _relations(relation: str) -> tuple[str, ...]:
    """Somebody mutual is also followed, and a follower."""
    return ("mutual", "following", "follower") if relation == "mutual" else (relation,)


def _lists(known: Knowledge) -> Callable[[Candidate], tuple[str, ...]]:
    return lambda one: tuple(
        name for name, members in known.lists.items() if one.traits.author in members
    )


_TEXTS: Final[dict[str, Read]] = {
    "network": lambda known: lambda one: (one.traits.network,),
    "author": lambda known: lambda one: (one.traits.author, *one.reposters),
    "author_relation": lambda known: lambda one: _relations(known.relation(one.traits.author)),
    "author_domain": lambda known: lambda one: _and_above(one.traits.domain),
    "person": lambda known: lambda one: (known.who(one.traits.author),),
    "list": _lists,
    "tag": lambda known: lambda one: one.traits.tags,
    "lang": lambda known: lambda one: (one.traits.lang,) if one.traits.lang else (),
    "kind": _kind,
    "reply_to_relation": _relation_of_reply,
    "link_domain": lambda known: (
        lambda one: tuple(name for link in one.traits.links for name in _and_above(link))
    ),
    "label": lambda known: lambda one: one.traits.labels,
}

_NUMBERS: Final[dict[str, Read]] = {
    "author_rate": lambda known: lambda one: known.rates.get(one.traits.author, 0.0),
    "length": lambda known: lambda one: one.traits.length,
    "words": lambda known: lambda one: one.traits.words,
    "age_hours": lambda known: lambda one: (known.now - one.traits.at) / _HOUR,
    "likes": lambda known: lambda one: one.traits.likes,
    "reposts": lambda known: lambda one: one.traits.reposts,
    "replies": lambda known: lambda one: one.traits.replies,
    "likes_rank": lambda known: lambda one: known.ranks.get(one.uri, 0.5),
}


def _and_above(domain: str) -> tuple[str, ...]:
    parts = domain.split(".")
    return tuple(".".join(parts[at:]) for at in range(len(parts)))


# --------------------------------------------------------------- the operators


def _names(read: Callable[[Candidate], tuple[str, ...]], op: str, value: Any) -> Test:
    if op == "exists":
        return lambda one: bool(read(one)) == bool(value)
    if op == "wildcard":
        pattern = PhraseBook([str(value)])
        return lambda one: any(pattern.is_in(name) for name in read(one))
    values = frozenset(fold(str(one)) for one in (value if isinstance(value, tuple) else (value,)))
    if op in ("is", "in"):
        return lambda one: any(fold(name) in values for name in read(one))
    return lambda one: not any(fold(name) in values for name in read(one))


def _number(read: Callable[[Candidate], float], op: str, value: Any) -> Test:
    if op == "between":
        low, high = value
        return lambda one: low <= read(one) <= high
    if op == ">=":
        return lambda one: read(one) >= value
    return lambda one: read(one) <= value


def _has(op: str, value: Any) -> Test:
    bits = 0
    for name in value if isinstance(value, tuple) else (value,):
        bits |= _BITS[name]
    if op in ("is", "in"):
        return lambda one: bool(one.traits.has & bits)
    return lambda one: not one.traits.has & bits


def _topic(op: str, value: Any, known: Knowledge) -> Test:
    name, share = value
    learned = known.topics.get(name, {})

    def surely(one: Candidate) -> float:
        listed = next((much for topic, much in one.traits.about if topic == name), 0.0)
        return max(listed, learned.get(one.uri, 0.0))

    if op == ">=":
        return lambda one: surely(one) >= share
    return lambda one: surely(one) <= share


def _text(op: str, value: Any) -> Test:
    texts = value if isinstance(value, tuple) else (value,)
    if op == "starts_with":
        start = fold(str(value))
        return lambda one: fold(one.text).startswith(start)
    phrases = PhraseBook(str(one) for one in texts)
    return lambda one: phrases.is_in(one.text)
