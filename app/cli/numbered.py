"""
The numbers in front of conversations: each stays with the one that it was shown for.

A list moves with every message that arrives. Read, answered and left is what
somebody has seen behind a number, never what has come to stand there since.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.output import Usage
from app.model import AccountId
from app.services.house import House
from app.services.messages_values import TalkRow

LISTED = "messages.listed"
_LONGEST = 5  # digits; ids of servers that are numbers are longer


def is_number(name: str) -> bool:
    """It is a place in a list, not an id."""
    return name.isdecimal() and len(name) <= _LONGEST


async def remember(rows: Sequence[TalkRow], house: House) -> None:
    """These were listed, the first as number 1."""
    listed = [[row.account, row.conversation.id] for row in rows]
    await house.store.keep(lambda keeper: keeper.set_setting(LISTED, listed))


async def by_number(
    name: str, rows: Sequence[TalkRow], account: AccountId | None, house: House
) -> TalkRow | None:
    """
    What stood at that number when it was last listed; before that, what stands there now.

    Raises:
        Usage: *account* is given, and it is a conversation of another one.
    """
    listed = await house.store.load(lambda reader: reader.setting(LISTED, []))
    places = [tuple(one) for one in listed] or [(row.account, row.conversation.id) for row in rows]
    if not 1 <= int(name) <= len(places):
        return None
    place = places[int(name) - 1]
    if account is not None and place[0] != account:
        raise Usage(
            f"Conversation {name} is one of {place[0]}.",
            f"Leave out --as, or list those of {account}: godwit message list --account {account}",
        )
    return next((row for row in rows if (row.account, row.conversation.id) == place), None)
