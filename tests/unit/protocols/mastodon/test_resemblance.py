"""Text as it was sent, and as servers give it back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.model.sending import Outgoing
from app.model.text import RichText, Span
from app.protocols.mastodon.resemblance import bare, is_typed, resembles
from app.protocols.mastodon.wire import read_status
from tests.contract.mastodon_writing import _rendered
from tests.unit.protocols.mastodon.desk import says
from tests.unit.protocols.mastodon.samples import post as shown_post
from tests.unit.protocols.mastodon.samples import status

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Co", "Cn")), max_size=60
)
LINES = st.lists(TEXT, min_size=1, max_size=4).map("\n".join)


def said(html: str, post: Outgoing, **changed: Any) -> str:
    """What one sees in a status with this HTML."""
    wired = read_status(json.dumps(status(content=html, **changed)).encode())
    return resembles(wired, shown_post(content=html, **changed), post)


@given(LINES)
def test_any_text_is_found_in_what_a_server_makes_of_it(text: str) -> None:
    """Escaped, with lines broken and addresses shortened: it stays itself."""
    html = "".join(f"<p>{_rendered(part)}</p>" for part in text.split("\n\n"))

    assert said(html, says(text)) == "yes"


@given(LINES, LINES)
def test_another_text_is_at_most_perhaps(one: str, other: str) -> None:
    """Then the source is asked for, and that must be the same."""
    assume(bare(one) != bare(other))
    assume("@" not in one + other)
    html = "".join(f"<p>{_rendered(part)}</p>" for part in other.split("\n\n"))

    assert said(html, says(one)) != "yes"
    assert not is_typed(other, says(one))


@pytest.mark.parametrize(
    ("html", "post"),
    [
        ('<p><a href="https://a.example/x">a.example/x</a></p>', says("https://a.example/x")),
        (
            '<p><a href="https://a.example/x">here</a></p>',
            Outgoing(text=RichText("here", (Span(0, 4, "link", "https://a.example/x"),))),
        ),
        (
            '<p><a href="https://p.example/@teun" class="u-url mention">@<span>teun</span></a> hi</p>',
            says("@teun@p.example hi"),
        ),
        ("<p>@teun hi</p>", says("@teun@polder.example:3000 hi")),
        (
            '<p class="quote-inline">RE: <a href="https://a.example/1">a.example/1</a></p><p>See</p>',
            says("See", quote="https://a.example/1"),
        ),
        ("<p>See</p><p>RE: https://a.example/1</p>", says("See", quote="https://a.example/1")),
        ("<p>ﬁne</p>", says("fine")),
        ("<p>☕</p>", says("☕\ufe0f")),
    ],
)
def test_what_servers_do_to_text_does_not_matter(html: str, post: Outgoing) -> None:
    """Links, mentions, quote lines, presentation forms."""
    teun = {"username": "teun", "acct": "teun@p.example", "url": "https://p.example/@teun"}

    assert said(html, post, mentions=[teun]) == "yes"


@pytest.mark.parametrize(
    ("html", "post"),
    [
        ("<p>me@example.com</p>", says("me@another.com")),
        ("<p>RE: https://a.example/1</p>", says("")),
        ("<p></p>", says("something")),
    ],
)
def test_what_differs_is_not_the_same(html: str, post: Outgoing) -> None:
    """Addresses of mail are no mentions; a line that begins with RE: is text."""
    assert said(html, post) == "perhaps"
