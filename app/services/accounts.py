"""My accounts: signing in and out, the service of each, and how each is doing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from app.model import Account, AccountId, AccountState
from app.model.errors import NotFound, ServiceError, SignedOut, VaultError
from app.services.states import BUSY, READY, SIGNED_OUT, state_after

if TYPE_CHECKING:  # the store opens SQLite, the registry its protocols
    from app.model.sending import Limits
    from app.protocols.base import AccountService, SignedIn
    from app.protocols.registry import Registry
    from app.store import Keeper, Reader, Store, Vault

log = logging.getLogger(__name__)

REVOKE_PATIENCE = 10.0
"""Seconds to wait for a server that is told to forget us."""


class AccountsChanged(Struct, frozen=True):
    """*account* was added, removed, renewed, or is in another state."""

    account: AccountId
    what: Literal["added", "removed", "renewed", "state"]


class Accounts:
    """
    Every signed-in account of this profile.

    ``start`` reads them from disk; services open when first asked for.

    Args:
        vault: Gives the vault; asked for only when a secret is needed, since
            what stands behind it is slow to load.
        registry: Gives the protocols; likewise.
    """

    def __init__(
        self, store: Store, vault: Callable[[], Vault], registry: Callable[[], Registry]
    ) -> None:
        self._store = store
        self._vault = vault
        self._registry = registry
        self._accounts: dict[AccountId, Account] = {}
        self._states: dict[AccountId, AccountState] = {}
        self._services: dict[AccountId, AccountService] = {}
        self._listeners: list[Callable[[AccountsChanged], None]] = []
        self._on_opened: list[Callable[[AccountId, AccountService], None]] = []
        self._busy: dict[AccountId, int] = {}
        self._out: dict[AccountId, str] = {}
        """Why each is signed out, as the disk had it last; "" for the others."""
        self._turn = self._changing = 0

    # ------------------------------------------------------------- reading

    def start(self, reader: Reader) -> None:
        """Read the accounts from disk (sync: the first frame shows them)."""
        for account in reader.accounts():
            self._accounts[account.id] = account
            words = self._out[account.id] = reader.setting(SIGNED_OUT + account.id, "")
            if words:
                self._states[account.id] = state_after(SignedOut(words))

    def all(self) -> tuple[Account, ...]:
        """All accounts, in the order they were added."""
        return tuple(self._accounts.values())

    def find(self, account: AccountId) -> Account:
        """Raises: NotFound."""
        try:
            return self._accounts[account]
        except KeyError:
            raise NotFound(
                f"There is no account “{account}”.",
                "See your accounts with: godwit account list",
            ) from None

    def __contains__(self, account: AccountId) -> bool:
        return account in self._accounts

    def state(self, account: AccountId) -> AccountState:
        """How it is doing; ``ready`` until something else is known."""
        known = self._states.get(account, READY)
        return BUSY if self._busy.get(account) and known.kind == "ready" else known

    def service(self, account: AccountId) -> AccountService:
        """
        Who speaks for *account*. Opened once, without I/O.

        Raises:
            NotFound: There is no such account.
            Unsupported: This build does not speak its protocol.
        """
        service = self._services.get(account)
        if service is None:
            known = self.find(account)
            service = self._registry().network_of(known).open(known, self._vault())
            self._services[account] = service
            for tell in self._on_opened:
                tell(account, service)
        return service

    def when_opened(self, tell: Callable[[AccountId, AccountService], None]) -> None:
        """Call *tell* with every service, before anybody uses it."""
        self._on_opened.append(tell)

    def usual_limits(self, account: AccountId) -> Limits:
        """What servers like its own usually take. Raises: NotFound, Unsupported."""
        known = self.find(account)
        return self._registry().network_of(known).usual_limits(known)

    # ------------------------------------------------------------ changing

    async def add(self, signed_in: SignedIn, *, renew: AccountId | None = None) -> Account:
        """
        Keep a sign-in: the secret first, then the account.

        The same profile signed in again keeps its account (and so its cache
        and positions) and gets the new secret.

        Args:
            renew: "Sign in again" for this account: must be the same profile.

        Raises:
            SignedOut: *renew* names another profile than the one signed in.
            VaultError: The secret cannot be kept; nothing was changed.
            StoreError: The account cannot be kept; the secret was taken back.
        """
        account = self._identify(signed_in.account)
        if renew is not None and account.id != renew:
            raise SignedOut(
                f"You signed in as {account.handle}, not as {self.find(renew).handle}.",
                "Sign in with the other profile, or add this one as an account of its own.",
            )
        renewed = account.id in self._accounts
        with self._alone():
            await self._vault().save(account.id, signed_in.secret)
            try:
                await self._store.keep(lambda keeper: keeper.save_account(account))
                await self._remember_signed_out(account.id, "")
            except ServiceError:
                if not renewed:
                    await self._vault().delete(account.id)
                raise
            self._accounts[account.id] = account
        self._services.pop(account.id, None)
        self._states[account.id] = READY
        self._tell(account.id, "renewed" if renewed else "added")
        return account

    async def remove(self, account: AccountId) -> ServiceError | None:
        """
        Sign out at the server, then forget the account, whatever it says.

        Its secret, cache and positions are wiped. Returns the reason if the
        server could not be told, so that it can be said.

        Raises:
            StoreError: Our own disk refuses; the account stays.
        """
        self.find(account)
        problem = await self._revoke(account)
        try:
            await self._vault().delete(account)
        except VaultError as error:
            # A locked vault cannot be opened to delete; the account goes all
            # the same, and what stays in the vault is unreadable without it.
            log.warning("secret of %s not deleted: %s", account, error.kind)
            problem = problem or error
        before = dict(self._accounts)
        with self._alone():
            # First: a page of it that is on its way must not come after the wiping.
            del self._accounts[account]
            try:
                await self._store.keep(lambda keeper: keeper.remove_account(account))
            except ServiceError:
                self._accounts = before
                self._tell(account, "added")
                raise
        self._forget(account)
        return problem

    async def verify(self, account: AccountId) -> Account:
        """Ask the server who we are and what it can do; keep the answer."""
        told = await self.service(account).verify()
        renewed = replace(told, id=account)
        self.find(account)  # it may have been removed while we asked
        with self._alone():
            await self._store.keep(lambda keeper: keeper.save_account(renewed))
            self._accounts[account] = renewed
        self._tell(account, "renewed")
        return renewed

    async def look_again(self) -> None:
        """
        Take over what another process (a command) has done: accounts that were
        added, removed, or signed in again. Cheap. Raises: StoreError.
        """
        turn = self._turn
        kept = {} if self._changing else await self._store.load(_kept)
        if self._changing or turn != self._turn:
            return  # what was read may be older than what we have done: next time
        known, out = self._accounts, self._out
        self._accounts = {account.id: account for account, _ in kept.values()}
        self._out = {id: words for id, (_, words) in kept.items()}
        for id in known.keys() - kept.keys():
            # What we may have stored since goes, too.
            await self._store.keep(partial(_remove, account=id))
            self._forget(id)
        for id, (account, words) in kept.items():
            if id not in known:
                self._states[id] = state_after(SignedOut(words) if words else None)
                self._tell(id, "added")
            elif account != known[id] or (out.get(id) and not words):
                self._services.pop(id, None)
                self._states[id] = READY
                self._tell(id, "renewed")

    # -------------------------------------------------------------- states

    async def report(self, account: AccountId, error: ServiceError | None) -> None:
        """Say how a call for *account* went. None: well."""
        if account not in self._accounts:
            return  # removed while the call was under way
        before, after = self._states.get(account, READY), state_after(error)
        if before == after:
            return
        self._states[account] = after
        self._tell(account, "state")
        if "signed_out" in (before.kind, after.kind):
            words = after.message if after.kind == "signed_out" else ""
            await self._remember_signed_out(account, words)

    @contextmanager
    def busy(self, account: AccountId) -> Iterator[None]:
        """While inside, a ready account shows that it is at work."""
        self._busy[account] = self._busy.get(account, 0) + 1
        self._tell(account, "state")
        try:
            yield
        finally:
            left = self._busy.pop(account, 1) - 1
            if left:
                self._busy[account] = left
            self._tell(account, "state")

    def subscribe(self, listener: Callable[[AccountsChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # ------------------------------------------------------------- private

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Inside, what the disk says of accounts is not taken over."""
        self._changing += 1
        try:
            yield
        finally:
            self._changing -= 1
            self._turn += 1

    def _forget(self, account: AccountId) -> None:
        for table in (self._accounts, self._states, self._services, self._busy, self._out):
            table.pop(account, None)
        self._tell(account, "removed")

    def _identify(self, account: Account) -> Account:
        """The account under the id it has, or a free one."""
        for known in self._accounts.values():
            same = known.protocol == account.protocol and known.network == account.network
            if same and known.uri == account.uri:
                return replace(account, id=known.id)
        free, number = account.id, 1
        while free in self._accounts:
            number += 1
            free = AccountId(f"{account.id}~{number}")
        return replace(account, id=free)

    async def _revoke(self, account: AccountId) -> ServiceError | None:
        try:
            async with asyncio.timeout(REVOKE_PATIENCE):
                await self.service(account).sign_out()
        except ServiceError as error:
            log.info("server of %s not told of the sign-out: %s", account, error.kind)
            return error
        except TimeoutError:
            return ServiceError(
                "The server did not answer the sign-out in time.",
                "End the session on the server's own page to be sure.",
            )
        return None

    async def _remember_signed_out(self, account: AccountId, words: str) -> None:
        if not words:
            self._out[account] = ""  # words count once they have reached the disk
        await self._store.keep(lambda keeper: keeper.set_setting(SIGNED_OUT + account, words))

    def _tell(
        self, account: AccountId, what: Literal["added", "removed", "renewed", "state"]
    ) -> None:
        for listener in tuple(self._listeners):
            listener(AccountsChanged(account, what))


def _kept(reader: Reader) -> dict[AccountId, tuple[Account, str]]:
    """The accounts on disk, each with why it is signed out, if it is."""
    return {
        account.id: (account, reader.setting(SIGNED_OUT + account.id, ""))
        for account in reader.accounts()
    }


def _remove(keeper: Keeper, account: AccountId) -> None:
    keeper.remove_account(account)
