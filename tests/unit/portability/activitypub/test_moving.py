"""From one server of the fediverse to another: all that can be carried is, nothing twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from app.model.errors import BadInput, NotFound, Refused
from tests.unit.portability.activitypub.house import SURE, asked, mover, state
from tests.unit.portability.activitypub.test_archive import post
from tests.unit.portability.activitypub.town import PASSWORD, Person, said


@pytest.mark.parametrize("dialect", ["uris", "names"])
async def test_where_servers_can_it_all_goes_by_itself(tmp_path: Path, dialect: str) -> None:
    """Everything is there as it was, and the followers come."""
    async with mover(tmp_path, dialect, dialect) as here:
        plan = await here.plan()
        assert {goes.how for goes in plan.goes if goes.kind == "people"} == {"moves"}
        status = await here.run(SURE)

        assert status.state == "done", status.error
        was, now = here.was, here.is_now
        assert now.following == was.following
        assert set(now.mutes) == set(was.mutes)
        assert (now.blocks, now.domains) == (was.blocks, was.domains)
        assert (now.bookmarks, now.tags) == (was.bookmarks, was.tags)
        assert (now.featured, now.endorsed, now.notes) == (was.featured, was.endorsed, was.notes)
        assert [(one["title"], one["members"]) for one in now.lists] == [
            ("Friends", ["bo@far.example"]),
            ("Empty", []),
        ]
        assert (now.lists[0]["replies_policy"], now.lists[1]["exclusive"]) == ("none", True)
        assert [one["title"] for one in now.filters] == ["Tide"]
        assert (now.profile["display_name"], now.profile["locked"]) == ("Ana", "false")
        assert (now.policy, now.described) == (was.policy, was.described)
        assert now.pictures["avatar"].startswith(b"\x89PNG")
        assert len(now.followers) == 3
        assert was.moved == here.new.uri("ana2")


async def test_notes_come_along_also_about_people_who_are_not_followed(tmp_path: Path) -> None:
    """About who is muted or blocked, and about followers."""
    async with mover(tmp_path, "uris", "uris") as here:
        muted, follower = next(iter(here.was.mutes)), next(iter(here.was.followers))
        assert not {muted, follower} & set(here.was.following)
        here.was.notes |= {muted: "Too loud at night", follower: "Met at the slipway"}
        await here.plan()
        await here.run(SURE)

        assert here.is_now.notes == here.was.notes


async def test_all_is_saved_before_anything_is_changed(tmp_path: Path) -> None:
    """No request changes anything on either side until all was read of the old account."""
    async with mover(tmp_path, "uris", "uris") as here:
        await here.plan()
        assert [m for m, _ in [*here.old.asked, *here.new.asked] if m != "GET"] == []
        await here.run(SURE, until="harvest")
        assert [m for m, _ in [*here.old.asked, *here.new.asked] if m != "GET"] == []
        await here.run(SURE)

        changes = [path for method, path in here.old.asked if method != "GET"]
        assert changes == ["/api/v1/accounts/move"]
        folder = tmp_path / "profile/moves" / here.id / "old"
        names = {path.name for path in folder.iterdir()}
        assert {"following_accounts.csv", "details.json", "profile.json", "avatar.png"} <= names


async def test_pages_are_shown_and_watched(tmp_path: Path) -> None:
    """What to type is there to copy; when it is done, it goes on by itself."""
    async with mover(tmp_path) as here:
        await here.plan()
        status = await here.run(watch=False)
        need = asked(status)["alias"]
        assert (need.kind, need.copy) == ("page", f"@ana@{here.old.host}")
        assert need.url == f"{here.new.origin}/settings/aliases"

        ticks = 0

        def user() -> None:
            nonlocal ticks
            ticks += 1
            if ticks == 3:
                here.is_now.aliases.append(here.old.uri("ana"))

        here.clock.tick = user
        status = await here.run(SURE, until="bookmarks")
        assert state(status, "bookmarks") == "done"

        status = await here.run(watch=False)
        need = asked(status)["move"]
        assert (need.url, need.copy) == (
            f"{here.old.origin}/settings/migration",
            f"@ana2@{here.new.host}",
        )
        here.old.move(here.was, here.new.uri("ana2"))
        status = await here.run()

        assert status.state == "done", status.error
        assert len(here.is_now.followers) == 3


async def test_nothing_public_happens_without_the_users_word(tmp_path: Path) -> None:
    """The password alone is not it."""
    async with mover(tmp_path, "uris", "uris") as here:
        await here.plan()
        status = await here.run({"old-password": PASSWORD, "posts": "no"})

        assert set(asked(status)) == {"go"}
        assert "3 followers" in asked(status)["go"].prompt
        assert here.old.count("POST", ".*/move") == 0


@pytest.mark.parametrize("dialect", ["uris", "names"])
async def test_a_wrong_password_is_asked_for_again_and_none_is_kept(
    tmp_path: Path, dialect: str
) -> None:
    """Nothing has moved; nowhere in the profile is either of them."""
    async with mover(tmp_path, dialect, dialect) as here:
        await here.plan()
        status = await here.run(SURE | {"old-password": "canary-wrong-77"})
        assert set(asked(status)) == {"old-password"}
        assert here.was.moved == ""
        status = await here.run({"old-password": PASSWORD})

        assert status.state == "done", status.error
        kept = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
        assert PASSWORD.encode() not in kept
        assert b"canary-wrong-77" not in kept


async def test_a_copy_of_before_the_alias_is_waited_for(tmp_path: Path) -> None:
    """The old server says "not aliased" for a while."""
    async with mover(tmp_path, "uris", "uris") as here:
        vain = 3

        def before(method: str, path: str) -> bytes | None:
            nonlocal vain
            if path.endswith("/move") and vain:
                vain -= 1
                return said({"error": "not aliased"}, 422)
            return None

        here.old.before = before
        await here.plan()
        status = await here.run(SURE)

        assert status.state == "done", status.error
        assert here.old.count("POST", ".*/move") == 4


async def test_limits_are_waited_for_and_nothing_is_done_twice(tmp_path: Path) -> None:
    """Three follows "a day" take two days, and are made once each."""
    async with mover(tmp_path, "uris", "uris", people=4) as here:
        here.new.follow_limit = 3
        here.clock.tick = here.new.reopen
        await here.plan()
        status = await here.run(SURE)

        assert status.state == "done", status.error
        assert set(here.is_now.following) == set(here.was.following)
        refused = here.new.count("POST", ".*/follow") - len(here.was.following) - 1  # a hashtag
        assert refused == 1


async def test_a_dead_sign_in_stops_it_until_somebody_signs_in_again(tmp_path: Path) -> None:
    """It says so, and goes on where it was."""
    async with mover(tmp_path, "uris", "uris") as here:

        def before(method: str, path: str) -> bytes | None:
            if here.new.count("POST", ".*/follow") == 3 and method == "POST":
                here.is_now.revoked = True
            return None

        here.new.before = before
        await here.plan()
        status = await here.run(SURE)
        assert (status.state, status.step) == ("failed", "follows")
        assert "Sign in again" in status.next_step

        here.new.before = lambda method, path: None
        here.is_now.revoked = False
        followed = len(here.is_now.following)
        status = await (await here.again()).run(SURE)

        assert status.state == "done", status.error
        assert here.new.count("POST", ".*/follow") <= len(here.was.following) + 2
        assert 0 < followed < len(here.is_now.following) == len(here.was.following)


async def test_bots_of_bridges_are_followed_after_the_move_only(tmp_path: Path) -> None:
    """Else the bridge would open a second account."""
    bot = "bsky.brid.gy@bsky.brid.gy"
    async with mover(tmp_path, "uris", "uris") as here:
        here.was.following[bot] = {"reblogs": True, "notify": False, "languages": None}
        await here.plan()
        await here.run(SURE, until="bookmarks")
        assert bot not in here.is_now.following
        status = await here.run(SURE)

        assert status.state == "done", status.error
        assert bot in here.is_now.following


async def test_many_follows_may_go_by_a_file(tmp_path: Path) -> None:
    """The user chooses; the file's path is there to copy; what it could not do is done here."""
    async with mover(tmp_path, people=350) as here:
        here.is_now.aliases.append(here.old.uri("ana"))
        await here.plan()
        status = await here.run()
        choice = asked(status)["follows"]
        assert [value for value, _ in choice.choices] == ["file", "slowly"]

        status = await here.run({"follows": "file"}, watch=False)
        need = asked(status)["upload-follows"]
        assert need.copy.endswith("/old/to-send/following_accounts.csv")

        def server() -> None:  # the import of the server, which leaves five out
            for handle in list(here.was.following)[5:]:
                here.is_now.following.setdefault(handle, here.was.following[handle])

        here.clock.tick = server
        status = await here.run(until="follows")

        assert state(status, "follows") == "done", status.error
        assert here.is_now.following == here.was.following
        assert here.new.count("POST", ".*/follow") == 5 + 1  # and a hashtag


