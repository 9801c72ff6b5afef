"""
Likes, reposts, follows and the like: shown at once, durable before they leave,
taken back with a word when they are refused, done once whatever happens.

A wish (``model.acts.Wish``) says how one thing is to be. There is one line per
account, target and kind: what is wished while a request is out waits for its
answer, and the last wish wins. Without a network a wish is kept; when it is
back the server is asked first whether it is fulfilled already.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from app.feed.acts import is_on
from app.feed.rows import Card
from app.model import AccountId, Post, Profile, ViewerState
from app.model.acts import PersonAct, PostAct, Relation, Report, Wish
from app.model.errors import (
    Cancelled,
    RateLimited,
    Refused,
    ServiceError,
    StoreError,
    Unreachable,
)
from app.model.post import Visibility
from app.services.asking import Asking, Outcome
from app.services.kept_wishes import KeptWishes, Key, key_of
from app.services.shadows import Shadows
from app.services.together import together
from app.services.wish_line import Line, is_same, looked_at
from app.services.wishing import (
    acting,
    must_act,
    must_pass_on,
    person_wish,
    post_wish,
    relation_after,
)

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.model.text import Emoji
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.store import Saved, Store

log = logging.getLogger(__name__)

RETRY, IDLE = 30.0, 3600.0
"""Seconds until what waits is tried again; with nothing that waits."""

PATIENCE = 5.0
"""Seconds at the end for answers that are on their way."""


class ReactionChanged(Struct, frozen=True, kw_only=True):
    """
    A wish was made, kept for later, fulfilled, or taken back.

    *why*: what the server (or our disk) said, where it is not fulfilled.
    """

    wish: Wish
    state: Literal["wished", "queued", "done", "undone"]
    why: ServiceError | None = None


class Reactions:
    """
    What my accounts do to posts and people.

    Args:
        note: Told what changed in the store, so that timelines look again.
        offline: Ask no server: everything is kept.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        shadows: Shadows,
        clock: Clock,
        note: Callable[[Saved], None],
        *,
        offline: bool = False,
    ) -> None:
        self._accounts, self._shadows, self._clock = accounts, shadows, clock
        self._ask = Asking(accounts, offline=offline)
        self._kept = KeptWishes(store, shadows, note)
        self._lines: dict[Key, Line] = {}
        self._relations: dict[tuple[AccountId, str], Relation] = {}
        self._listeners: list[Callable[[ReactionChanged], None]] = []
        self._wake = asyncio.Event()

    # ------------------------------------------------------------- wishing

    def choose(
        self, card: Card, act: PostAct, account: AccountId | None = None
    ) -> tuple[AccountId, Post]:
        """
        Who acts on which copy: *account*, else who did what is taken back, else
        who saw the copy that is shown.

        Raises:
            Unsupported: No account of mine is on the network of a copy.
        """
        kind, on = post_wish(act)
        mine = self._accounts.all()
        if account is None and not on:
            may = (who for who, _ in acting(card.copies, mine))
            did = (who for who in may if is_on(card.viewers.get(who, ViewerState()), kind))
            account = next(did, None)
        return must_act(card.copies, mine, account)

    async def react(
        self,
        post: Post,
        act: PostAct,
        account: AccountId,
        *,
        visibility: Visibility | None = None,
        votes: tuple[int, ...] = (),
        emoji: str = "",
        ref: str = "",
    ) -> Outcome:
        """
        Do *act* to *post*; it shows before this returns to the loop.

        Raises:
            ServiceError: It was refused, and is taken back.
        """
        kind, on = post_wish(act)
        if act == "repost":
            must_pass_on(post, self._accounts.find(account))
        wish = Wish(
            account=account,
            target=post.uri,
            kind=kind,
            on=on,
            ref=ref,
            visibility=visibility,
            votes=votes,
            emoji=emoji,
            at=self._clock.now(),
        )
        return await self._wish(wish)

    async def relate(
        self, profile: Profile | str, act: PersonAct, account: AccountId, *, seconds: int = 0
    ) -> Outcome:
        """
        Follow, mute, block… *seconds*: of a mute, 0 = for ever.

        Raises:
            ServiceError: It was refused, and is taken back.
        """
        kind, on = person_wish(act)
        target = profile if isinstance(profile, str) else profile.uri
        return await self._wish(
            Wish(
                account=account,
                target=target,
                kind=kind,
                on=on,
                seconds=seconds,
                at=self._clock.now(),
            )
        )

    async def relation(self, profile: str, account: AccountId) -> Relation:
        """
        How *account* stands to the profile with that URI, as its server says
        and as I have wished since. Raises: ServiceError.
        """
        relation = await self._ask.relation(account, profile)
        for (who, target, _), line in self._lines.items():
            if (who, target) == (account, profile) and line.wish.is_about_a_person:
                relation = relation_after(relation, line.wish)
        for wish in (await self._kept.all()).values():
            if (wish.account, wish.target) == (account, profile) and wish.is_about_a_person:
                relation = relation_after(relation, wish)
        self._relations[account, profile] = relation
        return relation

    def known_relation(self, profile: str, account: AccountId) -> Relation | None:
        """The last that is known, at once."""
        return self._relations.get((account, profile))

    async def emoji_of(self, account: AccountId) -> tuple[Emoji, ...]:
        """What its server has beside the signs of Unicode. Raises: ServiceError."""
        return await self._ask.emoji(account, self._clock)

    async def report(self, report: Report, account: AccountId) -> None:
        """Tell the moderators, now or not at all. Raises: ServiceError."""
        await self._ask.report(account, report)

    def subscribe(self, listener: Callable[[ReactionChanged], None]) -> Callable[[], None]:
        """Tell *listener* of every change. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # ------------------------------------------------------ what is waiting

    async def waiting(self) -> tuple[Wish, ...]:
        """What is kept until a server answers, the oldest first. Raises: StoreError."""
        return tuple((await self._kept.all()).values())

    def kept(self) -> tuple[Wish, ...]:
        """The same, as far as was read since the start."""
        return self._kept.known()

    async def run(self) -> None:
        """Until cancelled: fulfil what waits, when its server can be asked again."""
        leave = self._accounts.subscribe(self._on_account)
        self._wake.set()
        try:
            while True:
                await self._clock.wait(self._wake, RETRY if self._kept else IDLE)
                self._wake.clear()
                try:
                    await self.flush()
                except StoreError as error:
                    log.warning("reactions that wait: %s", error.kind)
        finally:
            leave()

    async def flush(self) -> None:
        """Try once what waits; what one server holds up holds up nobody else's."""
        waiting: dict[AccountId, list[Wish]] = {}
        for wish in (await self._kept.all()).values():
            if wish.account in self._accounts:
                waiting.setdefault(wish.account, []).append(wish)
        async with together() as group:
            for wishes in waiting.values():
                group.create_task(self._flush(wishes))

    async def _flush(self, wishes: list[Wish]) -> None:
        """Those of one account, until its server holds them up."""
        for wish in wishes:
            if key_of(wish) in self._lines:
                continue
            try:
                outcome = await self._begin(key_of(wish), wish, again=True)
            except ServiceError as error:
                log.info("a reaction that waited: %s", error.kind)  # listeners know
                continue
            if outcome.state == "queued":
                return

    async def close(self) -> None:
        """Let what is out come to its end; what cannot is kept."""
        tasks = [line.task for line in self._lines.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------- private

    async def _wish(self, wish: Wish) -> Outcome:
        self._accounts.find(wish.account)
        key = key_of(wish)
        line = self._lines.get(key)
        if line is None:
            return await self._begin(key, wish, again=False)
        if not is_same(line.wish, wish):
            if wish.kind == "vote":
                raise Refused(
                    "Your first vote in this poll is on its way.", "A vote cannot be changed."
                )
            line.wish, line.turned = wish, True
            self._show(wish)
        return await asyncio.shield(line.task)

    async def _begin(self, key: Key, wish: Wish, *, again: bool) -> Outcome:
        line = self._lines[key] = Line(wish, self._relations.get(key[:2]))
        self._show(wish)
        line.task = asyncio.create_task(self._work(key, line, again), name=f"{wish.kind}")
        line.task.add_done_callback(looked_at)
        return await asyncio.shield(line.task)

    async def _work(self, key: Key, line: Line, again: bool) -> Outcome:
        """One request after the other, until the last wish is fulfilled, kept or refused."""
        try:
            known = await self._before(key, line)
            while True:
                # Kept as sent before it is: a crash in between must not hide that.
                wish = line.wish = replace(line.wish, before=known, sent=True)
                outcome = await self._attempt(line, wish, again)
                # Looked at and left in one step: a wish that comes later has a line of its own.
                if not is_same(line.wish, wish):
                    known = known if isinstance(outcome, ServiceError) else wish.on
                elif isinstance(outcome, Unreachable | RateLimited):
                    self._tell(ReactionChanged(wish=wish, state="queued", why=outcome))
                    return Outcome(state="queued", why=outcome)
                elif isinstance(outcome, ServiceError):
                    raise outcome
                else:
                    return outcome
        finally:
            del self._lines[key]

    async def _attempt(self, line: Line, wish: Wish, again: bool) -> Outcome | ServiceError:
        """
        One wish, from the disk to the server and back. What was refused is taken back.

        Nothing leaves for a wish that was superseded, or that undoes one that never left.
        """
        try:
            await self._kept.keep(wish)
            if not is_same(line.wish, wish):
                return Cancelled("Another wish came.")
            if line.turned and not line.unsure and wish.on == wish.before:
                outcome = Outcome(state="done")
            else:
                outcome = await self._ask.fulfil(wish, await self._ref(wish), look_first=again)
                line.unsure = False
            if is_same(line.wish, wish):
                await self._settle(wish, outcome)
        except (Unreachable, RateLimited) as error:
            line.unsure = line.unsure or (isinstance(error, Unreachable) and error.sent)
            if not line.unsure and is_same(line.wish, wish):
                await self._kept.keep(replace(wish, sent=False))
            return error
        except ServiceError as error:
            if is_same(line.wish, wish):
                await self._take_back(line, wish, error)
            return error
        return outcome

    async def _before(self, key: Key, line: Line) -> bool:
        """How it was before the first wish that is not fulfilled yet."""
        waiting = (await self._kept.all()).get(key)
        if waiting is not None:
            line.turned = line.turned or waiting.on != line.wish.on
            line.unsure = waiting.sent
            return waiting.before
        wish = line.wish
        if wish.is_about_a_person:
            return not wish.on
        return await self._kept.was_on(wish)

    async def _ref(self, wish: Wish) -> str:
        """The server's own reference to the post."""
        return "" if wish.is_about_a_person else (await self._kept.viewer(wish)).ref

    async def _settle(self, wish: Wish, outcome: Outcome) -> None:
        """It is fulfilled: what the server has told is kept, the wish is not."""
        await self._kept.fulfilled(wish, outcome.viewer)
        if outcome.relation is not None:
            self._relations[wish.account, wish.target] = outcome.relation
        self._tell(ReactionChanged(wish=wish, state="done"))

    async def _take_back(self, line: Line, wish: Wish, why: ServiceError) -> None:
        """It was refused: all is as it was."""
        if wish.is_about_a_person:
            self._relations.pop((wish.account, wish.target), None)
            if line.relation is not None:
                self._relations[wish.account, wish.target] = line.relation
        # Who had no answer to an earlier wish does not know what to go back to.
        told = await self._ask.stands(wish) if line.unsure else None
        try:
            if told is not None:
                await self._kept.fulfilled(wish, told)
            else:
                await self._kept.taken_back(wish, replace(wish, on=wish.before))
        except StoreError as error:
            # The next look at the server puts it right.
            log.warning("a reaction that was refused is still in the cache: %s", error.kind)
            self._kept.lift(wish)
        self._tell(ReactionChanged(wish=wish, state="undone", why=why))

    def _show(self, wish: Wish) -> None:
        """In this very frame."""
        if wish.is_about_a_person:
            key = (wish.account, wish.target)
            self._relations[key] = relation_after(self._relations.get(key, Relation()), wish)
        else:
            self._shadows.lay(wish)
        self._tell(ReactionChanged(wish=wish, state="wished"))

    def _on_account(self, change: AccountsChanged) -> None:
        if change.what != "state":
            if change.what == "removed":
                self._kept.forget(change.account)
            self._wake.set()
        elif self._kept and self._accounts.state(change.account).kind == "ready":
            self._wake.set()

    def _tell(self, change: ReactionChanged) -> None:
        for listener in tuple(self._listeners):
            listener(change)
