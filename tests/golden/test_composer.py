"""Pictures of the composer and the outbox: schemes, directions, widths, text sizes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.compose.spans import find_spans
from app.ui.composer.composer import Composer
from app.ui.composer.values import LaneShown
from app.ui.presenters.outbox import OutboxPresenter, OutboxServices
from app.ui.theme.look import Look
from app.ui.theme.theme import Scheme
from tests.golden.gallery import Gallery, look_of, picture_of, settle
from tests.ui.composer import out_samples as out
from tests.ui.composer import samples
from tests.ui.composer.desk import INFOS, MemoryAccounts, StillScope

WIDE, PANE = (1280, 800), (440, 720)
# scheme, right to left, text size, width and height, part that is shown
CASES: dict[str, tuple[Scheme, bool, float, tuple[int, int], str]] = {
    "composer-light": ("light", False, 1.0, WIDE, "draft"),
    "composer-dark": ("dark", False, 1.0, WIDE, "draft"),
    "composer-rtl": ("light", True, 1.0, WIDE, "draft"),
    "composer-contrast": ("hcDark", False, 1.0, WIDE, "draft"),
    "composer-text-150": ("light", False, 1.5, (1600, 1000), "draft"),
    "pane-draft": ("light", False, 1.0, PANE, "draft"),
    "pane-lane": ("dark", False, 1.0, PANE, "sky"),
    "low-lane": ("light", False, 1.0, (440, 480), "sky"),
    "outbox-light": ("light", False, 1.0, WIDE, "outbox"),
    "outbox-dark": ("dark", False, 1.0, WIDE, "outbox"),
}
GALLERY = Gallery("composer-digests.txt", kept=("composer-light", "outbox-dark"))
TEAPOT = " 🫖"
"""The pinned font cannot write it."""


@pytest.fixture
def english() -> Iterator[None]:
    """Numbers and directions as everywhere."""
    before = QLocale()
    QLocale.setDefault(QLocale("en_GB"))
    yield
    QLocale.setDefault(before)
    QApplication.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def plain(lane: LaneShown) -> LaneShown:
    """Without what the pinned font cannot write."""
    assert lane.plan is not None
    posts = tuple(
        replace(post, text=samples.rich(post.text.text.replace(TEAPOT, "")))
        for post in lane.plan.posts
    )
    return replace(lane, plan=replace(lane.plan, posts=posts))


def composer(look: Look, part: str) -> QWidget:
    """As in the picture of the design, with a lane over its limit beside it."""
    view = Composer(look, samples.Painted(flat=True), find_spans)
    view.master.show_warning(samples.WARNING, on=True)
    view.master.editor.show_text(samples.TEXT.replace(TEAPOT, ""))
    view.master.show_media([samples.MEDIA])
    view.master.show_mentions([samples.MENTION])
    lanes = [plain(lane) for lane in samples.three()]
    lanes.append(plain(samples.lane(samples.LONG, replace(samples.over_plan(), account="long"))))
    view.show_lanes(lanes)
    view.head.saved.say("saved")
    view.head.show_versions(6)
    sentence = "Leaves after 10 seconds; until then you can take it back."
    view.footer.show_footer("Post to 4 accounts", sentence, "", short="Undo for 10 s")
    view.show_part("" if part == "draft" else part)
    return view


def outbox(look: Look) -> QWidget:
    """Everything of the picture."""
    accounts = MemoryAccounts()
    lanes = [make() for make in out.ALL]
    lanes = [
        replace(
            lane,
            journal=(),
            parts=tuple(
                replace(
                    part,
                    post=replace(
                        part.post,
                        text=samples.rich(part.post.text.text.replace(TEAPOT, "")),
                    ),
                )
                for part in lane.parts
            ),
        )
        for lane in lanes
    ]
    presenter = OutboxPresenter(
        look,
        OutboxServices(
            outbox=out.ShownOutbox(lanes),
            accounts=accounts.all,
            state=accounts.state,
            networks=lambda: INFOS,
            now=lambda: out.NOW,
        ),
        StillScope(),
        samples.Painted(flat=True),
    )
    presenter.choose("tide")
    presenter.close()
    return presenter.view


@pytest.mark.parametrize("case", list(CASES))
def test_the_composer_is_the_one_that_was_looked_at(
    case: str, family: str, regold: bool, tmp_path: Path, english: None
) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    made = painted(case, family)
    GALLERY.check(case, made, tmp_path, regold=regold)


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    scheme, rtl, scale, size, part = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    view = outbox(look) if part == "outbox" else composer(look, part)
    view.resize(*size)
    view.show()
    settle(4)
    image = picture_of(view, look, "window")
    assert (image.width(), image.height()) == size
    return image
