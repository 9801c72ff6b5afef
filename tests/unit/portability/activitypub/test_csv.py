"""CSV files as Mastodon writes them, and as its importer reads them."""

from __future__ import annotations

from contextlib import suppress

import pytest

from app.model.errors import BadInput
from app.portability.activitypub.csv_formats import (
    FORMATS,
    Block,
    Bookmark,
    Domain,
    Follow,
    Hashtag,
    Kind,
    Member,
    Mute,
    format_of_name,
)
from app.portability.activitypub.csv_reading import Table, read_csv
from app.portability.activitypub.csv_writing import csv_from_rows


def whys(table: Table) -> list[tuple[int, str]]:
    return [(one.line, one.why) for one in table.skipped]


def test_files_are_written_byte_by_byte_as_mastodon_writes_them() -> None:
    """Heads where it has them, flags as words, several languages in quotes."""
    follows = [
        Follow("bo@polder.example", True, False, ("nl", "en")),
        Follow("mo@x.example", False, True),
    ]

    assert csv_from_rows("following", follows) == (
        b"Account address,Show boosts,Notify on new posts,Languages\n"
        b'bo@polder.example,true,false,"nl, en"\n'
        b"mo@x.example,false,true,\n"
    )
    assert csv_from_rows("muting", [Mute("a@b.example", False)]) == (
        b"Account address,Hide notifications\na@b.example,false\n"
    )
    assert csv_from_rows("blocking", [Block("a@b.example")]) == b"a@b.example\n"
    assert csv_from_rows("domain_blocking", [Domain("b.example")]) == b"b.example\n"
    assert csv_from_rows("lists", [Member('Friends, "old"', "a@b.example")]) == (
        b'"Friends, ""old""",a@b.example\n'
    )
    uri = "https://b.example/users/x/statuses/1"
    assert csv_from_rows("bookmarks", [Bookmark(uri)]) == f"{uri}\n".encode()


def test_what_is_not_said_is_written_as_servers_do_it_by_themselves() -> None:
    """An old one-column file becomes a new one with boosts shown, notifications hidden."""
    follows = csv_from_rows("following", [Follow("a@b.example")])

    assert follows.splitlines()[1] == b"a@b.example,true,false,"
    assert csv_from_rows("muting", [Mute("a@b.example")]).splitlines()[1] == b"a@b.example,true"


def test_missing_and_unknown_columns_are_fine() -> None:
    """As in the importer's own fixture."""
    short = read_csv(b"Account address,Show boosts\nbob@example.com,true\n", "x.csv")
    odd = read_csv(b"Account address,Colour,Notify on new posts\nbob@example.com,red,1\n", "x.csv")

    assert (short.kind, short.rows) == ("following", (Follow("bob@example.com", True),))
    assert odd.rows == (Follow("bob@example.com", None, True),)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("follows.csv", "following"),
        ("following_accounts-2.csv", "following"),
        ("Blocks.CSV", "blocking"),
        ("blocked_accounts.csv", "blocking"),
        ("blocked_domains.csv", "domain_blocking"),
        ("domain_blocks.csv", "domain_blocking"),
        ("mutes.csv", "muting"),
        ("muted_accounts (1).csv", "muting"),
        ("bookmarks.csv", "bookmarks"),
        ("lists.csv", "lists"),
        ("followers.csv", "followers"),
    ],
)
def test_a_file_is_known_by_the_start_of_its_name(name: str, kind: str) -> None:
    """As the importer guesses; the longest beginning wins."""
    found = format_of_name(name)

    assert found is not None and found.kind == kind


def test_columns_tell_more_than_the_name() -> None:
    """Whoever renames a file of mutes does not block them."""
    table = read_csv(b"Account address,Hide notifications\na@b.example,false\n", "blocks.csv")

    assert (table.kind, table.rows) == ("muting", (Mute("a@b.example", False),))


def test_addresses_alone_are_never_guessed() -> None:
    """Whom one follows and whom one blocks look the same."""
    with pytest.raises(BadInput, match="Nothing tells"):
        read_csv(b"a@b.example\n", "people.csv")

    assert read_csv(b"a@b.example\n", "people.csv", "blocking").rows == (Block("a@b.example"),)
    assert read_csv(b"https://b.example/1\n", "people.csv").kind == "bookmarks"


def test_what_the_user_says_counts_and_a_mismatch_is_told() -> None:
    """It only warns, as the importer does."""
    table = read_csv(b"a@b.example\n", "follows.csv", "blocking")

    assert table.kind == "blocking"
    assert "looks like following_accounts.csv" in table.notes[0]


def test_old_files_with_one_column_and_no_head_are_read() -> None:
    """Before 2.8 there was nothing else; flags are then not said."""
    assert read_csv(b"@a@b.example\r\n\r\n  c@d.example  \r\n", "follows.csv").rows == (
        Follow("a@b.example"),
        Follow("c@d.example"),
    )


def test_an_admins_list_of_servers_is_read_by_its_first_column() -> None:
    """Names that the admin hid are left out, with the reason."""
    data = (
        b"#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\n"
        b"Evil.example,suspend,true,true,spam,false\n"
        b"ev*l.example,suspend,true,true,,true\n"
    )
    table = read_csv(data, "list.csv")

    assert (table.kind, table.rows) == ("domain_blocking", (Domain("evil.example"),))
    assert whys(table) == [(3, "Its name was hidden by who made the list.")]


