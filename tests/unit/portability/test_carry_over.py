"""People found on the other network: with evidence, confirmed in a file, followed once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.model.acts import Relation
from app.model.errors import (
    BadInput,
    OutcomeUnknown,
    RateLimited,
    Refused,
    StoreError,
    Unreachable,
)
from app.model.person import Known, PersonLink
from app.portability.carry_over_values import Document, document_of
from app.protocols.owning import no_pause
from tests.unit.fakes import NOON
from tests.unit.people.test_matching import at, checked, sky
from tests.unit.portability.shores import LAND, ME_THERE, SKY, Both, later

ANA, ANA_THERE = (
    at("annabel@b.social", "Also @annabel.example"),
    sky("annabel.example", "I am @annabel@b.social"),
)
BEN, BEN_THERE = (
    at("benedikt@c.social", fields=(checked("https://shore.example/"),)),
    sky("shore.example"),
)
CY, CY_THERE = at("cyrill@d.social"), sky("cyrill.sky.app")
DOV = at("dov@e.social", name="Dov")


@pytest.fixture
def both(tmp_path: Path) -> Both:
    """Four who are followed; three of them are, perhaps, in the sky."""
    made = Both(tmp_path)
    made.land.follows = [ANA, BEN, CY, DOV]
    made.sky.everybody = [ANA_THERE, BEN_THERE, CY_THERE, ME_THERE]
    return made


async def found(both: Both, **more: Any) -> Document:
    return document_of(await both.carry_over.find(LAND.id, SKY.id, both.heard.append, **more))


async def kept(both: Both, name: str = "found.json") -> Path:
    """The file of a search."""
    path = both.folder / name
    await both.carry_over.write(
        await both.carry_over.find(LAND.id, SKY.id, both.heard.append), path
    )
    return path


async def applied(both: Both, path: Path, **more: Any) -> Any:
    document = await both.carry_over.read(path, LAND.id, SKY.id)
    return await both.carry_over.apply(document, both.heard.append, **more)


# ------------------------------------------------------------------ finding


async def test_people_are_found_with_evidence_and_nobody_is_followed(both: Both) -> None:
    """Who is proved is ticked, who only has the same name is not, who is not found is listed."""
    document = await found(both)

    assert [(row.source.handle, row.target.handle, row.follow) for row in document.matches] == [
        ("annabel@b.social", "annabel.example", True),
        ("benedikt@c.social", "shore.example", True),
        ("cyrill@d.social", "cyrill.sky.app", False),
    ]
    assert [row.evidence[0].kind for row in document.matches] == ["mutual", "domain", "same_name"]
    assert [who.handle for who in document.unmatched] == ["dov@e.social"]
    assert both.sky.done == both.land.done == []
    assert both.heard[-1].done == both.heard[-1].total == 4


async def test_bridges_are_asked_only_with_consent_and_gently(both: Both) -> None:
    """One question a second, and none about those who are sure already."""
    copy = Known("sky", sky("dov.bridge.example").profile)
    link = PersonLink(
        one=Known("land", DOV.profile), other=copy, why="bridge", evidence="Proved.", at=NOON
    )
    both.book.copies = {DOV.profile.uri: link}
    await found(both)
    assert both.book.asked == [] and both.clock.waited == 0

    document = await found(both, ask_bridges=True)
    assert both.book.asked == ["cyrill@d.social", "dov@e.social"]
    assert both.clock.waited == 2
    [row] = [row for row in document.matches if row.source.handle == "dov@e.social"]
    assert (row.target.handle, row.confidence, row.follow) == ("dov.bridge.example", 1.0, True)


async def test_whom_a_bridge_copied_is_traced_back_without_being_told(both: Both) -> None:
    """The bridge knows them: it made the copy."""
    copy = at("ana@bridge.example")
    both.land.follows = [copy]
    both.book.copies = {
        copy.profile.uri: PersonLink(
            one=Known("sky", ANA_THERE.profile),
            other=Known("land", copy.profile),
            why="bridge",
            evidence="Proved.",
            at=NOON,
        )
    }
    [row] = (await found(both)).matches

    assert row.target.handle == "annabel.example"


async def test_whom_the_book_knows_is_not_asked_for(both: Both) -> None:
    """What the user has said stands."""
    await both.book.confirm(
        Known("land", DOV.profile), Known("sky", CY_THERE.profile), "You said so."
    )
    both.land.follows = [DOV]
    [row] = (await found(both)).matches

    assert (row.target.handle, row.evidence[0].kind) == ("cyrill.sky.app", "user")
    assert both.sky.asked == []


async def test_i_am_nobody_whom_i_could_follow(both: Both) -> None:
    """A profile that names my own account finds nobody."""
    both.land.follows = [at("fan@f.social", "I adore @me.example")]

    assert (await found(both)).matches == ()


async def test_whom_i_follow_there_is_not_ticked_again(both: Both) -> None:
    """It is said, and left alone."""
    both.sky.relations[ANA_THERE.profile.uri] = Relation(following=True)
    row = (await found(both)).matches[0]

    assert row.already and not row.follow


async def test_a_host_that_several_share_is_nobodys_domain(both: Both) -> None:
    """No server is asked in vain for each of its people."""
    both.land.follows = [at(f"person{n}@big.social") for n in range(3)]
    await found(both)

    assert not [one for one in both.sky.asked if one.endswith(".big.social")]


async def test_an_interrupted_search_goes_on(both: Both) -> None:
    """What was found out is not asked again; for a day, and while the profile says the same."""
    both.sky.troubles["shore.example"] = [Unreachable("gone")]
    with pytest.raises(Unreachable):
        await found(both)
    both.sky.asked.clear()
    document = await found(both)
    assert "annabel.example" not in both.sky.asked and len(document.matches) == 3

    both.sky.asked.clear()
    await found(both)
    assert both.sky.asked == []
    both.clock.pass_time(100_000)
    await found(both)
    assert "annabel.example" in both.sky.asked


async def test_a_limit_is_waited_for(both: Both) -> None:
    """And told; or raised, where nobody wants to wait."""
    both.sky.troubles["annabel.example"] = [later()]
    await found(both)
    assert both.clock.waited == 300
    assert [one.resumes_at for one in both.heard if one.resumes_at] == [later().until]

    both.land.follows = [DOV, at("annabel@b.social", "Now @annabel.example")]
    both.sky.troubles["annabel.example"] = [later()]
    with pytest.raises(RateLimited):
        await found(both, pause=no_pause)


async def test_one_odd_server_costs_only_its_people(both: Both) -> None:
    """Who cannot be asked for is not found."""
    both.sky.troubles["annabel.example"] = [Refused("no"), Refused("no")]

    assert len((await found(both)).matches) >= 2


async def test_both_on_one_network_is_no_carrying_over(both: Both) -> None:
    """That is export and import."""
    with pytest.raises(BadInput):
        await both.carry_over.find(LAND.id, LAND.id, both.heard.append)


async def test_one_person_is_looked_for_alone(both: Both) -> None:
    """By any name; nobody else is asked about."""
    both.land.everybody = [ANA]
    [match] = await both.carry_over.suggest(LAND.id, SKY.id, ANA.profile.handle)

    assert match.target.profile.handle == "annabel.example" and match.confidence == 0.95
    assert "shore.example" not in both.sky.asked


# ------------------------------------------------------------------ the file


async def test_the_file_is_private_and_never_overwritten(both: Both) -> None:
    """Whom somebody follows is nobody's business."""
    path = await kept(both)

    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput):
        await kept(both)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["matches"][0].update(follow="yes"), "follow"),
        (lambda d: d["matches"][0].pop("follow"), "follow"),
        (lambda d: d["matches"][0]["to"].update(network="land"), "Match 1"),
        (lambda d: d["matches"][0]["to"].update(uri=""), "Match 1"),
        (lambda d: d["matches"][0]["to"].update(uri=SKY.uri), "yourself"),
        (lambda d: d["matches"][1].update(to=d["matches"][0]["to"]), "two people"),
        (lambda d: d.update(to="somebody"), "is about"),
        (lambda d: d.update(format="other"), "format"),
        (lambda d: d.update(matches=3), "matches"),
    ],
)
async def test_edited_nonsense_is_refused_as_a_whole(both: Both, change: Any, words: str) -> None:
    """Nobody is followed by half a file; the words say where it is wrong."""
    path = await kept(both)
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))
    with pytest.raises(BadInput) as caught:
        await applied(both, path)

    assert words in caught.value.message
    assert both.sky.done == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null"])
