"""
Where secrets live: the system's key store, else an encrypted file, else memory.

Ready, locked and absent are three different states: a store that does not
answer is never taken for an empty one, and never replaced by a weaker one
without being asked (facts of other clients' lost profiles).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from msgspec import DecodeError, Struct, convert, json

from app.model import AccountId
from app.model.errors import SignedOut, VaultAbsent, VaultError, VaultLocked
from app.store.database import Database, make_private_file, make_private_folder
from app.store.in_thread import in_thread
from app.store.keep import Keeper, setting_of
from app.store.lock import AloneInVault, FileLock
from app.store.migrations import bring_up
from app.store.schema import KEEP
from app.store.vault_file import VaultFile
from app.store.vault_keyring import KeyringSafe, KeyStore, find_keyring, system_keyrings

if TYPE_CHECKING:
    import asyncio

VARIABLE = "GODWIT_PASSPHRASE"
"""Variable with the passphrase of the encrypted file; read when it is needed."""

REFRESH_WAIT = 120.0
"""How long to wait for another process's refresh, in seconds."""

State = Literal["ready", "locked", "absent"]
T = TypeVar("T")


class _Chosen(Struct, frozen=True, omit_defaults=True):
    """What this profile uses (setting ``vault``): never changed silently."""

    kind: Literal["", "keyring", "file"] = ""
    keyring: str = ""
    profile: str = ""


class _Memory:
    """Secrets for this session only."""

    kind = "this session only"

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._secrets.get(name)

    def put(self, name: str, secret: str) -> None:
        self._secrets[name] = secret

    def drop(self, name: str) -> None:
        self._secrets.pop(name, None)


