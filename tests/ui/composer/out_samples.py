"""Deliveries in every state, as in the picture of the outbox."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Draft, DraftId
from app.model.sending import Delivery, Note, Outgoing, Part, Published, Trouble
from tests.ui.composer import samples

NOW = datetime(2026, 11, 22, 13, 22, 12, tzinfo=samples.NOW.tzinfo)


def at(clock: str) -> datetime:
    """That time of the day."""
    hour, minute, second = (int(part) for part in clock.split(":"))
    return NOW.replace(hour=hour, minute=minute, second=second)


def lane(account: str, state: str, text: str, *, draft: str = "tide", **more: object) -> Delivery:
    """One delivery."""
    network = "bluesky" if account == "sky" else "mastodon"
    media = more.pop("media", ())
    post = Outgoing(text=samples.rich(text), media=media, langs=("en",))  # type: ignore[arg-type]
    parts = (Part(post=post, **more.pop("part", {})),)  # type: ignore[arg-type]
    return Delivery(
        draft=DraftId(draft),
        account=AccountId(account),
        network=network,
        state=state,  # type: ignore[arg-type]
        parts=parts,
        queued_at=more.pop("queued_at", at("13:21:02")),  # type: ignore[arg-type]
        **more,  # type: ignore[arg-type]
    )


def uploading() -> Delivery:
    """On its way, second of three pictures."""
    pictures = tuple(
        replace(samples.PICTURE, id=f"p{number}", size=3_000_000) for number in range(3)
    )
    return lane(
        "salt",
        "sending",
        samples.TEXT,
        media=pictures,
        journal=(Note(at("13:21:02"), "Picture 1 is there"), Note(at("13:21:04"), "Picture 2")),
    )


def refused() -> Delivery:
    """The server said no."""
    words = "“Blob too large”: picture 3 has 1.2 MB, this host takes 1.0."
    return lane(
        "sky",
        "failed",
        samples.TEXT,
        media=(samples.PICTURE,),
        trouble=Trouble("refused", words, "", "shrink"),
        journal=(Note(at("13:21:09"), "Refused"),),
    )


def unknown(looks: int = 2) -> Delivery:
    """The answer was lost."""
    return lane(
        "yard",
        "unknown",
        samples.OWN,
        looks=looks,
        journal=(
            Note(at("13:21:04"), "Sent, key 7f2a"),
            Note(at("13:21:34"), "No answer, 30 s"),
            Note(at("13:21:40"), "Looked: not there"),
            Note(at("13:22:10"), "Looking, 2 of 5"),
        ),
    )


def waiting() -> Delivery:
    """Written offline."""
    return lane(
        "salt",
        "queued",
        "Nineteen of nineteen sensors, and not one barnacle on them.",
        draft="reply",
        attempts=2,
        trouble=Trouble("unreachable", "saltmarsh.example does not answer."),
        not_before=NOW + timedelta(seconds=40),
        queued_at=at("13:05:00"),
    )


def missed() -> Delivery:
    """Its time has passed."""
    return lane(
        "sky",
        "failed",
        "Open evening on Friday from six: soup, a short talk.",
        draft="evening",
        trouble=Trouble("missed", "Was due 13:00, while you were offline."),
        queued_at=at("12:00:00"),
    )


def later() -> Delivery:
    """Tomorrow."""
    return lane(
        "salt",
        "queued",
        "The winter list: eleven boats, one duck",
        draft="winter",
        send_at=NOW + timedelta(hours=18),
        not_before=NOW + timedelta(hours=18),
        queued_at=at("11:00:00"),
    )


def posted() -> Delivery:
    """Done."""
    return lane(
        "salt",
        "delivered",
        "Good morning, mud.",
        draft="mud",
        part={
            "done": Published("https://saltmarsh.example/1", "https://saltmarsh.example/@juno/1")
        },
        journal=(Note(at("09:10:00"), "Posted"),),
        queued_at=at("09:09:00"),
    )


ALL = (uploading, refused, unknown, waiting, missed, later, posted)


class ShownOutbox:
    """What the view needs of an outbox, over given deliveries."""

    def __init__(self, deliveries: list[Delivery]) -> None:
        self.lanes = deliveries
        self.held = False
        self.done: list[tuple[str, ...]] = []
        self.listeners: list[Callable[..., None]] = []
        self.back: Draft | None = None

    def deliveries(self, draft: DraftId | None = None) -> tuple[Delivery, ...]:
        return tuple(one for one in self.lanes if draft is None or one.draft == draft)

    def progress(self, draft: DraftId, account: AccountId) -> tuple[int, int, float] | None:
        return (2, 3, 0.63) if (draft, account) == ("tide", "salt") else None

    def subscribe(self, listener: Callable[..., None]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    async def hold(self, held: bool) -> None:
        self.held = held

    async def take_back(self, draft: DraftId) -> Draft | None:
        self.done.append(("take_back", draft))
        return self.back

    async def retry(self, draft: DraftId, account: AccountId) -> None:
        self.done.append(("retry", draft, account))

    async def cancel(self, draft: DraftId, account: AccountId) -> bool:
        self.done.append(("cancel", draft, account))
        return True

    async def look(self, draft: DraftId, account: AccountId) -> None:
        self.done.append(("look", draft, account))

    async def seen(self, draft: DraftId, account: AccountId, address: str = "") -> None:
        self.done.append(("seen", draft, account))

    async def delete(self, uri: str) -> tuple[object, ...]:
        self.done.append(("delete", uri))
        return ()
