"""Tokens, themes, icons and marks."""

from __future__ import annotations

import pytest
from msgspec import json
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.theme import SCHEMES, Scheme, Theme, icons, marks, style
from app.ui.theme.theme import parse_color

DESIGN = (
    "arrow-bend-up-left repeat heart bookmark-simple dots-three quotes copy arrow-square-out path "
    "arrow-bend-down-right pencil-simple globe-hemisphere-west moon lock-simple at eye-slash eye "
    "shield-warning globe-simple play gif dots-three-outline-vertical stack file-x link-break "
    "image-square list bell gear-six funnel-simple arrow-up arrow-left x plus caret-down "
    "check-circle spinner hourglass-medium wifi-slash cloud-slash sign-in warning warning-circle "
    "info key timer circle-wavy-check broadcast database browser lock-key lock-simple-open "
    "git-branch keyboard user-circle compass prohibit house-line palette trash"
).split()


def _luminance(theme: Theme, name: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    color = theme.color(name)
    red, green, blue = (linear(part) for part in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_pair_keeps_its_stated_contrast(qapp: QApplication, scheme: Scheme) -> None:
    """The colours really have the contrast that the tokens promise, and AA or 7 at least."""
    theme = Theme(scheme)
    least = 7.0 if theme.high_contrast else 3.0

    for pair in theme.tokens.contrast[scheme]:
        front, back = pair.split("/")
        light, dark = sorted((_luminance(theme, front), _luminance(theme, back)), reverse=True)
        ratio = (light + 0.05) / (dark + 0.05)
        assert abs(ratio - theme.tokens.contrast[scheme][pair]) < 0.05, pair
        assert ratio >= least, pair


def test_alpha_stands_last_in_tokens() -> None:
    """#RRGGBBAA is read with its alpha at the end, unlike Qt's own form."""
    color = parse_color("#15201E66")

    assert (color.red(), color.green(), color.blue(), color.alpha()) == (0x15, 0x20, 0x1E, 0x66)


@pytest.mark.parametrize(
    ("scale", "body", "capped"), [(1.0, 15, 40), (1.25, 19, 50), (2.0, 30, 60)]
)
def test_text_grows_with_the_scale_and_icons_at_most_by_half(
    qapp: QApplication, scale: float, body: int, capped: float
) -> None:
    """Fonts are scaled in whole px; capped lengths stop at 1.5."""
    theme = Theme(scale=scale)

    assert theme.font("body").pixelSize() == body
    assert theme.px(40, capped=True) == capped
    assert theme.px(40) == 40 * scale


def test_scale_stays_in_its_range(qapp: QApplication) -> None:
    """No setting file can make the text unreadable."""
    assert Theme(scale=9.0).scale == 2.0
    assert Theme(scale=0.1).scale == 1.0


def test_weights_are_those_of_the_tokens(qapp: QApplication) -> None:
    """A role carries its weight; a wish replaces it."""
    theme = Theme()

    assert theme.font("name").weight() == QFont.Weight.DemiBold
    assert theme.font("name", 400).weight() == QFont.Weight.Normal


def test_high_contrast_has_strong_lines(qapp: QApplication) -> None:
    """Focus is 3 px and links are underlined in high contrast."""
    assert Theme("hcDark").stroke("focus") == 3
    assert Theme("hcDark").underline_links
    assert Theme("dark").stroke("focus") == 2


def test_reduced_motion_stops_all_motion(qapp: QApplication) -> None:
    """With reduced motion every duration is 0."""
    still = Theme(reduced_motion=True)

    assert [still.duration(name) for name in ("fade", "pane", "popover")] == [0, 0, 0]
    assert Theme().duration("fade") == 120


def test_every_icon_of_the_design_is_in_the_font(qapp: QApplication) -> None:
    """The names the window uses exist in Phosphor 1.3."""
    missing = [name for name in DESIGN if not icons.has(name)]

    assert missing == []


def test_each_icon_is_the_letter_that_the_font_says() -> None:
    """Found in the map as it is written, they are those that the map names."""
    for name, code in json.decode(icons._written(), type=dict[str, str]).items():
        assert icons.has(name)
        assert icons._glyph(name, "regular") == chr(int(code, 16))


@pytest.mark.parametrize("name", ["no-such-icon", "", 'a": "b', "ñ"])
def test_what_the_font_does_not_know_is_not_there(name: str) -> None:
    """A feed of somebody may name anything."""
    assert not icons.has(name)


def test_unknown_icon_is_a_bug(qapp: QApplication) -> None:
    """A wrong name is told at once, not drawn as a box."""
    with pytest.raises(KeyError):
        icons.pixmap(Theme(), "no-such-icon", 16, "text")


def test_directional_icons_turn_in_rtl(qapp: QApplication) -> None:
    """An arrow is mirrored in a right-to-left layout, a gear is not."""
    theme = Theme()

    def image(name: str, mirror: bool) -> QImage:
        return icons.pixmap(theme, name, 32, "text", mirror=mirror).toImage()

    turned = image("arrow-left", False).flipped(Qt.Orientation.Horizontal)
    assert image("arrow-left", True) != image("arrow-left", False)
    assert image("arrow-left", True).convertToFormat(turned.format()).size() == turned.size()
    assert image("gear-six", True) == image("gear-six", False)


def test_icons_are_sharp_on_dense_screens(qapp: QApplication) -> None:
    """The pixmap has device pixels and says so."""
    drawn = icons.pixmap(Theme(), "heart", 18, "like", dpr=2.0)

    assert (drawn.width(), drawn.devicePixelRatio()) == (36, 2.0)


def test_marks_differ_in_shape_not_only_in_colour(qapp: QApplication) -> None:
    """The corner of the square is filled where the disc's is empty."""
    filled = []
    for mark in ("fediverse", "bluesky"):
        image = QImage(56, 56, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        marks.paint(painter, QRectF(0, 0, 56, 56), mark, Theme())
        painter.end()
        filled.append(image.pixelColor(7, 7).alpha() > 128)

    assert filled == [True, False]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_style_sheet_has_no_unfilled_name(qapp: QApplication, scheme: Scheme) -> None:
    """Every @name of the sheet is replaced by a token."""
    assert "@" not in style.stylesheet(Theme(scheme))


def test_palette_follows_the_theme(qapp: QApplication) -> None:
    """Qt's own widgets get the theme's text and ground."""
    made = style.palette(Theme("dark"))

    assert made.color(QPalette.ColorRole.Window) == Theme("dark").color("window")
    assert made.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text) == Theme("dark").color(
        "textDisabled"
    )
