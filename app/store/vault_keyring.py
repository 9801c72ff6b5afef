"""
Secrets in the system's own key store.

Only key stores on the list are used: `keyring` itself would silently take a
plain-text file where one is installed (measured with keyrings.alt).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol

from app.model.errors import VaultError, VaultLocked

SERVICE = "godwit"

TRUSTED: Final[tuple[tuple[str, str, str], ...]] = (
    ("keyring.backends.macOS", "Keyring", "macOS Keychain"),
    ("keyring.backends.Windows", "WinVaultKeyring", "Windows Credential Manager"),
    ("keyring.backends.SecretService", "Keyring", "Secret Service"),
    ("keyring.backends.libsecret", "Keyring", "libsecret"),
    ("keyring.backends.kwallet", "DBusKeyring", "KWallet"),
)
"""Module, class and name for people of every key store we trust, best first."""

PIECE = 1_000
"""Characters per item: Windows keeps 2 560 bytes of UTF-16 in one (wincred.h)."""


class KeyStore(Protocol):
    """What we need of a ``keyring.backend.KeyringBackend``."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def trusted_name(store: object) -> str:
    """What a key store on the list is called, or "" for any other."""
    kind = type(store)
    for module, name, shown in TRUSTED:
        if (kind.__module__, kind.__qualname__) == (module, name):
            return shown
    return ""


def system_keyrings() -> Iterator[KeyStore]:
    """The trusted key stores that work here and now. Slow: imports and D-Bus."""
    for module, name, _ in TRUSTED:
        try:
            kind: Any = getattr(importlib.import_module(module), name)
            if kind.viable:
                yield kind()
        except (ImportError, RuntimeError, OSError):
            continue


def find_keyring(wanted: str, candidates: Callable[[], Iterable[KeyStore]]) -> KeyStore | None:
    """The first trusted candidate called *wanted* ("" = any), or None."""
    for store in candidates():
        name = trusted_name(store)
        if name and wanted in ("", name):
            return store
    return None


class KeyringSafe:
    """
    The items of one profile in a key store.

    A long secret is cut into pieces of its own generation; the head item is
    written last, so a secret is always whole, the old or the new one.
    """

    def __init__(self, store: KeyStore, profile_id: str) -> None:
        self._store = store
        self.profile_id = profile_id
        self.name = trusted_name(store)

    def __repr__(self) -> str:
        return f"KeyringSafe({self.name})"

    @property
    def kind(self) -> str:
        """For people."""
        return f"system keyring: {self.name}"

    def get(self, name: str) -> str | None:
        """The secret, or None. Raises: VaultLocked, VaultError."""
        head = self._ask(name)
        while head is not None and head.startswith("#"):
            pieces = [self._ask(item) for item in _items(name, head)]
            if None not in pieces:
                return "".join(piece for piece in pieces if piece)
            before, head = head, self._ask(name)
            if head == before:  # else it was replaced while we read it
                raise VaultError(
                    f"The secret of {name} is not whole in the {self.name}.", "Sign in again."
                )
        return head

    def put(self, name: str, secret: str) -> None:
        """Replace the secret; nothing is written if the old one cannot be read."""
        old = self._ask(name)
        if len(secret) <= PIECE:
            self._tell("set_password", name, secret)
        else:
            pieces = [secret[i : i + PIECE] for i in range(0, len(secret), PIECE)]
            # The other generation than the one that the head names now.
            generation = 0 if old is not None and old.startswith("#1") else 1
            head = f"#{generation}:{len(pieces)}"
            for item, piece in zip(_items(name, head), pieces, strict=True):
                self._tell("set_password", item, piece)
            self._tell("set_password", name, head)
        self._drop_pieces(name, old)

    def drop(self, name: str) -> None:
        """Delete the secret. Harmless when there is none."""
        old = self._ask(name)
        if old is not None:
            self._tell("delete_password", name)
            self._drop_pieces(name, old)

    def _drop_pieces(self, name: str, head: str | None) -> None:
        if head is not None and head.startswith("#"):
            for item in _items(name, head):
                if self._ask(item) is not None:
                    self._tell("delete_password", item)

    def _ask(self, name: str) -> str | None:
        found = self._tell("get_password", name)
        return None if found is None else str(found)

    def _tell(self, verb: str, name: str, *rest: str) -> object:
        from keyring.errors import KeyringLocked

        try:
            return getattr(self._store, verb)(SERVICE, f"{self.profile_id}/{name}", *rest)
        except KeyringLocked:
            raise VaultLocked(f"The {self.name} is locked.", "Unlock it, then try again.") from None
        except Exception as error:  # noqa: BLE001 - each backend raises its own system's errors
            raise VaultLocked(
                f"The {self.name} does not answer ({type(error).__name__}).",
                "Unlock or start it, then try again.",
            ) from None


def _items(name: str, head: str) -> list[str]:
    """Names of the pieces that a head ``#generation:count`` stands for."""
    generation, _, count = head[1:].partition(":")
    if not (generation.isdecimal() and count.isdecimal()):
        raise VaultError(f"The secret of {name} is damaged.", "Sign in again.")
    return [f"{name}#{generation}.{number}" for number in range(min(int(count), 99))]
