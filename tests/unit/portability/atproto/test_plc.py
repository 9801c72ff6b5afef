"""Operations of identities: built, signed, named, refused; and whole histories."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import utils
from msgspec.structs import replace

from app.model.errors import Malformed
from app.portability.atproto.keys import KeySpan, PrivateKey
from app.portability.atproto.plc import (
    PlcData,
    Service,
    cid_of,
    data_from_operation,
    did_of,
    operation_from_data,
    problems_of,
    signed,
    signer_of,
)
from app.portability.atproto.plc_client import LogEntry
from app.portability.atproto.plc_log import RECOVERY_WINDOW, PlcLog, verify_log
from app.protocols.bluesky.decode import read
from tests.outside import OUTSIDE, needs_outside

OWN, HOST, THIEF, REPO = (PrivateKey("k256", bytes([n]) * 32) for n in (1, 2, 3, 4))
START = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def data(*rotation: PrivateKey, repo: PrivateKey = REPO, handle: str = "ana.test") -> PlcData:
    return PlcData(
        rotation_keys=tuple(key.public.did_key for key in rotation),
        verification_methods={"atproto": repo.public.did_key},
        also_known_as=(f"at://{handle}",),
        services={"atproto_pds": Service("AtprotoPersonalDataServer", "https://pds.test")},
    )


class History:
    """A log as the directory would keep it; what is added is not checked."""

    def __init__(self, genesis: PlcData, key: PrivateKey) -> None:
        self.entries: list[LogEntry] = []
        operation = signed(operation_from_data(genesis, None), key)
        self.did = did_of(operation)
        self.put(operation, START)

    def put(self, operation: dict[str, Any], at: datetime, nullified: bool = False) -> str:
        """Add it as it is; its CID."""
        cid = cid_of(operation)
        when = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.entries.append(LogEntry(self.did, operation, cid, nullified, when))
        return cid

    def say(
        self,
        what: PlcData,
        key: PrivateKey,
        *,
        hours: float,
        prev: str = "",
        nullified: bool = False,
    ) -> str:
        """Add an entry signed by *key* after the newest, or after *prev*."""
        operation = operation_from_data(what, prev or self.entries[-1].cid)
        return self.put(signed(operation, key), START + hours * HOUR, nullified)

    def verified(self) -> PlcLog:
        return verify_log(self.did, self.entries)

    def codes(self) -> list[str]:
        return [finding.code for finding in self.verified().bad]


# --------------------------------------------------------------- one operation


def test_an_operation_says_what_it_was_made_of() -> None:
    """Out and back, signed by the key that may."""
    what = data(OWN, HOST)
    operation = signed(operation_from_data(what, None), HOST)

    assert data_from_operation(operation) == what
    assert signer_of(operation, what.rotation_keys) == HOST.public.did_key
    assert signer_of(operation, [THIEF.public.did_key]) is None
    assert (what.handle, what.pds) == ("ana.test", "https://pds.test")
    assert what.signing_key == REPO.public.did_key


def test_any_change_of_an_operation_breaks_its_signature() -> None:
    """Also of the field before it, and a new signature makes another name."""
    operation = signed(operation_from_data(data(OWN), None), OWN)
    keys = [OWN.public.did_key]

    assert signer_of(operation | {"prev": "x"}, keys) is None
    assert signer_of(operation | {"alsoKnownAs": []}, keys) is None
    assert did_of(signed(operation | {"alsoKnownAs": []}, OWN)) != did_of(operation)


def test_a_signature_is_written_in_one_way() -> None:
    """No padding, no stray bits, not DER, not the ordinary alphabet, no line's end."""
    operation = signed(operation_from_data(data(OWN), None), OWN)
    text, keys = str(operation["sig"]), [OWN.public.did_key]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = text[:-1] + alphabet[alphabet.index(text[-1]) + 1]
    raw = base64.urlsafe_b64decode(text + "==")
    der = utils.encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    forms = [
        text + "==",
        stray,
        base64.urlsafe_b64encode(der).decode().rstrip("="),
        text + "\n",
        "",
        None,
        5,
    ]

    assert signer_of(operation, keys)
    assert [form for form in forms if signer_of(operation | {"sig": form}, keys)] == []


@pytest.mark.parametrize(
    "change",
    [
        {"type": "other"},
        {"type": 5},
        {"more": 1},
        {"prev": 5},
        {"rotationKeys": "did:key:z"},
        {"rotationKeys": [5]},
        {"rotationKeys": 5},
        {"rotationKeys": ["did:key:z"] * 51},
        {"services": []},
        {"services": {"atproto_pds": {"type": "x"}}},
        {"services": {"atproto_pds": {"type": "x", "endpoint": 5}}},
        {"services": {"atproto_pds": "x"}},
        {"verificationMethods": {"atproto": 5}},
        {"alsoKnownAs": None},
    ],
)
def test_what_is_no_operation_is_refused(change: dict[str, Any]) -> None:
    """A field more, a field of another type."""
    operation = signed(operation_from_data(data(OWN), None), OWN) | change

    with pytest.raises(Malformed):
        data_from_operation(operation)


