"""Pictures of what one does not want to see: schemes, directions, widths, text sizes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.ui.moderation.page import ModerationPage
from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle
from tests.ui.moderation import samples

WIDE, NARROW = (1088, 1000), (440, 1900)
# scheme, right to left, text size, width and height, whether editors are open
CASES: dict[str, tuple[Scheme, bool, float, tuple[int, int], bool]] = {
    "moderation-light": ("light", False, 1.0, WIDE, False),
    "moderation-dark": ("dark", False, 1.0, WIDE, False),
    "moderation-rtl": ("light", True, 1.0, WIDE, False),
    "moderation-contrast": ("hcDark", False, 1.0, WIDE, False),
    "moderation-text-150": ("light", False, 1.5, (900, 2600), False),
    "moderation-narrow": ("dark", False, 1.0, NARROW, False),
    "moderation-edit": ("light", False, 1.0, (1088, 1300), True),
}
GALLERY = Gallery("moderation-digests.txt", ("moderation-light", "moderation-edit"))


@pytest.mark.parametrize("case", list(CASES))
def test_moderation_is_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    scheme, rtl, scale, size, edited = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    # Inside of something, as in the settings: a window would grow to what it once wanted.
    host = QWidget()
    host.resize(*size)
    page = ModerationPage(look, lambda url, side: None)
    page.setParent(host)
    page.resize(*size)
    page.show_all(samples.SHOWN, samples.NOW)
    if edited:
        page.labelers[samples.SKY].open(samples.CLERK.uri)
        page.words.edit(samples.WORDS[0])
        page.filters[samples.SALT].edit(samples.FILTERS.filters[1])
    else:
        page.labelers[samples.SKY].open(samples.WATCH)
        page.lists.show_proposal(samples.PROPOSAL)
    host.show()
    settle(6)
    if (focused := page.focusWidget()) is not None:
        focused.clearFocus()
    image = picture_of(host, look, "raised")
    assert (image.width(), image.height()) == size
    return image
