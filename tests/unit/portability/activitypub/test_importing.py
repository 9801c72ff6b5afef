"""Rows of files on their way to an account: looked at first, never twice, resumable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.model.errors import BadInput, NotFound, RateLimited, Unreachable, Unsupported
from app.portability.activitypub.exporting import export
from app.portability.activitypub.importing import (
    IN_ORDER,
    Importing,
    Opened,
    files_in,
    open_file,
)
from app.portability.ledger import FileLedger
from app.protocols.http import Http
from app.protocols.mastodon.service import MastodonService
from tests.unit.portability.activitypub.town import Person, Town, said, towns
from tests.unit.protocols.mastodon.server import OneSecret


class Desk:
    """A town, somebody in it, and files on their way to them."""

    def __init__(self, town: Town, http: Http, folder: Path) -> None:
        self.town, self.folder = town, folder
        self.me = town.settle("ana")
        self.http = http
        self.waited: list[RateLimited] = []

    @property
    def service(self) -> MastodonService:
        return MastodonService(self.town.account("ana"), OneSecret({"token": "ana"}), self.http)

    def open(self, name: str, text: str) -> Opened:
        path = self.folder / name
        path.write_text(text, "utf-8")
        return open_file(path)

    def importing(self, opened: Opened, ledger: str = "ledger") -> Importing:
        kept = FileLedger(self.folder / f"{ledger}.jsonl")
        return Importing(self.service, opened, kept, self._pause)

    async def _pause(self, error: RateLimited) -> None:
        self.waited.append(error)
        if len(self.waited) > 1:
            raise error
        self.town.reopen()


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """For one test."""
    http = Http(user_agent="Godwit tests")
    async with towns() as (town, _):
        try:
            yield Desk(town, http, folder)
        finally:
            await http.close()


FOLLOWS = (
    "Account address,Show boosts,Notify on new posts,Languages\n"
    'bo@far.example,true,false,"nl, en"\n'
    "cy@far.example,false,true,\n"
)


async def test_a_preview_tells_what_would_be_done_and_does_nothing(tmp_path: Path) -> None:
    """What is there just so, what is there in another way, what overwriting would take."""
    async with desk(tmp_path) as here:
        how = {"reblogs": True, "notify": False, "languages": None}
        here.me.following = {"cy@far.example": dict(how), "dov@far.example": dict(how)}
        preview = await here.importing(here.open("follows.csv", FOLLOWS)).preview()

        assert (preview.new, preview.changed, preview.already, preview.remove) == (1, 1, 0, 1)
        assert [m for m, _ in here.town.asked if m != "GET"] == []


async def test_rows_are_put_as_they_are_meant_and_once_only(tmp_path: Path) -> None:
    """Flags and languages go along; the second time nothing is left to do."""
    async with desk(tmp_path) as here:
        opened = here.open("follows.csv", FOLLOWS)
        first = await here.importing(opened).run()
        follows = here.town.count("POST", ".*/follow")
        second = await here.importing(opened, "another").run()

        assert here.me.following["bo@far.example"]["languages"] == ["nl", "en"]
        assert here.me.following["cy@far.example"] == {
            "reblogs": False,
            "notify": True,
            "languages": None,
        }
        assert (first.count("done"), second.count("already")) == (2, 2)
        assert here.town.count("POST", ".*/follow") == follows == 2


async def test_who_cannot_be_found_costs_only_themselves(tmp_path: Path) -> None:
    """Each with its line and reason; who must agree is told apart."""
    async with desk(tmp_path) as here:
        here.town.unknown = {"gone@far.example"}
        here.town.locked = {"lou@far.example"}
        text = "gone@far.example\nlou@far.example\nbo@far.example\nana@" + here.town.host + "\n"
        result = await here.importing(here.open("follows.csv", text)).run()

        assert [(row.line, row.state) for row in result.rows] == [
            (1, "failed"),
            (2, "requested"),
            (3, "done"),
            (4, "failed"),
        ]
        assert "cannot find gone@far.example" in result.rows[0].why
        assert result.rows[3].why == "That is the account itself."


async def test_a_limit_stops_it_and_it_goes_on_where_it_was(tmp_path: Path) -> None:
    """First it waits; when that is too long it ends, and nothing is done twice."""
    async with desk(tmp_path) as here:
        here.town.follow_limit = 2
        opened = here.open("follows.csv", "".join(f"p{n}@far.example\n" for n in range(5)))
        with pytest.raises(RateLimited):
            await here.importing(opened).run()
        assert len(here.me.following) == 4
        assert here.importing(opened).result().count("left") == 1
        await http_forgets(here)
        here.town.reopen()
        result = await here.importing(opened).run()

        assert (result.count("done"), len(here.me.following)) == (5, 5)
        accepted = [path for method, path in here.town.asked if path.endswith("/follow")]
        assert len(accepted) == 5 + 2  # and two that were refused


async def http_forgets(here: Desk) -> None:
    """Another process later: nothing is known of limits."""
    await here.http.close()
    here.http = Http(user_agent="Godwit tests")


async def test_a_dead_server_ends_it_and_one_bad_answer_does_not(tmp_path: Path) -> None:
    """What was not its turn is left for the next time."""
    async with desk(tmp_path) as here:
        opened = here.open("blocks.csv", "".join(f"p{n}@far.example\n" for n in range(8)))
        ill = {"@p1@far.example": 1}

        def before(method: str, path: str) -> bytes | None:
            if path.endswith("/block") and ill.pop(path.split("/")[4], 0):
                return said({"error": "Oops"}, 500)
            if path.endswith("/block") and len(here.me.blocks) >= 4:
                return said({"error": "Oops"}, 500)
            return None

        here.town.before = before
        with pytest.raises(Unreachable):
            await here.importing(opened).run()
        states = [row.state for row in here.importing(opened).result().rows]

        assert states == ["done", "failed", "done", "done", "done", "failed", "failed", "left"]


async def test_lists_are_made_once_and_their_people_followed(tmp_path: Path) -> None:
    """As servers import them; a list of that name is used."""
    async with desk(tmp_path) as here:
        here.me.lists = [{"id": "0", "title": "Friends", "members": []}]
        text = "Friends,bo@far.example\nFriends,cy@far.example\n=1+1,bo@far.example\n"
        opened = here.open("lists.csv", text)
        await here.importing(opened).run()
        await here.importing(opened, "another").run()

        assert [(one["title"], one["members"]) for one in here.me.lists] == [
            ("Friends", ["bo@far.example", "cy@far.example"]),
            ("=1+1", ["bo@far.example"]),
        ]
        assert set(here.me.following) == {"bo@far.example", "cy@far.example"}


async def test_overwriting_takes_away_what_the_file_lacks(tmp_path: Path) -> None:
    """Only where that is meant, and never lists, tags or filters."""
    async with desk(tmp_path) as here:
        how = {"reblogs": True, "notify": False, "languages": None}
        here.me.following = {"bo@far.example": dict(how), "dov@far.example": dict(how)}
        one = here.importing(here.open("follows.csv", "bo@far.example\ncy@far.example\n"))
        await one.run()
        assert await one.overwrite() == 1
        assert set(here.me.following) == {"bo@far.example", "cy@far.example"}
        with pytest.raises(Unsupported):
            await here.importing(here.open("lists.csv", "A,bo@far.example\n"), "l").overwrite()


async def test_an_export_is_imported_whole_by_somebody_else(tmp_path: Path) -> None:
    """Everything that files can hold arrives, whatever was there before."""
    async with desk(tmp_path) as here:
        lived_in(here.me)
        old = here.me
        done = await export(here.service, tmp_path / "out")
        here.me = here.town.settle("ana")
        for path in files_in([tmp_path / "out"]):
            result = await here.importing(open_file(path), path.stem).run()
            assert result.count("failed", "left") == 0

        assert here.me.following == old.following
        assert here.me.blocks == old.blocks
        assert here.me.domains == old.domains
        assert here.me.bookmarks == old.bookmarks
        assert (here.me.tags, set(here.me.mutes)) == (old.tags, set(old.mutes))
        assert [one["title"] for one in here.me.filters] == ["Tide"]
        counts = {one.kind: one.count for one in done.files}
        assert counts["followers"] == 3
        assert (tmp_path / "out/followers.csv").stat().st_mode & 0o077 == 0


def lived_in(me: Person) -> None:
    """Somebody who has been there for a while."""
    me.following = {
        "bo@far.example": {"reblogs": True, "notify": False, "languages": ["nl"]},
        "cy@far.example": {"reblogs": False, "notify": True, "languages": None},
    }
    me.followers = [f"f{n}@far.example" for n in range(3)]
    me.mutes = {"mo@far.example": {"notifications": False}}
    me.blocks = {"bad@far.example": None}
    me.domains = {"evil.example": None}
    me.lists = [
        {"id": "0", "title": "Friends", "members": ["bo@far.example"], "replies_policy": "none"},
        {"id": "1", "title": "Empty", "members": [], "exclusive": True},
    ]
    me.bookmarks = ["https://far.example/users/bo/statuses/1"]
    me.tags = ["tide"]
    me.policy = {"for_bots": "filter", "for_not_following": "accept"}
    me.described = {"avatar_description": "Ana by the sea"}
    me.featured = ["birds"]
    me.endorsed = ["bo@far.example"]
    me.notes = {"bo@far.example": "Met at the harbour"}
    me.filters = [
        {
            "id": "0",
            "title": "Tide",
            "context": ["home"],
            "filter_action": "hide",
            "expires_at": None,
            "keywords": [{"id": "1", "keyword": "ebb", "whole_word": True}],
        }
    ]
    me.profile = {
        "display_name": "Ana",
        "note": "By the sea",
        "locked": "true",
        "fields_attributes[0][name]": "Web",
        "fields_attributes[0][value]": "https://ana.example",
    }


def test_files_of_a_folder_come_in_a_good_order(tmp_path: Path) -> None:
    """What shuts out first; what cannot be imported not at all."""
    for name in ("lists.csv", "blocked_domains.csv", "followers.csv", "notes.txt"):
        (tmp_path / name).write_text("x")

    assert [path.name for path in files_in([tmp_path])] == ["blocked_domains.csv", "lists.csv"]
    assert set(IN_ORDER) >= {"following", "filters"}


def test_files_that_are_none_are_refused_in_words(tmp_path: Path) -> None:
    """Missing, followers, JSON that is something else."""
    with pytest.raises(NotFound, match="There is no file"):
        open_file(tmp_path / "no.csv")
    (tmp_path / "followers.csv").write_text("Account address\na@b.example\n")
    with pytest.raises(Unsupported, match="nobody can be made to"):
        open_file(tmp_path / "followers.csv")
    for text in ("{}", "[]", "{", '{"custom_filters": 3}', "[" * 50_000):
        (tmp_path / "x.json").write_text(text)
        with pytest.raises(BadInput, match="no file of filters"):
            open_file(tmp_path / "x.json")


async def test_filters_are_made_once_and_nonsense_is_told(tmp_path: Path) -> None:
    """By title and places; making one is not safe to repeat."""
    good = '{"title":"Tide","context":["home","of-tomorrow"],"action":"hide","expires_at":%s,'
    good += '"keywords_attributes":[{"keyword":"ebb","whole_word":false},{"keyword":7}]}'
    ends = '"2099-01-01T00:00:00Z"'
    bad = '{"title":" "},{"title":"x","context":[]},{"title":"y","context":["home"]},3'
    async with desk(tmp_path) as here:
        text = f'{{"custom_filters":[{good % ends},{good % "null"},{bad}]}}'
        opened = here.open("custom_filters.json", text)
        await here.importing(opened).run()
        await here.importing(opened, "another").run()

        [one] = here.me.filters
        assert one["keywords_attributes"] == [{"keyword": "ebb", "whole_word": False}]
        left = (datetime(2099, 1, 1, tzinfo=UTC) - datetime.now(UTC)).total_seconds()
        assert abs(one["expires_in"] - left) < 60
        assert [skip.why for skip in opened.table.skipped] == [
            "It stands in the file already.",
            "It has no title.",
            "It says of no place where it holds.",
            "There are no words in it.",
            "It is no filter.",
        ]


async def test_a_list_of_servers_never_costs_people(tmp_path: Path) -> None:
    """Whoever wrote it does not know whom one follows, and who follows one."""
    async with desk(tmp_path) as here:
        how = {"reblogs": True, "notify": False, "languages": None}
        here.me.following = {"bo@sub.far.example": how}
        here.me.followers = ["cy@near.example"]
        text = "far.example\nnear.example\nevil.example\nar.example\n"
        result = await here.importing(here.open("blocked_domains.csv", text)).run()

        assert list(here.me.domains) == ["evil.example", "ar.example"]
        assert [row.state for row in result.rows] == ["failed", "failed", "done", "done"]
        assert "bo@sub.far.example" in result.rows[0].why


async def test_a_mute_that_ends_is_not_made_to_stay(tmp_path: Path) -> None:
    """A file cannot say when mutes end."""
    async with desk(tmp_path) as here:
        until = datetime(2099, 1, 1, tzinfo=UTC).isoformat()
        here.me.mutes = {"mo@far.example": {"notifications": False, "until": until}}
        text = "Account address,Hide notifications\nmo@far.example,true\n"
        result = await here.importing(here.open("mutes.csv", text)).run()

        assert result.count("already") == 1
        assert here.me.mutes["mo@far.example"]["until"] == until
