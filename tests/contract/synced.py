"""A real network whose views lag behind its repos, made to wait for itself."""

from __future__ import annotations

import secrets
from typing import Any

from app.protocols.base import Network, SignedIn
from app.protocols.http import Http, Reply
from tests.rigs.run import Rig

PASSWORD = "rig-password"


class SyncedHttp(Http):
    """
    Before a view is asked for, whatever was written is indexed.

    Args:
        control: The rig's control port, which knows when that is so.
    """

    def __init__(self, control: str) -> None:
        super().__init__(user_agent="Godwit/contract")
        self._control = control
        self._written = False

    async def request(self, method: str, url: str, **more: Any) -> Reply:
        """One request, and if needed another one before it."""
        if self._written and method == "GET" and "/xrpc/app.bsky." in url:
            self._written = False
            await super().request("POST", f"{self._control}/rig/sync", json={}, why="tests")
        self._written |= method == "POST"
        return await super().request(method, url, **more)


async def newcomer(http: Http, network: Network, rig: Rig) -> SignedIn:
    """An account that nobody else uses."""
    name = f"c{secrets.token_hex(5)}"
    handle = f"{name}.pds-a.test"
    body = {"handle": handle, "email": f"{name}@example.com", "password": PASSWORD}
    url = f"{rig['pds'][0]}/xrpc/com.atproto.server.createAccount"
    reply = await http.request("POST", url, json=body, why="tests")
    assert reply.status == 200, reply.body
    return await network.sign_in_secret(handle, PASSWORD, options=_options(rig))


def _options(rig: Rig) -> dict[str, str]:
    return {"plc": rig["plc"], "pds": rig["pds"][0]}
