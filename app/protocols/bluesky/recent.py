"""What was done a moment ago, which the AppView may not have seen yet."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

_KEPT_FOR = timedelta(minutes=5)
_MOST = 1000


class Recent:
    """
    The last thing done to a subject, for some minutes.

    Between a write at one's own server and the AppView's answer lie seconds
    in which a view still shows the old state; ours is newer.
    """

    def __init__(self) -> None:
        self._done: OrderedDict[tuple[str, str], tuple[datetime, str]] = OrderedDict()

    def note(self, subject: str, what: str, value: str, now: datetime) -> None:
        """Remember *value*: the URI of a record, or "" for "not any more"."""
        self._done[subject, what] = (now, value)
        self._done.move_to_end((subject, what))
        while len(self._done) > _MOST:
            self._done.popitem(last=False)

    def of(self, subject: str, what: str, otherwise: str, now: datetime) -> str:
        """The value that counts: what was done, else what a view says."""
        found = self._done.get((subject, what))
        if found is None or not timedelta() <= now - found[0] < _KEPT_FOR:
            return otherwise
        return found[1]
