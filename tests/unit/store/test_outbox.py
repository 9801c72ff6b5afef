"""Drafts and deliveries on the disk: durable, by revision, and saved from a damaged file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import RichText
from app.model.draft import Attachment, Draft, DraftId, Lane
from app.model.errors import StoreError
from app.model.post import LinkCard
from app.model.sending import Delivery, Limits, Outgoing, Part, Published
from app.store import Keeper, Store, outbox
from tests.unit.store.build import ANA, BO, CY, at, raw, run

D = DraftId("d1")
PICTURE = Attachment(id="a" * 64, kind="image", mime="image/png", size=3)


def draft(id: str = D, text: str = "Hello", minutes: float = 0, **more: Any) -> Draft:
    """Something to send."""
    lanes = (Lane(account=ANA), Lane(account=CY))
    return Draft(
        id=DraftId(id), created_at=at(0), updated_at=at(minutes), text=text, lanes=lanes, **more
    )


def delivery(
    account: str = ANA, state: str = "queued", *done: Published | None, **more: Any
) -> Delivery:
    """A lane of it; with so many parts, some of which have arrived."""
    post = Outgoing(text=RichText("Hello"), **more)
    parts = tuple(
        Part(post=post, ticket=f"t{n}", done=one) for n, one in enumerate(done or (None,))
    )
    return Delivery(
        draft=D, account=account, network="fedi", state=state, parts=parts, queued_at=at(0)  # type: ignore[arg-type]
    )  # fmt: skip


def put(store: Store, value: Delivery, rev: int) -> int:
    """Write it as one transaction."""
    return run(store.keep(lambda k: k.written.put(value, rev)))


def test_a_change_from_an_old_revision_writes_nothing(store: Store) -> None:
    """Two that read the same row: the second looks again."""
    first = put(store, delivery(), 0)
    second = put(store, delivery(ANA, "sending"), first)

    assert 0 < first < second
    assert 0 == put(store, delivery(ANA, "cancelled"), first) == put(store, delivery(), 0)
    kept = store.reader.written.delivery(D, ANA)
    assert kept is not None and (second, "sending") == (kept.rev, kept.delivery.state)


def test_what_changed_since_is_found(store: Store, profile: Path) -> None:
    """By another process, in the order of changes."""
    other = Store.open(profile)
    since = put(store, delivery(), 0)
    put(store, delivery(CY), 0)
    put(store, delivery(ANA, "delivered"), since)

    found = [(k.delivery.account, k.delivery.state) for k in other.reader.written.changed(since)]
    assert [(CY, "queued"), (ANA, "delivered")] == found
    assert since + 2 == other.reader.written.newest()
    other.close()


def test_only_what_is_open_is_read_at_the_start(store: Store) -> None:
    """All lanes of a draft of which one has not arrived; nothing of the others."""
    put(store, delivery(ANA, "delivered"), 0)
    put(store, delivery(CY, "failed"), 0)
    old = replace(delivery(ANA, "delivered"), draft=DraftId("old"))
    put(store, old, 0)

    assert {(D, ANA), (D, CY)} == {
        (k.delivery.draft, k.delivery.account) for k in store.reader.written.waiting()
    }
    assert [old] == [k.delivery for k in store.reader.written.deliveries(DraftId("old"))]


def test_a_draft_leaves_comes_back_or_is_gone(store: Store) -> None:
    """Sent: it is no draft. All arrived: it is gone. Cancelled: it is back, with what is left."""

    def send(keeper: Keeper) -> None:
        keeper.written.save_draft(draft(), sent=True)
        keeper.written.put(delivery(ANA), 0)
        keeper.written.put(delivery(CY), 0)

    run(store.keep(send))
    written = store.reader.written
    assert () == written.drafts()
    assert (draft(), True) == written.draft(D)
    first, second = written.deliveries(D)
    put(store, replace(first.delivery, state="delivered"), first.rev)
    assert (draft(), True) == written.draft(D)
    put(store, replace(second.delivery, state="cancelled"), second.rev)
    assert [(CY,)] == [tuple(lane.account for lane in one.lanes) for one in written.drafts()]

    run(store.keep(lambda k: k.written.move_draft(D, sent=True)))
    [again] = [k for k in written.deliveries(D) if k.delivery.account == CY]
    put(store, replace(again.delivery, state="delivered"), again.rev)
    assert None is written.draft(D)


def test_what_was_sent_is_known_by_its_addresses(store: Store) -> None:
    """URI and web address; also when it was deleted again."""
    posts = Published("u:1", "https://one.example/1"), Published("u:2", "u:2")
    put(store, delivery(ANA, "delivered", *posts), 0)
    written = store.reader.written
    for address, part in (("u:1", 0), ("https://one.example/1", 0), ("u:2", 1)):
        own = written.own_post(address)
        assert own is not None and (D, ANA, part, 2) == (own.draft, own.account, own.part, own.of)
    assert None is written.own_post("u:3")

    run(store.keep(lambda k: k.written.forget_post(posts[0])))
    assert {"u:1", "https://one.example/1"} == written.gone(D)
    assert {"u:1", "u:2"} == written.own_posts(["u:1", "u:2", "x"]).keys()


@pytest.mark.parametrize("lately", [0, 1])
def test_files_that_are_needed_are_named(
    lately: int, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By drafts, their versions, what has not arrived (posts and cards), and what was sent last."""
    monkeypatch.setattr(outbox, "LATELY", lately)
    ids = [letter * 64 for letter in "abcdef"]
    media = [replace(PICTURE, id=id) for id in ids]
    card = LinkCard(url="https://x.example", image=ids[3])

    def write(keeper: Keeper) -> None:
        keeper.written.save_draft(draft(media=(media[0],)))
        keeper.written.save_draft(draft(text="Other", minutes=9, media=(media[1],)))
        keeper.written.put(delivery(ANA, "failed", media=(media[2],)), 0)
        keeper.written.put(delivery(BO, "unknown", card=card), 0)
        keeper.written.put(delivery(CY, "delivered", media=(media[4],)), 0)

    run(store.keep(write))

    assert set(ids[: 4 + lately]) == store.reader.written.attachments()


