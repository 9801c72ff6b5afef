"""What is settled decides in the timeline at once, works offline, and is kept at the servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.feed.pipeline import why_hidden
from app.feed.rows import Card
from app.model import AccountId
from app.model.errors import NotFound, Refused, Unreachable, Unsupported
from app.model.moderation import (
    AdultChange,
    FilterWord,
    LabelChange,
    LabelerChange,
    MutedWord,
    RefusedServer,
)
from app.model.timeline import ALL
from app.moderation.verdict import Undo
from app.protocols.demo.moderating import WRECKERS
from app.protocols.demo.people import HOUSE_RULES, LABELER, PEOPLE
from app.protocols.demo.sketch import JUNO, SKY
from app.services.house import House
from app.services.moderation_fetch import is_refused
from app.services.moderation_kept import Choices
from app.services.moderation_values import ModerationChanged
from app.services.options import Options
from app.wiring import Wiring


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo, brought up to date."""
    async with Wiring().house(Options(demo=True)) as made:
        await made.sync.run()
        yield made


async def verdicts(house: House) -> dict[str, Any]:
    """The timeline as the window has it: text → verdict, of what is shown."""
    page = await house.timelines.read(ALL, limit=80, fetch=False)
    return {r.post.text.text: r.verdict for r in page.rows if isinstance(r, Card)} | {
        "hidden": dict(page.hidden.by)
    }


async def test_the_first_sync_learns_what_is_settled(house: House) -> None:
    """Before its posts come: adult content is on there, so pictures are covered, not hidden."""
    settled = house.moderation.settled(SKY)
    assert settled is not None
    assert settled.adult
    shown = await verdicts(house)
    assert shown["hidden"] == {
        "Filter: derby": 6,
        "Label: Hidden by moderators (Harbour Watch)": 1,
    }
    assert "cover_media" in {v.action for text, v in shown.items() if text != "hidden"}


async def test_a_label_covers_and_unsubscribing_uncovers(house: House) -> None:
    """At once, from the cache; and the other way round."""
    warned = "The post that a labeler warned about."
    page = await house.timelines.read(ALL, limit=300)
    assert any(isinstance(r, Card) and r.post.text.text == warned for r in page.rows)

    async def action() -> str:
        rows = (await house.timelines.read(ALL, limit=300)).rows
        return next(
            r.verdict.action for r in rows if isinstance(r, Card) and r.post.text.text == warned
        )

    assert await action() == "cover"
    await house.moderation.unsubscribe_from(SKY, LABELER)
    assert await action() == "show"
    await house.moderation.subscribe_to(SKY, LABELER)
    assert await action() == "cover"


async def test_who_looks_on_waits_for_nothing_that_is_known(house: House) -> None:
    """What may be long comes by itself, behind the window."""
    assert house.moderation.averted(JUNO).muted == {}
    service: Any = house.accounts.service(JUNO)
    await service.relate("mute", PEOPLE["teun"].uri)
    before = len(house.moderation.known.at)
    await house.moderation.before(JUNO, True)
    assert len(house.moderation.known.at) == before
    for _ in range(200):
        if house.moderation.averted(JUNO).muted:
            break
        await _settle()

    assert PEOPLE["teun"].uri in house.moderation.averted(JUNO).muted


async def test_the_networks_own_labeler_stays(house: House) -> None:
    """It is the first, and cannot be left."""
    await house.moderation.unsubscribe_from(SKY, HOUSE_RULES)
    states = house.moderation.labelers(SKY)

    assert [(one.labeler.name, one.own) for one in states] == [
        ("House Rules", True),
        ("Harbour Watch", False),
    ]


async def test_there_are_at_most_twenty_labelers(house: House) -> None:
    """The server says so; nothing changes."""
    many = [LabelerChange(f"https://labeler-{n}.example") for n in range(30)]
    with pytest.raises(Refused):
        await house.moderation.settle(SKY, *many)
    assert len(house.moderation.labelers(SKY)) == 2


