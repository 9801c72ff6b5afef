"""What servers say, or do not say, to what is sent, and what becomes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from app.model.errors import (
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServiceError,
    SignedOut,
    Suspended,
    Unreachable,
    VaultLocked,
)
from tests.unit.services.post_office import PostOffice, plan
from tests.unit.services.servers import ANA, SAM, account, signed_in

# --------------------------------------------------------------- the answer is lost


async def test_a_lost_answer_is_looked_for_and_found(office: PostOffice) -> None:
    """After two seconds; nothing is sent again."""
    office.ana.losing = [True]
    draft = await office.send(ANA)
    await office.idle()
    assert "unknown" == office.lane(draft).state
    assert (office.clock.now() + timedelta(seconds=2)) == office.lane(draft).not_before
    await office.later(2)

    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)
    assert (1, 1) == (office.ana.asked.count("publish"), office.ana.asked.count("look"))
    assert "Looked: it is there" == office.journal(draft)[-1]


async def test_five_looks_and_then_the_user_decides(office: PostOffice) -> None:
    """Within two minutes; until then it cannot be tried again."""
    office.ana.failing["publish"] = [OutcomeUnknown("No answer.")]
    draft = await office.send(ANA)
    looks = []
    for pause in (2, 6, 12, 25, 60):
        await office.later(pause - 0.5)
        with pytest.raises(Refused, match="still looking"):
            await office.outbox.retry(draft.id, ANA)
        looks.append(office.ana.asked.count("look"))
        await office.later(0.6)
    assert [0, 1, 2, 3, 4] == looks
    await office.later(100_000)
    lane = office.lane(draft)
    assert ("unknown", 5, 5) == (lane.state, lane.looks, office.ana.asked.count("look"))
    assert lane.trouble is not None and "retry" == lane.trouble.repair
    assert [] == office.ana.texts

    await office.outbox.retry(draft.id, ANA)
    await office.idle()
    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)
    assert 6 == office.ana.asked.count("look")
    assert 1 == len(office.ana.tickets)


async def test_look_now_and_once_more(office: PostOffice) -> None:
    """The user need not wait for a look, and may have one more after the last."""
    office.ana.hidden = True
    office.ana.losing = [True]
    draft = await office.send(ANA)
    await office.later(3)
    assert 1 == office.lane(draft).looks
    await office.outbox.look(draft.id, ANA)
    await office.idle()
    assert (2, 2) == (office.lane(draft).looks, office.ana.asked.count("look"))
    await office.later(200)
    assert 5 == office.lane(draft).looks

    office.ana.hidden = False
    await office.outbox.look(draft.id, ANA)
    await office.idle()
    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)
    with pytest.raises(Refused):
        await office.outbox.look(draft.id, ANA)


async def test_where_nothing_can_be_there_twice_it_goes_out_again(office: PostOffice) -> None:
    """After a look; not when it left long ago: somebody may have deleted it meanwhile."""
    office.sam.limits = replace(office.sam.limits, once=True)
    office.sam.failing["publish"] = [OutcomeUnknown("No answer."), OutcomeUnknown("No answer.")]
    draft = await office.send(SAM)
    await office.later(30)
    assert ("delivered", ["Hello"]) == (office.lane(draft, SAM).state, office.sam.texts)
    assert 1 == len(office.sam.tickets)

    office.sam.failing["publish"] = [OutcomeUnknown("No answer.")]
    office.sam.failing["look"] = [Unreachable("No line.")] * 30
    late = await office.send(SAM, texts=("Late",))
    await office.later(3_000)
    assert ("unknown", ["Hello"]) == (office.lane(late, SAM).state, office.sam.texts)


async def test_a_last_look_before_trying_again(office: PostOffice) -> None:
    """It appeared after the five looks: nothing is sent, also where tickets are ignored."""
    office.ana.forgets = office.ana.hidden = True
    office.ana.losing = [True]
    draft = await office.send(ANA)
    await office.later(1_000)
    office.ana.hidden = False
    await office.outbox.retry(draft.id, ANA)
    await office.idle()

    assert (["Hello"], "delivered") == (office.ana.texts, office.lane(draft).state)
    assert "It is there already" == office.journal(draft)[-1]


async def test_i_see_it_there(office: PostOffice) -> None:
    """The user ends the question; the address given is the post's."""
    office.ana.failing["publish"] = [OutcomeUnknown("No answer.")]
    draft = await office.send(ANA)
    await office.idle()
    await office.outbox.seen(draft.id, ANA, "https://a.example/posts/7")
    await office.later(1_000)

    assert ("delivered", []) == (office.lane(draft).state, office.ana.texts)
    assert [ANA] == [copy.account for copy in office.outbox.copies("https://a.example/posts/7")]
    with pytest.raises(Refused):
        await office.outbox.seen(draft.id, ANA)


