"""The alias on the new account, and the Move itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.model.errors import Refused, ServiceError, SignedOut, Unsupported
from app.portability.activitypub.catching_up import catch_up
from app.portability.activitypub.steps_carry import ApStep
from app.portability.plan import Need, Place
from app.portability.step import StepContext, Waiting

GO, PASSWORD, SEEN, DONE = "go", "old-password", "alias-set", "moved"

_LOOK = timedelta(seconds=15)
_PATIENCE = timedelta(minutes=5)


class SetAlias(ApStep):
    """The new account says that it is the old one, too: else nobody is allowed to move to it."""

    id, title = "alias", "Say on the new account that it is also the old one"

    async def done(self, context: StepContext) -> bool:
        """It can be seen from outside; or, where it cannot, the user has said so."""
        told = await self.ends.new.told_aliases()
        if told is None:
            return bool(context.kept.get("alias_by_us")) or context.answers.get(SEEN) == "yes"
        return bool(_addresses(self.ends.plan.source) & {*told})

    async def do(self, context: StepContext) -> None:
        """By API where there is one, else on the server's page."""
        old, new = self.ends.plan.source, self.ends.new
        ways = await new.move_ways()
        if ways.alias == "call":
            context.keep(alias_begun=True)
            await new.add_alias(old.did, old.handle)
            context.keep(alias_by_us=True)
            context.result(f"@{old.handle} is an alias now")
            return
        page = Need(
            key="alias",
            kind="page",
            prompt=f"On the aliases page of {host_of(self.ends.plan.target)}, signed in as the "
            f"new account, add this handle of the old account: @{old.handle}",
            url=ways.aliases_page,
            copy=f"@{old.handle}",
            help="The page asks for “handle of the old account”. Nothing public happens by it.",
        )
        context.keep(alias_by_page=True)
        if await new.told_aliases() is None:
            seen = Need(
                key=SEEN,
                kind="confirm",
                prompt=f"{host_of(self.ends.plan.target)} does not show aliases to strangers: "
                "say yes when you have added it.",
            )
            if context.answers.get(SEEN) == "yes":
                return
            raise Waiting(page, seen, text="Only you can see whether the alias is there.")
        raise Waiting(page, until=context.now() + _LOOK, text="Waiting for the alias to show.")

    async def undo(self, context: StepContext) -> None:
        """Take the alias away, where we have set it; else say where."""
        old = self.ends.plan.source
        if context.kept.get("alias_begun") and not context.kept.get("moved"):
            await self.ends.new.remove_alias(old.did, old.handle)
            context.say(f"@{old.handle} is no alias of the new account any more.", "good")
        elif context.kept.get("alias_by_page"):
            page = (await self.ends.new.move_ways()).aliases_page
            context.say(f"The alias can be taken away at {page}; it harms nobody.")


