"""Posting over a bad line: each lane arrives once, or it is said and can be tried again."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.contract import mastodon_server
from tests.contract.server import Answer, Asking, _taken_apart
from tests.faults.conftest import BLUESKY, add_mastodon
from tests.faults.godwit import Done, Godwit, must_hide
from tests.faults.letters import POST, Letters, resumed
from tests.faults.test_disk import fill
from tests.faults.test_disk import small_disk as small_disk
from tests.faults.world import World
from tests.unit.protocols.wire import Asked, reset
from tests.unit.services import pictures

pytestmark = pytest.mark.timeout(180)
MEDIA = "/api/v2/media"


@pytest.fixture
def letters(world: World) -> Iterator[Letters]:
    """Both servers take posts."""
    yield Letters(world)


def lanes(done: Done) -> dict[str, Any]:
    """By network."""
    found = done.json()
    drafts = found["drafts"] if "drafts" in found else [found]
    return {
        lane["network"]: lane | {"draft": one["draft"]} for one in drafts for lane in one["lanes"]
    }


def states(done: Done) -> tuple[str, str]:
    """Of the first and of the second lane."""
    found = lanes(done)
    return found["mastodon"]["state"], found["bluesky"]["state"]


def lose(world: World, network: str, path: str, times: int = 1) -> None:
    """Requests for *path* are answered, and the connection breaks before the answer comes."""
    server = world.server(network)
    usual = server.respond
    left = [times]

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if left[0] and asked.target.split("?")[0] == path:
            left[0] -= 1
            server.route(_taken_apart(asked))
            await reset(asked, writer)
            return
        await usual(asked, writer)

    server.respond = respond  # type: ignore[method-assign]


def refuse(world: World, network: str, path: str, answer: Answer, *, at: int = 1) -> None:
    """The so-manyth request to change something at *path* gets *answer*, and nothing is done."""
    count = [0]
    good = world._good[network]

    def route(asking: Asking) -> Answer:
        if asking.path == path and asking.method == "POST":
            count[0] += 1
            if count[0] == at:
                return answer
        return good(asking)

    world._good[network] = route


def written_offline(godwit: Godwit) -> str:
    """A draft in the outbox that nobody has tried to send. Its servers were asked once before."""
    godwit.ok("post", "Hello", "--dry-run")
    done = godwit.run("--json", "--offline", "post", "Hello")
    assert states(done) == ("queued", "queued")
    return str(lanes(done)["mastodon"]["draft"])


# -------------------------------------------------------------------- it works


def test_both_networks_get_it_and_the_command_says_where(godwit: Godwit, letters: Letters) -> None:
    """Addresses in the result; nothing stays in the outbox."""
    done = godwit.run("--json", "post", "Hello #birds")

    assert (done.status, states(done)) == (0, ("delivered", "delivered"))
    assert (letters.first, letters.second) == (["Hello #birds"], ["Hello #birds"])
    found = lanes(done)
    assert found["mastodon"]["parts"][0]["uri"] == letters.statuses.posts[0]["uri"]
    assert found["bluesky"]["parts"][0]["uri"].startswith("at://did:")
    assert (12, 500, 12, 300) == tuple(
        found[network]["parts"][0][key]
        for network in ("mastodon", "bluesky")
        for key in ("length", "limit")
    )
    assert godwit.ok("outbox") == {"drafts": [], "reactions": []}


def test_each_lane_has_its_own_text_and_form(godwit: Godwit, letters: Letters, ana: str) -> None:
    """A thread here, another text there; a picture with its words; a warning."""
    long = " ".join(f"Sentence number {n} of a long text." for n in range(12))
    done = godwit.run(
        "--json", "post", long, "--thread", "--lane", f"{ana}=Short", "--warn", "Birds"
    )

    assert done.status == 0, done.err
    assert letters.first == ["Short"] and len(letters.second) == 2
    assert letters.is_thread()
    assert letters.statuses.posts[0]["spoiler_text"] == "Birds"


def test_stdin_and_a_dry_run(godwit: Godwit, letters: Letters) -> None:
    """“-” reads; a dry run sends nothing and keeps nothing."""
    done = godwit.run("--json", "post", "-", "--dry-run", stdin="From a pipe\n")

    assert (done.status, states(done)) == (0, ("draft", "draft"))
    assert lanes(done)["bluesky"]["parts"][0]["text"] == "From a pipe"
    assert (letters.first, letters.second) == ([], [])
    assert godwit.ok("outbox") == {"drafts": [], "reactions": []}


def test_an_answer_goes_only_where_its_parent_is(godwit: Godwit, letters: Letters) -> None:
    """Not to every network that there is."""
    first = lanes(godwit.run("--json", "post", "Well?"))
    parent = first["bluesky"]["parts"][0]["uri"]
    done = godwit.run("--json", "post", "Yes", "--reply-to", parent)

    assert done.status == 0, done.err
    assert list(lanes(done)) == ["bluesky"]
    assert (letters.first, letters.second) == (["Well?"], ["Well?", "Yes"])


def test_what_does_not_fit_one_network_is_sent_to_none(godwit: Godwit, letters: Letters) -> None:
    """Exit 2, with what to do; nothing has left."""
    done = godwit.run("post", "x" * 400)

    assert done.status == 2
    assert BLUESKY in done.lines[0] and "--thread" in done.lines[1]
    assert (letters.first, letters.second) == ([], [])


def test_delete_and_edit_reach_both(godwit: Godwit, letters: Letters) -> None:
    """Where there is no edit it says what --repost would cost."""
    uri = lanes(godwit.run("--json", "post", "Helo"))["mastodon"]["parts"][0]["uri"]
    edited = godwit.run("--json", "edit", uri, "Hello")
    assert (edited.status, letters.first, letters.second) == (1, ["Hello"], ["Helo"])
    assert lanes(edited)["bluesky"]["repost"] is True
    assert "--repost" in edited.err and "likes" in edited.err

    again = godwit.run("--json", "edit", uri, "Hello", "--repost")
    assert (again.status, letters.first, letters.second) == (0, ["Hello"], ["Hello"]), again.err
    gone = godwit.run("--json", "delete", uri)
    assert (gone.status, letters.first, letters.second) == (0, [], [])
    assert godwit.run("delete", uri).status == 0
    assert godwit.run("delete", "https://nowhere.example/1").status == 1


# ------------------------------------------------------------------ a bad line


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
@pytest.mark.parametrize("keys", [True, False], ids=["with keys", "without keys"])
def test_a_lost_answer(
    network: str, keys: bool, godwit: Godwit, world: World, letters: Letters
) -> None:
    """It is looked for and found; also where the server knows no idempotency keys."""
    letters.statuses.keys = keys
    lose(world, network, POST[network])
    done = godwit.run("--json", "post", "Hello")

    assert (done.status, states(done)) == (0, ("delivered", "delivered")), done.err
    assert (letters.first, letters.second) == (["Hello"], ["Hello"])


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_an_error_of_the_server_after_it_was_done(
    network: str, godwit: Godwit, world: World, letters: Letters
) -> None:
    """500, and the post is there: nothing is sent again."""
    world.say(network, POST[network], Answer({"error": "Oops"}, 500), times=1)
    done = godwit.run("--json", "post", "Hello")

    assert (done.status, states(done)) == (0, ("delivered", "delivered")), done.err
    assert (letters.first, letters.second) == (["Hello"], ["Hello"])
    assert world.asked[network].count(POST[network]) >= 1


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_rate_limited(network: str, godwit: Godwit, world: World, letters: Letters) -> None:
    """The command says until when; the other lane is out; retry sends what is left."""
    slow = Answer({"error": "RateLimitExceeded"}, 429, {"retry_after": "2"})
    refuse(world, network, POST[network], slow)
    done = godwit.run("--json", "post", "Hello")
    found = lanes(done)
    assert done.status == 1
    assert (found[network]["state"], found[network]["error"]["kind"]) == ("queued", "rate_limited")
    other = "bluesky" if network == "mastodon" else "mastodon"
    assert found[other]["state"] == "delivered"

    again = godwit.run("--json", "outbox", "retry", found[network]["draft"])
    assert (again.status, states(again)) == (0, ("delivered", "delivered"))
    assert (letters.first, letters.second) == (["Hello"], ["Hello"])


def test_signed_out_in_the_middle_of_a_thread(
    godwit: Godwit, world: World, letters: Letters
) -> None:
    """What is out stays; signed in again it goes on with the next post."""
    text = "\n---\n".join(["one", "two", "three"])
    out = Answer({"error": "The access token was revoked"}, 401)
    refuse(world, "mastodon", POST["mastodon"], out, at=2)
    done = godwit.run("--json", "post", text, "--thread")
    found = lanes(done)["mastodon"]
    assert (done.status, found["state"], found["error"]["kind"]) == (1, "queued", "signed_out")
    assert (letters.first, letters.second) == (["one"], ["one", "two", "three"])

    godwit.ok(*add_mastodon(world), stdin=mastodon_server.TOKEN + "\n")
    again = godwit.run("--json", "outbox", "retry", found["draft"])
    assert (again.status, states(again)) == (0, ("delivered", "delivered")), again.err
    assert letters.first == ["one", "two", "three"] and letters.is_thread()


def test_an_upload_that_dies_at_its_end(
    godwit: Godwit, world: World, letters: Letters, tmp_path: Path
) -> None:
    """The file is there, the answer is not: it is handed over again; one post, one picture."""
    lose(world, "mastodon", MEDIA)
    picture = pictures.png(tmp_path / "a.png")
    done = godwit.run("--json", "post", "Look", "--media", str(picture), "--alt", "A boat")
    found = lanes(done)
    assert (found["mastodon"]["state"], found["bluesky"]["state"]) == ("queued", "delivered")
    again = godwit.run("--json", "outbox", "retry", found["mastodon"]["draft"])

    assert (again.status, letters.first, letters.second) == (0, ["Look"], ["Look"])
    [media] = letters.statuses.posts[0]["media_attachments"]
    assert media["description"] == "A boat"


def test_no_line_at_all(godwit: Godwit, world: World, letters: Letters) -> None:
    """It is kept and said; --offline keeps it without asking; the next window sends both."""
    godwit.ok("post", "first")
    world.mastodon.fault = world.bluesky.fault = "cut"
    one = godwit.run("--json", "post", "second")
    two = godwit.run("--json", "--offline", "post", "third")
    assert (one.status, two.status) == (1, 1)
    assert states(two) == ("queued", "queued")
    assert {lane["state"] for lane in lanes(one).values()} <= {"queued", "unknown"}
    assert "outbox" in two.err
    world.mastodon.fault = world.bluesky.fault = ""
    ended = resumed(godwit)

    assert {"delivered"} == {lane["state"] for lane in ended}, ended
    assert letters.first == ["first", "second", "third"] == letters.second


def test_refused_by_one_network(godwit: Godwit, world: World, letters: Letters) -> None:
    """Its words are said; only that lane is tried again."""
    no = Answer({"error": "Validation failed: Text contains a forbidden word"}, 422)
    refuse(world, "mastodon", POST["mastodon"], no)
    done = godwit.run("--json", "post", "Hello")
    found = lanes(done)["mastodon"]
    assert (done.status, found["state"]) == (1, "failed")
    assert "forbidden word" in found["error"]["message"]
    again = godwit.run("--json", "outbox", "retry", found["draft"])

    assert (again.status, letters.first, letters.second) == (0, ["Hello"], ["Hello"])


# ----------------------------------------------------------- two of us, and the disk


def test_two_processes_send_the_same_draft(godwit: Godwit, world: World, letters: Letters) -> None:
    """It leaves once."""
    draft = written_offline(godwit)
    letters.statuses.keys = False
    with ThreadPoolExecutor(3) as pool:
        begun = [pool.submit(godwit.run, "--json", "outbox", "retry", draft) for _ in range(3)]
        ends = [one.result() for one in begun]

    assert (letters.first, letters.second) == (["Hello"], ["Hello"]), [e.err for e in ends]
    assert 0 in [end.status for end in ends]


def test_taken_back(godwit: Godwit, letters: Letters) -> None:
    """What has not left is a draft again, and does not leave any more."""
    draft = written_offline(godwit)
    done = godwit.run("--json", "outbox", "cancel", draft)

    assert (done.status, states(done)) == (0, ("cancelled", "cancelled"))
    assert godwit.ok("outbox") == {"drafts": [], "reactions": []}
    assert resumed(godwit) == []
    assert (letters.first, letters.second) == ([], [])


def test_a_full_disk_sends_nothing(
    read_profile: Path, small_disk: Path, world: World, letters: Letters
) -> None:
    """It is said with what to do; with room it leaves once."""
    shutil.copytree(read_profile, small_disk / "profile")
    godwit = Godwit(small_disk / "profile")
    filler = fill(small_disk, 0)
    done = godwit.run("post", "Hello")
    assert done.status == 1
    assert "disk is full" in done.err and "Free some space" in done.err
    assert (letters.first, letters.second) == ([], [])
    filler.unlink()

    assert godwit.run("post", "Hello").status == 0
    assert (letters.first, letters.second) == (["Hello"], ["Hello"])


def test_no_words_of_mine_are_in_the_log(godwit: Godwit, world: World, letters: Letters) -> None:
    """Neither of what was sent, nor of what failed."""
    world.say("mastodon", POST["mastodon"], Answer({"error": "Oops"}, 500), times=1)
    godwit.run("-v", "post", "canary-of-my-diary", "--warn", "canary-of-my-warning")
    for name, data in godwit.files().items():
        if "log" in name:
            must_hide(data.decode("utf-8", "replace"))
