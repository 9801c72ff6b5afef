"""What a directory answers, when it answers what no directory should."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.model.errors import Malformed
from app.portability.atproto.plc_client import LogEntry, head_of
from app.portability.atproto.plc_log import verify_log
from app.protocols.bluesky.decode import read

DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"


def _entry(operation: dict[str, Any]) -> LogEntry:
    told = {
        "did": DID,
        "operation": operation,
        "cid": "bafy",
        "nullified": False,
        "createdAt": "2026-01-01T00:00:00Z",
    }
    return read(json.dumps(told).encode(), LogEntry)


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "sig", [1.5, 10**40, {"$bytes": "!!!"}, {"$link": "zzz"}, _deep(500)], ids=lambda _: ""
)
def test_an_entry_that_no_operation_can_be_is_told_in_words(sig: Any) -> None:
    """A move stops with words; it does not fall over."""
    entry = _entry(
        {
            "type": "plc_operation",
            "rotationKeys": [],
            "verificationMethods": {},
            "services": {},
            "alsoKnownAs": [],
            "prev": None,
            "sig": sig,
        }
    )
    with pytest.raises(Malformed):
        head_of((entry,))
    assert [one.code for one in verify_log(DID, [entry]).bad] == ["bad-entry"]
