"""Pictures of the page on which people are found on the other network."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ui.migration.carry_over import Phase
from app.ui.migration.frame import WizardFrame
from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, look_of, picture_of, settle
from tests.ui.migration import samples_carry_over

WIDE, NARROW, HIGH = (1280, 1000), (520, 1500), (1280, 1900)
CASES: dict[str, tuple[Phase, Scheme, bool, float, tuple[int, int]]] = {
    "empty-light": ("empty", "light", False, 1.0, (1280, 600)),
    "finding-dark": ("finding", "dark", False, 1.0, (1280, 600)),
    "ready-light": ("ready", "light", False, 1.0, WIDE),
    "ready-dark": ("ready", "dark", False, 1.0, WIDE),
    "ready-rtl": ("ready", "light", True, 1.0, WIDE),
    "ready-contrast": ("ready", "hcDark", False, 1.0, WIDE),
    "ready-text-125": ("ready", "dark", False, 1.25, HIGH),
    "ready-text-200": ("ready", "light", False, 2.0, HIGH),
    "ready-narrow": ("ready", "light", False, 1.0, NARROW),
    "over-light": ("over", "light", False, 1.0, WIDE),
}
GALLERY = Gallery("carry-over-digests.txt", ("ready-light",), "carry-over-")


@pytest.mark.parametrize("case", list(CASES))
def test_carrying_over_is_what_was_looked_at(
    case: str, family: str, regold: bool, tmp_path: Path, english: None
) -> None:
    """Every pixel."""
    phase, scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    frame = WizardFrame(look, "The same people, elsewhere")
    frame.resize(*size)
    frame.show()
    frame.show_page(samples_carry_over.page(look, phase))
    frame.show_stops(())
    settle(8)
    if (focused := frame.focusWidget()) is not None:
        focused.clearFocus()
    GALLERY.check(case, picture_of(frame, look, "surface"), tmp_path, regold=regold)