async def test_what_is_no_such_file_is_said_to_be_none(both: Both, content: bytes) -> None:
    """Whatever is in it."""
    path = both.folder / "x.json"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        await applied(both, path)
    with pytest.raises(StoreError):
        await applied(both, both.folder / "missing.json")


# ------------------------------------------------------------------ following


async def test_only_those_whom_the_file_confirms_are_followed(both: Both) -> None:
    """They come into the people book; the others do not."""
    path = await kept(both)
    value = json.loads(path.read_text())
    value["matches"][1]["follow"] = False
    value["matches"][2]["follow"] = True
    path.write_text(json.dumps(value))
    both.sky.locked.add(CY_THERE.profile.uri)
    done = await applied(both, path)

    assert both.sky.done == [
        ("follow", ANA_THERE.profile.uri),
        ("follow", CY_THERE.profile.uri),
    ]
    assert [one.state for one in done.outcomes] == ["done", "requested"]
    assert [link.other.profile.handle for link in both.book.links] == [
        "annabel.example",
        "cyrill.sky.app",
    ]
    assert "Each profile names the other." in both.book.links[0].evidence


async def test_twice_is_once(both: Both) -> None:
    """Applied again, nobody is followed a second time."""
    path = await kept(both)
    await applied(both, path)
    again = await applied(both, path)

    assert [one.state for one in again.outcomes] == ["already", "already"]
    assert len(both.sky.done) == 2


