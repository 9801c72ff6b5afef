"""``godwit doctor``: is everything as it should be?"""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.services.house import House
from app.services.storage_words import bytes_text


def add_to(parser: argparse.ArgumentParser) -> None:
    """It has no options of its own."""


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Print the findings."""
    ask = not house.options.offline
    if ask and house.accounts.all():
        await ready_vault(house, out)
    found = await house.doctor.examine(ask_servers=ask)
    out.result(found)
    if not out.json:
        _print(found, out)
    return 1 if any(account["error"] for account in found["accounts"]) else 0


def _print(found: dict[str, Any], out: Output) -> None:
    profile, vault = found["profile"], found["vault"]
    out.line(f"Godwit {found['godwit']} · Python {found['python']} · {found['system']}")
    out.line("  " + " · ".join(f"{n} {v or 'missing'}" for n, v in found["libraries"].items()))
    private = "" if profile["private"] else "  (others may read it!)"
    out.line(f"Profile  {profile['folder']}{private}")
    posts, pictures = (
        f"{bytes_text(profile[f'{what}_bytes'])} of {bytes_text(profile[f'{what}_budget'])}"
        if profile[f"{what}_budget"]
        else bytes_text(profile[f"{what}_bytes"])
        for what in ("post", "picture")
    )
    out.line(f"  {profile['posts']} posts in {posts}, pictures {pictures}, {profile['gaps']} gaps")
    out.line(
        f"  kept for good {bytes_text(profile['kept_bytes'])}, files of drafts "
        f"{bytes_text(profile['draft_bytes'])}, {bytes_text(profile['free_bytes'])} free"
    )
    if profile["recovered"]:
        out.line(f"  {profile['recovered']}")
    out.line(f"Vault    {vault['kind'] or 'none'} ({vault['state']})")
    out.line("Accounts" if found["accounts"] else "Accounts none")
    for account in found["accounts"]:
        error = account["error"]
        how = error["message"] if error else "answers" if account["reachable"] else "not asked"
        out.line(f"  {account['id']} · {account['server']} · {how}")
        if error:
            out.line(f"    {error['try']}")
        out.line(f"    can: {', '.join(account['abilities']) or 'not asked yet'}")
    out.line("Hosts spoken to" if found["hosts"] else "Hosts spoken to: none")
    for use in found["hosts"]:
        last = f"{datetime.fromisoformat(use['last']).astimezone():%Y-%m-%d %H:%M}"
        out.line(f"  {use['host']} · {use['why']} · {use['count']} ×, last {last}")