async def test_labelers_that_the_server_did_not_ask_are_told(house: House) -> None:
    """Somebody who is gone gives no labels."""
    await house.moderation.settle(SKY, LabelerChange("https://gone.example"))
    await house.moderation.refresh(SKY, force=True)

    [*_, gone] = house.moderation.labelers(SKY)
    assert (gone.labeler.uri, gone.missing, gone.gone) == ("https://gone.example", True, True)


async def test_the_adult_switch_hides_and_brings_back(house: House) -> None:
    """Everything it hides is counted, and says how to undo it."""
    await house.moderation.settle(SKY, AdultChange(False))
    hidden = (await verdicts(house))["hidden"]
    assert hidden["Label: Graphic media (Harbour Watch)"] == 1

    await house.moderation.undo(Undo(act="allow_adult", target="graphic-media", account=SKY))
    assert "Label: Graphic media (Harbour Watch)" not in (await verdicts(house))["hidden"]


async def test_an_answer_from_before_a_change_undoes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server was asked, then something was changed, and only then the answer came."""
    service: Any = house.accounts.service(SKY)
    ask = service.settled

    async def slow() -> Any:
        answer = await ask()
        await house.moderation.settle(SKY, AdultChange(False))
        return answer

    monkeypatch.setattr(service, "settled", slow)
    await house.moderation.refresh(SKY, force=True)

    settled = house.moderation.settled(SKY)
    assert settled is not None
    assert not settled.adult


async def test_a_setting_of_one_labeler_is_its_own(house: House) -> None:
    """Hidden when Harbour Watch says so, and back when that is ignored."""
    await house.moderation.settle(SKY, LabelChange("graphic-media", "hide", LABELER))
    assert (await verdicts(house))["hidden"]["Label: Graphic media (Harbour Watch)"] == 1
    undo = Undo(act="set_label", target="graphic-media", by=LABELER, account=SKY)
    await house.moderation.undo(undo)
    assert "Label: Graphic media (Harbour Watch)" not in (await verdicts(house))["hidden"]


# ------------------------------------------------------------------- filters


async def test_a_filter_that_was_made_elsewhere_hides_here(house: House) -> None:
    """Also what is cached: after the next look at the server."""
    service: Any = house.accounts.service(JUNO)
    made = await service.save_filter(
        replace(service._shelf.filters[0], id="", title="Kettles", words=(FilterWord("kettle"),))
    )
    await house.moderation.refresh(JUNO, force=True)
    assert (await verdicts(house))["hidden"]["Filter: Kettles (saltmarsh.example)"] >= 1

    await service.delete_filter(made.id)
    await house.moderation.refresh(JUNO, force=True)
    assert "Filter: Kettles (saltmarsh.example)" not in (await verdicts(house))["hidden"]


async def test_what_the_server_said_of_a_deleted_filter_is_forgotten(house: House) -> None:
    """The six posts come back, without fetching them again."""
    await house.moderation.delete_filter(JUNO, "1")
    assert "Filter: derby" not in (await verdicts(house))["hidden"]


async def test_a_filter_is_edited_here(house: House) -> None:
    """It counts at once as it is now."""
    [derby, _] = house.moderation.filters(JUNO)
    await house.moderation.save_filter(JUNO, replace(derby, action="warn"))
    assert "Filter: derby" not in (await verdicts(house))["hidden"]


# --------------------------------------------------------------------- words


async def test_words_count_on_both_networks(house: House) -> None:
    """Kept at the server that keeps words, and used everywhere; removed everywhere."""
    state = await house.moderation.mute_word(MutedWord(value="#Godwits"))
    assert (state.word.value, state.accounts, state.here) == ("Godwits", (SKY,), False)
    page = await house.timelines.read(ALL, limit=80, fetch=False)
    hidden = page.hidden.by["Muted word: Godwits"]
    assert hidden >= 1
    assert not any(
        "godwits" in row.post.text.text.lower().split()
        for row in page.rows
        if isinstance(row, Card)
    )

    await house.moderation.unmute_word("godwits")
    assert house.moderation.words() == ()
    assert "Muted word: Godwits" not in (await verdicts(house))["hidden"]


async def test_words_may_stay_here(house: House) -> None:
    """No server is told; they count on all networks all the same."""
    state = await house.moderation.mute_word(MutedWord(value="tide"), "here")
    settled = house.moderation.settled(SKY)

    assert state.here
    assert settled is not None
    assert settled.words == ()
    assert (await verdicts(house))["hidden"]["Muted word: tide"] >= 1


async def test_words_of_a_server_may_be_kept_to_its_network(house: House) -> None:
    """Where that is wanted."""
    await house.moderation.mute_word(MutedWord(value="tide"), SKY)
    everywhere = (await verdicts(house))["hidden"]["Muted word: tide"]
    await house.moderation.set_choices(Choices(words_everywhere=False))
    there = (await verdicts(house))["hidden"].get("Muted word: tide", 0)

    assert there < everywhere


async def test_a_word_that_was_muted_elsewhere_hides_here(house: House) -> None:
    """After the next look."""
    from app.model.moderation import WordChange

    service: Any = house.accounts.service(SKY)
    await service.settle([WordChange(MutedWord(value="tide"))])
    await house.moderation.refresh(SKY, force=True)
    assert (await verdicts(house))["hidden"]["Muted word: tide"] >= 1


# ---------------------------------------------------------- people, servers


async def test_muting_somebody_hides_what_is_cached(house: House) -> None:
    """And unmuting brings it back, by the button that says so."""
    card = next(
        row
        for row in (await house.timelines.read(ALL, limit=60, fetch=False)).rows
        if isinstance(row, Card)
        and not row.reposts
        and row.post.network == "mastodon"
        and row.verdict.action == "show"
    )
    who = card.post.author
    await house.reactions.relate(who, "mute", JUNO)
    await _settle()
    hidden = (await verdicts(house))["hidden"]
    assert hidden[f"Muted: @{who.handle}"] >= 1

    await house.moderation.undo(Undo(act="unmute", target=who.uri, account=JUNO))
    await _settle()
    assert f"Muted: @{who.handle}" not in (await verdicts(house))["hidden"]


async def _settle() -> None:
    import asyncio

    for _ in range(50):
        await asyncio.sleep(0.001)


async def test_a_server_is_blocked_after_a_warning(house: House) -> None:
    """Who would be lost is told before; its people vanish."""
    lost = await house.moderation.warn_of(JUNO, "polder.example")
    assert PEOPLE["teun"].handle in lost.following
    await house.moderation.block_server(JUNO, "polder.example")

    assert house.moderation.blocked_servers(JUNO) == ("polder.example",)
    assert (await verdicts(house))["hidden"]["Blocking: polder.example"] >= 1


async def test_a_list_is_muted_whole(house: House) -> None:
    """As the network keeps it."""
    await house.moderation.avert_list(SKY, WRECKERS.uri, "mute")
    assert set(house.moderation.averted(SKY).muted) == set(WRECKERS.members)


async def test_defederation_is_told(house: House) -> None:
    """Which of my servers do not talk to somebody's."""
    await house.moderation.refresh(JUNO)
    refusal = house.moderation.refusal(JUNO, "boats.wreckers.example")
    assert refusal is not None
    assert refusal.reason == "False lights."
    assert house.moderation.refusal(JUNO, "notwreckers.example") is None
    assert house.moderation.refusal(SKY, "wreckers.example") is None
    assert house.moderation.unheard(JUNO, "https://wreckers.example/1") == (
        "saltmarsh.example does not talk to wreckers.example: an answer would not arrive."
    )
    assert house.moderation.unheard(JUNO, "https://polder.example/1") == ""
    assert house.moderation.unheard(JUNO, "at://did:plc:x/y/z") == ""


