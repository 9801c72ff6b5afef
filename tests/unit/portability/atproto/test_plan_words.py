"""A plan says in real numbers what goes, what stays, and what to know before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.portability.atproto.going_back import undo_of
from app.portability.atproto.host import RepoStatus, ServerDescription
from app.portability.atproto.plan_reading import Profile, Reading
from app.portability.atproto.plan_words import (
    document_changes,
    goes_of,
    seconds_of,
    too_many_keys,
    warnings_of,
)
from app.portability.atproto.planning import has_own_key, keeps_handle
from app.portability.atproto.standing import Standing
from app.portability.atproto.verify import verify_repo
from app.portability.plan import Place, Plan
from tests.repos import DID, KEY, car, like, picture_post, post, repo
from tests.unit.portability.atproto.test_next_identity import LIVED, OLD, OWN, SECOND, key

RECORDS = {
    **{f"app.bsky.feed.post/3kpost{n:04}": post(n) for n in range(1200)},
    "app.bsky.feed.post/3lpicture": picture_post(1),
    "app.bsky.feed.like/3klike": like(1),
    "com.example.notes/1": {"$type": "com.example.notes"},
}
READING = Reading(
    did=DID,
    standing=Standing("https://old.test", KEY.public.did_key, "ana.old.test"),
    data=LIVED,
    repo=verify_repo(car(*repo(RECORDS)), did=DID, keys=[KEY.public.did_key]),
    repo_error="",
    status=RepoStatus(DID, active=True),
    profile=Profile(followers_count=4321),
    host_keys=(key(OLD),),
    dead=("bafy1",),
    old=ServerDescription("did:web:old.test", [".old.test"]),
    new=ServerDescription("did:web:new.test", [".new.test"], blob_upload_limit=5000),
    new_name="new.test",
    waiting=None,
)


def words(**change: Any) -> str:
    """All warnings of a reading that differs in this."""
    reading = replace(READING, **change)
    keeps = keeps_handle(reading)
    return " ".join(warnings_of(reading, own_key=has_own_key(reading), keeps_handle=keeps))


def test_what_goes_is_counted() -> None:
    """From the verified repository itself; followers from the network's view."""
    goes = {one.kind: one for one in goes_of(READING, keeps_handle=False)}

    assert (1201, "1\u202f201 posts, with every like and answer that they got.") == (
        goes["posts"].count,
        goes["posts"].detail,
    )
    assert (1, 1, 1) == (goes["likes"].count, goes["other"].count, goes["dead_files"].count)
    assert (1, 10_001) == (goes["media"].count, goes["media"].bytes)
    assert 4321 == goes["followers"].count
    assert {"handle", "passwords", "dead_files"} == {
        one.kind for one in goes.values() if one.how == "stays"
    }
    assert seconds_of(READING) > 60


def test_a_backup_has_only_what_was_there_when_it_was_made() -> None:
    """Nothing is promised of what came later; least where the account has moved on since."""
    said = warnings_of(READING, own_key=None, keeps_handle=True, from_backup=True)
    assert "What was written after the backup was made is not in it." in said
    assert "last moment" not in " ".join(said)

    web = replace(READING, did="did:web:ana.example")
    (asked,) = document_changes(web, "https://old.test")
    assert "https://ana.example/.well-known/did.json" in asked
    _, moved = document_changes(web, "https://older.test")
    assert "names https://old.test now, and the backup is of https://older.test" in moved


def test_a_domain_of_ones_own_is_kept() -> None:
    """It is not the old server's."""
    mine = replace(READING, standing=Standing("https://old.test", "", "ana.example"))

    assert not keeps_handle(READING)
    assert keeps_handle(mine)
    assert "is lost" not in words(standing=mine.standing)
    assert "moves" == next(g.how for g in goes_of(mine, keeps_handle=True) if g.kind == "handle")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({}, "Do not post while it moves"),
        ({}, "ana.old.test belongs to the old server and is lost"),
        ({}, "public log for ever"),
        ({}, "Larger than the 0.005 MB that the new server takes, and would stay behind: 1 file."),
        ({"host_keys": (key(OWN), key(SECOND), key(OLD))}, "no recovery key of your own"),
        ({"repo": None, "repo_error": "It is shut."}, "could not be counted: It is shut."),
        ({"status": RepoStatus(DID, status="deactivated")}, "is deactivated at the old server"),
        ({"waiting": RepoStatus(DID)}, "already have an account at new.test (switched off)"),
        (
            {"new": ServerDescription("did:web:n", phone_verification_required=True)},
            "verify a telephone number",
        ),
    ],
)
def test_what_to_know_is_said(change: dict[str, Any], part: str) -> None:
    """One sentence each."""
    assert part in words(**change)


