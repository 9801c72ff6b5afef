"""Pictures of the viewer: a picture of several, a film with captions, covers and troubles."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.feed.rows import Card
from app.services.captions import Cue, Track
from app.ui.media.saying import Said, Working
from app.ui.media.viewer import MediaViewer
from app.ui.presenters.media_album import slides_of
from app.ui.theme.theme import Scheme
from app.ui.timeline.layout.frame import RowState
from app.ui.timeline.pictures import Form
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle
from tests.ui.timeline import samples
from tests.ui.timeline.painted import PaintedPictures

WIDE, NARROW, LARGE = (1280, 800), (440, 760), (1400, 900)
GALLERY = Gallery("media-digests.txt", ("several-dark", "film-dark", "narrow-dark"), "media-")
# what, scheme, right to left, text size, width and height
CASES: dict[str, tuple[str, Scheme, bool, float, tuple[int, int]]] = {
    "several-dark": ("several", "dark", False, 1.0, WIDE),
    "several-light": ("several", "light", False, 1.0, WIDE),
    "several-rtl": ("several", "dark", True, 1.0, WIDE),
    "several-contrast": ("several", "hcLight", False, 1.0, WIDE),
    "several-text-200": ("several", "dark", False, 2.0, LARGE),
    "narrow-dark": ("several", "dark", False, 1.0, NARROW),
    "bare-dark": ("bare", "dark", False, 1.0, WIDE),
    "close-dark": ("close", "dark", False, 1.0, WIDE),
    "film-dark": ("film", "dark", False, 1.0, WIDE),
    "film-rtl": ("film", "dark", True, 1.0, WIDE),
    "film-narrow": ("film", "dark", False, 1.0, NARROW),
    "film-contrast": ("film", "hcDark", False, 1.0, WIDE),
    "covered-dark": ("covered", "dark", False, 1.0, WIDE),
    "working-dark": ("working", "dark", False, 1.0, WIDE),
    "saved-dark": ("saved", "dark", False, 1.0, WIDE),
}
RTL = "خمسة طيور فوق خليج هادئ عند شروق الشمس، والرمل عار في أشرطة طويلة."
TRACK = Track(
    "English",
    "en",
    (
        Cue(48, 50, "Listen to the winch, it holds now."),
        Cue(59, 61, "This is where the old one broke,"),
        Cue(64, 69, "… and at half past four the lamps in the shed go on."),
        Cue(72, 76, "Nobody switches them. They are just punctual."),
        Cue(80, 82, "[gulls]"),
    ),
)


@pytest.mark.parametrize("case", list(CASES))
def test_the_viewer_is_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    what, scheme, rtl, scale, size = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    window = QWidget()
    window.resize(*size)
    window.show()
    pictures = PaintedPictures(flat=True)
    marks = {"meadow": "fediverse", "harbour": "bluesky"}
    viewer = MediaViewer(look, window, pictures, lambda: samples.NOW, marks)
    fill(viewer, what, pictures, rtl=rtl)
    settle(6)
    if (focused := window.focusWidget()) is not None:
        focused.clearFocus()
    settle(2)
    return picture_of(window, look, "window")


def fill(viewer: MediaViewer, what: str, pictures: PaintedPictures, *, rtl: bool) -> None:
    """What a presenter would show."""
    card, index = chosen(what, rtl=rtl)
    slides = slides_of(card, RowState())
    slide = slides[index]
    viewer.show_slide(slide, slides, before=True, after=what != "covered")
    if what == "covered":
        viewer.show_notice(
            Said(
                viewer.night, slide.covered, slide.whose, icon="eye-slash",
                acts=[("Show", "outline", lambda: None)],
            )
        )  # fmt: skip
        return
    if what == "working":
        viewer.show_notice(Working(viewer.night, "34 %, 12.3 MB so far", lambda: None))
        return
    wide, high = slide.media.width, slide.media.height
    image = pictures.request(slide.media.url, Form(wide, high))
    assert image is not None
    viewer.stage.show_picture(image.toImage(), (wide, high))
    viewer.note_picture()
    if what == "film":
        play(viewer)
    elif what == "close":
        viewer.stage.zoom(4)
        viewer.stage.move_by(90, 40)
        viewer.stage._on_calm()
    elif what == "saved":
        viewer.prompt.say(
            "Saved as ana@example.social-2026-11-22-1.jpg in Pictures",
            ("Another folder…", lambda: None),
        )


def chosen(what: str, *, rtl: bool) -> tuple[Card, int]:
    """Whose, and which of them."""
    if what == "covered":
        return samples.labelled(), 0
    card = samples.video() if what == "film" else samples.pictures_three()
    media = [
        replace(one, width=one.width or 1200, height=one.height or 800) for one in card.post.media
    ]
    index = min(1, len(media) - 1) if what != "bare" else 0
    if what == "bare":
        media[0] = replace(media[0], alt="")
    if rtl:
        media[index] = replace(media[index], alt=RTL)
    return replace(card, post=replace(card.post, media=tuple(media))), index


def play(viewer: MediaViewer) -> None:
    """A minute into it."""
    viewer.show_film(on=True, running=True)
    controls = viewer.controls
    controls.show_playing(True)
    controls.show_place(67, 161)
    controls.show_sound(there=True, muted=True, volume=0.8)
    controls.show_tracks(["English", "Nederlands"], 0)
    viewer.pane.show_track(TRACK, 2)
    settle(4)
    viewer.pane.show_cue(2)
    viewer.captions.say(TRACK.cues[2].text)
    viewer._idle.stop()