class Move(ApStep):
    """The Move: followers are told to follow the new account instead. Public."""

    id, title, public = "move", "Move the followers", True

    def needs(self, context: StepContext) -> tuple[Need, ...]:
        """The user's word, always; the password of the old account where we can do it."""
        needs = []
        if context.answers.get(GO) != "yes":
            needs.append(go_need(self.ends.plan.source, self.ends.plan.target, context))
        if context.kept.get("move_by_call") and not context.answers.get(PASSWORD):
            needs.append(password_need(self.ends.plan.source))
        return tuple(needs)

    async def done(self, context: StepContext) -> bool:
        """The old account shows where it has gone."""
        moved = await self.ends.old.moved_to()
        if not moved and context.kept.get("move_begun"):
            # Not every server shows it; then its own "done" counts, or the user's word.
            said = bool(context.kept.get("move_accepted")) or context.answers.get(DONE) == "yes"
            self._note(context, said)
            return said
        if moved and moved not in _addresses(self.ends.plan.target):
            raise Refused(
                f"The old account has moved somewhere else already: {moved}",
                "Look at its profile; a server waits for weeks before another Move.",
            )
        self._note(context, bool(moved))
        return bool(moved)

    def _note(self, context: StepContext, moved: bool) -> None:
        if moved and not context.kept.get("moved"):
            context.keep(moved=True)
            plan = self.ends.plan
            context.result(f"@{plan.source.handle} points to @{plan.target.handle}")

    async def do(self, context: StepContext) -> None:
        """By API where there is one, else on the server's page, watched."""
        old, target = self.ends.old, self.ends.plan.target
        ways = await old.move_ways()
        if ways.move == "call" and not context.kept.get("move_by_call"):
            context.keep(move_by_call=True)
        if needs := self.needs(context):
            raise Waiting(*needs)
        if "move_begun" not in context.kept:
            await catch_up(self.ends, context)
            context.keep(move_begun=context.now().isoformat())
        if ways.move == "call":
            context.keep(move_called=True)
            try:
                await old.move_to(target.did, target.handle, context.answers[PASSWORD])
            except SignedOut as error:
                context.keep(move_called=False)  # it was refused for certain
                raise Waiting(password_need(self.ends.plan.source), text=error.message) from None
            except Unsupported:
                context.keep(move_by_call=False)
                raise
            except Refused as error:
                tries = int(context.kept.get("move_tries", 0)) + 1
                if tries > _TRIES:
                    raise
                context.keep(move_tries=tries, move_called=False)
                # The old server has kept a copy of the new account from before the alias.
                raise Waiting(until=context.now() + _AGAIN, text=error.message) from None
            context.keep(move_accepted=True)
            await self._shown(context)
            return
        raise Waiting(
            self._page(ways.move_page),
            *self._unseen(context),
            until=context.now() + _LOOK,
            text="Waiting for the old account to show that it has moved.",
        )

    def _page(self, url: str) -> Need:
        return Need(
            key="move",
            kind="page",
            prompt=f"On the page “Move to a different account” of "
            f"{host_of(self.ends.plan.source)}, signed in as the OLD account, type "
            f"@{self.ends.plan.target.handle} and your password there, and press “Move "
            "followers”. Godwit watches and goes on by itself.",
            url=url,
            copy=f"@{self.ends.plan.target.handle}",
            help="If it says that the account is no alias yet: wait some minutes and try "
            "again. Do not choose the redirect: it moves nobody.",
        )

    def _unseen(self, context: StepContext) -> tuple[Need, ...]:
        """When nothing has been seen for a while: the server may not show it."""
        if context.now() - datetime.fromisoformat(context.kept["move_begun"]) < _PATIENCE:
            return ()
        return (
            Need(
                key=DONE,
                kind="confirm",
                prompt=f"{host_of(self.ends.plan.source)} does not show that the account has moved. "
                "Does its own page say that it has?",
                help="Say yes only if it does: what follows counts on it.",
            ),
        )

    async def undo(self, context: StepContext) -> None:
        """It cannot be: say what can be done instead."""
        if not (context.kept.get("moved") or await self.ends.old.moved_to()):
            return
        days = (await self._cooldown()) or 30
        context.say(
            "Followers who have come stay with the new account. The old one can be opened again: "
            f"sign in at {self.ends.plan.source.server}/settings/migration and cancel the "
            f"redirect. A Move back is possible {days} days after this one.",
            "warn",
        )

    async def _cooldown(self) -> int:
        try:
            return (await self.ends.old.move_ways()).cooldown_days
        except ServiceError:  # the old account may not ask any more
            return 0

    async def _shown(self, context: StepContext) -> None:
        """Until the old server shows it: a second or two."""
        for _ in range(10):
            if await self.ends.old.moved_to():
                return
            await context.wait(1.0)


_TRIES = 20
_AGAIN = timedelta(seconds=30)


def go_need(source: Place, target: Place, context: StepContext | None = None) -> Need:
    """The user's word before anything public happens."""
    count = context.kept.get("followers_before", -1) if context is not None else -1
    followers = f"{count} followers" if isinstance(count, int) and count > 1 else "your followers"
    return Need(
        key=GO,
        kind="confirm",
        prompt=f"Everything is copied. Move {followers} from @{source.handle} to "
        f"@{target.handle} now? Everybody will see it, and it cannot be taken back.",
        when="before the followers move",
    )


def password_need(source: Place) -> Need:
    """The password of the old account."""
    return Need(
        key=PASSWORD,
        kind="secret",
        secret=True,
        prompt=f"Password of @{source.handle} at {host_of(source)}",
        help="The server asks for it once more before an account moves. It is not kept.",
        when="before the followers move",
    )


def host_of(place: Place) -> str:
    """The server's name, as people know it."""
    return place.server.split("://", 1)[-1]


def _addresses(place: Place) -> set[str]:
    """How servers may name the account: by its identity, or its page."""
    user = place.handle.partition("@")[0]
    return {
        place.did,
        f"{place.server}/@{user}",
        f"{place.server}/users/{user}",
        f"acct:{place.handle}",
        f"@{place.handle}",
        place.handle,
    }