async def test_many_follows_go_in_one_file_where_the_server_takes_one(tmp_path: Path) -> None:
    """Nobody is asked; whom it has left out is followed here, and bots of bridges wait."""
    async with mover(tmp_path, "uris", "uris", people=350) as here:
        left = list(here.was.following)[:5]
        bot = "bsky.brid.gy@bsky.brid.gy"
        here.was.following[bot] = here.was.following[left[0]]
        here.new.unknown = {*left}

        def server() -> None:  # by and by it finds them
            if here.new.count("POST", "/api/v1/import"):
                here.new.unknown = set()

        here.clock.tick = server
        await here.plan()
        status = await here.run(SURE, until="follows")

        assert state(status, "follows") == "done", status.error
        assert set(here.is_now.following) == set(here.was.following) - {bot}
        assert here.new.count("POST", "/api/v1/import") == 1
        assert here.new.count("POST", ".*/follow") == 5 + 1  # and a hashtag


async def test_a_server_that_refuses_the_file_follows_one_by_one(tmp_path: Path) -> None:
    """It is said, and nobody is lost."""
    async with mover(tmp_path, "uris", "uris", people=310) as here:
        here.new.before = lambda method, path: (
            said({"error": "Not today"}, 422) if path == "/api/v1/import" else None
        )
        await here.plan()
        status = await here.run(SURE, until="follows")

        assert state(status, "follows") == "done", status.error
        assert set(here.is_now.following) == set(here.was.following)
        assert "Each is followed by itself" in here.said()


