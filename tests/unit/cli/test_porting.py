"""``export`` and ``import`` from the command line: what is said, and the exit status."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from app.cli import export, import_
from app.cli.options import parse
from app.cli.output import Output, Usage
from app.model.errors import BadInput
from app.protocols.base import SignedIn
from app.protocols.ratelimit import RateLimits
from app.services.house import House
from app.services.options import Options
from app.wiring import Wiring
from app.wiring.owning import belongings
from tests.unit.portability.activitypub.test_importing import lived_in
from tests.unit.portability.activitypub.town import Town, towns
from tests.unit.portability.activitypub.town import said as answer

FOLLOWS = "bo@far.example\nnobody\ncy@far.example\n"


class Desk:
    """Commands for one account."""

    def __init__(self, house: House, town: Town, capsys: pytest.CaptureFixture[str]) -> None:
        self.house, self.town, self.capsys = house, town, capsys
        self.me = town.people["ana"]
        self.id = f"ana@{town.host}"

    async def run(self, *arguments: str) -> tuple[int, Any, str]:
        """Exit status, the document, and what stands on stderr."""
        parsed = parse(["--json", *arguments])
        out = Output(json=True)
        if parsed.noun == "export":
            status = await export.run(parsed, self.house, out)
        else:
            own = belongings(self.house, "a test")
            status = await import_.run_owning(parsed, self.house, own, out)
        said = self.capsys.readouterr()
        return status, json.loads(said.out), said.err


@asynccontextmanager
async def desk(profile: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Desk]:
    """A house with one account in a small town."""
    async with towns() as (town, _), Wiring().house(Options(profile=profile)) as house:
        town.settle("ana")
        house.vault().keep_for_session()
        await house.accounts.add(SignedIn(town.account("ana"), {"token": "ana"}))
        yield Desk(house, town, capsys)


async def test_an_export_counts_what_each_file_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And what it cannot hold, with the reason."""
    async with desk(tmp_path / "p", capsys) as here:
        lived_in(here.me)
        status, said, _ = await here.run("export", here.id, str(tmp_path / "out"))

        counts = {one["kind"]: one["count"] for one in said["files"]}
        assert status == 0
        assert (counts["following"], counts["followers"], counts["lists"]) == (2, 3, 1)
        lists = next(one for one in said["files"] if one["kind"] == "lists")
        assert lists["skipped"][0]["text"] == "Empty"


async def test_a_dry_run_foretells_and_an_import_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Counts per file, skipped rows with reasons; nothing is sent by looking."""
    (tmp_path / "follows.csv").write_text(FOLLOWS)
    async with desk(tmp_path / "p", capsys) as here:
        file = str(tmp_path / "follows.csv")
        status, said, _ = await here.run("import", here.id, file, "--dry-run")
        assert (status, said["dry_run"], said["files"][0]["new"]) == (0, True, 2)
        assert said["files"][0]["skipped"] == [
            {"line": 2, "text": "nobody", "why": "The address names no server."}
        ]
        assert here.me.following == {}
        status, said, _ = await here.run("import", here.id, file)
        assert (status, said["files"][0]["done"], said["files"][0]["left"]) == (0, 2, 0)
        assert list((tmp_path / "p/imports").iterdir()) == []


async def test_a_limit_ends_it_with_words_and_the_same_command_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 1; what was done stays written down."""
    (tmp_path / "follows.csv").write_text("".join(f"p{n}@far.example\n" for n in range(5)))
    async with desk(tmp_path / "p", capsys) as here:
        limited = {"left": 3}
        usual = here.town.before

        def before(method: str, path: str) -> bytes | None:
            if path.endswith("/follow"):
                limited["left"] -= 1
                if limited["left"] < 0:
                    return answer({"error": "Too many"}, 429, retry_after="600")
            return usual(method, path)

        here.town.before = before
        file = str(tmp_path / "follows.csv")
        status, said, err = await here.run("import", here.id, file)
        assert (status, said["error"]["kind"]) == (1, "rate_limited")
        assert said["waiting_until"] is not None
        assert (said["files"][0]["done"], said["files"][0]["left"]) == (3, 2)
        assert "it goes on where it was" in err
        here.town.before = usual
        here.house.http().limits = RateLimits()  # the next day
        status, said, _ = await here.run("import", here.id, file)
        assert (status, said["files"][0]["done"], said["files"][0]["left"]) == (0, 5, 0)
        assert here.town.count("POST", ".*/follow") == 5 + 1


async def test_overwriting_needs_one_word_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what would be taken away first."""
    (tmp_path / "follows.csv").write_text("bo@far.example\n")
    async with desk(tmp_path / "p", capsys) as here:
        how = {"reblogs": True, "notify": False, "languages": None}
        here.me.following = {"dov@far.example": how}
        asked = ("import", here.id, str(tmp_path / "follows.csv"), "--mode", "overwrite")
        with pytest.raises(Usage, match="1 from following"):
            await here.run(*asked)
        assert list(here.me.following) == ["dov@far.example"]
        status, said, _ = await here.run(*asked, "--yes-remove")

        assert (status, said["files"][0]["removed"]) == (0, 1)
        assert list(here.me.following) == ["bo@far.example"]


async def test_what_nobody_can_tell_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whom one follows and whom one blocks look the same."""
    (tmp_path / "people.csv").write_text("bo@far.example\n")
    async with desk(tmp_path / "p", capsys) as here:
        file = str(tmp_path / "people.csv")
        with pytest.raises(BadInput, match="Nothing tells"):
            await here.run("import", here.id, file)
        status, _, _ = await here.run("import", here.id, file, "--as", "blocking")

        assert (status, list(here.me.blocks)) == (0, ["bo@far.example"])
