"""Looking through the cache in steps: words by the index, conditions roughly, newest first."""

from __future__ import annotations

from app.feed.query import fits, query_from_text
from app.model import Media, PollOption, ViewerState
from app.model.bookmark import Filed
from app.model.post import Poll
from app.store import Store
from app.store.seeking import Seeker, time_of_place
from tests.unit.store.build import ANA, BO, at, entry, post, run, save


def numbers(store: Store, text: str, scan: int = 3) -> list[str]:
    """Numbers of the posts that fit, found in steps of *scan*."""
    query, below, found = query_from_text(text, now=at(100)), None, []
    seeker = Seeker(store.reader)
    while True:
        step = seeker.look(query, below, scan)
        assert step.looked_at <= scan
        found += [one for one in step.found if fits(query, one.post, one.viewers)]
        below = step.below
        if below is None:
            return [one.post.uri.rsplit("/", 1)[-1] for one in found]


def test_steps_join_without_a_hole(store: Store) -> None:
    """With words and without, whatever their size."""
    save(store, *(entry(post(n, n, text=f"Godwit {n}")) for n in range(10)))
    all_of_them = [str(n) for n in reversed(range(10))]
    for scan in (1, 3, 10, 50):
        assert numbers(store, "godwit ", scan) == all_of_them
        assert numbers(store, "-heron", scan) == all_of_them


def test_words_phrases_and_minus(store: Store) -> None:
    """As the index has them; the word at the end may go on."""
    save(
        store,
        entry(post(1, 1, text="A ring in the sand")),
        entry(post(2, 2, text="Ringing and rust")),
        entry(post(3, 3, text="a rusty ring")),
    )
    assert numbers(store, "ring ") == ["3", "1"]
    assert numbers(store, "ring") == ["3", "2", "1"]
    assert numbers(store, '"ring in"') == ["1"]
    assert numbers(store, "ring -sand ") == ["3"]
    assert numbers(store, 'ring ") OR * NEAR( ^') == []


def test_what_posts_have(store: Store) -> None:
    """Also in pictures' descriptions; a quoted kind alone does not count."""
    poll = Poll(options=(PollOption("Yes"),))
    picture = Media(kind="image", url="p", alt="A curlew")
    save(
        store,
        entry(post(1, 1, media=(picture,))),
        entry(post(2, 2, poll=poll)),
        entry(post(3, 3, text='say "kind":"image"', langs=("de",))),
    )
    assert numbers(store, "has:image") == ["1"]
    assert numbers(store, "has:poll,image") == ["2", "1"]
    assert numbers(store, "curlew has:alt") == ["1"]
    assert numbers(store, "lang:de") == ["3"]
    assert numbers(store, "-has:image") == ["3", "2"]


def test_times_and_people(store: Store) -> None:
    """The index is asked for both."""
    save(store, *(entry(post(n, n * 60)) for n in range(5)))
    day = at(0).date()
    assert numbers(store, f"before:{day} post ") == []
    assert len(numbers(store, f"-before:{day} post ")) == 5
    name = post(1).author.handle
    assert len(numbers(store, f"from:{name}")) == 5
    assert numbers(store, "from:nobody") == []


def test_a_place_tells_its_time(store: Store) -> None:
    """How far back it was looked."""
    save(store, entry(post(1, 7)), entry(post(2, 9)))
    step = Seeker(store.reader).look(query_from_text("post ", now=at(100)), None, 1)
    assert step.below is not None
    assert time_of_place(step.below) == post(2, 9).sort_at


def test_bookmarks_of_servers_and_of_this_computer_stand_together(store: Store) -> None:
    """A filed post is there with what it was, also when the cache has it no more."""
    save(store, entry(post(1, 1), viewer=ViewerState(bookmarked=True)), entry(post(2, 2)))
    save(store, entry(post(1, 1)), of=BO)
    seeker = Seeker(store.reader)
    (only,) = seeker.marked("bookmarked", 10)
    assert only.post.uri == post(1).uri
    (echo,) = seeker.echoes([only])
    assert echo.sightings[0].viewers[ANA].bookmarked
    found = seeker.with_kept([only], [post(3, 3), only.post])
    assert [one.post.uri for one in found] == [post(3).uri, post(1).uri]


def test_what_is_filed_comes_back(store: Store) -> None:
    """The newest first; the same post again replaces it."""
    one = Filed(post=post(1), at=at(1), folder="Birds", note="Read this")
    other = Filed(post=post(2), at=at(2))

    run(store.keep(lambda k: (k.save_filed(one), k.save_filed(other))))
    assert store.reader.filed() == (other, one)
    run(store.keep(lambda k: k.save_filed(Filed(post=post(2), at=at(2), folder="Later"))))
    assert store.reader.filed()[0].folder == "Later"
    run(store.keep(lambda k: k.drop_filed([post(2).uri, "gone"])))
    assert store.reader.filed() == (one,)


def test_copies_of_a_thought_stand_in_one_row(store: Store) -> None:
    """Found by either; what each account did with it is told."""
    one, two = post(1, 1, text="Godwit"), post(2, 2, text="Godwit")
    save(store, entry(one, viewer=ViewerState(liked=True)))
    save(store, entry(two), of=BO, echo_keys={two.uri: (two.uri, one.uri)})
    seeker = Seeker(store.reader)
    found = seeker.look(query_from_text("godwit ", now=at(100)), None, 10).found
    assert len(found) == 2
    (row,) = seeker.echoes(found)
    assert {s.entry.post.uri for s in row.sightings} == {one.uri, two.uri}
    assert [s.entry.viewer.liked for s in row.sightings if s.entry.post.uri == one.uri] == [True]