def test_limits_come_back(store: Store) -> None:
    """As the server said them last."""
    limits = Limits(length=300, unit="graphemes", threads_at_once=True)
    run(store.keep(lambda k: k.written.save_limits(ANA, limits)))

    assert limits == store.reader.written.limits(ANA)
    assert None is store.reader.written.limits(BO)


@pytest.mark.errors_expected
def test_one_row_that_cannot_be_read_hides_no_other(store: Store, profile: Path) -> None:
    """It stays on the disk, and nothing of it is sent."""

    def write(keeper: Keeper) -> None:
        keeper.written.save_draft(draft("d2"))
        keeper.written.save_draft(draft("d3"))
        keeper.written.put(delivery(ANA), 0)
        keeper.written.put(delivery(CY), 0)

    run(store.keep(write))
    db = raw(profile, "keep.db")
    db.execute("UPDATE draft SET body='{' WHERE id='d2'")
    db.execute("UPDATE delivery SET body='[]' WHERE account=?", (ANA,))
    db.commit()

    assert ["d3"] == [one.id for one in store.reader.written.drafts()]
    assert [CY] == [k.delivery.account for k in store.reader.written.waiting()]
    assert [("{",)] == db.execute("SELECT body FROM draft WHERE id='d2'").fetchall()
    db.close()


def test_a_damaged_file_gives_back_drafts_and_deliveries(store: Store, profile: Path) -> None:
    """The broken file is kept aside; what can be read of it is carried over and counted."""

    def write(keeper: Keeper) -> None:
        for number in range(40):
            keeper.written.save_draft(draft(f"d{number}", "word " * 200))
        keeper.written.put(delivery(ANA), 0)

    run(store.keep(write))
    store.close()
    db = sqlite3.connect(profile / "keep.db")
    page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name='host'").fetchone()[0]
    db.close()
    with (profile / "keep.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)
    again = Store.open(profile)

    assert "keep.db was damaged" in again.recovered and "40 drafts" in again.recovered
    assert "1 sent post" in again.recovered
    assert 40 == len(again.reader.written.drafts())
    assert [delivery(ANA)] == [k.delivery for k in again.reader.written.waiting()]
    assert any(path.name.startswith("keep.db.damaged") for path in profile.iterdir())
    again.close()


@pytest.mark.parametrize("look", ["drafts", "check"])
def test_damage_among_drafts_is_found_when_they_are_read_and_mended_then(
    look: str, store: Store, profile: Path
) -> None:
    """No start looks through them; the read that meets it says so, and the next start mends."""
    run(
        store.keep(
            lambda k: [k.written.save_draft(draft(f"d{n}", "word " * 500)) for n in range(30)]
        )
    )
    store.close()
    db = sqlite3.connect(profile / "keep.db")
    page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name='draft'").fetchone()[0]
    db.close()
    with (profile / "keep.db").open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)
    blind = Store.open(profile)
    assert "" == blind.recovered
    with pytest.raises(StoreError, match="damaged"):
        getattr(blind.reader.written, look)()
    blind.close()
    again = Store.open(profile)

    assert "keep.db was damaged" in again.recovered
    assert [ANA, BO, CY] == [account.id for account in again.reader.accounts()]
    assert () != again.reader.written.versions(DraftId("d7"))
    again.close()
    last = Store.open(profile)
    assert "" == last.recovered
    last.close()
