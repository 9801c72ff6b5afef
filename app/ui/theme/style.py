"""Fusion, a palette and one style sheet, all from the tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPalette

from app.ui.theme.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_ROLES: dict[str, QPalette.ColorRole] = {
    "window": QPalette.ColorRole.Window,
    "surface": QPalette.ColorRole.Base,
    "sunken": QPalette.ColorRole.AlternateBase,
    "raised": QPalette.ColorRole.Button,
    "textTertiary": QPalette.ColorRole.PlaceholderText,
    "selectionBg": QPalette.ColorRole.Highlight,
    "selectionText": QPalette.ColorRole.HighlightedText,
    "link": QPalette.ColorRole.Link,
    "accent": QPalette.ColorRole.Accent,
    "tooltipBg": QPalette.ColorRole.ToolTipBase,
    "tooltipText": QPalette.ColorRole.ToolTipText,
    "border": QPalette.ColorRole.Mid,
    "hairline": QPalette.ColorRole.Light,
    "controlBorder": QPalette.ColorRole.Dark,
}
_TEXT = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)


FUSION = "fusion"
"""Property of an application that has its style already (``-style fusion``)."""


def apply(app: QApplication, theme: Theme) -> None:
    """Give the whole program the look of *theme*; safe to call again when it changes."""
    if not app.property(FUSION):
        app.setStyle("fusion")
        app.setProperty(FUSION, True)
    app.setPalette(palette(theme))
    app.setFont(theme.font("label"))
    sheet = stylesheet(theme)
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)


def palette(theme: Theme) -> QPalette:
    """The theme as Qt's palette (look.md §10)."""
    made = QPalette()
    for token, role in _ROLES.items():
        made.setColor(role, theme.color(token))
    for role in _TEXT:
        made.setColor(role, theme.color("text"))
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.color("textDisabled"))
    return made


def css(theme: Theme, token: str) -> str:
    """A colour as the style sheet writes it."""
    color = theme.color(token)
    return f"rgba({color.red()},{color.green()},{color.blue()},{color.alpha()})"


def stylesheet(theme: Theme) -> str:
    """Inputs, scroll bars, menus and tooltips; buttons and rows paint themselves."""
    values = {name: css(theme, name) for name in theme.tokens.themes[theme.scheme].colors}
    tokens = theme.tokens
    values |= {
        "line": f"{theme.stroke('hairline')}px",
        "control": f"{theme.stroke('control')}px",
        "focusLine": f"{theme.stroke('focus')}px",
        "inputRadius": f"{tokens.input.radius}px",
        "inputHeight": f"{theme.length(tokens.input.height) - 2 * theme.stroke('focus')}px",
        "inputPad": f"{tokens.input.padX - theme.stroke('focus')}px",
        "inputPadPlain": f"{tokens.input.padX - theme.stroke('control')}px",
        "inputHeightPlain": f"{theme.length(tokens.input.height) - 2 * theme.stroke('control')}px",
        "inputSize": f"{theme.font('bodySmall').pixelSize()}px",
        "barWidth": f"{tokens.scrollBar.width}px",
        "barRadius": f"{(tokens.scrollBar.width - 2 * tokens.scrollBar.inset) // 2}px",
        "barInset": f"{tokens.scrollBar.inset}px",
        "barMin": f"{tokens.scrollBar.handleMin}px",
        "menuPad": f"{tokens.menu.pad}px",
        "menuItemX": f"{tokens.menu.padX}px",
        "menuItemY": f"{theme.length(tokens.menu.padY)}px",
        "menuRadius": f"{tokens.radius.row}px",
        "tipX": f"{tokens.tooltip.padX}px",
        "tipY": f"{tokens.tooltip.padY}px",
        "small": f"{theme.font('small').pixelSize()}px",
    }
    sheet = _SHEET
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", values[name])
    return sheet


_SHEET = """
QLineEdit { background: @surface; color: @text; border: @control solid @controlBorder;
    border-radius: @inputRadius; padding: 0 @inputPadPlain; min-height: @inputHeightPlain;
    font-size: @inputSize; selection-background-color: @selectionBg;
    selection-color: @selectionText; }
QLineEdit:focus { border: @focusLine solid @focus; padding: 0 @inputPad; min-height: @inputHeight; }
QLineEdit[trouble="true"] { border: @focusLine solid @danger; padding: 0 @inputPad;
    min-height: @inputHeight; }
QLineEdit:disabled { color: @textDisabled; border-color: @border; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: @barWidth; margin: 0; border: none; }
QScrollBar:horizontal { background: transparent; height: @barWidth; margin: 0; border: none; }
QScrollBar::handle { background: @controlBorder; border-radius: @barRadius; margin: @barInset; }
QScrollBar::handle:vertical { min-height: @barMin; }
QScrollBar::handle:horizontal { min-width: @barMin; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }
QMenu { background: @raised; color: @text; border: @line solid @border; padding: @menuPad 0; }
QMenu::item { padding: @menuItemY @menuItemX; margin: 0 @menuPad; border-radius: @menuRadius;
    background: transparent; }
QMenu::item:selected { background: @accentSoft; color: @onAccentSoft; }
QMenu::item:disabled { color: @textDisabled; }
QMenu::icon { padding-left: @menuItemX; }
QMenu::separator { height: @line; background: @hairline; margin: @menuPad @menuItemX; }
QToolTip { background: @tooltipBg; color: @tooltipText; border: @line solid @tooltipBg;
    padding: @tipY @tipX; font-size: @small; }
"""
