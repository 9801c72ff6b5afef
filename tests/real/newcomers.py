"""Accounts that are made for one test, on the first network's rig."""

from __future__ import annotations

import json
import secrets
import urllib.parse
import urllib.request
from typing import Any

from app.model import Account
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


def _post(base: str, path: str, token: str = "", **form: str) -> dict[str, Any]:
    request = urllib.request.Request(base + path, urllib.parse.urlencode(form).encode())
    if token:
        request.add_header("authorization", f"Bearer {token}")
    with urllib.request.urlopen(request) as answer:
        return dict(json.load(answer))
