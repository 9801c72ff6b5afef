"""Pictures of what opens for a moment only: dialogs, popovers, states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.feed.rows import Card
from app.model.errors import Refused, Unreachable
from app.protocols.base import Fact, Preview
from app.services.announcing import AnnounceWishes
from app.services.composing import ComposeWishes
from app.services.live_values import LiveState
from app.services.retention import Budget, Usage
from app.ui.accounts.add import AddAccountDialog
from app.ui.accounts.keys import KeysDialog
from app.ui.accounts.remove import RemoveDialog
from app.ui.composer.values import Who
from app.ui.presenters.shell import UP_TO_DATE, network_items
from app.ui.settings.announcing import AnnouncingPage
from app.ui.settings.appearance import AppearancePage, MediaPage
from app.ui.settings.composing import ComposingPage
from app.ui.settings.dialog import PageEntry, SettingsDialog
from app.ui.settings.lists import HostLine, HostsPage, KeyboardPage
from app.ui.settings.live import LivePage
from app.ui.settings.owning import OwningPage
from app.ui.settings.storage import StoragePage
from app.ui.shell.banners import Banners
from app.ui.shell.firstrun import FirstRun
from app.ui.shell.items import Banner, Hidden
from app.ui.shell.mismatch import MismatchDialog
from app.ui.shell.popovers import EchoPopover, HiddenPopover
from app.ui.shell.shortcuts import GROUPS
from app.ui.shell.states import Loading, State
from app.ui.shell.switcher import Switcher
from app.ui.shell.words import hidden_icon
from app.ui.theme.look import Look

if TYPE_CHECKING:
    from app.protocols.base import SignInForm
    from app.protocols.registry import Registry
    from app.services.house import House
    from app.ui.start import Front

Piece = tuple[str, QImage]
"""Caption and picture."""


def first_run(look: Look, registry: Registry) -> QImage:
    """The welcome of a new profile."""
    page = FirstRun(look, network_items(registry.networks))
    page.resize(*look.theme.tokens.window.default)
    return _shown(page)


def accounts(look: Look, front: Front, house: House) -> QImage:
    """Adding an account, and where keys live."""
    form, parent = house.registry().networks[0].form, front.window
    return sheet(look, [*_adding(look, form, parent), *_asking(look, form, parent)])


def _adding(look: Look, form: SignInForm, parent: QWidget) -> Iterable[Piece]:
    address = "saltmarsh.example"

    def dialog(typed: str = address) -> AddAccountDialog:
        made = AddAccountDialog(look, form, parent)
        made.show_address(typed)
        return made

    server = dialog()
    server.show_preview(
        Preview(
            address=address,
            title="Saltmarsh",
            text="A small server for people who look at mud, boats and birds. 214 people.",
            facts=tuple(
                Fact("", rule)
                for rule in ("Describe your pictures", "No nest locations, ever", "Be kind")
            ),
            more_facts=6,
        )
    )
    yield "What a server says", _shown(server)
    person = dialog("@juno.example.org")
    person.show_preview(
        Preview(
            address="juno.example.org",
            title="Juno Halvard",
            subtitle="612 posts · since May 2023",
            picture="none",
            facts=(
                Fact("Handle", "juno.example.org, by DNS", "check-circle"),
                Fact("Host", "old-pds.example", "globe-simple"),
            ),
            verdict="Verified both ways",
            methods=("browser", "password"),
        )
    )
    yield "Who you are", _shown(person)
    trouble = dialog("saltmarhs.example")
    trouble.show_trouble(Unreachable("No server answers there (name not found)."))
    yield "When it does not answer", _shown(trouble)


def _asking(look: Look, form: SignInForm, parent: QWidget) -> Iterable[Piece]:
    waiting = AddAccountDialog(look, form, parent)
    waiting.show_waiting("saltmarsh.example", code_possible=True)
    yield "In the browser", _shown(waiting)
    password = AddAccountDialog(look, form, parent)
    password.show_secret("Juno Halvard", "password")
    yield "With a password", _shown(password)
    code = AddAccountDialog(look, form, parent)
    code.show_code("old-pds.example wrote to j•••@juno.example.org. The code is good for 10 min.")
    for line in code.findChildren(QLineEdit):
        line.setText("7KQ4M-X2R8B")
    code.show_trouble(Refused("Wrong code, two tries left.", "Type it again."))
    yield "Code by e-mail", _shown(code)
    locked = KeysDialog(look, "locked_system", parent)
    yield "Key store locked", _shown(locked)
    file = KeysDialog(look, "locked_file", parent)
    file.show_trouble("This is not the passphrase.", "Type it again.")
    yield "Key file locked", _shown(file)
    link = MismatchDialog(
        look, "harbour.example", "login.example", "https://login.example/harbour.example", parent
    )
    yield "A link that lies", _shown(link)
    yield (
        "Removing an account",
        _shown(RemoveDialog(look, "juno@saltmarsh.example", "saltmarsh.example", parent)),
    )


def states(look: Look, front: Front, house: House) -> QImage:
    """Banners, empty and error states, popovers."""
    width, height = 392, 256
    bars = Banners(look)
    bars.show_banners(_banners())
    bars.show_all()
    boxes: list[tuple[str, QWidget]] = [
        (
            "Up to date",
            State(
                look,
                *UP_TO_DATE,
                acts=[("Try again", "outline", _nothing)],
            ),
        ),
        ("Banners", bars),
        (
            "No answer",
            State(
                look,
                "No posts could be fetched",
                "saltmarsh.example does not answer. What you have read stays here.",
                icon="cloud-slash",
                acts=[("Try again", "outline", _nothing)],
            ),
        ),
        ("Fetching", Loading(look, "Fetching posts from 3 accounts…")),
    ]
    pieces = []
    for caption, box in boxes:
        box.setFixedSize(width, height if box is not bars else bars.heightForWidth(width))
        pieces.append((caption, _shown(box)))
    return sheet(look, [*pieces, *_popovers(look, front)])


def _banners() -> Sequence[Banner]:
    return (
        Banner("a", "warn", "wifi-slash", "You are offline.", "Reading from the cache.", "Try now"),
        Banner("b", "danger", "sign-in", "juno.example.org", "was signed out.", "Sign in again"),
        Banner("c", "warn", "hourglass-medium", "boatyard.example", "asks us to wait until 14:20."),
        Banner("d", "warn", "lock-key", "The keys are locked.", "", "Unlock…"),
        Banner("e", "warn", "database", "The cache was damaged and is rebuilt.", "", "Good"),
    )


def _popovers(look: Look, front: Front) -> Iterable[Piece]:
    shell, parent = front.shell, front.window
    yield "Switcher", _popped(Switcher(look, shell.all_places(), shell.current, parent))
    causes = {"Filter: derby": 21, "Label: Spam (harbour-watch.example)": 4}
    hidden = [Hidden(text, count, hidden_icon(text)) for text, count in causes.items()]
    yield "What was hidden", _popped(HiddenPopover(look, hidden, parent))
    source = front.view.shelf.source
    rows = [source.row(index) for index in range(min(len(source), 20))] if source else []
    echoes = [row for row in rows if isinstance(row, Card) and len(row.copies) > 1]
    if echoes:
        yield "Copies of one post", _popped(EchoPopover(look, echoes[0], shell.networks, parent))


def settings(look: Look, front: Front, house: House) -> QImage:
    """Every page of the settings but that of moderation, which has pictures of its own."""
    now = house.clock.now()
    mine = house.accounts.all()
    writers = [Who(account=one.id, name=one.name, handle=one.handle) for one in mine]
    states = (LiveState("live"), LiveState("live"), LiveState("polling", 40))
    hears = [(f"@{one.handle}", at.words) for one, at in zip(mine, states, strict=False)]
    live = house.live
    hosts = [
        HostLine("saltmarsh.example", "home timeline", 212, now),
        HostLine("media.saltmarsh.example", "pictures in posts", 88, now),
    ]
    entries = [
        PageEntry("appearance", "palette", "Appearance", lambda: AppearancePage(look)),
        PageEntry("moderation", "shield-warning", "Moderation", QWidget),
        PageEntry(
            "composing",
            "pencil-simple",
            "Composing",
            lambda: ComposingPage(look, ComposeWishes(), writers),
        ),
        PageEntry("media", "image", "Media", lambda: MediaPage(look)),
        PageEntry("announcing", "bell", "Notifications", lambda: _announcing(look, house)),
        PageEntry(
            "live",
            "lightning",
            "Live",
            lambda: LivePage(look, live.is_on, live.choices(), hears),
        ),
        PageEntry("storage", "hard-drives", "Storage", lambda: _storage(look, now)),
        PageEntry("own", "suitcase", "What is yours", lambda: OwningPage(look, mine, {})),
        PageEntry("hosts", "broadcast", "Hosts spoken to", lambda: HostsPage(look, hosts, now)),
        PageEntry("keyboard", "keyboard", "Keyboard", lambda: KeyboardPage(look, GROUPS)),
    ]
    pieces = []
    for entry in entries:
        if entry.key == "moderation":
            continue
        dialog = SettingsDialog(look, entries, front.window, page=entry.key)
        pieces.append((entry.name, _shown(dialog)))
    return sheet(look, pieces, width=1640)


def _announcing(look: Look, house: House) -> AnnouncingPage:
    """Switched on."""
    return AnnouncingPage(look, AnnounceWishes(on=True, quiet=True), house.accounts.all())


def _storage(look: Look, now: datetime) -> StoragePage:
    """As after some months."""
    page = StoragePage(look, Budget())
    page.show_usage(
        Usage(
            posts=231_412,
            oldest=now - timedelta(days=268),
            post_bytes=780_000_000,
            cache_bytes=846_000_000,
            picture_bytes=212_000_000,
            film_bytes=38_000_000,
            kept_bytes=1_400_000,
            files=3_000_000,
            indexes=12_000_000,
            free=81_000_000_000,
        ),
        archives=410_000_000,
    )
    return page


# ------------------------------------------------------------------ drawing


def sheet(look: Look, pieces: Iterable[Piece], *, width: int = 1280) -> QImage:
    """Pictures beside each other with captions, as many to a row as fit."""
    theme = look.theme
    gap, line = theme.tokens.space.l, round(theme.line("small")) + theme.tokens.space.xs
    placed: list[tuple[QPoint, Piece]] = []
    x, y, tallest = gap, gap, 0
    for piece in pieces:
        if x > gap and x + piece[1].width() + gap > width:
            x, y, tallest = gap, y + tallest + line + gap, 0
        placed.append((QPoint(x, y), piece))
        x, tallest = x + piece[1].width() + gap, max(tallest, piece[1].height())
    image = QImage(width, y + tallest + line + gap, QImage.Format.Format_RGB32)
    image.fill(theme.color("window"))
    painter = QPainter(image)
    for corner, (caption, picture) in placed:
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("textSecondary"))
        painter.drawText(QRectF(corner.x(), corner.y(), picture.width(), line), caption)
        painter.drawImage(corner + QPoint(0, line), picture)
    painter.end()
    return image


def _shown(widget: QWidget) -> QImage:
    """Laid out as if on the screen, then drawn with nothing behind it."""
    widget.ensurePolished()
    widget.show()
    # No event loop comes in between: lay out now.
    QApplication.sendPostedEvents()
    # As one leaves a field after typing, not as it is when one comes to it.
    for line in widget.findChildren(QLineEdit):
        line.deselect()
    image = QImage(widget.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(0, 0, 0, 0))
    widget.render(image)
    widget.close()
    widget.deleteLater()
    return image


def _popped(popover: Switcher | HiddenPopover | EchoPopover) -> QImage:
    popover.show_at(QPoint(0, 0))
    return _shown(popover)


def _nothing() -> None:
    """The buttons of a picture lead nowhere."""
