"""``godwit notifications --accept WHO``: who asks to follow one of my accounts gets an answer."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli.output import Output, Usage
from app.feed.notices import NoticeFilter
from app.model import AccountId, Profile
from app.services.house import House


async def answer(
    who: str, accept: bool, chosen: Sequence[AccountId], house: House, out: Output
) -> int:
    """
    Let *who* follow the account that they have asked, or not.

    Raises:
        Usage: Nobody of that name has asked, or has asked several of my accounts.
        ServiceError: It was refused.
    """
    asked = await _asked(who, chosen, house)
    if not asked:
        raise Usage(
            f"{who} has not asked to follow you.", "godwit notifications --kind follow_request"
        )
    if len(asked) > 1:
        accounts = ", ".join(asked)
        raise Usage(
            f"{who} has asked several of your accounts: {accounts}.", "Choose: --account ID"
        )
    [(account, profile)] = asked.items()
    await house.notifications.answer_request(account, profile.uri, accept=accept)
    out.result({"account": account, "uri": profile.uri, "accepted": accept})
    may = "may" if accept else "may not"
    out.line(f"@{profile.handle} {may} follow {account}.")
    return 0


async def _asked(who: str, chosen: Sequence[AccountId], house: House) -> dict[AccountId, Profile]:
    """Which accounts of mine somebody of that name has asked."""
    name = who.strip().removeprefix("@").casefold()
    wanted = NoticeFilter(kinds=frozenset({"follow_request"}), accounts=frozenset(chosen))
    found = await house.notifications.list(wanted)
    rows = await house.notifications.rows(found.groups)
    return {
        row.account: actor
        for row in rows.values()
        for actor in row.actors
        if name in (actor.handle.casefold(), actor.uri.casefold(), actor.url.casefold())
    }
