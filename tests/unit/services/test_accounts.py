"""Accounts: kept in the right order, renewed, removed, and how each is doing."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.model import AccountId
from app.model.errors import (
    NotFound,
    RateLimited,
    SignedOut,
    StoreError,
    Suspended,
    Unreachable,
    VaultAbsent,
    VaultLocked,
)
from app.services.accounts import AccountsChanged
from app.services.states import state_after
from tests.unit.fakes import NOON, MemoryVault
from tests.unit.services.conftest import Home, home_at
from tests.unit.services.servers import ANA, SAM, Server, account, entry, signed_in
from tests.waiting import until


async def test_a_sign_in_outlives_the_program(home: Home, tmp_path: Path) -> None:
    """What was added is there at the next start, with its secret."""
    await home.join()
    home.store.close()
    again = home_at(tmp_path, home.servers, home.vault)

    assert [ANA] == [a.id for a in again.accounts.all()]
    assert {"token": "t"} == home.vault.secrets[ANA]
    again.store.close()


async def test_the_same_profile_again_is_no_second_account(home: Home) -> None:
    """Signing in again replaces the secret and renews the name."""
    await home.join()
    renamed = replace(account(), id=AccountId("other"), name="Ana")
    kept = await home.accounts.add(signed_in(renamed, "new"))

    assert (ANA, "Ana") == (kept.id, kept.name)
    assert [ANA] == [a.id for a in home.accounts.all()]
    assert {ANA: {"token": "new"}} == home.vault.secrets


async def test_another_profile_under_a_taken_id_gets_its_own(home: Home) -> None:
    """Ids are never shared, so secrets are never mixed up."""
    await home.join()
    twin = replace(account(), uri="https://a.example/users/other")
    kept = await home.accounts.add(signed_in(twin, "twin"))

    assert kept.id == "ana@a.example~2"
    assert home.vault.secrets[ANA] == {"token": "t"}


async def test_without_a_vault_nothing_is_kept(home: Home) -> None:
    """A secret that cannot be kept leaves no account behind."""
    home.vault.refuses = VaultAbsent("There is no key store.")
    with pytest.raises(VaultAbsent):
        await home.join()

    assert home.accounts.all() == ()
    assert home.store.reader.accounts() == ()


async def test_an_account_that_cannot_be_kept_takes_its_secret_back(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk leaves no orphaned secret."""

    async def full(write: object) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(home.store, "keep", full)
    with pytest.raises(StoreError):
        await home.join()

    assert home.vault.secrets == {}
    assert home.accounts.all() == ()


async def test_signing_in_again_must_be_the_same_profile(home: Home) -> None:
    """Another profile does not slip into an account's place."""
    await home.join()
    stranger = replace(account(SAM), id=ANA)
    with pytest.raises(SignedOut, match="not as"):
        await home.accounts.add(signed_in(stranger), renew=ANA)

    assert home.vault.secrets[ANA] == {"token": "t"}


async def test_removing_revokes_wipes_and_forgets(home: Home) -> None:
    """The server is told; secret, account, cache and position are gone."""
    home.server.write(entry(1), entry(2))
    await home.join()
    await home.sync.run()
    problem = await home.accounts.remove(ANA)

    assert problem is None
    assert home.server.signed_out
    assert home.vault.secrets == {}
    assert home.store.reader.accounts() == ()
    assert home.store.reader.keys("all") == []
    with pytest.raises(NotFound):
        home.accounts.find(ANA)


async def test_removing_goes_on_when_the_server_cannot_be_told(home: Home) -> None:
    """The account goes anyway, and the reason is handed back."""
    await home.join()
    home.server.failing = [Unreachable("a.example cannot be reached.")]
    problem = await home.accounts.remove(ANA)

    assert isinstance(problem, Unreachable)
    assert home.accounts.all() == ()
    assert home.vault.secrets == {}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (None, "ready"),
        (Unreachable("No answer."), "offline"),
        (SignedOut("Revoked."), "signed_out"),
        (RateLimited("Wait.", NOON + timedelta(minutes=3)), "waiting"),
        (VaultLocked("Locked."), "locked"),
        (StoreError("Full."), "ready"),
    ],
)
def test_errors_are_states(error: Exception, kind: str) -> None:
    """Each kind of error leaves its account in a state with words."""
    state = state_after(error)

    assert state.kind == kind
    assert bool(state.next_step) == (error is not None)


async def test_states_are_told_and_signed_out_is_remembered(home: Home, tmp_path: Path) -> None:
    """Listeners hear of a state; "sign in again" survives a restart, and ends with it."""
    told: list[AccountsChanged] = []
    await home.join()
    leave = home.accounts.subscribe(told.append)
    await home.accounts.report(ANA, SignedOut("Revoked."))
    home.store.close()
    again = home_at(tmp_path, home.servers, home.vault)

    assert told == [AccountsChanged(ANA, "state")]
    assert again.accounts.state(ANA).kind == "signed_out"
    await again.join()
    assert again.accounts.state(ANA).kind == "ready"
    assert again.store.reader.setting("signed_out:" + ANA) == ""
    leave()
    again.store.close()


async def test_a_failing_account_is_not_busy(home: Home) -> None:
    """Busy shows only over ready: an error is not hidden by the next try."""
    await home.join()
    with home.accounts.busy(ANA):
        assert home.accounts.state(ANA).kind == "busy"
        await home.accounts.report(ANA, Unreachable("No."))
        assert home.accounts.state(ANA).kind == "offline"
    assert home.accounts.state(ANA).kind == "offline"


def test_the_vault_is_not_touched_before_it_is_needed(tmp_path: Path) -> None:
    """Starting asks neither for the vault nor for a protocol."""
    home = home_at(tmp_path, {ANA: Server()}, MemoryVault())
    home.accounts._vault = lambda: pytest.fail("asked for the vault")

    assert home.accounts.all() == ()
    home.store.close()


async def test_a_page_that_comes_after_its_account_is_gone_is_not_kept(home: Home) -> None:
    """Signing out wipes the cache, also of what was on its way just then."""
    home.server.write(*(entry(n) for n in range(30)))
    await home.join()
    home.server.gate = asyncio.Event()
    syncing = asyncio.create_task(home.sync.run())
    await until(lambda: home.server.asked)
    await home.accounts.remove(ANA)
    home.server.gate.set()
    await syncing

    assert home.store.reader.keys("all") == []


def test_a_suspended_account_says_whom_to_ask() -> None:
    """Not "offline": nothing is wrong with the line."""
    state = state_after(Suspended("a.example says this account is suspended."))

    assert (state.kind, state.next_step[:3]) == ("suspended", "Ask")
