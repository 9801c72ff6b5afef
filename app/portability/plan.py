"""
What a move will do, and where it stands: values that are shown, journalled and printed.

Nothing here acts. A plan is made by reading both accounts; the runner works
through its steps; the window and the command line show the same values.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from app.model.timeline import AccountId

StepState = Literal["todo", "doing", "waiting", "done", "failed", "skipped", "undone"]
MoveState = Literal["planned", "running", "waiting", "done", "failed", "undone"]
NeedKind = Literal["text", "secret", "code", "choice", "confirm", "page", "file"]
Tone = Literal["plain", "good", "warn", "bad"]


class Need(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Something only the user can give or do.

    Attributes:
        key: The name of the answer, as in ``--answer KEY=VALUE``; unique in a plan.
        prompt: One sentence for people: what is asked, and of which server.
        secret: Is never written down: not in the journal, nor in a log. (A ``code``
            and a ``secret`` never are, whatever stands here.)
        kind: ``page``: open *url*, do there what *prompt* says, pasting *copy*;
            Godwit watches and goes on by itself. ``confirm``: answered with "yes".
            ``file``: a path to write to or to read from.
        when: When it will be asked, in words ("now", "at step 6").
        help: Where to find it, or what goes wrong most often.
        choices: Of a ``choice``: (value, label).
    """

    key: str
    prompt: str
    secret: bool = False
    kind: NeedKind = "text"
    when: str = ""
    help: str = ""
    url: str = ""
    copy: str = ""
    choices: tuple[tuple[str, str], ...] = ()


class Progress(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    How far a step is, in real counts.

    Attributes:
        done, total: In *unit* ("files", "follows"); total 0 = not known.
        bytes_done, bytes_total: Where bytes are copied.
        rate: Bytes (or units) a second, lately.
        seconds_left: None = nobody knows.
        resumes_at: A limit was reached; it goes on then by itself.
    """

    done: int = 0
    total: int = 0
    unit: str = ""
    bytes_done: int = 0
    bytes_total: int = 0
    rate: float = 0.0
    seconds_left: float | None = None
    resumes_at: datetime | None = None


class StepView(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One step as it is shown.

    Attributes:
        detail: What came of it ("12 408 records"), or why it failed.
        public: After it the world sees a change: undoing is an act of its own.
        seconds: How long it took.
    """

    id: str
    title: str
    state: StepState = "todo"
    detail: str = ""
    needs: tuple[Need, ...] = ()
    public: bool = False
    progress: Progress | None = None
    seconds: float = 0.0


class Goes(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    One kind of thing the account owns, and whether it goes along.

    Attributes:
        kind: posts, media, people, lists, preferences, handle, profile, bookmarks,
            filters, blocks, tags, messages, passwords, dead_files…: chooses the icon.
        title, detail: "Posts", "12 408 posts, likes and reposts".
        count, bytes: From the real account; -1 = not known.
        how: ``moves`` by itself, ``guided`` by the user with our help, ``stays`` behind.
    """

    kind: str
    title: str
    detail: str
    count: int = -1
    bytes: int = -1
    how: Literal["moves", "guided", "stays"] = "moves"


class Place(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One end of a move: a server, and the account there."""

    network: str
    server: str
    handle: str = ""
    did: str = ""
    account: AccountId | None = None
    name: str = ""
    avatar: str = ""


class Plan(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What will be moved, what cannot be, and what is needed for it.

    Attributes:
        id: Names the journal; letters, digits and hyphens.
        route: Which steps ("atproto", "atproto-web", "atproto-rescue", "activitypub", …).
        steps: In order, all ``todo``.
        warnings: One sentence each.
        seconds: A careful guess of the whole.
        options: What was chosen and is no secret: handle, e-mail, invite, folder…
    """

    id: str
    route: str
    source: Place
    target: Place
    created_at: datetime
    steps: tuple[StepView, ...]
    goes: tuple[Goes, ...] = ()
    needs: tuple[Need, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    options: dict[str, str] = {}

    @property
    def cannot(self) -> tuple[str, ...]:
        """What stays behind, in words."""
        return tuple(f"{g.title}: {g.detail}" for g in self.goes if g.how == "stays")


class Undo(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Whether, how and until when a move can be taken back.

    Attributes:
        until: The end of the time in which the user's key overrules every other;
            None = no such clock.
    """

    possible: bool
    text: str
    public: bool = False
    until: datetime | None = None


class JournalLine(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One line of what was done, for people. Never holds a secret."""

    at: datetime
    text: str
    tone: Tone = "plain"
    step: str = ""


class MoveStatus(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Where a move stands: what ``move run`` answers and the wizard shows.

    ``waiting`` is also what was interrupted (killed, paused, the lid closed): it goes
    on where it was as soon as somebody runs it.

    Attributes:
        step: The step it is at; "" before the first and after the last.
        next: What happens next, in one sentence.
        error, next_step: Why it failed or waits, and what to do; "" for neither.
        resumes_at: It goes on then by itself, if it is left running.
        worker: Who works on it now, in words ("the window, process 4711"); "" nobody.
        undoing: It is being taken back.
    """

    plan: str
    state: MoveState
    step: str = ""
    needs: tuple[Need, ...] = ()
    steps: tuple[StepView, ...] = ()
    next: str = ""
    undo: Undo | None = None
    error: str = ""
    next_step: str = ""
    started_at: datetime | None = None
    finished_at: datetime | None = None
    resumes_at: datetime | None = None
    worker: str = ""
    undoing: bool = False
