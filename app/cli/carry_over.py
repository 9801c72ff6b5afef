"""``godwit carry-over``: the people I follow here, found on the other network."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.cli.porting import patient, print_some, refuse_offline, why_stopped
from app.model import AccountId
from app.portability.belongings import Belongings
from app.portability.carry_over_applying import Applied, Outcome
from app.portability.carry_over_values import Document, Row, document_of
from app.portability.plan import Progress
from app.services.house import House

SHOWN = 30
"""People who cannot be reached that are printed for people; JSON has all."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "--from", dest="source", metavar="ID", required=True, help="whose follows (account list)"
    )
    parser.add_argument(
        "--to", dest="target", metavar="ID", required=True, help="your account on the other network"
    )
    parser.add_argument(
        "--ask-bridges",
        action="store_true",
        help="also ask bridges, which thereby learn whom you follow",
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="write what was found there, to look it through"
    )
    parser.add_argument(
        "--apply", type=Path, metavar="FILE", help="follow those whom the file confirms"
    )
    parser.add_argument(
        "--wait", action="store_true", help="when a server's limit is reached, go on later"
    )


async def run_owning(
    arguments: argparse.Namespace, house: House, own: Belongings, out: Output
) -> int:
    """Look, and say what was found; or follow whom the file confirms."""
    source = known_account(arguments.source, house)
    target = known_account(arguments.target, house)
    if arguments.apply and (arguments.out or arguments.ask_bridges):
        raise Usage("Finding and following are two commands.", "godwit carry-over --help")
    document = None
    if arguments.apply:
        document = await own.carry_over.read(arguments.apply, source, target)
    elif arguments.out and arguments.out.exists():
        raise Usage(f"{arguments.out} is there already.", "Choose another name.")
    refuse_offline(house)
    await ready_vault(house, out)
    if document is None:
        return await _find(arguments, source, target, house, own, out)
    pause = patient(house, out, arguments.wait)
    done = await own.carry_over.apply(document, _teller(out, "followed"), pause=pause)
    return _told(document, done, house, out)


async def _find(
    arguments: argparse.Namespace,
    source: AccountId,
    target: AccountId,
    house: House,
    own: Belongings,
    out: Output,
) -> int:
    findings = await own.carry_over.find(
        source,
        target,
        _teller(out, "looked for"),
        ask_bridges=arguments.ask_bridges,
        pause=patient(house, out, arguments.wait),
    )
    if arguments.out:
        document = await own.carry_over.write(findings, arguments.out)
    else:
        document = document_of(findings)
    out.result(document_object(document))
    _print(document, out)
    ends = f"--from {source} --to {target}"
    if not arguments.ask_bridges:
        out.line("Bridges were not asked: that would tell them whom you follow (--ask-bridges).")
    if arguments.out:
        out.line(f"Nobody was followed. Look through {arguments.out}: “follow” decides. Then:")
        out.line(f"  godwit carry-over {ends} --apply {arguments.out}")
    else:
        out.line("Nobody was followed. To look it through and confirm, add: --out FILE")
    return 0


def _teller(out: Output, what: str) -> Any:
    def tell(progress: Progress) -> None:
        if progress.resumes_at is None and progress.done % 25 == 0 and progress.total:
            out.progress(
                {"done": progress.done, "total": progress.total, "unit": progress.unit},
                f"{progress.done} of {progress.total} people {what} …",
            )

    return tell


# ------------------------------------------------------------------ saying


def document_object(document: Document) -> dict[str, Any]:
    """The file as JSON; also what the file holds."""
    value: dict[str, Any] = msgspec.to_builtins(document)
    return value


def _print(document: Document, out: Output) -> None:
    for row in document.matches:
        mark = "✓" if row.already else "+" if row.follow else "?"
        sure = f"{row.confidence:.0%}"
        out.line(f"{mark} @{row.source.handle} → @{row.target.handle}  {sure}")
        for why in row.evidence:
            out.line(f"    {why.text}")
    marks = [
        (sum(row.already for row in document.matches), "✓ followed there already"),
        (sum(row.follow for row in document.matches), "+ sure"),
        (
            sum(not row.follow and not row.already for row in document.matches),
            "? look before you follow",
        ),
        (len(document.unmatched), "cannot be reached there, as far as was found"),
    ]
    out.line(" · ".join(f"{count} {words}" for count, words in marks))
    print_some([f"not found: @{who.handle}" for who in document.unmatched], SHOWN, out)


def _told(document: Document, done: Applied, house: House, out: Output) -> int:
    stopped = done.stopped
    value = {
        "from": document.source,
        "to": document.target,
        "matches": msgspec.to_builtins(document.matches),
        "unmatched": msgspec.to_builtins(document.unmatched),
        "applied": [outcome_object(one) for one in done.outcomes],
        **{state: _count(done.outcomes, state) for state in _STATES},
        "left": done.left,
        **why_stopped(stopped),
    }
    out.result(value)
    for one in done.outcomes:
        if one.state == "failed":
            out.line(f"@{one.row.target.handle}: {one.why}")
    counts = [f"{_count(done.outcomes, state)} {words}" for state, words in _STATES.items()]
    out.line(", ".join(counts) + (f", {done.left} still to do" if done.left else ""))
    if stopped is not None:
        out.trouble(document.target, stopped)
    return 0 if stopped is None and not _count(done.outcomes, "failed") else 1


_STATES = {
    "done": "followed",
    "requested": "asked: they must agree",
    "already": "followed before",
    "failed": "failed",
}


def _count(outcomes: Sequence[Outcome], state: str) -> int:
    return sum(one.state == state for one in outcomes)


def outcome_object(one: Outcome) -> dict[str, Any]:
    """What became of one match, as JSON."""
    row: Row = one.row
    return {"to": msgspec.to_builtins(row.target), "state": one.state, "why": one.why}
