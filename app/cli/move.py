"""``godwit move``: plan, run, take back; exit status 3 where only the user can bring it on."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from app.cli.items import moment
from app.cli.move_values import (
    event_object,
    listed_object,
    need_object,
    place_words,
    plan_object,
    print_need,
    print_plan,
    print_status,
    progress_words,
    status_object,
    variable,
)
from app.cli.options import add_global, known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import asked_for, ready_vault
from app.model import Account, AccountId
from app.portability.answers import is_secret
from app.portability.belongings import Belongings
from app.portability.moves import Moves
from app.portability.patience import Patience
from app.portability.plan import JournalLine, MoveStatus, Need, Plan, Progress
from app.portability.step import Listener
from app.services.house import House

STEADY = Patience(tries=5, wait=timedelta(minutes=15), watch=False)
"""A script is not kept waiting for hours: it is told when to come back."""

EVERY = {True: 1.0, False: 5.0}
"""Seconds between two lines of progress: as JSON, for people."""


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its verbs and their options."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    plan = verbs.add_parser("plan", help="what will be moved, what cannot be; changes nothing")
    plan.add_argument("--from", dest="source", required=True, metavar="ID",
                      help="account (or, where it is gone: handle, identifier, archive folder)")  # fmt: skip
    plan.add_argument("--to", required=True, metavar="URL", help="the new server")
    plan.add_argument("--handle", default="", metavar="H", help="the name to have there")
    plan.add_argument("--email", default="", metavar="E", help="for the new account")
    plan.add_argument("--invite", default="", metavar="CODE", help="where the new server asks")
    plan.add_argument("--dir", default="", metavar="DIR", help="where the archive is, or will be")
    run = verbs.add_parser("run", help="begin it, or go on where it was")
    run.add_argument("--until", default="", metavar="STEP", help="stop after this step")
    undo = verbs.add_parser("undo", help="take it back, the last step first")
    rehearse = verbs.add_parser("rehearse", help="export, verify and report; changes nothing")
    status = verbs.add_parser("status", help="where it stands; asks no server")
    report = verbs.add_parser("report", help="write the report as it stands now")
    forget = verbs.add_parser("forget", help="let go of one that is over or given up")
    forget.add_argument("--yes", action="store_true", help="also where it can be taken back")
    for acting in (run, undo, rehearse, status, report, forget):
        acting.add_argument("plan", metavar="PLAN", help="its id, its beginning, or: last")
    for acting in (plan, run, undo, rehearse):
        acting.add_argument("--answer", action="append", default=[], metavar="KEY=VALUE",
                            help="secrets better by GODWIT_ANSWER_<KEY>")  # fmt: skip
    for acting in (run, undo, rehearse):
        acting.add_argument("--wait", action="store_true",
                            help="however long a server asks to wait; watch pages")  # fmt: skip
    verbs.add_parser("list", help="all moves of this profile")
    for parser_of_verb in verbs.choices.values():
        add_global(parser_of_verb, first=False)


async def run_owning(
    arguments: argparse.Namespace, house: House, own: Belongings, out: Output
) -> int:
    """Do what the verb says."""
    moves = own.moves
    match arguments.verb:
        case "plan":
            return await _plan(arguments, house, moves, out)
        case "list":
            return _list(moves, out)
        case "status":
            status = _asking_all(moves, moves.status(arguments.plan))
            out.result(status_object(status))
            print_status(status, out)
            _tell_error(status, out)
            return 0
        case "report":
            page = moves.report(arguments.plan)
            out.result({"html": str(page), "text": str(page.with_suffix(".txt"))})
            out.line(str(page))
            return 0
        case "forget":
            reports = await moves.forget(arguments.plan, sure=arguments.yes)
            out.result({"forgotten": arguments.plan, "reports": [str(one) for one in reports]})
            out.line("Forgotten. Its report: " + (", ".join(map(str, reports)) or "there was none"))
            return 0
        case _:
            return await _act(arguments, house, moves, out)


async def _plan(arguments: argparse.Namespace, house: House, moves: Moves, out: Output) -> int:
    source = _source(arguments.source, house)
    await _open_vault(house, out)
    options = {key: getattr(arguments, key) for key in ("handle", "email", "invite")}
    if arguments.dir:
        options["dir"] = str(Path(arguments.dir).expanduser().absolute())
    answers = _answers(arguments.answer)
    plan = await moves.plan(source, arguments.to, options, answers)
    out.result(plan_object(plan))
    print_plan(plan, out)
    return 0


def _source(name: str, house: House) -> Account | str:
    """The account of that id, or what was typed. Raises: Usage: it can be neither."""
    if AccountId(name) not in house.accounts and (folder := Path(name).expanduser()).is_dir():
        return str(folder.absolute())
    if AccountId(name) in house.accounts or not any(c in name for c in "./:"):
        return house.accounts.find(known_account(name, house))
    return name


async def _open_vault(house: House, out: Output) -> None:
    if house.accounts.all() and not house.options.offline:
        await ready_vault(house, out)


def _list(moves: Moves, out: Output) -> int:
    found = moves.all()
    out.result({"moves": [listed_object(one) for one in found]})
    for one in found:
        ends = ""
        if one.plan is not None:
            ends = f"  {place_words(one.plan.source)} → {place_words(one.plan.target)}"
        out.line(f"{one.id}{ends}  {one.status.state}: {one.status.error or one.status.next}")
    if not found:
        out.line("No moves. Plan one: godwit move plan --from ID --to URL")
    return 0


# ------------------------------------------------------------------- acting


async def _act(arguments: argparse.Namespace, house: House, moves: Moves, out: Output) -> int:
    plan = moves.find(arguments.plan)
    await _open_vault(house, out)
    patience = _patience(arguments)
    listener = _listener(plan, out)

    async def go(answers: Mapping[str, str]) -> MoveStatus:
        if arguments.verb == "run":
            return await moves.run(
                plan.id, answers, until=arguments.until, listener=listener, patience=patience
            )
        act = moves.undo if arguments.verb == "undo" else moves.rehearse
        return await act(plan.id, answers, listener=listener, patience=patience)

    status = await _answered(go, plan, _answers(arguments.answer), out)
    status = _asking_all(moves, status)
    out.result(status_object(status))
    print_status(status, out)
    _tell_error(status, out)
    for need in status.needs:
        print_need(need, out)
    if status.state == "failed":
        return 1
    if status.state == "waiting" and not _as_asked(status, arguments):
        return 3 if status.needs else 1
    return 0


def _asking_all(moves: Moves, status: MoveStatus) -> MoveStatus:
    """This process ends, and forgets what it was told: the next must be told all at once."""
    if status.state != "waiting" or not status.needs or status.worker:
        return status
    return replace(status, needs=moves.asked_anew(status.plan))


def _patience(arguments: argparse.Namespace) -> Patience:
    """Somebody at a terminal sees what it waits for; a script wants to know and to go on."""
    if arguments.wait:
        return Patience(tries=STEADY.tries)
    return replace(STEADY, watch=sys.stdin.isatty())


def _as_asked(status: MoveStatus, arguments: argparse.Namespace) -> bool:
    """It waits because ``--until`` said so."""
    until = getattr(arguments, "until", "")
    done = {view.id for view in status.steps if view.state in ("done", "skipped")}
    return until in done


async def _answered(
    go: Callable[[Mapping[str, str]], Awaitable[MoveStatus]],
    plan: Plan,
    answers: Mapping[str, str],
    out: Output,
) -> MoveStatus:
    """Run, and answer what is asked from the environment and at a terminal, until nobody can."""
    used = {need.key for need in plan.needs if variable(need.key) in os.environ}
    given = {key: os.environ[variable(key)] for key in used} | dict(answers)
    used |= given.keys()
    while True:
        status = await go(given)
        if status.state != "waiting" or not status.needs:
            return status
        given = {}
        for need in status.needs:
            if need.key not in used and variable(need.key) in os.environ:
                # Only once: asked for again it was wrong.
                used.add(need.key)
                given[need.key] = os.environ[variable(need.key)]
            elif need.kind != "page" and sys.stdin.isatty():
                given[need.key] = _typed(need, status, out)
        if not given:
            return status


def _typed(need: Need, status: MoveStatus, out: Output) -> str:
    """What the user answers at the terminal."""
    if status.error:
        out.note(status.error)
    if need.help:
        out.note(need.help)
    for value, label in need.choices:
        out.note(f"  {value}: {label}")
    if need.kind == "confirm":
        out.note("Answer “yes”, or stop with Ctrl-C.")
    return asked_for(f"{need.prompt} ", seen=not is_secret(need))


def _answers(given: list[str]) -> dict[str, str]:
    """Raises: Usage."""
    answers = {}
    for one in given:
        key, equals, value = one.partition("=")
        if not equals or not key:
            raise Usage(f"“{key}” is no answer.", "Write --answer KEY=VALUE.")
        answers[key] = value
    return answers


def _tell_error(status: MoveStatus, out: Output) -> None:
    if status.error:
        out.note(f"error: {status.error}")
        out.note(f"try: {status.next_step or status.next}")


def _listener(plan: Plan, out: Output) -> Listener:
    """Prints what happens, on stderr."""
    titles = {view.id: view.title for view in plan.steps}
    last: tuple[float, Progress | None] = (float("-inf"), None)
    asked: set[str] = set()

    def hear(step: str, what: Progress | JournalLine | MoveStatus) -> None:
        nonlocal last
        match what:
            case JournalLine():
                out.progress(event_object(step, what), what.text)
            case Progress():
                at, before = last
                over = what.done >= what.total > 0 and (before is None or before.done != what.done)
                if over or time.monotonic() - at >= EVERY[out.json]:
                    last = time.monotonic(), what
                    words = progress_words(titles.get(step, step), what)
                    out.progress(event_object(step, what), words)
            case MoveStatus() if what.state == "waiting" and what.resumes_at is not None:
                fresh = {need.key for need in what.needs} - asked
                if not what.needs:
                    event = {
                        "step": step,
                        "state": "waiting",
                        "resumes_at": moment(what.resumes_at),
                    }
                    out.progress(event, what.next)
                asked.update(fresh)
                for need in what.needs:
                    if need.key in fresh:
                        _tell_watched(step, need, out)

    return hear


def _tell_watched(step: str, need: Need, out: Output) -> None:
    """The user does something elsewhere, and we look until it is done."""
    if out.json:
        out.progress({"step": step, "state": "waiting", "needs": [need_object(need)]}, "")
    else:
        print_need(need, out, watched=True)
