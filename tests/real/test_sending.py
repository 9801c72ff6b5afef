"""Posting to both real networks from the command line: once each, edited, deleted, one card."""

from __future__ import annotations

import asyncio
import json
import secrets
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.services.composing import COMPOSING
from app.store import Store
from tests.faults.godwit import Godwit
from tests.faults.letters import killed, resumed
from tests.rigs import run
from tests.rigs.run import Rig
from tests.unit.services import pictures

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
Json = dict[str, Any]


class Both:
    """The program, and what the servers themselves say."""

    def __init__(self, profile: Path, first: Rig, second: Rig) -> None:
        self.godwit = Godwit(profile, {"GODWIT_PLC_URL": second["plc"]})
        self._origin = first["base_url"]
        self._token = next(one["token"] for one in first["accounts"] if one["acct"] == "dov")
        person = next(one for one in second["accounts"] if one["handle"].startswith("dan"))
        self._pds, self._did = person["pds"], person["did"]
        self._second = second
        self.godwit.ok(
            "account", "add", "mastodon", self._origin, "--token-stdin", stdin=self._token + "\n"
        )
        self.godwit.ok(
            "account", "add", "bluesky", person["handle"], "--pds", self._pds,
            "--app-password-stdin", stdin=person["password"] + "\n",
        )  # fmt: skip
        self._me = self._get(f"{self._origin}/api/v1/accounts/verify_credentials")["id"]

    def first(self, mark: str) -> list[Json]:
        """My posts with *mark* on the first network, oldest first."""
        found = self._get(f"{self._origin}/api/v1/accounts/{self._me}/statuses?limit=40")
        return [one for one in reversed(found) if mark in one["content"]]

    def second(self, mark: str) -> list[Json]:
        """Records with *mark* in my repo, oldest first."""
        query = f"repo={self._did}&collection=app.bsky.feed.post&limit=60"
        found = self._get(f"{self._pds}/xrpc/com.atproto.repo.listRecords?{query}")["records"]
        return [one for one in reversed(found) if mark in one["value"]["text"]]

    def delete_first(self, id: str) -> None:
        """Delete that post of mine on the first network, past Godwit."""
        self._get(f"{self._origin}/api/v1/statuses/{id}", method="DELETE")

    def card(self, mark: str) -> Json:
        """The row of the timeline with it, once the second network's view has what was written."""
        run.catch_up(self._second)
        self.godwit.ok("sync")
        items = self.godwit.ok("timeline", "--no-sync", "--limit", "300")["items"]
        [found] = [one for one in items if mark in (one["text"] or "")]
        return dict(found)

    def _get(self, url: str, method: str = "GET") -> Any:
        mine = url.startswith(self._origin)
        headers = {"Authorization": f"Bearer {self._token}"} if mine else {}
        request = urllib.request.Request(url, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as r:
            return json.loads(r.read())


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, mastodon_rig: Rig, atproto_rig: Rig
) -> Iterator[Both]:
    """An account on each."""
    yield Both(tmp_path_factory.mktemp("sending") / "profile", mastodon_rig, atproto_rig)


@pytest.fixture
def mark() -> str:
    """What no other post says."""
    return f"sent{secrets.token_hex(5)}"


