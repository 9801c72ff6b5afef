"""What the commands about moderation share: asking the servers first, values as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from app.cli.items import moment
from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.model import AccountId
from app.model.errors import ServiceError
from app.model.moderation import Filter, MutedWord
from app.services.house import House
from app.services.moderation_values import WordState

_UNITS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


async def asked(house: House, out: Output, accounts: Iterable[AccountId] | None = None) -> int:
    """
    Ask the servers what is settled there. 1 if one could not be asked: what is kept counts.
    """
    if house.options.offline:
        return 0
    await ready_vault(house, out)
    status = 0
    for account in accounts if accounts is not None else [a.id for a in house.accounts.all()]:
        try:
            await house.moderation.refresh(account, force=True)
        except ServiceError as error:
            out.trouble(account, error)
            status = 1
    return status


def chosen(name: str | None, house: House, capability: type[object], what: str) -> AccountId:
    """The account that is meant: the named one, else the only one that can. Raises: Usage."""
    if name:
        return known_account(name, house)
    able = [
        account.id
        for account in house.accounts.all()
        if isinstance(house.accounts.service(account.id), capability)
    ]
    if not able:
        raise Usage(f"None of your accounts {what}.", "godwit account list")
    if len(able) > 1:
        raise Usage(f"Several of your accounts could: {', '.join(able)}.", "Choose with --as ID.")
    return able[0]


def span(text: str | None) -> timedelta | None:
    """``30m``, ``12h``, ``7d``, ``2w``. Raises: Usage."""
    if not text:
        return None
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isdecimal() or not 0 < int(number) < 100_000:
        raise Usage(f"“{text}” is no span of time.", "Like 30m, 12h, 7d or 2w.")
    return timedelta(seconds=int(number) * _UNITS[unit])


def word_object(word: MutedWord) -> dict[str, Any]:
    """A muted word as JSON."""
    return {
        "value": word.value,
        "targets": list(word.targets),
        "spare_followed": word.spare_followed,
        "expires_at": word.expires_at or None,
    }


def state_object(state: WordState) -> dict[str, Any]:
    """A muted word and where it is kept, as JSON."""
    return word_object(state.word) | {"accounts": list(state.accounts), "here": state.here}


def filter_object(filter: Filter, account: AccountId) -> dict[str, Any]:
    """A filter as JSON."""
    return {
        "id": filter.id,
        "account": account,
        "title": filter.title,
        "contexts": sorted(filter.contexts),
        "action": filter.action,
        "words": [{"text": one.text, "whole": one.whole} for one in filter.words],
        "expires_at": moment(filter.expires_at) if filter.expires_at else None,
    }
