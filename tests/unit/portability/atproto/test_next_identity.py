"""What an identity says next: merged, never replaced; and how a host's signature is checked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.model.errors import BadInput, Refused
from app.portability.atproto.guest import service_token, with_guest_key
from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.next_identity import (
    Recommended,
    ServiceEntry,
    check_signed,
    checked,
    moved_back,
    moved_in,
    with_own_key,
)
from app.portability.atproto.plc import PlcData, Service, operation_from_data, signed
from app.portability.atproto.recovery_key import OwnKey
from app.portability.atproto.rescue import rescued
from app.portability.atproto.take_back import overruled_at
from tests.unit.portability.atproto.test_plc import HOUR, START, History

OWN, OLD, NEW, REPO_OLD, REPO_NEW, SECOND = (
    PrivateKey("k256", bytes([n]) * 32) for n in range(1, 7)
)


def key(private: PrivateKey) -> str:
    """As operations write it."""
    return private.public.did_key


LIVED = PlcData(
    rotation_keys=(key(OWN), key(SECOND), key(OLD)),
    verification_methods={"atproto": key(REPO_OLD), "atproto_label": key(SECOND)},
    also_known_as=("at://ana.old.test", "https://bridge.test/ana"),
    services={
        "atproto_pds": Service("AtprotoPersonalDataServer", "https://old.test"),
        "atproto_labeler": Service("AtprotoLabeler", "https://labels.test"),
    },
)
HOST = Recommended(
    rotation_keys=[key(NEW)],
    also_known_as=["at://ana.new.test"],
    verification_methods={"atproto": key(REPO_NEW)},
    services={"atproto_pds": ServiceEntry("AtprotoPersonalDataServer", "https://new.test")},
)
MOVED = moved_in(LIVED, HOST, leaving=[key(OLD)])


def test_moving_in_keeps_what_is_the_users() -> None:
    """Own keys first and in order, names that are no handles, labelers; the old host's key goes."""
    assert MOVED.rotation_keys == (key(OWN), key(SECOND), key(NEW))
    assert MOVED.also_known_as == ("at://ana.new.test", "https://bridge.test/ana")
    assert MOVED.verification_methods == {"atproto": key(REPO_NEW), "atproto_label": key(SECOND)}
    assert MOVED.services["atproto_labeler"] == LIVED.services["atproto_labeler"]
    assert MOVED.pds == "https://new.test"


def test_moving_back_says_again_what_was_said_before() -> None:
    """There and back is as before."""
    assert moved_back(MOVED, LIVED, leaving=[key(NEW)]) == LIVED


def test_what_came_since_the_move_stays_on_the_way_back() -> None:
    """A key of the user's own, first; another service."""
    since = PrivateKey("p256", bytes([9]) * 32)
    now = replace(
        MOVED,
        rotation_keys=(key(since), *MOVED.rotation_keys),
        services=MOVED.services | {"extra": Service("X", "https://x.test")},
    )

    back = moved_back(now, LIVED, leaving=[key(NEW)])

    assert back.rotation_keys == (key(since), *LIVED.rotation_keys)
    assert set(back.services) == {*LIVED.services, "extra"}


def test_the_own_key_comes_first_and_once() -> None:
    """Also where it was there, last."""
    last = replace(LIVED, rotation_keys=(key(OLD), key(OWN)))

    assert with_own_key(last, key(OWN)).rotation_keys == (key(OWN), key(OLD))


def test_there_is_no_room_for_a_sixth_key() -> None:
    """Said before a code is mailed."""
    full = replace(LIVED, rotation_keys=tuple(f"k{n}" for n in range(5)))

    with pytest.raises(BadInput, match="5 recovery keys"):
        with_own_key(full, key(OWN))


def test_what_the_directory_would_refuse_is_not_sent() -> None:
    """A key that is none burns a code at hosts that do not look."""
    with pytest.raises(Refused, match="none that the network can use"):
        checked(replace(MOVED, verification_methods={"atproto": "did:key:zNonsense"}))


@pytest.mark.parametrize(
    "change",
    [
        {"rotationKeys": [key(OLD)]},
        {"alsoKnownAs": ["at://mallory.test"]},
        {"prev": "bafyother"},
        {"services": {}},
        {"more": 1},
    ],
)
def test_a_host_that_signs_something_else_is_not_believed(change: dict[str, Any]) -> None:
    """Whatever differs from what was asked."""
    operation = signed(operation_from_data(MOVED, "bafyprev") | change, OLD)

    with pytest.raises(Refused, match="something else"):
        check_signed(operation, MOVED, "bafyprev", LIVED.rotation_keys)


def test_a_signature_must_be_of_a_key_that_may() -> None:
    """The host's is; a stranger's is not."""
    asked = operation_from_data(MOVED, "bafyprev")
    check_signed(signed(asked, OLD), MOVED, "bafyprev", LIVED.rotation_keys)

    with pytest.raises(Refused, match="not valid"):
        check_signed(signed(asked, NEW), MOVED, "bafyprev", LIVED.rotation_keys)


def test_a_rescue_leaves_the_lost_server_no_key() -> None:
    """Neither on the way nor at the end; labelers and bridges stay."""
    own = OwnKey(OWN)
    guest = with_guest_key(LIVED, SECOND, "https://new.test", own)

    assert guest.rotation_keys == (key(OWN),)
    assert (guest.signing_key, guest.pds) == (key(SECOND), "https://new.test")
    end = rescued(guest, LIVED, HOST, own)
    assert end.rotation_keys == (key(OWN), key(NEW))
    assert end.also_known_as == MOVED.also_known_as
    assert end.services == MOVED.services


def test_a_self_made_token_is_for_one_server_and_some_minutes() -> None:
    """And signed by the key that the identity names."""
    import base64
    import json

    token = service_token(SECOND, "did:plc:a", "did:web:new.test", 1000)

    head, body, signature = (
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")
    )
    assert json.loads(head) == {"typ": "JWT", "alg": "ES256K"}
    claims = json.loads(body)
    assert (claims["iss"], claims["aud"]) == ("did:plc:a", "did:web:new.test")
    assert claims["lxm"] == "com.atproto.server.createAccount"
    assert 60 <= claims["exp"] - claims["iat"] <= 300
    assert SECOND.public.verifies(token.rpartition(".")[0].encode(), signature)


# ------------------------------------------------------------ the 72 hours


def history(first: PrivateKey, *others: PrivateKey, signer: PrivateKey) -> History:
    """An account whose new server has thrown the own key out, an hour after the start."""
    kept = replace(LIVED, rotation_keys=tuple(key(k) for k in (first, *others)))
    made = History(kept, first)
    made.say(replace(MOVED, rotation_keys=(key(NEW),)), signer, hours=1)
    return made


@pytest.mark.parametrize(("hours", "can"), [(1.0, True), (73.0, True), (73.0 + 1 / 3600, False)])
def test_a_stronger_key_overrules_for_72_hours_to_the_second(hours: float, can: bool) -> None:
    """Counted from the change that it overrules."""
    log = history(OWN, OLD, signer=OLD)

    point = overruled_at(tuple(log.entries), OwnKey(OWN), START + timedelta(hours=hours))

    assert (log.entries[0].cid if can else None) == point


@pytest.mark.parametrize("signer", [OLD, OWN])
def test_a_key_overrules_none_above_it_nor_itself(signer: PrivateKey) -> None:
    """A key that stands last is no help against the host."""
    log = history(OLD, OWN, signer=signer)

    assert overruled_at(tuple(log.entries), OwnKey(OWN), START + 2 * HOUR) is None
