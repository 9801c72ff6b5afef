"""
Filters that the server keeps, with their keywords; older servers keep phrases.

Source: methods/filters (v2 since 4.0, v1 before and on some forks); facts C1.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from msgspec import Struct, structs

from app.model.errors import BadInput, NotFound, Unsupported
from app.model.moderation import Filter, FilterWord
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.api import Api
from app.protocols.mastodon.session import Session
from app.protocols.mastodon.wire_server import read_object
from app.protocols.safety import clean_text

FILTERS, OLD_FILTERS = "/api/v2/filters", "/api/v1/filters"
LONGEST_WORD = 512
_OLD = "v1:"
"""Before the ids of filters of the old kind, which know only one phrase."""
_WHY = "your filters"


class _OldFilter(Struct, gc=False):
    id: str | None = None
    phrase: str | None = None
    context: list[str] | None = None
    expires_at: Any = None
    irreversible: bool | None = None
    whole_word: bool | None = None


class Filtering(Session):
    """The part of the service that keeps filters (``KeepsFilters``)."""

    async def filters(self) -> tuple[Filter, ...]:
        """All of the account; see ``KeepsFilters``."""
        api = await self._api()
        try:
            reply = await api.get(FILTERS, why=_WHY)
        except (NotFound, Unsupported):
            reply = await api.get(OLD_FILTERS, why=_WHY)
            raws = wire.split_page(reply.body, api.host)
            return tuple(_from_old(bytes(raw), api.host) for raw in raws)
        raws = wire.split_page(reply.body, api.host)
        return tuple(
            filter_from_wire(read_object(bytes(raw), wire.Filter, api.host)) for raw in raws
        )

    async def save_filter(self, filter: Filter) -> Filter:
        """Make or change one; see ``KeepsFilters``."""
        _check(filter)
        api = await self._api()
        if filter.id.startswith(_OLD):
            return await self._save_old(api, filter)
        about = self._about(filter)
        if filter.id:
            return await self._put(api, filter, about)
        words = [_keyword(word) for word in filter.words]
        reply = await api.ask(
            "POST", FILTERS, json=about | {"keywords_attributes": words}, why=_WHY
        )
        if reply.status == 404:
            return await self._save_old(api, filter)
        await api.checked(reply, FILTERS)
        return filter_from_wire(read_object(reply.body, wire.Filter, api.host))

    async def delete_filter(self, id: str) -> None:
        """Gone is gone; see ``KeepsFilters``."""
        api = await self._api()
        old = id.startswith(_OLD)
        path = _path(OLD_FILTERS if old else FILTERS, id.removeprefix(_OLD))
        reply = await api.ask("DELETE", path, why=_WHY)
        if reply.status != 404:
            await api.checked(reply, path)

    async def _put(self, api: Api, filter: Filter, about: dict[str, Any]) -> Filter:
        """What is no longer among its words is taken away by name."""
        path = _path(FILTERS, filter.id)
        before = await api.fetch(path, wire.Filter, why=_WHY)
        there = {one.id: one for one in before.keywords or () if one.id}
        by_text = {one.keyword: id for id, one in there.items()}
        words = []
        for word in filter.words:
            id = word.id if word.id in there else by_text.get(word.text, "")
            words.append(_keyword(structs.replace(word, id=id or "")))
        kept = {word["id"] for word in words if "id" in word}
        words += [{"id": id, "_destroy": True} for id in there if id not in kept]
        reply = await api.ask("PUT", path, json=about | {"keywords_attributes": words}, why=_WHY)
        await api.checked(reply, path)
        now = filter_from_wire(await api.fetch(path, wire.Filter, why=_WHY))
        if await self._mended(api, now, filter):
            now = filter_from_wire(await api.fetch(path, wire.Filter, why=_WHY))
        return now

    async def _mended(self, api: Api, now: Filter, wanted: Filter) -> bool:
        """Some servers change words only one by one. True: something was to be done."""
        missing = _pairs(wanted) - _pairs(now)
        extra = [w for w in now.words if (w.text, w.whole) not in _pairs(wanted)]
        for text, whole in sorted(missing):
            path = _path(FILTERS, now.id) + "/keywords"
            body = {"keyword": text, "whole_word": whole}
            await api.checked(await api.ask("POST", path, json=body, why=_WHY), path)
        for word in extra:
            path = f"{FILTERS}/keywords/{quote(word.id, safe='')}"
            await api.checked(await api.ask("DELETE", path, why=_WHY), path)
        return bool(missing or extra)

    async def _save_old(self, api: Api, filter: Filter) -> Filter:
        if len(filter.words) != 1:
            raise Unsupported(
                f"{api.host} keeps filters of a single phrase.", "Make a filter for each phrase."
            )
        [word] = filter.words
        about = self._about(filter)
        body = {
            "phrase": word.text,
            "whole_word": word.whole,
            "irreversible": filter.action == "hide",
            "context": about["context"],
            "expires_in": about["expires_in"],
        }
        id = filter.id.removeprefix(_OLD)
        path = _path(OLD_FILTERS, id) if id else OLD_FILTERS
        reply = await api.ask("PUT" if id else "POST", path, json=body, why=_WHY)
        await api.checked(reply, path)
        return _from_old(reply.body, api.host)

    def _about(self, filter: Filter) -> dict[str, Any]:
        left = None
        if filter.expires_at is not None:
            seconds = (filter.expires_at - self._clock()) / timedelta(seconds=1)
            left = max(1, round(seconds))
        return {
            "title": filter.title,
            "context": sorted(filter.contexts),
            "filter_action": filter.action,
            "expires_in": left,
        }


def filter_from_wire(wired: wire.Filter) -> Filter:
    """A filter with its keywords."""
    return Filter(
        id=wired.id or "",
        title=_line(wired.title),
        contexts=frozenset(blocks.filter_contexts(wired.context)),
        action=blocks.filter_action(wired.filter_action),
        words=tuple(
            FilterWord(word.keyword[:LONGEST_WORD], word.whole_word is not False, word.id or "")
            for word in wired.keywords or ()
            if word.keyword
        ),
        posts=tuple(one.status_id for one in wired.statuses or () if one.status_id),
        expires_at=blocks.in_utc(wired.expires_at),
    )


def _from_old(body: bytes, server: str) -> Filter:
    old = read_object(body, _OldFilter, server)
    ends = read_object(body, wire.Filter, server).expires_at
    phrase = (old.phrase or "")[:LONGEST_WORD]
    return Filter(
        id=f"{_OLD}{old.id or ''}",
        title=_line(phrase),
        contexts=frozenset(blocks.filter_contexts(old.context)),
        action="hide" if old.irreversible else "warn",
        words=(FilterWord(phrase, bool(old.whole_word)),) if phrase else (),
        expires_at=blocks.in_utc(ends),
        local=True,
    )


def _check(filter: Filter) -> None:
    if not filter.title.strip():
        raise BadInput("A filter needs a title.")
    if not filter.contexts:
        raise BadInput("A filter needs a place where it holds.", "Choose home, for one.")
    for word in filter.words:
        if not word.text.strip() or len(word.text) > LONGEST_WORD:
            raise BadInput(f"A word of a filter has 1 to {LONGEST_WORD} characters.")


def _pairs(filter: Filter) -> set[tuple[str, bool]]:
    return {(word.text, word.whole) for word in filter.words}


def _keyword(word: FilterWord) -> dict[str, Any]:
    about: dict[str, Any] = {"keyword": word.text, "whole_word": word.whole}
    return about | {"id": word.id} if word.id else about


def _path(base: str, id: str) -> str:
    return f"{base}/{quote(id, safe='')}"


def _line(text: str | None) -> str:
    return " ".join(clean_text((text or "")[:500]).split())
