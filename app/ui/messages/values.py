"""What the page of messages shows, as values: made by its presenter, drawn by widgets."""

from __future__ import annotations

from msgspec import Struct


class TalkItem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A conversation in the list.

    Attributes:
        title: Who is in it.
        preview: Last words, one line; *whole*: of a request, on as many lines as it takes.
        picture: URL, or "".
        mark: Of its network.
        note: Beside the preview: "Draft", "Not sent"; *trouble*: somebody is needed.
        request: It waits for consent.
    """

    key: str
    title: str
    preview: str = ""
    when: str = ""
    full_when: str = ""
    picture: str = ""
    mark: str = ""
    unread: int = 0
    muted: bool = False
    request: bool = False
    note: str = ""
    trouble: bool = False
    chosen: bool = False


class Box(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Something beside the words of a message: a picture, a page, a recording, a post.

    Attributes:
        index: Which of the message's media it is, −1 = none.
        plays: Of media: it is a film.
        size: Of a picture, px; (0, 0) = not known.
        url: The page that it opens. post: It is one, and opens here.
        face: Picture of who wrote a post; "" = a letter stands for it, None = nobody.
        foot: Last line, quietly: a host, a handle.
    """

    title: str = ""
    text: str = ""
    mark: str = ""
    picture: str = ""
    alt: str = ""
    index: int = -1
    plays: bool = False
    size: tuple[int, int] = (0, 0)
    url: str = ""
    post: bool = False
    icon: str = ""
    face: str | None = None
    foot: str = ""

    @property
    def is_picture(self) -> bool:
        """It is shown as one, not as a panel of words."""
        return self.index >= 0 and not self.title

    @property
    def spoken(self) -> str:
        """For screen readers."""
        if self.is_picture:
            kind = "Film" if self.plays else "Picture"
            return f"{kind}: {self.alt}" if self.alt else f"{kind} without description"
        return ". ".join(part for part in (self.title, self.text, self.foot) if part)


class Reacted(Struct, frozen=True):
    """An emoji, how many put it there, whether I did, and who they are."""

    value: str
    count: int
    mine: bool = False
    who: str = ""


class Bubble(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One message.

    Attributes:
        links: (start, end, address) in *text*.
        first, last: Of a run of the same person.
        who: Named above it, where there are several.
        cover: Why it is covered; "" = it is not.
        state: What became of it, of one of mine on its way; *trouble*: it needs me.
        acts: (key, word) beside the state.
    """

    id: str
    text: str = ""
    links: tuple[tuple[int, int, str], ...] = ()
    mine: bool = False
    who: str = ""
    when: str = ""
    full_when: str = ""
    first: bool = True
    last: bool = True
    boxes: tuple[Box, ...] = ()
    reactions: tuple[Reacted, ...] = ()
    cover: str = ""
    state: str = ""
    trouble: bool = False
    acts: tuple[tuple[str, str], ...] = ()

    @property
    def spoken(self) -> str:
        """For screen readers."""
        boxes = [box.spoken for box in self.boxes]
        put = [f"{one.value} {one.who}" for one in self.reactions]
        parts = [self.who, self.cover or self.text, *boxes, *put, self.full_when, self.state]
        return ". ".join(part for part in parts if part)


class Divider(Struct, frozen=True):
    """A day, or where the new begins (*new*)."""

    words: str
    new: bool = False


class Event(Struct, frozen=True):
    """None of somebody's words."""

    id: str
    words: str


class Chip(Struct, frozen=True):
    """Somebody who receives a message, or is left out. *fixed*: that cannot be changed."""

    uri: str
    name: str
    on: bool = True


class PaneState(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A conversation, opened.

    Attributes:
        place: Its key in the list.
        who: Handles, and as whom one writes.
        warning: Who can read it.
        closed: Why nothing can be written; "" = it can.
        chips: Who receives what is written, where that can be chosen; *left*: who does not,
            in words.
        limit: Characters of a message; 0 = not known.
    """

    place: str
    title: str
    who: str = ""
    picture: str = ""
    mark: str = ""
    warning: str = ""
    items: tuple[Bubble | Divider | Event, ...] = ()
    more: bool = False
    loading: bool = False
    trouble: str = ""
    closed: str = ""
    request: bool = False
    muted: bool = False
    can_mute: bool = False
    can_react: bool = False
    chips: tuple[Chip, ...] = ()
    left: str = ""
    limit: int = 0
    placeholder: str = ""


class ListState(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    The inbox.

    Attributes:
        requests: Those that are shown; *asking*: how many there are.
        networks: (id, name, mark) of those there are messages on.
        foot: What is left out, and why the newest may be missing.
    """

    items: tuple[TalkItem, ...] = ()
    requests: tuple[TalkItem, ...] = ()
    asking: int = 0
    networks: tuple[tuple[str, str, str], ...] = ()
    foot: str = ""
    empty: tuple[str, str] = ("", "")
    loading: bool = False
