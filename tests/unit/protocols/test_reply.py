"""What a refusal means in words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.errors import (
    NotFound,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Unreachable,
)
from app.protocols.http import Reply, error_from_reply

NOW = 1_800_000_000.0


def reply(status: int, body: bytes = b"", **headers: str) -> Reply:
    """An answer; underscores in header names are hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, named, body, "https://example.social/api?token=hush")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, Refused),
        (400, Refused),
        (401, SignedOut),
        (403, Refused),
        (404, NotFound),
        (405, Refused),
        (410, NotFound),
        (422, Refused),
        (429, RateLimited),
        (500, Unreachable),
        (502, Unreachable),
        (503, Unreachable),
        (599, Unreachable),
    ],
)
def test_each_status_has_its_kind(status: int, kind: type[ServiceError]) -> None:
    """One sentence with the host in it, and one with what to do."""
    error = error_from_reply(reply(status), "https://example.social")

    assert type(error) is kind
    assert "example.social" in error.message
    assert error.message.endswith(".")
    assert error.next_step.endswith(".")
    assert "hush" not in str(error)


def test_a_refusal_to_serve_says_until_when() -> None:
    """The time comes from the headers, a minute when there is none."""
    for headers, wait in (({"retry_after": "30"}, 30), ({}, 60)):
        error = error_from_reply(reply(429, **headers), "example.social", now=NOW)
        assert isinstance(error, RateLimited)
        assert error.until.timestamp() == NOW + wait
        assert error.until.tzinfo is not None


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "Validation failed: Text is too long."},
        {"error": "InvalidRequest", "message": "Validation failed: Text is too long"},
        {"error": "x", "error_description": "Validation failed:\nText  is too long"},
    ],
)
def test_the_servers_own_words_are_quoted(answer: dict[str, str]) -> None:
    """In whichever field they stand."""
    error = error_from_reply(reply(422, json.dumps(answer).encode()), "example.social")

    assert error.message == "example.social refused (422): Validation failed: Text is too long."


@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJkaWQ6In0.c2ln",
        "abcd-efgh-ijkl-mnop",
        "ZA-Yj3aBD8U8Cm7lKUp-lm9O9BmDgdhHzDeqsY8tlL0",
        "Bearer short",
        "code=short",
        "password: hunter2",
    ],
)
def test_secrets_that_a_server_repeats_are_not_shown(secret: str) -> None:
    """Some servers quote what they were sent."""
    body = json.dumps({"error": f"The thing {secret} is invalid"}).encode()
    error = error_from_reply(reply(400, body), "example.social")

    assert secret not in error.message
    assert secret.split()[-1].split("=")[-1] not in error.message
    assert "…" in error.message


@given(st.integers(300, 999), st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_body_breaks_the_mapping(status: int, body: bytes) -> None:
    """Whatever comes, an error with words comes out, on one line."""
    error = error_from_reply(reply(status, body), "example.social")

    assert "\n" not in error.message
    assert len(error.message) < 400


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 19_000,
        b'{"error": ' + b"[" * 15_000,
        json.dumps({"error": "x" * 100_000}).encode(),
        json.dumps({"error": "\u202e\u0000evil"}).encode(),
        json.dumps({"error": {"deep": 1}}).encode(),
        b'{"error": NaN}',
        b"<html>maintenance</html>",
    ],
)
def test_hostile_bodies_are_left_out(body: bytes) -> None:
    """Deep, long, deceiving or of another shape: still one short sentence."""
    message = error_from_reply(reply(403, body), "example.social").message

    assert message.startswith("example.social refused (403)")
    assert len(message) < 300
    assert not set(message) & set("\u202e\u0000<")


def test_a_reply_does_not_show_its_contents() -> None:
    """Headers, body and query stay out of logs."""
    shown = repr(reply(200, b"hush", authorization="hush"))

    assert shown == "Reply(200, example.social, 4 bytes)"


@pytest.mark.parametrize("status", [300, 304, 305, 306, 302])
def test_a_hostile_address_to_go_to_is_told_in_words(status: int) -> None:
    """An answer that sends us to no address at all must not end the program."""
    error = error_from_reply(reply(status, location="http://[nowhere"), "https://example.social")

    assert isinstance(error, Refused)
    assert "another address" in error.message
