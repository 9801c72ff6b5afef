"""Preferences, labelers, mutes, blocks and lists, when servers and others do as they like."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.model import HOME, Advisory, Entry
from app.model.errors import Malformed, NotFound, Refused
from app.model.moderation import (
    AdultChange,
    FeedsChange,
    HiddenChange,
    LabelChange,
    LabelerChange,
    MutedWord,
    SavedFeed,
    WordChange,
)
from app.model.post import Standing
from app.protocols.bluesky.asked_labelers import ASK, TOLD, AskedLabelers
from app.protocols.bluesky.preferences import MOST_LABELERS, OWN_LABELER
from app.protocols.moderating import Averts, Follows, KnowsLabelers, ReadsLists, Settles
from tests.unit.protocols.bluesky.samples import BEN, LABELER, at, author, feed_item, view
from tests.unit.protocols.bluesky.scripted import PDS, Asked, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import service

ACTOR, GRAPH = f"{PDS}/xrpc/app.bsky.actor.", f"{PDS}/xrpc/app.bsky.graph."
READ, WRITE = ACTOR + "getPreferences", ACTOR + "putPreferences"
SERVICES = f"{PDS}/xrpc/app.bsky.labeler.getServices"
TIMELINE = f"{PDS}/xrpc/app.bsky.feed.getTimeline"
STRANGE = {"$type": "app.bsky.actor.defs#ofTomorrow", "what": [1, {"deep": None}]}
LIST = at(BEN, "mods", "app.bsky.graph.list")


class Shelf:
    """A server that keeps the array as it was put."""

    def __init__(self, *entries: Any) -> None:
        self.entries: list[Any] = list(entries)
        self.writes = 0

    def wire(self) -> ScriptedHttp:
        """The server."""
        return ScriptedHttp({READ: self._read, WRITE: self._write})

    def _read(self, _: Asked) -> Any:
        return reply(body={"preferences": self.entries})

    def _write(self, asked: Asked) -> Any:
        self.entries = asked.json["preferences"]
        self.writes += 1
        return reply(body={})


def test_it_offers_what_the_network_keeps() -> None:
    """As the contract says."""
    one = service(ScriptedHttp({}))
    for capability in (Settles, KnowsLabelers, Averts, ReadsLists, Follows):
        assert isinstance(one, capability)


async def test_changes_touch_only_what_they_mean() -> None:
    """Every kind, side by side, by two services of one account; strangers' entries stay."""
    shelf = Shelf(STRANGE, {"$type": "app.bsky.actor.defs#adultContentPref", "enabled": False})
    wire = shelf.wire()
    one, other = service(wire), service(wire)
    feed = SavedFeed(kind="timeline", value="following", pinned=True, id="f1")
    await asyncio.gather(
        one.settle([AdultChange(True)]),
        other.settle([WordChange(MutedWord(value="tide")), HiddenChange(at(BEN, "p"))]),
        one.settle([LabelerChange(LABELER), LabelChange("rude", "hide", LABELER)]),
        other.settle([FeedsChange((feed,))]),
    )
    settled = await one.settled()

    assert settled.adult
    assert [word.value for word in settled.words] == ["tide"]
    assert settled.hidden == (at(BEN, "p"),)
    assert {one.uri: one.labels for one in settled.labelers} == {
        OWN_LABELER: {},
        LABELER: {"rude": "hide"},
    }
    assert settled.feeds == (feed,)
    assert shelf.entries[0] == STRANGE


async def test_what_is_so_already_is_not_written() -> None:
    """Twice is once."""
    shelf = Shelf()
    one = service(shelf.wire())
    await one.settle([LabelerChange(LABELER)])
    await one.settle([LabelerChange(LABELER)])
    assert shelf.writes == 1


