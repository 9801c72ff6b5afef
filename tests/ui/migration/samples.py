"""A move in all its states, as values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from app.portability.plan import (
    Goes,
    JournalLine,
    MoveStatus,
    Need,
    Place,
    Plan,
    Progress,
    StepView,
    Undo,
)

NOW = datetime(2026, 11, 22, 14, 6, 2, tzinfo=UTC)
START = NOW - timedelta(minutes=4)
MARKS = {"second": "bluesky", "first": "fediverse"}

PASSWORD = Need(
    key="old-password",
    prompt="Password of juno.example.org on old-pds.example",
    kind="secret",
    secret=True,
    when="now",
    help="The password of the account itself, not an app password.",
)
NEW_PASSWORD = Need(
    key="new-password",
    prompt="A password for boathouse.example",
    kind="secret",
    secret=True,
    when="now",
)
INVITE = Need(key="invite", prompt="Invite code", when="now")
CODE = Need(
    key="code",
    prompt="Code by e-mail",
    kind="code",
    secret=True,
    when="at step 7",
    help="Sent to j•••@example.org just now. Only the newest code works, for 15 minutes.",
)
PAGE = Need(
    key="alias",
    prompt="Make saltmarsh.example know your old account",
    kind="page",
    url="https://saltmarsh.example/settings/aliases",
    copy="@juno@estuary.example",
    help="Open Account aliases, paste this handle, press Create alias.",
)
FILE = Need(
    key="key-file",
    prompt="Where to keep the recovery key",
    kind="file",
    when="now",
    help="A stick or a place outside this computer. Whoever has it can move your account.",
)
CHOICE = Need(
    key="own-key",
    prompt="Your own recovery key",
    kind="choice",
    choices=(
        ("make", "Make one now and keep it in a file"),
        ("have", "I have one already"),
        ("none", "Go on without one"),
    ),
)
CONFIRM = Need(
    key="sure", prompt="I have read that the old account is switched off", kind="confirm"
)

GOES = (
    Goes(kind="posts", title="Posts", detail="12 408 posts, likes and reposts", bytes=34_100_000),
    Goes(kind="media", title="Pictures and video", detail="3 962 files", bytes=1_210_000_000),
    Goes(kind="people", title="People", detail="611 follows · 1 904 followers"),
    Goes(kind="lists", title="Lists and blocks", detail="7 lists · 48 blocks · 12 mutes"),
    Goes(kind="preferences", title="Preferences", detail="feeds, labelers, muted words"),
    Goes(kind="handle", title="Handle", detail="juno.example.org stays yours"),
    Goes(
        kind="passwords",
        title="App passwords",
        detail="other apps need new ones afterwards",
        how="stays",
    ),
    Goes(
        kind="dead_files",
        title="4 dead files",
        detail="the old host answers “not found”",
        how="stays",
    ),
)
TITLES = (
    ("own-key", "Put your own recovery key first", "saved and read back", 4.0),
    ("create", "Create the new account", "switched off", 2.0),
    ("export", "Export and verify", "41 207 blocks", 9.0),
    ("import", "Import posts", "12 408 records", 18.0),
    ("media", "Copy pictures and video", "3 962 files", 152.0),
    ("preferences", "Preferences", "", 1.0),
    ("code", "Code by e-mail", "", 40.0),
    ("switch", "Switch identity", "", 2.0),
    ("check", "Check from outside, then switch off the old", "", 6.0),
)
FREE = Undo(
    possible=True,
    text="Nothing public has changed. Undo removes the new account and leaves the old one as it was.",
)
BEFORE = Undo(
    possible=True,
    text="You can go back. Your key undoes the move at any time; for 72 hours it overrules any host.",
)
CLOCK = Undo(
    possible=True,
    public=True,
    text="You can go back. Undo moves the identity back and switches the old account on again.",
    until=NOW + timedelta(hours=71, minutes=12),
)
OVER = Undo(possible=False, text="The move cannot be taken back here. A new move leads back.")

PLAN = Plan(
    id="juno-1",
    route="toy",
    source=Place(
        network="second", server="old-pds.example", handle="juno.example.org", name="Juno Halvard"
    ),
    target=Place(
        network="second", server="boathouse.example", handle="juno.example.org", name="Juno Halvard"
    ),
    created_at=START - timedelta(minutes=10),
    steps=tuple(
        StepView(
            id=id,
            title=title,
            needs=(CODE,) if id == "code" else (),
            public=id in ("switch", "check"),
        )
        for id, title, _, _ in TITLES
    ),
    goes=GOES,
    needs=(replace(PASSWORD, prompt="Both passwords"), INVITE, CODE),
    warnings=(
        "The key file is the only way back if the old host refuses. Keep a copy outside this computer.",
    ),
    seconds=1080,
)

JOURNAL = tuple(
    JournalLine(at=START + timedelta(seconds=at), text=text, tone=tone)  # type: ignore[arg-type]
    for at, text, tone in (
        (0, "Signed in on both hosts", "plain"),
        (2, "The identity is the same on both sides", "plain"),
        (8, "Repository exported, 34 MB", "plain"),
        (11, "Verified: 41 207 blocks, signature good", "good"),
        (29, "Repository imported, revision matches", "plain"),
        (30, "Files: 3 962 listed, 0 present", "plain"),
        (167, "Retry: one file, host was busy", "warn"),
        (200, "2 481 files present and checked", "plain"),
    )
)
PROGRESS = Progress(
    done=2481,
    total=3962,
    unit="files",
    bytes_done=742_000_000,
    bytes_total=1_210_000_000,
    rate=3_100_000,
    seconds_left=150,
)


def steps_at(here: int, state: str = "doing", **more: object) -> tuple[StepView, ...]:
    """The steps, all before number *here* done. *more*: of that step."""
    made = []
    for number, (id, title, detail, seconds) in enumerate(TITLES, 1):
        base = StepView(
            id=id,
            title=title,
            needs=(CODE,) if id == "code" and number >= here else (),
            public=id in ("switch", "check"),
        )
        if number < here:
            base = replace(base, state="done", detail=detail, seconds=seconds)
        elif number == here:
            base = replace(base, state=state, **more)  # type: ignore[arg-type]
        made.append(base)
    return tuple(made)


RUNNING = MoveStatus(
    plan=PLAN.id,
    state="running",
    step="media",
    steps=steps_at(5, progress=PROGRESS),
    next="Next: your preferences. Your old account works as before until step 8.",
    undo=FREE,
    started_at=START,
)
ASKING = MoveStatus(
    plan=PLAN.id,
    state="waiting",
    step="code",
    steps=steps_at(7, "waiting"),
    needs=(CODE,),
    next="Then the identity is switched: the first thing that others see.",
    undo=FREE,
    started_at=START,
)
WRONG = replace(ASKING, error="The code is wrong or used up.", next_step="Type the newest one.")
GUIDED = replace(ASKING, needs=(PAGE,))
LIMITED = replace(
    RUNNING,
    state="waiting",
    steps=steps_at(
        5,
        "waiting",
        progress=replace(PROGRESS, rate=0, seconds_left=None, resumes_at=NOW + timedelta(hours=9)),
    ),
    resumes_at=NOW + timedelta(hours=9),
    error="boathouse.example takes 1 000 files a day.",
    next_step="Nothing to do: Godwit goes on by itself.",
)
FAILED = MoveStatus(
    plan=PLAN.id,
    state="failed",
    step="import",
    steps=steps_at(4, "failed", detail="boathouse.example takes no imports."),
    next="Your old account works as before.",
    undo=FREE,
    error="boathouse.example takes no imports.",
    next_step="Ask its operator, or choose another home.",
    started_at=START,
)
SWITCHED = MoveStatus(
    plan=PLAN.id,
    state="running",
    step="check",
    steps=steps_at(9),
    next="Then the move is done.",
    undo=CLOCK,
    started_at=START,
)
DONE = MoveStatus(
    plan=PLAN.id,
    state="done",
    steps=steps_at(10),
    next="Everything was checked from outside. Your followers notice nothing.",
    undo=CLOCK,
    started_at=START,
    finished_at=NOW,
)
UNDONE = replace(
    DONE,
    state="undone",
    undo=None,
    steps=tuple(replace(step, state="undone", detail="") for step in steps_at(10)),
    next="The old account is as it was.",
)
