"""What a screen reader says of a row."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from app.ui.theme import Theme
from app.ui.timeline.accessible import accessible_text
from app.ui.timeline.layout.frame import Frame
from tests.ui.timeline import samples


def frame() -> Frame:
    """Names of the sample networks, English."""
    return Frame(Theme(), 600, networks=samples.NETWORKS, locale=QLocale("en_GB"))


def test_it_says_everything_a_reader_sees(qapp: object) -> None:
    """Author, text, pictures, time, networks, counts by network, what I did."""
    said = accessible_text(samples.echo(), frame(), samples.NOW)

    for part in (
        "Ottilie Brandvold, ottilie@saltmarsh.example",
        "Counted 4\u202f210 bar-tailed godwits",
        "Picture: Godwits over the flats",
        "18 min",
        "On Mastodon and Bluesky",
        "14 replies, 31 reposts, 96 likes on Mastodon",
        "9 replies, 22 reposts, 148 likes on Bluesky",
        "You liked it",
    ):
        assert part in said


def test_what_is_covered_is_not_read_out(qapp: object) -> None:
    """Behind its cover, only the warning is said."""
    covered = accessible_text(samples.warned(), frame(), samples.NOW, covered=True)

    assert "Covered: Food, knife injury" in covered
    assert "Pumpkin" not in covered


def test_reposts_polls_quotes_and_locks_are_said(qapp: object) -> None:
    """Context, options, quoted words and visibility have words."""
    names = frame()

    assert "Pim Koster and 3 others reposted" in accessible_text(
        samples.reposted(), names, samples.NOW
    )
    assert "Poll: Tuesday, Thursday" in accessible_text(samples.poll_open(), names, samples.NOW)
    assert "Quotes Ottilie Brandvold: The roost" in accessible_text(
        samples.quoting(), names, samples.NOW
    )
    assert "Followers only" in accessible_text(samples.followers_only(), names, samples.NOW)
    assert "Picture without description" in accessible_text(
        samples.pictures_three(), names, samples.NOW
    )


def test_signs_of_direction_are_not_said(qapp: object) -> None:
    """Isolates steer the drawing only."""
    said = accessible_text(samples.reposted(), frame(), samples.NOW)

    assert not set(said) & {"\u2066", "\u2068", "\u2069"}
