"""Signing in at both ends, preferences as they stand, and what counts as arrived."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from app.model.errors import Unreachable
from app.portability.atproto.cids import text_of_cid
from app.portability.atproto.ends import Ends, without_old
from app.portability.atproto.exports import Exported
from app.portability.atproto.preferences import PREFERENCES, Preferences
from app.portability.atproto.steps_data import has_arrived
from app.portability.step import StepContext, Waiting
from app.protocols.http import Http
from tests.repos import car, post, repo
from tests.unit.portability.atproto.movings import (
    DID,
    MemoryContext,
    TwoServers,
    between,
    refusal,
    told,
)
from tests.unit.protocols.conftest import http  # noqa: F401  (the fixture)
from tests.unit.protocols.wire import answer


def seen(context: MemoryContext) -> StepContext:
    """As the acts see it."""
    return cast(StepContext, context)


async def waited(ends: Ends, context: MemoryContext, end: str) -> Waiting:
    """What signing in at an end waits for."""
    with pytest.raises(Waiting) as caught:
        await getattr(ends, end)(seen(context))
    return caught.value


# ----------------------------------------------------------------- signing in


@pytest.mark.parametrize("end", ["old", "new"])
async def test_each_end_asks_for_its_own_password(http: Http, tmp_path: Path, end: str) -> None:  # noqa: F811
    """A wrong one is asked for again, an app password with the reason; nobody else's is lost."""
    servers = TwoServers()
    async with between(http, servers, tmp_path) as (ends, context):
        del context.answers[f"{end}_password"]
        waiting = await waited(ends, context, end)
        assert [f"{end}_password"] == [need.key for need in waiting.needs]
        assert waiting.needs[0].secret

        context.answers[f"{end}_password"] = "abcd-efgh-ijkl-mnop"
        assert "app password" in (await waited(ends, context, end)).text

        context.answers[f"{end}_password"] = "wrong"
        servers.meddle = lambda method, params, body: refusal(401, "AuthenticationRequired")
        assert "does not take this password" in (await waited(ends, context, end)).text


@pytest.mark.parametrize("end", ["old", "new"])
async def test_a_second_factor_is_asked_for_at_its_end(
    http: Http,  # noqa: F811
    tmp_path: Path,
    end: str,
) -> None:
    """And with it the sign-in goes on, once for all steps."""
    servers = TwoServers()

    def factor(method: str, params: dict[str, str], body: bytes) -> bytes | None:
        if method == "createSession" and "authFactorToken" not in json.loads(body):
            return refusal(401, "AuthFactorTokenRequired")
        return None

    servers.meddle = factor
    async with between(http, servers, tmp_path) as (ends, context):
        waiting = await waited(ends, context, end)
        assert [f"{end}_code"] == [need.key for need in waiting.needs]

        context.answers[f"{end}_code"] = "abcdefghij"
        session = await getattr(ends, end)(seen(context))

        assert session.is_open
        assert session is await getattr(ends, end)(seen(context))
        assert 2 == servers.asked["createSession"]


async def test_a_silent_old_server_is_asked_again_before_the_user_is(
    http: Http,  # noqa: F811
    tmp_path: Path,
) -> None:
    """Whoever says yes goes on without; another trouble is no silence."""
    async with between(http, TwoServers(), tmp_path) as (ends, context):
        silent = Unreachable("It does not answer.")
        with pytest.raises(Unreachable):
            without_old(ends, seen(context), silent)
        with pytest.raises(Waiting) as caught:
            without_old(ends, seen(context), silent)
        assert ["old_gone"] == [need.key for need in caught.value.needs]

        context.answers["old_gone"] = "no"
        with pytest.raises(Unreachable):
            without_old(ends, seen(context), silent)
        context.answers["old_gone"] = "yes"
        assert without_old(ends, seen(context), silent)


# ---------------------------------------------------------------- preferences

STRANGE = (
    '{"$type":"com.example#odd","big":12345678901234567890,"real":1.50,"text":"\\u00e9\\ud83d\\ude00",'
    '"deep":{"list":[null,{"$link":"x"}]}}'
)
MADE_UP = '{"$type":"app.bsky.actor.defs#declaredAgePref","isOverAge18":true}'


