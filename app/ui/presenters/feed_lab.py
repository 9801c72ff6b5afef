"""The feed lab: a recipe is changed, tried out at once, kept, shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from app.feed.recipe import Rank, Recipe, RecipeSource, Term
from app.model.errors import BadInput, ServiceError
from app.ui.feeds import draft as changes
from app.ui.feeds.draft import Draft, LabRule
from app.ui.feeds.lab import LabPage
from app.ui.presenters.feed_files import FeedFiles
from app.ui.presenters.feed_keeping import LabKeeping
from app.ui.presenters.feed_trial import Trial
from app.ui.presenters.travel import Visit
from app.ui.presenters.travel_over import Over

if TYPE_CHECKING:
    from app.services.feed_values import FeedInfo
    from app.ui.presenters.surroundings import Surroundings

SOON = 40
"""ms after the last change until the preview follows: two frames."""

LIMITS: Mapping[str, Callable[[Recipe, float], Recipe]] = {
    "half_life": lambda r, v: replace(r, rank=replace(r.rank, half_life_hours=v)),
    "decay": lambda r, v: replace(r, spread=replace(r.spread, author_decay=v)),
    "hours": lambda r, v: replace(r, window=replace(r.window, hours=v)),
    "run": lambda r, v: replace(r, spread=replace(r.spread, max_run=int(v))),
    "top": lambda r, v: replace(r, top=v),
    "limit": lambda r, v: replace(r, limit=int(v)),
}
"""What each slider changes."""


class FeedLab(LabKeeping):
    """
    One recipe at a time, over the whole window.

    Args:
        go: Shows a feed when the lab is left.
        say: Tells of a trouble that has no place of its own.
    """

    def __init__(
        self,
        around: Surroundings,
        *,
        go: Callable[[str], None],
        say: Callable[[ServiceError], None],
    ) -> None:
        super().__init__(around.look, around.window, around.house.feeds, around.scope, go, say)
        self._house, self._pictures, self._networks = around.house, around.pictures, around.networks
        self._trial = Trial(self._house.feeds, self._scope, say)
        self._house.feeds.subscribe(lambda _: self._show())
        files = (self._look, self._window, self._house.feeds, self._house.publishing)
        self.files = FeedFiles(*files, self._scope, self.use, say)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._trial.follow)

    # ------------------------------------------------------------- opening

    def open(self, id: str) -> None:
        """Change the feed *id*; a document that cannot be used is shown as text."""
        try:
            self._open(Draft(self._feeds.recipe(id)))
        except BadInput as error:
            self.files.mend(id, error)
        except ServiceError as error:
            self._say(error)

    def begin(self) -> None:
        """A new feed, to start from."""
        terms = (Term(feature="affinity", weight=1.0), Term(feature="newest", weight=0.5))
        recipe = Recipe(
            id=self._feeds.book.free_id("my-feed"),
            name="My feed",
            rank=Rank(mode="score", terms=terms, half_life_hours=12),
        )
        self._open(Draft(recipe, saved=False))

    def import_file(self) -> None:
        """Choose a document, see what it would do, and use it."""
        self.files.choose()

    def import_link(self) -> None:
        """Ask for the address of a published one, see what it would do, and use it."""
        self.files.ask_link()

    def _on_publish(self) -> None:
        draft, page = self.draft, self.page
        if draft is None or page is None:
            return
        if draft.is_edited:
            page.preview.show_trouble("What is published is what is kept. Save the feed first.")
            return
        self.files.publish(draft.recipe.id)

    def use(self, recipe: Recipe) -> None:
        """Go on with *recipe*, which is not kept yet."""
        if self.draft is not None and self.draft.recipe.id == recipe.id:
            self._change(lambda _: recipe)
        else:
            self._open(Draft(recipe, saved=False))

    def as_room(self) -> Over:
        """For back and forward; what was not saved is there again, with its steps."""
        return Over(
            self._window,
            lambda: self.page,
            lambda: Visit(self.draft.recipe.id if self.draft else "", self.draft),
            lambda visit: self._reopen(visit.state),
            self.leave,
        )

    def _reopen(self, draft: Draft) -> None:
        kept = next((one for one in self._feeds.list() if one.id == draft.recipe.id), None)
        if draft.is_edited or kept is None:
            self._open(draft)
        else:
            self.open(draft.recipe.id)  # others may have changed it meanwhile

    def _open(self, draft: Draft) -> None:
        self._window.room_changing.emit()
        self.draft = draft
        page = LabPage(self._look, self._pictures, self._networks(), self._now())
        self.page = page
        self._connect(page)
        self._window.cover(page)
        self._install(page)
        self._show()
        self._trial.begin(page, draft)
        page.head.leave.setFocus()

    def _now(self) -> datetime:
        return self._house.clock.now()

    def _connect(self, page: LabPage) -> None:
        head, recipe, why = page.head, page.recipe, page.why
        head.back.connect(self.leave)
        head.rename.connect(self._on_rename)
        head.key_wanted.connect(self._on_key)
        head.undo.connect(self.undo)
        head.redo.connect(self.redo)
        head.revert.connect(self._on_revert)
        head.save.connect(self.save)
        recipe.add_source.connect(self._on_add_source)
        recipe.remove_source.connect(self._on_remove_source)
        recipe.add_rule.connect(lambda: self._on_rule(-1))
        recipe.edit_rule.connect(self._on_rule)
        recipe.rules_changed.connect(self._on_rules)
        recipe.weight_moved.connect(self._on_weight)
        recipe.term_wanted.connect(lambda one: self._on_weight(one, 0.5))
        recipe.term_removed.connect(
            lambda one: self._change(lambda r: changes.without_term(r, one))
        )
        recipe.mode_chosen.connect(self._on_mode)
        recipe.limit_moved.connect(
            lambda key, value: self._change(lambda r: LIMITS[key](r, value), key)
        )
        recipe.since_left.connect(
            lambda on: self._change(lambda r: replace(r, window=replace(r.window, since_left=on)))
        )
        why.share.connect(lambda: self.files.share(self._recipe()))
        why.publish.connect(self._on_publish)
        why.duplicate.connect(self._on_duplicate)
        why.json.connect(lambda: self.files.as_text(self._recipe()))
        why.remove.connect(self._on_remove)
        why.forget.connect(lambda: self._scope.start(self._forget(), name="keep forgetting"))
        page.preview.hidden_wanted.connect(self._on_hidden)

    def _install(self, page: LabPage) -> None:
        keys = (
            ("Esc", self.leave),
            ("Ctrl+Z", self.undo),
            ("Ctrl+Shift+Z", self.redo),
            ("Ctrl+S", self.save),
        )
        for key, act in keys:
            QShortcut(QKeySequence(key), page).activated.connect(act)

    # ------------------------------------------------------------- changing

    def _change(self, change: Callable[[Recipe], Recipe], kind: str = "") -> None:
        if self.draft is not None and self.draft.change(change, kind):
            self._show()
            self._timer.start(SOON)

    def undo(self) -> None:
        """Take the last step back."""
        if self.draft is not None and self.draft.can_undo:
            self.draft.undo()
            self._show()
            self._timer.start(0)

    def redo(self) -> None:
        """Take it again."""
        if self.draft is not None and self.draft.can_redo:
            self.draft.redo()
            self._show()
            self._timer.start(0)

    def _on_revert(self) -> None:
        draft = self.draft
        if draft is not None:
            self._change(lambda _: draft.saved or draft.base)

    def _on_weight(self, feature: str, weight: float) -> None:
        self._change(
            lambda r: changes.with_weight(r, feature, weight),  # type: ignore[arg-type]
            f"weight {feature}",
        )

    def _on_mode(self, mode: str) -> None:
        def change(recipe: Recipe) -> Recipe:
            terms = recipe.rank.terms
            if mode == "score" and not terms:
                terms = (Term(feature="newest", weight=1.0),)
            rank = replace(
                recipe.rank,
                mode="score" if mode == "score" else "time",
                oldest_first=mode == "oldest",
                terms=terms,
            )
            return replace(recipe, rank=rank)

        self._change(change)

    def _on_rules(self, rules: tuple[LabRule, ...]) -> None:
        self._change(lambda recipe: changes.with_rules(recipe, rules))

    def _on_rule(self, at: int) -> None:
        from app.ui.feeds.rule_dialog import RuleDialog  # loaded when it is opened

        rules = changes.rules_of(self._recipe())
        old = rules[at] if at >= 0 else None
        topics = tuple(self._feeds.word_lists().names)
        networks = {id: info.name for id, info in self._networks().items()}
        dialog = RuleDialog(self._look, old, self._window, networks=networks, topics=topics)

        def put(rule: LabRule) -> None:
            if old is None:
                made = (*rules, rule)
            else:
                made = (*rules[:at], replace(rule, on=old.on), *rules[at + 1 :])
            self._on_rules(made)

        dialog.made.connect(put)
        dialog.remove_wanted.connect(lambda: self._on_rules(rules[:at] + rules[at + 1 :]))
        dialog.open_once()

    def _on_add_source(self) -> None:
        from app.ui.feeds.dialogs import SourceDialog

        accounts = [(id, f"of {name}") for id, name in self._names().items()]
        own = self._recipe().id
        feeds = [(info.id, info.name) for info in self._feeds.list() if info.id != own]
        dialog = SourceDialog(self._look, self._window, accounts, feeds)
        dialog.made.connect(
            lambda source: self._change(
                lambda r: replace(r, sources=tuple(dict.fromkeys((*r.sources, source))))
            )
        )
        dialog.open_once()

    def _on_remove_source(self, at: int) -> None:
        def change(recipe: Recipe) -> Recipe:
            left: tuple[RecipeSource, ...] = recipe.sources[:at] + recipe.sources[at + 1 :]
            return replace(recipe, sources=left) if left else recipe

        self._change(change)

    def _on_rename(self) -> None:
        from app.ui.feeds.dialogs import NameDialog

        recipe = self._recipe()
        dialog = NameDialog(self._look, recipe.name, recipe.about, self._window)
        dialog.named.connect(
            lambda name, about: self._change(lambda r: replace(r, name=name, about=about))
        )
        dialog.open_once()

    # -------------------------------------------------------------- showing

    def _names(self) -> dict[str, str]:
        return {str(a.id): a.host for a in self._house.accounts.all()}

    def _show(self) -> None:
        page, draft = self.page, self.draft
        if page is None or draft is None:
            return
        recipe, info = draft.recipe, self._info()
        marks = {
            str(account.id): self._networks()[account.network].mark
            for account in self._house.accounts.all()
            if account.network in self._networks()
        }
        names = self._feeds.source_names() | self._names()
        page.recipe.show_recipe(recipe, names, marks)
        page.head.show_name(recipe.name, info.number if info is not None else 0)
        page.head.key.setEnabled(info is not None)
        page.head.show_steps(
            edited=draft.is_edited,
            undo=draft.can_undo,
            redo=draft.can_redo,
            saveable=draft.is_edited,
        )
        said = self._feeds.learning.marks()
        more = sum(one.more for one in said)
        page.why.show_learned(more, len(said) - more)
        page.why.show_words(self._feeds.in_words(recipe))
        own = info is not None and self._feeds.book.is_own(recipe.id)
        comes_along = self._comes_along(recipe.id)
        page.why.show_removing("" if not own else "Reset…" if comes_along else "Remove…")

    def _info(self) -> FeedInfo | None:
        id = self._recipe().id
        return next((info for info in self._feeds.list() if info.id == id), None)

    async def _forget(self) -> None:
        try:
            await self._feeds.forget_marks()
        except ServiceError as error:
            self._say(error)
        self._show()
        self._trial.follow()

    def _on_hidden(self) -> None:
        from app.ui.feeds.dialogs import DroppedDialog

        preview = self._trial.preview
        if preview is not None:
            DroppedDialog(self._look, self._window, preview.hidden, preview.dropped).open_once()

    def close(self) -> None:
        """Follow nothing any more."""
        self._timer.stop()
        self._trial.end()
        self.page = self.draft = None
