"""
How addresses are kept: turned round, the part that rises with time first.

Both networks end a post's address in a number that rises with time (a snowflake,
a TID), so the addresses of one page lie side by side in the index, and so do a
post's own address and its page on the web. As they are, each would lie elsewhere:
two random pages written per post were half of the cost of saving in a large cache.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_DIGIT = re.compile("[0-9]")


def turned(address: str) -> str:
    """
    What *address* is kept under; no two addresses share it.

    The part in which the last digit is, and what follows it; a line break; what
    stands before. An address with a line break in it is kept as it is, after another.
    """
    if "\n" in address:
        return f"\n{address}"
    found = _DIGIT.search(address[::-1])
    cut = address.rfind("/", 0, len(address) - found.start()) + 1 if found else 0
    return f"{address[cut:]}\n{address[:cut]}"


def all_turned(addresses: Iterable[str]) -> list[str]:
    """Each of *addresses* as it is kept."""
    return [turned(address) for address in addresses]


def straight(kept: str) -> str:
    """The address that is kept so."""
    tail, _, head = kept.partition("\n")
    return head + tail


def turned_in_sql(column: str) -> str:
    """``turned`` as an expression, for the migration of what was kept as it is."""
    letters = column
    for digit in "0123456789":
        letters = f"replace({letters}, '{digit}', '')"
    # rtrim takes away what is at the end and in its second argument.
    to_digit = f"rtrim({column}, {letters})"
    head = f"rtrim({to_digit}, replace({to_digit}, '/', ''))"
    return (
        f"CASE WHEN instr({column}, char(10)) THEN char(10) || {column}"
        f" ELSE substr({column}, length({head}) + 1) || char(10) || {head} END"
    )
