"""What somebody looks for: words, and conditions that each narrow it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.errors import BadInput
from app.model.post import Post

Operator = Literal[
    "from", "to", "net", "has", "is", "lang", "tag", "in", "folder", "before", "after"
]  # fmt: skip


class Term(Struct, frozen=True, omit_defaults=True):
    """
    A word, or several that stay together.

    *open*: it may go on where it ends: somebody is still typing it.
    """

    text: str
    open: bool = False


class Condition(Struct, frozen=True, omit_defaults=True):
    """
    One of *values* must hold; with *negated*, none may.

    *at*: of ``before`` and ``after``, aware UTC.
    """

    operator: Operator
    values: tuple[str, ...] = ()
    negated: bool = False
    at: datetime | None = None


class Part(Struct, frozen=True, omit_defaults=True):
    """
    A part of what was typed, and where it stands.

    Attributes:
        start, end: In the text, code points.
        value_start: Where what is behind the colon begins; without one: *end*.
        name: What is written before the colon; "" = no operator.
        minus: It is not wanted.
        problem: Why it makes no sense; then it has neither *term* nor *condition*.
    """

    start: int
    end: int
    value_start: int
    name: str = ""
    value: str = ""
    minus: bool = False
    term: Term | None = None
    condition: Condition | None = None
    problem: BadInput | None = None


class Query(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    All *terms*, none of *without*, and every condition.

    Empty: nothing is looked for.
    """

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms or self.without or self.conditions)

    def times(self) -> tuple[datetime | None, datetime | None]:
        """From when (inclusive) until when (exclusive); None = open."""
        after = [c.at for c in self.conditions if c.operator == "after" and c.at is not None]
        before = [c.at for c in self.conditions if c.operator == "before" and c.at is not None]
        return max(after, default=None), min(before, default=None)


def searchable(post: Post) -> str:
    """All that a post is found by: text, warnings, picture texts, poll, link, author."""
    parts = [post.text.text, post.author.handle, post.author.name]
    parts += [a.text for a in post.advisories if a.kind == "warning"]
    parts += [m.alt for m in post.media if m.alt]
    if post.poll is not None:
        parts += [option.title for option in post.poll.options]
    if post.card is not None:
        parts.append(post.card.title)
    return "\n".join(parts)
