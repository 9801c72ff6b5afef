"""Captions are read forgivingly: words and times, nothing else."""

from __future__ import annotations

import time

from app.services.captions import MOST_CUES, MOST_LETTERS, Cue, Track, cues_from_vtt, joined

FILM = """WEBVTT - the harbour

STYLE
::cue { color: url(https://spy.example) }

NOTE nobody needs this

1
00:01.000 --> 00:03.500 line:0
<v Bo>It is <i>half</i> past &lt;four&gt;.

01:00:02,250 --> 01:00:04,000
Later &amp; later
on two lines
"""


def test_words_and_times_are_read_and_the_rest_is_left_out() -> None:
    """Styles, notes, names of voices and markup are nothing that is said."""
    assert cues_from_vtt(FILM) == (
        Cue(1.0, 3.5, "It is half past <four>."),
        Cue(3602.25, 3604.0, "Later & later\non two lines"),
    )


def test_line_ends_of_every_system_and_a_mark_at_the_beginning_do_no_harm() -> None:
    """Files come from everywhere."""
    assert len(cues_from_vtt("\ufeff" + FILM.replace("\n", "\r\n"))) == 2
    assert len(cues_from_vtt(FILM.replace("\n", "\r"))) == 2


def test_what_is_no_webvtt_says_nothing() -> None:
    """A web page in its place is not read aloud."""
    assert cues_from_vtt("<html>00:01.000 --> 00:02.000\nno") == ()
    assert cues_from_vtt("") == ()


def test_damaged_cues_are_left_out_and_the_others_stay() -> None:
    """An end before the beginning, no words, no times."""
    text = (
        "WEBVTT\n\n00:05.000 --> 00:01.000\nback\n\n00:06.000 --> 00:07.000\n\n"
        "nonsense --> 1\nx\n\n00:08.000 --> 00:09.000\nstays\n"
    )
    assert [cue.text for cue in cues_from_vtt(text)] == ["stays"]


def test_a_bomb_of_captions_ends_soon() -> None:
    """Neither many nor long ones nor endless markup keep anybody waiting."""
    many = "WEBVTT\n\n" + "00:01.000 --> 00:02.000\nx\n\n" * (2 * MOST_CUES)
    long = "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<" * 500_000 + "y" * 500_000
    start = time.perf_counter()
    assert len(cues_from_vtt(many)) == 1  # all the same
    (cue,) = cues_from_vtt(long)
    assert len(cue.text) <= MOST_LETTERS
    assert time.perf_counter() - start < 5


def test_what_a_stream_repeats_at_its_seams_is_there_once() -> None:
    """Each piece of a stream has the cue that reaches over its end."""
    assert joined([Cue(4, 6, "b"), Cue(1, 4, "a"), Cue(1, 4, "a"), Cue(6, 8, "b")]) == (
        Cue(1, 4, "a"),
        Cue(4, 8, "b"),
    )


def test_what_is_said_at_a_moment_is_found() -> None:
    """Of several that overlap the latest."""
    track = Track("English", "en", (Cue(1, 5, "a"), Cue(3, 4, "b"), Cue(9, 10, "c")))

    assert [track.at(second) for second in (0, 1, 3.5, 4.5, 6, 9.5, 10)] == [
        None, 0, 1, 0, None, 2, None,
    ]  # fmt: skip
