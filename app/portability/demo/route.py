"""The demo's way to move, for both of its networks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from app.model import Account
from app.portability.demo.acts import (
    Acts,
    DemoStep,
    alias,
    code,
    invite,
    own_key,
    own_key_file,
    password,
)
from app.portability.demo.world import SERVERS, Belongings, Homes, server_at
from app.portability.plan import Goes, Need, Place, Plan, StepView, Undo
from app.portability.route import Wish
from app.portability.step import Step

PROTOCOL, GUIDED, WHOLE = "demo", "demo-guided", "demo"
CLOCK = timedelta(hours=72)
PACE = 0.08
"""Seconds: the files take five."""


class DemoRoute:
    """
    Implements ``Route``; its servers are in memory.

    Args:
        guided: Networks on which some steps are done on pages of the servers.
        pace: Seconds between two looks at a clock; tests take none.
    """

    names = (WHOLE, GUIDED)

    def __init__(self, homes: Homes, *, guided: Collection[str] = (), pace: float = PACE) -> None:
        self._homes, self._guided, self._pace = homes, guided, pace
        self._own = Belongings()

    def takes(self, wish: Wish) -> bool:
        """See ``Route.takes``."""
        return isinstance(wish.source, Account) and wish.source.protocol == PROTOCOL

    async def plan(self, wish: Wish) -> Plan:
        """See ``Route.plan``."""
        account = wish.source
        assert isinstance(account, Account)
        server = server_at(wish.target)
        guided = account.network in self._guided
        source = Place(
            network=account.network,
            server=account.host,
            handle=account.handle,
            account=account.id,
            name=account.name,
            avatar=account.avatar,
        )
        handle = f"{account.handle.split('@')[0]}@{server.host}" if guided else account.handle
        target = replace(source, server=server.host, handle=handle, account=None)
        plan = Plan(
            id=wish.id,
            route=GUIDED if guided else WHOLE,
            source=source,
            target=target,
            created_at=wish.now,
            steps=(),
            goes=_goes(self._own, account.handle, guided=guided),
            warnings=_warnings(guided),
            seconds=1080,
            options=dict(wish.options),
        )
        steps = tuple(
            StepView(id=step.id, title=step.title, public=step.public) for step in self.steps(plan)
        )
        return replace(plan, steps=steps, needs=self._needs(plan))

    def _needs(self, plan: Plan) -> tuple[Need, ...]:
        ids = [step.id for step in self.steps(plan)]
        needs = [password(plan)]
        if SERVERS[plan.target.server].invites:
            needs.append(invite(plan))
        if plan.route == GUIDED:
            number = ids.index("alias") + 1
            return (*needs, replace(alias(plan), when=f"at step {number}"))
        return (*needs, code(ids.index("code") + 1))

    def steps(self, plan: Plan) -> Sequence[Step]:
        """See ``Route.steps``."""
        acts = Acts(self._homes, plan, self._own, self._pace)
        looked = DemoStep(
            "look",
            "Look at the account",
            lambda c: bool(c.kept.get("looked")) and "old_password" in c.answers,
            acts.look,
            asks=lambda c: (password(plan),),
        )
        return [looked, *(self._guided_steps(acts, plan) if plan.route == GUIDED else
                          self._whole_steps(acts, plan))]  # fmt: skip

    def _whole_steps(self, acts: Acts, plan: Plan) -> list[DemoStep]:
        return [
            DemoStep(
                "own-key",
                "Put your own recovery key first",
                lambda c: _said(c, "own_key") == "skip" or bool(c.kept.get("own_key")),
                acts.key,
                asks=_asked_key,
                public=False,
            ),
            *self._arriving(acts, plan),
            self._files(acts),
            DemoStep(
                "preferences",
                "Preferences",
                lambda c: (here := acts.here()) is not None and here.preferences,
                acts.preferences,
            ),
            DemoStep(
                "code",
                "Code by e-mail",
                lambda c: bool(c.kept.get("confirmed")),
                acts.confirm,
                asks=lambda c: (code(),),
            ),
            *self._leaving(acts, "Switch identity", "Check from outside, then switch off the old"),
        ]

    def _guided_steps(self, acts: Acts, plan: Plan) -> list[DemoStep]:
        return [
            *self._arriving(acts, plan),
            self._files(acts),
            DemoStep(
                "alias",
                "Name the old account",
                lambda c: (here := acts.here()) is not None and here.alias,
                acts.alias,
            ),
            *self._leaving(acts, "Move your followers", "Watch them arrive"),
            DemoStep(
                "follows",
                "Follow again whom you follow",
                lambda c: (here := acts.here()) is not None and here.follows >= self._own.follows,
                acts.follows,
            ),
        ]

    def _arriving(self, acts: Acts, plan: Plan) -> list[DemoStep]:
        asks = (invite(plan),) if SERVERS[plan.target.server].invites else ()
        return [
            DemoStep(
                "create",
                "Create the new account",
                lambda c: acts.here() is not None,
                acts.create,
                acts.remove,
                asks=lambda c: asks,
            ),
            DemoStep(
                "export", "Export and verify", lambda c: bool(c.kept.get("exported")), acts.export
            ),
            DemoStep(
                "import",
                "Import posts",
                lambda c: (here := acts.here()) is not None and here.posts >= self._own.posts,
                acts.posts,
            ),
        ]

    def _files(self, acts: Acts) -> DemoStep:
        whole = self._own.files - self._own.dead
        return DemoStep(
            "media",
            "Copy pictures and video",
            lambda c: (here := acts.here()) is not None and here.files >= whole,
            acts.files,
        )

    def _leaving(self, acts: Acts, switch: str, check: str) -> list[DemoStep]:
        return [
            DemoStep(
                "switch",
                switch,
                lambda c: (here := acts.here()) is not None and here.active,
                acts.switch,
                acts.back,
                public=True,
            ),
            DemoStep("check", check, lambda c: bool(c.kept.get("checked")), acts.check),
        ]

    def rehearsal(self, plan: Plan) -> Sequence[Step]:
        """See ``Route.rehearsal``."""
        return [step for step in self.steps(plan) if step.id in ("look", "export")]

    def undo_state(
        self, plan: Plan, kept: Mapping[str, Any], done: Collection[str], now: datetime
    ) -> Undo:
        """See ``Route.undo_state``."""
        if "switch" not in done:
            if not done:
                return Undo(
                    possible=True,
                    text="You can go back. Undo is possible at any time; for 72 hours nobody "
                    "can overrule it.",
                )
            return Undo(
                possible=True,
                text="Nothing public has changed. Undo removes the new account and leaves the "
                "old one as it was.",
            )
        switched = datetime.fromisoformat(kept["switched_at"]) if "switched_at" in kept else now
        until = switched + CLOCK
        return Undo(
            possible=True,
            public=True,
            text="You can go back. Undo moves the identity back and switches the old account "
            "on again.",
            until=until if until > now else None,
        )


def _said(context: Any, key: str) -> str:
    return str(context.answers.get(key) or context.plan.options.get(key, ""))


def _asked_key(context: Any) -> tuple[Need, ...]:
    if _said(context, "own_key") in ("skip", ""):
        return (own_key(),)
    return (own_key(), own_key_file())


def _goes(own: Belongings, handle: str, *, guided: bool) -> tuple[Goes, ...]:
    number = "{:,}".format
    both = (
        Goes(
            kind="posts",
            title="Posts",
            detail=f"{number(own.posts)} posts, likes and reposts",
            count=own.posts,
            bytes=own.posts_size,
        ),
        Goes(
            kind="media",
            title="Pictures and video",
            detail=f"{number(own.files)} files",
            count=own.files,
            bytes=own.files_size,
        ),
        Goes(
            kind="people",
            title="People",
            detail=f"{number(own.follows)} follows · {number(own.followers)} followers",
        ),
        Goes(
            kind="lists",
            title="Lists and blocks",
            detail=f"{own.lists} lists · {own.blocks} blocks · {own.mutes} mutes",
        ),
    )
    dead = Goes(
        kind="dead_files",
        title=f"{own.dead} dead files",
        detail="the old server answers “not found”",
        how="stays",
    )
    if guided:
        handle = handle.split("@")[0]
        return (
            *both,
            Goes(kind="handle", title="Alias", detail="on a page of the new server", how="guided"),
            Goes(kind="handle", title="Handle", detail=f"@{handle} stays, its end changes"),
            Goes(kind="messages", title="Messages", detail="private ones stay there", how="stays"),
            dead,
        )
    return (
        *both,
        Goes(kind="preferences", title="Preferences", detail="feeds, labelers, muted words"),
        Goes(kind="handle", title="Handle", detail=f"{handle} stays yours"),
        Goes(
            kind="passwords",
            title="App passwords",
            detail="other apps need new ones afterwards",
            how="stays",
        ),
        dead,
    )


def _warnings(guided: bool) -> tuple[str, ...]:
    if guided:
        return ("After the move 30 days must pass before the next one.",)
    return (
        "The key file is the only way back if the old server refuses. Keep a copy outside this "
        "computer.",
    )
