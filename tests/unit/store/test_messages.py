"""Private messages in the store: joined, paged, and gone without a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.model import AccountId, Post, Profile, RichText
from app.model.message import Conversation, Desk, Message
from app.store import Store
from app.store.messages import (
    THE_END,
    change_conversation,
    drop_conversation,
    drop_message,
    save_conversations,
    save_messages,
)
from tests.unit.store.build import ANA, NOON, run

BO = Profile(uri="https://bo.example/users/bo", handle="bo@bo.example")


def message(id: str, minutes: float, text: str = "hello") -> Message:
    """One of Bo's."""
    at = NOON + timedelta(minutes=minutes)
    said = Post(uri=id, network="fedi", author=BO, created_at=at, sort_at=at, text=RichText(text))
    return Message(id=id, at=at, said=said)


def talk(minutes: float, *refs: str, **more: Any) -> Conversation:
    """With Bo."""
    last = message(f"m{minutes}", minutes)
    given: dict[str, Any] = {"last": last, "refs": refs} | more
    return Conversation(id="bo", people=(BO,), at=last.at, **given)


def save(store: Store, *found: Conversation, account: AccountId = ANA) -> int:
    """As a page of a server."""
    return run(store.change_cache(lambda db: save_conversations(db, account, "fedi", found)))


def test_threads_with_the_same_people_are_one_conversation(store: Store) -> None:
    """The newest counts; an older thread only adds its reference; a newer one takes its place."""
    assert save(store, talk(1, "t1 m1"), talk(0, "t0 m0")) == 1
    [kept] = store.reader.messages.conversations()
    assert kept.conversation.refs == ("t1 m1", "t0 m0")
    assert kept.conversation.last == message("m1", 1)
    assert save(store, talk(5, "t0 m5")) == 1
    [kept] = store.reader.messages.conversations()
    assert kept.conversation.refs == ("t0 m5", "t1 m1")
    assert save(store, talk(5, "t0 m5")) == 0


def test_messages_come_newest_first_and_once(store: Store) -> None:
    """One that is told again, at another time too, is the same; where it goes on is remembered."""
    save(store, talk(1))
    run(store.change_cache(lambda db: save_messages(db, ANA, "bo", [message("1", 1)], "next")))
    later = [message("2", 2), message("1", 1.5, "edited")]
    run(store.change_cache(lambda db: save_messages(db, ANA, "bo", later)))
    found = store.reader.messages.messages(ANA, "bo", 10)
    assert [one.id for one in found] == ["2", "1"]
    assert found[1].said is not None
    assert found[1].said.text.text == "edited"
    kept = store.reader.messages.conversation(ANA, "bo")
    assert kept is not None
    assert kept.older == "next"
    run(store.change_cache(lambda db: save_messages(db, ANA, "bo", [], None)))
    kept = store.reader.messages.conversation(ANA, "bo")
    assert kept is not None
    assert kept.older == THE_END


def test_what_is_dropped_leaves_nothing_on_the_disk(store: Store) -> None:
    """Private words are overwritten."""
    save(store, talk(1))
    secret = message("1", 1, "plover-egg-cipher " * 20)
    run(store.change_cache(lambda db: save_messages(db, ANA, "bo", [secret])))
    run(store.change_cache(lambda db: drop_message(db, ANA, "bo", "1")))
    run(store.change_cache(lambda db: drop_conversation(db, ANA, "bo")))
    assert store.reader.messages.conversations() == []
    store.close()
    assert b"plover-egg-cipher" not in (store.profile / "cache.db").read_bytes()


def test_a_change_of_nothing_is_harmless(store: Store) -> None:
    """Of a conversation that has gone."""
    run(store.change_cache(lambda db: change_conversation(db, ANA, "nobody", unread=0)))
    run(store.change_cache(lambda db: save_messages(db, ANA, "nobody", [message("1", 1)])))
    assert store.reader.messages.messages(ANA, "nobody", 10) == []


def test_a_desk_is_kept_and_an_empty_one_is_not(store: Store) -> None:
    """Drafts survive the cache: they are in what is never dropped."""
    desk = Desk(draft="half a", left_out=(BO.uri,))
    run(store.keep(lambda keeper: keeper.letters.save_desk(ANA, "bo", desk)))
    assert store.reader.letters.desk(ANA, "bo") == desk
    assert store.reader.letters.desks() == {(ANA, "bo"): desk}
    run(store.keep(lambda keeper: keeper.letters.save_desk(ANA, "bo", Desk())))
    assert store.reader.letters.desks() == {}
