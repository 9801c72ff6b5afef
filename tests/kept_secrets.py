"""A vault in memory, for protocols under test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.model import AccountId
from app.model.errors import SignedOut
from app.protocols.base import Secret, SignedIn


class KeptSecrets:
    """Implements ``protocols.base.Secrets``."""

    def __init__(self, secrets: dict[AccountId, Secret] | None = None) -> None:
        self.secrets = dict(secrets or {})

    @classmethod
    def of(cls, *done: SignedIn) -> KeptSecrets:
        """With what these sign-ins gave."""
        return cls({one.account.id: one.secret for one in done})

    async def load(self, account: AccountId) -> Secret:
        """Raises: SignedOut: There is none."""
        try:
            return self.secrets[account]
        except KeyError:
            raise SignedOut("There is no secret for this account.") from None

    async def save(self, account: AccountId, secret: Secret) -> None:
        """Keep it."""
        self.secrets[account] = secret

    @asynccontextmanager
    async def refreshing(self, account: AccountId) -> AsyncIterator[None]:
        """Tests have one process and one refresh at a time."""
        yield
