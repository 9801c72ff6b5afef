"""Finding the post whose answer was lost, and no other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.model.draft import Attachment, PollDraft
from app.model.errors import Malformed, OutcomeUnknown, Unreachable
from app.model.sending import Outgoing, Published
from app.protocols.writing import Ready
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import HOUR, Desk, desk, error, says

POSTS = "/api/v1/statuses"
OWN = "/api/v1/accounts/1/statuses"
MINUTE = timedelta(minutes=1)
PICTURE = Attachment(id="a", kind="image", mime="image/png", size=9, name="sea.png", alt="Sea")


async def lost(here: Desk, post: Outgoing | str, **more: Any) -> Ready:
    """Publish *post*, lose the answer, and keep what the outbox keeps."""
    service = here.service()
    await service.limits()  # as composing does: the server's clock is known
    one = here.ready(service, post, **more)
    here.server.lose = 1
    with pytest.raises(OutcomeUnknown):
        await service.publish([one])
    return one


async def found(here: Desk, one: Ready) -> Published | None:
    """What a service finds that was started later."""
    done = await here.service().look([one])
    return done[0] if done else None


@pytest.mark.parametrize(
    "post",
    [
        says("Plain"),
        says("Two\n\nparagraphs\nand a line"),
        says("<b>&amp; 'quotes' \"\" <script>"),
        says("https://almanac.example/tides/a/very/long/way/to/go?with=a&query=too#and-more"),
        says("@teun@polder.example look: https://a.example, (https://b.example/x)."),
        says("👩🏽‍🔬 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ☕️ only signs"),
        says("مرحبا\u200f بالعالم #Tide"),
        says("  spaces   and\ttabs \u00a0 "),
        says("warned", warning="Mud, and more mud"),
        says("quiet", visibility="quiet"),
        says("for few", visibility="followers"),
        says("to one", visibility="direct"),
        says("?", poll=PollDraft(options=("ebb & flow", "flood"))),
        says("bold", source="**bold**", markup="text/markdown"),
    ],
    ids=lambda post: post.text.text[:12],
)
@pytest.mark.parametrize("lists_private", [True, False])
async def test_a_lost_post_is_found_again(post: Outgoing, lists_private: bool) -> None:
    """Whatever the server made of its text, and wherever it lists it."""
    async with desk(keys=False, lists_private=lists_private) as here:
        one = await lost(here, post)
        home = Answer(list(reversed(here.written.posts)))
        here.say("GET", "/api/v1/timelines/home", home)
        done = await found(here, one)

        assert done is not None
        assert done.uri == here.written.posts[0]["uri"]
        assert done.ref == here.written.posts[0]["id"]


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        (says("Tide"), says("Tides")),
        (says("Tide"), says("Tide", warning="Mud")),
        (says("Tide", warning="Mud"), says("Tide")),
        (says("Tide", poll=PollDraft(options=("a", "b"))), says("Tide")),
        (
            says("Tide", poll=PollDraft(options=("a", "b"))),
            says("Tide", poll=PollDraft(options=("a", "c"))),
        ),
        (says("Tide"), says("Tide", media=(PICTURE,))),
        (says("🎉"), says("🎊")),
        (says("https://a.example/1"), says("https://a.example/2")),
    ],
)
async def test_another_post_is_not_taken_for_it(there: Outgoing, wanted: Outgoing) -> None:
    """Text, warning, poll and pictures must be its own."""
    async with desk() as here:
        service = here.service()
        await service.limits()
        one = here.ready(service, wanted, uploads={"a": "7"} if wanted.media else {})
        await here.publish(there)

        assert await found(here, one) is None


async def test_an_answer_and_a_post_of_the_same_words_differ() -> None:
    """Each stands below its own parent; also when that is gone by now."""
    async with desk() as here:
        parent, other = await here.publish("Parent"), await here.publish("Other")
        service = here.service()
        await service.limits()
        alone = here.ready(service, "Yes")
        below = here.ready(service, says("Yes", reply_to=parent.uri))
        await here.publish(says("Yes", reply_to=other.uri))

        assert await found(here, alone) is None
        assert await found(here, below) is None

        one = await lost(here, says("Indeed", reply_to=parent.uri))
        await here.service().delete(parent)
        assert await found(here, one) is not None


async def test_pictures_tell_for_sure() -> None:
    """An upload is used once: its number is proof, whatever became of the text."""
    async with desk() as here:
        here.written.media["7"] = {"id": "7", "type": "image", "url": "https://x/7.png"}
        one = await lost(here, says("Sea", media=(PICTURE,)), uploads={"a": "7"})
        here.written.posts[0]["content"] = "<p>Something else</p>"

        assert await found(here, one) is not None


async def test_the_source_decides_where_the_text_was_changed() -> None:
    """Servers rewrite; what was typed they keep."""
    async with desk() as here:
        one = await lost(here, "teh tide")
        here.written.posts[0]["content"] = "<p>The Tide™</p>"

        assert await found(here, one) is not None

        here.written.posts[0]["typed"] = "something else"
        assert await found(here, one) is None


# -------------------------------------------------------------------- time


async def test_an_older_post_of_the_same_words_is_none() -> None:
    """By the server's clock, made before the ticket."""
    async with desk() as here:
        await here.publish("Good morning")
        here.written.posts[0]["created_at"] = (datetime.now(UTC) - 4 * MINUTE / 60).isoformat()
        service = here.service()
        await service.limits()

        assert await found(here, here.ready(service, "Good morning")) is None