def test_without_a_sign_in_less_is_said() -> None:
    """Whether there is an own key cannot be seen then: nothing is claimed."""
    blind = replace(READING, host_keys=None, dead=None)

    assert has_own_key(blind) is None
    assert "recovery key" not in words(host_keys=None)
    assert "" == too_many_keys(blind)


def test_an_own_key_is_known_by_its_place() -> None:
    """One that stands behind the host's does not help."""
    behind = replace(LIVED, rotation_keys=(key(OLD), key(OWN)))

    assert has_own_key(READING)
    assert not has_own_key(replace(READING, data=behind))


def test_too_many_own_keys_leave_no_room() -> None:
    """Said before anything is begun: which one goes is asked later."""
    full = replace(LIVED, rotation_keys=tuple(f"did:key:z{n}" for n in range(5)))

    assert "no room" in too_many_keys(replace(READING, data=full))
    assert "you are asked which one goes" in words(data=full)


# ------------------------------------------------------------------ going back

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def plan(route: str = "atproto", did: str = DID) -> Plan:
    """One that was made."""
    source = Place(network="bluesky", server="https://old.test", did=did)
    target = Place(network="bluesky", server="https://new.test")
    return Plan(id="p", route=route, source=source, target=target, created_at=NOW, steps=())


def test_before_the_switch_it_can_just_be_stopped() -> None:
    """And an own key that was added is told."""
    bare = undo_of(plan(), {}, {"look", "files"}, NOW)
    keyed = undo_of(plan(), {"own_key": "k"}, {"own-key"}, NOW)

    assert (True, False, None) == (bare.possible, bare.public, bare.until)
    assert "Nothing public has changed." in bare.text
    assert "but that your own recovery key was added" in keyed.text


def test_with_an_own_key_a_clock_runs_for_three_days() -> None:
    """And after it the way back stays open."""
    kept = {"own_key": "k", "switched_at": NOW.isoformat()}

    early = undo_of(plan(), kept, {"switch"}, NOW + timedelta(hours=71))
    late = undo_of(plan(), kept, {"switch"}, NOW + timedelta(hours=73))

    assert (True, NOW + timedelta(hours=72)) == (early.possible, early.until)
    assert (True, None) == (late.possible, late.until)
    assert "at any time with your recovery key" in late.text


def test_without_one_it_hangs_on_somebody_elses_help() -> None:
    """The new server's; or it is one's own domain."""
    assert "new.test helps with a code" in undo_of(plan(), {}, {"switch"}, NOW).text
    web = undo_of(plan("atproto-web", "did:web:ana.example"), {}, {"switch"}, NOW)
    assert "you hold your domain" in web.text


def test_there_is_no_way_back_to_what_is_gone() -> None:
    """Until the switch the identity can be put back."""
    begun = undo_of(plan("atproto-rescue"), {"own_key": "k"}, {"account"}, NOW)
    over = undo_of(plan("atproto-rescue"), {"own_key": "k"}, {"account", "switch"}, NOW)

    husk = undo_of(plan("atproto-rescue"), {"own_key": "k"}, {"switch"}, NOW)

    assert (True, True) == (begun.possible, begun.public)
    assert not over.possible
    assert not husk.possible  # the account was there before: that step had nothing to do


def test_a_document_can_be_put_back_until_the_account_lives_elsewhere() -> None:
    """Its switch waits for the user: begun is not done."""
    web = plan("atproto-web-rescue", "did:web:ana.example")
    early = undo_of(web, {}, {"look", "export"}, NOW)
    begun = undo_of(web, {"own_key": "k"}, {"move-key", "account", "switch"}, NOW)
    over = undo_of(web, {"own_key": "k"}, {"move-key", "account", "switch", "activate"}, NOW)

    husk = undo_of(web, {}, {"switch"}, NOW)

    assert (True, False) == (early.possible, early.public)
    assert begun == husk  # the account was there before: no key was needed
    assert (True, True) == (begun.possible, begun.public)
    assert "names old.test again, whether that answers or not" in begun.text
    assert not over.possible
