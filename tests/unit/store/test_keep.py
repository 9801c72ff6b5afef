"""What is kept: accounts, settings, positions, hosts, sync states; and search and retention."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from app.model import LinkCard, Media, Poll, PollOption
from app.model.timeline import ALL, Anchor
from app.store import HostUse, Store, SyncState
from tests.unit.store.build import (
    ANA,
    BO,
    CY,
    account,
    at,
    entry,
    post,
    run,
    save,
)


def test_accounts_keep_their_order(store: Store) -> None:
    """Renewing keeps the place, ordering changes it, new ones come last."""
    run(store.keep(lambda k: k.save_account(account(ANA, "fedi"))))
    assert [ANA, BO, CY] == [a.id for a in store.reader.accounts()]

    run(store.keep(lambda k: k.order_accounts([CY, ANA])))
    assert [CY, ANA, BO] == [a.id for a in store.reader.accounts()]
    assert account(CY, "sky") == store.reader.account(CY)
    assert None is store.reader.account(ANA + "x")  # type: ignore[arg-type]


def test_settings_positions_hosts_and_sync_states_come_back(store: Store) -> None:
    """As they were written, and overwritten by the next."""
    use = HostUse("one.example", "home timeline", 3, at(5))

    def write(keeper: object) -> None:
        keeper.set_setting("text", {"scale": 1.25})  # type: ignore[attr-defined]
        keeper.save_anchor(ALL, Anchor("key", at(3), -7))  # type: ignore[attr-defined]
        keeper.add_hosts([use, use])  # type: ignore[attr-defined]
        keeper.add_hosts([HostUse("old.example", "avatar", 1, at(-9))])  # type: ignore[attr-defined]
        keeper.forget_hosts(at(0))  # type: ignore[attr-defined]
        keeper.save_sync(ANA, SyncState(at(1), "No answer.", "Wait."))  # type: ignore[attr-defined]

    run(store.keep(write))
    reader = store.reader

    assert {"scale": 1.25} == reader.setting("text") == reader.settings()["text"]
    assert Anchor("key", at(3), -7) == reader.anchor(ALL)
    assert (HostUse("one.example", "home timeline", 6, at(5)),) == reader.hosts()
    assert SyncState(at(1), "No answer.", "Wait.") == reader.sync_state(ANA)
    assert (SyncState(), None) == (reader.sync_state(BO), reader.setting("none"))

    run(store.keep(lambda k: k.remove_setting("text")))
    assert 1 == reader.setting("text", 1)


def test_what_raises_inside_keep_is_undone(store: Store) -> None:
    """A transaction is whole, and the error is the caller's."""

    def write(keeper: object) -> None:
        keeper.set_setting("half", True)  # type: ignore[attr-defined]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(store.keep(write))
    assert None is store.reader.setting("half")


def test_reading_runs_beside_writing(store: Store) -> None:
    """`load` answers on its own threads, with what is committed."""
    save(store, *(entry(post(n, n)) for n in range(5)))

    assert 5 == len(run(store.load(lambda reader: reader.rows(ALL))))
    with pytest.raises(KeyError):
        run(store.load(lambda reader: {}["nothing"]))


def test_an_up_to_date_store_opens_with_few_imports(profile: Path, store: Store) -> None:
    """What the first frame imports: sqlite3, msgspec, the model; no loop, no vault, no writer."""
    save(store, entry(post(1)))
    ask = (
        "import sys; from pathlib import Path; from app.store import Store;"
        "from app.model.timeline import ALL;"
        "s = Store.open(Path(sys.argv[1])); assert len(s.reader.rows(ALL)) == 1; s.close();"
        "names = ['asyncio', 'concurrent.futures', 'keyring', 'cryptography', 'sqlite_utils',"
        "'shutil', 'tempfile', 'app.store.write', 'app.store.vault', 'app.store.recover'];"
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask, str(profile)], capture_output=True, text=True, check=True
    )

    assert "[]" == done.stdout.strip()


# -------------------------------------------------------------------- search


def found(store: Store, words: str, **more: int) -> list[str]:
    """Numbers of the posts found."""
    return [hit.post.uri.rsplit("/", 1)[-1] for hit in store.reader.search(words, **more)]


def test_search_finds_all_words_newest_first(store: Store) -> None:
    """Whatever order they were stored in; pages join by `place`."""
    save(store, *(entry(post(n, n, text=f"Godwits fly far {n}")) for n in (3, 1)))
    save(store, *(entry(post(n, n, text=f"godwits fly {n}")) for n in (4, 2)), of=BO)
    first = store.reader.search("fly godwits", limit=3)

    assert ["4", "3", "2", "1"] == found(store, "GODWITS fly")
    assert ["1"] == found(store, "godwits", before=first[-1].place)
    assert ["3", "1"] == found(store, "fly fa")
    assert ["3"] == found(store, '"fly far 3"')
    assert [] == found(store, '"far fly"')
    assert {BO} == set(first[0].viewers)


def test_search_looks_into_all_that_is_written(store: Store) -> None:
    """Picture texts, warnings, polls, cards and authors; words of scripts without spaces."""
    save(
        store,
        entry(post("alt", 1, media=(Media(kind="image", url="https://x/", alt="heron wading"),))),
        entry(post("poll", 2, poll=Poll(options=(PollOption("marmalade"),)))),
        entry(post("card", 3, card=LinkCard(url="https://x/", title="Wunderkammer"))),
        entry(post("tokyo", 4, text="今日は東京タワーに行きました")),
        entry(post("accent", 5, text="un café très serré")),
    )

    assert ["alt"] == found(store, "heron")
    assert ["poll"] == found(store, "marmalade")
    assert ["card"] == found(store, "wunderkammer")
    assert ["tokyo"] == found(store, "東京タワー")
    assert [] == found(store, "京東")
    assert ["accent"] == found(store, "cafe tres")
    assert 5 == len(found(store, "ana@one.example"))


HOSTILE = (
    *('"', '""', "*", "a*b", "NEAR(a b)", "x AND", "NOT", "words:x", "^x", "-x", "(", "\0", "🦜"),
    *('"unclosed', "{a b}", "a + b", "'; DROP TABLE post; --", "a\ud800", " ", "", "é" * 10_000),
)


@pytest.mark.parametrize("words", HOSTILE)
def test_no_question_is_syntax(store: Store, words: str) -> None:
    """Whatever is typed finds something or nothing, and never raises."""
    save(store, entry(post(1, text="plain")))

    assert found(store, words) in ([], ["1"])