async def test_preferences_go_as_they_stand(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """Also those that nobody here knows; not what the server makes up by itself."""
    servers, put = TwoServers(), []

    def keep(method: str, params: dict[str, str], body: bytes) -> bytes | None:
        if method == "putPreferences":
            put.append(body)
            return answer(200)
        if method == "getPreferences":
            now = put[-1] if put else b'{"preferences":[]}'
            return answer(200, now.replace(b"[", b"[" + MADE_UP.encode() + b",", 1) if put else now)
        return None

    servers.meddle = keep
    async with between(http, servers, tmp_path) as (ends, context):
        (tmp_path / PREFERENCES).write_text(f"[{STRANGE},{MADE_UP}]")
        step = Preferences(ends)
        assert not await step.done(seen(context))

        await step.do(seen(context))

        assert [b'{"preferences":[' + STRANGE.encode() + b"]}"] == put
        assert await step.done(seen(context))
        assert 1 == servers.asked["putPreferences"]


async def test_a_server_without_preferences_is_no_reason_to_stop(
    http: Http,  # noqa: F811
    tmp_path: Path,
) -> None:
    """It is said, and they stay in the folder."""
    servers = TwoServers()
    servers.meddle = lambda method, params, body: (
        refusal(501, "MethodNotImplemented") if "Preferences" in method else None
    )
    async with between(http, servers, tmp_path) as (ends, context):
        (tmp_path / PREFERENCES).write_text(f"[{STRANGE}]")
        step = Preferences(ends)

        await step.do(seen(context))

        assert await step.done(seen(context))
        assert any(PREFERENCES in line for line in context.said)


async def test_a_refusal_of_preferences_is_told(http: Http, tmp_path: Path) -> None:  # noqa: F811
    """A put that fails, fails whole: nothing is called done."""
    servers = TwoServers()
    servers.meddle = lambda method, params, body: (
        refusal(400, "InvalidRequest", "Do not have permission") if "put" in method else None
    )
    async with between(http, servers, tmp_path) as (ends, context):
        (tmp_path / PREFERENCES).write_text(f"[{STRANGE}]")

        with pytest.raises(Exception, match="refused"):
            await Preferences(ends).do(seen(context))


# -------------------------------------------------------------------- arrived

RECORDS: dict[str, Any] = {f"app.bsky.feed.post/3kpost{n}": post(n) for n in range(3)}


@pytest.mark.parametrize("records", [RECORDS, dict(list(RECORDS.items())[:2]), None])
async def test_a_server_that_signs_anew_is_asked_for_its_tree(
    http: Http,  # noqa: F811
    tmp_path: Path,
    records: dict[str, Any] | None,
) -> None:
    """The same tree is the same records, whoever signed it; anything else is not."""
    from app.portability.atproto.commit import read_commit

    root, blocks = repo(RECORDS, did=DID)
    data = text_of_cid(read_commit(dict(blocks)[root]).data)
    exported = Exported(
        did=DID,
        rev="3k",
        commit=text_of_cid(root),
        data=data,
        records=3,
        files=0,
        bytes=0,
        size=0,
        sha256="",
    )
    now, there = repo(records or RECORDS, did=DID, rev="3l3qo2vutsw2c")
    status = {"repoCommit": text_of_cid(now), "indexedRecords": 3}
    servers = TwoServers()

    def say(method: str, params: dict[str, str], body: bytes) -> bytes | None:
        if method == "checkAccountStatus":
            return told(status)
        if method == "getBlocks":
            assert {"did": DID, "cids": text_of_cid(now)} == params
            return answer(200, car(now, there[:1])) if records else refusal(501, "NotThere")
        return None

    servers.meddle = say
    async with between(http, servers, tmp_path) as (ends, context):
        assert (records == RECORDS) == await has_arrived(ends, seen(context), exported)

        status["repoCommit"] = exported.commit
        assert await has_arrived(ends, seen(context), exported)
        status["indexedRecords"] = 99
        assert await has_arrived(ends, seen(context), exported)