async def test_there_is_room_for_twenty_labelers() -> None:
    """The network's own counts; nothing is written of what is too much."""
    shelf = Shelf()
    one = service(shelf.wire())
    more = [LabelerChange(f"did:web:labeler-{n}.example") for n in range(MOST_LABELERS)]
    await one.settle(more[:-1])
    with pytest.raises(Refused, match="20 labelers"):
        await one.settle(more)
    assert shelf.writes == 1


@pytest.mark.parametrize("body", [{}, {"preferences": 17}, {"preferences": "no"}, []])
async def test_unreadable_preferences_are_left_alone(body: Any) -> None:
    """To write over them would be to lose them."""
    wire = ScriptedHttp({READ: reply(body=body), WRITE: reply(body={})})
    with pytest.raises(Malformed):
        await service(wire).settle([AdultChange(True)])
    assert wire.seen("putPreferences") == []


# ------------------------------------------------------------------ labelers


def test_the_header_asks_for_the_networks_own_first() -> None:
    """And for nobody that is no DID: one such, and the server takes its default."""
    asked = AskedLabelers()
    assert asked.header_for("app.bsky.feed.getTimeline") == {}
    asked.ask([LABELER, "harbour.example", 'did:plc:x", evil', OWN_LABELER])

    assert asked.header_for("app.bsky.feed.getTimeline") == {
        ASK: f"{OWN_LABELER};redact, {LABELER}"
    }
    assert asked.header_for("com.atproto.repo.getRecord") == {}
    assert asked.header_for("app.bsky.actor.getPreferences") == {}


def test_the_answer_says_who_is_missing() -> None:
    """Where it says so; an answer without the header says nothing."""
    asked = AskedLabelers()
    asked.ask([LABELER])
    asked.hear({TOLD: f"{OWN_LABELER};redact"})
    assert asked.missing == {LABELER}
    asked.hear({})
    assert asked.missing == {LABELER}
    asked.hear({TOLD: f"{OWN_LABELER};redact, {LABELER}"})
    assert asked.missing == frozenset()


async def test_every_reading_asks_for_labels() -> None:
    """With the header, and looks at the answer's."""
    answer = reply(body={"feed": []}, **{TOLD.replace("-", "_"): f"{OWN_LABELER};redact"})
    wire = ScriptedHttp({TIMELINE: answer})
    one = service(wire)
    await one.page(HOME)
    one.ask_labelers([LABELER])
    await one.page(HOME)

    before, after = wire.seen("getTimeline")
    assert ASK not in before.headers
    assert after.headers[ASK] == f"{OWN_LABELER};redact, {LABELER}"
    assert one.missing_labelers == {LABELER}


def labeler(**policies: Any) -> dict[str, Any]:
    """A labeler's view."""
    creator = author(LABELER, "harbour.example") | {"displayName": "Harbour Watch"}
    return {"creator": creator, "policies": policies, "likeCount": 3}


def meaning(**more: Any) -> dict[str, Any]:
    """A label value's definition in two languages."""
    return {
        "identifier": "rude",
        "severity": "alert",
        "blurs": "content",
        "defaultSetting": "hide",
        "locales": [
            {"lang": "en", "name": "Rude", "description": "Rude."},
            {"lang": "pt-BR", "name": "Rude (pt)", "description": ""},
        ],
        **more,
    }


@pytest.mark.parametrize(
    ("langs", "name"),
    [((), "Rude"), (("pt",), "Rude (pt)"), (("de", "pt-BR"), "Rude (pt)"), (("de",), "Rude")],
)
async def test_labels_are_told_in_the_readers_language(langs: tuple[str, ...], name: str) -> None:
    """The first that the labeler has; else its own first."""
    view = labeler(labelValues=["rude", "porn"], labelValueDefinitions=[meaning()])
    [found] = await service(ScriptedHttp({SERVICES: reply(body={"views": [view]})})).labelers(
        [LABELER], langs
    )

    assert (found.name, found.values, found.meanings[0].name) == (
        "Harbour Watch", ("rude", "porn"), name,
    )  # fmt: skip


