"""What the composer shows, as values: made by presenters, drawn by widgets."""

from __future__ import annotations

from msgspec import Struct

from app.compose.plan import LanePlan
from app.model import AccountId, Profile
from app.model.draft import Attachment


class Who(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    An account of mine, as a lane's head shows it.

    Attributes:
        mark: Of its network, in the theme.
        network: Its network's name, for people.
        avatar: URL, or "".
    """

    account: AccountId
    name: str
    handle: str
    mark: str = ""
    network: str = ""
    avatar: str = ""


class Option(Struct, frozen=True, omit_defaults=True):
    """One choice of a setting. *icon*: of the theme, "" = none."""

    id: str
    text: str
    icon: str = ""


class SettingRow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One setting of a lane.

    Attributes:
        value: What is chosen, in words.
        chosen: Ids of what is chosen; several only where *many*.
        fixed: It can be read, not changed (the lane is under way).
    """

    key: str
    icon: str
    name: str
    value: str
    options: tuple[Option, ...] = ()
    chosen: tuple[str, ...] = ()
    many: bool = False
    fixed: bool = False


class StateLine(Struct, frozen=True, omit_defaults=True):
    """How a lane is, in words. *busy*: it turns instead of the icon."""

    icon: str
    color: str
    text: str
    busy: bool = False


class Count(Struct, frozen=True):
    """How long a text is: the ring's share (0 … 1), its colour, and words."""

    share: float
    color: str
    text: str


class LaneShown(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One lane, as it is drawn.

    Attributes:
        own: Its own text, when it does not follow the draft.
        plan: None until its server has said what it takes.
        late: Longer words about a lane without a plan.
    """

    who: Who
    state: StateLine
    own: str | None = None
    plan: LanePlan | None = None
    count: Count | None = None
    settings: tuple[SettingRow, ...] = ()
    card: bool = True


class MediaShown(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    An attachment, as its tile shows it.

    Attributes:
        note: What was stripped and shrunk, one line.
        limit: Longest description that every lane takes; 0 = not known.
        missing: It must be described before it can be sent.
    """

    media: Attachment
    note: str = ""
    limit: int = 0
    missing: bool = False


class MentionShown(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Somebody who is mentioned, and who that is in each lane.

    Attributes:
        there: (mark, handle in that network or "", evidence or why not).
    """

    typed: str
    name: str
    avatar: str = ""
    there: tuple[tuple[str, str, str], ...] = ()


class Suggestion(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Somebody whose name may be meant. *marks*: of the networks they are on."""

    profile: Profile
    marks: tuple[str, ...] = ()


class VersionShown(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An earlier state of a draft, or another draft."""

    key: str
    when: str
    excerpt: str
    detail: str = ""


class Reminder(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Something to think of before it leaves.

    Attributes:
        key: ``alt``, ``old``, ``unseen``, ``lang``.
        mend: What the first button does, in words; "" = only "Post all the same".
        stops: It cannot be sent like this (a setting makes it compulsory).
    """

    key: str
    text: str
    mend: str = ""
    stops: bool = False