def test_a_field_less_is_refused() -> None:
    """Each of them must be there, ``prev`` too."""
    operation = operation_from_data(data(OWN), None)
    for name in operation:
        with pytest.raises(Malformed):
            data_from_operation({key: value for key, value in operation.items() if key != name})


def test_the_first_operations_of_all_are_read_in_words_of_today() -> None:
    """``create`` of 2022: the recovery key stands before the signing key."""
    create = {
        "type": "create",
        "signingKey": HOST.public.did_key,
        "recoveryKey": OWN.public.did_key,
        "handle": "ana.test",
        "service": "pds.test",
        "prev": None,
        "sig": "",
    }
    found = data_from_operation(create)

    assert found == data(OWN, HOST, repo=HOST)
    with pytest.raises(Malformed):
        data_from_operation(create | {"prev": "x"})


def test_what_the_directory_would_refuse_is_said_before() -> None:
    """Before a code that was mailed is spent on it."""
    good = data(OWN, HOST)
    many = [PrivateKey("p256", bytes([n]) * 32) for n in range(1, 8)]
    names = tuple(f"at://{'x' * 240}{n}.test" for n in range(10))

    assert problems_of(good) == []
    assert problems_of(data()) != []
    assert problems_of(data(*many)) != []
    assert problems_of(data(OWN, OWN)) != []
    assert problems_of(PlcData(
        rotation_keys=("did:key:zBad",), verification_methods={}, also_known_as=(), services={}
    )) != []  # fmt: skip
    big = PlcData(
        rotation_keys=good.rotation_keys,
        verification_methods={f"key{n}": OWN.public.did_key for n in range(10)},
        also_known_as=names,
        services={f"s{n}": Service("x" * 50, "https://" + "y" * 200) for n in range(10)},
    )
    assert any("bytes" in problem for problem in problems_of(big))


# ------------------------------------------------------------------- histories


def test_a_history_is_followed_to_its_end() -> None:
    """Who signed what, and what the identity said when."""
    history = History(data(OWN, HOST), HOST)
    moved = data(OWN, HOST, repo=THIEF, handle="ana.example")
    history.say(moved, OWN, hours=10)
    log = history.verified()

    assert log.ok
    assert [entry.signer for entry in log.entries] == [HOST.public.did_key, OWN.public.did_key]
    assert log.state_at(START + 9 * HOUR) == data(OWN, HOST)
    assert log.state_at(START + 10 * HOUR) == moved
    assert log.state_at(START - HOUR) is None
    assert log.signing_keys() == [
        KeySpan(THIEF.public.did_key, START + 10 * HOUR),
        KeySpan(REPO.public.did_key, None, START + 10 * HOUR),
    ]


def test_a_key_that_stays_is_one_span() -> None:
    """A new handle is no new key; a key that comes back holds twice."""
    history = History(data(OWN), OWN)
    history.say(data(OWN, handle="other.test"), OWN, hours=1)
    history.say(data(OWN, repo=HOST), OWN, hours=2)
    history.say(data(OWN), OWN, hours=3)
    spans = history.verified().signing_keys()

    assert [span.key for span in spans] == [
        REPO.public.did_key,
        HOST.public.did_key,
        REPO.public.did_key,
    ]
    assert (spans[2].since, spans[2].until) == (None, START + 2 * HOUR)


def test_a_stronger_key_may_overrule_within_72_hours() -> None:
    """What followed is overruled with it; the last instant counts."""
    for hours in (0.5, 72):
        history = History(data(OWN, HOST), HOST)
        genesis = history.entries[0].cid
        history.say(data(THIEF), HOST, hours=1, nullified=True)
        history.say(data(THIEF, handle="mine.test"), THIEF, hours=1.2, nullified=True)
        history.say(data(OWN), OWN, hours=1 + hours, prev=genesis)
        log = history.verified()

        assert log.ok
        assert [entry.overruled for entry in log.entries] == [False, True, True, False]
        assert log.state_at(START + 1.3 * HOUR) == data(OWN, HOST)
        assert log.standing[-1].data == data(OWN)


def test_after_72_hours_nothing_is_overruled() -> None:
    """A millisecond too late is too late."""
    history = History(data(OWN, HOST), HOST)
    genesis = history.entries[0].cid
    history.say(data(THIEF), HOST, hours=1, nullified=True)
    late = 73 + timedelta(milliseconds=1) / HOUR
    history.say(data(OWN), OWN, hours=late, prev=genesis)

    assert history.codes() == ["too-late"]


def test_an_equal_or_weaker_key_overrules_nothing() -> None:
    """Not the key itself, not one after it."""
    for key in (HOST, REPO):
        history = History(data(OWN, HOST, REPO), HOST)
        genesis = history.entries[0].cid
        history.say(data(THIEF), HOST, hours=1, nullified=True)
        history.say(data(OWN), key, hours=2, prev=genesis)

        assert history.codes() == ["bad-signature"]


def test_what_was_overruled_cannot_be_followed() -> None:
    """Its keys count no more."""
    history = History(data(OWN, HOST), HOST)
    genesis = history.entries[0].cid
    lost = history.say(data(THIEF), HOST, hours=1, nullified=True)
    history.say(data(OWN), OWN, hours=2, prev=genesis)
    history.say(data(THIEF), THIEF, hours=3, prev=lost)

    assert history.codes() == ["entry-lost"]


