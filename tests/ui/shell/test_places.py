"""Which timelines there are, and what trouble is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.model import Account, AccountId, AccountState, NetworkInfo
from app.model.timeline import ALL
from app.ui.presenters.places import account_items, name_of, numbered, places
from app.ui.presenters.troubles import banners
from app.ui.shell.items import AccountItem
from app.ui.shell.words import ago, count_text, status_of

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)
NETWORKS = {
    "sea": NetworkInfo("sea", "The Sea", "fediverse"),
    "sky": NetworkInfo("sky", "The Sky", "bluesky"),
}


def _account(name: str, network: str) -> Account:
    return Account(
        id=AccountId(name),
        protocol=network,
        network=network,
        server=f"https://{name}.example",
        uri=f"uri:{name}",
        handle=f"{name}.example",
        name=name.title(),
    )


ANA, BO = _account("ana", "sea"), _account("bo", "sky")


def _items(**states: AccountState) -> tuple[AccountItem, ...]:
    state = lambda id: states.get(id, AccountState())  # noqa: E731
    return account_items((ANA, BO), NETWORKS, state, 4, NOW)


def test_one_network_needs_no_timeline_of_its_own() -> None:
    """With accounts on one network only, its timeline would repeat everything."""
    assert [place.id for place in places((ANA,), NETWORKS)] == [ALL]


def test_each_network_has_a_timeline_and_a_key() -> None:
    """Everything is 1; networks follow in the registry's order, with their marks."""
    found = places((BO, ANA), NETWORKS)

    assert [(place.number, place.name, place.mark) for place in found] == [
        (1, "Newest first", ""),
        (2, "The Sea", "fediverse"),
        (3, "The Sky", "bluesky"),
    ]


def test_numbers_go_on_with_accounts_and_end_at_nine() -> None:
    """Only 1 … 9 are keys."""
    many = tuple(_account(f"a{number}", "sea") for number in range(12))
    items = account_items(many, NETWORKS, lambda _: AccountState(), 2, NOW)

    keys = numbered(places(many, NETWORKS), items)
    assert sorted(keys) == list(range(1, 10))
    assert keys[9] == "account:a7"


def test_a_timeline_that_is_gone_has_no_name() -> None:
    """The header can tell that its account was removed."""
    assert name_of(ALL, places((ANA,), NETWORKS), _items()) == "Newest first"
    assert name_of("account:gone", places((ANA,), NETWORKS), _items()) is None  # type: ignore[arg-type]


def test_codes_of_emoji_are_left_out_of_names() -> None:
    """The sidebar draws no custom emoji; a name of nothing else falls back to the handle."""
    from msgspec.structs import replace

    both = (replace(ANA, name="Ana :crab: Aal"), replace(BO, name=":gull:"))
    items = account_items(both, NETWORKS, lambda _: AccountState(), 2, NOW)

    assert [item.name for item in items] == ["Ana Aal", "bo.example"]


def test_an_unknown_network_is_still_shown() -> None:
    """A network that this Godwit does not know (any more) has a plain name and no mark."""
    [item] = account_items((_account("x", "moon"),), NETWORKS, lambda _: AccountState(), 2, NOW)

    assert item.mark == ""


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (AccountState(), None),
        (AccountState("busy"), None),
        (AccountState("offline"), "Not reachable"),
        (AccountState("signed_out"), "Sign in again"),
        (AccountState("locked"), "Keys are locked"),
        (AccountState("waiting", until=NOW + timedelta(seconds=200)), "Waiting, 4 min"),
        (AccountState("waiting", until=NOW + timedelta(seconds=20)), "Waiting, 20 s"),
        (AccountState("waiting", until=NOW - timedelta(seconds=1)), "Waiting"),
    ],
)
def test_every_state_is_said_in_words(state: AccountState, words: str | None) -> None:
    """Icon and colour alone never carry a state."""
    status = status_of(state, NOW)

    assert (status.text if status else None) == words


def test_all_accounts_away_is_being_offline() -> None:
    """One banner instead of one per account."""
    away = AccountState("offline", "No answer.")

    [banner] = banners(_items(ana=away, bo=away))
    assert (banner.subject, banner.action) == ("You are offline.", "Try now")


def test_one_account_away_says_that_the_rest_goes_on() -> None:
    """A silent server does not look like being offline."""
    [banner] = banners(_items(ana=AccountState("offline", "No answer.")))

    assert banner.subject == "ana.example"
    assert "The rest goes on" in banner.text


def test_a_banner_names_its_server_once() -> None:
    """What a server is said to have done often begins with its name."""
    away = AccountState("offline", "ana.example did not answer within 20 seconds.")
    [banner] = banners(_items(ana=away))

    assert banner.subject == "ana.example"
    assert banner.text == "did not answer within 20 seconds. The rest goes on without it."


def test_one_silent_server_is_not_being_offline() -> None:
    """Also when it is the only one: the network may be well."""
    away = lambda _: AccountState("offline", "No answer.")  # noqa: E731
    [banner] = banners(account_items((ANA, ANA), NETWORKS, away, 2, NOW))

    assert banner.subject == "ana.example"
    assert banner.text == "does not answer. No answer. Godwit tries again by itself."


def test_being_signed_out_offers_to_sign_in_again() -> None:
    """The button says which account it is for."""
    [banner] = banners(_items(bo=AccountState("signed_out")))

    assert (banner.kind, banner.action, banner.key) == ("danger", "Sign in again", "sign in:bo")
    assert banner.text == "is signed out of bo.example."


def test_rate_limited_says_until_when() -> None:
    """A wait has an end."""
    [banner] = banners(_items(ana=AccountState("waiting", until=NOW + timedelta(minutes=4))))

    assert "until" in banner.text
    assert banner.action == ""


def test_locked_keys_are_one_banner_for_all_accounts() -> None:
    """Two locked accounts are one trouble."""
    locked = AccountState("locked")

    assert [b.action for b in banners(_items(ana=locked, bo=locked))] == ["Unlock…"]


def test_a_rebuilt_cache_is_said_until_it_was_read() -> None:
    """What the store recovered is told, with a button that ends it."""
    assert [b.subject for b in banners((), recovered="The cache was rebuilt.")] == [
        "The cache was rebuilt."
    ]


def test_times_and_counts_read_naturally() -> None:
    """Short words that stay true; thousands are grouped."""
    assert ago(NOW, NOW + timedelta(seconds=30)) == "just now"
    assert ago(NOW, NOW + timedelta(minutes=3)) == "3 min ago"
    assert ago(NOW, NOW + timedelta(hours=5)) == "5 h ago"
    assert ago(NOW, NOW + timedelta(days=1)) == "1 day ago"
    assert len(count_text(4210)) == 5
