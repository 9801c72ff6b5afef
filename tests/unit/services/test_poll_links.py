"""Where a network has no polls, its post leads to the copy that has one."""

from __future__ import annotations

from msgspec.structs import replace

from app.compose.lanes import Planner
from app.model.draft import PollDraft
from app.model.errors import OutcomeUnknown, Refused
from app.model.sending import Limits, PollLimits
from tests.unit.services.post_office import PostOffice
from tests.unit.services.servers import ANA, SAM

HERE = Limits(length=500, polls=PollLimits())
THERE = Limits(length=300, threads_at_once=True, hidden_links=True)
NETWORKS = {ANA: "first", SAM: "second"}


async def sent(office: PostOffice, there: Limits = THERE) -> object:
    """A poll for both accounts."""
    office.ana.limits, office.sam.limits = HERE, there
    draft = replace(office.draft(ANA, SAM), text="Well?", poll=PollDraft(options=("Yes", "No")))
    plans = Planner().plan(draft, NETWORKS, {ANA: HERE, SAM: there})
    await office.outbox.send(draft, plans, undo=0)
    await office.idle()
    return draft


def link(office: PostOffice) -> list[str]:
    """Where the links of what stands there lead."""
    [post] = office.sam.posts.values()
    return [span.target for span in post.text.spans if span.kind == "link"]


async def test_the_text_leads_to_the_poll(office: PostOffice) -> None:
    """By its real address, behind the name of its host."""
    await sent(office)
    [(uri, poll)] = office.ana.posts.items()

    assert poll.poll is not None
    assert [f"{uri}.html"] == link(office)
    assert ["Well?\n\n• Yes\n• No\na.example"] == office.sam.texts


async def test_it_waits_until_the_poll_has_an_address(office: PostOffice) -> None:
    """Also while nobody knows whether it is there."""
    office.ana.losing = [True]
    await sent(office)
    assert [] == office.sam.texts
    await office.later(7)

    assert [f"{next(iter(office.ana.posts))}.html"] == link(office)


async def test_where_the_poll_was_refused_it_goes_without(office: PostOffice) -> None:
    """A lane that fails holds up no other."""
    office.ana.failing["publish"] = [Refused("No polls today.")]
    await sent(office)

    assert ([], [], 1) == (office.ana.texts, link(office), len(office.sam.posts))


async def test_a_command_waits_for_both(office: PostOffice) -> None:
    """Flush ends when the second has left, too; and where the first will not come, at once."""
    assert office.running is not None
    office.running.cancel()
    office.ana.failing["publish"] = [OutcomeUnknown("Lost.")]
    office.ana.limits, office.sam.limits = HERE, THERE
    draft = replace(office.draft(ANA, SAM), text="Well?", poll=PollDraft(options=("Yes", "No")))
    plans = Planner().plan(draft, NETWORKS, {ANA: HERE, SAM: THERE})
    await office.outbox.send(draft, plans, undo=0)
    office.ana.failing.clear()
    lanes = await office.outbox.flush(draft.id)

    assert {"delivered"} == {lane.state for lane in lanes}
    assert 1 == len(link(office))


async def test_without_links_behind_words_the_options_must_do(office: PostOffice) -> None:
    """How long an address will be is not known when the text is measured."""
    await sent(office, replace(THERE, hidden_links=False))

    assert ["Well?\n\n• Yes\n• No"] == office.sam.texts
