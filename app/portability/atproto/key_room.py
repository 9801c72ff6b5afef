"""
Room for the new server's recovery keys: an identity has five at most.

Which of the user's own goes is the user's to say, before a mailed code is spent; the key
that is in the user's file is none of them.
"""

from __future__ import annotations

from msgspec.structs import replace

from app.model.errors import Refused
from app.portability.atproto.next_identity import Recommended
from app.portability.atproto.plc import MAX_ROTATION_KEYS, PlcData
from app.portability.plan import Need
from app.portability.step import StepContext, Waiting

KEY, DROPPED = "key_to_drop", "dropped_keys"
_TAIL = 8
"""Characters of a key by which its owner knows it; all begin alike."""


def with_room(context: StepContext, wanted: PlcData, host: Recommended, own: str) -> PlcData:
    """
    *wanted* without the keys that were given up for the new server's.

    Args:
        own: The one in the user's file; "" = none.

    Raises:
        Waiting: One more must be named.
        Refused: There is none that could go.
    """
    dropped = list(context.kept.get(DROPPED, ()))
    spare = [key for key in wanted.rotation_keys if key not in (*host.rotation_keys, own)]
    said = context.answers.get(KEY, "").strip()
    named = [key for key in spare if said and key.endswith(said) and key not in dropped]
    if len(wanted.rotation_keys) - len(dropped) > MAX_ROTATION_KEYS and len(named) == 1:
        dropped += named
        context.keep(**{DROPPED: dropped})
        context.say(f"The recovery key …{named[0][-_TAIL:]} goes, to make room.", "warn")
    left = tuple(key for key in wanted.rotation_keys if key not in dropped)
    if len(left) > MAX_ROTATION_KEYS:
        choices = [key for key in spare if key not in dropped]
        if not choices:
            raise Refused(
                f"The identity has no room for the keys of {context.plan.target.server}.",
                "Take a recovery key away first.",
            )
        raise Waiting(_need(choices, len(left) - MAX_ROTATION_KEYS))
    return replace(wanted, rotation_keys=left)


def _need(keys: list[str], over: int) -> Need:
    more = "One of yours must go" if over == 1 else f"{over} of yours must go, one after the other"
    return Need(
        key=KEY,
        prompt=f"An identity has room for {MAX_ROTATION_KEYS} recovery keys. {more}: which?",
        kind="choice",
        help="Whoever has that key cannot take the account back with it any more. Godwit does "
        "not touch its file. The key of your own file is not among them.",
        choices=tuple(
            (key[-_TAIL:], f"…{key[-_TAIL:]}, number {n + 1}") for n, key in enumerate(keys)
        ),
    )
