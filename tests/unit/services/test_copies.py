"""What was sent to several networks is deleted and edited on all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.compose.plan import Acquaintance
from app.model import Cursor, Entry, Post, Profile, RichText, ViewerState
from app.model.errors import NotFound, Refused, Unreachable
from app.model.sending import Limits
from app.model.timeline import HOME
from app.store import Batch
from tests.unit.fakes import NOON
from tests.unit.services import pictures
from tests.unit.services.post_office import PostOffice, post_office
from tests.unit.services.servers import ANA, SAM, account


async def test_delete_reaches_every_copy(office: PostOffice) -> None:
    """By the URI or the web address of any of them; the last of a thread first."""
    await office.send(ANA, SAM, texts=("one", "two"))
    await office.idle()
    first = next(iter(office.sam.posts))
    assert 4 == len(office.outbox.copies(first))
    results = await office.outbox.delete(f"{first}.html")

    assert [None] * 4 == [result.error for result in results]
    assert ({}, {}) == (office.ana.posts, office.sam.posts)
    assert [1, 0, 1, 0] == [result.copy.part for result in results]
    assert () == office.outbox.copies(first) == await office.outbox.delete(first)
    with pytest.raises(NotFound, match="deleted before"):
        await office.outbox.edit(first, "x")


async def test_what_could_not_be_deleted_is_deleted_the_next_time(office: PostOffice) -> None:
    """Each copy has its own result; begun again it goes on with the rest."""
    await office.send(ANA, SAM)
    await office.idle()
    uri = next(iter(office.ana.posts))
    office.sam.failing["delete"] = [Unreachable("No line.")]
    results = await office.outbox.delete(uri)
    assert [(ANA, None), (SAM, "unreachable")] == [
        (r.copy.account, r.error.kind if r.error else None) for r in results
    ]
    assert ([], ["Hello"]) == (office.ana.texts, office.sam.texts)

    [last] = await office.outbox.delete(uri)
    assert (SAM, None, []) == (last.copy.account, last.error, office.sam.texts)
    assert 1 == office.ana.asked.count("delete")


async def test_a_later_post_of_a_thread_is_deleted_with_its_like(office: PostOffice) -> None:
    """The rest of both threads stays."""
    await office.send(ANA, SAM, texts=("one", "two"))
    await office.idle()
    await office.outbox.delete(list(office.ana.posts)[1])

    assert (["one"], ["one"]) == (office.ana.texts, office.sam.texts)


async def test_what_has_not_left_yet_is_stopped_by_delete(office: PostOffice) -> None:
    """Otherwise it would appear after everything was deleted."""
    office.sam.failing["publish"] = [Unreachable("No line.")] * 5
    draft = await office.send(ANA, SAM)
    await office.idle()
    await office.outbox.delete(next(iter(office.ana.posts)))
    office.sam.failing.clear()
    await office.later(600)

    assert ([], []) == (office.ana.texts, office.sam.texts)
    assert "cancelled" == office.lane(draft, SAM).state


async def test_nothing_is_edited_while_a_copy_is_on_its_way(office: PostOffice) -> None:
    """It would arrive with the old words; taken back, the others can be edited."""
    office.sam.failing["publish"] = [Unreachable("No line.")] * 5
    draft = await office.send(ANA, SAM)
    await office.idle()
    uri = next(iter(office.ana.posts))
    with pytest.raises(Refused, match="on its way"):
        await office.outbox.edit(uri, "Better")
    assert ["Hello"] == office.ana.texts
    await office.outbox.cancel(draft.id, SAM)
    await office.outbox.edit(uri, "Better")

    assert (["Better"], []) == (office.ana.texts, office.sam.texts)


async def test_a_lane_that_failed_says_the_new_words_when_it_is_tried_again(
    office: PostOffice,
) -> None:
    """An edit reaches the copy that is not there yet; its draft begins with them, too."""
    office.sam.failing["publish"] = [Refused("No.")]
    draft = await office.send(ANA, SAM)
    await office.idle()
    before = office.lane(draft, SAM)
    results = await office.outbox.edit(next(iter(office.ana.posts)), "Better")

    assert [(ANA, None, False), (SAM, None, True)] == [
        (one.copy.account, one.error, one.waits) for one in results
    ]
    after = office.lane(draft, SAM)
    assert ("failed", "Better") == (after.state, after.parts[0].post.text.text)
    assert before.parts[0].ticket != after.parts[0].ticket
    kept = office.store.reader.written.draft(draft.id)
    assert kept is not None
    assert "Better" == kept[0].text
    await office.outbox.retry(draft.id, SAM)
    await office.idle()
    assert (["Better"], ["Better"]) == (office.ana.texts, office.sam.texts)


async def test_new_words_that_need_more_room_make_a_thread_of_a_lane_that_failed(
    office: PostOffice,
) -> None:
    """As they would if they were written now; where something may be there nothing changes."""
    office.sam.failing["publish"] = [Refused("No.")]
    draft = await office.send(ANA, SAM)
    await office.idle()
    longer = "word " * 70
    await office.outbox.edit(next(iter(office.ana.posts)), longer)
    assert 1 < len(office.lane(draft, SAM).parts)

    office.ana.failing["publish"] = [None, Refused("No.")]
    other = await office.send(ANA, texts=("one", "two"))
    await office.idle()
    [result] = await office.outbox.edit(list(office.ana.posts)[-1], "Better")
    assert result.error is not None
    assert ["one", "two"] == [part.post.text.text for part in office.lane(other).parts]


async def test_a_post_of_nobody_is_not_found(office: PostOffice) -> None:
    """In words, for both."""
    with pytest.raises(NotFound):
        await office.outbox.delete("https://a.example/posts/none")
    with pytest.raises(NotFound):
        await office.outbox.edit("https://a.example/posts/none", "x")


async def test_my_own_post_from_elsewhere_can_be_deleted(office: PostOffice) -> None:
    """It was read in a timeline; it leaves the cache, too. Others' posts cannot."""
    mine = account(ANA, "first")
    for name, uri in (("own", mine.uri), ("other", "https://a.example/users/bo")):
        author = Profile(uri, name)
        post = Post(
            uri=f"https://a.example/{name}", network="first", author=author,
            created_at=NOON, sort_at=NOON, text=RichText(name),
        )  # fmt: skip
        office.ana.posts[post.uri] = None  # type: ignore[assignment]
        entry = Entry(key=post.uri, sort_at=NOON, post=post, viewer=ViewerState(ref="7"))
        await office.store.save(Batch(account=ANA, source=HOME, items=(entry,), older=Cursor("x")))
    [result] = await office.outbox.delete("https://a.example/own")
    with pytest.raises(NotFound):
        await office.outbox.delete("https://a.example/other")

    assert (None, "7") == (result.error, result.copy.published.ref)
    assert ["https://a.example/other"] == list(office.ana.posts)
    assert {} == office.store.reader.posts(["https://a.example/own"])


