"""Lists of people in the window: made, filled, renamed, deleted, given rules, shown as feeds."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtWidgets import QDialog
from shiboken6 import isValid

from app.model import AccountId, Profile
from app.model.belongings import OwnList, Who
from app.model.errors import ServiceError
from app.ui.asyncqt import ask
from app.ui.feeds.market_values import MarketItem, MarketSection
from app.ui.presenters.behind import KEEP
from app.ui.presenters.shelves_part import ShelfPart, waits, words_of
from app.ui.shelves.values import ListItem, MemberItem
from app.ui.timeline.words import isolated

if TYPE_CHECKING:
    from app.services.lists import AccountLists
    from app.ui.shelves.dialogs import ListNameDialog
    from app.ui.shelves.list_detail import ListDetail

ASK, SEEK, FACES = "shelf lists", "shelf list people", "shelf list faces"
FOUND = 8


class ListsPart(ShelfPart):
    """Changes show at once, and are taken back when the server refuses them."""

    _found: tuple[AccountLists, ...] = ()
    _asking = False
    _busy = False
    _undo: Profile | None = None
    _people: Mapping[str, Profile] = {}
    _faces: Mapping[str, Profile] = {}
    detail: ListDetail | None = None
    dialog: ListNameDialog | None = None

    def begin(self) -> None:
        self._asking = True
        self._changed()
        self._scope.restart(self._load(), name=ASK)

    def stop(self) -> None:
        self._scope.stop(ASK)
        self._scope.stop(SEEK)
        self._scope.stop(FACES)
        self.detail = None

    def meet(self, detail: ListDetail) -> None:
        """Answer its signals."""
        self.detail = detail
        detail.act_wanted.connect(self._on_act)
        detail.typed.connect(lambda words: self._scope.restart(self._seek(words), name=SEEK))
        detail.put.connect(self._on_put)
        detail.opened.connect(self._on_opened)
        detail.replies_chosen.connect(lambda replies: self._on_rules(replies=replies))
        detail.exclusive_chosen.connect(lambda on: self._on_rules(exclusive=on))

    async def _load(self) -> None:
        self._found = await self._house.lists.all()
        self._asking = False
        if not self.key and (first := next(iter(self._every()), None)) is not None:
            self.key = _key(*first)
        self._changed()
        self._scope.restart(self._see_faces(), name=FACES)

    async def _see_faces(self) -> None:
        """Names and pictures of those on the list that is looked at."""
        chosen = self._chosen()
        if chosen is None:
            return
        try:
            people = await self._house.lists.faces(chosen[0], chosen[1].ref)
        except ServiceError:
            return  # their handles stand there all the same
        self._faces = {**self._faces, **{one.uri: one for one in people}}
        self._changed()

    # -------------------------------------------------------------- showing

    def choose(self, key: str) -> None:
        if key != self.key:
            self._undo, self._people = None, {}
            self._said, self.key = "", key
            self._scope.restart(self._see_faces(), name=FACES)
        super().choose(key)

    def sections(self) -> Sequence[MarketSection]:
        made = []
        for one in self._found:
            account, mark = self._account(one.account), self._mark(one.account)
            made.append(
                MarketSection(
                    key=one.account,
                    title=f"@{account.handle}",
                    items=tuple(_row(one.account, kept, mark) for kept in one.lists),
                    empty="It has no lists yet.",
                    trouble=self._trouble(one.account, one.trouble),
                    waits=waits(one.trouble),
                    loading=self._asking,
                )
            )
        if not made and self._asking:
            made.append(MarketSection(key="asking", title="Your lists", loading=True))
        return made

    def item(self) -> ListItem | None:
        chosen = self._chosen()
        if chosen is None:
            return None
        account, kept = chosen
        seen = "everybody can look it up" if kept.public else "only you see it"
        return ListItem(
            key=self.key,
            title=kept.title,
            about=f"A list of {isolated('@' + self._account(account).handle)} · {seen}",
            members=tuple(map(self._member, kept.members)),
            ruled=self._house.lists.can_settle(account),
            readable=not kept.moderation,
            replies=kept.replies,
            exclusive=kept.exclusive,
            busy=self._busy,
            said=self._said,
            danger=self._danger,
            undo=self._undo is not None,
        )

    def _member(self, who: Who) -> MemberItem:
        face = self._faces.get(who.uri)
        return MemberItem(
            key=who.uri or who.handle,
            name=face.shown_name if face is not None else "",
            handle=who.handle,
            picture=face.avatar if face is not None else "",
        )

    def nothing(self) -> tuple[str, str, str]:
        if self._asking:
            return "Asking for your lists", "Each of your servers keeps its own.", "list-bullets"
        if self._found and all(one.trouble for one in self._found):
            return "Your lists could not be had", "The left side says why.", "cloud-slash"
        return (
            "No lists yet",
            "Put people on a list to read them apart from all others, or as a feed.",
            "list-bullets",
        )

    def _every(self) -> list[tuple[AccountId, OwnList]]:
        return [(one.account, kept) for one in self._found for kept in one.lists]

    def _chosen(self) -> tuple[AccountId, OwnList] | None:
        return next((one for one in self._every() if _key(*one) == self.key), None)

    def _put_in(self, account: AccountId, changed: OwnList) -> None:
        """The list as it is now."""
        self._found = tuple(
            one
            if one.account != account
            else replace(
                one,
                lists=tuple(changed if kept.ref == changed.ref else kept for kept in one.lists),
            )
            for one in self._found
        )
        self._changed()

    # ------------------------------------------------------------ making one

    def make(self) -> None:
        """Ask what it is called, and whose it is."""
        from app.ui.shelves.dialogs import Choice, ListNameDialog

        choices = [
            Choice(
                one.account,
                f"@{self._account(one.account).handle}",
                "" if self._house.lists.can_settle(one.account) else "Lists there are public.",
            )
            for one in self._found
        ]
        if not choices:
            return
        dialog = self.dialog = ListNameDialog(
            self._look, self._window, title="New list", accounts=choices
        )
        dialog.named.connect(
            lambda account, name: self._scope.start(
                self._make(dialog, AccountId(account), name), name=f"{KEEP}list"
            )
        )
        dialog.open_once()

    async def _make(self, dialog: ListNameDialog, account: AccountId, name: str) -> None:
        try:
            ref = await self._house.lists.make(account, name)
        except ServiceError as error:
            self._on_trouble(dialog, error)
            return
        _close(dialog)
        self.key = f"{account} {ref}"
        self._said, self._danger = "Made. Now put somebody on it.", False
        await self._load()

    def _on_trouble(self, dialog: ListNameDialog, error: ServiceError) -> None:
        if isValid(dialog):
            dialog.show_trouble(error.message, error.next_step)
            return
        # Put away meanwhile: it is said on the page.
        self._said, self._danger = words_of(error), True
        self._changed()

    # ------------------------------------------------------------- changing

    def _on_act(self, act: str) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        account, kept = chosen
        match act:
            case "feed":
                self._show_as_feed("list", account, kept.ref, kept.title)
            case "rename":
                self._rename(account, kept)
            case "delete":
                self._scope.start(self._delete(account, kept), name=f"{KEEP}list")
            case "undo" if self._undo is not None:
                self._put(self._undo, True)

    def _rename(self, account: AccountId, kept: OwnList) -> None:
        from app.ui.shelves.dialogs import ListNameDialog

        dialog = self.dialog = ListNameDialog(
            self._look, self._window, title="Rename the list", name=kept.title
        )

        async def work(name: str) -> None:
            try:
                await self._house.lists.rename(account, kept.ref, name)
            except ServiceError as error:
                self._on_trouble(dialog, error)
                return
            _close(dialog)
            self._put_in(account, replace(kept, title=" ".join(name.split())))

        dialog.named.connect(lambda _, name: self._scope.start(work(name), name=f"{KEEP}list"))
        dialog.open_once()

    async def _delete(self, account: AccountId, kept: OwnList) -> None:
        from app.ui.shelves.dialogs import DeleteListQuestion

        question = DeleteListQuestion(self._look, kept.title, len(kept.members), self._window)
        if await ask(question) != QDialog.DialogCode.Accepted:
            return
        if await self._done(self._house.lists.delete(account, kept.ref), "Not deleted."):
            self.key = ""
            await self._load()

    def _on_rules(self, *, replies: str | None = None, exclusive: bool | None = None) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        account, kept = chosen
        wanted = replace(
            kept,
            replies=replies or kept.replies,
            exclusive=kept.exclusive if exclusive is None else exclusive,
        )

        async def work() -> None:
            self._put_in(account, wanted)
            if not await self._done(self._house.lists.settle(account, wanted), "Not changed."):
                self._put_in(account, kept)

        self._scope.start(work(), name=f"{KEEP}list")

    async def _done(self, call: Awaitable[object], refused: str) -> bool:
        """Await *call*; what went wrong is said."""
        self._busy, self._said, self._undo = True, "", None
        self._changed()
        try:
            await call
        except ServiceError as error:
            self._said = f"{refused} {words_of(error)}"
            self._danger = True
            return False
        finally:
            self._busy = False
            self._changed()
        self._danger = False
        return True

    # --------------------------------------------------------------- people

    async def _seek(self, words: str) -> None:
        chosen, detail = self._chosen(), self.detail
        if chosen is None or detail is None:
            return
        if not words.strip():
            detail.show_found(None)
            return
        account = chosen[0]
        try:
            found = await self._house.people.suggest(words, [account], FOUND)
        except ServiceError as error:
            self._said, self._danger = words_of(error), True
            self._changed()
            return
        self._people = {one.profile.uri: one.profile for one in found}
        self._show_found()

    def _show_found(self) -> None:
        chosen = self._chosen()
        if self.detail is None or chosen is None:
            return
        on = {who.uri or who.handle for who in chosen[1].members}
        self.detail.show_found(
            [
                MemberItem(
                    key=uri,
                    name=one.shown_name,
                    handle=one.handle,
                    picture=one.avatar,
                    on=uri in on or one.handle in on,
                )
                for uri, one in self._people.items()
            ]
        )

    def _profile(self, key: str) -> Profile | None:
        if (known := self._people.get(key) or self._faces.get(key)) is not None:
            return known
        chosen = self._chosen()
        members = chosen[1].members if chosen is not None else ()
        return next((Profile(w.uri, w.handle) for w in members if key in (w.uri, w.handle)), None)

    def _on_put(self, key: str, on: bool) -> None:
        profile = self._profile(key)
        if profile is not None:
            self._put(profile, on)

    def _put(self, profile: Profile, on: bool) -> None:
        self._scope.start(self._putting(profile, on), name=f"{KEEP}list member")

    async def _putting(self, profile: Profile, on: bool) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        account, kept = chosen
        others = tuple(
            w for w in kept.members if w.uri != profile.uri and w.handle != profile.handle
        )
        who = Who(profile.handle, profile.uri)
        self._put_in(account, replace(kept, members=(who, *others) if on else others))
        call = self._house.lists.put_profile(account, kept.ref, profile, on=on)
        self._faces = {**self._faces, profile.uri: profile}
        if await self._done(call, "Not done."):
            self._said = f"{isolated('@' + profile.handle)} is {'on' if on else 'off'} the list."
            self._undo = None if on else profile
        else:
            self._put_in(account, kept)
        self._changed()
        if self.detail is not None and self.detail.search.text().strip():
            self._show_found()

    def _on_opened(self, key: str) -> None:
        chosen, profile = self._chosen(), self._profile(key)
        if chosen is not None and profile is not None:
            self._doors.open_person(profile, self._account(chosen[0]).network)


def _close(dialog: ListNameDialog) -> None:
    if isValid(dialog):  # else it was put away before the server answered
        dialog.accept()


def _key(account: AccountId, kept: OwnList) -> str:
    return f"{account} {kept.ref}"


def _row(account: AccountId, kept: OwnList, mark: str) -> MarketItem:
    count = len(kept.members)
    parts = ["1 person" if count == 1 else f"{count} people"]
    if kept.exclusive:
        parts.append("not in home")
    if kept.moderation:
        parts.append("for moderation")
    return MarketItem(
        key=_key(account, kept),
        name=kept.title,
        line=" · ".join(parts),
        icon="list-bullets",
        mark=mark,
    )
