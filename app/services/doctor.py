"""What ``godwit doctor`` tells: the program, the profile, the servers."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import __version__
from app.model import Account
from app.model.errors import ServiceError
from app.services.states import error_object

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.hosts import Hosts
    from app.services.retention import Retention
    from app.store import Store, Vault

LIBRARIES = ("PySide6", "qasync", "httpx", "msgspec", "keyring", "cryptography")
PATIENCE = 15.0
"""Seconds for a server to answer."""


class Doctor:
    """Looks, tells, and changes nothing."""

    def __init__(
        self,
        profile: Path,
        store: Store,
        accounts: Accounts,
        vault: Callable[[], Vault],
        hosts: Hosts,
        retention: Retention,
    ) -> None:
        self._profile = profile
        self._store = store
        self._accounts = accounts
        self._vault = vault
        self._hosts = hosts
        self._retention = retention

    async def examine(self, *, ask_servers: bool) -> dict[str, Any]:
        """
        Everything, ready for JSON.

        Args:
            ask_servers: Also ask each account's server who we are there.
        """
        import platform  # with what it brings along 30 ms that no start should pay

        usage, budget = await self._retention.usage(), await self._retention.budget()
        gaps = await self._store.load(lambda reader: reader.gaps(None))
        vault = self._vault()
        return {
            "godwit": __version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.release()} {platform.machine()}",
            "libraries": {name: _version(name) for name in LIBRARIES},
            "profile": {
                "folder": str(self._profile),
                "private": _is_private(self._profile),
                "free_bytes": usage.free,
                "cache_bytes": usage.cache_bytes,
                "posts": usage.posts,
                "oldest_post": utc_text(usage.oldest) if usage.oldest else None,
                "post_bytes": usage.post_bytes,
                "post_budget": budget.posts or None,
                "picture_bytes": usage.picture_bytes,
                "picture_budget": budget.pictures or None,
                "kept_bytes": usage.kept_bytes,
                "draft_bytes": usage.files,
                "index_bytes": usage.indexes,
                "gaps": len(gaps),
                "recovered": self._store.recovered or None,
            },
            "vault": {"state": vault.state, "kind": vault.kind},
            "accounts": await self._servers(ask_servers),
            "hosts": [
                {
                    "host": use.host,
                    "why": use.why,
                    "count": use.count,
                    "last": utc_text(use.last),
                }
                for use in await self._hosts.all()
            ],
        }

    async def _servers(self, ask: bool) -> list[dict[str, Any]]:
        return list(
            await asyncio.gather(*(self._server(account, ask) for account in self._accounts.all()))
        )

    async def _server(self, account: Account, ask: bool) -> dict[str, Any]:
        error: ServiceError | None = None
        if ask:
            try:
                async with asyncio.timeout(PATIENCE):
                    account = await self._accounts.service(account.id).verify()
            except TimeoutError:
                error = ServiceError(f"{account.host} did not answer in {PATIENCE:.0f} s.")
            except ServiceError as refused:
                error = refused
        return {
            "id": account.id,
            "network": account.network,
            "server": account.server,
            "reachable": (error is None or error.kind not in ("unreachable", "error"))
            if ask
            else None,
            "abilities": sorted(account.abilities),
            "error": error_object(error) if error else None,
        }


def utc_text(at: datetime) -> str:
    """RFC 3339, UTC."""
    return at.isoformat().replace("+00:00", "Z")


def _version(library: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _is_private(folder: Path) -> bool:
    """Nobody else may read it. Windows keeps profiles private by itself."""
    return sys.platform == "win32" or not folder.stat().st_mode & 0o077
