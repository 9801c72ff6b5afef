"""Addresses under which one thought is known."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.feed.echoes import canonical, echo_keys, evidence
from tests.posts import post


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://Polder.Example:80/@teun/1/", "https://polder.example/@teun/1"),
        ("https://polder.example:443/1#top", "https://polder.example/1"),
        ("https://polder.example:8443/1", "https://polder.example:8443/1"),
        ("https://a.example/?utm_source=x&id=7&fbclid=y", "https://a.example?id=7"),
        ("https://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
        ("at://did:plc:abc/app.feed.post/Xy", "at://did:plc:abc/app.feed.post/Xy"),
        ("https://polder.example@evil.example/1", "https://polder.example@evil.example/1"),
        ("https://polder.example:port/1", "https://polder.example:port/1"),
        ("", ""),
    ],
)
def test_addresses_are_compared_in_one_form(address: str, expected: str) -> None:
    """Case, scheme, fragments and tracking do not make another address."""
    assert expected == canonical(address)


def test_a_page_on_another_host_is_not_an_address_of_the_post() -> None:
    """Nobody joins somebody else's echo by naming their page as its own."""
    hostile = post("https://evil.example/1", url="https://polder.example/@teun/1")

    assert echo_keys(hostile, proven=False) == ("https://evil.example/1",)


def test_a_page_counts_when_the_address_names_no_host() -> None:
    """For networks without hosts in addresses the page was made by us."""
    copy = post("at://did:plc:abc/p/1", url="https://sky.example/profile/a/post/1")

    assert echo_keys(copy, proven=False)[1] == "https://sky.example/profile/a/post/1"


def test_a_proved_copy_is_known_under_its_original() -> None:
    """Bridge copies join the original; unproved ones do not."""
    copy = post("https://bridge.example/c/1", bridged_from="HTTPS://Polder.example/1/")

    assert echo_keys(copy, proven=True)[-1] == "https://polder.example/1"
    assert "https://polder.example/1" not in echo_keys(copy, proven=False)


def test_evidence_tells_which_one_is_the_copy() -> None:
    """The sentence names the direction."""
    original = post("https://polder.example/1")
    copy = post("at://did:plc:abc/p/1", bridged_from="https://polder.example/1")
    other = post("https://bridge.example/2", bridged_from="https://polder.example/1")

    assert evidence(original, copy).startswith("A bridge copied it")
    assert evidence(copy, original).startswith("This is the original")
    assert evidence(copy, other).startswith("Both are a bridge's copies")
    assert "same address" in evidence(original, post("https://polder.example/9"))
    elsewhere = replace(post("at://did:plc:me/post/1"), network="sky")
    assert "from Godwit" in evidence(original, elsewhere)
