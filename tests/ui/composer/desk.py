"""A composer on small services of its own: drafts and outbox in memory."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.compose.plan import Acquaintance, LanePlan
from app.compose.spans import find_spans
from app.model import Account, AccountId, AccountState, NetworkInfo
from app.model.draft import Attachment, Draft, DraftId, Lane, Target
from app.model.errors import NotFound, ServiceError, Unreachable
from app.model.sending import Delivery, Limits, Part
from app.services.composing import ComposeWishes
from app.ui.asyncqt import TaskScope
from app.ui.composer.composer import Composer
from app.ui.presenters.compose_services import ComposeServices
from app.ui.presenters.composer import ComposerPresenter
from app.ui.presenters.composer_tools import ComposerTools
from app.ui.theme.look import Look
from tests.ui.composer import samples

INFOS = {
    "mastodon": NetworkInfo("mastodon", "Mastodon", "fediverse"),
    "bluesky": NetworkInfo("bluesky", "Bluesky", "bluesky"),
}
SALT, SKY, YARD = AccountId("salt"), AccountId("sky"), AccountId("yard")


def account(id: str, network: str, name: str, handle: str) -> Account:
    """One of mine."""
    return Account(
        id=AccountId(id),
        protocol=network,
        network=network,
        server=f"https://{handle.rpartition('@')[2]}",
        uri=f"https://{id}.example",
        handle=handle,
        name=name,
    )


MINE = (
    account("salt", "mastodon", "Juno Halvard", "juno@saltmarsh.example"),
    account("sky", "bluesky", "Juno Halvard", "juno.example.org"),
    account("yard", "mastodon", "Kiel Boatyard", "yard@boatyard.example"),
)
LIMITS = {SALT: samples.SALT_LIMITS, SKY: samples.SKY_LIMITS, YARD: samples.SALT_LIMITS}


class MemoryDrafts:
    """``Drafts`` without a disk; *broken* is raised instead of saving."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.kept: dict[DraftId, Draft] = {}
        self.earlier: dict[DraftId, list[Draft]] = {}
        self.files: dict[str, Path] = {}
        self.broken: ServiceError | None = None
        self.saves = 0

    def new(
        self,
        *,
        lanes: Sequence[Lane] = (),
        reply_to: Target | None = None,
        quote: Target | None = None,
        text: str = "",
    ) -> Draft:
        now = self._now()
        number = len(self.kept) + 1
        return Draft(
            id=DraftId(f"draft{number}"),
            created_at=now,
            updated_at=now,
            lanes=tuple(lanes),
            reply_to=reply_to,
            quote=quote,
            text=text,
        )

    async def save(self, draft: Draft) -> None:
        await asyncio.sleep(0)
        if self.broken is not None:
            raise self.broken
        self.saves += 1
        before = self.kept.get(draft.id)
        if before is None or before.text != draft.text:
            self.earlier.setdefault(draft.id, []).insert(0, draft)
        self.kept[draft.id] = draft

    def all(self) -> tuple[Draft, ...]:
        return tuple(self.kept.values())

    def find(self, id: DraftId) -> Draft:
        if id not in self.kept:
            raise NotFound("This draft is not there any more.")
        return self.kept[id]

    async def versions(self, id: DraftId) -> tuple[Draft, ...]:
        return tuple(self.earlier.get(id, []))

    async def drop(self, id: DraftId) -> None:
        self.kept.pop(id, None)

    async def attach(self, file: Path, alt: str = "") -> Attachment:
        return await self.attach_bytes(file.read_bytes(), file.name, alt)

    async def attach_bytes(self, data: bytes, name: str, alt: str = "") -> Attachment:
        id = hashlib.sha256(data).hexdigest()
        return Attachment(id=id, kind="image", mime="image/png", size=len(data), name=name, alt=alt)

    def file_of(self, id: str) -> Path:
        if id not in self.files:
            raise NotFound("The attached file is not there any more.")
        return self.files[id]


