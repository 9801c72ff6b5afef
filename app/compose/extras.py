"""What a post has beside words: the post it answers, the one it quotes, a poll."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec import Struct

from app.compose.edits import joined
from app.compose.notes import Notes, Option, amount_of_time
from app.compose.plan import POLL_OF_DRAFT
from app.model.draft import Draft, PollDraft, Target
from app.model.sending import Limits, PollLimits
from app.model.text import RichText, Span
from app.model.timeline import AccountId


class Extras(Struct, frozen=True, kw_only=True):
    """
    What goes with the first post of a lane.

    Attributes:
        reply_to, quote: URI there; "" = none.
        after: Paragraphs that end the text, for what has no place of its own.
        media: Whether attachments go along.
    """

    reply_to: str = ""
    quote: str = ""
    poll: PollDraft | None = None
    after: tuple[RichText, ...] = ()
    media: bool = True


def extras(
    draft: Draft, network: str, limits: Limits, *, has_media: bool, elsewhere: str, notes: Notes
) -> Extras:
    """
    What *draft* has beside words, as *network* has it.

    Args:
        elsewhere: Web address of a copy of this draft that has the poll.
    """
    after: list[RichText] = []
    reply_to = _reply(draft.reply_to, network, after, notes)
    poll, keeps_media = _poll(draft.poll, limits, has_media, elsewhere, after, notes)
    quote = ""
    if draft.quote is not None:
        beside = _beside(limits, has_media and keeps_media, poll)
        quote = _quote(draft.quote, network, limits, beside, after, notes)
    return Extras(reply_to=reply_to, quote=quote, poll=poll, after=tuple(after), media=keeps_media)


def link(url: str) -> RichText:
    """*url* as text."""
    return RichText(url, (Span(0, len(url), "link", url),))


def _address(target: Target) -> str:
    """Where people can read it."""
    return next((copy.url for copy in target.copies if copy.url), "")


def _reply(target: Target | None, network: str, after: list[RichText], notes: Notes) -> str:
    """An answer goes where its parent lives; it never becomes a post of its own by itself."""
    if target is None:
        return ""
    here = target.on(network)
    if here is not None:
        return here.uri
    lacks = f"The post you answer is not on {notes.name}"
    url = _address(target)
    options = [
        Option("alone", "Post it on its own", f"{lacks}; this is posted on its own."),
    ]
    if url:
        options.insert(
            0,
            Option(
                "link",
                "Post it on its own, with a link",
                f"{lacks}; this is posted on its own, with a link to it.",
            ),
        )
    chosen = notes.ask("reply", options, question=f"{lacks}; the answer does not go there.")
    if chosen == "link":
        after.append(link(url))
    return ""


def _beside(limits: Limits, has_media: bool, poll: PollDraft | None) -> str:
    """What keeps a quote out of the post, "" = nothing."""
    if has_media and "media+quote" not in limits.mixes:
        return "media"
    if poll is not None and "poll+quote" not in limits.mixes:
        return "a poll"
    return ""


def _quote(
    target: Target,
    network: str,
    limits: Limits,
    beside: str,
    after: list[RichText],
    notes: Notes,
) -> str:
    here = target.on(network)
    if here is not None and limits.can_quote and not beside:
        return here.uri
    url = (here.url if here is not None else "") or _address(target)
    if here is None:
        lacks = f"The quoted post is not on {notes.name};"
    elif not limits.can_quote:
        lacks = f"{notes.name} cannot quote posts here;"
    else:
        lacks = f"{notes.name} takes no quote beside {beside};"
    it = "it" if here is None else "the quoted post"
    options = [Option("leave_out", "Leave it out", f"{lacks} {it} is left out.")]
    if url:
        options.insert(0, Option("link", "Add a link to it", f"{lacks} a link to {it} is added."))
    if notes.ask("quote", options, usual=options[0].id) == "link":
        after.append(link(url))
    return ""


def _poll(
    poll: PollDraft | None,
    limits: Limits,
    has_media: bool,
    elsewhere: str,
    after: list[RichText],
    notes: Notes,
) -> tuple[PollDraft | None, bool]:
    """The poll, and whether media go along."""
    if poll is None:
        return None, True
    if limits.polls is None:
        _poll_as_text(poll, _reachable(elsewhere, limits), after, notes)
        return None, True
    if has_media and "media+poll" not in limits.mixes:
        clash = f"{notes.name} takes a poll or media, not both"
        options = (
            Option("poll", "Send the poll", f"{clash}; the media are left out."),
            Option("media", "Send the media", f"{clash}; the poll is written as text."),
        )
        chosen = notes.ask("poll_media", options, question=f"{clash}.")
        if chosen == "media":
            after.append(_written(poll, _reachable(elsewhere, limits)))
            return None, True
        if chosen == "poll":
            return _checked(poll, limits.polls, notes), False
    return _checked(poll, limits.polls, notes), True


def _poll_as_text(poll: PollDraft, elsewhere: str, after: list[RichText], notes: Notes) -> None:
    to = " with a link to the poll" if elsewhere else ""
    lacks = f"{notes.name} has no polls;"
    options = (
        Option("text", "Send it as text", f"{lacks} it is sent as text{to}."),
        Option("leave_out", "Leave it out", f"{lacks} it is left out."),
    )
    if notes.ask("poll", options, usual="text") == "text":
        after.append(_written(poll, elsewhere))


def _written(poll: PollDraft, elsewhere: str) -> RichText:
    """The poll in words; *elsewhere* one can vote."""
    options = "\n".join(f"• {option.strip()}" for option in poll.options)
    if not elsewhere:
        return RichText(options)
    there = link(elsewhere)
    if elsewhere.endswith(POLL_OF_DRAFT):
        # How long the address will be is not known: the name of its host stands for it.
        host = urlsplit(elsewhere).netloc
        there = RichText(host, (Span(0, len(host), "link", elsewhere),))
    return joined((RichText(f"{options}\n"), there))


def poll_address(draft: Draft, limits: Mapping[AccountId, Limits]) -> str:
    """Where *draft*'s poll will be, as far as that can be said before it is sent; "" = nowhere."""
    lane = next((lane for lane in draft.lanes if limits[lane.account].polls is not None), None)
    if draft.poll is None or lane is None:
        return ""
    return f"https://{lane.account.rpartition('@')[2]}/{POLL_OF_DRAFT}"


def _reachable(elsewhere: str, limits: Limits) -> str:
    """*elsewhere*, unless it is not known yet and cannot stand behind other words there."""
    return "" if elsewhere.endswith(POLL_OF_DRAFT) and not limits.hidden_links else elsewhere


def _checked(poll: PollDraft, limits: PollLimits, notes: Notes) -> PollDraft:
    titles = [option.strip() for option in poll.options]
    if len(titles) < 2 or not all(titles):
        notes.problems.append("A poll needs two options, and each of them a text.")
    elif len(set(titles)) < len(titles):
        notes.problems.append("Two options of the poll are the same.")
    if len(titles) > limits.options:
        notes.problems.append(
            f"{notes.name} takes {limits.options} options in a poll; there are {len(titles)}."
        )
    longest = max(map(len, titles), default=0)
    if longest > limits.option_length:
        notes.problems.append(
            f"An option of the poll is too long for {notes.name}: "
            f"{longest} of {limits.option_length}."
        )
    if not limits.min_seconds <= poll.seconds <= limits.max_seconds:
        notes.problems.append(
            f"A poll is open between {amount_of_time(limits.min_seconds)} and "
            f"{amount_of_time(limits.max_seconds)} on {notes.name}."
        )
    return poll
