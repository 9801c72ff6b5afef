"""The outbox on the screen: what is under way, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from app.model import Account, AccountId, AccountState, NetworkInfo
from app.model.acts import Wish
from app.model.draft import Draft, DraftId
from app.model.errors import ServiceError
from app.model.sending import Delivery, Outgoing
from app.ui.asyncqt import TaskScope
from app.ui.composer.options import AUDIENCES, VISIBILITIES, language_name
from app.ui.composer.values import SettingRow, Who
from app.ui.outbox import words
from app.ui.outbox.values import Act, OutLane
from app.ui.outbox.view import OutboxView
from app.ui.outbox.waiting import sentences
from app.ui.shell.items import Banner
from app.ui.shell.links import open_in_browser
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures

TICK_MS = 500
"""Between two looks at the clock: seconds that are left, files on their way."""
_ORDER = ("now", "waiting", "needs", "later", "done")


class OutboxService(Protocol):
    """See ``services.outbox.Outbox``: the part that is shown."""

    @property
    def held(self) -> bool: ...
    def deliveries(self, draft: DraftId | None = None) -> tuple[Delivery, ...]: ...
    def progress(self, draft: DraftId, account: AccountId) -> tuple[int, int, float] | None: ...
    def subscribe(self, listener: Callable[..., None]) -> Callable[[], None]: ...
    async def hold(self, held: bool) -> None: ...
    async def take_back(self, draft: DraftId) -> Draft | None: ...
    async def retry(self, draft: DraftId, account: AccountId) -> None: ...
    async def cancel(self, draft: DraftId, account: AccountId) -> bool: ...
    async def look(self, draft: DraftId, account: AccountId) -> None: ...
    async def seen(self, draft: DraftId, account: AccountId, address: str = "") -> None: ...
    async def delete(self, uri: str) -> Sequence[object]: ...


class OutboxServices(Struct, kw_only=True):
    """Everything behind the outbox's view."""

    outbox: OutboxService
    accounts: Callable[[], Sequence[Account]]
    state: Callable[[AccountId], AccountState]
    networks: Callable[[], Mapping[str, NetworkInfo]]
    now: Callable[[], datetime]
    reactions: Callable[[], Sequence[Wish]] = tuple
    open_url: Callable[[str], bool] = open_in_browser


