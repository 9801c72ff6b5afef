"""``godwit trends``: what is talked about at your servers."""

from __future__ import annotations

import argparse
from typing import Any

from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.model.about import Trend
from app.services.house import House
from app.services.states import error_object


def add_to(parser: argparse.ArgumentParser) -> None:
    """It has no options of its own."""


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Tags, topics and pages, by server."""
    if house.accounts.all():
        await ready_vault(house, out)
    found = await house.trends.all()
    failed = [one for one in found if one.trouble is not None]
    out.result(
        {
            "servers": [
                {
                    "account": one.account,
                    "trends": [_object(trend) for trend in one.trends],
                    "posts": one.posts,
                    "error": error_object(one.trouble) if one.trouble is not None else None,
                }
                for one in found
            ]
        }
    )
    for one in found:
        if one.trends:
            out.line(house.accounts.find(one.account).host)
        for trend in one.trends:
            name = f"#{trend.name}" if trend.kind == "tag" else trend.name
            people = "1 person" if trend.talk == 1 else f"{trend.talk} people"
            talk = f"  {people}" if trend.talk else ""
            out.line(f"    {name}{talk}")
            if trend.kind != "tag" and trend.url:
                out.line(f"        {trend.url}")
    if not house.accounts.all():
        out.nobody()
    elif not any(one.trends for one in found):
        out.line("None of your servers tells what is talked about.")
    for one in failed:
        assert one.trouble is not None
        out.trouble(one.account, one.trouble)
    return 1 if failed and len(failed) == len(found) else 0


def _object(trend: Trend) -> dict[str, Any]:
    return {
        "kind": trend.kind,
        "name": trend.name,
        "about": trend.about or None,
        "url": trend.url or None,
        "people": trend.talk or None,
    }