async def test_mutes_that_end_go_on_for_what_is_left(tmp_path: Path) -> None:
    """What has ended by itself is not brought."""
    async with mover(tmp_path, "uris", "uris") as here:
        later = here.clock.now() + timedelta(hours=2)
        here.was.mutes = {
            "mo@far.example": {"notifications": True, "until": later.isoformat()},
            "no@far.example": {
                "notifications": True,
                "until": (here.clock.now() + timedelta(seconds=5)).isoformat(),
            },
        }
        await here.plan()
        await here.run(SURE, until="filters")

        assert list(here.is_now.mutes) == ["mo@far.example"]
        assert 7000 < here.is_now.mutes["mo@far.example"]["duration"] <= 7200


async def test_people_who_must_agree_or_are_gone_are_told(tmp_path: Path) -> None:
    """Their lists are tried again after the Move."""
    async with mover(tmp_path, "uris", "uris") as here:
        here.new.unknown = {"p1@far.example"}
        here.new.locked = {"bo@far.example"}
        await here.plan()
        await here.run(SURE, until="lists")
        assert here.is_now.lists[0]["members"] == []
        here.is_now.following["bo@far.example"] = here.was.following["bo@far.example"]  # has agreed
        status = await here.run(SURE)

        assert status.state == "done", status.error
        assert here.is_now.lists[0]["members"] == ["bo@far.example"]
        assert "p1@far.example" in here.said()
        detail = next(view.detail for view in status.steps if view.id == "follows")
        assert detail == "3 follows, 1 must agree first, 1 could not be brought"


