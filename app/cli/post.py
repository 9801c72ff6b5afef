"""``godwit post``: one draft, a lane per account, sent at once."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.cli.lanes import (
    is_well,
    lane_from_delivery,
    lane_from_plan,
    print_delivery,
    print_plan,
    trouble_of,
)
from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.compose.plan import LanePlan
from app.model import AccountId
from app.model.draft import Attachment, Draft, Lane, LaneSettings, PollDraft, Target
from app.model.errors import Refused
from app.model.post import Visibility
from app.model.sending import Limits
from app.services.composing import COMPOSING, wishes_from
from app.services.house import House
from app.services.outbox_ledger import OutboxChanged
from app.services.outbox_schedule import LOOKS
from app.services.reminders import before_sending

VISIBILITIES: tuple[Visibility, ...] = ("public", "quiet", "followers", "direct")
"""For fewer and fewer."""

_SPANS = {"m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_LANG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
"""A code of a language with its script and place: what BCP 47 calls well-formed, nearly."""

MOST_TEXT = 1_000_000
"""Characters from stdin. Nobody reads as much, and a wrong pipe gives more."""


class _Media(argparse.Action):
    """``--media`` and the ``--alt`` that follows it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Remember a file, or what the last one shows."""
        files: list[list[str]] = list(namespace.media or [])
        if option_string == "--media":
            files.append([str(values)])
        elif not files or len(files[-1]) > 1:
            raise argparse.ArgumentError(self, "say --media FILE before its --alt TEXT")
        else:
            files[-1] = [files[-1][0], str(values)]
        namespace.media = files


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument("text", metavar="TEXT", help="what to post; “-”: read it from stdin")
    parser.add_argument(
        "--to", action="append", metavar="ID", default=[],
        help="account; may be given more than once (default: the first one of each network)",
    )  # fmt: skip
    parser.add_argument(
        "--lane", action="append", metavar="ID=TEXT", default=[],
        help="another text for this account",
    )  # fmt: skip
    parser.add_argument("--media", action=_Media, metavar="FILE", help="picture, video or sound")
    parser.add_argument(
        "--alt", action=_Media, dest="media", metavar="TEXT", help="what the file before it shows"
    )
    parser.add_argument("--warn", metavar="TEXT", default="", help="content warning")
    parser.add_argument("--visibility", choices=VISIBILITIES, help="who can see it")
    parser.add_argument("--lang", metavar="L", default="", help="language, like “en”")
    parser.add_argument("--reply-to", metavar="URI", help="the post that it answers")
    parser.add_argument("--quote", metavar="URI", help="the post that it quotes")
    parser.add_argument("--poll", metavar="A|B", help="options of a poll")
    parser.add_argument("--poll-for", metavar="1d", default="1d", help="how long it is open")
    parser.add_argument("--thread", action="store_true", help="too long a text becomes a thread")
    parser.add_argument("--markdown", action="store_true", help="the text is Markdown")
    parser.add_argument("--at", metavar="TIME", help="not before, like 2026-11-27T08:00 or +2h")
    parser.add_argument("--dry-run", action="store_true", help="show the lanes, send nothing")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Plan, keep, send, and say what became of each lane."""
    texts = _lane_texts(arguments, house)
    text = _text(arguments)
    if house.accounts.all() and not house.options.offline:
        await ready_vault(house, out)
    reply_to, quote = [
        None if address is None else await house.planning.target(address)
        for address in (arguments.reply_to, arguments.quote)
    ]
    accounts = _accounts(arguments, house, texts, reply_to)
    lanes = [
        Lane(
            account=one,
            text=texts.get(one),
            settings=_settings(arguments, reply_to, await house.outbox.limits(one)),
        )
        for one in accounts
    ]
    draft = house.drafts.new(text=text, lanes=lanes, reply_to=reply_to, quote=quote)
    draft = replace(
        draft,
        warning=arguments.warn,
        lang=_lang(arguments.lang) or await house.language.of(text),
        split=arguments.thread,
        markdown=arguments.markdown,
        poll=_poll(arguments),
        send_at=_time(arguments.at, house.clock.now()) if arguments.at else None,
    )
    for file, *alt in arguments.media or []:
        attached = await _attached(Path(file), alt[0] if alt else "", house)
        draft = replace(draft, media=(*draft.media, attached))
    plans = await house.planning.plans(draft)
    _remind(draft, house, out, stop=not arguments.dry_run)
    if arguments.dry_run:
        return _show(draft, plans, house, out)
    for plan in plans:
        _must_fit(plan)
    if not arguments.to and len(house.accounts.all()) > 1:
        out.note(f"note: posting as {', '.join(accounts)}; --to chooses otherwise.")
    return await _send(draft, plans, house, out)


