"""A store in a profile of its own, with two accounts of one network and one of another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store import Keeper, Store
from tests.unit.store.build import ANA, BO, CY, account, run


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where the store is."""
    return tmp_path / "profile"


@pytest.fixture
def store(profile: Path) -> Iterator[Store]:
    """An open store."""
    opened = Store.open(profile)

    def add(keeper: Keeper) -> None:
        keeper.save_account(account(ANA, "fedi"))
        keeper.save_account(account(BO, "fedi"))
        keeper.save_account(account(CY, "sky"))

    run(opened.keep(add))
    yield opened
    opened.close()