async def test_a_look_that_fails_does_not_count(office: PostOffice) -> None:
    """Nobody could say; it looks again."""
    office.ana.losing = [True]
    office.ana.failing["look"] = [Unreachable("No line.")] * 3
    draft = await office.send(ANA)
    await office.later(60)

    assert ("delivered", 0) == (office.lane(draft).state, office.lane(draft).looks)
    assert 4 == office.ana.asked.count("look")


async def test_a_thread_goes_on_at_the_first_missing_post(office: PostOffice) -> None:
    """The answer to the second of three is lost."""
    office.ana.losing = [False, True]
    draft = await office.send(ANA, texts=("one", "two", "three"))
    await office.later(7)

    assert ("delivered", ["one", "two", "three"]) == (office.lane(draft).state, office.ana.texts)
    uris = list(office.ana.posts)
    assert {uris[1]: uris[0], uris[2]: uris[1]} == office.ana.answers


@pytest.mark.errors_expected
async def test_our_own_mistake_in_the_middle_counts_as_a_lost_answer(office: PostOffice) -> None:
    """Nobody knows what was done; it looks."""

    def oops() -> None:
        raise ZeroDivisionError

    office.ana.after = oops
    draft = await office.send(ANA)
    await office.idle()
    assert "unknown" == office.lane(draft).state
    await office.later(6)

    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)


# ------------------------------------------------------------------- it is refused


async def test_only_the_failed_lane_is_tried_again(office: PostOffice) -> None:
    """The other one is out and stays so."""
    office.sam.failing["publish"] = [Refused("The host says no.", "Change it.")]
    draft = await office.send(ANA, SAM)
    await office.later(5_000)
    lane = office.lane(draft, SAM)
    assert ["delivered", "failed"] == office.states(draft)
    assert lane.trouble is not None
    assert ("refused", "The host says no.", "edit") == (
        lane.trouble.kind,
        lane.trouble.message,
        lane.trouble.repair,
    )
    assert draft.id == office.drafts.find(draft.id).id and () == office.drafts.all()

    await office.outbox.retry(draft.id, SAM)
    await office.idle()
    assert (["Hello"], ["Hello"]) == (office.ana.texts, office.sam.texts)
    assert 1 == office.ana.asked.count("publish")
    with pytest.raises(Refused, match="nothing to try again"):
        await office.outbox.retry(draft.id, ANA)


async def test_a_failed_lane_can_be_sent_otherwise(office: PostOffice) -> None:
    """Its text is changed, and it gets a ticket of its own; the lane that is out stays as it is."""
    office.sam.failing["publish"] = [Refused("Too long.")]
    draft = await office.send(ANA, SAM)
    await office.idle()
    await office.outbox.send(draft, [plan(ANA, "Shorter"), plan(SAM, "Shorter")], undo=0)
    await office.idle()

    assert (["Hello"], ["Shorter"]) == (office.ana.texts, office.sam.texts)
    assert ["delivered", "delivered"] == office.states(draft)


async def test_the_rest_of_a_thread_can_be_changed_but_not_its_beginning(
    office: PostOffice,
) -> None:
    """What is out is out."""
    office.ana.failing["publish"] = [None, Refused("No.")]
    draft = await office.send(ANA, texts=("one", "two"))
    await office.idle()
    with pytest.raises(Refused, match="reads otherwise now"):
        await office.outbox.send(draft, [plan(ANA, "ONE", "two")], undo=0)
    await office.outbox.send(draft, [plan(ANA, "one", "2", "3")], undo=0)
    await office.idle()

    assert ["one", "2", "3"] == office.ana.texts


async def test_what_it_answers_is_gone(office: PostOffice) -> None:
    """Said as such, with the offer to post it on its own."""
    office.ana.failing["publish"] = [NotFound("The post is gone.")]
    draft = await office.send(ANA, reply_to="https://a.example/posts/gone")
    await office.idle()
    trouble = office.lane(draft).trouble

    assert trouble is not None and ("not_found", "alone") == (trouble.kind, trouble.repair)
    await office.outbox.retry(draft.id, ANA, alone=True)
    await office.idle()
    assert [""] == [post.reply_to for post in office.ana.posts.values()]


