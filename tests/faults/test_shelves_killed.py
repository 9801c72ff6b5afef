"""Lists, folders and followed tags, killed (SIGKILL) while they are edited: nothing lost, nothing twice."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.bluesky_server import HANDLE
from tests.contract.mastodon_server import TOKEN
from tests.contract.server import Answer, Asking
from tests.contract.shelving import ITEM, LIST
from tests.faults.conftest import add_mastodon
from tests.faults.godwit import ROOT, Godwit, environment
from tests.faults.letters import Letters
from tests.faults.world import World

pytestmark = pytest.mark.timeout(300)

TEUN = {"mastodon": "teun@polder.example", "bluesky": "teun.example.com"}


def killed(godwit: Godwit, event: str, number: int, moment: str, *arguments: str) -> None:
    """Begin a command, and be killed then."""
    words = [str(godwit.profile), event, str(number), moment, *arguments]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.act_and_die", *words],
        cwd=ROOT,
        env=environment(godwit.more),
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr + done.stdout


def must_be_whole(godwit: Godwit) -> None:
    """Both files of the profile."""
    for name in ("cache.db", "keep.db"):
        kept = sqlite3.connect(Path(godwit.profile) / name)
        assert [("ok",)] == kept.execute("PRAGMA integrity_check").fetchall()
        kept.close()


def lists(godwit: Godwit) -> list[tuple[str, list[str]]]:
    """Titles, and who is on them, as the servers have them."""
    done = godwit.quick("--json", "list")
    assert done.status == 0, done.err
    told = done.json()["lists"]
    return [(one["title"], sorted(who["handle"] for who in one["members"])) for one in told]


@pytest.mark.parametrize(
    ("network", "moment"), [("mastodon", "after"), ("bluesky", "0.004"), ("bluesky", "after")]
)
def test_a_list_that_is_edited_while_it_is_killed(
    network: str, moment: str, world: World, godwit: Godwit, ana: str
) -> None:
    """Run again, each act is done once; of what is deleted nothing stays behind."""
    letters = Letters(world)
    whose = ["--account", ana if network == "mastodon" else HANDLE]
    teun = TEUN[network]

    def twice(*arguments: str) -> None:
        """Killed on its way; then again: done, or there is nothing left to do."""
        killed(godwit, "ask", 1, moment, "list", *arguments, *whose)
        must_be_whole(godwit)
        again = godwit.quick("--json", "list", *arguments, *whose)
        kind = again.json()["error"]["kind"] if again.status else ""
        assert kind in ("", "not_found"), again.err

    twice("make", "Estuary")
    assert lists(godwit) == [("Estuary", [])]
    twice("put", "Estuary", teun)
    assert lists(godwit) == [("Estuary", [teun])]
    twice("rename", "Estuary", "Shore")
    assert lists(godwit) == [("Shore", [teun])]
    twice("take", "Shore", teun)
    assert lists(godwit) == [("Shore", [])]
    assert godwit.quick("list", "put", "Shore", teun, *whose).status == 0
    twice("delete", "Shore")
    assert lists(godwit) == []
    assert [key for key in letters.repo.records if key[0] in (LIST, ITEM)] == []


@pytest.mark.parametrize("moment", ["before", "after"])
def test_folders_are_renamed_whole_or_not_at_all(moment: str, godwit: Godwit) -> None:
    """However many posts are in one; notes stay with their posts."""
    uris = godwit.posts()[:3]
    for number, uri in enumerate(uris):
        godwit.ok("bookmarks", "file", uri, "--folder", "Birds", "--note", f"Note {number}")
    killed(godwit, "keep", 1, moment, "bookmarks", "rename", "Birds", "Waders")
    must_be_whole(godwit)
    folders = godwit.quick("--json", "bookmarks", "folders").json()["folders"]
    assert folders == [{"name": "Waders" if moment == "after" else "Birds", "count": 3}]
    if moment == "before":
        godwit.ok("bookmarks", "rename", "Birds", "Waders")
    killed(godwit, "keep", 1, moment, "bookmarks", "unfile", uris[0])
    godwit.ok("bookmarks", "unfile", uris[0])

    kept = godwit.quick("--json", "bookmarks", "--no-sync", "--folder", "Waders").json()["items"]
    assert {one["uri"]: one["note"] for one in kept} == {uris[1]: "Note 1", uris[2]: "Note 2"}


class Tags:
    """Tags as a server keeps them; who follows one twice follows it once."""

    def __init__(self, world: World) -> None:
        self.followed: list[str] = []
        self.asked = 0
        world.instead("mastodon", "/api/v1/followed_tags", self._all)
        for act in ("follow", "unfollow"):
            world.instead("mastodon", f"/api/v1/tags/Ebb/{act}", self._act)

    def _all(self, _: Asking) -> Answer:
        return Answer([{"name": name, "following": True} for name in self.followed])

    def _act(self, asking: Asking) -> Answer:
        self.asked += 1
        others = [name for name in self.followed if name != "Ebb"]
        self.followed = others if asking.path.endswith("/unfollow") else [*others, "Ebb"]
        return Answer({"name": "Ebb", "following": "Ebb" in self.followed})


def known(godwit: Godwit) -> list[str]:
    """Tags that are followed, as a look at the servers tells."""
    told = godwit.quick("--json", "tag").json()["tags"]
    return [tag for one in told for tag in one["tags"]]


@pytest.mark.parametrize(("event", "moment"), [("ask", "after"), ("keep", "before")])
def test_a_tag_at_a_server_is_followed_once_and_left(
    event: str, moment: str, world: World, fresh: Godwit
) -> None:
    """Killed between server and disk, a look shows what the server has."""
    server = Tags(world)
    fresh.ok(*add_mastodon(world), stdin=TOKEN + "\n")
    for act, after in (("follow", ["Ebb"]), ("unfollow", [])):
        killed(fresh, event, 1, moment, "tag", act, "Ebb")
        must_be_whole(fresh)
        assert known(fresh) == server.followed
        fresh.ok("tag", act, "Ebb")
        assert known(fresh) == server.followed == after
    assert server.asked >= 2


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_tag_that_is_kept_here_is_followed_once_and_left(moment: str, godwit: Godwit) -> None:
    """Its server keeps none: what the disk says counts."""
    godwit.ok("tag", "follow", "Waders", "--account", HANDLE)
    for act, after in (("follow", ["Waders", "Ebb"]), ("unfollow", ["Waders"])):
        before = known(godwit)
        killed(godwit, "keep", 1, moment, "tag", act, "Ebb", "--account", HANDLE)
        must_be_whole(godwit)
        assert known(godwit) in (before, after)
        godwit.ok("tag", act, "Ebb", "--account", HANDLE)
        assert known(godwit) == after
