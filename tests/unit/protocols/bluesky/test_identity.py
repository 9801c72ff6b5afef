"""Handle → DID → document → PDS, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.model.errors import Malformed, NotFound, Refused, Unreachable, Unsafe
from app.protocols.bluesky.identity import Resolver, normalised, origin_from_typed
from app.protocols.bluesky.uris import at_uri_parts, is_did, is_handle
from tests.outside import OUTSIDE, needs_outside
from tests.unit.protocols.bluesky.samples import ANA, BEN
from tests.unit.protocols.bluesky.scripted import PDS, PLC, ScriptedHttp, document, no_txt, reply

FILE = "https://ana.example/.well-known/atproto-did"
RESOLVE = f"{PDS}/xrpc/com.atproto.identity.resolveHandle"
DESCRIBE = f"{PDS}/xrpc/com.atproto.repo.describeRepo"


def txt(*records: str) -> Any:
    async def lookup(name: str) -> list[str]:
        assert "_atproto.ana.example" == name
        return list(records)

    return lookup


async def test_dns_names_the_did_and_the_document_the_handle() -> None:
    """Both ways: verified."""
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example"))})

    found = await Resolver(wire.http, txt=txt(f"did={ANA}", "v=spf1")).identity("ana.example")

    assert (ANA, "ana.example", "DNS", PDS) == (found.did, found.handle, found.how, found.pds)
    assert found.verified


async def test_a_file_at_the_domain_does_as_well() -> None:
    """With the blanks that editors leave."""
    wire = ScriptedHttp(
        {
            FILE: reply(body=f" {ANA}\n".encode()),
            f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example")),
        }
    )

    found = await Resolver(wire.http, txt=no_txt).identity("ana.example")

    assert ("file", True) == (found.how, found.verified)


async def test_two_dids_in_dns_name_nobody() -> None:
    """Then the file has the word."""
    wire = ScriptedHttp({FILE: reply(404)})

    with pytest.raises(NotFound):
        await Resolver(wire.http, txt=txt(f"did={ANA}", f"did={BEN}")).identity("ana.example")


async def test_a_document_that_does_not_name_the_handle_verifies_nothing() -> None:
    """Anybody can point his domain at somebody else's account."""
    wire = ScriptedHttp({f"{PLC}/{BEN}": reply(body=document(BEN, "ben.example"))})

    found = await Resolver(wire.http, txt=txt(f"did={BEN}")).identity("ana.example")

    assert (BEN, "handle.invalid", "ana.example") == (found.did, found.handle, found.claimed)
    assert not found.verified


async def test_only_the_first_handle_of_a_document_counts() -> None:
    """Others may be left over from before."""
    names = ["at://new.example", "at://ana.example"]
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body=document(ANA, "", alsoKnownAs=names))})

    assert not (await Resolver(wire.http, txt=txt(f"did={ANA}")).identity("ana.example")).verified


async def test_a_did_finds_its_handle_and_checks_it() -> None:
    """The handle in a document is a claim until its domain agrees."""
    wire = ScriptedHttp(
        {f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example")), FILE: reply(404)}
    )

    proved = await Resolver(wire.http, txt=txt(f"did={ANA}")).identity(ANA)
    claimed = await Resolver(wire.http, txt=txt(f"did={BEN}")).identity(ANA)

    assert ("ana.example", True) == (proved.handle, proved.verified)
    assert ("handle.invalid", "ana.example", "") == (claimed.handle, claimed.claimed, claimed.how)


async def test_a_domain_that_does_not_answer_is_not_a_wrong_handle() -> None:
    """The person may only be offline."""
    with pytest.raises(Unreachable):
        await Resolver(ScriptedHttp({}).http, txt=no_txt).identity("ana.example")


async def test_a_did_that_nobody_has_is_not_found() -> None:
    """With its words."""
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(404, {"message": "DID not registered"})})

    with pytest.raises(NotFound):
        await Resolver(wire.http).document(ANA)


async def test_the_document_of_another_is_not_believed() -> None:
    """A directory that answers with somebody else is broken, or worse."""
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body=document(BEN, "ben.example"))})

    with pytest.raises(Malformed):
        await Resolver(wire.http).document(ANA)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"id": 5}'])
async def test_a_document_that_is_none_is_malformed(body: bytes) -> None:
    """Whatever the directory sends."""
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body=body)})

    with pytest.raises(Malformed):
        await Resolver(wire.http).document(ANA)


@pytest.mark.parametrize(
    ("pds", "error"),
    [
        ("http://pds.birds.social", Unsafe),
        ("https://127.0.0.1", Unsafe),
        ("https://169.254.169.254", Unsafe),
        ("https://pds.birds.social:8443", Unsafe),
        ("https://router.local", Unsafe),
        ("http://localhost:2583", Unsafe),
        ("https://pds.birds.social/path", Malformed),
        ("https://me@pds.birds.social", Malformed),
        ("file:///etc", Malformed),
    ],
)
async def test_a_document_cannot_send_us_anywhere(pds: str, error: type[Exception]) -> None:
    """It is free text by the account's owner: only public https origins."""
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example", pds))})

    with pytest.raises(error):
        await Resolver(wire.http).pds_of(ANA)


async def test_an_account_without_server_is_not_found() -> None:
    """Deleted accounts keep a document."""
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body={"id": ANA, "alsoKnownAs": []})})

    with pytest.raises(NotFound):
        await Resolver(wire.http).pds_of(ANA)


