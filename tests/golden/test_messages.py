"""Pictures of private messages: every kind of row and bubble, in schemes, directions, widths."""

from __future__ import annotations

import pytest
from msgspec import structs
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.ui.messages.page import MessagesPage
from app.ui.messages.values import (
    Box,
    Bubble,
    Chip,
    Divider,
    Event,
    ListState,
    PaneState,
    Reacted,
    TalkItem,
)
from app.ui.theme.theme import Scheme
from app.ui.timeline.pictures import NoPictures
from tests.golden.gallery import Gallery, LookedAt, look_of, picture_of, settle
from tests.ui.timeline.painted import PaintedPictures

SIZE = (1040, 1180)
# scheme, right to left, text size, width and height, conversation open
CASES: dict[str, tuple[Scheme, bool, float, tuple[int, int], bool]] = {
    "messages-light": ("light", False, 1.0, SIZE, True),
    "messages-dark": ("dark", False, 1.0, SIZE, True),
    "messages-rtl": ("light", True, 1.0, SIZE, True),
    "messages-contrast": ("hcDark", False, 1.0, SIZE, True),
    "messages-text-150": ("light", False, 1.5, (1300, 1500), True),
    "messages-narrow": ("light", False, 1.0, (440, 900), True),
    "messages-list-narrow": ("light", False, 1.0, (440, 900), False),
    "messages-media-light": ("light", False, 1.0, (1040, 1500), True),
    "messages-media-dark": ("dark", False, 1.0, (1040, 1500), True),
    "messages-media-rtl": ("light", True, 1.0, (1040, 1500), True),
    "messages-media-narrow": ("hcLight", False, 1.0, (440, 1500), True),
}
GALLERY = Gallery("messages-digests.txt", ("messages-light", "messages-media-light"))

LIST = ListState(
    items=(
        TalkItem(key="1", title="Kaj Ó Dálaigh-Whitcombe", preview="Then bring the telescope 🔭",
                 when="3 min", mark="bluesky", unread=1, chosen=True),
        TalkItem(key="2", title="Ottilie Brandvold, Teun Haverkate", when="40 min",
                 preview="Ottilie: Low water is 06:12, I counted.", mark="fediverse"),
        TalkItem(key="3", title="潮騒あかり", preview="写真をありがとう！", when="2 h", mark="bluesky"),
        TalkItem(key="4", title="Sela Marchetti-Oyelaran", preview="Soup on Sunday?", when="Fri",
                 mark="fediverse", note="Not sent:", trouble=True),
        TalkItem(key="5", title="Wietske Aldring", preview="And then the", when="Thu",
                 mark="fediverse", note="Draft:"),
        TalkItem(key="6", title="Boats for the open day", preview="Gus: Bread for sixty",
                 when="2 d", mark="bluesky", unread=12, muted=True),
        TalkItem(key="7", title="نورا السهلي", preview="شكرًا على الخريطة", when="12 Nov",
                 mark="fediverse", muted=True),
    ),
    requests=(
        TalkItem(key="0", title="Tomasz Wrona-Lindgren", when="1 d", mark="fediverse", request=True,
                 preview="May my class see the slipway? 24 children, all of them loud."),
    ),
    asking=2,
    networks=(("mastodon", "Conversations", "fediverse"), ("bluesky", "Chat", "bluesky")),
    foot="1 is left out: with people you mute or block.",
)  # fmt: skip

