"""Saved feeds, changed one by one: nothing that is not meant is touched, whoever writes beside."""

from __future__ import annotations

from typing import Any

from app.model.moderation import FeedOrderChange, SavedFeed, SavedFeedChange
from app.protocols.bluesky.preferences import read_preferences
from app.protocols.bluesky.saved_feeds import with_feed_order, with_saved_feed
from tests.unit.protocols.bluesky.samples import BEN, at
from tests.unit.protocols.bluesky.scripted import Asked, ScriptedHttp, reply
from tests.unit.protocols.bluesky.test_moderating import READ, STRANGE, WRITE
from tests.unit.protocols.bluesky.writer import service

NEW, OLD = "app.bsky.actor.defs#savedFeedsPrefV2", "app.bsky.actor.defs#savedFeedsPref"
NEWS, BIRDS = (at(BEN, key, "app.bsky.feed.generator") for key in ("news", "birds"))
LIST = at(BEN, "friends", "app.bsky.graph.list")
FOLLOWING = {"id": "f", "type": "timeline", "value": "following", "pinned": True}
ODD = {"id": "o", "type": "of-tomorrow", "value": "x", "pinned": False, "colour": "red"}


def _item(id: str, value: str, pinned: bool = True, **more: Any) -> dict[str, Any]:
    return {"id": id, "type": "feed", "value": value, "pinned": pinned, **more}


def _saved(*items: Any) -> dict[str, Any]:
    return {"$type": NEW, "items": list(items), "since": 3}


def _ids() -> Any:
    numbers = iter(range(100))
    return lambda: f"new{next(numbers)}"


def _feed(value: str, pinned: bool = True) -> SavedFeed:
    return SavedFeed(kind="feed", value=value, pinned=pinned)


def _items(entries: list[Any]) -> list[Any]:
    (found,) = (one["items"] for one in entries if one.get("$type") == NEW)
    return list(found)


def test_a_feed_is_pinned_beside_what_nobody_knows() -> None:
    """Unknown entries, types and keys are there as before."""
    before = [STRANGE, _saved(FOLLOWING, ODD, 17, _item("a", NEWS, starred=True))]
    after = with_saved_feed(before, _feed(BIRDS), True, _ids())
    assert after[0] == STRANGE
    assert after[1]["since"] == 3
    assert _items(after) == [
        FOLLOWING,
        _item("a", NEWS, starred=True),
        _item("new0", BIRDS),
        ODD,
        17,
    ]
    assert before[1]["items"][1] == ODD


def test_what_is_saved_already_is_pinned_and_unpinned_in_its_place() -> None:
    """Its id and its other keys stay; taking it away takes only it."""
    before = [_saved(FOLLOWING, _item("a", NEWS, False, starred=True), ODD)]
    pinned = with_saved_feed(before, _feed(NEWS), True, _ids())
    assert _items(pinned)[1] == _item("a", NEWS, starred=True)
    back = with_saved_feed(pinned, _feed(NEWS, pinned=False), True, _ids())
    assert _items(back) == _items(before)
    assert with_saved_feed(before, _feed(BIRDS), False, _ids()) == before
    assert _items(with_saved_feed(before, _feed(NEWS), False, _ids())) == [FOLLOWING, ODD]


def test_order_moves_only_what_is_named() -> None:
    """What somebody has pinned meanwhile stays where it is."""
    before = [_saved(FOLLOWING, _item("a", NEWS), _item("m", LIST), _item("b", BIRDS))]
    after = with_feed_order(before, [BIRDS, NEWS, "gone"], _ids())
    assert [one["id"] for one in _items(after)] == ["f", "b", "m", "a"]
    assert with_feed_order(after, [BIRDS, NEWS], _ids()) == after


def test_the_old_entry_follows_and_is_taken_over_once() -> None:
    """Old clients see the same; where there is only theirs, it becomes the new one."""
    old = {"$type": OLD, "pinned": [NEWS], "saved": [NEWS, LIST], "timelineIndex": 0}
    moved = with_saved_feed([old], _feed(BIRDS), True, _ids())
    feeds = read_preferences(moved).feeds
    assert [(one.value, one.pinned) for one in feeds] == [
        ("following", True),
        (NEWS, True),
        (BIRDS, True),
        (LIST, False),
    ]
    assert moved[0] == {**old, "pinned": [NEWS, BIRDS], "saved": [NEWS, LIST, BIRDS]}
    gone = with_saved_feed(moved, _feed(NEWS), False, _ids())
    assert (gone[0]["pinned"], gone[0]["saved"]) == ([BIRDS], [LIST, BIRDS])
    unpinned = with_saved_feed(gone, _feed(BIRDS, pinned=False), True, _ids())
    assert (unpinned[0]["pinned"], unpinned[0]["saved"]) == ([], [LIST, BIRDS])


class _Rude:
    """A server where somebody else writes over our first change with what they had read."""

    def __init__(self, *items: Any) -> None:
        self.entries: list[Any] = [_saved(*items)]
        self.writes = 0

    def wire(self) -> ScriptedHttp:
        return ScriptedHttp({READ: self._read, WRITE: self._write})

    def _read(self, _: Asked) -> Any:
        return reply(body={"preferences": self.entries})

    def _write(self, asked: Asked) -> Any:
        self.writes += 1
        if self.writes == 1:
            self.entries = [_saved(FOLLOWING, _item("theirs", LIST))]
        else:
            self.entries = asked.json["preferences"]
        return reply(body={})


async def test_a_change_that_another_client_wrote_over_is_made_again_on_theirs() -> None:
    """What they have added stays; ours is there as well."""
    rude = _Rude(FOLLOWING, _item("a", NEWS))
    settled = await service(rude.wire()).settle([SavedFeedChange(_feed(BIRDS))])
    assert [one.value for one in settled.feeds] == ["following", LIST, BIRDS]
    assert [one["id"] for one in _items(rude.entries)][:2] == ["f", "theirs"]
    assert rude.writes == 2
    await service(rude.wire()).settle([FeedOrderChange((BIRDS, LIST))])
    assert [one["value"] for one in _items(rude.entries)] == ["following", BIRDS, LIST]
