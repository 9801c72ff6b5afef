"""What of ``protocols.http.Http`` a service needs that reads pages of strangers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.protocols.http import Reply


class Fetches(Protocol):
    """Asks public hosts only (``Http.fetch_public``)."""

    async def fetch_public(
        self,
        url: str,
        *,
        max_bytes: int,
        accept: tuple[str, ...],
        why: str,
        background: bool = True,
        timeout: float = 20,
    ) -> Reply:
        """What an address points to that the user did not make up. Raises: ServiceError."""
        ...
