"""An identity that is full of recovery keys: which one goes is the user's to say."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.model.errors import Refused
from app.portability.atproto.key_room import KEY, with_room
from app.portability.atproto.next_identity import moved_in
from app.portability.atproto.plc import MAX_ROTATION_KEYS
from app.portability.plan import Place, Plan
from app.portability.step import Waiting
from tests.unit.portability.atproto.movings import NOW, MemoryContext
from tests.unit.portability.atproto.test_next_identity import HOST, LIVED, NEW, OLD, OWN, key

MINE = (key(OWN), *(f"did:key:zOther{n}" for n in range(4)))


@pytest.fixture
def context(tmp_path: Path) -> MemoryContext:
    """Nothing was said yet."""
    plan = Plan(
        id="p",
        route="atproto",
        source=Place(network="bluesky", server="https://old.test"),
        target=Place(network="bluesky", server="https://new.test"),
        created_at=NOW,
        steps=(),
    )
    return MemoryContext(plan, tmp_path)


def test_where_there_is_room_nothing_is_asked(context: MemoryContext) -> None:
    """Every key of the user's stays."""
    wanted = moved_in(LIVED, HOST, leaving=[key(OLD)])

    assert wanted == with_room(context, wanted, HOST, key(OWN))
    assert {} == context.kept


def test_the_user_says_which_one_goes(context: MemoryContext) -> None:
    """Never the one in the user's file; it is remembered, and said."""
    full = replace(LIVED, rotation_keys=(*MINE[:4], MINE[4], key(OLD)))
    wanted = moved_in(full, HOST, leaving=[key(OLD)])
    with pytest.raises(Waiting) as asked:
        with_room(context, wanted, HOST, key(OWN))
    [need] = asked.value.needs

    assert (KEY, "choice") == (need.key, need.kind)
    assert [one[-8:] for one in MINE[1:]] == [value for value, _ in need.choices]
    context.answers[KEY] = MINE[2][-8:]
    left = with_room(context, wanted, HOST, key(OWN))
    assert (MINE[0], MINE[1], MINE[3], MINE[4], key(NEW)) == left.rotation_keys
    assert left == with_room(context, wanted, HOST, key(OWN))
    assert "goes, to make room" in "".join(context.said)


def test_of_two_that_must_go_each_is_asked_about(context: MemoryContext) -> None:
    """One after the other; an answer counts once."""
    host = replace(HOST, rotation_keys=[key(NEW), "did:key:zNew2"])
    wanted = moved_in(replace(LIVED, rotation_keys=MINE), host, leaving=[])
    context.answers[KEY] = MINE[1][-8:]
    with pytest.raises(Waiting):
        with_room(context, wanted, host, key(OWN))
    context.answers[KEY] = MINE[4][-8:]
    left = with_room(context, wanted, host, key(OWN))

    assert MAX_ROTATION_KEYS == len(left.rotation_keys)
    assert not {MINE[1], MINE[4]} & set(left.rotation_keys)


def test_where_none_could_go_it_is_refused(context: MemoryContext) -> None:
    """Before a code is spent."""
    host = replace(HOST, rotation_keys=[f"did:key:zNew{n}" for n in range(6)])
    wanted = moved_in(replace(LIVED, rotation_keys=(key(OWN),)), host, leaving=[])
    with pytest.raises(Refused, match="no room"):
        with_room(context, wanted, host, key(OWN))
