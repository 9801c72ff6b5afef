"""What is taken for granted where a server has not said what it takes."""

from __future__ import annotations

import pytest

from app.model import Account, AccountId
from app.protocols import bluesky, mastodon
from app.protocols.http import Http


@pytest.mark.parametrize(
    ("front", "length", "warnings"), [(mastodon.network, 500, True), (bluesky.network, 300, False)]
)
def test_one_can_write_before_a_server_was_asked(front, length: int, warnings: bool) -> None:
    """The usual length, pictures, and public first; nothing that few servers have."""
    door = front(Http(user_agent="test"))
    account = Account(
        id=AccountId("me"), protocol=door.id, network=door.id, server="https://a.example",
        uri="me", handle="me",
    )  # fmt: skip
    found = door.usual_limits(account)

    assert (found.length, found.warnings, found.schedules) == (length, warnings, False)
    assert found.visibilities[0] == "public"
    assert {"image/jpeg", "image/png"} <= found.media.types