def test_values_are_cleaned_as_the_importer_cleans_them() -> None:
    """One "@" is cut, flags are cast, languages are split at commas."""
    data = (
        b"Account address,Show boosts,Notify on new posts,Languages\n"
        b' @a@b.example ,F,ON," nl ,en,nl,!!"\n'
    )

    assert read_csv(data).rows == (Follow("a@b.example", False, True, ("nl", "en")),)


def test_each_row_that_cannot_be_used_says_why() -> None:
    """And costs nobody else anything."""
    data = (
        b"Account address,Show boosts\n"
        b"=HYPERLINK(1),true\n"
        b"bob,true\n"
        b"bob.bsky.social,true\n"
        b",true\n"
        b"a@b.example,true\n"
        b"A@B.example,true\n"
        b"a@b@c.example,true\n"
        b"x@-.example,true\n"
    )
    table = read_csv(data)

    assert table.rows == (Follow("a@b.example", True),)
    assert table.lines == (6,)
    assert whys(table) == [
        (2, "The address names no server."),
        (3, "The address names no server."),
        (4, "That is a handle of another network, or no whole address."),
        (5, "There is no address in it."),
        (7, "It stands in the file already."),
        (8, "That is no address."),
        (9, "That is no address."),
    ]


def test_hostile_bytes_cost_only_their_rows() -> None:
    """NULs, other encodings, huge cells, quotes that never end, formulas in titles."""
    data = (
        b"\xef\xbb\xbfList name,Account address\r\n"
        b"=cmd|'/C calc'!A0,a@b.example\r\n"
        b"Fr\xe9res,b@b.example\r\n"
        b"N\x00ul,c@b.example\r\n" + b"x" * 140_000 + b",d@b.example\r\n"
        b'Fr"iends",e@b.example\r\n'
        b'"Good",f@b.example\r\n'
        b'"never ends,g@b.example\r\n'
        b"Last,h@b.example\r\n"
    )
    table = read_csv(data)

    assert table.rows == (
        Member("=cmd|'/C calc'!A0", "a@b.example"),
        Member('Fr"iends"', "e@b.example"),
        Member("Good", "f@b.example"),
        Member("Last", "h@b.example"),
    )
    assert whys(table) == [
        (3, "It is not in UTF-8."),
        (4, "That is no name of a list."),
        (5, "A cell is longer than anything that belongs there."),
        (8, "Its quotes do not match."),
    ]
    assert "not in UTF-8" in table.notes[0]


def test_utf_16_from_a_spreadsheet_is_read() -> None:
    """With a word about it."""
    table = read_csv("a@b.example\nü@b.example\n".encode("utf-16"), "blocks.csv")

    assert table.rows == (Block("a@b.example"), Block("ü@b.example"))
    assert "UTF-16" in table.notes[0]


def test_files_that_servers_refuse_are_refused() -> None:
    """Empty, too large, without its column; too many rows are cut, and it is said."""
    for data in (b"", b"\n \n", b"\xff\xfe"):
        with pytest.raises(BadInput, match="no rows"):
            read_csv(data, "follows.csv")
    with pytest.raises(BadInput, match="larger than 20 MB"):
        read_csv(b"x" * 20_000_001, "follows.csv")
    with pytest.raises(BadInput, match="no column"):
        read_csv(b"#domain\nb.example\n", "x.csv", "following")

    many = read_csv(b"".join(b"u%d@b.example\n" % n for n in range(20_005)), "follows.csv")
    assert len(many.rows) == 20_000
    assert "first 20000" in many.notes[0]


def test_bookmarks_are_addresses_of_posts() -> None:
    """Nothing else that a browser could be made to open."""
    data = b"https://b.example/users/x/statuses/1\njavascript:alert(1)\nfile:///etc/passwd\n"
    table = read_csv(data, "bookmarks.csv")

    assert table.rows == (Bookmark("https://b.example/users/x/statuses/1"),)
    assert {why for _, why in whys(table)} == {"That is no web address."}


def test_hashtags_have_a_file_of_our_own() -> None:
    """No server writes one; it is read again here."""
    data = csv_from_rows("tags", [Hashtag("tide"), Hashtag("straße")])

    assert read_csv(data, "x.csv").rows == (Hashtag("tide"), Hashtag("straße"))


def test_every_kind_knows_its_own_name() -> None:
    """What we write we read as what it was."""
    kinds: list[Kind] = list(FORMATS)
    for kind in kinds:
        found = format_of_name(FORMATS[kind].file)
        assert found is not None and found.kind == kind


@pytest.mark.parametrize("line", [b'"a"b\n', b'"""a\n', b'x,"\n', b"a@b.example\n", b'"",'])
def test_a_file_as_large_as_it_may_be_is_read(line: bytes) -> None:
    """No row of a hostile file makes others slower (a copy of the rest at each fault would)."""
    told = 0
    with suppress(BadInput):
        table = read_csv(line * min(190_000, 19_000_000 // len(line)), "lists.csv")
        told = len(table.rows) + len(table.skipped)

    assert told <= 20_001


def test_a_file_of_blank_lines_is_refused() -> None:
    """They are skipped, and would cost all the same."""
    for end in (b"\n", b"\r"):
        with pytest.raises(BadInput, match="more than 200000 lines"):
            read_csv(end * 19_000_000, "lists.csv")
