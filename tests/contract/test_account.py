"""Who we are, and how it ends."""

from __future__ import annotations

import pytest

from app.model import HOME
from app.model.errors import SignedOut
from tests.contract.stages import Stage


async def test_verifying_keeps_who_we_are(stage: Stage) -> None:
    """Identity stays; abilities are what was seen."""
    known = stage.account
    service = stage.service()
    account = await service.verify()

    assert (account.id, account.protocol, account.network, account.server) == (
        known.id,
        known.protocol,
        known.network,
        known.server,
    )
    assert account.uri == known.uri
    assert account.handle
    assert "home" in account.abilities
    assert service.account == account


async def test_opening_asks_nobody(stage: Stage) -> None:
    """A service is made at the start, long before anything is asked."""
    assert stage.service().account == stage.account


async def test_after_signing_out_the_token_is_worthless(stage: Stage) -> None:
    """The server has forgotten it."""
    if not stage.own_session:
        pytest.skip("others use this token")
    service = stage.service()
    await service.page(HOME)
    await service.sign_out()
    if stage.tokens_live_on:
        stage.expire()  # the session is gone: no new token comes
    with pytest.raises(SignedOut):
        await stage.service().page(HOME)


async def test_without_a_secret_one_is_signed_out(stage: Stage) -> None:
    """The vault has nothing: that is the state “signed out”, not a bug."""
    stage.secrets.secrets.clear()
    with pytest.raises(SignedOut):
        await stage.service().page(HOME)
