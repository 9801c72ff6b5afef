"""What the page of notifications shows, as values: made by its presenter, drawn by widgets."""

from __future__ import annotations

from msgspec import Struct

from app.ui.widgets.button import Kind


class Face(Struct, frozen=True):
    """Somebody's picture. *url* may be ""."""

    name: str
    url: str


class Act(Struct, frozen=True, omit_defaults=True):
    """Something one can do in a row. *on*: it is done; pressed again it is taken back."""

    key: str
    text: str
    icon: str = ""
    kind: Kind = "quiet"
    on: bool = False
    hint: str = ""


class NoticeItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One row.

    Attributes:
        runs: The sentence, in pieces: (words, whether they are strong).
        short: The same where there is less room: one is named, not two.
        when, full_when: How long ago; date and time.
        whose: Account of mine that it is for, where that is not plain.
        marks: Of its networks.
        excerpt: What the post says; *whole*: on as many lines as it takes.
        cover: Why it is not shown, instead.
        pair: Counts of two networks.
        bar: Of a poll that is over: its winner, the share (0…1), whether I voted so.
        note: What came of what was done in the row; *trouble*: it went wrong.
    """

    key: str
    icon: str
    color: str
    runs: tuple[tuple[str, bool], ...]
    when: str
    full_when: str = ""
    whose: str = ""
    short: tuple[tuple[str, bool], ...] = ()
    unread: bool = False
    faces: tuple[Face, ...] = ()
    marks: tuple[str, ...] = ()
    excerpt: str = ""
    whole: bool = False
    cover: str = ""
    pair: str = ""
    bar: tuple[str, float, bool] | None = None
    acts: tuple[Act, ...] = ()
    note: str = ""
    trouble: bool = False
    opens: bool = False

    @property
    def sentence(self) -> str:
        """All of it."""
        return "".join(words for words, _ in self.runs)


class GapItem(Struct, frozen=True):
    """A place where a server has more. *busy*: it is being asked."""

    id: int
    words: str
    busy: bool = False


class PageState(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Everything on the page.

    Attributes:
        counts: Unread rows by chip.
        more: Rows below that are not shown yet.
        foot: What is left out, in words; "" = nothing.
        empty: (title, sentence) where there is no row.
        loading: The first rows are being fetched.
    """

    items: tuple[NoticeItem | GapItem, ...] = ()
    counts: dict[str, int] = {}
    unread: int = 0
    new: int = 0
    more: int = 0
    foot: str = ""
    empty: tuple[str, str] = ("", "")
    loading: bool = False
