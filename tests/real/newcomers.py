"""Accounts that are made for one test, on the first network's rig."""

from __future__ import annotations

import json
import secrets
import urllib.parse
import urllib.request
from typing import Any

from msgspec import structs

from app.model import Account, Entry, Source
from app.model.belongings import Followed, Muted, OwnList, ProfileLine
from app.model.moderation import Filter, FilterWord
from app.services.house import House
from tests.rigs.run import Rig


async def newcomer(house: House, rig: Rig) -> Account:
    """Somebody who has just signed up, signed in here."""
    base = rig["base_url"]
    app = _post(base, "/api/v1/apps", client_name="x", redirect_uris="urn:ietf:wg:oauth:2.0:oob")
    grant = {"grant_type": "client_credentials", "scope": "read write follow"}
    known = {name: app[name] for name in ("client_id", "client_secret")}
    token = _post(base, "/oauth/token", **grant, **known)["access_token"]
    name = f"new_{secrets.token_hex(4)}"
    made = _post(
        base,
        "/api/v1/accounts",
        token,
        username=name,
        email=f"{name}@rig.example",
        password=secrets.token_hex(8),
        agreement="true",
        locale="en",
    )
    network = house.registry().network("mastodon")
    return await house.accounts.add(await network.sign_in_secret(base, str(made["access_token"])))


async def settled(house: House, rig: Rig) -> Account:
    """
    A newcomer with a little of everything: whose limits are nobody else's.

    Everybody's token has a limit of its own, and the rig's people are in all tests.
    """
    account = await newcomer(house, rig)
    one: Any = house.accounts.service(account.id)
    here = account.handle.partition("@")[2]
    for name, reposts in (("bo", True), ("cleo", False), ("dov", True)):
        await one.take_follow(Followed(f"{name}@{here}", "", reposts))
    await one.take_follow(Followed("rita@remote.example"))
    await one.take_note("rita@remote.example", "Met at the harbour")
    await one.take_mute(Muted(f"botty@{here}", "", False), seconds=86_400)
    await one.take_mute(Muted(f"quiet@{here}"))
    await one.take_block(f"spam@{here}")
    await one.block_server("blocked.example")
    for title, replies in (("Friends", "list"), ("Nobody", "none")):
        ref = await one.take_list(OwnList(title=title, replies=replies))
        if title == "Friends":
            await one.take_member(ref, f"bo@{here}")
    found = await one.page(Source("author", f"{rig['base_url']}/users/bo"), limit=3)
    for item in found.items:
        if isinstance(item, Entry):
            await one.take_bookmark(item.post.uri)
    await one.take_tag("birds")
    words = (FilterWord("ebb", False), FilterWord("flood"))
    await one.save_filter(Filter(id="", title="Tide", contexts=frozenset({"home"}), words=words))
    lines = (ProfileLine("Web", "https://example.org"),)
    mine = await one.own_profile()
    await one.take_profile(structs.replace(mine, name="Settled", text="By the sea", fields=lines))
    return account


def _post(base: str, path: str, token: str = "", **form: str) -> dict[str, Any]:
    request = urllib.request.Request(base + path, urllib.parse.urlencode(form).encode())
    if token:
        request.add_header("authorization", f"Bearer {token}")
    with urllib.request.urlopen(request) as answer:
        return dict(json.load(answer))