def test_a_server_that_is_told_by_its_digest_is_found() -> None:
    """Names with stars cannot be compared; their SHA-256 can."""
    import hashlib

    one = RefusedServer(domain="e**l.example", digest=hashlib.sha256(b"evil.example").hexdigest())
    assert is_refused("a.evil.example", [one]) is one
    assert is_refused("good.example", [one]) is None


# ----------------------------------------------------------------- together


async def test_what_a_network_lacks_says_so(house: House) -> None:
    """In words, before anybody is asked."""
    with pytest.raises(Unsupported):
        await house.moderation.save_filter(SKY, house.moderation.filters(JUNO)[0])
    with pytest.raises(Unsupported):
        await house.moderation.find_labeler(JUNO, LABELER)
    with pytest.raises(NotFound):
        await house.moderation.unmute_word("nothing")


async def test_only_what_changes_is_told(house: House) -> None:
    """A look that finds nothing new redraws nothing."""
    told: list[ModerationChanged] = []
    await house.moderation.refresh(SKY, force=True)
    house.moderation.subscribe(told.append)
    await house.moderation.refresh(SKY, force=True)
    assert told == []
    await house.moderation.settle(SKY, AdultChange(False))
    assert told == [ModerationChanged("preferences", SKY)]


async def test_looking_again_finds_what_is_known(house: House) -> None:
    """What was just kept is no news, and labelers are not asked again."""
    told: list[ModerationChanged] = []
    await house.moderation.refresh(SKY, force=True)
    known = house.moderation.known
    house.moderation.subscribe(told.append)
    await house.moderation.look_again()

    assert told == []
    assert house.moderation.known == known


