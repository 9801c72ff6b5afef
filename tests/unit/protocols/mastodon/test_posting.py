"""Publishing, changing and deleting, on servers with bad habits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.model.draft import Attachment, PollDraft
from app.model.errors import (
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
    Unsupported,
)
from app.model.sending import Published
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import HOUR, desk, error, says

POSTS = "/api/v1/statuses"
QUOTING = ("GET", "/api/v2/instance", Answer({"domain": "d", "api_versions": {"mastodon": 7}}))
PICTURE = Attachment(id="a", kind="image", mime="image/png", size=9, name="sea.png", alt="Sea")


# ------------------------------------------------------------- what is sent


async def test_everything_of_a_post_is_sent() -> None:
    """Each part under the name that the documentation gives it."""
    async with desk() as here:
        here.say(*QUOTING)
        quoted = await here.publish("Quoted")
        parent = await here.publish("Parent")
        post = says(
            "Low water",
            warning="Mud",
            sensitive=True,
            langs=("de", "en"),
            visibility="quiet",
            quotes="nobody",
            reply_to=parent.uri,
            quote=quoted.uri,
        )
        await here.publish(post)
        (_, _, sent) = here.sent(POSTS)

        assert sent == {
            "status": "Low water",
            "spoiler_text": "Mud",
            "sensitive": True,
            "language": "de",
            "visibility": "unlisted",
            "quote_approval_policy": "nobody",
            "in_reply_to_id": parent.ref,
            "quoted_status_id": quoted.ref,
            "quote_id": quoted.ref,
        }


async def test_the_source_goes_where_the_server_renders_it() -> None:
    """With its content type; else what readers see."""
    async with desk() as here:
        await here.publish(says("bold", source="**bold**", markup="text/markdown"))
        await here.publish(says("plain", source="*plain*"))
        marked, plain = here.sent(POSTS)

        assert (marked["status"], marked["content_type"]) == ("**bold**", "text/markdown")
        assert plain["status"] == "plain"
        assert "content_type" not in plain


async def test_a_poll_is_sent_whole() -> None:
    """Options, time and manner."""
    poll = PollDraft(options=("ebb", "flood"), seconds=7200, multiple=True, hide_totals=True)
    async with desk() as here:
        await here.publish(says("?", poll=poll))

        assert here.sent(POSTS)[0]["poll"] == {
            "options": ["ebb", "flood"],
            "expires_in": 7200,
            "multiple": True,
            "hide_totals": True,
        }


async def test_the_ticket_is_the_key() -> None:
    """So that servers that know keys make one post of two tries."""
    async with desk() as here:
        service = here.service()
        one = here.ready(service, "Once")
        first = await service.publish([one])

        assert await here.service().publish([one]) == first
        assert len(here.written.posts) == 1
        assert {a.headers["idempotency-key"] for a in here.asked if a.path == POSTS} == {one.ticket}


async def test_who_may_quote_is_said_where_that_can_be_said() -> None:
    """Also "anyone", against another default of the account's; elsewhere not at all."""
    async with desk() as here:
        await here.publish("Silent")
        here.say(*QUOTING)
        service = here.service()
        await service.limits()
        await service.publish([here.ready(service, "Said")])
        silent, said = here.sent(POSTS)

        assert "quote_approval_policy" not in silent
        assert said["quote_approval_policy"] == "public"


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (error("Validation failed: Text is too long", 422), Refused, "Text is too long"),
        (error("Bad Request: status is empty", 400), Refused, "status is empty"),
        (Answer(b"<html>too large", 413), Refused, "too much"),
        (error("The access token is invalid", 401), SignedOut, "no longer accepts"),
        (error("This action is outside the authorized scopes", 403), Refused, "does not allow"),
        (error("Insufficient permissions: write:statuses.", 403), Refused, "does not allow"),
        (error("This action is not allowed", 403), Refused, "not allowed"),
        (error("Record not found", 404), Refused, "takes no posts"),
        (Answer(b"Method not allowed", 405), Refused, "405"),
        (Answer(b"", 302, {"location": "https://elsewhere.example/"}), Refused, "elsewhere"),
        (error("Too many requests", 429), RateLimited, "slow down"),
        (error("scheduled_at is not yet implemented", 501), Unsupported, "not yet implemented"),
        (error("Internal", 500), OutcomeUnknown, "did not say"),
        (Answer(b"<html>Bad gateway", 502), OutcomeUnknown, "did not say"),
        (error("There was a temporary problem", 503), OutcomeUnknown, "did not say"),
        (error("Conflict", 409), OutcomeUnknown, "did not say"),
        (Answer(b"", 408), OutcomeUnknown, "did not say"),
        (Answer(b"<!doctype html>Welcome", 200), OutcomeUnknown, "cannot be read"),
        (Answer({"hello": 1}, 200), OutcomeUnknown, "cannot be read"),
        (Answer(b"", 200), OutcomeUnknown, "cannot be read"),
    ],
)
async def test_what_an_answer_means(answer: Answer, kind: type[ServiceError], words: str) -> None:
    """Certain or not; in words, with a next step."""
    async with desk() as here:
        here.say("POST", POSTS, answer)
        with pytest.raises(kind, match=words) as caught:
            await here.publish("Anything")

        assert type(caught.value) is kind
        assert caught.value.next_step


