"""The steps of a move inside the demo: each asks its world whether it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.model.errors import Refused, SignedOut, StoreError
from app.portability.demo.world import (
    CODE,
    INVITE,
    PASSWORD,
    SERVERS,
    Belongings,
    Homes,
    Resident,
)
from app.portability.plan import Need, Plan, Progress
from app.portability.step import StepContext, Waiting

TICKS = 60
"""Looks at a clock while the files are copied."""

Test = Callable[[StepContext], bool]
Act = Callable[[StepContext], Awaitable[None]]


async def _nothing(context: StepContext) -> None:
    """Nothing to take back."""


@dataclass
class DemoStep:
    """A step made of functions."""

    id: str
    title: str
    is_done: Test
    act: Act
    take_back: Act = _nothing
    asks: Callable[[StepContext], tuple[Need, ...]] = field(default=lambda context: ())
    public: bool = False

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """See ``Step.needs``."""
        known = {**context.plan.options, **context.answers}
        return tuple(need for need in self.asks(context) if not known.get(need.key))

    async def done(self, context: StepContext) -> bool:
        """See ``Step.done``."""
        return self.is_done(context)

    async def do(self, context: StepContext) -> None:
        """See ``Step.do``."""
        await self.act(context)

    async def undo(self, context: StepContext) -> None:
        """See ``Step.undo``."""
        await self.take_back(context)


# ------------------------------------------------------------------- asking


def password(plan: Plan) -> Need:
    """Of the account where it lives now."""
    return Need(
        key="old_password",
        prompt=f"Your password at {_host(plan.source.server)}",
        kind="secret",
        secret=True,
        when="now",
        help=f"In the demo it is “{PASSWORD}”.",
    )


def invite(plan: Plan) -> Need:
    """What lets one in at the new server."""
    return Need(
        key="invite",
        prompt=f"Invite code of {_host(plan.target.server)}",
        when="now",
        help=f"In the demo it is {INVITE}.",
    )


def own_key() -> Need:
    """Whether there shall be a recovery key of one's own."""
    return Need(
        key="own_key",
        prompt="Your own recovery key",
        kind="choice",
        choices=(("make", "Make one now"), ("have", "I have one"), ("skip", "Go on without one")),
    )


def own_key_file() -> Need:
    """Where it is kept."""
    return Need(key="own_key_file", prompt="A file for the recovery key", kind="file")


def code(number: int = 0) -> Need:
    """What the old server has sent."""
    return Need(
        key="mail_code",
        prompt="Code by e-mail",
        kind="code",
        secret=True,
        when=f"at step {number}" if number else "",
        help=f"The demo sends no mail. The code is {CODE}.",
    )


def alias(plan: Plan) -> Need:
    """What is done on a page of the new server."""
    return Need(
        key="alias",
        prompt=f"Tell {_host(plan.target.server)} which account was yours before",
        kind="page",
        url=f"https://{_host(plan.target.server)}/settings/aliases",
        copy=f"@{plan.source.handle}",
        help="In the demo nobody has to: press Look now.",
    )


def _host(server: str) -> str:
    return server.removeprefix("https://")


def _given(context: StepContext, key: str) -> str:
    return context.answers.get(key) or context.plan.options.get(key, "")


# ------------------------------------------------------------------- acting


