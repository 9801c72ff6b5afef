"""Signing in to the demo, and what may go wrong on purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.model import HOME
from app.model.errors import NeedsCode, NotFound, RateLimited, Refused, SignedOut
from app.protocols import demo
from app.protocols.demo.network import CODE
from tests.kept_secrets import KeptSecrets

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)


@pytest.fixture
def network() -> demo.DemoNetwork:
    """A small demo."""
    return demo.network(now=NOW, per_network=5)


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("saltmarsh.example", "juno@saltmarsh.example"),
        ("https://saltmarsh.example/", "juno@saltmarsh.example"),
        ("@juno@saltmarsh.example", "juno@saltmarsh.example"),
        ("Juno.Example.ORG", "juno.example.org"),
        ("boatyard.example", "kiel@boatyard.example"),
    ],
)
async def test_an_account_is_found_by_server_or_handle(network, address, account) -> None:
    """As people type it; the preview says that it is made up."""
    network.faults[demo.KIEL].wait = None
    preview = await network.preview(address)
    done = await network.sign_in_secret(preview.address, "demo")

    assert done.account.id == account
    assert "made-up" in preview.text


async def test_wrong_words_are_told_apart(network) -> None:
    """No such account, wrong password, a code is missing, a wrong code."""
    with pytest.raises(NotFound):
        await network.preview("elsewhere.example")
    with pytest.raises(SignedOut):
        await network.sign_in_secret("saltmarsh.example", "hunter2")
    with pytest.raises(NeedsCode):
        await network.sign_in_secret("estuary.example.net", "demo")

    done = await network.sign_in_secret("estuary.example.net", "demo", CODE)

    assert done.account.handle == "estuary.example.net"


async def test_the_browser_way_ends_by_itself(network) -> None:
    """Nobody has to agree anywhere; a pasted code works as well."""
    flow = await network.sign_in_browser("saltmarsh.example")

    assert flow.url.startswith("https://saltmarsh.example/")
    assert (await flow.finish()).account.id == demo.JUNO
    assert (await flow.use_code(CODE)).account.id == demo.JUNO
    with pytest.raises(Refused):
        await flow.use_code("TERNS")
    await flow.close()


async def test_the_third_account_waits_as_in_the_pictures(network) -> None:
    """Four minutes from now."""
    service = network.open(demo.ACCOUNTS[2], KeptSecrets.of(demo.signed_in(demo.ACCOUNTS[2])))
    with pytest.raises(RateLimited) as caught:
        await service.page(HOME)

    assert caught.value.until == NOW + timedelta(minutes=4)


async def test_signing_out_makes_the_token_worthless(network) -> None:
    """As a server would; signing in again brings it back."""
    account = demo.ACCOUNTS[0]
    service = network.open(account, KeptSecrets.of(demo.signed_in(account)))
    await service.sign_out()
    with pytest.raises(SignedOut):
        await service.page(HOME)

    await network.sign_in_secret("saltmarsh.example", "demo")

    assert (await service.page(HOME)).items


async def test_the_bridge_keeps_the_records_of_those_it_copies(network) -> None:
    """The proof of a copy: where its author's records are."""
    account = demo.ACCOUNTS[1]
    service = network.open(account, KeptSecrets.of(demo.signed_in(account)))
    items = (await service.page(HOME)).items
    copy = next(item.post for item in items if item.post.bridged_from)
    native = next(item.post for item in items if not item.post.bridged_from)

    assert await service.origin_server(copy) == "https://pds.bridge.example"
    assert await service.origin_server(native) == "https://pds.sky.example"


async def test_some_pages_may_break_and_be_short(network) -> None:
    """Enough to leave a gap: a short page, then a page that does not come."""
    account = demo.ACCOUNTS[0]
    network.faults[account.id].most = 5
    network.faults[account.id].breaks = 1
    service = network.open(account, KeptSecrets.of(demo.signed_in(account)))
    page = await service.page(HOME)

    assert len(page.items) == 5
    with pytest.raises(Exception, match="did not answer"):
        await service.page(HOME, page.older)
    assert (await service.page(HOME, page.older)).items