PANE = PaneState(
    place="1",
    title="Kaj Ó Dálaigh-Whitcombe",
    who="@kaj.birds.example · as Juno Halvard, juno.example.org",
    mark="bluesky",
    warning="The chat service of Bluesky can read it, and so can the hosts.",
    items=(
        Divider("Yesterday"),
        Event("e", "Gus Bakes has joined"),
        Bubble(
            id="1", who="Kaj", text="Ring J7 is back. See rings.example/j7", links=((21, 37, "x"),),
            last=False, boxes=(Box(title="Mirela", mark="bluesky", url="https://sky.example/1",
            text="Ring J7 yellow-blue is back for the ninth winter. We have the same commute."),),
        ),
        Bubble(id="2", text="Same lamp post as last year.", first=False, when="21:14"),
        Bubble(id="3", text="You have a lamp post with a regular?", mine=True, when="21:20",
               reactions=(Reacted("😄", 1, who="Kaj"), Reacted("🎉", 2, True, "you, Kaj"))),
        Bubble(id="4", cover="Covered: @offers@bargain.example", when="21:22"),
        Bubble(id="5", text="اراك على الرصيف\nNext line, see rings.example/j8.", links=((31, 47, "x"),), when="21:30"),
        Divider("Today"),
        Bubble(id="6", mine=True, last=False,
               text="North spit on Thursday? Low water is 06:12, so we would have to be dreadful "
               "people and get up. Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbau"
               "unterbeamtengesellschaft."),
        Bubble(id="7", text="I can take two more in the car.", mine=True, first=False, when="08:40"),
        Divider("1 new", new=True),
        Bubble(id="8", text="Then bring the small telescope 🔭", when="08:43"),
        Bubble(id="letter 9", text="And the thermos.", mine=True, trouble=True,
               state="Not sent: the host did not answer.",
               acts=(("retry", "Try again"), ("drop", "Remove"))),
        Bubble(id="letter 10", text="We know about the thermos.", mine=True, state="Sending…"),
    ),
    can_mute=True,
    can_react=True,
    chips=(Chip("a", "@kaj@quiet.example"), Chip("b", "@teun@polder.example", on=False)),
    left="Teun Haverkate does not receive this, and will not see it.",
    limit=1_000,
    placeholder="Message Kaj…",
)  # fmt: skip


_LONG = "A long wave along a coast, seen from the dyke. " * 4
MEDIA = structs.replace(
    PANE,
    chips=(),
    left="",
    items=(
        Divider("Today"),
        Bubble(id="1", text="This one.", when="07:01",
               boxes=(Box(picture="pic:wave", alt=_LONG, index=0, size=(1280, 720)),)),
        Bubble(id="2", mine=True, when="07:10", boxes=(
            Box(picture="pic:film", alt="Godwits land.", index=0, plays=True, size=(600, 1400)),)),
        Bubble(id="3", text="All three.", boxes=(
            Box(picture="pic:one", alt="Grass on a dune.", index=0),
            Box(picture="pic:two", index=1),
            Box(picture="pic:three", alt="A tower.", index=2))),
        Bubble(id="4", when="07:12", first=False, boxes=(
            Box(title="A recording", text="A curlew calls.", index=0, icon="play-circle", foot="0:42"),
            Box(title="Ring J7", text="Seen for the ninth winter, on the same lamp post as last year.",
                picture="pic:card", url="https://rings.example/j7", icon="globe-simple",
                foot="rings.example"))),
        Bubble(id="5", mine=True, when="07:20", text="Look who was there.", boxes=(
            Box(title="Mirela Tkachenko-Vance", text=_LONG, picture="pic:shared", post=True,
                mark="bluesky", face="pic:mirela", foot="@mirela.birds.example"),
            Box(title="A post that cannot be shown", icon="link-break"))),
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", list(CASES))
def test_messages_are_what_was_looked_at(case: str, looked_at: LookedAt) -> None:
    """Every pixel; what differs is written out, beside the kept picture where there is one."""
    looked_at(GALLERY, case, painted)


def painted(case: str, family: str) -> QImage:
    """The picture of a case."""
    scheme, rtl, scale, size, opened = CASES[case]
    look = look_of(scheme, scale, family, rtl=rtl)
    host = QWidget()
    host.resize(*size)
    media = "media" in case
    page = MessagesPage(look, PaintedPictures(flat=True) if media else NoPictures())
    page.setParent(host)
    page.resize(*size)
    page.show_list(LIST)
    if opened:
        page.show_open("1")
        page.pane.show_state(MEDIA if media else PANE)
    host.show()
    settle(6)
    if (focused := page.focusWidget()) is not None:
        focused.clearFocus()
    image = picture_of(host, look, "surface")
    assert (image.width(), image.height()) == size
    return image
