"""What we keep: SQLite (cache, positions, gaps, settings) and the secret vault."""

from typing import TYPE_CHECKING, Any

from app.store.keep import Keeper
from app.store.reader import Reader
from app.store.store import Store
from app.store.values import Batch, CacheSize, Found, GapSpec, HostUse, Saved, SyncState

if TYPE_CHECKING:
    from app.store.lock import ProfileLock
    from app.store.vault import Vault

__all__ = [
    "Batch",
    "CacheSize",
    "Found",
    "GapSpec",
    "HostUse",
    "Keeper",
    "ProfileLock",
    "Reader",
    "Saved",
    "Store",
    "SyncState",
    "Vault",
]


def __getattr__(name: str) -> Any:
    """Give what the first frame does not need only when it is asked for."""
    if name == "Vault":
        from app.store.vault import Vault

        return Vault
    if name == "ProfileLock":
        from app.store.lock import ProfileLock

        return ProfileLock
    raise AttributeError(name)
