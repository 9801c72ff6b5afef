"""A network in a dictionary: who answers what, and who was asked what."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import replace

from app.model.errors import Unreachable
from app.protocols.http import Http, Reply

PDS = "https://pds.birds.social"
PLC = "https://plc.directory"


class Asked(Struct, frozen=True):
    """One request, as the protocol made it."""

    method: str
    url: str
    headers: dict[str, str] = {}
    params: dict[str, Any] = {}
    form: dict[str, str] = {}
    json: Any = None
    background: bool = False
    public: bool = False


Answer = Reply | Callable[[Asked], Reply]


def reply(status: int = 200, body: Any = None, **headers: str) -> Reply:
    """An answer with a JSON body; ``dpop_nonce="…"`` names a header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, named, data, "")


class ScriptedHttp:
    """
    Stands in for ``Http``: answers by method and URL without query.

    Several answers to one address are given one after the other, the last
    one for ever. An address that is not there is unreachable.
    """

    def __init__(self, answers: Mapping[str, Answer | list[Answer]]) -> None:
        self.answers = {key: _listed(value) for key, value in answers.items()}
        self.asked: list[Asked] = []
        self.private: set[str] = set()

    @property
    def http(self) -> Http:
        """As the type that is wanted."""
        return cast(Http, self)

    def add(self, key: str, *answers: Answer) -> None:
        """Answer *key* from now on with *answers*."""
        self.answers[key] = list(answers)

    def seen(self, end: str) -> list[Asked]:
        """The requests to addresses that end so."""
        return [asked for asked in self.asked if asked.url.endswith(end)]

    def allow_private(self, origin: str) -> None:
        self.private.add(origin)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | Sequence[tuple[str, Any]] | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        background: bool = False,
        public: bool = False,
        **_: Any,
    ) -> Reply:
        asked = Asked(
            method,
            url,
            dict(headers or {}),
            _grouped(params or {}),
            dict(form or {}),
            json,
            background,
            public,
        )
        return self._answer(asked)

    async def upload(
        self,
        method: str,
        url: str,
        *,
        file: Path,
        mime: str,
        headers: Mapping[str, str] | None = None,
        progress: Callable[[float], None] = lambda done: None,
        **_: Any,
    ) -> Reply:
        progress(1.0)
        return self._answer(
            Asked(method, url, dict(headers or {}) | {"content-type": mime}, json=file.read_bytes())
        )

    async def fetch_public(self, url: str, **_: Any) -> Reply:
        found = self._answer(Asked("GET", url, public=True))
        return replace(found, url=found.url or url)

    def _answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        queue = self.answers.get(f"{asked.method} {asked.url}") or self.answers.get(asked.url)
        if not queue:
            raise Unreachable(f"{asked.url}?{urlencode(dict(asked.params))} does not answer.")
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        return answer if isinstance(answer, Reply) else answer(asked)


def _grouped(params: Mapping[str, Any] | Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A parameter that is given more than once is a list."""
    if isinstance(params, Mapping):
        return dict(params)
    found: dict[str, Any] = {}
    for name, value in params:
        found.setdefault(name, []).append(value)
    return found


def _listed(value: Answer | list[Answer]) -> list[Answer]:
    return list(value) if isinstance(value, list) else [value]


async def no_txt(name: str) -> list[str]:
    """A DNS without records."""
    return []


def document(did: str, handle: str, pds: str = PDS, **more: Any) -> dict[str, Any]:
    """A DID document."""
    return {
        "id": did,
        "alsoKnownAs": [f"at://{handle}"],
        "service": [
            {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": pds}
        ],
        **more,
    }
