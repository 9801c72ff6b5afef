"""Drafts are kept as they are typed, with what is attached, and found after any end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Draft, Lane
from app.model.errors import NotFound, Refused, StoreError
from app.services.drafts import Drafts
from app.store import Store
from tests.unit.fakes import FakeClock
from tests.unit.services import pictures as made

ANA = AccountId("ana@one.example")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "profile")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def drafts(store: Store, clock: FakeClock) -> Drafts:
    return Drafts(store, clock, store.profile / "drafts")


def typed(draft: Draft, text: str, seconds: float = 2) -> Draft:
    """*draft* as it is so much later."""
    return replace(draft, text=text, updated_at=draft.updated_at + timedelta(seconds=seconds))


async def test_a_draft_is_there_after_the_next_start(tmp_path: Path, drafts: Drafts) -> None:
    """With its lanes, last changed first; another process that looks sees it at once."""
    first = drafts.new(text="one", lanes=[Lane(account=ANA, text="mine")])
    second = typed(drafts.new(), "two", 60)
    await drafts.save(second)
    await drafts.save(first)

    other = Store.open(tmp_path / "profile")
    assert (second, first) == Drafts(other, FakeClock(), tmp_path).all()
    other.close()
    assert first == drafts.find(first.id)


async def test_nothing_that_was_typed_is_lost_among_the_versions(drafts: Drafts) -> None:
    """What grows while one types is one version; what was deleted or rewritten stays as one."""
    draft = drafts.new(text="Hel")
    await drafts.save(draft)
    for text in ("Hello", "Hello wor", "Hello world", "Bye", "Bye then"):
        draft = typed(draft, text)
        await drafts.save(draft)
    await drafts.save(typed(draft, "Bye then, later", 61))

    found = [version.text for version in await drafts.versions(draft.id)]
    assert ["Bye then, later", "Bye then", "Hello world"] == found


async def test_twenty_versions_are_kept(drafts: Drafts) -> None:
    """The newest; a save that changes no word makes none."""
    draft = drafts.new()
    for number in range(30):
        draft = typed(draft, f"{number} text")
        await drafts.save(draft)
        await drafts.save(replace(draft, numbered=not draft.numbered))

    found = [version.text for version in await drafts.versions(draft.id)]
    assert [f"{number} text" for number in range(29, 9, -1)] == found


async def test_what_is_dropped_is_gone(drafts: Drafts) -> None:
    """With its versions."""
    draft = drafts.new(text="away")
    await drafts.save(draft)
    await drafts.drop(draft.id)

    assert () == drafts.all() == await drafts.versions(draft.id)
    with pytest.raises(NotFound):
        drafts.find(draft.id)


async def test_a_late_save_does_not_bring_back_what_has_left(store: Store, drafts: Drafts) -> None:
    """The composer's last autosave may come after Send."""
    draft = drafts.new(text="sent")
    await store.keep(lambda k: k.written.save_draft(draft, sent=True))
    await drafts.save(typed(draft, "sent!"))
    assert () == drafts.all()
    assert "sent!" == drafts.find(draft.id).text

    await drafts.drop(draft.id)
    assert "sent!" == drafts.find(draft.id).text


# ------------------------------------------------------------------- attachments


async def test_an_attachment_is_a_copy_that_only_we_can_read(
    drafts: Drafts, store: Store, tmp_path: Path
) -> None:
    """Under the hash of its bytes; what the user's own file becomes is all the same."""
    file = made.jpeg(tmp_path / "Förde 3.jpg", (40, 30))
    data = file.read_bytes()
    attached = await drafts.attach(file, "a boat")
    file.write_bytes(b"something else")
    copy = drafts.file_of(attached.id)

    assert (data, 0o600) == (copy.read_bytes(), copy.stat().st_mode & 0o777)
    assert 0o700 == copy.parent.stat().st_mode & 0o777
    assert ("image", "image/jpeg", 40, 30) == (
        attached.kind,
        attached.mime,
        attached.width,
        attached.height,
    )
    assert ("Förde 3.jpg", "a boat", len(data)) == (attached.name, attached.alt, attached.size)
    assert attached.id == (await drafts.attach_bytes(data, "again")).id
    assert replace(attached, name="", alt="") == await drafts.attachment(attached.id)
    assert [attached.id] == os.listdir(copy.parent)


@pytest.mark.parametrize("content", [b"<svg xmlns='x'/>", b"words", b""])
async def test_what_is_no_picture_is_refused_and_leaves_nothing(
    content: bytes, drafts: Drafts, tmp_path: Path
) -> None:
    """In words, and no copy stays behind."""
    with pytest.raises(Refused):
        await drafts.attach_bytes(content, "a.png")

    assert [] == os.listdir(tmp_path / "profile" / "drafts")


async def test_a_file_that_is_not_there_is_said(drafts: Drafts, tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(Refused, match=r"boat\.jpg cannot be read"):
        await drafts.attach(tmp_path / "boat.jpg")


async def test_no_room_for_the_copy_is_said(
    drafts: Drafts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nothing half stays behind."""
    file = made.jpeg(tmp_path / "a.jpg")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        await drafts.attach(file)

    assert [] == os.listdir(tmp_path / "profile" / "drafts")


@pytest.mark.parametrize("id", ["", "../keep.db", "a" * 63, "A" * 64, "f" * 64])
def test_only_ids_name_files(id: str, drafts: Drafts) -> None:
    """No path leads out of the folder."""
    with pytest.raises(NotFound):
        drafts.file_of(id)


async def test_what_nothing_names_is_swept_after_a_day(drafts: Drafts, tmp_path: Path) -> None:
    """Files of drafts, and of their versions, stay; so does what has just been attached."""
    named, version, old, fresh = [
        await drafts.attach(made.jpeg(tmp_path / "a.jpg", (20 + n, 20))) for n in range(4)
    ]
    draft = replace(drafts.new(text="a"), media=(version,))
    await drafts.save(draft)
    await drafts.save(replace(typed(draft, "b"), media=(named,)))
    for media in (named, version, old):
        os.utime(drafts.file_of(media.id), (0, 0))

    assert 1 == await drafts.sweep()
    left = set(os.listdir(tmp_path / "profile" / "drafts"))
    assert {named.id, version.id, fresh.id} == left


def test_the_first_frame_reads_nothing_of_it() -> None:
    """Neither drafts nor pictures are loaded with the store."""
    words = "import app.store, sys; print([n for n in sys.modules if n in {'PIL', 'app.store.drafts', 'app.store.outbox', 'app.model.draft'}])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
