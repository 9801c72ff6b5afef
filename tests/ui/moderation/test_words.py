"""What is settled, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.model.moderation import Filter, FilterWord, MutedWord
from app.services.moderation_values import Subscription
from app.ui.moderation import words as said
from app.ui.shell.words import hidden_icon, hidden_text
from tests.ui.moderation.samples import LABELS, NOW, RAFFLES, SPOILERS


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (None, "for good"),
        (timedelta(seconds=-1), "over"),
        (timedelta(minutes=20), "under an hour left"),
        (timedelta(hours=1, minutes=5), "1 hour left"),
        (timedelta(hours=30), "30 hours left"),
        (timedelta(days=3), "3 days left"),
        (timedelta(days=29), "until 21 Dec"),
        (timedelta(days=60), "until 21 Jan 2027"),
    ],
)
def test_an_end_is_said_as_one_would(left: timedelta | None, words: str) -> None:
    """Near ones as time that is left, far ones as a day."""
    assert said.ending(NOW + left if left is not None else None, NOW) == words


def test_a_muted_word_tells_where_it_counts() -> None:
    """Tags are shown as tags; what only Godwit keeps says so."""
    tag = MutedWord(value="quizday", targets=("tag",), spare_followed=True)

    assert said.shown_word(tag) == "#quizday"
    assert said.word_scope(tag, here=True) == "Tags only · only here · not from people I follow"
    assert said.word_end(MutedWord(value="x", expires_at="no date")) is None


def test_a_filter_tells_words_places_and_end() -> None:
    """Two words are named, more are counted."""
    assert said.filter_about(SPOILERS, NOW) == (
        "“finale”, “last episode” · home, conversations · for good"
    )
    assert said.filter_about(RAFFLES, NOW) == "3 words · home, notifications · ends 30 Nov"
    bare = Filter(id="", title="", contexts=frozenset(), words=(FilterWord("a"),))
    assert said.filter_about(bare, NOW) == "“a” · nowhere · for good"


def test_labels_are_summed_up_by_what_they_do() -> None:
    """The strictest first."""
    assert said.labels_summary(LABELS) == "Hide 2, warn 1, ignore 1"
    assert said.labels_summary(()) == ""


def test_a_list_tells_where_it_is_from() -> None:
    """By whom, or from which server, and how many are in force."""
    people = Subscription(
        id="1", title="Robots (@mirela.example)", kind="people", address="at://x", proposed=True
    )
    shared = Subscription(
        id="2",
        title="blocks.csv",
        kind="url",
        address="https://saltmarsh.example/blocks.csv",
        entries=96,
        applied_at=NOW,
        effect="cover",
    )

    assert said.list_title(people) == "Robots"
    assert said.list_about(people, NOW) == "list by \u2066@mirela.example\u2069"
    assert said.list_status(people) == "Look at it"
    assert said.list_about(shared, NOW) == (
        "file from \u2066saltmarsh.example\u2069 · 96 entries · applied 22 Nov · only covers"
    )
    assert said.list_status(shared) == "in force"


@pytest.mark.parametrize(
    ("cause", "icon", "text", "short"),
    [
        ("Muted word: derby", "speaker-slash", "Word “derby”", "Word “derby”"),
        (
            "Label: Spam (Harbour Watch)",
            "shield-warning",
            "Label “Spam”, Harbour Watch",
            "Label “Spam”, Harbour Watch",
        ),
        ("Filter: Tide (low)", "funnel-simple", "Filter “Tide”, low", "Filter “Tide”, low"),
        (
            "Blocklist: raffle.example: spam (Robots (@mirela.example))",
            "list-bullets",
            "List “Robots”: raffle.example: spam",
            "List “Robots”",
        ),
        ("Blocking: Kaj", "prohibit", "Blocking: Kaj", "Blocking: Kaj"),
    ],
)
def test_what_hid_a_post_is_said_for_people(cause: str, icon: str, text: str, short: str) -> None:
    """From the words that the timeline counts by."""
    assert (hidden_icon(cause), hidden_text(cause)) == (icon, text)
    assert hidden_text(cause, whole=False) == short


def test_hits_of_words_are_counted_whatever_their_case() -> None:
    """Other causes are not words."""
    causes = [("Muted word: Derby", 2), ("Muted word: derby", 1), ("Filter: derby", 5)]

    assert said.word_hits(causes) == {"derby": 3}


def test_what_blocking_a_server_takes_is_counted_on_both_sides() -> None:
    """And said to be for good."""
    assert said.lost_words(("a@b.example",), ("c@b.example", "d@b.example")) == (
        "You lose 1 person you follow and 2 people who follow you, for good: "
        "unblocking does not bring them back."
    )
    assert "nobody there" in said.lost_words((), ())


def test_what_a_bridges_server_takes_is_said() -> None:
    """Of any other server nothing."""
    assert said.bridge_words("Marsh Bridge").startswith("Marsh Bridge copies people")
    assert said.bridge_words("") == ""