class MemoryOutbox:
    """``Outbox`` that only writes down what it was given."""

    def __init__(self, limits: dict[AccountId, Limits] | None = None) -> None:
        self._limits = dict(LIMITS if limits is None else limits)
        self._late: dict[AccountId, Limits] = {}
        self.sent: list[tuple[Draft, tuple[LanePlan, ...], float | None]] = []
        self.broken: ServiceError | None = None

    def known_limits(self, account: AccountId) -> Limits | None:
        return self._limits.get(account)

    def usual_limits(self, account: AccountId) -> Limits:
        return LIMITS[account]

    async def limits(self, account: AccountId) -> Limits:
        await asyncio.sleep(0)
        self._limits |= self._late
        if account not in self._limits:
            raise Unreachable("It has never said what it takes, and does not answer.")
        return self._limits[account]

    async def send(
        self, draft: Draft, plans: Sequence[LanePlan], *, undo: float | None = None
    ) -> tuple[Delivery, ...]:
        await asyncio.sleep(0)
        if self.broken is not None:
            raise self.broken
        self.sent.append((draft, tuple(plans), undo))
        return tuple(
            Delivery(
                draft=draft.id,
                account=plan.account,
                network=plan.network,
                state="queued",
                parts=tuple(Part(post=post) for post in plan.posts),
                queued_at=draft.updated_at,
            )
            for plan in plans
        )


class MemoryAccounts:
    """Three accounts, all well."""

    def __init__(self, accounts: Sequence[Account] = MINE) -> None:
        self._accounts = tuple(accounts)
        self.states: dict[AccountId, AccountState] = {}

    def all(self) -> tuple[Account, ...]:
        return self._accounts

    def state(self, account: AccountId) -> AccountState:
        return self.states.get(account, AccountState())


class StillScope(TaskScope):
    """Starts nothing: for what is looked at without an event loop."""

    def __init__(self) -> None:
        super().__init__(lambda error: None)

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> Any:
        work.close()

    def restart(self, work: Coroutine[Any, Any, None], *, name: str) -> Any:
        work.close()


class Desk:
    """A composer and everything behind it."""

    def __init__(
        self,
        look: Look,
        *,
        draft: Draft | None = None,
        lanes: Sequence[AccountId] = (SALT, SKY),
        accounts: Sequence[Account] = MINE,
        limits: dict[AccountId, Limits] | None = None,
        wishes: ComposeWishes | None = None,
        still: bool = False,
    ) -> None:
        """*still*: no event loop runs, so nothing that takes time is started."""
        self.bugs: list[Exception] = []
        self.scope: TaskScope = StillScope() if still else TaskScope(self.bugs.append)
        self.drafts = MemoryDrafts(lambda: samples.NOW)
        self.outbox = MemoryOutbox(limits)
        self.accounts = MemoryAccounts(accounts)
        self.wishes = wishes or ComposeWishes()
        self.known: dict[str, Acquaintance] = {}
        self.pictures = samples.Painted()
        self.opened: list[Draft] = []
        self.services = ComposeServices(
            drafts=self.drafts,
            outbox=self.outbox,
            accounts=self.accounts,
            networks=lambda: INFOS,
            now=lambda: samples.NOW,
            wishes=lambda: self.wishes,
        )
        made = draft or self.drafts.new()
        if not made.lanes:
            made = replace(made, lanes=tuple(Lane(account=one) for one in lanes))
        self.view = Composer(look, self.pictures, find_spans)
        self.presenter = ComposerPresenter(self.services, self.scope, self.view, made)
        self.tools = ComposerTools(
            look, self.services, self.scope, self.presenter, self.pictures, self.opened.append
        )
        self.sent: list[Draft] = []
        self.left = 0
        self.presenter.sent.connect(self.sent.append)
        self.presenter.left.connect(self._on_left)

    def _on_left(self) -> None:
        self.left += 1

    def show(self, width: int = 1280, height: int = 800, **more: object) -> None:
        """On the screen."""
        self.view.resize(width, height)
        self.presenter.show(**more)  # type: ignore[arg-type]
        self.view.show()

    def type(self, text: str) -> None:
        """As if typed at the cursor."""
        self.view.master.editor.insertPlainText(text)

    @property
    def draft(self) -> Draft:
        """As it is now."""
        return self.presenter.draft

    async def close(self) -> None:
        """Take all down."""
        await self.scope.close()
        self.view.close()
        self.view.deleteLater()
        assert not self.bugs, self.bugs
