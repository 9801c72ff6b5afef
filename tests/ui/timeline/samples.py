"""Cards in every state, the same people and words as in the pictures of the design."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from app.feed.rows import Card, Copy, FoldRow, Reason, Row
from app.model import (
    Counts,
    Emoji,
    LinkCard,
    Media,
    NetworkInfo,
    Poll,
    PollOption,
    Post,
    Profile,
    Quote,
    ReplyTo,
    Repost,
    RichText,
    Span,
    Stub,
    ViewerState,
)
from app.model.timeline import HOME, AccountId, Cursor, Gap, GapRow, RowKey, StubRow
from app.moderation.verdict import Cause, Verdict

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)
ME = AccountId("juno@saltmarsh.example")
NETWORKS = {
    "meadow": NetworkInfo("meadow", "Mastodon", "fediverse"),
    "harbour": NetworkInfo("harbour", "Bluesky", "bluesky"),
}
HOSTS = {ME: "saltmarsh.example"}
ACCOUNT_NETWORKS = {ME: "meadow"}

TEUN = Profile("https://polder.example/teun", "teun@polder.example", "Teun Haverkate", "pic:teun")
OTTILIE = Profile(
    "https://saltmarsh.example/ottilie", "ottilie@saltmarsh.example", "Ottilie Brandvold", "pic:ott"
)
SELA = Profile(
    "https://kitchen.garden.example/sela",
    "sela@kitchen.garden.example",
    "Sela Marchetti-Oyelaran",
    "pic:sela",
)
AKARI = Profile("did:akari", "akari.shiosai.example", "潮騒あかり", "pic:akari")
LIBRARY = Profile(
    "https://bikes.north.example/library",
    "library@bikes.north.example",
    "Bicycle Library North",
    "pic:lib",
)
NOURA = Profile("https://barid.example/noura", "noura@barid.example", "نورا السهلي", "pic:noura")
BOATS = Profile("did:boats", "boats.museum.example", "Museum of Small Boats", "pic:boats")
PIM = Profile("did:pim", "pim.polder.example", "Pim Koster", "pic:pim")
RADIO = Profile(
    "https://waves.example/radio", "radio@waves.example", "Low Tide Radio", "pic:radio", "", True
)
KAJ = Profile(
    "https://quiet.example/kaj", "kaj@quiet.example", "Kaj Ó Dálaigh-Whitcombe", "pic:kaj"
)
MARIBEL = Profile(
    "https://uni.example/maribel",
    "maribel@uni.example",
    "Dr Maribel Okonkwo-Lindqvist-Abernathy",
    "pic:maribel",
)


def ago(**span: float) -> datetime:
    """A time before NOW."""
    return NOW - timedelta(**span)


def rich(text: str, *marks: tuple[str, str, str]) -> RichText:
    """Text whose *marks* (words, kind, target) are spans."""
    spans = [
        Span(text.index(words), text.index(words) + len(words), kind, target)  # type: ignore[arg-type]
        for words, kind, target in marks
    ]
    return RichText(text, tuple(sorted(spans, key=lambda span: span.start)))


def post(author: Profile, text: RichText | str = "", **more: Any) -> Post:
    """A post with sensible rest."""
    when = more.pop("at", ago(minutes=6))
    network = more.pop("network", "harbour" if author.uri.startswith("did:") else "meadow")
    body = RichText(text) if isinstance(text, str) else text
    uri = more.pop("uri", f"{author.uri}/{int(when.timestamp())}")
    return Post(
        uri=uri, network=network, author=author, created_at=when, sort_at=when, text=body, **more
    )


def card(shown: Post, number: int = 0, **more: Any) -> Card:
    """A row holding *shown*."""
    copies = (Copy(shown, (ME,)), *more.pop("copies", ()))
    at = int(shown.sort_at.timestamp() * 1_000_000)
    return Card(
        key=RowKey(at, number),
        entry_key=shown.uri,
        sort_at=shown.sort_at,
        post=shown,
        copies=copies,
        **more,
    )


def viewer(**state: Any) -> dict[AccountId, ViewerState]:
    """What I did."""
    return {ME: ViewerState(**state)}


def picture(name: str, alt: str = "A picture", **more: Any) -> Media:
    """An image attachment."""
    size = more.pop("size", (1200, 800))
    kind = more.pop("kind", "image")
    return Media(
        kind=kind,
        url=f"pic:{name}",
        preview=f"pic:{name}",
        alt=alt,
        width=size[0],
        height=size[1],
        **more,
    )


def reposted() -> Card:
    """1: reposted by several, with a link card."""
    names = ("Pim Koster", "Ada", "Bo", "Cy")
    reposts = tuple(Repost(Profile(f"p:{n}", n.lower(), n), ago(minutes=3)) for n in names)
    text = rich(
        "The survey boat is back. All nineteen sensors answered, which has never happened before",
        ("never", "bold", ""),
    )
    link = LinkCard(
        url="https://wadden-notes.example/eelgrass",
        title="Eelgrass returns to the inner basin",
        description="Water clarity is at its best since 1987, says the third monitoring report; "
        "the meadows grow again in all nine squares that were surveyed.",
        image="pic:chart",
    )
    shown = post(TEUN, text, card=link, counts=Counts(3, 11, 42))
    return card(shown, 1, reposts=reposts, viewers=viewer(reposted=True))


def echo(**more: Any) -> Card:
    """2: one thought on two networks, two pictures."""
    text = rich(
        "Counted 4\u202f210 bar-tailed godwits at the high-tide roost this morning. Some flew "
        "straight from the tundra: eleven days, no landing. I had toast and felt I had earned "
        "it. #WaderCount",
        ("#WaderCount", "tag", "WaderCount"),
    )
    when = ago(minutes=18)
    media = (picture("dawn", "Godwits over the flats"), picture("forest", "Light between trees"))
    shown = post(OTTILIE, text, at=when, media=media, counts=Counts(14, 31, 96))
    other = post(
        Profile("did:ottilie", "ottilie.example.com", "Ottilie Brandvold", "pic:ott"),
        text,
        at=when,
        media=media,
        counts=Counts(9, 22, 148),
    )
    copies = (Copy(other, (ME,), "Same text, 40 s apart"),)
    return card(shown, 2, copies=copies, viewers=viewer(liked=True), **more)


def reply_rtl() -> Card:
    """3: an answer, Arabic, edited."""
    text = "الطيور لا تحتاج إلى جواز سفر، لكنها تحتاج إلى شاطئ هادئ وبعض الصبر منّا."
    shown = post(
        NOURA,
        text,
        at=ago(minutes=23),
        edited_at=ago(minutes=10),
        reply_to=ReplyTo(uri="u", author=TEUN),
        counts=Counts(1, 4, 26),
    )
    return card(shown, 3)


def poll_open(*, multiple: bool = True) -> Card:
    """4: a poll to vote in."""
    options = (PollOption("Tuesday", 40), PollOption("Thursday", 56))
    poll = Poll(
        options=options, votes=96, multiple=multiple, expires_at=NOW + timedelta(days=2, hours=3)
    )
    shown = post(LIBRARY, "Which evenings?", at=ago(hours=1), poll=poll, counts=Counts(2, 0, 4))
    return card(shown, 4)


def poll_voted() -> Card:
    """5: results, and my vote."""
    options = (
        PollOption("Two evenings a week", 239),
        PollOption("Saturday, all day", 128),
        PollOption("A weekday lunch hour", 45),
    )
    poll = Poll(options=options, votes=412, expires_at=NOW + timedelta(hours=5, minutes=10))
    shown = post(
        LIBRARY,
        "Winter opening hours. What helps you most?",
        at=ago(hours=1),
        poll=poll,
        counts=Counts(8, 2, 17),
    )
    return card(shown, 5, viewers=viewer(own_votes=(0,)))


def warned() -> Card:
    """6 and 7: behind a content warning."""
    shown = post(
        SELA,
        "Pumpkin 1, thumb 0. Two stitches and a very good soup.",
        at=ago(minutes=41),
        counts=Counts(5, 0, 19),
    )
    cause = Cause("warning", "Food, knife injury (healing well)")
    return card(shown, 6, verdict=Verdict("cover", (cause,)))


def labelled(*, fixed: bool = False) -> Card:
    """8: a label over the media."""
    shown = post(
        BOATS,
        "From the wreck archive, 1911.",
        at=ago(hours=2),
        media=(picture("boat"),),
        counts=Counts(0, 3, 12),
    )
    cause = Cause("label", "Graphic media", "Harbour Watch")
    return card(shown, 8, verdict=Verdict("cover_media", (cause,), fixed))


def quoting() -> Card:
    """9: Japanese, with a quote; bookmarked."""
    quoted = post(
        Profile("did:ottilie", "ottilie.example.com", "Ottilie Brandvold", "pic:ott"),
        "The roost is louder than the motorway tonight.",
        at=ago(hours=3),
    )
    text = "干潟の朝。シギの群れが一斉に飛び立つ音は、何度聞いても息をのみます。"
    shown = post(
        AKARI,
        text,
        at=ago(hours=1),
        quote=Quote(state="shown", uri=quoted.uri, post=quoted),
        counts=Counts(2, 9, 64),
    )
    return card(shown, 9, viewers=viewer(bookmarked=True))


def emoji_text() -> Card:
    """Emoji of the font, of more than one code point, and a name with one."""
    who = Profile("did:leaf", "leaf.example", "Leaf 🌿 of 🏴‍☠️", "pic:leaf")
    return card(post(who, "Soup 🥣 and 👩🏽‍🔬 for all 🎉🎉", at=ago(hours=3)), 23)


def quote_missing(state: str = "deleted") -> Card:
    """10: a quote that is not there."""
    quoted = post(TEUN, "Hidden words") if state in ("blocked", "muted") else None
    quote = Quote(state=state, uri="x", post=quoted)  # type: ignore[arg-type]
    shown = post(PIM, "Look at this", at=ago(hours=3), quote=quote, counts=Counts(0, 1, 3))
    return card(shown, 10)


def pictures_three() -> Card:
    """13: three pictures, one without description."""
    media = (picture("boat", "A boat"), picture("bowl", "A bowl"), picture("rain", ""))
    shown = post(BOATS, "", at=ago(hours=2), media=media, counts=Counts(4, 18, 77))
    return card(shown, 13, viewers=viewer(liked=True))


def pictures_seven() -> Card:
    """14: more than four."""
    names = ("dawn", "forest", "boat", "rain", "bowl", "chart", "dusk")
    shown = post(
        TEUN,
        "",
        at=ago(hours=4),
        media=tuple(picture(n, "x") for n in names),
        counts=Counts(0, 0, 9),
    )
    return card(shown, 14)


def video() -> Card:
    """15: a poster, by a bot."""
    media = picture("boat", "A harbour", kind="video", duration=161.0, size=(1600, 900))
    shown = post(RADIO, "", at=ago(hours=5), media=(media,), counts=Counts(1, 6, 30))
    return card(shown, 15)


def ranked() -> Card:
    """16: a ranked feed says why; an echo."""
    text = (
        "Preprint: tidal loading moves the pier by 4 mm, twice a day. We could hear it once we "
        "knew where to listen."
    )
    when = ago(hours=6)
    shown = post(MARIBEL, text, at=when, counts=Counts(6, 12, 51))
    other = post(
        Profile("did:maribel", "maribel.example", MARIBEL.name),
        text,
        at=when,
        counts=Counts(3, 20, 88),
    )
    reasons = (Reason("friend", "You answer her often", 0.6), Reason("rare", "rare voice", 0.3))
    return card(shown, 16, copies=(Copy(other, (ME,), "same"),), reasons=reasons)


def followers_only() -> Card:
    """17: for followers; an action refused is view state."""
    shown = post(
        KAJ,
        "Back home. Sleeping until Thursday.",
        at=ago(hours=7),
        visibility="followers",
        counts=Counts(0, 0, 2),
    )
    return card(shown, 17)


def rich_text() -> Card:
    """Everything a text can hold."""
    text = rich(
        "Release notes for TideKit :party: by @ottilie@saltmarsh.example\n\n"
        "Run make tide and see bold words, slanted ones, gone ones. Read the manual "
        "or https://docs.tidekit.example/a/very/long/path/that/never/ends/chapter-seven.html\n"
        "A quoted line that somebody wrote before us\n"
        "def tide(hour):\n"
        "    return height[hour]\n"
        "• one\n• two\n\n"
        "#Tide #Moon #Sea",
        (":party:", "emoji", "pic:party"),
        ("@ottilie@saltmarsh.example", "mention", OTTILIE.uri),
        ("make tide", "code", ""),
        ("bold words", "bold", ""),
        ("slanted ones", "italic", ""),
        ("gone ones", "strike", ""),
        ("the manual", "link", "https://evil.example/manual"),
        (
            "https://docs.tidekit.example/a/very/long/path/that/never/ends/chapter-seven.html",
            "link",
            "https://docs.tidekit.example/a/very/long/path/that/never/ends/chapter-seven.html",
        ),
        ("A quoted line that somebody wrote before us", "quote", ""),
        ("def tide(hour):\n    return height[hour]", "code_block", ""),
        ("#Tide", "tag", "Tide"),
        ("#Moon", "tag", "Moon"),
        ("#Sea", "tag", "Sea"),
    )
    author = Profile(
        "https://kit.example/tide",
        "tide@kit.example",
        "Tide :party: Kit",
        "pic:kit",
        emojis=(Emoji("party", "pic:party"),),
    )
    return card(post(author, text, at=ago(days=2), counts=Counts(0, 0, 1234)), 20)


def long_text() -> Card:
    """Longer than is shown at once."""
    line = "The tide comes in and the tide goes out, and nobody asked it to. "
    return card(post(TEUN, line * 30, at=ago(days=30)), 21)


def hidden() -> Card:
    """11: a rule hides it, the reader wants to know."""
    shown = post(TEUN, "The derby was great", at=ago(hours=2))
    return card(shown, 11, verdict=Verdict("hide", (Cause("muted", "muted word “derby”"),)))


def audio() -> Card:
    """Sound has no picture."""
    media = Media(kind="audio", url="pic:a", alt="Waves on shingle", duration=73.0)
    return card(post(RADIO, "Listen", at=ago(hours=8), media=(media,)), 22)


def gap() -> GapRow:
    """Three hours are missing."""
    return GapRow(
        key=RowKey(1, 30),
        gap=Gap(
            id=1,
            account=ME,
            source=HOME,
            newer_at=ago(hours=1, minutes=52),
            older_at=ago(hours=5, minutes=22),
            cursor=Cursor("c"),
        ),
    )


def stub() -> StubRow:
    """Could not be read."""
    return StubRow(key=RowKey(1, 31), stub=Stub(key="s", sort_at=NOW, reason="No date"), account=ME)


def fold(*, opened: bool = False) -> FoldRow:
    """What a feed folds below a card."""
    key = RowKey(1, 43)
    return FoldRow(key=key, head=RowKey(1, 40), text="5 more by Imke Dwars", opened=opened)


def face_covered() -> Card:
    """A post of somebody whose profile a labeler has labelled."""
    told = Cause("label", "Hidden by moderators", "House Rules", covers=("avatar", "name"))
    return replace(followers_only(), verdict=Verdict(notes=(told,)))


def gallery() -> list[tuple[str, Row | None]]:
    """Every state by name, in the order of the design's sheet."""
    rows: list[tuple[str, Row | None]] = [
        ("reposted", reposted()),
        ("echo", echo()),
        ("reply_rtl", reply_rtl()),
        ("poll_open", poll_open()),
        ("poll_voted", poll_voted()),
        ("gap", gap()),
        ("warned", warned()),
        ("labelled", labelled()),
        ("quoting", quoting()),
    ]
    states = ("deleted", "detached", "blocked", "pending")
    rows += [(f"quote_{state}", quote_missing(state)) for state in states]
    rows += [
        ("hidden", hidden()),
        ("stub", stub()),
        ("pictures_three", pictures_three()),
        ("pictures_seven", pictures_seven()),
        ("video", video()),
        ("ranked", ranked()),
        ("followers_only", followers_only()),
        ("rich_text", rich_text()),
        ("long_text", long_text()),
        ("audio", audio()),
        ("emoji_text", emoji_text()),
        ("loading", None),
    ]
    return rows