async def test_a_server_that_the_user_typed_may_be_private_and_is_asked_first() -> None:
    """Self-hosters and test networks: handle and document come from there."""
    home = "http://10.0.0.5:2583"
    wire = ScriptedHttp(
        {
            f"{home}/xrpc/com.atproto.identity.resolveHandle": reply(body={"did": ANA}),
            f"{home}/xrpc/com.atproto.repo.describeRepo": reply(
                body={"did": ANA, "didDoc": document(ANA, "ana.test", home)}
            ),
        }
    )

    found = await Resolver(wire.http, pds=home).identity("ana.test")

    assert ("host", True, home) == (found.how, found.verified, found.pds)
    assert {home} == wire.private


async def test_a_typed_directory_is_asked_for_documents() -> None:
    """And documents there may name servers on this machine, if it is there itself."""
    plc, home = "http://127.0.0.1:2582", "http://localhost:2583"
    wire = ScriptedHttp({f"{plc}/{ANA}": reply(body=document(ANA, "ana.test", home))})

    assert home == await Resolver(wire.http, plc=plc).pds_of(ANA)
    assert {plc, home} == wire.private


async def test_a_typed_server_that_does_not_know_the_account_is_passed_over() -> None:
    """As an entryway that keeps no repos: the directory knows."""
    wire = ScriptedHttp(
        {
            RESOLVE: reply(body={"did": ANA}),
            DESCRIBE: reply(400, {"error": "RepoNotFound"}),
            f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example", "https://other.birds.social")),
        }
    )

    found = await Resolver(wire.http, pds=PDS).identity("ana.example")

    assert ("https://other.birds.social", True) == (found.pds, found.verified)


async def test_test_handles_are_never_asked_in_public() -> None:
    """``.test`` does not exist out there."""
    wire = ScriptedHttp({})

    with pytest.raises(NotFound):
        await Resolver(wire.http).identity("ana.test")
    assert [] == wire.asked


async def test_did_web_is_a_file_at_its_host() -> None:
    """Always https; a typed server with the same name excepted."""
    did = "did:web:pds.birds.social"
    wire = ScriptedHttp({f"{PDS}/.well-known/did.json": reply(body=document(did, "ana.example"))})

    assert PDS == await Resolver(wire.http).pds_of(did)
    assert wire.asked[0].public


@pytest.mark.parametrize("did", ["did:web:a.example:user:ana", "did:key:z6Mk", "did:plc:short"])
async def test_other_identities_are_not_asked_for(did: str) -> None:
    """Methods and forms that the network does not use."""
    with pytest.raises(Malformed):
        await Resolver(ScriptedHttp({}).http).document(did)


async def test_documents_are_remembered_for_an_hour() -> None:
    """Not for ever: accounts move. *fresh* asks at once."""
    clock = [0.0]
    wire = ScriptedHttp({f"{PLC}/{ANA}": reply(body=document(ANA, "ana.example"))})
    resolver = Resolver(wire.http, now=lambda: clock[0])

    for moment, fresh in ((0.0, False), (3599.0, False), (3599.0, True), (7200.0, False)):
        clock[0] = moment
        await resolver.pds_of(ANA, fresh=fresh)

    assert 3 == len(wire.asked)


# ------------------------------------------------------------------- typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ana.bsky.social", "ana.bsky.social"),
        (" @Ana.Example ", "ana.example"),
        ("\u2068@ana.example\u2069", "ana.example"),
        ("ana", "ana.bsky.social"),
        ("at://ana.example", "ana.example"),
        ("https://bsky.app/profile/ana.example/post/3k", "ana.example"),
        (f"https://bsky.app/profile/{ANA}", ANA),
        (ANA, ANA),
        ("ana.example.", "ana.example"),
    ],
)
def test_what_people_type_is_understood(typed: str, meant: str) -> None:
    """With an "@", a link, or only the first word."""
    assert meant == normalised(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "@", "ana@mastodon.example", "ana example.org", "https://x.example/", "-a.example"],
)
def test_what_is_no_handle_is_refused_in_words(typed: str) -> None:
    """Before anything is asked."""
    with pytest.raises(Refused) as refusal:
        normalised(typed)
    assert "ana.bsky.social" in refusal.value.next_step


def test_a_typed_server_is_an_origin() -> None:
    """With or without https://."""
    assert "https://pds.example" == origin_from_typed(" pds.example/ ")
    assert "http://localhost:2583" == origin_from_typed("http://localhost:2583/xrpc")
    assert "http://localhost:2583" == origin_from_typed("localhost:2583")
    assert "https://localhost:2583" == origin_from_typed("https://localhost:2583")
    with pytest.raises(Refused):
        origin_from_typed("file:///etc/passwd")
    for open_to_all in ("http://pds.example", "http://10.0.0.5:2583"):
        with pytest.raises(Refused, match="not encrypted"):
            origin_from_typed(open_to_all)


def _lines(name: str) -> list[str]:
    if OUTSIDE is None:
        return []
    lines = Path(OUTSIDE / "vectors/atproto-interop/syntax" / name).read_text("utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]


@needs_outside
def test_handles_are_those_of_the_specification() -> None:
    """Valid and invalid ones, in lower case as we compare them."""
    assert [] == [h for h in _lines("handle_syntax_valid.txt") if not is_handle(h.lower())]
    assert [] == [h for h in _lines("handle_syntax_invalid.txt") if is_handle(h.lower())]


@needs_outside
def test_dids_and_addresses_that_the_specification_refuses_are_refused() -> None:
    """Of the valid ones we use the two methods that the network uses."""
    assert [] == [did for did in _lines("did_syntax_invalid.txt") if is_did(did)]
    assert [] == [uri for uri in _lines("aturi_syntax_invalid.txt") if at_uri_parts(uri)]
    whole = [u for u in _lines("aturi_syntax_valid.txt") if u.startswith("at://did:")]
    assert [] == [u for u in whole if u.count("/") == 4 and not at_uri_parts(u)]