class Acts:
    """What the steps do, in the world of the demo."""

    def __init__(self, homes: Homes, plan: Plan, belongings: Belongings, pace: float) -> None:
        """*pace*: seconds between two looks at a clock."""
        self._homes, self._plan, self._own, self._pace = homes, plan, belongings, pace
        self._old, self._new = _host(plan.source.server), _host(plan.target.server)

    def here(self) -> Resident | None:
        """The account at the new server."""
        return self._homes.resident(self._plan.source.handle, self._new)

    def _there(self) -> Resident:
        return self._homes.found(self._plan.source.handle, self._new)

    async def look(self, context: StepContext) -> None:
        """The password is right."""
        if context.answers.get("old_password") != PASSWORD:
            raise SignedOut(
                f"{self._old} does not know this password.", f"In the demo it is “{PASSWORD}”."
            )
        context.keep(looked=True)
        context.say("Signed in on both servers")
        context.result(f"signed in as {self._plan.source.handle}")

    async def key(self, context: StepContext) -> None:
        """A file of the user's; of no use outside the demo, and it says so."""
        if _given(context, "own_key") != "make":
            context.keep(own_key="there")
            return
        path = Path(_given(context, "own_key_file")).expanduser()
        try:
            if path.exists():
                raise Waiting(own_key_file(), text=f"{path.name} is there already.")
            path.write_text("A key of the demo: it opens nothing outside of it.\n", "utf-8")
        except OSError as error:
            raise StoreError(f"{path.name} cannot be written.") from error
        context.keep(own_key="made")
        context.say(f"A recovery key was made, and read back from {path.name}", "good")
        context.result("saved and read back")

    async def create(self, context: StepContext) -> None:
        """An account that nobody sees yet."""
        server = SERVERS[self._new]
        if server.invites and _given(context, "invite") != INVITE:
            raise Waiting(invite(self._plan), text="This invite code is not known.")
        self._there()
        context.say("The identity is the same on both sides")
        context.result("switched off")

    async def remove(self, context: StepContext) -> None:
        """It is gone again."""
        self._homes.remove(self._plan.source.handle, self._new)

    async def export(self, context: StepContext) -> None:
        """All that was written, checked."""
        context.say(f"Exported: {self._own.posts:,} records")
        await context.wait(self._pace)
        context.say("Verified: every block, the signature is good", "good")
        context.keep(exported=self._own.posts)
        context.result(f"{self._own.posts:,} records")

    async def posts(self, context: StepContext) -> None:
        """They arrive in batches."""
        if SERVERS[self._new].full:
            raise Refused(
                f"{self._new} takes no posts: its disk is full.",
                "Ask its operator, or choose another home. Your old account is as it was.",
            )
        await self._copy(context, "posts", self._own.posts, self._own.posts_size, "records")
        context.result(f"{self._own.posts:,} records")

    async def files(self, context: StepContext) -> None:
        """One after the other; what is dead is named."""
        whole = self._own.files - self._own.dead
        await self._copy(context, "files", whole, self._own.files_size, "files")
        context.say(f"{self._own.dead} files are dead at {self._old}: “not found”", "warn")
        context.result(f"{whole:,} files")

    async def follows(self, context: StepContext) -> None:
        """Whom one follows."""
        await self._copy(context, "follows", self._own.follows, 0, "people")
        context.result(f"{self._own.follows} people")

    async def _copy(
        self, context: StepContext, what: str, total: int, size: int, unit: str
    ) -> None:
        there = self._there()
        done = getattr(there, what)
        batch = max(1, total // TICKS)
        while done < total:
            done = min(total, done + batch)
            setattr(there, what, done)
            context.progress(
                Progress(
                    done=done,
                    total=total,
                    unit=unit,
                    bytes_done=size * done // total,
                    bytes_total=size,
                )
            )
            await context.wait(self._pace)

    async def preferences(self, context: StepContext) -> None:
        """Feeds, labelers, muted words."""
        self._there().preferences = True

    async def confirm(self, context: StepContext) -> None:
        """The code that only the owner gets."""
        if context.answers.get("mail_code", "").strip().upper() != CODE:
            raise Waiting(code(), text="This is not the code, or an older one.")
        context.keep(confirmed=True)

    async def alias(self, context: StepContext) -> None:
        """The user does it on a page; here it is seen at the second look."""
        if not self._there().alias:
            self._there().alias = bool(context.kept.get("asked"))
            if not self._there().alias:
                context.keep(asked=True)
                raise Waiting(alias(self._plan), text="")
        context.say("The new account names the old one", "good")

    async def switch(self, context: StepContext) -> None:
        """From now on everybody finds the new home."""
        self._homes.home[self._plan.source.handle] = self._new
        self._there().active = True
        context.keep(switched_at=context.now().isoformat())
        context.say(f"The identity points to {self._new}")

    async def back(self, context: StepContext) -> None:
        """The identity points to the old home again."""
        self._homes.home.pop(self._plan.source.handle, None)
        self._there().active = False
        context.say(f"The identity points to {self._old} again", "good")

    async def check(self, context: StepContext) -> None:
        """What others see."""
        await context.wait(self._pace)
        context.keep(checked=True)
        context.say("Seen from outside: the same posts, files and followers", "good")
