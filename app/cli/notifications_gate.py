"""``godwit notifications --gate``: who gets through to each account, and who was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.cli.output import Output
from app.model import AccountId
from app.model.errors import ServiceError, Unsupported
from app.model.notification import Gate, SetAside
from app.services.house import House
from app.services.states import error_object


async def run_gate(chosen: Sequence[AccountId], house: House, out: Output) -> int:
    """Print what each server says. 1: one of them could not be asked."""
    documents: list[dict[str, Any]] = []
    status = 0
    for account in chosen or [one.id for one in house.accounts.all()]:
        try:
            gate = await house.notifications.gate(account)
            waiting = await house.notifications.set_aside(account)
        except ServiceError as error:
            documents.append({"account": account, "error": error_object(error)})
            if isinstance(error, Unsupported):
                out.line(f"{account}: {error.message}")
            else:
                out.trouble(account, error)
                status = 1
            continue
        documents.append({"account": account, **_document(gate, waiting), "error": None})
        _print(account, gate, waiting, out)
    out.result({"accounts": documents})
    return status


def _document(gate: Gate, waiting: Sequence[SetAside]) -> dict[str, Any]:
    return {
        "rules": [
            {
                "key": rule.key,
                "name": rule.name,
                "choice": rule.choice,
                "choices": [key for key, _ in rule.choices],
            }
            for rule in gate.rules
        ],
        "set_aside": [
            {"id": one.id, "uri": one.who.uri, "handle": one.who.handle, "count": one.many}
            for one in waiting
        ],
    }


def _print(account: AccountId, gate: Gate, waiting: Sequence[SetAside], out: Output) -> None:
    out.line(f"{account}:")
    for rule in gate.rules:
        about = f" ({rule.about})" if rule.about else ""
        out.line(f"  {rule.name}{about}: {dict(rule.choices).get(rule.choice, rule.choice)}")
    for one in waiting:
        out.line(f"  set aside: @{one.who.handle}, {one.many}  {one.text}".rstrip())