def _remind(draft: Draft, house: House, out: Output, *, stop: bool) -> None:
    """Say what there is to think of. Raises: Usage: the user made it compulsory."""
    wishes = wishes_from(house.store.reader.setting(COMPOSING))
    networks = {account.id: account.network for account in house.accounts.all()}
    for one in before_sending(draft, wishes, networks, house.clock.now()):
        if one.stops and stop:
            raise Usage(one.text, "Say --alt TEXT after each --media FILE.")
        out.note(f"note: {one.text}")


def _show(draft: Draft, plans: Sequence[LanePlan], house: House, out: Output) -> int:
    out.result({"draft": draft.id, "lanes": [lane_from_plan(plan) for plan in plans]})
    for plan in plans:
        print_plan(plan, house, out)
    return 0 if all(plan.can_send for plan in plans) else 2


async def _send(draft: Draft, plans: Sequence[LanePlan], house: House, out: Output) -> int:
    uploads, looks = _uploads_told(house, out), _looks_told(house, out)
    leaves = [house.outbox.subscribe(uploads), house.outbox.subscribe(looks)]
    try:
        await house.outbox.send(draft, plans, undo=0)
        lanes = await house.outbox.flush(draft.id)
    finally:
        for leave in leaves:
            leave()
    losses = {plan.account: [loss.text for loss in plan.losses] for plan in plans}
    out.result(
        {
            "draft": draft.id,
            "lanes": [
                lane_from_delivery(
                    lane, house.outbox.known_limits(lane.account), losses.get(lane.account, ())
                )
                for lane in lanes
            ],
        }
    )
    for lane in lanes:
        print_delivery(lane, house, out, losses.get(lane.account, ()))
    for lane in lanes:
        trouble_of(lane, out)
    if house.options.offline:
        out.note("note: Nothing left: it is kept in the outbox. Send it with: godwit outbox retry "
                 + draft.id)  # fmt: skip
        return 1
    return 0 if lanes and all(map(is_well, lanes)) else 1


def _uploads_told(house: House, out: Output) -> Callable[[OutboxChanged], None]:
    """Says how far each file is, by quarters."""
    said: dict[AccountId, tuple[int, int]] = {}

    def tell(change: OutboxChanged) -> None:
        account = change.account
        place = house.outbox.progress(change.draft, account) if account is not None else None
        if account is None or place is None:
            return
        number, of, done = place
        quarter = int(done * 4)
        if said.get(account) != (number, quarter):
            said[account] = number, quarter
            words = {"account": account, "file": number, "of": of, "done": quarter / 4}
            out.progress(words, f"{account}: file {number} of {of}, {quarter * 25} %")

    return tell


def _looks_told(house: House, out: Output) -> Callable[[OutboxChanged], None]:
    """Says why a command takes two minutes: no answer came, and it looks whether the post is there."""
    said: dict[AccountId, int] = {}

    def tell(change: OutboxChanged) -> None:
        for lane in house.outbox.deliveries(change.draft):
            if lane.state == "unknown" and said.get(lane.account) != lane.looks < len(LOOKS):
                said[lane.account] = lane.looks
                look = {"account": lane.account, "look": lane.looks + 1, "of": len(LOOKS)}
                words = f"no answer; look {lane.looks + 1} of {len(LOOKS)} whether it is there"
                out.progress(look, f"{lane.account}: {words}")

    return tell


def _must_fit(plan: LanePlan) -> None:
    """Raises: Usage: nothing is sent to anybody before all can have it."""
    if plan.problems:
        hint = "Shorten it, use --thread, or give it a text of its own with --lane."
        empty = not any(post.text.text for post in plan.posts)
        raise Usage(f"{plan.account}: {plan.problems[0]}", "Write something." if empty else hint)
    stops = next((loss for loss in plan.losses if loss.stops), None)
    if stops is not None:
        raise Usage(f"{plan.account}: {stops.text}", "Leave it out, or leave out this account.")


# ------------------------------------------------------------------ arguments


