"""
Back and forward in the window: where one was, seen again as it was.

**For whoever makes a new room** (a page in ``Window.show_room``, in the right pane,
over the whole window, or a dialog that is one): name it in ``ROOMS``, give its
presenter the four members of ``Room`` (a page over all has them from ``travel_over``),
and say once, where it is made, ``self.travel.add("name", made)``. The window tells of
pages that come; emit ``window.room_changing`` yourself before anything of a visit is
dropped (first line of ``leave``), and before another thing is shown in the same page
(another conversation, another query), which then has another ``Visit.what``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QShortcut
from PySide6.QtWidgets import QDialog

from app.model.timeline import RowKey, TimelineId
from app.ui.shell.shortcuts import KEYS

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.ui.shell.window import Window

MOST = 50
"""Steps that are remembered in each direction."""

ROOMS = (
    "conversation", "person", "search", "notifications", "messages", "people", "shelves",
    "reacted", "edits", "translation",
    "lab", "market", "moving", "backups", "imports", "carry over", "settings",
)  # fmt: skip
"""All that the window can open and come back to."""

PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class Visit(NamedTuple):
    """
    One stay in a room.

    Attributes:
        what: What is seen: two visits with the same are at the same place.
        state: How it is seen (scrolled where, found what); only the room reads it.
    """

    what: Hashable = None
    state: Any = None


class Room(Protocol):
    """A part of the window that one can be in, and come back to."""

    @property
    def page(self) -> QWidget | None:
        """What stands in the window while one is in the room; None: one is not."""
        ...

    def visit(self) -> Visit:
        """What is seen now. Called only while there is a page; quick."""
        ...

    def revisit(self, visit: Visit) -> None:
        """Show it again as it was, over what is there, and give it the focus."""
        ...

    def leave(self) -> object:
        """Put the page away, or ask first whether it may go. Harmless when there is none."""
        ...


class Ground(Protocol):
    """What lies under all rooms: the timeline."""

    def visit(self) -> tuple[TimelineId, tuple[RowKey, int] | None]:
        """Which one is read, and where in it."""
        ...

    def revisit(self, timeline: TimelineId, place: tuple[RowKey, int] | None) -> None:
        """Read it there again; rooms stay as they are."""
        ...

    def focus(self) -> None:
        """The keys are the timeline's."""
        ...


class Scene(NamedTuple):
    """
    All that is seen: a timeline, its place, and the rooms over it, lowest first.

    Attributes:
        jumped: It was left for another place in the same timeline.
    """

    timeline: TimelineId
    place: tuple[RowKey, int] | None
    rooms: tuple[tuple[str, Visit], ...]
    jumped: bool = False

    @property
    def what(self) -> Hashable:
        """Equal for scenes that differ in scrolling alone."""
        return self.timeline, tuple((name, visit.what) for name, visit in self.rooms)

    def without(self, names: frozenset[str]) -> Scene:
        """The same without those rooms."""
        return self._replace(rooms=tuple(one for one in self.rooms if one[0] not in names))