async def test_open_timelines_are_judged_anew(house: House) -> None:
    """Without scrolling or loading again."""
    import asyncio

    opened = house.timelines.open(ALL)
    task = asyncio.create_task(opened.run())
    before = opened.header.hidden.count
    await house.moderation.mute_word(MutedWord(value="the"), "here")
    for _ in range(300):
        if opened.header.hidden.by.get("Muted word: the"):
            break
        await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await house.timelines.leave(opened)

    assert opened.header.hidden.count > before


async def test_everything_works_offline(tmp_path: Path) -> None:
    """What is kept counts in the next start; changing what a server keeps is refused."""
    from app.protocols import demo
    from app.services.moderation import Moderation
    from tests.unit.services.shore import Shore

    shore = Shore(tmp_path)
    await shore.accounts.add(demo.signed_in(demo.ACCOUNTS[1]))
    account = shore.accounts.all()[0].id
    online = Moderation(shore.store, shore.accounts, shore.clock)
    await online.refresh(account)
    offline = Moderation(shore.store, shore.accounts, shore.clock, offline=True)
    offline.start(shore.store.reader)

    assert offline.settled(account) == online.settled(account)
    assert offline.labelers(account) == online.labelers(account)
    assert offline.known == replace(online.known, at=offline.known.at)
    with pytest.raises(Unreachable):
        await offline.settle(account, AdultChange(False))


async def test_whoever_is_opened_asks_for_labels(tmp_path: Path) -> None:
    """Before its first reading, as it was settled in an earlier run."""
    from app.protocols import demo
    from app.services.moderation import Moderation
    from tests.unit.services.shore import Shore

    shore = Shore(tmp_path)
    sky = next(one for one in demo.ACCOUNTS if one.id == SKY)
    await shore.accounts.add(demo.signed_in(sky))
    earlier = Moderation(shore.store, shore.accounts, shore.clock)
    await earlier.settle(SKY, LabelerChange("https://gone.example"))
    later = Shore(tmp_path)
    Moderation(later.store, later.accounts, later.clock).start(later.store.reader)
    service: Any = later.accounts.service(SKY)

    assert service.missing_labelers == {"https://gone.example"}
    later.store.close()
    shore.store.close()


async def test_an_account_that_is_removed_takes_its_settings_along(house: House) -> None:
    """On disk and in memory."""
    await house.accounts.remove(SKY)
    assert house.moderation.settled(SKY) is None
    await house.moderation.look_again()
    assert house.moderation.settled(SKY) is None
    assert AccountId(SKY) not in house.moderation.preferences().views


def test_the_words_of_causes_are_for_people() -> None:
    """As the counters show them."""
    from app.moderation.verdict import Cause, Verdict

    verdict = Verdict("hide", (Cause("muted_word", "x"),))
    assert why_hidden(verdict) == "Muted word: x"