def test_one_draft_on_both_networks_and_away_again(both: Both, mark: str, tmp_path: Path) -> None:
    """A picture with words, a warning, a mention, a link, a tag: all of it there, as one card."""
    godwit = both.godwit
    photo = pictures.jpeg(tmp_path / "boat.jpg", (400, 300), turned=6)
    text = f"{mark} with @ana and https://example.org/open #birds"
    sent = godwit.ok(
        "post", text, "--media", str(photo), "--alt", "A boat", "--warn", "Weather", "--lang", "en"
    )
    assert [lane["state"] for lane in sent["lanes"]] == ["delivered", "delivered"]

    [here], [there] = both.first(mark), both.second(mark)
    assert (here["spoiler_text"], here["language"]) == ("Weather", "en")
    assert [one["description"] for one in here["media_attachments"]] == ["A boat"]
    assert [one["acct"] for one in here["mentions"]] == ["ana"]
    [image] = there["value"]["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == ("A boat", {"width": 300, "height": 400})
    kinds = [f["features"][0]["$type"].rpartition("#")[2] for f in there["value"]["facets"]]
    assert sorted(kinds) == ["link", "tag"]
    card = both.card(mark)
    assert set(card["uris"]) == {here["uri"], there["uri"]}
    assert set(card["networks"]) == {"mastodon", "bluesky"}

    edited = godwit.run("--json", "edit", here["uri"], f"{mark} edited", "--repost")
    assert edited.status == 0, edited.err
    [here], [there] = both.first(f"{mark} edited"), both.second(f"{mark} edited")
    assert [one["description"] for one in here["media_attachments"]] == ["A boat"]
    assert there["value"]["embed"]["images"][0]["alt"] == "A boat"
    assert godwit.run("delete", there["uri"]).status == 0
    assert (both.first(mark), both.second(mark)) == ([], [])


def test_people_are_told_what_is_lost_and_where_it_is_now(both: Both, mark: str) -> None:
    """In words: the warning left out; the address after it was posted anew, and no old copy."""
    sent = both.godwit.run("post", mark, "--warn", "Weather")
    assert (sent.status, "has no warning text; it is left out here" in sent.out) == (0, True)
    here = both.first(mark)[0]["uri"]
    old = both.second(mark)[0]["uri"].rpartition("/")[2]
    both.card(mark)
    edited = both.godwit.run("edit", here, f"{mark} anew", "--repost")
    new = both.second(mark)[0]["uri"].rpartition("/")[2]
    assert (edited.status, new in edited.out, old in edited.out) == (0, True, False), edited.out

    talk = both.godwit.run("thread", here)
    assert (talk.status, "gone" in talk.err) == (0, False), talk.err


def test_half_an_answer_is_shown_with_a_note(both: Both, mark: str) -> None:
    """One copy was deleted elsewhere: the other network still tells its conversation."""
    both.godwit.ok("post", mark)
    here = both.first(mark)[0]
    both.card(mark)
    both.delete_first(here["id"])

    talk = both.godwit.run("thread", both.second(mark)[0]["uri"])
    assert (talk.status, mark in talk.out, "note: " in talk.err) == (0, True, True), talk.err
    there = both.second(mark)[0]["uri"]
    assert both.godwit.run("delete", there).status == 0


def test_descriptions_can_be_compulsory(both: Both, mark: str, tmp_path: Path) -> None:
    """Else they are spoken of; nothing leaves without them where the user wants that."""
    photo = str(pictures.jpeg(tmp_path / "boat.jpg"))
    dry = both.godwit.run("post", mark, "--media", photo, "--dry-run")
    assert (dry.status, "no description" in dry.err) == (0, True), dry.err

    store = Store.open(Path(both.godwit.profile))
    asyncio.run(store.keep(lambda keeper: keeper.set_setting(COMPOSING, {"alt_required": True})))
    try:
        refused = both.godwit.run("post", mark, "--media", photo)
        assert (refused.status, "no description" in refused.err) == (2, True), refused.err
        assert (both.first(mark), both.second(mark)) == ([], [])
        both.godwit.ok("post", mark, "--media", photo, "--alt", "A boat")
    finally:
        asyncio.run(store.keep(lambda keeper: keeper.set_setting(COMPOSING, {})))
        store.close()


def test_a_long_text_is_a_proper_thread(both: Both, mark: str) -> None:
    """2 000 characters: as few posts as each network lets it be, chained in order."""
    text = " ".join(f"{mark} sentence {n} of a long text that goes on." for n in range(45))[:2_000]
    sent = both.godwit.ok("post", text, "--thread")
    here, there = both.first(mark), both.second(mark)

    counts = {lane["network"]: len(lane["parts"]) for lane in sent["lanes"]}
    assert counts == {"mastodon": len(here), "bluesky": len(there)}
    assert 4 <= len(here) < len(there) <= 9
    assert [p["in_reply_to_id"] for p in here] == [None, *(p["id"] for p in here[:-1])]
    replies = [p["value"].get("reply") for p in there]
    assert [r and r["parent"]["uri"] for r in replies] == [None, *(p["uri"] for p in there[:-1])]
    assert {r["root"]["uri"] for r in replies if r} == {there[0]["uri"]}
    said = " ".join(p["value"]["text"] for p in there).split()
    assert said == text.split()

    assert both.godwit.run("delete", here[0]["uri"]).status == 0
    assert (both.first(mark), both.second(mark)) == ([], [])


def test_a_long_text_is_one_post_where_the_server_takes_it(
    atproto_rig: Rig, mark: str, tmp_path: Path
) -> None:
    """2 000 characters: whole on a server that says so, a thread of the same draft elsewhere."""
    text = " ".join(f"{mark} sentence {n} of a long text that goes on." for n in range(45))[:2_000]
    with run.mastodon("--max-characters", "5000") as large:
        both = Both(tmp_path / "profile", large, atproto_rig)
        both.godwit.ok("post", text, "--thread")
        [here], there = both.first(mark), both.second(mark)
        assert (
            " ".join(here["content"].replace("<p>", "").replace("</p>", "").split()) == text.strip()
        )
        assert 7 <= len(there) <= 9
        both.godwit.ok("delete", here["uri"])
        assert (both.first(mark), both.second(mark)) == ([], [])


@pytest.mark.parametrize(
    ("event", "number", "moment"), [("ask", 1, "after"), ("ask", 2, "0.002"), ("keep", 4, "before")]
)
def test_killed_on_its_way_it_arrives_once(
    event: str, number: int, moment: str, both: Both, mark: str
) -> None:
    """On real servers, too."""
    killed(both.godwit, event, number, moment, mark)
    lanes = resumed(both.godwit)

    assert {"delivered"} >= {lane["state"] for lane in lanes}, lanes
    assert (1, 1) == (len(both.first(mark)), len(both.second(mark)))


def test_an_answer_and_a_quote_of_my_own(both: Both, mark: str) -> None:
    """Where the parent is, and nowhere else."""
    sent = both.godwit.ok("post", f"{mark} first")
    uris = {lane["network"]: lane["parts"][0]["uri"] for lane in sent["lanes"]}
    answer = both.godwit.ok("post", f"{mark} answer", "--reply-to", uris["bluesky"])
    assert [lane["network"] for lane in answer["lanes"]] == ["bluesky"]
    both.godwit.ok(
        "post", f"{mark} quote", "--quote", uris["bluesky"], "--to", answer["lanes"][0]["account"]
    )

    first, reply, quote = both.second(mark)
    assert reply["value"]["reply"]["parent"] == {"uri": first["uri"], "cid": first["cid"]}
    assert quote["value"]["embed"]["record"]["uri"] == first["uri"]
    assert len(both.first(mark)) == 1
