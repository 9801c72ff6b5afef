"""A move on which everything goes wrong that can: each time a clear state, and at the end it arrives."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path

import pytest

from app.model.errors import ServiceError, Unreachable
from app.portability.plan import MoveStatus, Plan
from app.protocols.http import Reply
from tests.real.movers import (
    NEW_PASSWORD,
    PASSWORD,
    Mover,
    Resident,
    Trouble,
    blobs,
    call,
    look,
    newest_code,
    plc_data,
    records,
    refusal,
    repo_status,
    resident,
)
from tests.rigs.run import Rig

pytestmark = pytest.mark.real


@pytest.fixture
async def trouble() -> AsyncIterator[Trouble]:
    """The door to the network, with troubles."""
    made = Trouble()
    yield made
    await made.close()


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """Where moves are kept."""
    folder = tmp_path / "profile"
    folder.mkdir()
    return folder


def at(
    origin: str, part: str, answer: Reply | ServiceError, times: int = 10_000
) -> Callable[[str, str], Reply | ServiceError | None]:
    """A fault of requests to *origin* whose address holds *part*, so many times."""
    left = [times]

    def fault(verb: str, url: str) -> Reply | ServiceError | None:
        if not (url.startswith(origin) and part in url and left[0]):
            return None
        left[0] -= 1
        return answer

    return fault


class Journey:
    """One move, looked at after each trouble."""

    def __init__(self, trouble: Trouble, profile: Path, who: Resident) -> None:
        self.trouble, self.who = trouble, who
        self.old, self.new = who.rig["pds"]
        self.mover = Mover(trouble, profile, who)
        self.plan: Plan | None = None

    async def begin(self, **options: str) -> None:
        """Make the plan."""
        self.plan = await self.mover.plan(**options)

    async def go(self, *, until: str = "", tries: int = 20, **says: str) -> MoveStatus:
        """Go on, with these answers from now on."""
        self.mover.says |= says
        assert self.plan is not None
        return await self.mover.run(self.plan, until=until, tries=tries)

    def is_unharmed(self) -> bool:
        """The old account is as it ever was."""
        data = plc_data(self.who.rig, self.who.did)
        status = repo_status(self.old, self.who.did)
        home = data["services"]["atproto_pds"]["endpoint"] == self.old
        return home and status is not None and bool(status["active"])


@pytest.fixture
async def journey(atproto_rig: Rig, trouble: Trouble, profile: Path) -> Journey:
    """Somebody with a life, and a plan."""
    made = Journey(trouble, profile, resident(atproto_rig))
    await made.begin()
    return made


async def test_troubles_before_the_switch_harm_nothing(journey: Journey) -> None:
    """Passwords, names, invites, refusals, lost files, limits: each is said, none is final."""
    who, trouble, old, new = journey.who, journey.trouble, journey.old, journey.new

    # Passwords: an app password, a wrong one.
    status = await journey.go(old_password="abcd-efgh-ijkl-mnop", tries=3)
    assert "waiting" == status.state
    assert "app password" in status.error
    status = await journey.go(old_password="wrong", tries=3)
    assert "does not take this password" in status.error
    assert journey.is_unharmed()

    # The account: a name that somebody has, and an invite that is wanted.
    body = {"handle": f"{who.name}.pds-b.test", "email": f"x{who.email}", "password": "x" * 12}
    call(new, "com.atproto.server.createAccount", body)
    status = await journey.go(old_password=PASSWORD, tries=8)
    assert ["handle"] == [need.key for need in status.needs]
    assert "already has this handle" in status.error
    described = call(new, "com.atproto.server.describeServer") | {"inviteCodeRequired": True}
    trouble.faults = [at(new, "describeServer", _reply(described))]
    status = await journey.go(handle=f"{who.name}x", tries=2)
    assert ["invite"] == [need.key for need in status.needs]
    status = await journey.go(invite="not-a-code", tries=3)
    assert "invite code" in status.error
    assert journey.is_unharmed()

    # The import is refused: final for now, and said so.
    trouble.faults = [
        at(
            new,
            "importRepo",
            refusal(400, "InvalidRequest", "Service is not accepting repo imports"),
        )
    ]
    status = await journey.go()
    assert ("failed", "import") == (status.state, status.step)
    assert "does not take accounts that move in" in status.error
    assert journey.is_unharmed()

    # Files: one is lost, one too large, one never comes, and the day's limit is reached.
    lost, large, stuck, *_ = sorted(blobs(old, who.did))
    tomorrow = int(time.time() + 20 * 3600)
    limit = refusal(429, "RateLimitExceeded", ratelimit_reset=str(tomorrow))
    trouble.faults = [at(new, "uploadBlob", limit, 1)]
    status = await journey.go(tries=1)
    assert "waiting" == status.state
    assert "slow down" in status.error
    assert f"{datetime.fromtimestamp(tomorrow).astimezone():%Y-%m-%d %H:%M}" in status.next_step
    trouble.faults = [
        at(old, lost, refusal(400, "InvalidRequest", "Blob not found")),
        at(old, stuck, refusal(502, "BadGateway")),
        _too_large(new, old, large),
    ]
    status = await journey.go()
    assert ["missing_files"] == [need.key for need in status.needs]
    named = (journey.mover.profile / "moves" / status.plan / "missing-files.txt").read_text()
    assert {lost, large, stuck} <= set(named.split())
    assert journey.is_unharmed()
    trouble.faults = []
    status = await journey.go(until="files", missing_files="retry")
    assert ("waiting", []) == (status.state, list(status.needs)), status.error
    there = blobs_at_new(journey)
    assert {lost, large, stuck} - there == {lost}


async def test_troubles_at_the_switch_end_well(journey: Journey) -> None:
    """Codes that are wrong, used or old; a directory that says no; servers that are slow to see."""
    who, trouble, old, new = journey.who, journey.trouble, journey.old, journey.new
    lived = records(old, who.did)
    plc = who.rig["plc"]
    status = await journey.go(until="catch-up")
    assert journey.is_unharmed()

    # Codes: a wrong one, an old one; the right one; and the same again.
    status = await journey.go(plc_code="AAAAA-BBBBB", tries=2)
    assert ("sign", ["plc_code"]) == (status.step, [need.key for need in status.needs])
    assert "wrong" in status.error
    first = newest_code(who.rig, who.email)
    trouble.faults = [at(old, "signPlcOperation", refusal(400, "ExpiredToken"), 1)]
    status = await journey.go(plc_code=first, tries=2)
    assert "too old" in status.error
    assert newest_code(who.rig, who.email) != first
    assert journey.is_unharmed()

    # The directory refuses what was signed: nothing has changed, and it is sent again later.
    journey.mover.says.pop("plc_code")
    no = refusal(400, "InvalidRequest", "Invalid signature")
    trouble.faults = [at(new, "submitPlcOperation", no)]
    status = await journey.go()
    assert ("failed", "switch") == (status.state, status.step)
    assert journey.is_unharmed()
    assert 2 == len(call_log(plc, who.did))
    asked = len(journey.mover.asked)

    # Somebody goes on writing at the old place till the last moment.
    late = who.post("At the last moment")

    # The answer to the switch is lost; the new server sees it late; the old one will not let go.
    trouble.faults = [
        _lost_answer(trouble, new, "submitPlcOperation"),
        at(new, "activateAccount", refusal(400, "InvalidRequest", "DID document atproto_pds"), 1),
        at(old, "deactivateAccount", refusal(401, "BadJwtSignature", "jwt signature"), 2),
    ]
    status = await journey.go()
    assert ("done", "") == (status.state, status.error)
    assert "plc_code" not in journey.mover.asked[asked:]
    assert {**lived, late["uri"]: late["cid"]} == records(new, who.did)
    assert 3 == len(call_log(plc, who.did))
    words = " ".join(line.text for line in journey.mover.moves.journal(status.plan))
    assert "complete all the same" in words
    assert "BBBBB" not in words


async def test_the_old_server_dies_on_the_way(journey: Journey, tmp_path: Path) -> None:
    """With a backup that was made first and the own key the move goes on without it."""
    who, trouble = journey.who, journey.trouble
    lived = records(journey.old, who.did)
    pictures = blobs(journey.old, who.did)
    await journey.begin(dir=str(tmp_path / "backup"))
    await journey.go(until="import")
    trouble.faults = [at(journey.old, "", Unreachable("It is gone."))]

    status = await journey.go()
    assert ["old_gone"] == [need.key for need in status.needs]
    assert plc_data(who.rig, who.did)["services"]["atproto_pds"]["endpoint"] == journey.old
    status = await journey.go(old_gone="yes")

    assert ("done", "") == (status.state, status.error)
    assert lived == records(journey.new, who.did)
    assert pictures == blobs(journey.new, who.did)
    assert "plc_code" not in journey.mover.asked


async def test_the_new_server_dies_after_the_move(journey: Journey) -> None:
    """With the own key the account goes home without anybody's leave."""
    who, trouble = journey.who, journey.trouble
    status = await journey.go()
    assert ("done", "") == (status.state, status.error)
    trouble.faults = [at(journey.new, "", Unreachable("It is gone."))]
    assert journey.plan is not None

    status = await journey.mover.undo(journey.plan)

    assert ("undone", "") == (status.state, status.error)
    assert journey.is_unharmed()
    assert "undo_code" not in journey.mover.asked
    assert records(journey.old, who.did)