class OutboxPresenter(QObject):
    """Shows deliveries; ``edit_wanted`` hands a draft back to be written on."""

    edit_wanted = Signal(object)
    time_wanted = Signal(object)
    """The same, to choose another time first."""
    leaving = Signal()

    def __init__(
        self,
        look: Look,
        services: OutboxServices,
        scope: TaskScope,
        pictures: Pictures,
        parent: QWidget | None = None,
    ) -> None:
        self.view = OutboxView(look, pictures)
        super().__init__(self.view)
        self._look, self._services, self._scope = look, services, scope
        self._pictures = pictures
        self.current: DraftId | None = None
        self._trouble = ""
        view = self.view
        view.leaving.connect(self.leaving)
        view.hold_wanted.connect(lambda held: self._do(services.outbox.hold(held)))
        view.chosen.connect(self.choose)
        view.item_acted.connect(self._on_item)
        view.lane_acted.connect(self._on_lane)
        view.take_back_wanted.connect(self._ask_take_back)
        view.banner_pressed.connect(self._on_banner)
        view.lanes.made.connect(self._draw)
        pictures.arrived.connect(self._draw)
        self._leave = services.outbox.subscribe(lambda _: self._soon.start())
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        self._ticks = QTimer(self)
        self._ticks.timeout.connect(self.refresh)
        self._ticks.start(TICK_MS)

    def close(self) -> None:
        """Look no more."""
        self._ticks.stop()
        self._soon.stop()
        self._leave()

    # ------------------------------------------------------------- showing

    def choose(self, draft: str) -> None:
        """Show the lanes of that one."""
        if draft != self.current:
            self.view.lanes.clear()
        self.current = DraftId(draft)
        self.refresh()

    def refresh(self) -> None:
        """Draw what is known now."""
        service, now = self._services.outbox, self._services.now()
        deliveries = service.deliveries()
        drafts = words.by_draft(deliveries)
        marks = {info.id: info.mark for info in self._services.networks().values()}
        items = [words.item_of(lanes, now, service.progress, marks) for lanes in drafts.values()]
        items.sort(key=lambda item: _ORDER.index(item.group))
        if self.current not in drafts:
            self.view.lanes.clear()
            self.current = items[0].draft if items else None
        handles = {account.id: account.handle for account in self._services.accounts()}
        reactions = sentences(self._services.reactions(), handles)
        self.view.show_items(items, self.current, words.waiting(deliveries), reactions)
        lanes = drafts.get(self.current, []) if self.current else []
        shown = [self._lane(lane, now) for lane in lanes]
        out = any(lane.state not in ("cancelled",) for lane in lanes)
        self.view.show_lanes(shown, out=out)
        self.view.show_held(service.held)
        self.view.show_banner(self._banner())

    def _lane(self, lane: Delivery, now: datetime) -> OutLane:
        service = self._services.outbox
        mine = {account.id: account for account in self._services.accounts()}
        account, info = mine.get(lane.account), self._services.networks().get(lane.network)
        progress = service.progress(lane.draft, lane.account)
        who = Who(
            account=lane.account,
            name=(account.name or account.handle) if account else "An account that is gone",
            handle=account.handle if account else "",
            mark=info.mark if info else "",
            network=info.name if info else lane.network,
            avatar=account.avatar if account else "",
        )
        return OutLane(
            who=who,
            posts=tuple(part.post for part in lane.parts),
            state=words.state_of(lane, now, progress),
            upload=words.upload_of(lane, progress),
            box=words.box_of(lane, account.host if account else ""),
            acts=_lane_acts(lane),
            journal=words.journal_of(lane),
            settings=_settings(lane.parts[0].post),
        )

    def _banner(self) -> Banner | None:
        if self._trouble:
            return Banner("trouble", "danger", "warning-circle", self._trouble, "", "Good")
        if self._services.outbox.held:
            return Banner("held", "warn", "pause", "Nothing leaves.", "You hold it all.", "Go on")
        states = [self._services.state(one.id).kind for one in self._services.accounts()]
        if states and all(kind == "offline" for kind in states):
            text = "What you write now goes out when the line is back, in its order."
            return Banner("offline", "warn", "wifi-slash", "You are offline.", text)
        return None

    def _draw(self, _what: object = None) -> None:
        theme = self._look.theme
        side = theme.length(theme.tokens.composer.avatar, capped=True)
        form = Form(side, side, self.view.devicePixelRatioF(), side / 2, kind="avatar")
        urls = {account.id: account.avatar for account in self._services.accounts()}
        for account, panel in self.view.lanes.panels.items():
            if url := urls.get(account):
                panel.head.show_picture(self._pictures.request(url, form))

    # --------------------------------------------------------------- acting

    def _do(self, work: object) -> None:
        self._scope.start(self._guarded(work), name="keep outbox")

    async def _guarded(self, work: object) -> None:
        try:
            await work  # type: ignore[misc]
            self._trouble = ""
        except ServiceError as error:
            self._trouble = f"{error.message} {error.next_step}".strip()
        self.refresh()

    def _on_banner(self, key: str) -> None:
        if key == "held":
            self._do(self._services.outbox.hold(False))
            return
        self._trouble = ""
        self.refresh()

    def _on_item(self, draft: str, key: str) -> None:
        id = DraftId(draft)
        if key == "draft":
            self._do(self._edit(id))
        elif key == "now":
            self._do(self._retry_all(id))
        elif key == "time":
            self._do(self._edit(id, then=self.time_wanted))

    def _on_lane(self, account: str, key: str) -> None:
        service, draft = self._services.outbox, self.current
        if draft is None:
            return
        match key:
            case "retry":
                self._do(service.retry(draft, AccountId(account)))
            case "look":
                self._do(service.look(draft, AccountId(account)))
            case "seen":
                self._do(service.seen(draft, AccountId(account)))
            case "cancel":
                self._do(self._cancel(draft, AccountId(account)))
            case "edit":
                self._do(self._edit(draft))
            case "open":
                self._open(draft, AccountId(account))
            case "alone":
                self._do(self._edit(draft, alone=True))

    def _open(self, draft: DraftId, account: AccountId) -> None:
        """See it where it is."""
        for lane in self._services.outbox.deliveries(draft):
            done = lane.parts[0].done
            if lane.account == account and done is not None and done.url:
                self._services.open_url(done.url)

    async def _retry_all(self, draft: DraftId) -> None:
        for lane in self._services.outbox.deliveries(draft):
            if lane.state in ("failed", "queued"):
                await self._services.outbox.retry(draft, lane.account)

    async def _cancel(self, draft: DraftId, account: AccountId) -> None:
        if not await self._services.outbox.cancel(draft, account):
            self._trouble = "It has left already; it can only be deleted."

    async def _edit(
        self, draft: DraftId, *, alone: bool = False, then: SignalInstance | None = None
    ) -> None:
        """Back to the composer; *alone*: without the post that it answers or quotes."""
        back = await self._services.outbox.take_back(draft)
        if back is None:
            self._trouble = "All of it has left already; it can only be deleted."
            return
        back = replace(back, reply_to=None, quote=None) if alone else back
        (then or self.edit_wanted).emit(back)

    def _ask_take_back(self) -> None:
        if self.current is None:
            return
        from app.ui.outbox.take_back import TakeBackDialog  # loaded when it is opened

        lanes = [
            lane
            for lane in self._services.outbox.deliveries(self.current)
            if lane.state != "cancelled"
        ]
        mine = {account.id: account.handle for account in self._services.accounts()}
        out = [f"@{mine.get(one.account, one.network)}" for one in lanes if _is_out(one)]
        held = [f"@{mine.get(one.account, one.network)}" for one in lanes if not _is_out(one)]
        dialog = TakeBackDialog(self._look, out, held, self.view.window())
        draft = self.current
        dialog.accepted.connect(lambda: self._do(self._take_back(draft)))
        dialog.open_once()

    async def _take_back(self, draft: DraftId) -> None:
        """Stop what has not left, and delete what has."""
        service = self._services.outbox
        back = await service.take_back(draft)
        uris = [
            part.done.uri
            for lane in service.deliveries(draft)
            for part in lane.parts
            if part.done is not None and part.done.uri
        ]
        if uris:
            # Deleting one deletes every copy of it.
            await service.delete(uris[0])
        if back is not None and not uris:
            self.edit_wanted.emit(back)


