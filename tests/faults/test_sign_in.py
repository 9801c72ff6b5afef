"""Signing in when something is wrong: refused in words, and nothing is left behind."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import AsyncExitStack

import pytest

from tests.contract import bluesky_server, mastodon_server
from tests.contract.server import Answer
from tests.faults.conftest import add_bluesky, add_mastodon
from tests.faults.godwit import Done, Godwit, must_be_refused
from tests.faults.world import MAIL_CODE, PASSWORD, World, in_thread, session
from tests.unit.protocols.wire import Wire, always, answer, certificate, serving

CREATE = "/xrpc/com.atproto.server.createSession"
VERIFY = "/api/v1/accounts/verify_credentials"
TOKEN = mastodon_server.TOKEN + "\n"


def must_leave_nothing(fresh: Godwit) -> None:
    """No account, and no secret in any file."""
    assert fresh.ok("account", "list") == []
    for name, data in fresh.files().items():
        assert b"canary" not in data, name


def sign_in_bluesky(fresh: Godwit, world: World, password: str = PASSWORD) -> Done:
    """With JSON, so that both voices are checked."""
    return fresh.run("--json", *add_bluesky(world), stdin=password + "\n")


def sign_in_mastodon(fresh: Godwit, world: World, token: str = TOKEN) -> Done:
    """With JSON, so that both voices are checked."""
    return fresh.run("--json", *add_mastodon(world), stdin=token)


def test_it_works_when_nothing_is_wrong(fresh: Godwit, world: World) -> None:
    """The other side of all these tests; and no secret is in any file."""
    fresh.ok(*add_mastodon(world), stdin=TOKEN)
    fresh.ok(*add_bluesky(world), stdin=PASSWORD + "\n")

    assert len(fresh.ok("account", "list")) == 2
    assert not [name for name, data in fresh.files().items() if b"canary" in data]


# --------------------------------------------------------- what was typed


def test_a_wrong_password(fresh: Godwit, world: World) -> None:
    """It says so, and what an app password is."""
    done = sign_in_bluesky(fresh, world, "canary-wrong")

    must_be_refused(done, kind="signed_out", says="Wrong handle or password", then="app password")
    must_leave_nothing(fresh)


def test_a_wrong_token(fresh: Godwit, world: World) -> None:
    """It says so; the token does not come back."""
    done = sign_in_mastodon(fresh, world, "canary-wrong\n")

    must_be_refused(
        done, kind="signed_out", says="does not accept this token", then="Make a new one"
    )
    must_leave_nothing(fresh)


def test_a_code_by_mail(fresh: Godwit, world: World) -> None:
    """Asked for without a terminal: the variable is named; wrong: said; right: signed in."""
    world.needs_code = True
    must_be_refused(
        sign_in_bluesky(fresh, world),
        kind="needs_code",
        says="sent a code",
        then="GODWIT_SIGN_IN_CODE",
    )

    fresh.more["GODWIT_SIGN_IN_CODE"] = "WRONG-WRONG"
    wrong = sign_in_bluesky(fresh, world)
    must_be_refused(wrong, kind="needs_code", says="wrong or too old", then="GODWIT_SIGN_IN_CODE")
    must_leave_nothing(fresh)

    fresh.more["GODWIT_SIGN_IN_CODE"] = MAIL_CODE.replace("-", "").lower()
    assert sign_in_bluesky(fresh, world).status == 0


def test_a_server_that_is_none(fresh: Godwit, world: World) -> None:
    """A website, a name of nobody, words that are no address."""
    world.say("mastodon", "", Answer(b"<!doctype html><title>Bakery</title>", 200, {}))
    website = sign_in_mastodon(fresh, world)
    nobody = fresh.run(
        "--json",
        "account",
        "add",
        "mastodon",
        "https://nobody.invalid",
        "--token-stdin",
        stdin="t\n",
    )
    words = fresh.run(
        "--json", "account", "add", "mastodon", "no address", "--token-stdin", stdin="t\n"
    )

    must_be_refused(website, kind="unsupported", says="not a server of this kind", then="address")
    must_be_refused(nobody, kind="unreachable", says="nobody.invalid", then="spelling")
    must_be_refused(
        words, status=2, kind="bad_input", says="not the address of a server", then="Type it as"
    )
    must_leave_nothing(fresh)


# --------------------------------------------------------- the account


@pytest.mark.parametrize(
    ("reply", "says", "then"),
    [
        (
            Answer({"error": "AccountTakedown", "message": "Account has been taken down"}, 401),
            "taken down",
            "moderators",
        ),
        (
            Answer({"error": "AccountDeactivated", "message": "Account is deactivated"}, 401),
            "deactivated",
            "Activate it again",
        ),
    ],
    ids=["taken down", "deactivated"],
)
def test_an_account_that_is_closed(
    fresh: Godwit, world: World, reply: Answer, says: str, then: str
) -> None:
    """It says which, and whom to ask."""
    world.say("bluesky", CREATE, reply)

    must_be_refused(sign_in_bluesky(fresh, world), kind="suspended", says=says, then=then)
    must_leave_nothing(fresh)


def test_an_account_that_sleeps(fresh: Godwit, world: World) -> None:
    """Newer servers let it in, and say that it is not active."""
    asleep = session(bluesky_server.TOKEN) | {"active": False, "status": "deactivated"}
    world.say("bluesky", CREATE, Answer(asleep))
    world.say("bluesky", "/xrpc/com.atproto.server.getSession", Answer(asleep))

    done = sign_in_bluesky(fresh, world)
    must_be_refused(done, kind="suspended", says="deactivated", then="Activate it again")
    must_leave_nothing(fresh)


def test_an_account_that_moderators_have_closed(fresh: Godwit, world: World) -> None:
    """403 with words, as this kind of server says it."""
    closed = Answer({"error": "Your login is currently disabled"}, 403)
    world.say("mastodon", VERIFY, closed)

    must_be_refused(
        sign_in_mastodon(fresh, world), kind="suspended", says="suspended", then="moderators"
    )
    must_leave_nothing(fresh)


# --------------------------------------------------------- the way there


@pytest.fixture(scope="module")
def self_signed() -> Iterator[Wire]:
    """An https server whose certificate nobody vouches for."""
    tls: tuple[ssl.SSLContext, ssl.SSLContext] = certificate(["127.0.0.1", "localhost"])

    async def begin(stack: AsyncExitStack) -> Wire:
        return await stack.enter_async_context(serving(always(answer(200, b"{}")), tls[0]))

    with in_thread(begin) as wire:
        yield wire


def test_a_certificate_that_is_not_trusted(fresh: Godwit, self_signed: Wire) -> None:
    """No way round it is offered, and no token was sent."""
    done = fresh.run(
        "--json", "account", "add", "mastodon", self_signed.origin, "--token-stdin", stdin=TOKEN
    )

    must_be_refused(done, kind="unreachable", says="certificate")
    assert self_signed.asked == []
    must_leave_nothing(fresh)


@pytest.mark.parametrize(
    ("network", "fault", "kind"),
    [
        ("mastodon", "down", "unreachable"),
        ("mastodon", "cut", "unreachable"),
        ("mastodon", "limited", "rate_limited"),
        ("mastodon", "truncated", "unsupported"),
        ("bluesky", "down", "unreachable"),
        ("bluesky", "cut", "unreachable"),
        ("bluesky", "limited", "rate_limited"),
        ("bluesky", "truncated", "malformed"),
    ],
)
def test_a_server_in_trouble(
    fresh: Godwit, world: World, network: str, fault: str, kind: str
) -> None:
    """Each kind of trouble has its words; signing in leaves nothing behind."""
    world.server(network).fault = fault
    sign_in = sign_in_mastodon if network == "mastodon" else sign_in_bluesky

    must_be_refused(sign_in(fresh, world), kind=kind, says="127.0.0.1")
    must_leave_nothing(fresh)


# --------------------------------------------------------- the vault


def test_without_a_passphrase(fresh: Godwit, world: World) -> None:
    """No keyring and no passphrase: nothing is asked of the server, nothing is kept."""
    fresh.more["GODWIT_PASSPHRASE"] = None
    world.asked["mastodon"].clear()
    done = sign_in_mastodon(fresh, world)

    must_be_refused(done, kind="vault_absent", says="no keyring", then="GODWIT_PASSPHRASE")
    assert world.asked["mastodon"] == []
    must_leave_nothing(fresh)


def test_with_the_wrong_passphrase(godwit: Godwit, world: World) -> None:
    """The vault stays shut, as it was; reading goes on; the right one opens it."""
    before, posts = godwit.files()["vault.json"], godwit.posts()
    godwit.more["GODWIT_PASSPHRASE"] = "canary-not-this-one"
    must_be_refused(godwit.run("--json", "sync"), kind="vault", says="assphrase", then="assphrase")
    must_be_refused(sign_in_mastodon(godwit, world), says="passphrase is wrong")

    assert godwit.files()["vault.json"] == before
    assert godwit.posts() == posts
    godwit.more.clear()
    assert godwit.run("sync").status == 0
