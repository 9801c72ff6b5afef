"""
The contract of a protocol, continued: conversations as the server tells them where a post
was written.

Only what anybody may see, asked for without a sign-in. Nobody of mine has checked it: it is
shown as what that server says, and never kept.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from app.model.thread import Elsewhere


@runtime_checkable
class AsksOrigins(Protocol):
    """A service of a network where every server has its own part of a conversation."""

    def origin_of(self, uri: str) -> str:
        """Host where that post was written; "": at the account's own, or nobody to be asked."""
        ...

    async def from_origin(self, uri: str, *, domain: str = "") -> Elsewhere:
        """
        The conversation around a public post, as its own server tells it to anybody.

        Args:
            domain: What stands behind the "@" of that server's people, where it is known.

        Raises: ServiceError: It tells strangers nothing, or no whole answer came.
        """
        ...