async def test_a_bad_definition_costs_itself_only() -> None:
    """Unknown words do nothing; a labeler that cannot be read leaves the others."""
    good = labeler(
        labelValueDefinitions=[
            {"identifier": 7},
            meaning(
                identifier="odd", severity="scream", blurs="all", defaultSetting="x", locales=[]
            ),
        ]
    )
    body = {"views": [{"creator": 17}, good, "junk"]}
    [found] = await service(ScriptedHttp({SERVICES: reply(body=body)})).labelers([LABELER])
    [odd] = found.meanings

    assert (odd.name, odd.severity, odd.blurs, odd.default) == ("odd", "none", "none", "warn")


async def test_who_labels_nothing_is_no_labeler() -> None:
    """Though there is such an account."""
    wire = ScriptedHttp({SERVICES: reply(body={"views": []})})
    with pytest.raises(NotFound, match="no labeler"):
        await service(wire).find_labeler(LABELER)
    assert await service(wire).labelers(["not-a-did"]) == ()


# ------------------------------------------------------------ people, lists


async def test_states_of_the_author_come_along() -> None:
    """Mutes and blocks, through lists too; and what labelers say to this account."""
    viewer = {
        "muted": True,
        "mutedByList": {"uri": LIST, "name": "Mods", "cid": "x", "purpose": "y"},
        "following": at(key="f", collection="app.bsky.graph.follow"),
    }
    label = {"src": LABELER, "uri": at(), "val": "rude", "cts": "2026-11-01T00:00:00Z"}
    post = view(uri=at(BEN), author=author(BEN, "ben.example", viewer=viewer), labels=[label])
    wire = ScriptedHttp({TIMELINE: reply(body={"feed": [feed_item(post)]})})
    [entry] = (await service(wire).page(HOME)).items

    assert isinstance(entry, Entry)
    assert entry.viewer.standing == Standing(muted_list=LIST, followed=True)
    assert entry.viewer.follows
    assert entry.viewer.labels == (Advisory("label", "rude", LABELER),)


async def test_mutes_blocks_and_follows_are_read_page_by_page() -> None:
    """Until there are no more, or the server goes in circles."""
    pages = [
        reply(body={"mutes": [{"did": "did:plc:a", "handle": "a.example"}], "cursor": "2"}),
        reply(body={"mutes": [{"did": "did:plc:b", "handle": "b.example"}, 7], "cursor": "2"}),
    ]
    wire = ScriptedHttp(
        {
            GRAPH + "getMutes": pages,
            GRAPH + "getBlocks": reply(body={"blocks": []}),
            GRAPH + "getFollows": reply(body={"follows": [{"did": "did:plc:c"}]}),
        }
    )
    averted = await service(wire).averted()

    assert averted.muted == {"did:plc:a": "a.example", "did:plc:b": "b.example"}
    assert averted.blocked == {}
    assert set(await service(wire).followed()) == {"did:plc:c"}


@pytest.mark.parametrize(
    "address", [LIST, f"https://bsky.app/profile/{BEN}/lists/mods", f" {LIST} "]
)
async def test_a_list_is_found_by_uri_and_page(address: str) -> None:
    """With its members, whoever is broken."""
    body = {
        "list": {"uri": LIST, "name": "Mods", "creator": {"did": BEN, "handle": "ben.example"}},
        "items": [{"subject": {"did": "did:plc:a", "handle": "a.example"}}, {"subject": 1}],
    }
    found = await service(ScriptedHttp({GRAPH + "getList": reply(body=body)})).people_list(address)

    assert (found.uri, found.title, found.by) == (LIST, "Mods", "ben.example")
    assert found.members == {"did:plc:a": "a.example"}


async def test_other_addresses_are_no_lists() -> None:
    """Nobody is asked."""
    with pytest.raises(NotFound):
        await service(ScriptedHttp({})).people_list(at(BEN, "p"))
