"""All wishes about one thing, while one is under way."""

from __future__ import annotations

import asyncio
import logging

from msgspec.structs import replace

from app.model.acts import Relation, Wish
from app.model.errors import ServiceError
from app.services.asking import Outcome

log = logging.getLogger(__name__)


class Line:
    """
    All wishes about one thing, while one is under way.

    Attributes:
        relation: How it stood to the person before, as far as is known.
        turned: An earlier wish said the contrary.
        unsure: A request has left, and no answer came: the server may have it.
    """

    def __init__(self, wish: Wish, relation: Relation | None) -> None:
        self.wish = wish
        self.relation = relation
        self.turned = self.unsure = False
        self.task: asyncio.Task[Outcome]


def looked_at(task: asyncio.Task[Outcome]) -> None:
    """Whoever waited may be gone: a bug must be told all the same."""
    error = None if task.cancelled() else task.exception()
    if error is not None and not isinstance(error, ServiceError):
        log.error("bug in a reaction", exc_info=error)


def is_same(one: Wish, other: Wish) -> bool:
    """The same wish again: a double click."""
    return replace(one, at=other.at, before=other.before, sent=other.sent, ref=other.ref) == other
