"""Pages about what one owns, filled: backups, imports, a new home, the list of moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from msgspec.structs import replace

from app.model import AccountId
from app.moderation.blocklists import Skipped
from app.portability.activitypub.importing import FileResult, Preview, RowResult
from app.portability.archive_manifest import Absent, ArchiveReport
from app.portability.archive_schedule import Schedule
from app.portability.atproto.findings import Finding
from app.portability.plan import Progress
from app.protocols.base import Fact
from app.protocols.base import Preview as ServerPreview
from app.ui.migration.backups import Backed, BackupsPage
from app.ui.migration.frame import PageBody
from app.ui.migration.home import HomePage
from app.ui.migration.imports import ImportPage, Incoming
from app.ui.migration.overview import Known, MovesPage
from app.ui.theme.look import Look
from tests.ui.migration import samples as s

JUNO, SKY, KIEL = AccountId("juno"), AccountId("sky"), AccountId("kiel")
GOOD = Schedule(
    account=SKY,
    folder="/media/stick/backups/juno.example.org",
    media=True,
    every_days=7,
    last_good=s.NOW - timedelta(days=1),
    last_try=s.NOW,
    records=12_408,
    blobs=3_958,
    bytes=1_244_000_000,
)
FOUND = ArchiveReport(
    account="x",
    network="second",
    records=12_408,
    blobs=3_958,
    signature="valid with a former key",
    missing=(Absent("a", why="The server answers “not found”.", dead=True),) * 4,
)
DAMAGED = ArchiveReport(
    account="y",
    network="first",
    records=812,
    blobs=96,
    bad=(Finding("file-changed", "The file is not what was saved.", "outbox.json"),),
    missing=(Absent("media/tide.png", why="The file is not in the folder any more."),),
)
BACKED = (
    Backed(
        account=JUNO,
        handle="juno@saltmarsh.example",
        name="Juno Halvard",
        mark="fediverse",
        schedule=replace(GOOD, account=JUNO, folder="/home/juno/backups/saltmarsh", blobs=96),
        report=DAMAGED,
        verified=True,
    ),
    Backed(
        account=SKY,
        handle="juno.example.org",
        name="Juno Halvard",
        mark="bluesky",
        schedule=GOOD,
        report=FOUND,
        verified=True,
    ),
    Backed(
        account=KIEL,
        handle="kiel@boatyard.example",
        name="Kiel",
        mark="fediverse",
        schedule=replace(GOOD, account=KIEL, last_good=None, records=0, blobs=0, bytes=0),
        doing="backing up",
        progress=Progress(done=81, total=214, unit="files", rate=3, seconds_left=44),
    ),
)
FOLLOWS = Preview(
    file="follows.csv",
    kind="following",
    rows=611,
    new=597,
    changed=2,
    already=12,
    remove=0,
    days=2,
    skipped=(
        Skipped(17, "=cmd()|x", "This is no address of a person."),
        Skipped(42, "@", "The address is empty."),
    ),
    notes=("Servers allow 400 follows a day: this takes 2 days.",),
)
MUTES = Preview(file="mutes.csv", kind="muting", rows=12, new=12, changed=0, already=0, remove=0)
DONE = FileResult(
    file="follows.csv",
    kind="following",
    rows=(
        *(RowResult(n, f"p{n}@polder.example", "done") for n in range(2, 400)),
        RowResult(401, "lock@quay.example", "requested"),
        RowResult(402, "gone@nowhere.example", "failed", "Nobody is found there."),
        *(RowResult(n, f"p{n}@polder.example", "left") for n in range(403, 599)),
    ),
    skipped=FOLLOWS.skipped,
)
NAMES = ((JUNO, "@juno@saltmarsh.example"), (SKY, "juno.example.org"))


def _backups(look: Look) -> PageBody:
    page = BackupsPage(look)
    page.show_all(BACKED, s.NOW, restorable=True)
    return page


def _imports(look: Look) -> PageBody:
    page = ImportPage(look, NAMES, JUNO)
    files = (
        Incoming(name="mutes.csv", preview=MUTES),
        Incoming(name="follows.csv", preview=FOLLOWS),
    )
    page.show_files(files, "ready", ("", ""), s.NOW)
    return page


def _imports_over(look: Look) -> PageBody:
    page = ImportPage(look, NAMES, JUNO)
    files = (Incoming(name="follows.csv", preview=FOLLOWS, result=DONE),)
    trouble = ("The server allows no more follows today.", "Go on tomorrow: nothing is done twice.")
    page.show_files(files, "over", trouble, s.NOW)
    return page


def _home(look: Look) -> PageBody:
    page = HomePage(look, NAMES, SKY)
    page.field.input.setText("boathouse.example")
    page.show_preview(
        ServerPreview(
            address="boathouse.example",
            title="Boathouse",
            subtitle="boathouse.example",
            text="A small server on the quay.",
            facts=(
                Fact("Invite", "not needed", "ticket"),
                Fact("Files", "up to 100 MB each", "image-square"),
            ),
        )
    )
    return page


def _moves(look: Look) -> PageBody:
    moves = (
        Known("a", s.PLAN, s.ASKING),
        Known("b", s.PLAN, s.FAILED),
        Known("c", s.PLAN, s.DONE),
        Known("d", None, replace(s.FAILED, error="plan.json cannot be read.", next_step="")),
    )
    return MovesPage(look, moves, s.NOW)


PAGES: dict[str, Callable[[Look], PageBody]] = {
    "backups": _backups,
    "imports": _imports,
    "imports-over": _imports_over,
    "home": _home,
    "moves": _moves,
}
