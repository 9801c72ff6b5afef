"""CSV: what is written is read again as it was; no file can break the reader."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.model.errors import BadInput
from app.portability.activitypub.csv_cells import LONGEST_TITLE
from app.portability.activitypub.csv_formats import (
    FORMATS,
    Block,
    Bookmark,
    Domain,
    Follow,
    Follower,
    Hashtag,
    Kind,
    Member,
    Mute,
    Row,
    key_of,
)
from app.portability.activitypub.csv_reading import read_csv
from app.portability.activitypub.csv_writing import csv_from_rows

_NAMES = st.from_regex(r"[a-z0-9_é日]([a-z0-9_.é日-]{0,12}[a-z0-9_é日])?", fullmatch=True)
_HOSTS = st.from_regex(
    r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?\.[a-z]{2,6}(:[1-9][0-9]{0,3})?", fullmatch=True
)
_ACCTS = st.builds("{}@{}".format, _NAMES, _HOSTS)
_TITLES = (
    st.text(min_size=1, max_size=LONGEST_TITLE)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and text.isprintable())
)
_LANGUAGES = st.lists(
    st.from_regex(r"[a-z]{2,3}(-[A-Z]{2})?", fullmatch=True), unique=True, max_size=4
)
_ROWS: dict[Kind, st.SearchStrategy[Row]] = {
    "following": st.builds(Follow, _ACCTS, st.booleans(), st.booleans(), _LANGUAGES.map(tuple)),
    "followers": st.builds(Follower, _ACCTS),
    "lists": st.builds(Member, _TITLES, _ACCTS),
    "muting": st.builds(Mute, _ACCTS, st.booleans()),
    "blocking": st.builds(Block, _ACCTS),
    "domain_blocking": st.builds(Domain, _HOSTS),
    "bookmarks": st.builds(
        lambda host, end: Bookmark(f"https://{host}/users/x/statuses/{end}"),
        _HOSTS,
        st.from_regex(r"[A-Za-z0-9,\"?=&%-]{1,20}", fullmatch=True),
    ),
    "tags": st.builds(Hashtag, st.from_regex(r"\w{1,20}", fullmatch=True)),
}


@given(st.data(), st.sampled_from(sorted(_ROWS)))
@settings(max_examples=300)
def test_what_is_written_is_read_again_as_it_was(data: st.DataObject, kind: Kind) -> None:
    """For every kind, every title, in every order; and no row is skipped."""
    rows = data.draw(st.lists(_ROWS[kind], min_size=1, max_size=20, unique_by=key_of))
    table = read_csv(csv_from_rows(kind, rows), FORMATS[kind].file)

    assert (table.kind, table.rows, table.skipped) == (kind, tuple(rows), ())


_PIECES = st.sampled_from(
    [b'"', b'""', b",", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", b"\xc3", b"a@b.example", b"=1+1",
     b"Account address", b"#domain", b"List name", b" ", "\u2028\u202e".encode(), b"\xef\xbb\xbf"]
)  # fmt: skip


@given(st.lists(_PIECES | st.binary(max_size=20)).map(b"".join), st.sampled_from([None, *_ROWS]))
@example(b"\x00", "lists")
@example(b'"' * 1001, "blocking")
@example(b"\xff\xfe\x00", "muting")
@settings(max_examples=500)
def test_no_file_breaks_the_reader(data: bytes, kind: Kind | None) -> None:
    """It is read, row by row, or refused in words; every line is told of once at most."""
    with suppress(BadInput):
        table = read_csv(data, "follows.csv", kind)
        told = [*table.lines, *(one.line for one in table.skipped)]
        assert len(told) == len(set(told))
        assert all(one.why and one.text.isprintable() for one in table.skipped)