async def test_edit_reaches_every_copy_that_can_be_edited(office: PostOffice) -> None:
    """Where there is no edit it says so, and offers to post it anew."""
    draft = await office.send(ANA, SAM, warning="Food")
    await office.idle()
    uri = next(iter(office.ana.posts))
    changed, refused = await office.outbox.edit(uri, "Hello, world")

    assert (["Hello, world"], ["Hello"]) == (office.ana.texts, office.sam.texts)
    assert "Food" == office.ana.posts[uri].warning
    assert (ANA, None, False) == (changed.copy.account, changed.error, changed.repost)
    assert refused.error is not None and (SAM, "unsupported", True) == (
        refused.copy.account,
        refused.error.kind,
        refused.repost,
    )
    assert "likes" in refused.error.next_step
    assert "Hello, world" == office.lane(draft).parts[0].post.text.text


async def test_posted_anew_where_there_is_no_edit(office: PostOffice) -> None:
    """The old one goes, the new one comes once, and both copies belong together still."""
    await office.send(ANA, SAM)
    await office.idle()
    uri, old = next(iter(office.ana.posts)), next(iter(office.sam.posts))
    results = await office.outbox.edit(uri, "Hello, world", repost=True)
    await office.idle()
    assert [False, True] == [result.again for result in results]
    assert (["Hello, world"], ["Hello, world"]) == (office.ana.texts, office.sam.texts)
    assert old not in office.sam.posts
    assert [ANA, SAM] == [copy.account for copy in office.outbox.copies(uri)]

    await office.outbox.delete(uri)
    assert ([], []) == (office.ana.texts, office.sam.texts)


async def test_what_is_posted_anew_leaves_the_cache_at_once(office: PostOffice) -> None:
    """The old copy is not shown beside the new one, nor asked for again."""
    await office.send(SAM)
    await office.idle()
    old = next(iter(office.sam.posts))
    mine = account(SAM, "second")
    post = Post(
        uri=old, network="second", author=Profile(mine.uri, "sam"),
        created_at=NOON, sort_at=NOON, text=RichText("Hello"),
    )  # fmt: skip
    entry = Entry(key=old, sort_at=NOON, post=post)
    await office.store.save(Batch(account=SAM, source=HOME, items=(entry,), older=Cursor("x")))
    await office.outbox.edit(old, "Better", repost=True)
    await office.idle()

    assert (["Better"], {}) == (office.sam.texts, office.store.reader.posts([old]))


async def test_the_same_words_are_not_posted_anew(office: PostOffice) -> None:
    """An edit that is run again takes no likes and no answers from what it made."""
    await office.send(ANA, SAM)
    await office.idle()
    await office.outbox.edit(next(iter(office.ana.posts)), "Better", repost=True)
    await office.idle()
    there = list(office.sam.posts)
    results = await office.outbox.edit(next(iter(office.ana.posts)), "Better", repost=True)
    await office.idle()

    assert there == list(office.sam.posts)
    assert [(None, False)] * 2 == [(one.error, one.again) for one in results]


