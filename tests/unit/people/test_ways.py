"""What a bridge calls its copies, forwards and back."""

from __future__ import annotations

import pytest

from app.model import Profile
from app.people.bridges import Way, bridges_from_json
from app.resources import resource

BY_URI = Way("sky", "fedi", "https://bridge.example/ap/{uri}")
BY_NAME = Way("fedi", "sky", "{user}.{host}.bridge.example")
BY_HANDLE = Way("sky", "fedi", "{handle}@bridge.example")


def test_a_copy_has_its_name_from_the_original() -> None:
    """By URI, by handle, by name and host."""
    sky, fedi = Profile("did:plc:abc", "Al.Test"), Profile("https://h.ex/u/al", "al@h.ex")

    assert BY_URI.copy_of(sky) == "https://bridge.example/ap/did:plc:abc"
    assert BY_HANDLE.copy_of(sky) == "al.test@bridge.example"
    assert BY_NAME.copy_of(fedi) == "al.h.ex.bridge.example"


@pytest.mark.parametrize(
    "handle", ["a_b@h.ex", "a~b@h.ex", "a.b@h.ex", "-a@h.ex", "a", "@h.ex", "é@h.ex"]
)
def test_names_that_a_bridge_changes_are_not_guessed(handle: str) -> None:
    """Two people might share the changed one."""
    assert BY_NAME.copy_of(Profile("https://h.ex/u", handle)) == ""


def test_the_original_is_read_from_the_copy() -> None:
    """From its URI or handle; others have no original."""
    assert (
        BY_URI.original_of(Profile("https://bridge.example/ap/did:plc:abc", "x")) == "did:plc:abc"
    )
    assert BY_NAME.original_of(Profile("did:plc:z", "al.h.ex.bridge.example")) == "al@h.ex"
    assert BY_HANDLE.original_of(Profile("https://b", "al.test@bridge.example")) == "al.test"
    for way in (BY_URI, BY_NAME, BY_HANDLE):
        assert way.original_of(Profile("https://other.example/u", "al@other.example")) == ""


@pytest.mark.parametrize("path", [("bridges.json",), ("demo", "bridges.json")])
def test_our_lists_say_what_copies_are_called(path: tuple[str, ...]) -> None:
    """Each way leads from one network to another, and back."""
    for bridge in bridges_from_json(resource(*path).read_bytes()):
        assert len(bridge.ways) == 2
        for way in bridge.ways:
            assert way.origin != way.to
            original = Profile("did:plc:abc", "al.test" if way.origin == "bluesky" else "al@h.ex")
            copy = way.copy_of(original)
            name = way.original_of(Profile(copy, copy))
            assert name in (original.uri, original.handle)