async def test_it_goes_on_where_it_was_stopped(both: Both) -> None:
    """By a limit that nobody wants to wait for; nothing is done twice."""
    path = await kept(both)
    both.sky.troubles[BEN_THERE.profile.uri] = [later()]
    first = await applied(both, path, pause=no_pause)
    assert isinstance(first.stopped, RateLimited)
    assert (len(first.outcomes), first.left) == (1, 1)

    second = await applied(both, path)
    assert [one.state for one in second.outcomes] == ["already", "done"]
    assert second.stopped is None and len(both.sky.done) == 2
    assert not list((both.folder / "carry-over").glob("followed-*"))


async def test_a_lost_answer_is_looked_for_not_repeated(both: Both) -> None:
    """The follow arrived; its answer did not."""
    path = await kept(both)
    both.sky.troubles[f"follow {ANA_THERE.profile.uri}"] = [OutcomeUnknown("lost")]
    done = await applied(both, path)

    assert [one.state for one in done.outcomes] == ["already", "done"]
    assert len(both.sky.done) == 2


async def test_somebody_else_at_the_address_is_not_followed(both: Both) -> None:
    """The file names one, the server another: the handle was given away, or the file edited."""
    path = await kept(both)
    path.write_text(path.read_text().replace('"annabel.example"', '"annabella.example"'))
    done = await applied(both, path)

    assert done.outcomes[0].state == "failed" and "@annabel.example" in done.outcomes[0].why
    assert ("follow", ANA_THERE.profile.uri) not in both.sky.done


async def test_whom_i_have_blocked_stays_blocked(both: Both) -> None:
    """Confirmed by mistake: said, and left alone."""
    path = await kept(both)
    both.sky.relations[ANA_THERE.profile.uri] = Relation(blocked=True)
    done = await applied(both, path)

    assert [one.state for one in done.outcomes] == ["failed", "done"]
