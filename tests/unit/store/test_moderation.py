"""What is settled is kept: by account and kind, labelers, blocklists with what is proposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.store import Keeper, Reader, Store
from app.store.moderation import (
    KeptList,
    drop_list,
    kept_about,
    kept_labelers,
    kept_lists,
    kept_parts,
    save_labeler,
    save_list,
    save_part,
    stamp,
)
from tests.posts import ANA, CY


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty one."""
    return Store.open(tmp_path / "profile")


async def test_the_last_word_counts(store: Store) -> None:
    """Per account and kind; and the stamp tells that something has changed."""
    before = await store.load(stamp)

    def write(keeper: Keeper) -> None:
        save_part(keeper, ANA, "filters", ["a"], 1)
        save_part(keeper, ANA, "filters", ["b"], 2)
        save_part(keeper, CY, "filters", [], 3)
        save_part(keeper, "", "words", ["c"], 4)
        save_labeler(keeper, "did:plc:x", {"uri": "did:plc:x"}, 5)

    await store.keep(write)
    parts = {(p.account, p.kind): (p.at, p.body) for p in await store.load(kept_parts)}
    [labeler] = await store.load(kept_labelers)
    after = await store.load(stamp)
    store.close()

    assert parts == {
        (ANA, "filters"): (2, b'["b"]'),
        (CY, "filters"): (3, b"[]"),
        ("", "words"): (4, b'["c"]'),
    }
    assert (labeler.uri, labeler.at) == ("did:plc:x", 5)
    assert before != after


async def test_a_removed_account_takes_what_it_has_settled_along(store: Store) -> None:
    """And nobody else's."""

    def write(keeper: Keeper) -> None:
        for account in (ANA, CY, ""):
            save_part(keeper, account, "servers", [], 1)
        keeper.remove_account(ANA)

    await store.keep(write)
    left = {part.account for part in await store.load(kept_parts)}
    store.close()

    assert left == {CY, ""}


async def test_blocklists_keep_their_place_and_what_is_proposed(store: Store) -> None:
    """Proposals are read only when they are wanted."""

    def write(keeper: Keeper) -> None:
        save_list(keeper, KeptList(id="a", body=b"1", proposed=b"new"))
        save_list(keeper, KeptList(id="b", body=b"2", entries=b"old"))
        save_list(keeper, KeptList(id="a", body=b"3", entries=b"new"))
        save_list(keeper, KeptList(id="c", body=b"4", proposed=b"newer"))
        drop_list(keeper, "b")
        drop_list(keeper, "nothing")

    def with_proposals(reader: Reader) -> tuple[KeptList, ...]:
        return kept_lists(reader, proposals=True)

    await store.keep(write)
    about, lists = await store.load(kept_about), await store.load(kept_lists)
    proposals = await store.load(with_proposals)
    store.close()

    assert [(one.id, one.body) for one in about] == [("a", b"3"), ("c", b"4")]
    assert [(one.entries, one.proposed) for one in lists] == [(b"new", None), (None, None)]
    assert [one.proposed for one in proposals] == [None, b"newer"]
