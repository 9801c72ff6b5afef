"""Pictures of somebody in the right pane."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, look_of, picture_of, settle
from tests.ui.people import samples

CASES: dict[str, tuple[str, Scheme, bool, float, tuple[int, int]]] = {
    "both-light": ("both", "light", False, 1.0, (440, 800)),
    "both-dark": ("both", "dark", False, 1.0, (440, 800)),
    "both-rtl": ("both", "light", True, 1.0, (440, 800)),
    "both-text-125": ("both", "dark", False, 1.25, (440, 1000)),
    "both-text-200": ("both", "light", False, 2.0, (560, 1600)),
    "hints-light": ("hints", "light", False, 1.0, (440, 700)),
    "trouble-contrast": ("trouble", "hcDark", False, 1.0, (440, 700)),
}
TOPS: dict[str, tuple[str, Scheme, bool, float, tuple[int, int]]] = {
    "top-both-light": ("both", "light", False, 1.0, (608, 440)),
    "top-both-dark": ("both", "dark", False, 1.0, (608, 440)),
    "top-both-rtl": ("both", "light", True, 1.0, (608, 440)),
    "top-both-narrow": ("both", "light", False, 1.0, (420, 520)),
    "top-both-text-200": ("both", "light", False, 2.0, (700, 900)),
    "top-stranger-contrast": ("stranger", "hcDark", False, 1.0, (608, 520)),
    "top-one-dark": ("one", "dark", False, 1.0, (608, 400)),
}
GALLERY = Gallery("person-digests.txt", ("both-light",), "person-")


@pytest.mark.parametrize("case", list(CASES))
def test_a_person_is_what_was_looked_at(
    case: str, family: str, regold: bool, tmp_path: Path, english: None
) -> None:
    """Every pixel."""
    kind, scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    pane = samples.pane(look, kind)
    pane.resize(*size)
    pane.show()
    settle(8)
    pane.clearFocus()
    GALLERY.check(case, picture_of(pane, look, "surface"), tmp_path, regold=regold)


@pytest.mark.parametrize("case", list(TOPS))
def test_the_top_of_a_profile_is_what_was_looked_at(
    case: str, family: str, regold: bool, tmp_path: Path, english: None
) -> None:
    """Every pixel."""
    kind, scheme, rtl, scale, size = TOPS[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    made = samples.top(look, kind, size[0])
    made.show()
    settle(4)
    layout = made.layout()
    assert layout is not None
    made.resize(size[0], layout.heightForWidth(size[0]))
    settle(8)
    GALLERY.check(case, picture_of(made, look, "surface"), tmp_path, regold=regold)
