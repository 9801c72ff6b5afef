"""What we keep: SQLite (cache, positions, gaps, settings) and the secret vault."""

from app.store.keep import Keeper
from app.store.reader import Reader
from app.store.store import Store
from app.store.values import Batch, CacheSize, Found, GapSpec, HostUse, Saved, SyncState

__all__ = [
    "Batch",
    "CacheSize",
    "Found",
    "GapSpec",
    "HostUse",
    "Keeper",
    "Reader",
    "Saved",
    "Store",
    "SyncState",
]
