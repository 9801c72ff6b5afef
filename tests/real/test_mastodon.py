"""Reading and signing in on a running Mastodon-API server."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from app.model import HOME, Cursor, Entry, Source, Stub
from app.model.errors import (
    Malformed,
    NotFound,
    RateLimited,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
    Unsupported,
)
from app.protocols.base import AccountService, Network
from app.protocols.http import Http
from app.protocols.mastodon import network
from tests.rigs import run
from tests.rigs.run import Rig
from tests.unit.protocols.mastodon.server import OneSecret

pytestmark = pytest.mark.real
OOB = "urn:ietf:wg:oauth:2.0:oob"
HOME_PATH = "/api/v1/timelines/home"


@pytest.fixture
async def door() -> AsyncIterator[Network]:
    """The package's front door, with a client of its own."""
    http = Http(user_agent="Godwit tests")
    yield network(http)
    await http.close()


@pytest.fixture
async def ana(door: Network, mastodon_rig: Rig) -> AccountService:
    """The rig's main account, signed in."""
    signed_in = await door.sign_in_secret(mastodon_rig["base_url"], "t_ana")
    return door.open(signed_in.account, OneSecret(signed_in.secret))


def fault(rig: Rig, effect: dict[str, Any], count: int = 1) -> None:
    """Make the server misbehave for its next answers."""
    order = {"match": {"path": HOME_PATH}, "effect": effect, "count": count}
    urllib.request.urlopen(
        urllib.request.Request(
            f"{rig['base_url']}/api/v1/_mock/faults",
            json.dumps(order).encode(),
            {"content-type": "application/json"},
        ),
        timeout=10,
    ).close()


def agree_in_browser(url: str, who: str) -> str:
    """Press the button of *who* on the login page; what the last page says."""
    with urllib.request.urlopen(url, timeout=10) as page:
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.read().decode()))
    body = urllib.parse.urlencode({**form, "username": who}).encode()
    action = urllib.parse.urljoin(url, "/oauth/authorize")
    with urllib.request.urlopen(action, body, timeout=10) as page:
        return page.read().decode()


async def walk(
    service: AccountService, source: Source = HOME, limit: int = 40
) -> list[Entry | Stub]:
    """All of a source, through cursors that went through JSON."""
    items: list[Entry | Stub] = []
    cursor: Cursor | None = None
    for _ in range(100):
        page = await service.page(source, cursor, limit=limit)
        items += page.items
        if page.older is None:
            return items
        cursor = Cursor(json.loads(json.dumps(page.older)))
    pytest.fail("this source has no end")


async def test_the_server_is_seen_before_signing_in(door: Network, mastodon_rig: Rig) -> None:
    """Name, people, rules: as its instance answer has them."""
    seen = await door.preview(mastodon_rig["base_url"])

    assert seen.address == mastodon_rig["base_url"]
    assert seen.title
    assert "people" in seen.subtitle
    assert [fact.label for fact in seen.facts] == ["1", "2"]


async def test_a_browser_signs_in(door: Network, mastodon_rig: Rig) -> None:
    """From the login page through the loopback redirect to an account and its timeline."""
    flow = await door.sign_in_browser(mastodon_rig["base_url"])
    waiting = asyncio.ensure_future(flow.finish())
    said = await asyncio.to_thread(agree_in_browser, flow.url, "bo")
    signed_in = await waiting

    assert "close this tab" in said
    assert signed_in.account.handle.startswith("bo@")
    assert {
        "home",
        "lists",
        "bookmarks",
        "filters",
        "polls",
        "quotes",
    } <= signed_in.account.abilities
    service = door.open(signed_in.account, OneSecret(signed_in.secret))
    assert (await service.page(HOME)).items


async def test_a_code_signs_in(door: Network, mastodon_rig: Rig) -> None:
    """The page shows it, the user pastes it."""
    flow = await door.sign_in_browser(mastodon_rig["base_url"])
    said = await asyncio.to_thread(agree_in_browser, flow.code_url, "emi")  # type: ignore[attr-defined]
    (code,) = re.findall(r"code: ([\w-]+)", said)

    signed_in = await flow.use_code(code)

    assert signed_in.account.handle.startswith("emi@")