async def test_what_does_not_fit_into_the_new_profile_is_told(tmp_path: Path) -> None:
    """The rest is brought."""
    async with mover(tmp_path, "uris", "uris") as here:
        here.was.profile["note"] = "x" * 600
        await here.plan()
        status = await here.run(SURE, until="profile")

        assert state(status, "profile") == "done", status.error
        assert here.is_now.profile["display_name"] == "Ana"
        assert "does not take this: note" in here.said()


async def test_before_the_move_all_can_be_taken_back(tmp_path: Path) -> None:
    """The alias goes; the old account was never touched."""
    async with mover(tmp_path, "uris", "uris") as here:
        await here.plan()
        status = await here.run(SURE, until="alias")
        assert status.undo is not None and status.undo.possible
        assert here.is_now.aliases == [here.old.uri("ana")]
        status = await here.moves.undo(here.id)

        assert status.state == "undone"
        assert here.is_now.aliases == []
        assert [m for m, _ in here.old.asked if m != "GET"] == []


async def test_after_the_move_it_is_said_that_there_is_no_way_back(tmp_path: Path) -> None:
    """And what can be done instead."""
    async with mover(tmp_path, "uris", "uris") as here:
        await here.plan()
        status = await here.run(SURE)

        assert status.undo is not None and not status.undo.possible
        assert "cancelling the redirect" in status.undo.text
        with pytest.raises(Refused, match="cannot be taken back"):
            await here.moves.undo(here.id)


async def test_the_old_sign_in_is_wiped_when_asked(tmp_path: Path) -> None:
    """Revoked at the server, too."""
    async with mover(tmp_path, "uris", "uris") as here:
        await here.plan()
        await here.run(SURE | {"old-sign-in": "forget"})

        assert here.forgotten == [here.signed_in[0].id]
        assert here.was.revoked


async def test_an_account_that_has_moved_elsewhere_is_not_moved(tmp_path: Path) -> None:
    """Said in the plan, and nothing is done."""
    async with mover(tmp_path, "uris", "uris") as here:
        here.was.moved = f"{here.new.origin}/users/stranger"
        plan = await here.plan()
        assert any("moved somewhere else" in words for words in plan.warnings)
        status = await here.run(SURE)

        assert (status.state, status.step) == ("failed", "move")
        assert here.old.count("POST", ".*/move") == 0


async def test_the_new_account_must_be_signed_in_and_be_one(tmp_path: Path) -> None:
    """Each with what to do."""
    async with mover(tmp_path) as here:
        here.signed_in.append(here.new.account("ana3"))
        with pytest.raises(BadInput, match="Several accounts"):
            await here.plan()
        assert (await here.plan(handle="ana2")).target.handle == f"ana2@{here.new.host}"
        with pytest.raises(BadInput, match="lives there already"):
            await here.plan(here.old.origin)
        with pytest.raises(NotFound, match=r"Nobody is signed in at other\.example"):
            await here.plan("https://other.example")


async def test_files_that_were_tampered_with_are_told(tmp_path: Path) -> None:
    """A clear state, and nothing half."""
    async with mover(tmp_path, "uris", "uris") as here:
        await here.plan()
        await here.run(SURE, until="harvest")
        (tmp_path / "profile/moves" / here.id / "old/details.json").write_text("{")
        status = await here.run(SURE)

        assert status.state == "failed"
        assert "details.json" in status.error
        assert here.old.count("POST", ".*/move") == 0