async def test_posting_anew_survives_any_end(office: PostOffice, tmp_path: Path) -> None:
    """Ended after the old one was deleted: the new one leaves at the next start."""
    draft = await office.send(SAM)
    await office.idle()
    office.sam.failing["publish"] = [Unreachable("No line.")]
    await office.outbox.edit(next(iter(office.sam.posts)), "Better", repost=True)
    await office.idle()
    assert [] == office.sam.texts
    await office.close()
    again = post_office(tmp_path / "profile", office.walls, office.vault, office.clock)
    again.run()
    await again.later(30)

    assert (["Better"], "delivered") == (again.sam.texts, again.lane(draft, SAM).state)
    await again.close()


async def test_a_thread_is_edited_post_by_post(office: PostOffice) -> None:
    """The first stands for a thread that cannot become one text; a later one for itself."""
    office.sam.limits = replace(office.sam.limits, edits=True)
    await office.send(ANA, SAM, texts=("one", "two"))
    await office.idle()
    first, second = office.ana.posts
    results = await office.outbox.edit(first, "1")
    assert ["unsupported"] * 2 == [one.error.kind for one in results if one.error]
    assert (["one", "two"], ["one", "two"]) == (office.ana.texts, office.sam.texts)
    await office.outbox.edit(second, "2")

    assert (["one", "2"], ["one", "2"]) == (office.ana.texts, office.sam.texts)


async def test_who_was_mentioned_stays_mentioned(tmp_path: Path, office: PostOffice) -> None:
    """And the people book knows the same person on the other network."""
    bo = Profile("https://a.example/users/bo", "bo@a.example")
    there = Profile("did:plc:bo", "bo.test")
    known = {
        "bo@a.example": Acquaintance(
            profile=bo, network="first", same=(("second", there, "linked"),)
        )
    }
    await office.close()
    again = post_office(
        tmp_path / "profile", office.walls, office.vault, office.clock,
        acquaintances=lambda typed: {t: known[t] for t in typed if t in known},
    )  # fmt: skip
    again.run()
    again.sam.limits = Limits(length=300, edits=True, threads_at_once=True)
    await again.send(ANA, SAM)
    await again.idle()
    await again.outbox.edit(next(iter(again.ana.posts)), "Hi @bo@a.example!")

    [here], [other] = again.ana.posts.values(), again.sam.posts.values()
    assert [bo.uri] == [span.target for span in here.text.spans if span.kind == "mention"]
    assert [there.uri] == [span.target for span in other.text.spans if span.kind == "mention"]
    await again.close()


async def test_text_that_is_too_long_is_refused_there(office: PostOffice) -> None:
    """The other copies are edited all the same."""
    office.sam.limits = replace(office.sam.limits, edits=True)
    await office.send(ANA, SAM)
    await office.idle()
    results = await office.outbox.edit(next(iter(office.ana.posts)), "x" * 400)

    assert [None, "refused"] == [r.error.kind if r.error else None for r in results]
    assert (["x" * 400], ["Hello"]) == (office.ana.texts, office.sam.texts)


async def test_media_stay_when_a_text_is_edited(office: PostOffice, tmp_path: Path) -> None:
    """With the tokens that the server gave for them."""
    media = await office.drafts.attach(pictures.png(tmp_path / "a.png"))
    draft = await office.send(ANA, media=(media,))
    await office.idle()
    tokens = office.lane(draft).parts[0].uploads
    await office.outbox.edit(next(iter(office.ana.posts)), "Other words")

    assert tokens == office.lane(draft).parts[0].uploads and 1 == len(tokens)
    assert (media,) == next(iter(office.ana.posts.values())).media


async def test_posted_anew_with_its_pictures(office: PostOffice, tmp_path: Path) -> None:
    """Also where a server drops the pictures together with the old post."""
    media = await office.drafts.attach(pictures.png(tmp_path / "a.png"))
    office.sam.collects = True
    draft = await office.send(SAM, media=(media,))
    await office.idle()
    await office.outbox.edit(next(iter(office.sam.posts)), "Better", repost=True)
    await office.idle()

    assert (["Better"], "delivered") == (office.sam.texts, office.lane(draft, SAM).state)
    assert (media,) == next(iter(office.sam.posts.values())).media


async def test_posting_anew_can_be_given_up_before_the_old_one_is_gone(office: PostOffice) -> None:
    """Then the old one is what was sent, as before."""
    draft = await office.send(SAM)
    await office.idle()
    uri = next(iter(office.sam.posts))
    office.sam.failing["limits"] = [None, Unreachable("No line.")]
    await office.outbox.edit(uri, "Better", repost=True)
    await office.idle()
    assert "queued" == office.lane(draft, SAM).state
    await office.outbox.cancel(draft.id, SAM)
    await office.later(600)

    assert (["Hello"], "delivered") == (office.sam.texts, office.lane(draft, SAM).state)
    assert [uri] == [copy.published.uri for copy in office.outbox.copies(uri)]