class Vault:
    """
    The secrets of one profile, one item per account.

    What waits (key store, disk, key derivation) runs in a thread of its own;
    ``state``, ``unlock`` and ``create_file`` block (up to about 0.5 s).
    Implements ``protocols.base.Secrets``.

    Args:
        keyrings: Finds the system's key stores.
        environ: Where to look for ``GODWIT_PASSPHRASE``.
    """

    def __init__(
        self,
        profile: Path,
        *,
        keyrings: Callable[[], Iterable[KeyStore]] = system_keyrings,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._profile = profile
        self._keyrings = keyrings
        self._environ = environ
        self._file = VaultFile(profile / "vault.json")
        self._safe: KeyringSafe | VaultFile | _Memory | None = None
        self._refused = self._is_settled = False
        self._refreshing: dict[AccountId, asyncio.Lock] = {}
        self._renewals: set[asyncio.Task[Any]] = set()

    def __repr__(self) -> str:
        return f"Vault({self._profile})"

    @property
    def state(self) -> State:
        """``ready``; ``locked``: there are secrets, unlock first; ``absent``: choose first."""
        try:
            safe = self._choose()
        except VaultAbsent:
            return "absent"
        except VaultLocked:
            return "locked"
        if isinstance(safe, VaultFile):
            return "ready" if safe.is_open else "locked"
        return "locked" if self._refused else "ready"

    @property
    def kind(self) -> str:
        """What is used, for people; "" while nothing is chosen."""
        try:
            return self._choose().kind
        except VaultAbsent:
            return ""
        except VaultLocked:
            return f"system keyring: {self._chosen().keyring}"

    async def load(self, account: AccountId) -> dict[str, str]:
        """
        The secret of *account*.

        Raises:
            VaultLocked: There is a vault, but it is locked or does not answer.
            VaultAbsent: There is none, and none was chosen.
            SignedOut: There is no secret of this account.
        """
        found = await in_thread(lambda: self._get(account))
        if found is None:
            raise SignedOut(f"There is no sign-in kept for {account}.")
        try:
            return json.decode(found, type=dict[str, str])
        except DecodeError:
            raise VaultError(
                f"The sign-in kept for {account} is damaged.", "Sign in again."
            ) from None

    async def save(self, account: AccountId, secret: dict[str, str]) -> None:
        """Replace the secret; durable when it returns. Raises: VaultError."""
        text = json.encode(secret).decode()
        await in_thread(lambda: self._change(account, text))

    async def delete(self, account: AccountId) -> None:
        """Forget the secret. Harmless when there is none. Raises: VaultError."""
        await in_thread(lambda: self._change(account, None))

    def unlock(self, passphrase: str) -> None:
        """
        Open the encrypted file, or ask the system's key store again.

        Raises:
            VaultError: The passphrase is wrong, or the file damaged.
        """
        safe = self._choose()
        if isinstance(safe, VaultFile):
            safe.unlock(passphrase)
        else:
            self._asking(lambda: safe.get("godwit"))

    def create_file(self, passphrase: str) -> None:
        """Choose an encrypted file, and begin it. Raises: VaultError, if there is one."""
        with self._alone():
            self._file.create(passphrase)
        self._remember(_Chosen("file", profile=self._chosen().profile))
        self._safe = self._file

    def replace_file(self, passphrase: str) -> None:
        """
        Begin another file where the passphrase of the first is lost.

        The first is put aside, not deleted; its sign-ins are to be made anew.
        Raises: VaultError.
        """
        with self._alone():
            if passphrase and self._file.exists:
                self._file.put_aside()
            self._file.create(passphrase)
        self._remember(_Chosen("file", profile=self._chosen().profile))
        self._safe = self._file

    def keep_for_session(self) -> None:
        """Choose memory: what is saved from now on is gone with the process."""
        self._safe = _Memory()

    @asynccontextmanager
    async def refreshing(self, account: AccountId) -> AsyncIterator[None]:
        """One refresh at a time per account, also across processes; load again inside."""
        import asyncio

        lock = self._refreshing.setdefault(account, asyncio.Lock())
        async with lock:
            other = FileLock(self._lock_path(account))
            waited = 0.0
            while not other.try_acquire():
                if waited >= REFRESH_WAIT:
                    raise VaultError(
                        f"Another Godwit has been renewing the sign-in of {account} for too long.",
                        "Close the other Godwit.",
                    )
                await asyncio.sleep(0.05)
                waited += 0.05
            renewal = asyncio.current_task()
            assert renewal is not None
            self._renewals.add(renewal)
            try:
                yield
            finally:
                self._renewals.discard(renewal)
                other.release()

    async def finish(self, within: float) -> None:
        """
        At the end: let renewals that are under way come to theirs, in *within* seconds.

        A refresh token serves once: what the server has given for it must be kept.
        """
        import asyncio

        if renewals := self._renewals - {asyncio.current_task()}:
            await asyncio.wait(renewals, timeout=within)

    # ------------------------------------------------------------- choosing

    def _choose(self) -> KeyringSafe | VaultFile | _Memory:
        """
        What to use; what was used before, and nothing else.

        Raises:
            VaultAbsent: Nothing was chosen, and there is no key store.
            VaultLocked: The key store used before does not answer.
        """
        if self._safe is not None:
            return self._safe
        chosen = self._chosen()
        if chosen.kind == "file" or (not chosen.kind and self._file.exists):
            if not self._file.exists:
                raise VaultAbsent("The vault file is not there any more.")
            self._safe = self._file
            return self._safe
        store = find_keyring(chosen.keyring, self._keyrings)
        if store is not None:
            self._safe = KeyringSafe(store, chosen.profile or secrets.token_hex(8))
            return self._safe
        if chosen.kind == "keyring":
            raise VaultLocked(
                f"Your secrets are in the {chosen.keyring}, which does not answer.",
                "Start it (log in to your desktop), then try again.",
            )
        raise VaultAbsent("This system has no key store.")

    def _chosen(self) -> _Chosen:
        path = self._profile / "keep.db"
        if not path.exists():
            return _Chosen()
        db = self._keep()
        try:
            return convert(setting_of(db, "vault", {}), _Chosen)
        finally:
            db.close()

    def _remember(self, chosen: _Chosen) -> None:
        db = self._keep()
        try:
            with db.transaction():
                value = json.decode(json.encode(chosen))
                Keeper(db).set_setting("vault", value)
        finally:
            db.close()

    def _keep(self) -> Database:
        make_private_folder(self._profile)
        path = self._profile / "keep.db"
        make_private_file(path)
        bring_up(path, KEEP)
        return Database(path, full_sync=True)

    # -------------------------------------------------- in the vault's thread

    def _get(self, account: AccountId) -> str | None:
        safe = self._opened(creating=False)
        return self._asking(lambda: safe.get(account))

    def _change(self, account: AccountId, secret: str | None) -> None:
        safe = self._opened(creating=secret is not None)
        if isinstance(safe, KeyringSafe) and not self._chosen().kind:
            # Before the first secret: a crash in between must not orphan it.
            self._remember(_Chosen("keyring", safe.name, safe.profile_id))
        with self._alone():
            if secret is None:
                self._asking(lambda: safe.drop(account))
            else:
                self._asking(lambda: safe.put(account, secret))

    def _opened(self, *, creating: bool) -> KeyringSafe | VaultFile | _Memory:
        """What to use, opened with the passphrase of the environment if need be."""
        passphrase = self._environ.get(VARIABLE, "")
        if isinstance(self._safe, KeyringSafe) and not self._is_settled:
            # Another process may have chosen meanwhile: its choice is the profile's.
            chosen = self._chosen()
            if chosen.kind and chosen.profile != self._safe.profile_id:
                self._safe = None
            self._is_settled = bool(chosen.kind)
        try:
            safe = self._choose()
        except VaultAbsent:
            if not (creating and passphrase):
                raise
            self.create_file(passphrase)
            return self._file
        if isinstance(safe, VaultFile) and not safe.is_open and passphrase:
            safe.unlock(passphrase)
        return safe

    def _asking(self, question: Callable[[], T]) -> T:
        """Remember whether the key store answers."""
        try:
            answer = question()
        except VaultLocked:
            self._refused = True
            raise
        self._refused = False
        return answer

    def _alone(self) -> AloneInVault:
        """Read and write of the file belong together, also across processes."""
        make_private_folder(self._profile)
        return AloneInVault(self._profile / "vault.lock", REFRESH_WAIT)

    def _lock_path(self, account: AccountId) -> Path:
        import hashlib

        folder = self._profile / "locks"
        make_private_folder(folder)
        return folder / f"{hashlib.sha256(account.encode()).hexdigest()[:16]}.lock"
