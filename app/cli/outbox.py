"""``godwit outbox``: what has not arrived yet; ``retry`` and ``cancel`` decide about it."""

from __future__ import annotations

import argparse

from app.cli.items import moment
from app.cli.lanes import is_well, lane_from_delivery, print_delivery, trouble_of
from app.cli.options import known_account
from app.cli.output import Output, Usage
from app.cli.passphrase import ready_vault
from app.model.acts import Wish
from app.model.draft import DraftId
from app.model.errors import Refused
from app.model.sending import Delivery
from app.services.house import House

ACTS = ("retry", "cancel", "seen")


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "act", nargs="?", choices=ACTS,
        help="retry: send what failed or waits · cancel: take back what has not left · "
        "seen: you see it there",
    )  # fmt: skip
    parser.add_argument("draft", nargs="?", metavar="ID", help="of a draft in the outbox")
    parser.add_argument("--account", metavar="ID", help="only this lane")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """Print the outbox, or do something about one draft in it."""
    if (arguments.act is None) != (arguments.draft is None):
        raise Usage("Which draft?", "godwit outbox lists them with their ids.")
    if not house.options.offline and any(not one.is_over for one in house.outbox.deliveries()):
        await ready_vault(house, out)
    if arguments.act is None:
        # Looking is no sending: what is not known may be known now.
        await house.outbox.resolve()
        _print(house.outbox.deliveries(), house, out, await house.reactions.waiting())
        return 0
    lanes = _lanes(arguments, house)
    draft = lanes[0].draft
    if arguments.act == "retry":
        return await _retry(lanes, house, out)
    for lane in lanes:
        if arguments.act == "cancel":
            await house.outbox.cancel(draft, lane.account)
        elif lane.state == "unknown":
            await house.outbox.seen(draft, lane.account)
    after = house.outbox.deliveries(draft)
    _print(after, house, out)
    wanted = "cancelled" if arguments.act == "cancel" else "delivered"
    chosen = {lane.account for lane in lanes}
    return 0 if any(one.state == wanted for one in after if one.account in chosen) else 1


async def _retry(lanes: tuple[Delivery, ...], house: House, out: Output) -> int:
    problem: Refused | None = None
    if all(lane.state == "cancelled" for lane in lanes):
        raise Refused("It was taken back.", "Post it anew: godwit post …")
    for lane in lanes:
        # One that waits for its time goes out early only where just that is asked for.
        waits = lane.state == "queued" and lane.send_at is not None and len(lanes) > 1
        if waits or lane.state not in ("failed", "queued", "unknown"):
            continue
        try:
            await house.outbox.retry(lane.draft, lane.account)
        except Refused as error:
            problem = error
    after = await house.outbox.flush(lanes[0].draft)
    if problem is not None and len(lanes) == 1:
        raise problem
    _print(after, house, out)
    return 0 if all(map(is_well, after)) and not house.options.offline else 1


def _lanes(arguments: argparse.Namespace, house: House) -> tuple[Delivery, ...]:
    """Raises: Usage: there is no such draft or lane."""
    lanes = house.outbox.deliveries(DraftId(arguments.draft))
    if arguments.account is not None:
        account = known_account(arguments.account, house)
        lanes = tuple(lane for lane in lanes if lane.account == account)
    if not lanes:
        raise Usage(
            f"There is nothing of “{arguments.draft}” in the outbox.",
            "godwit outbox lists what there is.",
        )
    return lanes


def _print(
    deliveries: tuple[Delivery, ...],
    house: House,
    out: Output,
    reactions: tuple[Wish, ...] = (),
) -> None:
    drafts: dict[DraftId, list[Delivery]] = {}
    for one in sorted(deliveries, key=lambda one: one.queued_at):
        drafts.setdefault(one.draft, []).append(one)
    out.result(
        {
            "drafts": [
                {
                    "draft": draft,
                    "lanes": [
                        lane_from_delivery(lane, house.outbox.known_limits(lane.account))
                        for lane in lanes
                    ],
                }
                for draft, lanes in drafts.items()
            ],
            "reactions": [_wish_object(one) for one in reactions],
        }
    )
    for draft, lanes in drafts.items():
        words = " ".join(lanes[0].parts[0].post.text.text.split())
        out.line(f"{draft}  {words[:60]}")
        for lane in lanes:
            print_delivery(lane, house, out)
    for lanes in drafts.values():
        for lane in lanes:
            trouble_of(lane, out)
    for wish in reactions:
        kind = wish.kind.replace("_", "-")
        wanted = kind if wish.on else f"no {kind}"
        out.line(f"{wanted}  {wish.target}  as {wish.account}: waits for its server")
    if not drafts and not reactions:
        out.line("The outbox is empty.")


def _wish_object(one: Wish) -> dict[str, object]:
    return {
        "account": one.account,
        "kind": one.kind,
        "on": one.on,
        "uri": one.target,
        "at": moment(one.at),
    }
