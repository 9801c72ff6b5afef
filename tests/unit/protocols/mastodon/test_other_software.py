"""What other software writes, in the forms in which servers pass it on: each reads well."""

from __future__ import annotations

import pytest

from app.model import Entry, Post
from app.protocols.mastodon.functions import without_functions
from app.protocols.mastodon.text import rich_text
from app.services.answering import hardly_heard
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
