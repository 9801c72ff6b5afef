"""Lanes as they are in the pictures of the design: made by hand, no service needed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPixmap, QPolygonF

from app.compose.plan import Choice, LanePlan, Loss, Mapped, Measure
from app.compose.spans import find_spans
from app.model import AccountId, LinkCard, Profile, RichText
from app.model.draft import Attachment, LaneSettings
from app.model.sending import Limits, MediaLimits, Outgoing, PollLimits
from app.ui.composer.values import (
    LaneShown,
    MediaShown,
    MentionShown,
    Option,
    SettingRow,
    StateLine,
    Who,
)
from app.ui.composer.words import count_of
from app.ui.timeline.pictures import Form

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)

WARNING = "Boat talk, long"
FIRST = (
    "Tide log, Sunday. The slipway is finished, the winch holds, and @ottilie says the roost "
    "did not mind the hammering.\n\nThank you to the eleven people who carried oak in the rain. "
    "One of you left a very good thermos 🫖 and it is being looked after."
)
LAST = (
    "Open evening on Friday from six: soup, a short talk, and the first launch if the wind "
    "agrees. https://boatyard.example/open"
)
TEXT = f"{FIRST}\n\n{LAST}"
OWN = (
    "Open evening, Friday 18:00. Soup, a short talk, and the first launch of the new slipway if "
    "the wind agrees. Children welcome, dogs on a lead."
)

JUNO_SALT = Who(
    account=AccountId("salt"),
    name="Juno Halvard",
    handle="juno@saltmarsh.example",
    mark="fediverse",
    network="Mastodon",
)
JUNO_SKY = Who(
    account=AccountId("sky"),
    name="Juno Halvard",
    handle="juno.example.org",
    mark="bluesky",
    network="Bluesky",
)
YARD = Who(
    account=AccountId("yard"),
    name="Kiel Boatyard",
    handle="yard@boatyard.example",
    mark="fediverse",
    network="Mastodon",
)
LONG = Who(
    account=AccountId("long"),
    name="Dr. Wilhelmina Featherstonehaugh-Cholmondeley von und zu Hohenzollern",
    handle="wilhelmina.featherstonehaugh@very-long-name-of-a-server.example",
    mark="fediverse",
    network="Mastodon",
)

PICTURE = Attachment(
    id="dusk",
    kind="image",
    mime="image/jpeg",
    size=3_400_000,
    name="dusk-at-the-yard.jpg",
    width=1600,
    height=1200,
    alt="Dusk at the yard: the new oak slipway, a small red sailing boat waiting beside it.",
)

SALT_LIMITS = Limits(
    length=500,
    link_length=23,
    mention_hosts=False,
    warnings=True,
    media=MediaLimits(alt_length=1500, focus=True),
    polls=PollLimits(),
    schedules=True,
    edits=True,
    visibilities=("public", "quiet", "followers", "direct"),
    quotes=("anyone", "followers", "nobody"),
)
SKY_LIMITS = Limits(
    length=300,
    unit="graphemes",
    bytes=3000,
    labels=("sexual", "nudity", "porn", "graphic-media"),
    media=MediaLimits(alt_length=2000, image_bytes=1_000_000),
    cards=True,
    threads_at_once=True,
    replies=("anyone", "followers", "following", "mentioned", "nobody"),
    quotes=("anyone", "nobody"),
)


def rich(text: str) -> RichText:
    """With its spans, links led somewhere."""
    return RichText(text, find_spans(text))


def salt_plan(text: str = TEXT, media: tuple[Attachment, ...] = (PICTURE,)) -> LanePlan:
    """One post."""
    return LanePlan(
        account=JUNO_SALT.account,
        network="mastodon",
        posts=(Outgoing(text=rich(text), warning=WARNING, media=media),),
        measures=(Measure(length=378, limit=500, unit="characters"),),
        whole=378,
        mentions=(Mapped(typed="@ottilie", profile=ottilie()),),
    )


def sky_plan() -> LanePlan:
    """Two posts, and a loss with a choice."""
    first = FIRST.replace("@ottilie", "@ottilie.example.com")
    return LanePlan(
        account=JUNO_SKY.account,
        network="bluesky",
        posts=(
            Outgoing(text=rich(first), media=(PICTURE,)),
            Outgoing(text=rich(LAST)),
        ),
        measures=(
            Measure(length=256, limit=300, unit="graphemes", why_next="sentence"),
            Measure(length=115, limit=300, unit="graphemes"),
        ),
        whole=373,
        losses=(
            Loss(
                kind="warning",
                text="Bluesky has no warning text; it is left out here.",
                choices=(Choice("out", "Leave it out"), Choice("front", "Put it in front")),
                chosen="out",
            ),
        ),
    )


def yard_plan() -> LanePlan:
    """Its own text."""
    return LanePlan(
        account=YARD.account,
        network="mastodon",
        posts=(Outgoing(text=rich(OWN), media=(PICTURE,)),),
        measures=(Measure(length=141, limit=500, unit="characters"),),
        whole=141,
        facts=("@ottilie is not mentioned in this text.",),
    )


def over_plan() -> LanePlan:
    """Too long, and not to be split."""
    return LanePlan(
        account=JUNO_SKY.account,
        network="bluesky",
        posts=(Outgoing(text=rich(TEXT)),),
        measures=(Measure(length=373, limit=300, unit="graphemes"),),
        whole=373,
        losses=(
            Loss(
                kind="poll",
                text="There are no polls on Bluesky.",
                choices=(
                    Choice("link", "Link to the poll on Mastodon"),
                    Choice("text", "Write the answers as text"),
                    Choice("out", "Leave it out"),
                ),
                stops=True,
            ),
        ),
        problems=("73 too many, and this draft is not to be split.",),
    )


def card_plan() -> LanePlan:
    """A link card, no text but the link."""
    card = LinkCard(
        url="https://boatyard.example/open",
        title="Open evening at the boatyard",
        description="Soup and a launch",
    )
    return LanePlan(
        account=JUNO_SKY.account,
        network="bluesky",
        posts=(Outgoing(text=rich("https://boatyard.example/open"), card=card),),
        measures=(Measure(length=29, limit=300, unit="graphemes"),),
        whole=29,
    )


def ottilie(there: str = "") -> Profile:
    """Who is mentioned."""
    return Profile(
        uri="https://saltmarsh.example/users/ottilie",
        handle=there or "ottilie@saltmarsh.example",
        name="Ottilie Brandvold",
    )


MENTION = MentionShown(
    typed="@ottilie",
    name="Ottilie Brandvold",
    there=(
        ("fediverse", "ottilie@saltmarsh.example", ""),
        ("bluesky", "ottilie.example.com", "linked by you"),
    ),
)
MEDIA = MediaShown(
    media=PICTURE,
    note="Location removed · shrunk to 0.9 MB for Bluesky only",
    limit=1500,
)


def settings(kind: str, *, quiet: bool = False) -> tuple[SettingRow, ...]:
    """As in the pictures."""
    first = (
        SettingRow(
            key="visibility",
            icon="moon" if quiet else "globe-hemisphere-west",
            name="Visibility",
            value="Quiet public" if quiet else "Public",
            options=(Option("public", "Public"), Option("quiet", "Quiet public")),
        )
        if kind == "salt"
        else SettingRow(key="replies", icon="chat-circle", name="Who may reply", value="Anyone")
    )
    return (
        first,
        SettingRow(key="lang", icon="translate", name="Language", value="English"),
        SettingRow(
            key="quotes",
            icon="quotes",
            name="Who may quote",
            value="Followers" if quiet else "Anyone",
        ),
    )


READY = StateLine("check-circle", "ok", "Ready, one post")
THREAD = StateLine("check-circle", "ok", "Ready, thread of two")
BUSY = StateLine("hourglass-medium", "warn", "Server busy, sends in 4 min")


def lane(who: Who, plan: LanePlan | None, **more: object) -> LaneShown:
    """Shown as it is."""
    return LaneShown(
        who=who,
        plan=plan,
        count=count_of(plan) if plan else None,
        state=more.pop("state", READY),  # type: ignore[arg-type]
        settings=more.pop("settings", settings("salt")),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


def three() -> list[LaneShown]:
    """The lanes of the picture."""
    return [
        lane(JUNO_SALT, salt_plan()),
        lane(JUNO_SKY, sky_plan(), state=THREAD, settings=settings("sky")),
        lane(YARD, yard_plan(), state=BUSY, settings=settings("salt", quiet=True), own=OWN),
    ]


class Painted(QObject):
    """``Pictures`` that paint themselves: a boat at dusk; *flat*: one colour, for golden files."""

    arrived = Signal(str)

    def __init__(self, *, flat: bool = False) -> None:
        super().__init__()
        self._flat = flat

    def request(self, url: str, form: Form, blurhash: str = "") -> QPixmap | None:
        """A picture of that form."""
        made = QPixmap(round(form.width * form.dpr), round(form.height * form.dpr))
        made.setDevicePixelRatio(form.dpr)
        made.fill(QColor(0, 0, 0, 0))
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(0, 0, form.width, form.height)
        if self._flat:
            painter.setPen(QColor(0, 0, 0, 0))
            painter.setBrush(QColor("#55708a"))
            painter.drawRoundedRect(area, form.radius, form.radius)
            painter.end()
            return made
        sky = QLinearGradient(0, 0, 0, form.height)
        sky.setColorAt(0, QColor("#55708a"))
        sky.setColorAt(1, QColor("#a9b2b4"))
        painter.setPen(QColor(0, 0, 0, 0))
        painter.setBrush(sky)
        painter.drawRoundedRect(area, form.radius, form.radius)
        painter.setBrush(QColor("#1d3a47"))
        water = QRectF(0, form.height * 0.72, form.width, form.height * 0.28)
        painter.drawRoundedRect(water, min(form.radius, 4), min(form.radius, 4))
        painter.setBrush(QColor("#f2e4c8"))
        x, y, h = form.width * 0.6, form.height * 0.1, form.height * 0.6
        painter.drawPolygon(
            QPolygonF([QPointF(x, y), QPointF(x, y + h), QPointF(x - h * 0.5, y + h)])
        )
        painter.end()
        return made

    def failed(self, url: str) -> bool:
        """Never."""
        return False


def no_files(id: str) -> Path:
    """There is none."""
    raise FileNotFoundError(id)


def plain_settings(**change: object) -> LaneSettings:
    """A lane's settings."""
    return LaneSettings(**change)  # type: ignore[arg-type]
