"""Making a rule: what it does, what it looks at, and for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.feed.recipe import Condition, Field, Fold, Group, Op, Recipe
from app.feed.recipe_reading import OPS, WORDS, BadRecipe, recipe_from_json, recipe_to_json
from app.feed.rule_words import in_words
from app.ui.feeds import words
from app.ui.feeds.choice import Choice
from app.ui.feeds.draft import Effect, LabRule
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Segment
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field as Input
from app.ui.widgets.words import Words

FIELDS: tuple[tuple[Field, str], ...] = (
    ("text", "Words in the text"),
    ("author_relation", "Who wrote it, to you"),
    ("kind", "What kind of post it is"),
    ("has", "What is attached"),
    ("seen", "Whether you have seen it"),
    ("replied", "Whether you have answered it"),
    ("filtered", "Whether it is covered"),
    ("topic", "What it is about"),
    ("tag", "Tags"),
    ("lang", "Language"),
    ("network", "Network"),
    ("author", "One author"),
    ("list", "Lists of people"),
    ("author_domain", "The author’s server"),
    ("author_rate", "How often the author posts"),
    ("link_domain", "Where it links to"),
    ("reply_to_relation", "Whom it answers"),
    ("replies", "Number of answers"),
    ("likes", "Number of likes"),
    ("reposts", "Number of reposts"),
    ("length", "Length in characters"),
    ("age_hours", "Age in hours"),
    ("label", "Labels"),
)
_OPS: Mapping[str, str] = {
    "is": "is",
    "is_not": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "has_word": "has the word",
    "has_phrase": "has the words in a row",
    "starts_with": "begins with",
    "wildcard": "matches, * stands for anything",
    ">=": "at least",
    "<=": "at most",
    "between": "between",
    "exists": "is there",
}
_FLAGS = ("seen", "replied", "filtered")
_EFFECTS = (("keep", "Keep only"), ("any", "Keep also"), ("drop", "Drop"), ("fold", "Fold"))
_SURE = 0.6


class RuleDialog(Dialog):
    """One rule, from words to a condition. *topics*: what can be recognised."""

    made = Signal(object)
    remove_wanted = Signal()

    def __init__(
        self,
        look: Look,
        rule: LabRule | None,
        parent: QWidget,
        *,
        networks: Mapping[str, str],
        topics: tuple[str, ...],
    ) -> None:
        title = "Change the rule" if rule is not None else "New rule"
        super().__init__(look, title, parent, width=look.theme.tokens.dialog.widthWide)
        self._networks, self._topics = networks, topics
        self._nested = rule.rule if rule is not None and isinstance(rule.rule, Group) else None
        body, column = self.column()
        self._effect = Segment(look, "What it does", _EFFECTS)
        self._effect.chosen.connect(self._on_effect)
        column.addWidget(self._effect)
        self._what = QWidget()
        self._row = QHBoxLayout(self._what)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(look.theme.tokens.button.gap)
        self._field = Choice(look, "Looks at", FIELDS)
        self._field.chosen.connect(lambda _: self._on_field())
        self._row.addWidget(self._field)
        self._row.addStretch(1)
        column.addWidget(self._what)
        self._value = QVBoxLayout()
        column.addLayout(self._value)
        self._trouble = Words(look, "", "small", "danger", wrap=True)
        column.addWidget(self._trouble)
        self._trouble.hide()
        self._op: Choice | None = None
        self._words: Choice | None = None
        self._text: Input | None = None
        cancel, done = Button(look, "Cancel"), Button(look, "Use this rule", "tonal")
        cancel.clicked.connect(self.reject)
        done.clicked.connect(self._on_done)
        left: list[QWidget] = []
        if rule is not None:
            remove = Button(look, "Remove", "danger", icon="trash")
            remove.clicked.connect(self._on_remove)
            left.append(remove)
        self.fill(body, left=left, right=[cancel, done])
        self._show(rule)

    # -------------------------------------------------------------- showing

    def _show(self, rule: LabRule | None) -> None:
        self._chosen: Effect = rule.effect if rule is not None else "drop"
        self._effect.choose(self._chosen)
        condition = rule.rule if rule is not None else None
        if isinstance(condition, Condition):
            self._field.put((condition.field,))
        self._on_effect(self._chosen)
        if rule is not None and rule.effect == "fold" and self._words is not None:
            self._words.put((rule.fold.by,))
            if self._text is not None:
                self._text.input.setText(str(rule.fold.keep))
        elif isinstance(condition, Condition):
            self._put(condition)

    def _put(self, condition: Condition) -> None:
        value = condition.value
        if self._op is not None:
            off = condition.field in _FLAGS and bool(value) != (condition.op == "is")
            self._op.put(
                ("no" if off else "yes",) if condition.field in _FLAGS else (condition.op,)
            )
            self._on_op()
        values = value if isinstance(value, tuple) else (value,)
        if condition.field == "topic":
            values = values[:1]
        if self._words is not None:
            self._words.put([str(one) for one in values])
        elif self._text is not None:
            self._text.input.setText(", ".join(_shown(one) for one in values))

    def _on_effect(self, effect: str) -> None:
        self._chosen = effect  # type: ignore[assignment]
        self._field.setVisible(effect != "fold" and self._nested is None)
        if effect == "fold":
            self._clear()
            self._words = self._choice(
                "Together by",
                (
                    ("person", "by person"),
                    ("author", "by account"),
                    ("link", "by link"),
                    ("thread", "by conversation"),
                ),
            )
            self._input("How many stay", "1")
            self.settle()
        elif self._nested is not None:
            self._clear()
            text = f"Several conditions: {in_words(self._nested)}. Change them as text."
            self._value.addWidget(Words(self.look, text, "meta", "textSecondary", wrap=True))
            self.settle()
        else:
            self._on_field()

    def _on_field(self) -> None:
        self._clear()
        field = self._field.key
        if field in _FLAGS:
            self._op = self._choice("Which", (("yes", "yes"), ("no", "no")))
        elif field == "topic":
            self._words = self._choice("Topic", [(one, one) for one in self._topics])
        else:
            ops = [(op, _OPS[op]) for op in OPS[field]]
            self._op = self._choice("How", ops)
            self._op.chosen.connect(lambda _: self._on_op())
            self._on_op()
        self.settle()

    def _on_op(self) -> None:
        """The value that goes with it."""
        field, op = self._field.key, self._op.key if self._op is not None else ""
        if field in _FLAGS:
            return
        self._drop_value()
        fixed = WORDS.get(field) or (frozenset(self._networks) if field == "network" else None)
        if op == "exists":
            self._words = self._choice(
                "Whether", (("yes", "there is one"), ("no", "there is none"))
            )
        elif fixed:
            names = {**self._networks, **words.PLAIN}
            options = [(one, names.get(one, one)) for one in sorted(fixed)]
            self._words = self._choice("For", options, many=op in ("in", "not_in"))
        else:
            several = op in ("in", "not_in", "has_word", "has_phrase", "between")
            note = "several, with commas" if several else ""
            self._input("For", note=note)
        self.settle()

    def _choice(self, name: str, options: Any, *, many: bool = False) -> Choice:
        made = Choice(self.look, name, options or [("", "none")], many=many)
        self._row.insertWidget(self._row.count() - 1, made)
        return made

    def _input(self, label: str, text: str = "", *, note: str = "") -> None:
        self._text = Input(self.look, label, note=note)
        self._text.input.setText(text)
        self._text.submitted.connect(self._on_done)
        self._value.addWidget(self._text)

    def _clear(self) -> None:
        self._drop_value()
        if self._op is not None:
            self._op.hide()
            self._op.deleteLater()
            self._op = None

    def _drop_value(self) -> None:
        self._trouble.hide()
        for widget in (self._words, self._text):
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._words = self._text = None
        while (item := self._value.takeAt(0)) is not None:
            if (gone := item.widget()) is not None:
                gone.hide()
                gone.deleteLater()

    # --------------------------------------------------------------- made

    def _on_remove(self) -> None:
        self.accept()
        self.remove_wanted.emit()

    def _on_done(self) -> None:
        try:
            made = self._made()
        except (BadRecipe, ValueError) as error:
            message = error.message if isinstance(error, BadRecipe) else str(error)
            self._say(message)
            return
        self.accept()
        self.made.emit(made)

    def _say(self, message: str) -> None:
        if self._text is not None:
            self._text.trouble(message)
        else:
            self._trouble.say(message)
            self._trouble.show()
        self.settle()

    def _made(self) -> LabRule:
        """Raises: ValueError, BadRecipe, with words for people."""
        if self._chosen == "fold":
            return LabRule(effect="fold", fold=self._fold())
        if self._nested is not None:
            return LabRule(effect=self._chosen, rule=self._nested)
        condition = self._condition()
        recipe = Recipe(id="x", name="x", where=Group(all=(condition,)))
        where = recipe_from_json(recipe_to_json(recipe)).where
        assert where is not None
        return LabRule(effect=self._chosen, rule=where.all[0])

    def _fold(self) -> Fold:
        text = self._text.text().strip() if self._text is not None else ""
        if not text.isdecimal() or not 1 <= int(text) <= 100:
            raise ValueError("Give a number from 1 to 100.")
        by: Any = self._words.key if self._words is not None else "person"
        return Fold(by=by, keep=int(text))

    def _condition(self) -> Condition:
        field: Any = self._field.key
        op: Any = self._op.key if self._op is not None else ""
        if field in _FLAGS:
            return Condition(field=field, op="is", value=op == "yes")
        if field == "topic":
            topic = self._words.key if self._words is not None else ""
            if not topic:
                raise ValueError("There are no lists of words for topics.")
            # The topic by name, and how sure one has to be of it.
            return Condition(field=field, op=">=", value=(topic, _SURE))  # type: ignore[arg-type]
        return Condition(field=field, op=op, value=self._read(op))

    def _read(self, op: Op) -> Any:
        if self._words is not None:
            if op == "exists":
                return self._words.key == "yes"
            if not self._words.keys:
                raise ValueError("Choose at least one.")
            return self._words.keys if op in ("in", "not_in") else self._words.key
        text = self._text.text() if self._text is not None else ""
        parts = tuple(part for one in text.split(",") if (part := one.strip()))
        if not parts:
            raise ValueError("Say for what.")
        if op in (">=", "<=", "between"):
            numbers = tuple(_number(part) for part in parts)
            if op == "between" and len(numbers) != 2:
                raise ValueError("Give two numbers with a comma between them.")
            return numbers if op == "between" else numbers[0]
        if op in ("in", "not_in") or (op in ("has_word", "has_phrase") and len(parts) > 1):
            return parts
        return text.strip()


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"“{text}” is no number.") from None


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