async def test_what_another_ticket_made_is_not_taken() -> None:
    """Two posts of the same words within a second, in one run of the program."""
    async with desk() as here:
        service = here.service()
        await service.publish([here.ready(service, "Ping")])
        two = here.ready(service, "Ping")

        assert await service.look([two]) is None
        await service.publish([two])
        both = await service.look([two])
        assert both is not None
        assert both[0].ref == here.written.posts[1]["id"]


@pytest.mark.parametrize("ahead", [-5 * HOUR, -MINUTE, MINUTE, 5 * HOUR])
async def test_clocks_that_differ_do_not_matter(ahead: timedelta) -> None:
    """The server's own clock counts: found when it is there, and no older one is taken."""
    async with desk(ahead=ahead) as here:
        await here.publish("Tide")
        here.written.posts[0]["created_at"] = (here.written.now() - MINUTE / 6).isoformat()
        service = here.service()
        await service.limits()

        assert await found(here, here.ready(service, "Tide")) is None
        assert await found(here, await lost(here, "Tide")) is not None


@pytest.mark.parametrize("step", [-3 * HOUR, -MINUTE, MINUTE, 3 * HOUR])
async def test_a_clock_that_steps_between_does_not_lose_it(step: timedelta) -> None:
    """Ours is put right after the ticket was made, or just before."""
    async with desk() as here:
        one = await lost(here, "Stepped after")
        here.clock = lambda: datetime.now(UTC) + step

        assert await found(here, one) is not None

        here.clock = lambda: datetime.now(UTC)
        service = here.service()
        await service.limits()
        here.clock = lambda: datetime.now(UTC) + step
        one = here.ready(service, "Stepped before")
        here.server.lose = 1
        with pytest.raises(OutcomeUnknown):
            await service.publish([one])

        assert await found(here, one) is not None


async def test_a_ticket_made_offline_by_a_wrong_clock_still_finds_it() -> None:
    """The server was never heard; the clock was a day ahead and is right again."""
    async with desk() as here:
        here.clock = lambda: datetime.now(UTC) + 24 * HOUR
        one = here.ready(here.service(), "From tomorrow")
        here.clock = lambda: datetime.now(UTC)
        here.server.lose = 1
        with pytest.raises(OutcomeUnknown):
            await here.service().publish([one])

        assert await found(here, one) is not None


# -------------------------------------------------------------- far and wide


async def test_it_is_found_below_many_newer_ones() -> None:
    """Page by page, pinned ones on top or not."""
    async with desk() as here:
        one = await lost(here, "Buried")
        for number in range(95):
            await here.publish(f"Newer {number}")

        assert await found(here, one) is not None


async def test_a_list_without_end_is_not_an_answer() -> None:
    """Then the user must look; it is not sent again."""
    async with desk() as here:
        one = await lost(here, "Somewhere")
        number = 10_000

        def page(asking: Any) -> Answer | None:
            nonlocal number
            if asking.path != OWN:
                return None
            number -= 1
            status = here.written.posts[0] | {"id": str(number), "content": "<p>x</p>"}
            return Answer([status | {"typed": "x"}])

        here.instead.append(page)
        with pytest.raises(Unreachable, match="looked through"):
            await found(here, one)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (error("no", 503), Unreachable),
        (Answer(b"<html>"), Malformed),
        (Answer({"error": "?"}), Malformed),
    ],
)
async def test_who_cannot_look_says_so(answer: Answer, kind: type[Exception]) -> None:
    """A “no” must be the server's."""
    async with desk() as here:
        one = await lost(here, "Hidden")
        here.say("GET", OWN, answer)
        with pytest.raises(kind):
            await found(here, one)


async def test_unreadable_posts_do_not_hide_it() -> None:
    """One broken record is no reason to send again."""
    async with desk() as here:
        one = await lost(here, "Between")
        broken = [{"id": "1", "account": None}, "text", 17, here.written.posts[0]]
        here.say("GET", OWN, Answer(broken))

        assert await found(here, one) is not None


async def test_a_kept_post_is_found_by_key_or_by_time_and_words() -> None:
    """Another one for another time is not the one."""
    at = datetime.now(UTC).replace(microsecond=0) + 24 * HOUR
    async with desk() as here:
        one = await lost(here, says("Later", send_at=at))
        done = await found(here, one)

        assert done is not None
        assert done.ref == f"scheduled:{here.written.kept[0]['id']}@{at.timestamp():.0f}"
        service = here.service()
        for other in (says("Later", send_at=at + HOUR), says("Late", send_at=at)):
            assert await found(here, here.ready(service, other)) is None

        here.written.kept[0]["params"]["idempotency"] = "another"
        assert await found(here, one) is None
        here.written.kept[0]["params"] = {"idempotency": one.ticket}
        assert await found(here, one) is not None


async def test_looking_never_sends() -> None:
    """Nothing but questions."""
    async with desk() as here:
        one = await lost(here, "Quietly")
        before = len([a for a in here.asked if a.changes])
        await found(here, one)

        assert len([a for a in here.asked if a.changes]) == before
