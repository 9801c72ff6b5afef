"""Text that is made larger or smaller while a page stands there."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from app.ui.composer.editor import Editor
from app.ui.people.note import NoteField
from app.ui.theme.look import Look, Wishes
from app.ui.widgets.pagehead import AsTall, PageHead


@pytest.mark.parametrize("own", [True, False])
def test_the_head_of_a_page_follows_the_size_of_text(look: Look, own: bool) -> None:
    """Its field is not cut off when text grows, nor does it gape when text shrinks."""
    head = PageHead(look, 0) if own else QWidget()
    if not own:
        AsTall(look, head)
    usual = head.height()
    look.wish(Wishes(scale=2.0, reduce_motion=True))
    assert head.height() == look.theme.length(look.theme.tokens.header.tall) > usual
    look.wish(Wishes(scale=1.0, reduce_motion=True))
    assert head.height() == usual
    head.deleteLater()


def test_what_stands_in_an_empty_field_follows_the_size_of_text(look: Look) -> None:
    """Qt draws it in a font that does not follow the field's."""
    note, editor = NoteField(look), Editor(look, "Post", lambda text: (), role="bodySmall")
    for scale in (2.0, 1.0):
        look.wish(Wishes(scale=scale, reduce_motion=True))
        size = look.theme.font("bodySmall").pixelSize()
        for field in (note.edit, editor):
            assert field.viewport().font().pixelSize() == size == field.font().pixelSize()
    note.deleteLater()
    editor.deleteLater()