def many(count: int) -> list[Card]:
    """A timeline of varied cards, newest first, deterministic."""
    makers = (
        reposted,
        echo,
        reply_rtl,
        poll_voted,
        warned,
        labelled,
        quoting,
        pictures_three,
        video,
        ranked,
        followers_only,
        rich_text,
        long_text,
        pictures_seven,
        poll_open,
        emoji_text,
    )
    base = [make() for make in makers]
    return [_shifted(base[(n * 7 + n // 11) % len(base)], n) for n in range(count)]


def _shifted(made: Card, number: int) -> Card:
    from msgspec.structs import replace

    when = NOW - timedelta(minutes=3 * number)
    text = made.post.text
    words = " ".join(f"word{(number * k) % 97}" for k in range(number % 23))
    text = RichText(f"{text.text} {words}".strip(), text.spans)
    shown = replace(
        made.post, uri=f"{made.post.uri}#{number}", created_at=when, sort_at=when, text=text
    )
    copies = (Copy(shown, (ME,)), *made.copies[1:])
    key = RowKey(int(when.timestamp() * 1_000_000), number)
    return replace(made, key=key, entry_key=shown.uri, sort_at=when, post=shown, copies=copies)


def keys(rows: Iterable[Card]) -> list[RowKey]:
    """Their places."""
    return [row.key for row in rows]


def quoting_latin() -> Card:
    """A quote with a picture, in letters that every font has."""
    quoted = post(BOATS, "A sail, mended twice.", at=ago(hours=3), media=(picture("sail"),))
    shown = post(
        TEUN,
        "Look at those stitches",
        at=ago(hours=1),
        quote=Quote(state="shown", uri=quoted.uri, post=quoted),
        counts=Counts(2, 9, 64),
    )
    return card(shown, 24)
