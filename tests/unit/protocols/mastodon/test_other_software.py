"""What other software writes, in the forms in which servers pass it on: each reads well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from app.feed.half_open import hardly_heard
from app.model import Entry, Post
from app.protocols.mastodon.apart import occasion
from app.protocols.mastodon.functions import without_functions
from app.protocols.mastodon.text import rich_text
from tests.unit.protocols.mastodon.other_software import SAMPLES
from tests.unit.protocols.mastodon.other_software import read as in_other_software
from tests.unit.protocols.mastodon.samples import page, status


def read(name: str) -> Post:
    """The sample as a post."""
    return in_other_software(name).post


def spans(post: Post) -> list[tuple[str, str]]:
    """(kind, what it covers)."""
    return [(span.kind, post.text.text[span.start : span.end]) for span in post.text.spans]


def test_a_title_stands_apart_in_bold() -> None:
    """Above the outline and the way to the whole."""
    post = read("wordpress")

    assert post.text.text.split("\n\n")[:2] == ["Why waders wait", "Eleven days over the sea."]
    assert ("bold", "Why waders wait") == spans(post)[0]
    assert ("link", SAMPLES["wordpress"]["url"]) in [(s.kind, s.target) for s in post.text.spans]


def test_long_html_keeps_its_structure() -> None:
    """Headings, lists with their numbers, quotations, code, tables, words of pictures."""
    post = read("ghost")

    assert post.text.text == (
        "One\n\nLong and longer.\n\n2. scope\n3. tea\n\nA hide\nAt dawn\n\nThey wait.\n\n"
        "count = 4_210\nprint(count)\n\nDay | Birds\nMon | 12"
    )
    kinds = [kind for kind, _ in spans(post)]
    assert ["bold", "italic", "quote", "code_block"] == kinds


def test_a_title_that_a_server_gives_apart_comes_first() -> None:
    """As words; once, also where the text begins with it."""
    post = read("friendica")
    assert "Minutes of <the> meeting\n\n• Tea\n• Toast" == post.text.text
    assert ("bold", "Minutes of <the> meeting") == spans(post)[0]

    again = {**SAMPLES["friendica"], "content": "<b>Minutes of &lt;the&gt; meeting</b><p>Tea</p>"}
    [entry] = page(status(1, **again))
    assert isinstance(entry, Entry)
    assert 1 == entry.post.text.text.count("Minutes")


@pytest.mark.parametrize("name", ["lemmy", "peertube"])
def test_what_was_linked_or_filmed_names_its_page(name: str) -> None:
    """Title first; the page is a link, its card beside it."""
    post = read(name)

    assert spans(post)[0][0] == "bold"
    assert post.url
    assert any(span.kind == "link" for span in post.text.spans)


def test_what_moves_elsewhere_is_read_here() -> None:
    """Functions of Misskey leave their text; brackets of people, and what never ends, stay."""
    assert read("misskey").text.text.startswith("4 210 waders [not mfm] :toast:")
    assert ("emoji", ":toast:") in spans(read("misskey"))
    assert "a $[spin b" == rich_text("<p>a $[spin b</p>").text
    assert "a b [c] d" == rich_text("<p>$[x2 a $[fg.color=f00 b] [c]] d</p>").text
    hostile = "$[a " * 50_000 + "]" * 10
    assert hostile.count("$[a ") - 10 == without_functions(hostile).count("$[a ")


def test_many_pictures_come_with_their_words() -> None:
    """Albums of ten, without sizes."""
    post = read("pixelfed")

    assert [f"Picture {n}" for n in range(10)] == [one.alt for one in post.media]
    assert ("tag", "#tide") in spans(post)
    assert post.text.text.endswith("#tide\n\n📍 Kiel, Germany")


def test_a_half_open_service_is_named_before_one_answers() -> None:
    """By where the post was written, not by what it is called."""
    assert "Threads may not show your reply to its author." == hardly_heard(read("threads").uri)
    for uri in ("https://threads.net.example/1", "at://did:plc:x/y/z", "https://[", ""):
        assert "" == hardly_heard(uri)


def test_an_event_says_when_and_where(clock_of: Callable[[str], None]) -> None:
    """As a server tells it apart; elsewhere its page, with its name first."""
    clock_of("UTC0")
    lines = read("event").text.text.split("\n\n")
    assert lines == [
        "Low water walk",
        "🗓 28 Nov 2026, 06:12 – 08:00 UTC",
        "📍 Slipway, Pellworm",
        "Boots, and something warm to drink.",
    ]
    assert spans(read("event"))[0] == ("bold", "Low water walk")
    assert spans(read("mobilizon"))[0] == ("bold", "Low water walk")


@pytest.mark.parametrize(
    ("begins", "ends", "said"),
    [
        # Its server tells none of its own: ours is named.
        ("2026-11-28T23:12:00Z", "2026-11-29T02:00:00Z", "29 Nov 2026, 00:12 – 03:00 UTC+01:00"),
        ("2026-07-01T10:00:00-04:00", None, "1 Jul 2026, 16:00 UTC+02:00"),
        ("2026-07-01T10:00:00+02:00", "2026-07-02T09:00:00+02:00",
         "1 Jul 2026, 10:00 – 2 Jul 2026, 09:00"),
        ("2026-10-25T00:30:00Z", "2026-10-25T02:00:00Z",
         "25 Oct 2026, 02:30 UTC+02:00 – 03:00 UTC+01:00"),
        ("9999-12-31T23:59:00-05:00", None, "31 Dec 9999, 23:59 UTC-05:00"),
    ],
)  # fmt: skip
def test_an_event_is_told_by_the_clock_here(
    clock_of: Callable[[str], None], begins: str, ends: str | None, said: str
) -> None:
    """With its zone, unless the event is in the same."""
    clock_of("CET-1CEST,M3.5.0,M10.5.0/3")
    until = datetime.fromisoformat(ends) if ends is not None else None
    [line] = occasion(datetime.fromisoformat(begins), until, "")
    assert line == f"🗓 {said}"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"name": None, "start_time": None, "location": None},
        {"name": 7, "start_time": "soon"},
        {"location": "by the pier", "end_time": "2026-11-28T08:00:00Z"},
    ],
)
def test_half_an_event_costs_no_post(event: dict[str, object]) -> None:
    """What is told of it is shown, the words in any case."""
    [entry] = page(status(1, pleroma={"event": event}))
    assert isinstance(entry, Entry)
    assert entry.post.text.text.endswith("Hello")


def test_pictures_in_a_text_are_shown_where_our_server_keeps_them() -> None:
    """Nobody else is asked for any: a spy stays unasked, an emoji stays a word."""
    post = read("article")

    assert [(one.url, one.alt) for one in post.media] == [
        ("https://home.example/proxy/hide.jpg", "A hide at dawn"),
        ("https://home.example/proxy/mud.jpg", "Mud"),
    ]
    assert "A hide at dawn" not in post.text.text
    assert ":wave:" in post.text.text
    elsewhere = read("ghost")
    assert elsewhere.media == ()
    assert "A hide" in elsewhere.text.text


def test_attachments_are_not_shown_twice() -> None:
    """Where a server attaches pictures, those in the text stay words."""
    attached = {"id": "1", "type": "image", "url": "https://home.example/proxy/hide.jpg"}
    sample = {**SAMPLES["article"], "media_attachments": [attached]}
    [entry] = page(status(1, **sample))
    assert isinstance(entry, Entry)
    assert [one.url for one in entry.post.media] == ["https://home.example/proxy/hide.jpg"]
    assert "A hide at dawn" in entry.post.text.text


def test_thousands_of_pictures_in_a_text_are_read_quickly_and_capped() -> None:
    """A text of nothing else."""
    many = "".join(f'<img src="https://home.example/{n}.jpg">' for n in range(20_000))
    [entry] = page(status(1, content=many + "<img " * 20_000))
    assert isinstance(entry, Entry)
    assert len(entry.post.media) == 16


def test_of_a_flood_of_foreign_pictures_only_the_first_are_looked_at() -> None:
    """What is not ours is never enough: each look takes its time."""
    foreign = '<img src="https://far.example/spy.jpg">' * 300
    [entry] = page(status(1, content=foreign + '<img src="https://home.example/1.jpg">'))
    assert isinstance(entry, Entry)
    assert entry.post.media == ()


def test_a_review_a_recording_and_a_poll_read_well() -> None:
    """A book's cover and its words; how long it takes to listen; emoji under a poll."""
    review, recording, poll = read("bookwyrm"), read("castopod"), read("sharkey")

    assert review.media[0].alt == "I. Brandvold: The Mudflat (Paperback)"
    assert ("link", "The Mudflat (bookwyrm.example)") in spans(review)
    assert (recording.media[0].kind, recording.media[0].duration) == ("audio", 1874.0)
    assert poll.poll is not None
    assert [option.votes for option in poll.poll.options] == [7, 12]
    assert [one.count for one in poll.reactions] == [12, 3, 1]