def blobs_at_new(journey: Journey) -> set[str]:
    """Files that the new, inactive account has got, as its owner sees it."""
    body = {"identifier": journey.who.did, "password": NEW_PASSWORD}
    token = call(journey.new, "com.atproto.server.createSession", body)["accessJwt"]
    missing = call(journey.new, "com.atproto.repo.listMissingBlobs", token=token)["blobs"]
    return set(blobs(journey.old, journey.who.did)) - {one["cid"] for one in missing}


def call_log(plc: str, did: str) -> list[object]:
    """The operations of an identity."""
    return list(look(f"{plc}/{did}/log/audit"))


def _reply(body: object) -> Reply:
    return Reply(200, {"content-type": "application/json"}, json.dumps(body).encode(), "")


def _too_large(new: str, old: str, cid: str) -> Callable[[str, str], Reply | None]:
    """The upload after *cid* was fetched is too large."""
    armed = [False]

    def fault(verb: str, url: str) -> Reply | None:
        if cid in url and url.startswith(old):
            armed[0] = True
        elif armed[0] and "uploadBlob" in url:
            armed[0] = False
            return refusal(413, "PayloadTooLarge", "request entity too large")
        return None

    return fault


def _lost_answer(
    trouble: Trouble, origin: str, part: str
) -> Callable[[str, str], ServiceError | None]:
    """The next such request is carried out, and its answer lost."""
    trouble.lose = (origin, part)
    return lambda verb, url: None


async def test_what_is_cut_off_while_catching_up_is_not_forgotten(journey: Journey) -> None:
    """The export is new already, and neither records nor files have arrived: they do."""
    who, trouble = journey.who, journey.trouble
    await journey.go(until="preferences")
    late = who.post_picture(4242)
    for part in ("importRepo", "uploadBlob"):
        trouble.faults = [at(journey.new, part, Unreachable("It is away."))]
        status = await journey.go(until="catch-up")
        assert ("failed", "catch-up") == (status.state, status.step)
    trouble.faults = []

    status = await journey.go()

    assert ("done", "") == (status.state, status.error)
    assert records(journey.new, who.did)[late["uri"]] == late["cid"]
    assert len(blobs(journey.new, who.did)) == 5
