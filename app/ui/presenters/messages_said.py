"""A conversation as its pane draws it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, QLocale

from app.model import Media, NetworkInfo, Post
from app.model.message import Letter, Message
from app.moderation.verdict import Verdict
from app.services.messages_values import Talk
from app.ui.messages.values import Box, Bubble, Chip, Divider, Event, PaneState, Reacted
from app.ui.presenters.messages_items import LONG, key_of, title_of, words_of
from app.ui.presenters.places import info_of
from app.ui.timeline.words import clock_time, full_time, handle_text, isolated, length_text

RUN = timedelta(minutes=10)
"""Messages of one person that follow so soon stand together, with one time."""


def pane_state(
    talk: Talk,
    networks: Mapping[str, NetworkInfo],
    now: datetime,
    *,
    own: str,
    account: str,
    new_from: str,
    uncovered: Iterable[str],
    notes: Mapping[str, str],
    loading: bool,
    trouble: str,
) -> PaneState:
    """
    A conversation, opened.

    Args:
        own: URI of my profile in it. account: as whom I write, in words.
        new_from: Id of the first message that was new when it was opened.
        notes: What went wrong with a message, by its id.
    """
    row, one = talk.row, talk.row.conversation
    handles = ", ".join(handle_text(who.handle) for who in one.people[:3])
    # Of a large group only some of its people are told.
    many = max(len(one.people), one.state.count - 1 if one.state is not None else 0)
    others = many - min(3, len(one.people))
    more = f" and {others} {'other' if others == 1 else 'others'}" if others > 0 else ""
    names = talk.messaging.names and len(one.people) > 0
    out = [who for who in one.people if who.uri in row.desk.left_out]
    first = one.people[0].shown_name.split(" ")[0] if len(one.people) == 1 else ""
    return PaneState(
        place=key_of(row.account, one.id),
        title=title_of(row),
        who=f"{handles}{more} · as {isolated(account)}",
        picture=one.people[0].avatar if one.people else "",
        mark=info_of(row.network, networks).mark,
        warning=talk.messaging.readers,
        items=tuple(_items(talk, now, own, networks, new_from, set(uncovered), notes)),
        more=talk.more,
        loading=loading,
        trouble=trouble,
        closed=one.closed,
        request=row.request,
        muted=one.muted,
        can_mute=talk.messaging.mutes,
        can_react=talk.messaging.reactions,
        chips=tuple(Chip(who.uri, f"@{who.handle}", who not in out) for who in one.people)
        if names
        else (),
        left=_left(out),
        limit=one.limit,
        placeholder=f"Message {isolated(first)}…" if first else "Message…",
    )


def _left(out: Sequence[object]) -> str:
    names = [getattr(who, "shown_name", "") for who in out]
    if not names:
        return ""
    who = ", ".join(isolated(name) for name in names)
    does = "does" if len(names) == 1 else "do"
    return f"{who} {does} not receive this, and will not see it."


def _items(
    talk: Talk,
    now: datetime,
    own: str,
    networks: Mapping[str, NetworkInfo],
    new_from: str,
    uncovered: set[str],
    notes: Mapping[str, str],
) -> list[Bubble | Divider | Event]:
    items: list[Bubble | Divider | Event] = []
    day = ""
    several = len(talk.row.conversation.people) > 1
    names = {who.uri: who.shown_name for who in talk.row.conversation.people}
    said = list(talk.messages)
    fresh = next((n for n, one in enumerate(said) if one.id == new_from), len(said))
    for at, one in enumerate(said):
        today = day_of(one.at, now)
        if today != day:
            day = today
            items.append(Divider(day))
        if at == fresh:
            count = sum(1 for m in said[at:] if m.said is not None and m.said.author.uri != own)
            items.append(Divider(f"{count} new", new=True))
        if one.said is None:
            items.append(Event(one.id, one.told))
            continue
        before = said[at - 1] if at and not isinstance(items[-1], Divider) else None
        after = said[at + 1] if at + 1 < len(said) and at + 1 != fresh else None
        verdict = None if one.id in uncovered else talk.verdicts.get(one.id)
        items.append(
            _bubble(
                one,
                own=own,
                first=not _runs_on(before, one),
                last=not _runs_on(one, after),
                who=one.said.author.shown_name if several and one.said.author.uri != own else "",
                cover=_cover(verdict),
                note=notes.get(one.id, ""),
                names=names | {own: "you"},
                mark=info_of(talk.row.network, networks).mark,
            )
        )
    items += [_letter(one) for one in talk.letters]
    return items


def _runs_on(one: Message | None, other: Message | None) -> bool:
    """The same person goes on soon."""
    if one is None or other is None or one.said is None or other.said is None:
        return False
    return one.said.author.uri == other.said.author.uri and other.at - one.at < RUN


def _bubble(
    one: Message,
    *,
    own: str,
    first: bool,
    last: bool,
    who: str,
    cover: str,
    note: str,
    names: Mapping[str, str],
    mark: str,
) -> Bubble:
    said = one.said
    assert said is not None
    text = said.text.text
    cut = text[:LONG] + "…" if len(text) > LONG else text
    return Bubble(
        id=one.id,
        text=cut,
        links=tuple(
            (span.start, span.end, span.target)
            for span in said.text.spans
            if span.kind == "link" and span.end <= LONG
        ),
        mine=said.author.uri == own,
        who=who,
        when=clock_time(one.at) if last else "",
        full_when=full_time(one.at),
        first=first,
        last=last,
        boxes=tuple(_boxes(said, mark)),
        reactions=_reactions(one, own, names),
        cover=cover,
        state=note,
        trouble=bool(note),
    )


def _boxes(said: Post, mark: str) -> list[Box]:
    boxes = [_medium(media, at) for at, media in enumerate(said.media)]
    if said.card is not None:
        from app.protocols.safety import shown_host

        card = said.card
        boxes.append(
            Box(
                title=card.title or card.url,
                text=card.description[:LONG],
                picture=card.image,
                url=card.url,
                icon="globe-simple",
                foot=shown_host(card.url),
            )
        )
    if said.quote is not None:
        boxes.append(_shared(said.quote.post, mark))
    return boxes


def _medium(media: Media, at: int) -> Box:
    if media.kind in ("image", "gif", "video"):
        return Box(
            picture=media.preview or (media.url if media.kind == "image" else ""),
            alt=media.alt,
            index=at,
            plays=media.kind == "video",
            size=(media.width, media.height),
        )
    what = "A recording" if media.kind == "audio" else "A file"
    long = length_text(media.duration) if media.duration else ""
    return Box(title=what, text=media.alt, index=at, icon="play-circle", foot=long)


def _shared(post: Post | None, mark: str) -> Box:
    """A post that somebody shared, or quoted."""
    if post is None:
        return Box(title="A post that cannot be shown", icon="link-break")
    seen = next((m for m in post.media if m.kind == "image" or m.preview), None)
    return Box(
        title=isolated(post.author.shown_name),
        text=words_of(post),
        mark=mark,
        picture=(seen.preview or seen.url) if seen is not None else "",
        plays=seen is not None and seen.kind == "video",
        post=True,
        face=post.author.avatar,
        foot=handle_text(post.author.handle),
    )


def _reactions(one: Message, own: str, names: Mapping[str, str]) -> tuple[Reacted, ...]:
    found: dict[str, list[str]] = {}
    for reaction in one.reactions:
        found.setdefault(reaction.value, []).append(reaction.by)
    return tuple(
        Reacted(
            value,
            len(people),
            own in people,
            ", ".join(names.get(uri, "somebody") for uri in people),
        )
        for value, people in found.items()
    )


def _letter(letter: Letter) -> Bubble:
    """One of mine that is not there (yet), and what is the matter."""
    trouble, state, acts = letter.trouble, "Sending…", ()
    needs = False
    offered: tuple[tuple[str, str], ...] = acts
    if letter.state == "unknown" and (trouble is None or not trouble.repair):
        state = "The answer was lost: looking whether it is there…"
    elif letter.state == "unknown" or letter.state == "failed":
        needs, offered = True, (("retry", "Try again"), ("drop", "Remove"))
        words = trouble.message if trouble is not None else ""
        state = words if letter.state == "unknown" else f"Not sent: {words}"
    elif trouble is not None:
        state, offered = f"Waiting: {trouble.message}", (("retry", "Try now"), ("drop", "Remove"))
    return Bubble(
        id=f"letter {letter.id}",
        text=letter.message.text.text,
        mine=True,
        full_when=full_time(letter.at),
        state=state,
        trouble=needs,
        acts=offered,
    )


def _cover(verdict: Verdict | None) -> str:
    if verdict is None or verdict.action == "show" or verdict.opened:
        return ""
    causes = ", ".join(cause.text or cause.kind for cause in verdict.causes)
    return f"Covered: {causes}" if causes else "Covered"


def day_of(at: datetime, now: datetime) -> str:
    """ "Today", "Yesterday", a weekday within the week, else the date."""
    there, here = at.astimezone().date(), now.astimezone().date()
    ago = (here - there).days
    if ago <= 0:
        return "Today"
    if ago == 1:
        return "Yesterday"
    locale = QLocale()
    pattern = "dddd" if ago < 7 else "d MMMM" if there.year == here.year else "d MMMM yyyy"
    return locale.toString(QDateTime.fromSecsSinceEpoch(int(at.timestamp())).date(), pattern)
