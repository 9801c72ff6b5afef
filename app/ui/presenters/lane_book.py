"""From a draft to what its lanes show: plans, counts, settings, states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache

from msgspec.structs import replace

from app.compose.lanes import Planner
from app.compose.notes import amount
from app.compose.plan import Acquaintance, LanePlan
from app.compose.spans import find_spans, first_link
from app.model import Account, AccountId, LinkCard
from app.model.draft import Draft, Lane
from app.model.errors import RateLimited, ServiceError
from app.model.sending import Limits
from app.services.answering import why_unheard
from app.ui.asyncqt import TaskScope
from app.ui.composer import words
from app.ui.composer.drafting import CARD, MEDIA
from app.ui.composer.options import setting_rows
from app.ui.composer.values import (
    LaneShown,
    MediaShown,
    MentionShown,
    Option,
    SettingRow,
    StateLine,
    Who,
)
from app.ui.presenters.compose_services import ComposeServices

FEW = 20
"""Letters of which nobody can tell the language anyway."""

_STRIPPED = frozenset({"video/mp4", "video/quicktime"})
"""Videos that leave without what tells of their maker, as all still pictures do."""

ASK_AGAIN = timedelta(seconds=30)
"""Between two questions to a server that did not say what it takes."""


class LaneBook:
    """
    Plans a draft and remembers what did not change.

    Args:
        changed: Called when something came that the plans depend on.
        name: Tells this draft's tasks from those of others.
    """

    def __init__(
        self,
        services: ComposeServices,
        scope: TaskScope,
        changed: Callable[[], None],
        *,
        name: str = "",
    ) -> None:
        self._name = name
        self._services, self._scope, self._changed = services, scope, changed
        self._planner = Planner()
        self.first_limits: Callable[[AccountId, Limits], None] = lambda account, limits: None
        """Told when a server says what it takes for the very first time."""
        self._limits: dict[AccountId, Limits] = {}
        self._asked: set[AccountId] = set()
        self._failed: dict[AccountId, ServiceError] = {}
        self._usual: dict[AccountId, Limits] = {}
        """Of accounts whose servers were asked in vain: so that one can write all the same."""
        self._again: dict[AccountId, datetime] = {}
        self._rows: dict[AccountId, tuple[tuple[object, ...], tuple[SettingRow, ...]]] = {}
        self._handles: tuple[str, ...] = ()
        self._url = ""
        self.known: dict[str, Acquaintance] = {}
        self.cards: dict[str, LinkCard] = {}
        self._no_card: set[str] = set()
        self.detected = ""
        self._detecting = False
        self.plans: dict[AccountId, LanePlan] = {}

    # ------------------------------------------------------------- planning

    def plan(self, draft: Draft) -> dict[AccountId, LanePlan]:
        """A plan for each lane whose server has said what it takes, or was asked in vain."""
        for lane in draft.lanes:
            self._want_limits(lane.account)
        limits = {**self._usual, **self._limits}
        ready = [lane for lane in draft.lanes if lane.account in limits]
        networks = self._networks()
        ready = [lane for lane in ready if lane.account in networks]
        draft = replace(draft, lanes=tuple(ready), lang=draft.lang or self.detected)
        plans = self._planner.plan(draft, networks, limits, self.known, self.cards)
        self.plans = {plan.account: plan for plan in plans}
        return self.plans

    def limits_of(self, accounts: Sequence[AccountId]) -> list[Limits]:
        """What these servers take, as far as is known."""
        return [found for one in accounts if (found := self._limits_of(one)) is not None]

    def keeps(self, account: AccountId) -> bool:
        """Whether its server keeps a post until its time."""
        limits = self._limits_of(account)
        return limits is not None and limits.schedules

    def _limits_of(self, account: AccountId) -> Limits | None:
        return self._limits.get(account) or self._usual.get(account)

    def _networks(self) -> dict[AccountId, str]:
        return {account.id: account.network for account in self._services.accounts.all()}

    def _want_limits(self, account: AccountId) -> None:
        if account in self._limits:
            return
        known = self._services.outbox.known_limits(account)
        if known is not None:
            self._limits[account] = known
        again = self._again.get(account)
        if account not in self._asked and (again is None or again <= self._services.now()):
            # Also what is known: the server may have changed its mind.
            self._asked.add(account)
            self._scope.start(self._ask_limits(account), name=f"limits {account} {self._name}")

    async def _ask_limits(self, account: AccountId) -> None:
        try:
            limits = await self._services.outbox.limits(account)
        except ServiceError as error:
            if account not in self._limits:
                self._failed[account] = error
                with suppress(ServiceError):  # an account that is gone has no server
                    self._usual[account] = self._services.outbox.usual_limits(account)
                self._asked.discard(account)
                pause = self._services.now() + ASK_AGAIN
                until = error.until if isinstance(error, RateLimited) else pause
                self._again[account] = max(until, pause)
                self._changed()
            return
        self._failed.pop(account, None)
        before = self._limits.get(account)
        if limits != before:
            self._limits[account] = limits
            if before is None:
                self.first_limits(account, limits)
            self._changed()

    # -------------------------------------------------------------- showing

    def unheard(self, draft: Draft) -> str:
        """Why the answer may not be seen by whom it answers, a sentence; "" = it is."""
        lanes = [lane.account for lane in draft.lanes]
        return why_unheard(self._services.unheard, draft.reply_to, lanes, self._networks())

    def lanes(self, draft: Draft) -> list[LaneShown]:
        """Each lane of *draft*, planned and in words."""
        plans = self.plan(draft)
        mine = {account.id: account for account in self._services.accounts.all()}
        detected = draft.lang or self.detected
        return [
            self._lane(draft, lane, mine[lane.account], plans.get(lane.account), detected)
            for lane in draft.lanes
            if lane.account in mine
        ]

    def _lane(
        self, draft: Draft, lane: Lane, account: Account, plan: LanePlan | None, detected: str
    ) -> LaneShown:
        return LaneShown(
            who=self.who(account),
            own=lane.text,
            plan=plan,
            count=words.count_of(plan) if plan is not None else None,
            settings=self._settings(draft, lane, detected),
            state=self._state(draft, account, plan),
            card=lane.card,
        )

    def who(self, account: Account) -> Who:
        """How an account is shown."""
        info = self._services.networks().get(account.network)
        return Who(
            account=account.id,
            name=account.name or account.handle,
            handle=account.handle,
            mark=info.mark if info else "",
            network=info.name if info else account.network,
            avatar=account.avatar,
        )

    def _state(self, draft: Draft, account: Account, plan: LanePlan | None) -> StateLine:
        if plan is None:
            failed = self._failed.get(account.id)
            return words.unknown_limits(failed) if failed else words.ASKING
        own = next((lane.text for lane in draft.lanes if lane.account == account.id), None)
        nothing = draft.is_empty and not (own or "").strip()
        return words.state_of(
            plan,
            self._services.accounts.state(account.id),
            self._services.now(),
            empty=nothing,
            send_at=draft.send_at,
            keeps=self.keeps(account.id),
            asked=account.id in self._limits,
        )

    def _settings(self, draft: Draft, lane: Lane, detected: str) -> tuple[SettingRow, ...]:
        limits = self._limits_of(lane.account)
        if limits is None:
            return ()
        text = draft.text if lane.text is None else lane.text
        link = limits.cards and "." in text and bool(_first_link(text))
        asking = self._detecting
        key = (lane.settings, limits, detected, asking, link, lane.card, lane.without, draft.media)
        kept = self._rows.get(lane.account)
        if kept is not None and kept[0] == key:
            return kept[1]
        rows = setting_rows(lane, limits, detected, asking=asking)
        rows += _card_row(lane) if link and not draft.media else ()
        rows += _media_row(draft, lane) if len(draft.media) > 1 or lane.without else ()
        self._rows[lane.account] = (key, rows)
        return rows

    # ------------------------------------------------ what comes a moment later

    def look_around(self, draft: Draft) -> None:
        """After a pause in typing: who is mentioned, what is linked, which language."""
        texts = [draft.text, *(lane.text or "" for lane in draft.lanes)]
        handles = tuple(dict.fromkeys(_handles(texts)))
        if handles != self._handles:
            self._handles = handles
            self._scope.restart(self._meet(handles), name=f"acquaintances {self._name}")
        url = next((found for text in texts if (found := _first_link(text))), "")
        if url and url != self._url and url not in self.cards and url not in self._no_card:
            self._scope.restart(self._make_card(url), name=f"link card {self._name}")
        self._url = url
        if not draft.lang:
            self._scope.restart(self._detect(draft.text), name=f"language {self._name}")

    async def _meet(self, handles: Sequence[str]) -> None:
        wanted = [handle for handle in handles if handle not in self.known]
        if not wanted:
            return
        try:
            found = await self._services.acquaintances(wanted)
        except ServiceError:
            # Unknown people are named, and not pinged.
            self._handles = ()
            return
        if found:
            # A new mapping: what was planned with the old one stays as it was.
            self.known = {**self.known, **found}
            self._changed()

    async def _make_card(self, url: str) -> None:
        try:
            card = await self._services.card(url)
        except ServiceError:
            card = None
        if card is None:
            self._no_card.add(url)
            return
        self.cards = {**self.cards, url: card}
        self._changed()

    async def _detect(self, text: str) -> None:
        if not self.detected and len(text) > FEW:
            # The first time it takes seconds: what can tell languages apart is large.
            self._detecting = True
            self._changed()
        try:
            found = await self._services.language(text)
        finally:
            if self._detecting:
                self._detecting = False
                self._changed()
        # What cannot be said of a few more words changes nothing; of no words, it is over.
        if found != self.detected and (found or not text.strip()):
            self.detected = found
            self._changed()

    # -------------------------------------------------- what stands beside them

    def mentions(self, draft: Draft) -> list[MentionShown]:
        """Who is mentioned, and who that is in each lane."""
        infos = self._services.networks()
        made: dict[str, MentionShown] = {}
        there: dict[str, dict[str, tuple[str, str, str]]] = {}
        for lane in draft.lanes:
            plan = self.plans.get(lane.account)
            for mapped in plan.mentions if plan is not None else ():
                info = infos.get(plan.network) if plan is not None else None
                mark = info.mark if info is not None else ""
                profile = mapped.profile
                line = (mark, profile.handle if profile else "", mapped.evidence)
                there.setdefault(mapped.typed, {}).setdefault(mark, line)
                if mapped.typed not in made or (profile and not made[mapped.typed].avatar):
                    name = profile.shown_name if profile else mapped.typed
                    avatar = profile.avatar if profile else ""
                    made[mapped.typed] = MentionShown(typed=mapped.typed, name=name, avatar=avatar)
        return [
            MentionShown(
                typed=one.typed,
                name=one.name,
                avatar=one.avatar,
                there=tuple(there[one.typed].values()),
            )
            for one in made.values()
        ]

    def media(self, draft: Draft, *, required: bool) -> list[MediaShown]:
        """The attachments, and what will be done to them."""
        accounts = [lane.account for lane in draft.lanes]
        limit = words.alt_limit(self.limits_of(accounts))
        networks, infos = self._networks(), self._services.networks()
        made = []
        for one in draft.media:
            bare = one.kind == "image" or one.mime in _STRIPPED
            note = "Sent without its location" if bare else ""
            shrunk = []
            for account in accounts:
                limits = self._limits_of(account)
                most = limits.media.image_bytes if limits and one.kind == "image" else 0
                if 0 < most < one.size:
                    info = infos.get(networks.get(account, ""))
                    shrunk.append((most, info.name if info else "one lane"))
            for most, name in dict.fromkeys(shrunk):
                note += f" · shrunk to {amount(most)} for {name}"
            made.append(MediaShown(media=one, note=note, limit=limit, missing=required))
        return made


def _handles(texts: Sequence[str]) -> list[str]:
    found = []
    for text in texts:
        if "@" not in text:
            continue
        for span in find_spans(text):
            if span.kind == "mention":
                found.append(text[span.start : span.end].removeprefix("@").lower())
    return found


@lru_cache(8)
def _first_link(text: str) -> str:
    """Lanes that follow the draft ask for the same text."""
    return first_link(text)


def _card_row(lane: Lane) -> tuple[SettingRow, ...]:
    chosen = "shown" if lane.card else "left"
    return (
        SettingRow(
            key=CARD,
            icon="link-simple",
            name="Link card",
            value="Shown" if lane.card else "Left out",
            options=(Option("shown", "Shown"), Option("left", "Left out")),
            chosen=(chosen,),
        ),
    )


def _media_row(draft: Draft, lane: Lane) -> tuple[SettingRow, ...]:
    kept = tuple(one.id for one in draft.media if one.id not in lane.without)
    options = tuple(
        Option(one.id, one.name or f"Picture {place}") for place, one in enumerate(draft.media, 1)
    )
    whole = len(kept) == len(draft.media)
    return (
        SettingRow(
            key=MEDIA,
            icon="image",
            name="Pictures",
            value="All" if whole else f"{len(kept)} of {len(draft.media)}",
            options=options,
            chosen=kept,
            many=True,
        ),
    )
