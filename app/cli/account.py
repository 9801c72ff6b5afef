"""``godwit account``: sign in, list, sign out."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
import webbrowser
from contextlib import suppress
from typing import Any

from app.cli.options import add_global, known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import asked_for, ready_vault
from app.cli.quick import has_screen
from app.model import Account, AccountId
from app.model.errors import NeedsCode, SignedOut, VaultError
from app.protocols.base import BrowserSignIn, Network, SignedIn
from app.services.house import House

CODE = "GODWIT_SIGN_IN_CODE"
SERVERS = ("pds", "plc")
"""Addresses of servers that may be named beside the account's own."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    add = verbs.add_parser("add", help="sign in to an account")
    add.add_argument("network", metavar="NETWORK", help="which network, see below")
    add.add_argument("address", metavar="ADDRESS", help="a server's URL, or a handle")
    secret = add.add_mutually_exclusive_group()
    for name, words in (
        ("--token-stdin", "read a ready token from stdin"),
        ("--app-password-stdin", "read an app password from stdin"),
    ):
        secret.add_argument(name, dest="stdin", action="store_true", help=words)
    add.add_argument("--pds", metavar="URL", default="", help="the server that keeps the account")
    add.add_argument("--plc", metavar="URL", default="", help="the directory of identities")
    add.epilog = f"A code that was sent by e-mail is asked for, or taken from ${CODE}."
    verbs.add_parser("list", help="my accounts and how they are doing")
    remove = verbs.add_parser("remove", help="sign out, and forget all that was cached")
    remove.add_argument("id", metavar="ID", help="see: godwit account list")
    for verb in (add, verbs.choices["list"], remove):
        add_global(verb, first=False)


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Do what the verb says."""
    if arguments.verb == "add":
        return await _add(arguments, house, out)
    if arguments.verb == "remove":
        return await _remove(known_account(arguments.id, house), house, out)
    return await _list(house, out)


# ------------------------------------------------------------------- add


async def _add(arguments: argparse.Namespace, house: House, out: Output) -> int:
    network = _network(arguments.network, house)
    options = {name: url for name in SERVERS if (url := getattr(arguments, name))}
    await ready_vault(house, out, create=True)
    if arguments.stdin:
        secret = sys.stdin.readline().strip()
        if not secret:
            raise Usage("Nothing came on stdin.", "Pipe the secret in, one line.")
        signed_in = await _with_secret(network, arguments.address, secret, options, out)
    else:
        signed_in = await _in_browser(network, arguments.address, options, out)
    account = await house.accounts.add(signed_in)
    await house.outbox.learn(account.id)
    out.result(await account_object(account, house))
    out.line(f"Signed in as @{account.handle} ({account.id}).")
    return 0


def _network(name: str, house: House) -> Network:
    registry = house.registry()
    for network in registry.networks:
        if name in (network.id, *(info.id for info in network.networks)):
            return network
    known = ", ".join(info for info in registry.infos)
    raise Usage(f"There is no network “{name}”.", f"Use one of: {known}.")


async def _with_secret(
    network: Network, address: str, secret: str, options: dict[str, str], out: Output
) -> SignedIn:
    """With a token or app password, and a code if the server wants one."""
    code = os.environ.get(CODE, "").strip()
    while True:
        try:
            return await network.sign_in_secret(address, secret, code, options)
        except NeedsCode as error:
            # stdin has carried the secret, so only a terminal can still answer.
            if code or not sys.stdin.isatty():
                error.next_step = f"Set {CODE} to the code and run this again."
                raise
            out.note(error.message)
            code = asked_for("Code: ")


async def _in_browser(
    network: Network, address: str, options: dict[str, str], out: Output
) -> SignedIn:
    """In the system's browser; where a code is shown instead, it is asked for."""
    flow = await network.sign_in_browser(address, options)
    try:
        out.progress({"open": flow.url}, f"Open this in your browser:\n\n  {flow.url}\n")
        # Without a screen this could start a text browser in our terminal.
        if has_screen() or os.environ.get("BROWSER"):
            await asyncio.to_thread(webbrowser.open, flow.url)
        return await _first_answer(flow, out)
    finally:
        await flow.close()


async def _first_answer(flow: BrowserSignIn, out: Output) -> SignedIn:
    """The browser coming back, or a pasted code: whichever is first."""
    if not (flow.code_possible and sys.stdin.isatty()):
        return await flow.finish()
    out.note("When the page shows a code instead, paste it here and press Enter.")
    back = asyncio.create_task(flow.finish())
    pasted = _line_from_stdin()
    waiting: set[asyncio.Future[Any]] = {back, pasted}
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    if back.done() or not pasted.result():
        return await back
    back.cancel()
    return await flow.use_code(pasted.result())


def _line_from_stdin() -> asyncio.Future[str]:
    """
    A line that may never come.

    In a daemon thread, so that a process whose browser has come back can end
    while nobody types; loops of some platforms cannot watch a terminal.
    """
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def settle(text: str) -> None:
        if not line.done():
            line.set_result(text)

    def read() -> None:
        text = sys.stdin.readline().strip()
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, text)

    threading.Thread(target=read, name="code", daemon=True).start()
    return line


# ------------------------------------------------------- list and remove


async def _list(house: House, out: Output) -> int:
    accounts = house.accounts.all()
    out.result([await account_object(account, house) for account in accounts])
    for account in accounts:
        state = house.accounts.state(account.id)
        shown = "" if state.kind == "ready" else f" · {state.message}"
        out.line(f"{account.id} · @{account.handle} · {account.network} · {account.server}{shown}")
        if state.next_step:
            out.line(f"  {state.next_step}")
    if not accounts:
        out.nobody()
    return 0


async def _remove(account: AccountId, house: House, out: Output) -> int:
    known = house.accounts.find(account)
    try:
        await ready_vault(house, out)
    except VaultError as error:
        # A lost passphrase must not chain anybody to an account.
        out.note(f"note: {error.message}")
    problem = await house.accounts.remove(account)
    out.result({"id": account, "removed": True, "revoked": problem is None})
    if problem is not None:
        out.note(f"note: {problem.message} {problem.next_step}")
    out.line(f"Signed out of @{known.handle}; its cache is gone.")
    return 0


async def account_object(account: Account, house: House) -> dict[str, object]:
    """An account as JSON (cli.md)."""
    return {
        "id": account.id,
        "network": account.network,
        "handle": account.handle,
        "name": account.name,
        "uri": account.uri,
        "server": account.server,
        "signed_in": await _is_signed_in(account, house),
        "state": house.accounts.state(account.id).kind,
        "capabilities": sorted(account.abilities),
    }


async def _is_signed_in(account: Account, house: House) -> bool:
    """Its server takes us as far as we know, and its secret is there."""
    if house.accounts.state(account.id).kind == "signed_out":
        return False
    vault = house.vault()
    if vault.state != "ready":
        return True  # locked is not signed out: what is inside cannot be seen
    try:
        await vault.load(account.id)
    except SignedOut:
        return False
    return True
