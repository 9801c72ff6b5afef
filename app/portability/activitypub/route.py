"""The way to move between two servers of the fediverse. See ``Route``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from app.model import Account
from app.model.errors import BadInput, NotFound
from app.portability.activitypub.ends import PROTOCOL, Ends, Wires, resident
from app.portability.activitypub.plan_reading import (
    Reading,
    goes_of,
    read_both,
    seconds_of,
    warnings_of,
)
from app.portability.activitypub.steps_after import ForgetOld, Recheck, WatchFollowers
from app.portability.activitypub.steps_carry import BringProfile, BringRows, Harvest
from app.portability.activitypub.steps_follows import BringFollows
from app.portability.activitypub.steps_lists import BringLists
from app.portability.activitypub.steps_move import Move, SetAlias, go_need, password_need
from app.portability.activitypub.steps_posts import PutBack, SavePosts, posts_need
from app.portability.plan import Need, Place, Plan, StepView, Undo
from app.portability.route import Wish
from app.portability.step import Step

NAME = "activitypub"


class ActivityPubRoute:
    """Moves followers by the Move, and carries all else that the servers allow."""

    names: tuple[str, ...] = (NAME,)

    def __init__(self, wires: Wires) -> None:
        self._wires = wires

    def takes(self, wish: Wish) -> bool:
        """A signed-in account of this network."""
        return isinstance(wish.source, Account) and wish.source.protocol == PROTOCOL

    async def plan(self, wish: Wish) -> Plan:
        """Read both sides. See ``Route.plan``."""
        source = wish.source
        if not isinstance(source, Account):
            raise BadInput("The old account must be signed in.", "godwit account add")
        target = self._target(source, wish)
        reading = await read_both(
            resident(self._wires, source.id), resident(self._wires, target.id)
        )
        plan = Plan(
            id=wish.id,
            route=NAME,
            source=_place(source),
            target=_place(target),
            created_at=wish.now,
            steps=(),
            goes=goes_of(reading),
            warnings=warnings_of(reading),
            seconds=seconds_of(reading),
            options=dict(wish.options),
        )
        views = tuple(
            StepView(id=step.id, title=step.title, public=step.public) for step in self.steps(plan)
        )
        return replace(plan, steps=views, needs=_needs(plan, reading))

    def steps(self, plan: Plan) -> Sequence[Step]:
        """See ``Route.steps``. In the order in which nothing is undone by what comes after."""
        ends = Ends(plan, self._wires)
        return [
            Harvest(ends),
            SavePosts(ends),
            BringProfile(ends),
            # Blocking a server cuts off followers there: before they come.
            BringRows(
                ends,
                "blocks",
                "Bring blocks and mutes",
                ("domain_blocking", "blocking", "muting"),
            ),
            BringRows(ends, "filters", "Bring filters and hashtags", ("filters", "tags")),
            SetAlias(ends),
            BringFollows(ends),
            BringLists(ends),
            BringRows(ends, "bookmarks", "Bring bookmarks", ("bookmarks",)),
            PutBack(ends),
            Move(ends),
            WatchFollowers(ends),
            Recheck(ends),
            ForgetOld(ends),
        ]

    def rehearsal(self, plan: Plan) -> Sequence[Step]:
        """Save all of it; nothing is changed on either side."""
        ends = Ends(plan, self._wires)
        return [Harvest(ends), SavePosts(ends, asks=False)]

    def undo_state(
        self, plan: Plan, kept: Mapping[str, Any], done: Collection[str], now: datetime
    ) -> Undo:
        """See ``Route.undo_state``."""
        new = plan.target.server.split("://", 1)[-1]
        if not (kept.get("moved") or kept.get("move_called")):
            pressed = "“Move followers” is pressed" if kept.get("move_begun") else ""
            until = f" until {pressed} on the old server" if pressed else ""
            return Undo(
                possible=True,
                text=f"Nothing public has changed{until}: you can stop at any time. What was "
                f"brought to {new} stays there until you take it away.",
            )
        return Undo(
            possible=False,
            text="The followers have been told: that cannot be taken back. The old account can be "
            "opened again by cancelling the redirect on its server, and can move back "
            "after its waiting time.",
            public=True,
        )

    def _target(self, source: Account, wish: Wish) -> Account:
        """
        The signed-in account at the server that was typed.

        Raises:
            NotFound: Nobody is signed in there.
            BadInput: Several are, or it is where the account lives.
        """
        typed = wish.target.strip().rstrip("/").removeprefix("@")
        mine = [one for one in self._wires.accounts() if one.protocol == PROTOCOL]
        others = [one for one in mine if one.id != source.id]
        named = [one for one in others if typed in (one.id, one.handle, one.uri)]
        host = typed.split("://", 1)[-1].partition("/")[0].rpartition("@")[2]
        there = named or [one for one in others if host in (one.host, one.handle.split("@")[-1])]
        wanted = wish.options.get("handle", "").removeprefix("@").partition("@")[0]
        if wanted and len(there) > 1:
            there = [one for one in there if one.handle.partition("@")[0] == wanted] or there
        if len(there) > 1:
            names = ", ".join(one.handle for one in there)
            raise BadInput(f"Several accounts are signed in there: {names}.", "Name one of them.")
        if not there:
            if any(host == one.host for one in mine):
                raise BadInput("The account lives there already.", "Name the server to move to.")
            raise NotFound(
                f"Nobody is signed in at {host or 'the new server'} yet.",
                f"Make an account there, then: godwit account add {PROTOCOL} https://{host}",
            )
        return there[0]


def _needs(plan: Plan, reading: Reading) -> tuple[Need, ...]:
    """What will be asked, and when."""
    needs: list[Need] = []
    if reading.new_ways.backdates:
        needs.append(posts_need(reading.target.host))
    if reading.new_ways.alias == "page" and not reading.aliased:
        needs.append(
            Need(
                key="alias",
                kind="page",
                prompt=f"Add @{plan.source.handle} on the aliases page of {reading.target.host}.",
                url=reading.new_ways.aliases_page,
                copy=f"@{plan.source.handle}",
                when="after the filters",
            )
        )
    needs.append(go_need(plan.source, plan.target))
    if reading.by_call:
        needs.append(password_need(plan.source))
    else:
        needs.append(
            Need(
                key="move",
                kind="page",
                prompt=f"Press “Move followers” on the page of {reading.source.host}, with your "
                "password there.",
                url=reading.old_ways.move_page,
                copy=f"@{plan.target.handle}",
                when="before the followers move",
            )
        )
    return tuple(needs)


def _place(account: Account) -> Place:
    return Place(
        network=account.network,
        server=account.server,
        handle=account.handle,
        did=account.uri,
        account=account.id,
        name=account.name,
        avatar=account.avatar,
    )