def _text(arguments: argparse.Namespace) -> str:
    if arguments.text != "-":
        return str(arguments.text)
    text = sys.stdin.read(MOST_TEXT + 1)
    if len(text) > MOST_TEXT:
        raise Usage("The text from stdin has no end.", "Check what is piped into godwit.")
    return text.strip("\n")


def _lane_texts(arguments: argparse.Namespace, house: House) -> dict[AccountId, str]:
    texts = {}
    for given in arguments.lane:
        name, equals, text = given.partition("=")
        if not equals:
            raise Usage(f"“{given}” is no lane.", "Write --lane ACCOUNT=TEXT.")
        texts[known_account(name, house)] = text
    return texts


def _accounts(
    arguments: argparse.Namespace,
    house: House,
    texts: dict[AccountId, str],
    reply_to: Target | None,
) -> list[AccountId]:
    """Where it goes; never to more than was meant. Raises: Usage, Refused."""
    if arguments.to:
        chosen = [known_account(name, house) for name in dict.fromkeys(arguments.to)]
        missing = next((one for one in texts if one not in chosen), None)
        if missing is not None:
            raise Usage(f"--lane names {missing}, which --to does not.", f"Add --to {missing}.")
        return chosen
    networks = {copy.network for copy in reply_to.copies[:1]} if reply_to else None
    first: dict[str, AccountId] = {}
    for account in house.accounts.all():
        out_of_use = house.accounts.state(account.id).kind == "signed_out"
        if (networks is None or account.network in networks) and not out_of_use:
            named = account.id in texts
            if account.network not in first or (named and first[account.network] not in texts):
                first[account.network] = account.id
    chosen = [one.id for one in house.accounts.all() if one.id in (*first.values(), *texts)]
    if not chosen:
        raise Refused(
            "There is no account that this could be posted with.",
            "See your accounts with: godwit account list",
        )
    return chosen


def _settings(
    arguments: argparse.Namespace, reply_to: Target | None, limits: Limits
) -> LaneSettings:
    """Unless it is asked for: no more public than usual there, or than what it answers."""
    if arguments.visibility:
        return LaneSettings(visibility=arguments.visibility)
    usual = [limits.visibilities[0], *([reply_to.visibility] if reply_to else [])]
    return LaneSettings(visibility=max(usual, key=VISIBILITIES.index))


def _lang(given: str) -> str:
    """As BCP 47 writes it. Raises: Usage: it is no language's code."""
    found = _LANG.fullmatch(given.strip())
    if given and found is None:
        raise Usage(f"“{given}” is no code of a language.", "Write one like en, de or pt-BR.")
    if not given or found is None:
        return ""
    first, *rest = given.strip().split("-")
    cased = [one.upper() if len(one) == 2 else one.title() if len(one) == 4 else one.lower()
             for one in rest]  # fmt: skip
    return "-".join((first.lower(), *cased))


def _poll(arguments: argparse.Namespace) -> PollDraft | None:
    if arguments.poll is None:
        return None
    options = tuple(option.strip() for option in arguments.poll.split("|"))
    if len(options) < 2 or not all(options):
        raise Usage("A poll needs two options or more.", 'Write --poll "Yes|No".')
    return PollDraft(options=options, seconds=_seconds(arguments.poll_for))


def _seconds(span: str) -> int:
    found = re.fullmatch(r"(\d{1,6})([mhdw])", span.strip())
    if found is None or int(found[1]) == 0:
        raise Usage(f"“{span}” is no length of time.", "Write 30m, 12h, 1d or 1w.")
    return int(found[1]) * _SPANS[found[2]]


def _time(given: str, now: datetime) -> datetime:
    """RFC 3339, local where no zone is named; or +2h from now."""
    try:
        if given.startswith("+"):
            at = now + timedelta(seconds=_seconds(given[1:]))
        else:
            at = datetime.fromisoformat(given).astimezone(now.tzinfo)
    except (ValueError, OverflowError):  # also: beyond what calendars know
        raise Usage(f"“{given}” is no time.", "Write 2026-11-27T08:00 or +2h.") from None
    if at <= now:
        raise Usage(f"“{given}” is over.", "Choose a time to come, or leave out --at.")
    return at


async def _attached(file: Path, alt: str, house: House) -> Attachment:
    """Raises: Usage: there is no such file, or it is none that can be sent."""
    try:
        return await house.drafts.attach(file, alt)
    except Refused as error:
        raise Usage(error.message, error.next_step) from None
