"""What servers keep of what somebody does not want to see: changed there, read back, twice is once."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from app.model.errors import BadInput
from app.model.moderation import (
    AdultChange,
    Filter,
    FilterWord,
    HiddenChange,
    LabelChange,
    LabelerChange,
    MutedWord,
    WordChange,
)
from app.protocols.moderating import Averts, KeepsFilters, KnowsLabelers, Settles
from tests.contract.stages import Stage


async def test_every_network_keeps_filters_or_preferences(stage: Stage) -> None:
    """Each in its way; none both."""
    service = stage.service()
    assert isinstance(service, KeepsFilters) != isinstance(service, Settles)
    assert isinstance(service, Settles) == isinstance(service, KnowsLabelers)
    assert isinstance(service, Averts)


async def test_filters_are_made_changed_and_deleted(stage: Stage) -> None:
    """With their words, places and actions; deleting twice is harmless."""
    service = stage.service()
    if not isinstance(service, KeepsFilters):
        pytest.skip("keeps preferences instead")
    word = f"w{secrets.token_hex(4)}"
    made = await service.save_filter(
        Filter(
            id="",
            title=word,
            contexts=frozenset({"home", "thread"}),
            action="hide",
            words=(FilterWord(word), FilterWord(f"{word} two", whole=False)),
            expires_at=datetime.now(UTC) + timedelta(hours=1),
        )
    )
    assert made in await service.filters()
    assert (made.title, made.action, made.contexts) == (word, "hide", {"home", "thread"})
    assert {(one.text, one.whole) for one in made.words} == {(word, True), (f"{word} two", False)}

    changed = await service.save_filter(
        replace(made, action="warn", words=(FilterWord("other"),), contexts=frozenset({"home"}))
    )
    [there] = [one for one in await service.filters() if one.id == made.id]
    assert (there.action, there.contexts) == ("warn", {"home"})
    assert [one.text for one in there.words] == [one.text for one in changed.words] == ["other"]

    await service.delete_filter(made.id)
    await service.delete_filter(made.id)
    assert all(one.id != made.id for one in await service.filters())


async def test_a_filter_without_a_title_is_not_sent(stage: Stage) -> None:
    """The words for that are ours."""
    service = stage.service()
    if not isinstance(service, KeepsFilters):
        pytest.skip("keeps preferences instead")
    with pytest.raises(BadInput):
        await service.save_filter(Filter(id="", title=" ", contexts=frozenset({"home"})))


async def test_preferences_are_changed_and_changed_back(stage: Stage) -> None:
    """What is done twice is done once; the rest stays as it was."""
    service = stage.service()
    if not isinstance(service, Settles):
        pytest.skip("keeps filters instead")
    before = await service.settled()
    labeler, word = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", f"w{secrets.token_hex(4)}"
    post = f"at://{labeler}/app.bsky.feed.post/1"
    there = (
        AdultChange(not before.adult),
        LabelerChange(labeler),
        LabelChange("rude", "hide", labeler),
        WordChange(MutedWord(value=word, targets=("tag",))),
        HiddenChange(post),
    )
    await service.settle(there)
    settled = await service.settle(there)

    assert settled == await service.settled()
    assert settled.adult != before.adult
    assert [one.labels for one in settled.labelers if one.uri == labeler] == [{"rude": "hide"}]
    assert [one.targets for one in settled.words if one.value == word] == [("tag",)]
    assert settled.hidden.count(post) == 1
    assert settled.feeds == before.feeds

    back = (
        AdultChange(before.adult),
        LabelerChange(labeler, on=False),
        WordChange(MutedWord(value=word), on=False),
        HiddenChange(post, on=False),
    )
    await service.settle(back)
    assert await service.settle(back) == before


async def test_whom_one_mutes_and_blocks_is_told(stage: Stage) -> None:
    """By URI, with handles for people."""
    service = stage.service()
    assert isinstance(service, Averts)
    averted = await service.averted()
    assert all("://" in uri or uri.startswith("did:") for uri in averted.muted)
    assert not averted.muted.keys() & averted.blocked.keys()
