"""A lost server, a backup and a domain of one's own: the account comes to life elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.portability.atproto.recovery_key import read_key_file
from tests.repos import KEY
from tests.unit.portability.atproto.lost_server import (
    DOMAIN,
    HOSTS_KEY,
    NEW,
    PICTURE,
    STEPS,
    Rescue,
    key_of,
    lived,
    page,
)
from tests.unit.portability.atproto.movings import cid_of


@pytest.fixture
def rescue(tmp_path: Path) -> Rescue:
    """Nothing was begun."""
    return Rescue(tmp_path)


async def test_the_plan_says_what_is_needed(rescue: Rescue) -> None:
    """The file at the domain above all; nobody's word, no recovery key."""
    plan = await rescue.plan()

    assert ("atproto-web-rescue", STEPS) == (plan.route, tuple(s.id for s in plan.steps))
    assert f"https://{DOMAIN}/.well-known/did.json" in plan.warnings[0]
    assert ["new_password", "own_key_file", "email"] == [need.key for need in plan.needs]
    assert not [text for text in plan.warnings if "damaged" in text]
    assert not rescue.world.asked


async def test_two_documents_later_the_account_lives_elsewhere(rescue: Rescue) -> None:
    """Each is exact, and changes what it must only; all that the backup has arrives."""
    world = rescue.world
    plan = await rescue.plan()

    first = page(await rescue.run(plan))
    key = read_key_file(rescue.key_file)
    assert lived() | {"verificationMethod": first["verificationMethod"]} == first
    assert [key.key.public.multikey] == [
        m["publicKeyMultibase"] for m in first["verificationMethod"]
    ]
    assert world.account is None
    world.serve(first)
    second = page(await rescue.run(plan))

    assert not world.active
    assert (world.car, {cid_of(PICTURE)}) == (world.brought, world.files)
    assert [{"$type": "x#y", "kept": 1}] == world.preferences
    assert lived()["alsoKnownAs"] == second["alsoKnownAs"]
    assert [NEW, None] == [s.get("serviceEndpoint") for s in second["service"]]
    assert lived()["mine"] == second["mine"]
    assert HOSTS_KEY.public == key_of(json.dumps(second).encode())
    world.serve(second)
    status = await rescue.run(plan)

    assert ("done", "") == (status.state, status.error)
    assert world.active
    assert status.undo is not None
    assert not status.undo.possible
    assert 1 == world.asked.count("createAccount")


async def test_every_step_is_gone_on_from(rescue: Rescue) -> None:
    """A new process each time, in which nothing is known but what lies on the disk."""
    plan = await rescue.plan()
    for step in STEPS:
        status = await rescue.run(plan, until=step)
        if status.needs:
            rescue.world.serve(page(status))
            status = await rescue.run(plan, until=step)
        assert not status.error, step

    assert "done" == (await rescue.run(plan)).state
    assert rescue.world.active
    once = ("createAccount", "importRepo", "uploadBlob", "putPreferences", "activateAccount")
    assert [1] * len(once) == [rescue.world.asked.count(method) for method in once]


async def test_the_key_is_in_its_file_only(rescue: Rescue) -> None:
    """Neither in the journal nor in anything else of the move, nor in the backup."""
    plan, second = await rescue.to_switch()
    rescue.world.serve(second)
    await rescue.run(plan)

    secret = read_key_file(rescue.key_file).key.text().encode()
    assert 0o600 == rescue.key_file.stat().st_mode & 0o777
    assert "one move" in rescue.key_file.read_text()
    files = [p for p in rescue.folder.rglob("*") if p.is_file() and p != rescue.key_file]
    assert len(files) > 8
    assert not [path for path in files if secret in path.read_bytes()]