def _is_out(lane: Delivery) -> bool:
    return lane.state == "delivered" or any(part.done is not None for part in lane.parts)


def _lane_acts(lane: Delivery) -> tuple[Act, ...]:
    if lane.state in ("queued", "failed", "sending", "scheduled", "unknown"):
        acts = (Act("cancel", "Do not send it here"),)
        if lane.state == "queued" and lane.trouble is not None:
            return (*acts, Act("retry", "Try now", "outline"))
        return acts
    done = lane.parts[0].done
    if lane.state == "delivered" and done is not None and done.url:
        return (Act("open", "Open on the web"),)
    return ()


def _settings(post: Outgoing) -> tuple[SettingRow, ...]:
    name, icon = VISIBILITIES[post.visibility]
    rows = [SettingRow(key="visibility", icon=icon, name="Visibility", value=name, fixed=True)]
    if post.replies != ("anyone",):
        value = " + ".join(AUDIENCES[one] for one in post.replies)
        rows = [
            SettingRow(
                key="replies", icon="chat-circle", name="Who may reply", value=value, fixed=True
            )
        ]
    if post.langs:
        value = ", ".join(language_name(code) for code in post.langs)
        rows.append(
            SettingRow(key="lang", icon="translate", name="Language", value=value, fixed=True)
        )
    return tuple(rows)
