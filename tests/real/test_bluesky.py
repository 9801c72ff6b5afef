"""Bluesky against real servers: PLC, two PDSes, AppView, labeler, feed generator."""

from __future__ import annotations

import asyncio
import base64
import json
import urllib.request
from typing import Any

import pytest

from app.model import HOME, Account, Cursor, Entry, Source
from app.model.errors import NotFound, Refused, SignedOut, Suspended, Unreachable
from app.protocols.base import AccountService, FindsOrigin
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.sign_in import HeldSecrets
from app.protocols.http import Http
from tests.real.bluesky_browser import PlayedBrowser
from tests.rigs.run import Rig, catch_up, tell

pytestmark = pytest.mark.real


@pytest.fixture
def door(http: Http) -> BlueskyNetwork:
    return BlueskyNetwork(http, environment={})


def person(rig: Rig, name: str) -> Any:
    return next(a for a in rig["accounts"] if a["handle"].startswith(f"{name}."))


def options(rig: Rig, **more: str) -> dict[str, str]:
    return {"pds": rig["pds"][0], **more}


async def signed_in(
    door: BlueskyNetwork, rig: Rig, name: str = "alice"
) -> tuple[AccountService, HeldSecrets]:
    who = person(rig, name)
    done = await door.sign_in_secret(who["handle"], who["password"], options=options(rig))
    held = HeldSecrets(done.secret)
    return door.open(done.account, held), held


async def by_browser(door: BlueskyNetwork, rig: Rig, name: str) -> tuple[Account, HeldSecrets]:
    who = person(rig, name)
    sign_in = await door.sign_in_browser(who["handle"], options(rig))
    finishing = asyncio.create_task(sign_in.finish())
    await asyncio.to_thread(PlayedBrowser(sign_in.url).agree, who["handle"], who["password"])
    done = await finishing
    return done.account, HeldSecrets(done.secret)


async def whole(service: AccountService, source: Source = HOME, limit: int = 30) -> list[Entry]:
    """All pages of *source*; stubs fail the test."""
    found: list[Entry] = []
    cursor: Cursor | None = None
    while True:
        page = await service.page(source, cursor, limit=limit)
        entries = [item for item in page.items if isinstance(item, Entry)]
        assert len(page.items) == len(entries)
        found += entries
        cursor = page.older
        if cursor is None:
            return found


async def test_a_preview_proves_a_handle_both_ways(door: BlueskyNetwork, atproto_rig: Rig) -> None:
    """With the server typed alone, and with the directory beside it."""
    alice = person(atproto_rig, "alice")

    alone = await door.preview("@alice.pds-a.test", options(atproto_rig))
    both = await door.preview("alice.pds-a.test", options(atproto_rig, plc=atproto_rig["plc"]))

    assert alone == both
    assert (True, "Alice 🌻") == (alone.verified, alone.title)
    assert alice["did"] in [fact.value for fact in alone.facts]
    assert ("browser", "password") == alone.methods


