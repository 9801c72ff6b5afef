"""A post in another language, beside what was written."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout

from app.model import Post
from app.model.about import Translation
from app.ui.about.side import SidePage
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Panel
from app.ui.widgets.selectable import SelectableWords
from app.ui.widgets.words import Words

USUAL = ("en", "de", "fr", "es", "it", "nl", "pl", "pt", "ja", "ko", "zh", "ar", "uk")
"""Offered beside the reader's own: what translators of servers mostly know."""


def language_name(code: str) -> str:
    """What a language is called; the code itself where Qt knows no name."""
    locale = QLocale(code.replace("-", "_"))
    is_known = bool(code) and locale.language() != QLocale.Language.C
    return QLocale.languageToString(locale.language()) if is_known else code


class TranslatedPage(SidePage):
    """``to_wanted``: in that language instead."""

    to_wanted = Signal(str)

    def __init__(self, look: Look, languages: Sequence[str]) -> None:
        super().__init__(look, "Translation")
        self._languages = tuple(dict.fromkeys([*languages, *USUAL]))
        self._to = ""
        self.to = Button(look, "", "outline", icon="translate", size="small")
        self.to.clicked.connect(self._on_choose)
        self.bar.addWidget(self.to)

    def begin(self, to: str) -> None:
        """It is being translated into that."""
        self._to = to
        name = language_name(to)
        self.to.rename(name)
        self.to.setAccessibleName(f"Translated into {name}: choose another language")

    def show_translation(self, post: Post, made: Translation) -> None:
        """Both, one below the other."""
        self.clear()
        self.begin(made.to)
        lang = made.lang or (post.langs[0] if post.langs else "")
        source = f"From {language_name(lang)}" if lang else "From a language that was guessed"
        by = f", by {made.by}" if made.by else ""
        line = Words(self._look, f"{source}{by}", "small", "textSecondary", wrap=True)
        self._block("", made.text.text, made.warning, made.options, made.alts, line)
        warning = next((one.text for one in post.advisories if one.kind == "warning"), "")
        options = tuple(one.title for one in post.poll.options) if post.poll is not None else ()
        alts = tuple(one.alt for one in post.media)
        self._block("What was written", post.text.text, warning, options, alts, None)
        note = (
            "A machine at your server translated this. It was asked because you asked; "
            "nothing is translated by itself."
        )
        self.column.addWidget(Words(self._look, note, "small", "textTertiary", wrap=True))
        self.column.addStretch(1)
        self.holder.show_state(None)

    def _block(
        self,
        title: str,
        text: str,
        warning: str,
        options: Sequence[str],
        alts: Sequence[str],
        line: Words | None,
    ) -> None:
        look, tokens = self._look, self._look.theme.tokens
        edge = "border" if title else "accent"
        box = Panel(look, "surface", edge=edge, radius=tokens.radius.box)
        column = QVBoxLayout(box)
        column.setContentsMargins(*[tokens.space.m] * 4)
        column.setSpacing(tokens.space.xs)
        if title:
            column.addWidget(Words(look, title, "small", "textSecondary"))
        if line is not None:
            column.addWidget(line)
        if warning:
            column.addWidget(Words(look, warning, "metaStrong", wrap=True))
        words = SelectableWords(look)
        words.say(text)
        column.addWidget(words)
        for option in options:
            column.addWidget(Words(look, f"○  {option}", "bodySmall", wrap=True))
        for alt in alts:
            if alt:
                said = f"Description: {alt}"
                column.addWidget(Words(look, said, "small", "textSecondary", wrap=True))
        policy = box.sizePolicy()
        policy.setHeightForWidth(True)
        box.setSizePolicy(policy)
        self.column.addWidget(box)

    def _on_choose(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for code in self._languages:
            action = menu.addAction(language_name(code))
            action.setCheckable(True)
            action.setChecked(code == self._to)
            action.triggered.connect(lambda _=False, code=code: self.to_wanted.emit(code))
        menu.popup(self.to.mapToGlobal(QPoint(0, self.to.height())))