def test_the_marks_of_the_directory_are_compared() -> None:
    """Overruled and not marked, or marked and not overruled."""
    history = History(data(OWN, HOST), HOST)
    genesis = history.entries[0].cid
    history.say(data(THIEF), HOST, hours=1)
    history.say(data(OWN), OWN, hours=2, prev=genesis)

    assert history.codes() == ["wrong-mark"]
    plain = History(data(OWN), OWN)
    plain.say(data(OWN), OWN, hours=1, nullified=True)
    assert plain.codes() == ["wrong-mark"]


def test_an_identity_that_was_ended_says_nothing_and_is_followed_by_nothing() -> None:
    """Except that a stronger key takes the end back in time."""
    end = {"type": "plc_tombstone", "prev": ""}
    history = History(data(OWN, HOST), HOST)
    genesis = history.entries[0].cid
    history.put(signed(end | {"prev": genesis}, HOST), START + HOUR)

    assert history.verified().ok
    assert history.verified().state_at(START + 2 * HOUR) is None
    assert history.verified().signing_keys()[0].until == START + HOUR
    history.say(data(OWN), HOST, hours=2)
    assert history.codes() == ["after-the-end"]

    back = History(data(OWN, HOST), HOST)
    back.put(signed(end | {"prev": back.entries[0].cid}, HOST), START + HOUR, nullified=True)
    back.say(data(OWN), OWN, hours=2, prev=back.entries[0].cid)
    assert back.verified().ok


def test_who_may_overrule_the_newest_entry_and_until_when() -> None:
    """The clock that the user sees: their own key against the host's."""
    history = History(data(OWN, HOST), HOST)
    assert history.verified().overrule_until(OWN.public.did_key) is None
    history.say(data(OWN, HOST), HOST, hours=1)
    log = history.verified()

    assert log.overrule_until(OWN.public.did_key) == START + HOUR + RECOVERY_WINDOW
    assert log.overrule_until(HOST.public.did_key) is None
    assert log.overrule_until(THIEF.public.did_key) is None


def altered(history: History, place: int, **changes: Any) -> list[str]:
    """What is found when fields of one entry are other ones."""
    entries = list(history.entries)
    entries[place] = replace(entries[place], **changes)
    return [finding.code for finding in verify_log(history.did, entries).bad]


def test_a_history_that_was_touched_is_found() -> None:
    """Names, order, belonging, and what no entry can be."""
    history = History(data(OWN, HOST), HOST)
    history.say(data(OWN, HOST, handle="new.test"), HOST, hours=1)
    first, second = history.entries

    assert altered(history, 1, cid=first.cid) == ["entry-changed"]
    assert altered(history, 1, did="did:plc:other") == ["foreign-entry"]
    assert altered(history, 1, created_at="2020-01-01T00:00:00Z") == ["entry-order"]
    assert altered(history, 1, created_at="yesterday") == ["bad-entry"]
    assert altered(history, 1, operation=second.operation | {"more": 1}) == ["bad-entry"]
    assert altered(history, 1, operation={}) == ["bad-entry"]
    assert altered(
        history, 1, operation=second.operation | {"services": {"x": {"type": 1.5, "endpoint": ""}}}
    ) == ["bad-entry"]
    assert altered(history, 1, operation=second.operation | {"sig": "x"}) == ["entry-changed"]
    twice = verify_log(history.did, [first, second, second])
    assert [f.code for f in twice.bad] == ["double-entry"]
    assert [f.code for f in verify_log(history.did, [second]).bad] == ["no-genesis"]
    assert [f.code for f in verify_log(history.did, []).bad] == ["empty-log"]
    other = History(data(THIEF), THIEF)
    other.did = history.did
    foreign = [
        LogEntry(history.did, e.operation, e.cid, False, e.created_at) for e in other.entries
    ]
    assert [f.code for f in verify_log(history.did, foreign).bad] == ["wrong-identity"]


def test_a_signature_by_nobody_is_found_at_the_beginning_too() -> None:
    """The first entry is signed by one of the keys that it names."""
    history = History(data(OWN), THIEF)

    assert history.codes() == ["bad-signature"]
    later = History(data(OWN), OWN)
    later.say(data(THIEF), THIEF, hours=1)
    assert later.codes() == ["bad-signature"]
    assert later.verified().standing[-1].data == data(OWN)


@needs_outside
def test_the_history_of_a_real_move_is_whole() -> None:
    """As a directory sent it, with the keys of both servers."""
    path = (OUTSIDE or Path()) / "recordings" / "atproto" / "migration.13.plc.audit-log.json"
    body = json.dumps(json.loads(path.read_text("utf-8"))["body"]).encode()
    entries = read(body, list[LogEntry])
    log = verify_log(entries[0].did, entries)

    assert log.ok
    assert [entry.data.pds for entry in log.entries if entry.data] == [
        "http://localhost:2583",
        "http://localhost:2585",
    ]
    assert len(log.signing_keys()) == 2