async def test_a_handle_that_nobody_has_is_not_found(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """In words."""
    with pytest.raises(NotFound):
        await door.preview("nobody.pds-a.test", options(atproto_rig))


async def test_an_app_password_reads_the_whole_timeline(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """A hundred posts or more, newest first, page by page, none twice."""
    service, _ = await signed_in(door, atproto_rig)

    entries = await whole(service)

    keys = [entry.key for entry in entries]
    assert len(keys) >= 100
    assert len(set(keys)) == len(keys)
    times = [entry.sort_at for entry in entries]
    assert sorted(times, reverse=True) == times
    reads = {"home", "feeds", "lists", "bookmarks", "search", "quotes", "tags"}
    assert (
        reads | {"write", "media", "react", "threads", "report", "public_blocks"}
        == service.account.abilities
    )


async def test_a_wrong_password_is_signed_out(door: BlueskyNetwork, atproto_rig: Rig) -> None:
    """With what to do."""
    with pytest.raises(SignedOut, match="Wrong"):
        await door.sign_in_secret("bob.pds-a.test", "wrong", options=options(atproto_rig))


async def test_every_kind_of_post_comes_out_as_it_is(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """The rig's special posts, found in their authors' feeds."""
    service, _ = await signed_in(door, atproto_rig)
    things = atproto_rig["things"]
    posts = {entry.post.uri: entry.post for entry in await whole(service)}

    assert 4 == len(posts[things["fourPictures"]].media)
    assert ["video"] == [media.kind for media in posts[things["video"]].media]
    card = posts[things["card"]].card
    assert card is not None
    assert "Page 1 & its card" == card.title
    assert ["mention", "link", "tag", "tag"] == [
        span.kind for span in posts[things["facets"]].text.spans
    ]
    porn = posts[things["selfLabelled"]["porn"]]
    assert [("label", "porn", "", "media")] == [
        (a.kind, a.text, a.source, a.scope) for a in porn.advisories
    ]
    replies = {p.reply_to.state for p in posts.values() if p.reply_to}
    assert {"shown", "deleted"} <= replies


async def test_an_expired_token_is_renewed_on_the_way(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """The server says 400 ExpiredToken; nobody notices."""
    service, held = await signed_in(door, atproto_rig)
    expired = tell(
        atproto_rig, "/rig/token", {"did": service.account.uri, "pds": 0, "expired": True}
    )
    token = expired["accessJwt"]
    held.secret = held.secret | {"access": token}
    again = door.open(service.account, held)

    pages = await asyncio.gather(*(again.page(HOME, limit=5) for _ in range(4)))

    assert [5, 5, 5, 5] == [len(page.items) for page in pages]
    assert token != held.secret["access"]


def admin(rig: Rig, method: str, body: dict[str, Any]) -> None:
    """A moderator's act on the first PDS."""
    password = base64.b64encode(f"admin:{rig['adminPassword']}".encode()).decode()
    request = urllib.request.Request(
        f"{rig['pds'][0]}/xrpc/{method}",
        json.dumps(body).encode(),
        {"content-type": "application/json", "authorization": f"Basic {password}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200


async def test_an_account_that_is_taken_down_says_so(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """To who is signed in, and to who tries to sign in; then it is given back."""
    trent = person(atproto_rig, "trent")
    service, held = await signed_in(door, atproto_rig, "trent")
    subject = {"$type": "com.atproto.admin.defs#repoRef", "did": trent["did"]}
    status = {"subject": subject, "takedown": {"applied": True, "ref": "1"}}

    admin(atproto_rig, "com.atproto.admin.updateSubjectStatus", status)
    try:
        with pytest.raises(Suspended):
            await service.verify()
        held.secret = held.secret | {"access": held.secret["access"][:-4] + "AAAA"}
        with pytest.raises(Suspended, match="taken down"):
            await door.open(service.account, held).page(HOME)
        with pytest.raises(Suspended, match="taken down"):
            await signed_in(door, atproto_rig, "trent")
    finally:
        status["takedown"] = {"applied": False}
        admin(atproto_rig, "com.atproto.admin.updateSubjectStatus", status)
        await asyncio.to_thread(catch_up, atproto_rig)

    service, _ = await signed_in(door, atproto_rig, "trent")
    assert (await service.page(HOME)).items


async def test_signing_out_ends_the_session(door: BlueskyNetwork, atproto_rig: Rig) -> None:
    """The refresh token is dead at the server."""
    service, held = await signed_in(door, atproto_rig, "bob")
    await service.sign_out()
    held.secret = held.secret | {"access": "spent"}

    with pytest.raises(SignedOut):
        await door.open(service.account, held).page(HOME)


async def test_feeds_lists_authors_and_bookmarks_are_sources(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """Each in its own way, failing ones in words."""
    service, _ = await signed_in(door, atproto_rig)
    feeds = atproto_rig["feeds"]

    assert await whole(service, Source("feed", feeds["newest"]))
    assert [] == await whole(service, Source("feed", feeds["empty"]))
    with pytest.raises(Unreachable, match="feed"):
        await service.page(Source("feed", feeds["broken"]))
    with pytest.raises(NotFound, match="feed"):
        await service.page(Source("feed", feeds["newest"].replace("newest", "nope")))
    assert await whole(service, Source("list", atproto_rig["things"]["list"]))
    assert await whole(service, Source("author", person(atproto_rig, "bob")["did"]))
    assert await whole(service, Source("bookmarks"))


async def test_an_author_that_blocks_me_says_so(door: BlueskyNetwork, atproto_rig: Rig) -> None:
    """Not an error of ours."""
    service, _ = await signed_in(door, atproto_rig)

    with pytest.raises(Refused, match="blocks"):
        await service.page(Source("author", person(atproto_rig, "mallory")["did"]))


async def test_accounts_elsewhere_are_found_through_the_directory(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """What the proof of bridged posts rests on."""
    who = person(atproto_rig, "alice")
    done = await door.sign_in_secret(
        who["handle"], who["password"], options=options(atproto_rig, plc=atproto_rig["plc"])
    )
    service = door.open(done.account, HeldSecrets(done.secret))
    assert isinstance(service, FindsOrigin)
    carols = await whole(service, Source("author", person(atproto_rig, "carol")["did"]))

    assert atproto_rig["pds"][0] == await service.origin_server(carols[0].post)


# ------------------------------------------------------------------- OAuth


async def test_the_browser_signs_in_reads_renews_and_signs_out(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """The whole life of an OAuth session, on real servers with real nonces."""
    account, held = await by_browser(door, atproto_rig, "carol")
    service = door.open(account, held)
    before = dict(held.secret)

    assert "carol.pds-a.test" == account.handle
    assert "home" in account.abilities
    assert (await service.page(HOME, limit=5)).items

    held.secret = held.secret | {"access": before["access"][:-4] + "AAAA"}
    renewed = door.open(account, held)
    pages = await asyncio.gather(*(renewed.page(HOME, limit=5) for _ in range(4)))
    assert all(page.items for page in pages)
    assert before["refresh"] != held.secret["refresh"]

    await renewed.sign_out()
    with pytest.raises(SignedOut):
        await door.open(account, held).page(HOME)


async def test_no_in_the_browser_is_told(door: BlueskyNetwork, atproto_rig: Rig) -> None:
    """Nothing is kept, nothing listens on."""
    sign_in = await door.sign_in_browser("dan.pds-a.test", options(atproto_rig))
    finishing = asyncio.create_task(sign_in.finish())
    await asyncio.to_thread(PlayedBrowser(sign_in.url).refuse)

    with pytest.raises(Refused, match="no in the browser"):
        await finishing


async def test_signing_in_as_another_than_meant_is_refused(
    door: BlueskyNetwork, atproto_rig: Rig
) -> None:
    """The page lets one choose; what was typed counts."""
    bob = person(atproto_rig, "bob")
    sign_in = await door.sign_in_browser("dan.pds-a.test", options(atproto_rig))
    finishing = asyncio.create_task(sign_in.finish())
    await asyncio.to_thread(PlayedBrowser(sign_in.url).agree, bob["handle"], bob["password"])

    with pytest.raises(Refused, match="another account"):
        await finishing
