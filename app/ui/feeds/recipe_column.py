"""The lab's left column: where posts come from, rules, ranking, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.feed.feature_names import NAMES
from app.feed.recipe import Feature, Recipe, RecipeSource
from app.ui.feeds import words
from app.ui.feeds.draft import rules_of
from app.ui.feeds.rules import RuleList
from app.ui.feeds.sliders import ChoiceRow, WeightRow
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Segment, Switch
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.panel import Mark, Panel
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

MODES = (("score", "By score"), ("time", "Newest first"), ("oldest", "Oldest first"))


class SourceChip(Panel):
    """One source, and a way to take it out."""

    remove_wanted = Signal()

    def __init__(self, look: Look, text: str, mark: str, *, alone: bool) -> None:
        height = look.theme.length(look.theme.tokens.target.min)
        super().__init__(look, "surface", edge="border", radius=height / 2)
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.gap, 0, tokens.space.xs if not alone else 10, 0)
        row.setSpacing(tokens.space.xs)
        self.setFixedHeight(height)
        if mark:
            row.addWidget(Mark(look, mark, tokens.icon.markCard))
        name = Words(look, text, "meta")
        name.setMaximumWidth(look.theme.length(tokens.lab.rules - 4 * tokens.space.xl, capped=True))
        name.setToolTip(plain_tip(text))
        row.addWidget(name)
        if not alone:
            close = IconButton(
                look,
                "x",
                f"Take “{text}” out",
                target=tokens.lab.badge,
                icon_size=tokens.icon.small,
                color="textTertiary",
            )
            close.clicked.connect(self.remove_wanted)
            row.addWidget(close)


class RecipeColumn(Scrolled):
    """Shows a recipe; tells of every wish to change it."""

    add_source = Signal()
    remove_source = Signal(int)
    add_rule = Signal()
    edit_rule = Signal(int)
    rules_changed = Signal(tuple)
    weight_moved = Signal(str, float)
    term_wanted = Signal(str)
    term_removed = Signal(str)
    mode_chosen = Signal(str)
    limit_moved = Signal(str, float)
    since_left = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._weights: list[WeightRow] = []
        self._sources: tuple[object, ...] = ()
        space = look.theme.tokens.space
        self.column.setContentsMargins(space.l, space.m, space.l, space.l)
        self.column.setSpacing(space.s)
        self._make_sources()
        self._make_rules()
        self._make_ranking()
        self._make_limits()
        self.column.addStretch(1)

    # ------------------------------------------------------------- building

    def _head(self, title: str, button: QWidget | None = None) -> None:
        row = QHBoxLayout()
        row.addWidget(Words(self._look, title, "metaStrong", weight=600), 1)
        if button is not None:
            row.addWidget(button)
        self.column.addLayout(row)

    def _plus(self, name: str, signal: object) -> Button:
        button = Button(self._look, "Add", "plain", icon="plus", size="small")
        button.setAccessibleName(name)
        button.clicked.connect(lambda: signal.emit())  # type: ignore[attr-defined]
        return button

    def _make_sources(self) -> None:
        self._head("Sources", self._plus("Add a source", self.add_source))
        held = QWidget()
        gap = self._look.theme.tokens.space.half * 3
        self._chips = FlowLayout(held, gap=gap, line_gap=gap)
        policy = held.sizePolicy()
        policy.setHeightForWidth(True)
        held.setSizePolicy(policy)
        self.column.addWidget(held)

    def _make_rules(self) -> None:
        self.column.addSpacing(self._look.theme.tokens.space.s)
        self._head("Rules", self._plus("Add a rule", self.add_rule))
        self.rules = RuleList(self._look)
        self.rules.changed.connect(self.rules_changed)
        self.rules.edit_wanted.connect(self.edit_rule)
        self.column.addWidget(self.rules)
        text = "No rules: everything that comes is kept."
        self._no_rules = Words(self._look, text, "meta", "textTertiary", wrap=True)
        self.column.addWidget(self._no_rules)

    def _make_ranking(self) -> None:
        look = self._look
        self.column.addSpacing(look.theme.tokens.space.s)
        self._head("Ranking")
        self._mode = Segment(look, "Order", MODES)
        self._mode.spread()
        self._mode.chosen.connect(self.mode_chosen)
        self.column.addWidget(self._mode)
        self._as_given = Words(
            look, "In the order that the source gives.", "meta", "textTertiary", wrap=True
        )
        self.column.addWidget(self._as_given)
        self._scored = QWidget()
        column = QVBoxLayout(self._scored)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.theme.tokens.space.s)
        self._weights_box = QVBoxLayout()
        self._weights_box.setSpacing(look.theme.tokens.space.s)
        column.addLayout(self._weights_box)
        self._add_term = Button(look, "Add a scorer", "link", icon="plus", size="small")
        self._add_term.clicked.connect(self._offer_terms)
        column.addWidget(self._add_term, 0, Qt.AlignmentFlag.AlignLeading)
        self._half = self._choice("half_life", "Age", words.HALF_LIVES, words.half_life_words)
        column.addWidget(self._half)
        self._decay = self._choice(
            "decay", "Different people in a row", words.DECAYS, words.decay_words
        )
        column.addWidget(self._decay)
        self.column.addWidget(self._scored)

    def _make_limits(self) -> None:
        look = self._look
        self.column.addSpacing(look.theme.tokens.space.s)
        self._head("Limits")
        self._window = self._choice("hours", "Looks back", words.WINDOWS, words.window_words)
        self._run = self._choice("run", "By one person in a row", words.RUNS, words.run_words)
        self._share = self._choice("top", "Shows", words.SHARES, words.share_words)
        self._most = self._choice("limit", "At most", words.LIMITS, lambda n: f"{n:.0f} posts")
        for row in (self._window, self._run, self._share, self._most):
            self.column.addWidget(row)
        line = QHBoxLayout()
        line.addWidget(Words(look, "Only since you were last here", "meta"), 1)
        self._since = Switch(look, "Only since you were last here")
        self._since.clicked.connect(self.since_left)
        line.addWidget(self._since)
        self.column.addLayout(line)

    def _choice(self, key: str, name: str, values: Sequence[float], said: object) -> ChoiceRow:
        row = ChoiceRow(self._look, name, values, said)  # type: ignore[arg-type]
        row.moved.connect(lambda: self.limit_moved.emit(key, row.choice))
        return row

    # -------------------------------------------------------------- showing

    def show_recipe(
        self, recipe: Recipe, names: Mapping[str, str], marks: Mapping[str, str]
    ) -> None:
        """Show *recipe*. *names*, *marks*: of accounts, by id."""
        self._show_sources(recipe.sources, names, marks)
        rules = rules_of(recipe)
        self.rules.show_rules(rules)
        self._no_rules.setVisible(not rules)
        rank = recipe.rank
        given = rank.mode == "source"
        mode = "oldest" if rank.mode == "time" and rank.oldest_first else rank.mode
        self._mode.setVisible(not given)
        self._as_given.setVisible(given)
        if not given:
            self._mode.choose(mode)
        self._scored.setVisible(rank.mode == "score")
        self._show_weights(recipe)
        self._half.show_choice(rank.half_life_hours)
        self._decay.show_choice(recipe.spread.author_decay)
        self._window.show_choice(recipe.window.hours)
        self._run.show_choice(recipe.spread.max_run)
        self._share.show_choice(recipe.top)
        self._share.setVisible(rank.mode == "score")
        self._most.show_choice(recipe.limit)
        self._since.setChecked(recipe.window.since_left)

    def _show_sources(
        self,
        sources: tuple[RecipeSource, ...],
        names: Mapping[str, str],
        marks: Mapping[str, str],
    ) -> None:
        wanted = (sources, tuple(names.items()))
        if wanted == self._sources:
            return
        self._sources = wanted
        while (item := self._chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for at, source in enumerate(sources):
            text = words.source_words(source, names)
            mark = marks.get(source.account, "")
            chip = SourceChip(self._look, text, mark, alone=len(sources) == 1)
            chip.remove_wanted.connect(lambda at=at: self.remove_source.emit(at))
            self._chips.addWidget(chip)
        self._chips.invalidate()

    def _show_weights(self, recipe: Recipe) -> None:
        terms = recipe.rank.terms
        if [row.feature for row in self._weights] != [term.feature for term in terms]:
            for row in self._weights:
                row.hide()
                row.deleteLater()
            self._weights = []
            for term in terms:
                row = self._weight(term.feature, term.weight)
                self._weights.append(row)
                self._weights_box.addWidget(row)
        for row, term in zip(self._weights, terms, strict=True):
            row.show_weight(term.weight)
        self._add_term.setVisible(len(terms) < len(NAMES))

    def _weight(self, feature: Feature, weight: float) -> WeightRow:
        row = WeightRow(self._look, feature, words.SHORT[feature], weight, NAMES[feature])
        row.moved.connect(lambda: self.weight_moved.emit(feature, row.weight))
        row.remove_wanted.connect(lambda: self.term_removed.emit(feature))
        return row

    def _offer_terms(self) -> None:
        used = {row.feature for row in self._weights}
        menu = QMenu(self)
        menu.setAccessibleName("Scorers")
        menu.aboutToHide.connect(menu.deleteLater)
        for feature in NAMES:
            if feature not in used:
                act = menu.addAction(words.SHORT[feature])
                act.triggered.connect(lambda _=False, one=feature: self.term_wanted.emit(one))
        menu.popup(self._add_term.mapToGlobal(self._add_term.rect().bottomLeft()))