class Travel(QObject):
    """
    Remembers scenes; ``back`` and ``forward`` show them again.

    Closing a room is as many steps back as were made in it, so ``forward`` opens
    it again. What happens in one turn of the event loop is one step: nobody has
    seen what was there between.
    """

    moved = Signal(bool, bool)
    """Whether there is anything to go back to, and forward."""

    def __init__(self, window: Window, ground: Ground) -> None:
        super().__init__(window)
        self._window, self._ground = window, ground
        self._rooms: dict[str, Room] = {}
        self._past: list[Scene] = []
        self._future: list[Scene] = []
        self._before: Scene | None = None
        self._bound: Hashable = None  # what a journey goes to that is not there yet
        self._jumps = self._travelling = False
        self._turn = QTimer(self)
        self._turn.setSingleShot(True)
        self._turn.timeout.connect(self._settle)
        window.room_changing.connect(self.note)
        # Both buttons come to the window when nothing under the pointer wants them.
        window.installEventFilter(self)

    def add(self, name: str, room: Room) -> None:
        """A room exists from now on. *name*: one of ``ROOMS``, for good."""
        assert name in ROOMS, name
        self._rooms[name] = room

    def reach(self, dialog: QWidget) -> None:
        """Keys and buttons of the mouse work in *dialog*, too: it is a room."""
        for name, go in (("back", self.back), ("forward", self.forward)):
            for key in KEYS[name]:
                QShortcut(QKeySequence(key), dialog).activated.connect(go)
        dialog.installEventFilter(self)

    @property
    def rooms(self) -> tuple[str, ...]:
        """Names of all that exist."""
        return tuple(self._rooms)

    def room(self, name: str) -> Room:
        """Raises: KeyError: there is none (yet)."""
        return self._rooms[name]

    def uncover(self) -> bool:
        """Leave every room that covers the timeline's place. False: there was none."""
        pages = {name: self._rooms[name].page for name in self._open()}
        wide = [name for name, page in pages.items() if page and self._window.right.is_wide(page)]
        for name in wide:
            self._rooms[name].leave()
        return bool(wide)

    @property
    def is_settled(self) -> bool:
        """Nothing is under way: the last step is remembered."""
        return self._before is None

    # ------------------------------------------------------------ remembering

    def note(self, *, jump: bool = False) -> None:
        """
        Something else is about to be seen: what is seen now can be come back to.

        As often as one likes in one turn: the first counts.

        Args:
            jump: It is the same timeline at another place.
        """
        if self._travelling:
            return
        if self._before is None:
            self._before = self.scene()
            self._turn.start(0)
        self._jumps = self._jumps or jump

    def scene(self) -> Scene:
        """What is seen now."""
        timeline, place = self._ground.visit()
        rooms = tuple((name, self._rooms[name].visit()) for name in self._open())
        return Scene(timeline, place, rooms)

    def _open(self) -> list[str]:
        """Rooms whose page is in the window, lowest first; then those that are dialogs."""
        names = {room.page: name for name, room in self._rooms.items()}
        dialogs = [page for page in names if isinstance(page, QDialog)]
        return [names[page] for page in (*self._window.pages, *dialogs) if page in names]

    def _settle(self) -> None:
        """The turn is over: was it a step, and which?"""
        self._turn.stop()
        before, self._before = self._before, None
        jumps, self._jumps = self._jumps, False
        if before is None:
            return
        now = self.scene()
        if before.what == now.what and not jumps:
            return
        bound, self._bound = self._bound, None
        if now.what == bound:
            return  # the page has come that one went to
        if not self._is_closing(before, now):
            jumped = before.what == now.what
            self._past = [*self._past[1 - MOST :], before._replace(jumped=jumped)]
            self._future.clear()
        self._tell()

    def _is_closing(self, before: Scene, now: Scene) -> bool:
        """Rooms were closed, and nothing else: go back to before they were opened."""
        gone = frozenset(name for name, _ in before.rooms) - {name for name, _ in now.rooms}
        if not gone or before.without(gone).what != now.what:
            return False
        inside = [before]
        for scene in reversed(self._past):
            if scene.what == now.what:
                del self._past[-len(inside) :]
                self._future = [*self._future, *inside][-MOST:]
                return True
            if scene.without(gone).what != now.what:
                return False
            inside.append(scene)
        return False

    # ------------------------------------------------------------- travelling

    def back(self) -> bool:
        """Show what was seen before the last step. False: there was nothing."""
        self._settle()
        return self._travel(self._past, self._future)

    def forward(self) -> bool:
        """Show what one came back from. False: one did not."""
        self._settle()
        return self._travel(self._future, self._past)

    def _travel(self, source: list[Scene], target: list[Scene]) -> bool:
        now = self.scene()
        while source and source[-1].what == now.what and not _is_elsewhere(source[-1], now):
            source.pop()
        if not source:
            return False
        scene = source[-1]
        self._travelling = True
        try:
            if not self._lets_go(scene, now):
                return True  # when it may go, that is a step back
            source.pop()
            target.append(now._replace(jumped=scene.jumped))
            del target[:-MOST]
            # Who leaves a page may be shown something else meanwhile.
            self._show(scene, self.scene())
        finally:
            self._travelling = False
        self._bound = scene.what if self.scene().what != scene.what else None
        self._tell()
        return True

    def _tell(self) -> None:
        self.moved.emit(bool(self._past), bool(self._future))

    def _lets_go(self, scene: Scene, now: Scene) -> bool:
        """Leave what is in front and not wanted. False: a page is still there, and asks."""
        wanted = {name for name, _ in scene.rooms}
        for name, _ in reversed(now.rooms):
            if name in wanted:
                return True
            page = self._rooms[name].page
            self._rooms[name].leave()
            if page is not None and self._rooms[name].page is page:
                return False
        return True

    def _show(self, scene: Scene, now: Scene) -> None:
        same = 0
        while (
            same < min(len(scene.rooms), len(now.rooms))
            and scene.rooms[same][0] == now.rooms[same][0]
            and scene.rooms[same][1].what == now.rooms[same][1].what
        ):
            same += 1
        wanted = {name for name, _ in scene.rooms}
        for name, _ in reversed(now.rooms):
            if name not in wanted:
                self._rooms[name].leave()
        # Who has read on beside a room that closes stays where they are.
        if scene.timeline != now.timeline or scene.jumped:
            self._ground.revisit(scene.timeline, scene.place)
        for name, visit in scene.rooms[same:]:
            self._rooms[name].revisit(visit)
        if not scene.rooms and not self._is_writing():
            self._ground.focus()

    def _is_writing(self) -> bool:
        """The keys are those of a page that is no room: the composer."""
        top, focused = self._window.pages[-1:], self._window.focusWidget()
        return bool(top) and focused is not None and top[0].isAncestorOf(focused)

    # ---------------------------------------------------------- Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in PRESSES and isinstance(event, QMouseEvent):
            go: Callable[[], bool] | None = {
                Qt.MouseButton.BackButton: self.back,
                Qt.MouseButton.ForwardButton: self.forward,
            }.get(event.button())
            if go is not None:
                go()
                return True
        return super().eventFilter(watched, event)


def _is_elsewhere(scene: Scene, now: Scene) -> bool:
    """The same is seen, at a place that one has jumped away from."""
    return scene.jumped and scene.place != now.place