async def test_a_server_that_does_not_show_the_move_is_asked_about_in_the_end(
    tmp_path: Path,
) -> None:
    """After five minutes of looking the user's word counts; before that, nothing but seeing."""
    async with mover(tmp_path) as here:
        here.is_now.aliases.append(here.old.uri("ana"))
        await here.plan()
        status = await here.run(SURE, watch=False)
        assert set(asked(status)) == {"move"}
        here.old.move(here.was, here.new.uri("ana2"))
        here.was.moved = ""  # it does not tell
        await here.clock.wait(asyncio.Event(), 301)
        status = await here.run(watch=False)
        assert set(asked(status)) == {"move", "moved"}
        status = await here.run({"moved": "yes"})

        assert status.state == "done", status.error


async def test_a_profile_that_is_filled_in_is_not_replaced_without_a_word(tmp_path: Path) -> None:
    """Kept, it stays; the Move goes on all the same."""
    async with mover(tmp_path, "uris", "uris") as here:
        here.is_now.profile = {"display_name": "Ana, new", "note": "Hello"}
        await here.plan()
        status = await here.run(SURE)
        assert [value for value, _ in asked(status)["profile"].choices] == ["replace", "keep"]
        status = await here.run({"profile": "keep"})

        assert status.state == "done", status.error
        assert here.is_now.profile == {"display_name": "Ana, new", "note": "Hello"}


async def test_a_server_that_moves_without_showing_it_is_asked_once(tmp_path: Path) -> None:
    """What it has accepted is not sent again."""
    async with mover(tmp_path, "names", "names") as here:
        usual = here.old.move

        def quietly(me: Person, uri: str) -> None:
            usual(me, uri)
            me.moved = ""

        here.old.move = quietly  # type: ignore[method-assign]
        await here.plan()
        status = await here.run(SURE)

        assert status.state == "done", status.error
        assert here.old.count("POST", ".*/move_account") == 1


async def test_an_alias_that_nobody_can_see_is_believed_to_who_has_set_it(tmp_path: Path) -> None:
    """Some servers show profiles to known servers only."""
    async with mover(tmp_path, "names", "names") as here:

        def before(method: str, path: str) -> bytes | None:
            return said({"error": "Sign your request"}, 401) if path == "/users/ana2" else None

        here.new.before = before
        await here.plan()
        status = await here.run(SURE)

        assert status.state == "done", status.error
        assert here.is_now.aliases == [here.old.uri("ana")]


async def test_what_came_while_a_question_waited_is_brought_before_the_move(
    tmp_path: Path,
) -> None:
    """Three days later: somebody new is followed, a bookmark, a list has one more, a post."""
    async with mover(tmp_path, "uris", "uris") as here:
        await here.plan()
        await here.run({"posts": "no"})
        how = {"reblogs": True, "notify": False, "languages": None}
        here.was.following["late@far.example"] = how
        here.was.bookmarks.insert(0, "https://far.example/users/bo/statuses/2")
        here.was.lists[0]["members"].append("late@far.example")
        here.was.posts.insert(0, post(here.old, 1))
        await here.clock.wait(asyncio.Event(), 3 * 86_400)
        status = await here.run(SURE)

        assert status.state == "done", status.error
        assert "late@far.example" in here.is_now.following
        assert here.is_now.bookmarks[-1].endswith("/2")
        assert here.is_now.lists[0]["members"] == ["bo@far.example", "late@far.example"]
        outbox = tmp_path / "profile/moves" / here.id / "archive/outbox.json"
        assert b"words of 1" in outbox.read_bytes()
        assert here.new.count("POST", ".*/lists") == 2


async def test_a_rehearsal_saves_verifies_and_changes_nothing(tmp_path: Path) -> None:
    """And asks nothing."""
    async with mover(tmp_path, "uris", "uris") as here:
        here.was.posts.insert(0, post(here.old, 1))
        await here.plan()
        status = await here.moves.rehearse(here.id)

        assert status.state == "done", status.error
        assert [m for m, _ in [*here.old.asked, *here.new.asked] if m != "GET"] == []
        detail = next(view.detail for view in status.steps if view.id == "archive")
        assert detail == "2 records, 0 files, verified"