@pytest.mark.parametrize(("token", "error"), [("nonsense", SignedOut), ("t_gone", Suspended)])
async def test_a_token_that_does_not_serve_says_why(
    door: Network, mastodon_rig: Rig, token: str, error: type[ServiceError]
) -> None:
    """Wrong token and suspended account are two things."""
    with pytest.raises(error):
        await door.sign_in_secret(mastodon_rig["base_url"], token)


@pytest.fixture
def untouched() -> Iterator[Rig]:
    """A server of its own: others write, repost and block on the one that all share."""
    with run.mastodon("--version", "4.7.3") as rig:
        yield rig


async def test_home_is_read_to_its_end(door: Network, untouched: Rig) -> None:
    """Nothing twice, nothing unreadable, newest first, the same in small pages."""
    signed_in = await door.sign_in_secret(untouched["base_url"], "t_ana")
    ana = door.open(signed_in.account, OneSecret(signed_in.secret))
    items = await walk(ana)
    small = await walk(ana, limit=7)

    keys = [item.key for item in items]
    assert len(keys) > 90
    assert len(set(keys)) == len(keys)
    assert [item.key for item in small] == keys
    assert not [item for item in items if isinstance(item, Stub)]
    assert [item.sort_at for item in items] == sorted(
        (item.sort_at for item in items), reverse=True
    )


async def test_what_the_server_was_seeded_with_arrives(ana: AccountService) -> None:
    """Reposts, quotes, warnings, polls, pictures, replies, filters, tags, mentions."""
    entries = [item for item in await walk(ana) if isinstance(item, Entry)]
    posts = [item.post for item in entries]
    kinds = {span.kind for post in posts for span in post.text.spans}

    assert any(item.repost and item.key != item.post.uri for item in entries)
    assert any(post.quote and post.quote.post for post in posts)
    assert any(advisory.kind == "warning" for post in posts for advisory in post.advisories)
    assert any(media.alt for post in posts for media in post.media)
    assert any(post.reply_to and post.reply_to.author for post in posts)
    assert any(item.viewer.filtered for item in entries)
    assert any(post.visibility != "public" for post in posts)
    assert any("@remote.example" in post.author.handle for post in posts)
    assert {"link", "mention", "tag", "emoji"} <= kinds
    assert all("@" in post.author.handle and post.author.uri for post in posts)


async def test_other_sources_are_read_too(ana: AccountService) -> None:
    """Bookmarks, an author's posts, a tag; what is not there says so."""
    assert await walk(ana, Source("bookmarks"))
    assert await walk(ana, Source("tag", "photo"))
    assert all(
        isinstance(item, Entry) for item in await walk(ana, Source("author", ana.account.uri))
    )
    with pytest.raises(NotFound):
        await ana.page(Source("list", "999999"))
    with pytest.raises(Unsupported):
        await ana.page(Source("feed", "anything"))


@pytest.mark.parametrize(
    ("effect", "error"),
    [
        ({"type": "status", "status": 503}, Unreachable),
        ({"type": "status", "status": 401}, SignedOut),
        ({"type": "ratelimit"}, RateLimited),
        ({"type": "malformed"}, Malformed),
    ],
)
async def test_faults_have_their_errors_and_pass(
    ana: AccountService, mastodon_rig: Rig, effect: dict[str, Any], error: type[ServiceError]
) -> None:
    """The next answer is read as if nothing had been (after a pause, where one is asked for)."""
    fault(mastodon_rig, effect)
    with pytest.raises(error) as caught:
        await ana.page(HOME)

    assert caught.value.next_step
    if error is not RateLimited:
        assert (await ana.page(HOME)).items


async def test_signing_out_ends_the_token(door: Network, mastodon_rig: Rig) -> None:
    """What was revoked at the server no longer reads."""
    flow = await door.sign_in_browser(mastodon_rig["base_url"])
    waiting = asyncio.ensure_future(flow.finish())
    await asyncio.to_thread(agree_in_browser, flow.url, "cleo")
    signed_in = await waiting
    service = door.open(signed_in.account, OneSecret(signed_in.secret))
    assert (await service.page(HOME)).items

    await service.sign_out()

    with pytest.raises(SignedOut):
        await service.page(HOME)


async def test_verifying_tells_the_same_account(ana: AccountService) -> None:
    """The id stays; abilities are those that answered."""
    before = ana.account

    assert (await ana.verify()).id == before.id
    assert ana.account.abilities == before.abilities
