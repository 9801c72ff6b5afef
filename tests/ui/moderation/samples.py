"""A page as in the picture of the design."""

from __future__ import annotations

from datetime import UTC, datetime

from app.model import AccountId
from app.model.moderation import Filter, FilterWord, MutedWord, Setting
from app.ui.moderation import values as v
from app.ui.moderation import words as said

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)
SKY, SALT = AccountId("sky"), AccountId("salt")
WATCH = "did:web:watch.harbour.example"


def label(value: str, name: str, about: str, setting: Setting) -> v.LabelRow:
    """One of Harbour Watch's."""
    return v.LabelRow(value=value, name=name, description=about, labeler=WATCH, setting=setting)


LABELS = (
    label("graphic", "Graphic media", "Wounds, wrecks with people. Covers the media only", "warn"),
    label("spam", "Spam", "Same text to many strangers", "hide"),
    label("unsure", "Unconfirmed sighting", "A rare bird without picture", "ignore"),
    label("nest", "Nest location", "Gives a breeding place away", "hide"),
)
HOST = v.LabelerItem(
    uri="did:web:old-pds.example",
    name="Your host’s labeler",
    source="old-pds.example · always on",
    summary="Hide 1, warn 2, ignore 1",
    own=True,
    labels=(
        v.LabelRow(value="porn", name="Adult content", setting="hide", why="hidden: it is off"),
    ),
)
HARBOUR = v.LabelerItem(
    uri=WATCH,
    name="Harbour Watch",
    source="@watch.harbour.example · 4 labels",
    summary="Hide 2, warn 1, ignore 1",
    description="Volunteers who look at reports about spam and wreck pictures.",
    labels=LABELS,
)
CLERK = v.LabelerItem(
    uri="did:web:clerk.alt.example",
    name="Alt Text Clerk",
    source="@clerk.alt.example · 2 labels",
    summary="Warn 1, ignore 1",
    trouble="Your server’s last answer had none of its labels.",
)
LABELERS = v.LabelerGroup(
    account=SKY,
    handle="juno.example.org",
    mark="bluesky",
    note="3",
    adult=True,
    labelers=(HOST, HARBOUR, CLERK),
)


def word(value: str, *, hits: int = 0, here: bool = False, **more: object) -> v.WordItem:
    """As the presenter makes it."""
    made = MutedWord(value=value, **more)  # type: ignore[arg-type]
    end = said.word_end(made)
    return v.WordItem(
        word=made,
        shown=said.shown_word(made),
        scope=said.word_scope(made, here=here),
        expiry=said.ending(end, NOW),
        running=end is not None,
        hits=hits,
        here=here,
    )


WORDS = (
    word("derby", hits=21, expires_at="2026-11-25T08:32:00.000Z"),
    word("quizday", hits=4, targets=("tag",)),
    word("election", hits=63, spare_followed=True, expires_at="2026-12-20T08:32:00.000Z"),
    word("spoiler", here=True),
)
SPOILERS = Filter(
    id="1",
    title="Spoilers",
    contexts=frozenset({"home", "thread"}),
    words=(FilterWord("finale", True, "11"), FilterWord("last episode", False, "12")),
)
RAFFLES = Filter(
    id="2",
    title="Raffles",
    contexts=frozenset({"home", "notifications"}),
    action="hide",
    words=tuple(FilterWord(text) for text in ("raffle", "prize", "giveaway")),
    expires_at=datetime(2026, 11, 30, 9, 0, tzinfo=UTC),
)


def filter_item(one: Filter) -> v.FilterItem:
    """As the presenter makes it."""
    does, color = said.DOES[one.action]
    return v.FilterItem(
        filter=one, title=one.title, about=said.filter_about(one, NOW), does=does, color=color
    )


FILTERS = v.FilterGroup(
    account=SALT,
    host="saltmarsh.example",
    handle="juno",
    mark="fediverse",
    filters=(filter_item(SPOILERS), filter_item(RAFFLES)),
)
ROBOTS = v.ListItem(
    id="robots",
    title="Raffle robots",
    about="list by @mirela.ringing.example · 418 accounts",
    status="Update",
    waits=True,
)
SHARED = v.ListItem(
    id="shared",
    title="Shared server blocks",
    about="file from saltmarsh.example · 96 entries",
    status="in force",
)
KAJ, LIBRARY = "did:plc:kaj", "did:plc:library"
PROPOSAL = v.ProposalShown(
    id="robots",
    title="Version of 21 Nov",
    added=12,
    removed=3,
    entries=tuple(
        v.ListEntry(name=f"did:plc:{n}", shown=f"@robot{n}.example", sign="+" if n < 12 else "−")
        for n in range(15)
    ),
    followed=(
        v.ListEntry(name=KAJ, shown="@kaj.example"),
        v.ListEntry(name=LIBRARY, shown="@bicycle-library.example"),
    ),
)
HIDDEN = (
    v.HiddenItem(keys=("Muted word: derby",), icon="speaker-slash", text="Word “derby”", count=21),
    v.HiddenItem(
        keys=("Blocklist: a (Raffle robots)", "Blocklist: b (Raffle robots)"),
        icon="list-bullets",
        text="List “Raffle robots”",
        count=11,
    ),
    v.HiddenItem(keys=("Filter: Raffles",), icon="funnel-simple", text="Filter “Raffles”", count=2),
)
SHOWN = v.Shown(
    labelers=(LABELERS,),
    words=WORDS,
    words_everywhere=True,
    filters=(FILTERS,),
    servers=(
        v.ServerGroup(
            account=SALT,
            host="saltmarsh.example",
            handle="juno",
            mark="fediverse",
            domains=("wreckers.example",),
            refused=1,
        ),
    ),
    lists=(ROBOTS, SHARED),
    exceptions=("quiet.example",),
    hidden=HIDDEN,
    place="Newest first",
)
