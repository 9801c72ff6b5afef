"""What is typed into a search: understood as far as it makes sense, and offered to go on with."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from app.feed.query_offers import Known, Offers, offers_at
from app.model.errors import BadInput, ServiceError
from app.model.query import Part, Query

if TYPE_CHECKING:
    from app.services.search import Search
    from app.ui.asyncqt import TaskScope
    from app.ui.search.field import SearchField

log = logging.getLogger(__name__)

KNOWN = "search known"


class SearchTyping:
    """
    Attributes:
        trouble: What of it makes no sense, in words; "" = nothing.
    """

    def __init__(self, search: Search, scope: TaskScope) -> None:
        self._search, self._scope = search, scope
        self._known = Known()
        self.trouble = ""

    def meet(self, field: SearchField) -> None:
        """From now on *field* is dressed and helped; what is known is read anew."""
        field.parts_of = self._parts
        field.offers_at = self._offers
        self._scope.restart(self._read(), name=KNOWN)

    def understand(self, field: SearchField) -> Query:
        """What is looked for; ``trouble`` tells what is left out, unless it is being typed."""
        text, cursor = field.text(), field.place()
        try:
            understood = self._search.understood(text)
        except BadInput as error:
            self.trouble = f"{error.message} {error.next_step}"
            return Query()
        wrong = next((one for one in understood.parts if self._is_wrong(one, text, cursor)), None)
        self.trouble = ""
        if wrong is not None and wrong.problem is not None:
            problem, rest = wrong.problem, "It is left out." if understood.query else ""
            self.trouble = f"{problem.message} {problem.next_step} {rest}".strip()
        return understood.query

    def _is_wrong(self, part: Part, text: str, cursor: int) -> bool:
        if part.problem is None:
            return False
        begun = cursor == part.end and (not part.value or self._offers(text, cursor) is not None)
        return not begun

    def _parts(self, text: str) -> tuple[Part, ...]:
        try:
            return self._search.understood(text).parts
        except BadInput:
            return ()  # it is told below the field

    def _offers(self, text: str, cursor: int) -> Offers | None:
        return offers_at(text, cursor, self._known)

    async def _read(self) -> None:
        try:
            self._known = await self._search.known()
        except ServiceError as error:
            log.warning("what a search knows: %s", error.kind)
