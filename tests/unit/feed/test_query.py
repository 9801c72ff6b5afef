"""The language of searches: what is asked for, what fits, and words where it makes no sense."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.feed.query import (
    finished,
    fits,
    has_words,
    parts_of,
    query_from_text,
    query_of,
    server_words,
    sifted,
)
from app.model import AccountId, LinkCard, Media, Post, Profile, RichText, Span, ViewerState
from app.model.errors import BadInput
from app.model.post import Poll, PollOption, Quote, ReplyTo
from app.model.query import Condition, Query, Term

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
ANA = Profile(uri="https://a.example/ana", handle="ana@a.example", name="Ana Tidewater")
ME = AccountId("me")


def ask(text: str) -> Query:
    """What it asks for."""
    return query_from_text(text, now=NOW)


def post(text: str = "A godwit", **more: object) -> Post:
    """By Ana, an hour ago."""
    at = NOW - timedelta(hours=1)
    base = {"uri": "u", "network": "fediverse", "author": ANA, "created_at": at, "sort_at": at}
    return Post(**(base | {"text": RichText(text)} | more))  # type: ignore[arg-type]


def does(text: str, one: Post, **more: object) -> bool:
    """Whether *one* fits."""
    return fits(ask(text), one, {}, **more)  # type: ignore[arg-type]


def test_words_phrases_and_what_is_not_wanted() -> None:
    """Quotes keep words together, minus shuts out, the last word may go on."""
    query = ask('ring "mostly rust" -pottery -"old kiln" tid')
    assert query.terms == (Term("ring"), Term("mostly rust"), Term("tid", open=True))
    assert query.without == (Term("pottery"), Term("old kiln"))
    assert finished(query).terms[-1] == Term("tid")
    assert ask("tid ").terms == (Term("tid"),)
    assert ask("t").terms == (Term("t"),)
    assert ask("“far away”").terms == (Term("far away"),)


def test_operators_and_what_only_looks_like_one() -> None:
    """Other names before a colon are words; what is before and after is one of time."""
    query = ask("FROM:@Ana on:bluesky -has:image,video #Birds https://x.example/a re:tide")
    assert query.conditions == (
        Condition("from", ("ana",)),
        Condition("net", ("bluesky",)),
        Condition("has", ("image", "video"), negated=True),
        Condition("tag", ("birds",)),
    )
    assert [term.text for term in query.terms] == ["https //x.example/a", "re tide"]
    assert not ask("  - ·  ")


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("after:2026-09-01", datetime(2026, 9, 1, tzinfo=UTC), None),
        ("since:2026-09", datetime(2026, 9, 1, tzinfo=UTC), None),
        ("before:2026", None, datetime(2026, 1, 1, tzinfo=UTC)),
        ("-before:2026", datetime(2026, 1, 1, tzinfo=UTC), None),
        ("after:yesterday", datetime(2026, 11, 25, tzinfo=UTC), None),
        ("after:7d", NOW - timedelta(days=7), None),
        (
            "after:2w after:2026-11-20 until:today",
            datetime(2026, 11, 20, tzinfo=UTC),
            datetime(2026, 11, 26, tzinfo=UTC),
        ),
    ],
)
def test_times(text: str, since: datetime | None, until: datetime | None) -> None:
    """Days, months, years, and how long ago; the narrowest counts."""
    assert ask(text).times() == (since, until)


def test_a_day_begins_where_the_reader_is() -> None:
    """Not at Greenwich."""
    east = datetime(2026, 11, 26, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    since, _ = query_from_text("after:2026-09-01", now=east).times()
    assert since == datetime(2026, 8, 31, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from:", "nothing behind"),
        ('from:"  "', "nothing behind"),
        ("from:,", "names nothing"),
        ("has:foo", "knows no “foo”"),
        ("in:cellar", "knows no “cellar”"),
        ("before:soon", "is no date"),
        ("before:2026-02-31", "is no date"),
        ("before:9999y", "is no date"),
        ("after:99999-01", "is no date"),
        ("a" * 3_000, "too long"),
    ],
)
def test_what_makes_no_sense_is_told_in_words(text: str, words: str) -> None:
    """And what would make sense."""
    with pytest.raises(BadInput, match=words) as told:
        ask(text)
    assert told.value.next_step


def test_who_wrote_it_and_whom_it_answers() -> None:
    """By handle, its beginning, a word of the name, the URI; ``me`` is any of mine."""
    one = post(reply_to=ReplyTo(author=Profile(uri="did:x:bo", handle="bo.example")))
    for who in ("ana", "@ana@a.example", "tidewater", '"ana tidewater"', "https://a.example/ana"):
        assert does(f"from:{who}", one)
    for who in ("an", "a.example", "me"):
        assert not does(f"from:{who}", one)
    assert does("from:me", one, me={ANA.uri})
    assert does("to:bo", one)
    assert does("to:me", one, me={"did:x:bo"})
    assert not does("-to:bo", one)
    assert does("from:zoe,ana", one)


def test_what_it_has_and_is() -> None:
    """Each kind, and that the others have it not."""
    picture = post(media=(Media(kind="image", url="p", alt="A bird"),))
    film = post(media=(Media(kind="video", url="v"),))
    link = post(text="see", card=LinkCard(url="https://x.example"))
    bare = post()
    spanned = Post(**{f: getattr(bare, f) for f in ("uri", "network", "author", "created_at")},
                   sort_at=NOW, text=RichText("x", (Span(0, 1, "link", "https://x.example"),)))  # fmt: skip
    assert does("has:media has:image has:alt -has:video", picture)
    assert does("has:video -has:alt", film)
    assert does("has:link", link)
    assert does("has:link", spanned)
    assert does("has:poll", post(poll=Poll(options=(PollOption("a"),))))
    assert does("has:quote", post(quote=Quote(state="shown")))
    for what in ("media", "image", "video", "audio", "link", "poll", "quote", "alt", "warning"):
        assert not does(f"has:{what}", bare)
    assert does("is:post -is:reply -is:edited -is:bot", bare)
    assert does("is:edited", post(edited_at=NOW))


def test_language_network_tags_and_where_it_is_kept() -> None:
    """Variants of a language are that language."""
    one = post(langs=("pt-BR",), tags=("Birds",))
    assert does("lang:pt lang:pt-br net:fediverse tag:birds", one)
    assert not does("lang:p", one)
    assert does("in:bookmarks", one, filed={"u": ""})
    assert not does("in:likes", one)
    assert does('folder:"To read"', one, filed={"u": "To Read"})
    assert not does("folder:read", one, filed={"u": "To read"})
    assert fits(ask("in:likes -in:reposts"), one, {ME: ViewerState(liked=True)})


def test_words_that_are_not_wanted_are_found_as_words() -> None:
    """Whatever case, diacritics or marks around; not inside of others."""
    assert not does("bird -crème", post("Creme, of all things"))
    assert not does('-"of all"', post("Creme, of all things"))
    assert does("-thing", post("Creme, of all things"))
    assert not does("-heron", post(media=(Media(kind="image", url="p", alt="A heron."),)))


def test_time_counts_from_the_first_moment_to_before_the_last() -> None:
    """So that days join without a hole."""
    one = post(sort_at=datetime(2026, 9, 1, tzinfo=UTC))
    assert does("after:2026-09-01", one)
    assert not does("before:2026-09-01", one)


def test_servers_are_asked_for_words_and_the_rest_is_sifted_here() -> None:
    """What is sifted is told once each."""
    query = ask('ring "far away" from:ana from:bo #birds -rust lang:en ')
    assert server_words(query) == 'ring "far away" #birds'
    assert sifted(query) == ("from", "lang", "-")
    assert server_words(ask("has:image")) == ""


def test_what_the_index_has_not_is_compared_word_by_word() -> None:
    """Notes of bookmarks: all words, phrases together, the last one as a beginning."""
    assert has_words(ask('note "look up" aga'), "A note: look up again!")
    assert not has_words(ask("aga "), "Look up again")
    assert not has_words(ask('"up look"'), "Look up again")


def test_what_makes_no_sense_is_told_at_its_place_and_the_rest_is_looked_for() -> None:
    """Each part knows where it stands; nothing of it keeps the others from being found."""
    text = 'tide has:feathers "low water" -from: before:2026-02-31 #Kelp'
    parts = parts_of(text, now=NOW)
    assert [text[one.start : one.end] for one in parts] == [
        "tide", "has:feathers", '"low water"', "-from:", "before:2026-02-31", "#Kelp",
    ]  # fmt: skip
    wrong = [text[one.value_start : one.end] for one in parts if one.problem is not None]
    assert wrong == ["feathers", "", "2026-02-31"]
    assert query_of(parts) == query_from_text('tide "low water" #Kelp', now=NOW)


def test_words_without_spaces_are_found_as_the_index_finds_them() -> None:
    """Each character of such a script is a word, also where the index is not asked."""
    query = query_from_text("東京 ", now=NOW)
    assert has_words(query, "今日は東京タワーです")
    assert not has_words(query, "今日は京東です")
