"""Blocklists: every format, every oddity, and what an update would change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.moderation.blocklists import (
    MOST_BYTES,
    BadList,
    Blocked,
    BlockIndex,
    difference,
    read_blocklist,
)

ADMIN = (
    "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
    "evil.example,suspend,TRUE,true,iftas:spam,false\n"
    "loud.example,silence,false,false,,false\n"
    "e**l.example,suspend,false,false,,true\n"
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (ADMIN, ["evil.example", "loud.example"]),
        ("domain,severity\nevil.example,suspend\n", ["evil.example"]),
        ("evil.example\n# a comment\n\nBad.Example.\n", ["evil.example", "bad.example"]),
        ("\ufeff#domain\nevil.example", ["evil.example"]),
        ('[{"domain": "evil.example", "severity": "silence"}]', ["evil.example"]),
        ('["evil.example", "bad.example"]', ["evil.example", "bad.example"]),
        (
            '{"blocks": {"evil.example": {"isBlocked": true}, "ok.example": {"isBlocked": false}}}',
            ["evil.example"],
        ),
        ("Account address\n@Ana@evil.example\n", ["ana@evil.example"]),
        ("did:plc:abc\n", ["did:plc:abc"]),
    ],
)
def test_every_format_is_read(text: str, names: list[str]) -> None:
    """CSV of servers and of users, plain lists, JSON of several kinds."""
    assert [entry.name for entry in read_blocklist(text.encode()).entries] == names


def test_severity_and_reason_are_kept() -> None:
    """And what cannot be used is told, line by line."""
    read = read_blocklist(ADMIN.encode())
    assert read.entries[0] == Blocked(name="evil.example", reason="iftas:spam")
    assert read.entries[1].severity == "silence"
    assert [(one.line, one.text) for one in read.skipped] == [(4, "e**l.example")]


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"{", b'{"a": 1', b"[1, 2", b"=cmd|' /C calc'!A0\n", b"x" * (MOST_BYTES + 1),
     b"[" * 100_000, b'"\x00'],
)  # fmt: skip
def test_what_is_no_list_says_so(data: bytes) -> None:
    """In words; nothing hangs and nothing else is raised."""
    with pytest.raises(BadList):
        read_blocklist(data)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_none(data: bytes) -> None:
    """Nothing but ``BadList`` ever comes of them."""
    try:
        read = read_blocklist(data)
    except BadList:
        return
    assert len({entry.name for entry in read.entries}) == len(read.entries)


def test_a_domain_covers_what_is_below_it() -> None:
    """On the boundaries of labels only."""
    index = BlockIndex({"A list": [Blocked(name="evil.example")]})
    assert index.domain("a.Evil.example") == (Blocked(name="evil.example"), "A list")
    assert index.domain("notevil.example") is None
    assert index.domain("example") is None
    assert index.domain("") is None


def test_exceptions_win() -> None:
    """For a domain below a blocked one, and for people."""
    index = BlockIndex(
        {"L": [Blocked(name="evil.example"), Blocked(name="ana@x.example", kind="person")]},
        ["good.evil.example", "ana@x.example"],
    )
    assert index.domain("a.good.evil.example") is None
    assert index.domain("b.evil.example") is not None
    assert index.person("https://x.example/ana", "Ana@x.example") is None


def test_the_strictest_of_several_lists_counts() -> None:
    """And is named."""
    index = BlockIndex(
        {
            "Mild": [Blocked(name="evil.example", severity="silence")],
            "Hard": [Blocked(name="evil.example")],
        }
    )
    found = index.domain("evil.example")
    assert found is not None
    assert found[1] == "Hard"


def test_an_update_says_what_it_changes() -> None:
    """Added, removed, changed; nothing when it is the same."""
    old = read_blocklist(b"a.example\nb.example")
    new = read_blocklist(b"domain,severity\nb.example,silence\nc.example,suspend")
    change = difference(old, new)
    assert [one.name for one in change.added] == ["c.example"]
    assert [one.name for one in change.removed] == ["a.example"]
    assert [one.name for one in change.changed] == ["b.example"]
    assert not difference(old, old)
