"""What a post is about, how heated it is, what marks teach, and what crosses corners."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import json

from app.feed.bridging import corners, diversity, engaged
from app.feed.learned import ENOUGH, Learned
from app.feed.topics import Lists, TopicList, WordLists, heat
from app.feed.traits import judged_text, traits_from_json, traits_of
from app.model import Advisory, LinkCard, Media, Post, ReplyTo, RichText, Span
from app.model.profile import Profile
from tests.posts import person, post
from tests.unit.feed.candidates import candidate

LISTS = WordLists(
    Lists(
        topics={
            "politics": TopicList(
                name="politics",
                words=("election", "prime minister", "vote*"),
                tags=("uspol",),
                sites=("politics.example",),
            ),
            "sea": TopicList(name="the sea", words=("tide",)),
        },
        heated=("disgrace",),
    )
)


def about(text: str = "", **more: Any) -> dict[str, float]:
    """What a post with that text is about."""
    written = post(text=RichText(text, tuple(more.pop("spans", ()))), **more)
    return dict(LISTS.judge(text, traits_of(written))[0])


def test_words_of_a_list_add_up() -> None:
    """1 − 0.6^hits; a phrase is one word, a wildcard stands for part of a word."""
    assert about("nothing") == {}
    assert about("The election") == {"politics": 0.4}
    assert about("The prime minister and the VOTERS!") == {"politics": 0.64}
    assert about("minister of tide tables") == {"sea": 0.4}


def test_tags_and_sites_count_for_three_words() -> None:
    """Also a site within the one that is listed."""
    tag = Span(0, 6, "tag", "USPol")
    assert about("#USPol", spans=(tag,)) == {"politics": 0.784}
    card = LinkCard(url="https://www.live.politics.example/x")
    assert about("read this", card=card) == {"politics": 0.784}


def test_heat_is_words_capitals_and_marks() -> None:
    """hits × 20 / words (20 at least) + share in capitals + a quarter for “!!”."""
    assert heat("calm words here", 0, 3) == 0
    assert heat("such a disgrace", 1, 3) == 1
    assert heat("long text", 1, 80) == 0.25
    assert heat("THIS MUST stop", 0, 3) == pytest.approx(0.667)
    assert heat("really!!", 0, 1) == 0.25
    assert LISTS.judge("a disgrace " + "and so on " * 13, traits_of(post(text="x " * 41)))[1] > 0.4


def test_traits_are_the_same_from_the_post_and_from_the_disk() -> None:
    """Only what they are made of is decoded; the rest may be anything."""
    written = post(
        text=RichText(
            "Look https://a.example/x #Tide",
            (Span(5, 24, "link", "https://WWW.A.example:443/x/?utm_source=b&c=1#d"),),
        ),
        tags=("Tide", "tide"),
        media=(Media(kind="image", url="https://a.example/1.png", alt="A heron"),),
        reply_to=ReplyTo(uri="https://b.example/9", author=person("bo")),
        advisories=(Advisory("warning", "wet"), Advisory("label", "spam", "https://l.example")),
    )
    made = traits_from_json(json.encode(written))
    assert made is not None
    uri, text, traits = made
    assert (uri, traits) == (written.uri, traits_of(written))
    assert text == judged_text(written)
    assert (traits.links, traits.first_link) == (("a.example",), "a.example/x?c=1")
    assert (traits.tags, traits.parent, traits.advised) == (("tide",), "https://b.example/9", 2)
    assert "A heron" in text and "wet" in text
    assert traits_from_json(b"{}") is None
    assert traits_from_json(b"\xff") is None


@pytest.mark.parametrize(
    ("name", "titled"),
    [
        ("Dr. Ada", True),
        ("Ada, PhD", True),
        ("Ada 🔬", True),
        ("Dre", False),
        ("Prof Bo", True),
        ("", False),
    ],
)
def test_a_scientist_s_name_carries_a_title(name: str, titled: bool) -> None:
    """Or a tool of theirs."""
    author = Profile("https://a.example/ada", "ada@a.example", name)
    written = Post(
        uri="u", network="n", author=author, created_at=post().created_at, sort_at=post().sort_at
    )
    assert traits_of(written).titled is titled


def test_nothing_is_learned_without_marks() -> None:
    """Zero for everything."""
    lesson = Learned([])
    assert lesson.knows_nothing
    assert lesson.value("anything") == 0
    assert lesson.share("anything") == 0.5
    assert not lesson.may_hide


def test_marks_tell_apart_what_they_were_about() -> None:
    """Between −1 and 1, and 0 for words that nobody has marked."""
    marks = [(f"council budget ring road {n}", False) for n in range(ENOUGH)]
    marks += [(f"heron in the creek {n}", True) for n in range(ENOUGH)]
    lesson = Learned(marks)
    assert lesson.may_hide
    assert lesson.value("the budget of the council") < -0.5
    assert lesson.value("a heron came") > 0.5
    assert lesson.value("quite other words") == 0
    assert lesson.share("the budget of the council") > 0.75
    assert not Learned(marks[1:]).may_hide


def test_people_who_talk_with_each_other_are_a_corner() -> None:
    """And a post bridges when people of different corners take it up."""
    following = frozenset("abcdef")
    talk = [
        candidate("1", by="a", reply_to="b"),
        candidate("2", by="b", reply_to="c"),
        candidate("3", by="c", reply_to="a"),
        candidate("4", by="d", reply_to="e"),
        candidate("5", by="e", reply_to="f"),
        candidate("6", by="f", reply_to="d"),
        candidate("7", by="stranger", reply_to="a"),
    ]
    of = corners(talk, following)
    assert of["a"] == of["b"] == of["c"] != of["d"] == of["e"] == of["f"]
    assert "stranger" not in of
    assert diversity("abd", of) == pytest.approx(1 - (2 / 3) ** 2 - (1 / 3) ** 2)
    assert diversity("abc", of) == 0
    assert diversity("ad", of) == 0
    assert of == corners(reversed(talk), following)


def test_who_took_a_post_up_is_who_reposted_or_answered_it() -> None:
    """Of the people I follow."""
    posts = [
        candidate("p", reposters=("a", "x")),
        candidate("q", by="b", parent="p"),
        candidate("r", by="y", parent="p"),
    ]
    assert engaged(posts, frozenset("ab")) == {"p": {"a", "b"}}