async def test_a_suspended_account_fails_and_the_other_goes(office: PostOffice) -> None:
    """It is the account's state, too."""
    office.ana.failing["publish"] = [Suspended("Suspended.")]
    draft = await office.send(ANA, SAM)
    await office.idle()

    assert ["failed", "delivered"] == office.states(draft)
    assert "suspended" == office.accounts.state(ANA).kind


async def test_an_account_that_is_gone_fails(office: PostOffice) -> None:
    """In words; signed in again it can be tried again."""
    draft = await office.send(ANA, undo=5)
    await office.accounts.remove(ANA)
    await office.later(6)

    lane = office.lane(draft)
    assert ("failed", "no_account") == (lane.state, lane.trouble.kind if lane.trouble else "")
    await office.accounts.add(signed_in(account(ANA, "first")))
    await office.outbox.retry(draft.id, ANA)
    await office.idle()
    assert ("delivered", ["Hello"]) == (office.lane(draft).state, office.ana.texts)


# ----------------------------------------------------------------------- it waits


async def test_offline_it_waits_and_goes_out_in_its_order(office: PostOffice) -> None:
    """What was written later waits behind; all go when the line is back."""
    office.ana.failing["publish"] = [Unreachable("No line.")] * 3
    drafts = []
    for text in ("first", "second", "third"):
        drafts.append(await office.send(ANA, texts=(text,)))
        await office.idle()
        office.clock.pass_time(0.2)
    assert ["queued"] * 3 == [office.lane(draft).state for draft in drafts]
    assert 1 == office.ana.asked.count("publish")
    assert "offline" == office.accounts.state(ANA).kind
    trouble = office.lane(drafts[0]).trouble
    assert trouble is not None and "unreachable" == trouble.kind
    await office.later(600)

    assert ["first", "second", "third"] == office.ana.texts
    assert 6 == office.ana.asked.count("publish")


async def test_pauses_between_tries_grow_with_chance(office: PostOffice) -> None:
    """2, 4, 8… seconds by half a chance, at most five minutes, never under two seconds."""
    from app.services.outbox_schedule import retry_pause

    assert [2.0, 2.0, 4.0, 8.0, 16.0] == [retry_pause(n, 0.5) for n in range(5)]
    assert (2.0, 299.7) == (retry_pause(60, 0.0), retry_pause(60, 0.999))


async def test_when_the_network_is_back_nobody_waits(office: PostOffice) -> None:
    """Another account gets through: what waits for the line goes at once."""
    office.ana.failing["publish"] = [Unreachable("No line.")] * 8
    draft = await office.send(ANA)
    await office.later(200)
    assert "queued" == office.lane(draft).state
    office.ana.failing.clear()
    await office.accounts.report(ANA, None)
    await office.idle()

    assert "delivered" == office.lane(draft).state


async def test_rate_limited_waits_until_it_may(office: PostOffice) -> None:
    """Not a second sooner, at most two later."""
    until = office.clock.now() + timedelta(seconds=90)
    office.ana.failing["publish"] = [RateLimited("Too many.", until)]
    draft = await office.send(ANA)
    await office.later(89)
    assert ("queued", 1) == (office.lane(draft).state, office.ana.asked.count("publish"))
    await office.later(3)

    assert "delivered" == office.lane(draft).state


@pytest.mark.parametrize("error", [SignedOut("Token revoked."), VaultLocked("Locked.")])
async def test_signed_out_in_the_middle_of_a_thread(
    error: ServiceError, office: PostOffice
) -> None:
    """It waits; when the user has signed in again it goes on at the first missing post."""
    office.ana.failing["publish"] = [None, error]
    draft = await office.send(ANA, texts=("one", "two", "three"))
    await office.later(5_000)
    assert ("queued", ["one"]) == (office.lane(draft).state, office.ana.texts)
    assert 2 == office.ana.asked.count("publish")
    await office.accounts.add(signed_in(account(ANA, "first")))
    await office.idle()

    assert ("delivered", ["one", "two", "three"]) == (office.lane(draft).state, office.ana.texts)


async def test_held_nothing_leaves(office: PostOffice) -> None:
    """Until it is let go."""
    await office.outbox.hold(True)
    draft = await office.send(ANA)
    await office.later(100)
    assert (True, "queued") == (office.outbox.held, office.lane(draft).state)
    await office.outbox.hold(False)
    await office.idle()

    assert "delivered" == office.lane(draft).state
