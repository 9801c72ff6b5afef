"""
Plays the browser at a PDS's sign-in page: what its own scripts send, sent by hand.

The page is a script that talks JSON to its server; signing in and consenting
are two of its calls. Cookies are carried by hand, since these are "secure"
ones on plain http.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx

_API = "/@atproto/oauth-provider/~api"


class PlayedBrowser:
    """One visit of a sign-in page, from the address to the redirect home."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._url = url
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._cookies: dict[str, str] = {}
        self._client = httpx.Client(follow_redirects=False, trust_env=False, timeout=30)

    def agree(self, handle: str, password: str) -> None:
        """Sign in, consent, and follow the way back to who asked."""
        with self._client:
            self._visit(self._url, site="none")
            signed_in = self._post(
                "/sign-in", {"locale": "en", "username": handle, "password": password}
            )
            way_back = self._post(
                "/consent",
                {"did": signed_in["account"]["did"]},
                token=signed_in["ephemeralToken"],
            )
            self._go_back(way_back["url"])

    def refuse(self) -> None:
        """Say no, and follow the way back."""
        with self._client:
            self._visit(self._url, site="none")
            self._go_back(self._post("/reject", {})["url"])

    def _go_back(self, url: str) -> None:
        redirect = self._visit(url, site="same-origin")
        answer = self._client.get(redirect.headers["location"])
        assert answer.status_code == 200, answer.text

    def _visit(self, url: str, *, site: str) -> httpx.Response:
        headers = {
            "sec-fetch-site": site,
            "sec-fetch-mode": "navigate",
            "sec-fetch-dest": "document",
        }
        if site == "same-origin":
            headers["referer"] = self._url
        return self._kept(self._client.get(url, headers=headers | self._carried()))

    def _post(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        headers = {
            "sec-fetch-site": "same-origin",
            "sec-fetch-mode": "same-origin",
            "origin": self._origin,
            "referer": self._url,
            "x-csrf-token": self._cookies["csrf-token"],
        }
        if token:
            headers["authorization"] = f"Bearer {token}"
        reply = self._client.post(
            f"{self._origin}{_API}{path}", json=body, headers=headers | self._carried()
        )
        assert reply.status_code == 200, reply.text
        return self._kept(reply).json()

    def _carried(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        return {"cookie": pairs} if pairs else {}

    def _kept(self, reply: httpx.Response) -> httpx.Response:
        for line in reply.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value.strip()
        self._client.cookies.clear()
        return reply