async def test_a_suspended_account_is_told_from_a_refusal() -> None:
    """The words may be about us: the server is asked."""
    async with desk() as here:
        here.say("POST", POSTS, error("Your account is suspended", 403))
        here.say("GET", "/api/v1/accounts/verify_credentials", error("suspended", 403))
        with pytest.raises(Suspended):
            await here.publish("Anything")


async def test_nobody_there_is_certain() -> None:
    """No connection came about: nothing was done, and one may simply try again."""
    async with desk() as here:
        service = here.service()
        one = here.ready(service, "Anything")
        here.written.origin = "http://127.0.0.1:9"
        gone = here.service()
        with pytest.raises(Unreachable) as caught:
            await gone.publish([one])

        assert type(caught.value) is Unreachable


async def test_a_parent_that_goes_at_the_last_moment_is_told() -> None:
    """The server says 404 to the post; nothing was done."""
    async with desk() as here:
        parent = await here.publish("Parent")
        await here.service().delete(parent)
        with pytest.raises(NotFound, match="answers or quotes"):
            await here.publish("Late", parent=parent)

        assert not here.written.posts


async def test_a_post_elsewhere_is_found_by_searching() -> None:
    """The server fetches it; what another address leads to counts if it is the same host."""
    found = {
        "id": "77",
        "uri": "https://far.example/users/rita/1",
        "url": "https://far.example/@r/1",
    }
    async with desk() as here:
        here.say("GET", "/api/v2/search", Answer({"statuses": [found]}))
        for number, address in enumerate((found["uri"], found["url"], "https://far.example/x")):
            here.say("POST", POSTS, Answer({"id": str(number), "uri": f"https://x/{number}"}))
            await here.publish(says("Re", reply_to=address))

        assert {one["in_reply_to_id"] for one in here.sent(POSTS)} == {"77"}
        for address in ("https://other.example/1", "at://did:plc:abc/app.bsky.feed.post/1"):
            with pytest.raises(NotFound, match="you answer is gone"):
                await here.publish(says("Re", reply_to=address))


async def test_a_quote_that_the_server_forgets_is_said() -> None:
    """The post is there; what is missing is told, not hidden."""
    async with desk() as here:
        here.say(*QUOTING)
        quoted = await here.publish("Quoted")
        made = {"id": "9", "uri": f"{here.written.origin}/9"}
        here.say("POST", POSTS, Answer(made))

        assert "left the quote out" in (await here.publish(says("Look", quote=quoted.uri))).note
        poll = PollDraft(options=("a", "b"))
        assert "left the poll out" in (await here.publish(says("?", poll=poll))).note


async def test_a_server_without_quotes_is_not_given_one() -> None:
    """The words alone would mean something else."""
    async with desk() as here:
        quoted = await here.publish("Quoted")
        with pytest.raises(Unsupported, match="no quotes"):
            await here.publish(says("Look", quote=quoted.uri))

        assert len(here.written.posts) == 1


# ------------------------------------------------------------------- times


async def test_a_post_for_later_is_kept_by_the_server() -> None:
    """It has no address yet; its time is sent in UTC."""
    at = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    async with desk() as here:
        done = await here.publish(says("Later", send_at=at))

        assert (done.uri, done.ref[:10]) == ("", "scheduled:")
        assert here.sent(POSTS)[0]["scheduled_at"] == "2030-01-02T03:04:05.000+00:00"


async def test_too_soon_for_the_server_is_waited_for_here() -> None:
    """Servers keep posts for five minutes or longer; one whose time has come goes out."""
    async with desk() as here:
        soon = datetime.now(UTC) + timedelta(minutes=3)
        with pytest.raises(RateLimited) as caught:
            await here.publish(says("Soon", send_at=soon))
        done = await here.publish(says("Now", send_at=datetime.now(UTC) - HOUR))

        assert caught.value.until == soon
        assert done.uri
        assert [one["status"] for one in here.sent(POSTS)] == ["Now"]


async def test_a_server_that_does_not_wait_is_corrected_at_once() -> None:
    """What it published too early is taken back; from then on it counts as unable."""
    at = datetime.now(UTC) + HOUR
    async with desk(waits=False) as here:
        service = here.service()
        one = here.ready(service, says("Tomorrow", send_at=at))

        assert (await service.limits()).schedules
        with pytest.raises(RateLimited, match="taken back") as caught:
            await service.publish([one])

        assert caught.value.until == at
        assert not here.written.posts
        assert not (await service.limits()).schedules
        assert await service.look([one]) is None
        before = len(here.sent(POSTS))
        with pytest.raises(RateLimited):
            await service.publish([one])
        assert len(here.sent(POSTS)) == before