@pytest.mark.parametrize(
    ("served", "text"),
    [
        (json.dumps(lived()).encode(), "does not name the key"),
        (json.dumps(lived() | {"id": "did:web:mallory.example"}).encode(), "another identity"),
        (b'{"id": "did:web:ana', "cannot be read"),
        (None, "There is nothing at"),
    ],
)
async def test_a_wrong_document_is_waited_out(
    rescue: Rescue, served: bytes | None, text: str
) -> None:
    """The right one is shown all the while, and nothing is made anywhere."""
    plan = await rescue.plan()
    wanted = page(await rescue.run(plan))
    rescue.world.served = served

    status = await rescue.run(plan)

    assert wanted == page(status)
    assert text in status.error
    assert not rescue.world.asked


async def test_a_wrong_second_document_is_waited_out(rescue: Rescue) -> None:
    """Also where it was torn; nothing is switched on."""
    plan, second = await rescue.to_switch()
    wrong = json.loads(json.dumps(second).replace(HOSTS_KEY.public.multikey, KEY.public.multikey))
    for served in (json.dumps(wrong).encode(), b"{"):
        rescue.world.served = served
        shown = page(await rescue.run(plan))
        assert NEW == shown["service"][0]["serviceEndpoint"]
        assert HOSTS_KEY.public == key_of(json.dumps(shown).encode())
    assert not rescue.world.active


async def test_a_server_with_an_old_copy_is_asked_again_later(rescue: Rescue) -> None:
    """It does not see the key yet: no password is forgotten over that."""
    world = rescue.world
    plan = await rescue.plan()
    world.stale = world.served
    world.serve(page(await rescue.run(plan)))

    status = await rescue.run(plan)
    assert ("waiting", "account", ()) == (status.state, status.step, status.needs)
    assert "does not see the key in your document yet" in status.error
    world.stale = None

    assert "switch" == (await rescue.run(plan)).step


async def test_a_lost_key_file_makes_another(rescue: Rescue) -> None:
    """It was good for this move only: the document is shown anew."""
    plan = await rescue.plan()
    first = page(await rescue.run(plan))
    rescue.key_file.unlink()
    rescue.world.serve(first)

    assert first != page(await rescue.run(plan))


async def test_a_file_of_something_else_is_left_alone(rescue: Rescue) -> None:
    """Another name is asked for."""
    rescue.key_file.parent.mkdir()
    rescue.key_file.write_text("a diary")

    status = await rescue.run(await rescue.plan())

    assert ["own_key_file"] == [need.key for need in status.needs]
    assert "a diary" == rescue.key_file.read_text()


async def test_before_the_switch_the_document_is_put_back(rescue: Rescue) -> None:
    """As it was, exactly; and the words for that promise no more."""
    plan, _ = await rescue.to_switch()
    undo = rescue.moves().status(plan.id).undo
    assert undo is not None
    assert undo.possible
    assert "old.example.com again, whether that answers or not" in undo.text

    assert lived() == page(await rescue.undo(plan))
    rescue.world.serve(lived())

    assert "undone" == (await rescue.undo(plan)).state


async def test_a_second_document_that_was_put_there_is_taken_back_too(rescue: Rescue) -> None:
    """As long as nothing was switched on."""
    plan, second = await rescue.to_switch()
    rescue.world.serve(second)

    assert lived() == page(await rescue.undo(plan))
    rescue.world.serve(lived())
    assert "undone" == (await rescue.undo(plan)).state
    assert not rescue.world.active


async def test_what_was_not_begun_leaves_the_document_alone(rescue: Rescue) -> None:
    """Nothing was to be put there: nothing is to be put back."""
    plan = await rescue.plan()
    status = await rescue.run(plan, until="export")
    assert status.undo is not None
    assert "Nothing public has changed." in status.undo.text

    assert "undone" == (await rescue.undo(plan)).state


async def test_who_plans_anew_half_way_is_understood(rescue: Rescue) -> None:
    """The backup is known to be the account's, though the document names another key."""
    plan = await rescue.plan()
    rescue.world.serve(page(await rescue.run(plan)))
    await rescue.moves().forget(plan.id, sure=True)

    again = await rescue.plan()
    status = await rescue.run(again)

    assert not [text for text in again.warnings if "damaged" in text]
    assert "switch" == status.step