async def test_what_cannot_be_taken_back_is_said() -> None:
    """It is there, early, and its address is known."""
    async with desk(waits=False) as here:
        here.say("DELETE", f"{POSTS}/5001", error("no", 403))
        done = await here.publish(says("Tomorrow", send_at=datetime.now(UTC) + HOUR))

        assert done.uri
        assert "did not wait" in done.note


async def test_whether_it_was_taken_back_may_be_unknown() -> None:
    """Then one looks, and does not send."""
    async with desk(waits=False) as here:
        here.say("DELETE", f"{POSTS}/5001", error("down", 500))
        with pytest.raises(OutcomeUnknown):
            await here.publish(says("Tomorrow", send_at=datetime.now(UTC) + HOUR))


async def test_what_was_published_meanwhile_cannot_be_cancelled() -> None:
    """Its time has come; before that, cancelling twice is cancelling once."""
    async with desk() as here:
        service = here.service()
        await service.delete(
            Published("", ref=f"scheduled:1@{datetime.now(UTC).timestamp() + 9:.0f}")
        )
        with pytest.raises(Refused, match="has come"):
            await service.delete(Published("", ref="scheduled:1@1700000000"))


# ------------------------------------------------------------------ change


async def test_a_change_loses_neither_pictures_nor_poll_nor_language() -> None:
    """All of it is sent again: what is not said is lost there."""
    async with desk() as here:
        here.written.media["7"] = {"id": "7", "type": "image", "url": "https://x/7.png"}
        post = says("Frist", media=(PICTURE,), langs=("nl",))
        done = await here.publish(post, uploads={"a": "7"})
        poll = await here.publish(says("?", poll=PollDraft(options=("a", "b"), multiple=True)))
        service = here.service()
        await service.edit(done, says("First"), {})
        await service.edit(done, says("First!", media=(PICTURE,)), {"a": "7"})
        await service.edit(poll, says("??"), {})
        bare, worded = here.sent(f"{POSTS}/{done.ref}", "PUT")
        (asked,) = here.sent(f"{POSTS}/{poll.ref}", "PUT")

        assert (bare["media_ids"], bare["language"]) == (["7"], "nl")
        assert "media_attributes" not in bare
        assert worded["media_attributes"] == [{"id": "7", "description": "Sea", "focus": "0,0"}]
        assert asked["poll"]["options"] == ["a", "b"]
        assert asked["poll"]["multiple"]
        assert 86_000 < asked["poll"]["expires_in"] <= 86_400


async def test_a_poll_that_is_over_is_not_opened_again() -> None:
    """A change would set its end anew."""
    async with desk() as here:
        done = await here.publish(says("?", poll=PollDraft(options=("a", "b"))))
        here.written.posts[0]["poll"]["expired"] = True
        with pytest.raises(Unsupported, match="over"):
            await here.service().edit(done, says("??"), {})

        assert not here.sent(f"{POSTS}/{done.ref}", "PUT")


@pytest.mark.parametrize(
    ("status", "kind"), [(404, Unsupported), (405, Unsupported), (422, Refused)]
)
async def test_a_server_that_cannot_change_says_so(status: int, kind: type[ServiceError]) -> None:
    """The post is there (it was read just before), so it is the change that is missing."""
    async with desk() as here:
        done = await here.publish("Frist")
        here.say("PUT", f"{POSTS}/{done.ref}", error("no", status))
        with pytest.raises(kind) as caught:
            await here.service().edit(done, says("First"), {})

        assert type(caught.value) is kind


async def test_what_is_gone_cannot_be_changed() -> None:
    """And what is kept for later must be cancelled instead."""
    async with desk() as here:
        done = await here.publish("Frist")
        await here.service().delete(done)
        with pytest.raises(NotFound):
            await here.service().edit(done, says("First"), {})
        with pytest.raises(Unsupported, match="until its time"):
            await here.service().edit(Published("", ref="scheduled:1"), says("x"), {})


async def test_a_limit_of_posts_is_not_one_of_reading() -> None:
    """300 posts in three hours are told with the post; the timeline has a limit of its own."""
    async with desk() as here:
        made = {"id": "1", "uri": "https://x/1"}
        ends = (datetime.now(UTC) + 3 * HOUR).isoformat()
        spent = {
            "x-ratelimit-limit": "300",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": ends,
        }
        here.say("POST", POSTS, Answer(made, 200, spent))
        service = here.service()
        await service.publish([here.ready(service, "The last one")])

        assert not (await service.own_posts()).items
        with pytest.raises(RateLimited):
            await service.publish([here.ready(service, "One more")])
        assert len(here.sent(POSTS)) == 1


async def test_deleting_counts_apart_and_only_once() -> None:
    """Servers have a small limit of its own for it; a refusal is told."""
    async with desk() as here:
        done = await here.publish("Gone")
        service = here.service()
        await service.delete(done)
        await service.delete(Published(done.uri))
        here.say("DELETE", f"{POSTS}/1", error("Too many", 429))
        with pytest.raises(RateLimited):
            await service.delete(Published("x", ref="1"))
        here.instead.clear()

        assert await here.publish("Writing goes on")
