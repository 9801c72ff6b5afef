"""
A lane's plan: the posts that would leave for one account, how long they are, what is lost.

The same draft gives the same plan, and a lane's plan depends on no other lane.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from app.compose import markdown
from app.compose.attachments import arrange
from app.compose.edits import joined
from app.compose.extras import Extras, extras, poll_address
from app.compose.length import Ruler
from app.compose.notes import Notes
from app.compose.parts import Share, Words, shares
from app.compose.plan import Acquaintance, LanePlan, Measure, SplitWhy
from app.compose.settings import Terms, terms
from app.compose.wording import Wording, trimmed, wording
from app.model.draft import Attachment, Draft, Lane
from app.model.graphemes import count_graphemes
from app.model.post import LinkCard
from app.model.sending import Limits, Outgoing
from app.model.text import RichText
from app.model.timeline import AccountId

Groups = tuple[tuple[Attachment, ...], ...]

_NOTHING: Mapping[str, Acquaintance] = {}
_NO_CARDS: Mapping[str, LinkCard] = {}


def plan_lane(
    draft: Draft,
    lane: Lane,
    *,
    network: str,
    limits: Limits,
    known: Mapping[str, Acquaintance] = _NOTHING,
    cards: Mapping[str, LinkCard] = _NO_CARDS,
    elsewhere: str = "",
) -> LanePlan:
    """
    What would leave for *lane*'s account.

    Args:
        network: Id of the account's network.
        known: Typed handle, lower case, without "@" → who that is.
        cards: Address → its card (``image`` = id of an attachment, or "").
        elsewhere: Web address of a copy of this draft that has the poll.
    """
    return _Planning(draft, lane, network, limits, known, cards, elsewhere).plan()


class _Planning:
    """One lane on its way to a plan."""

    def __init__(
        self,
        draft: Draft,
        lane: Lane,
        network: str,
        limits: Limits,
        known: Mapping[str, Acquaintance],
        cards: Mapping[str, LinkCard],
        elsewhere: str,
    ) -> None:
        self._draft, self._lane, self._network, self._limits = draft, lane, network, limits
        self._known, self._cards, self._elsewhere = known, cards, elsewhere
        self._notes = Notes(network, lane.settings.choices)

    def plan(self) -> LanePlan:
        draft, lane, limits, notes = self._draft, self._lane, self._limits, self._notes
        term = terms(draft, lane, limits, notes)
        media = arrange(draft, lane, limits, notes)
        extra = extras(
            draft,
            self._network,
            limits,
            has_media=bool(media),
            elsewhere=self._elsewhere,
            notes=notes,
        )
        media = media if extra.media else ()
        words = wording(draft, lane, self._network, limits, self._known, notes)
        posts, measures, whole = self._posts(words, term, extra, media)
        self._check(posts, measures)
        return LanePlan(
            account=lane.account,
            network=self._network,
            posts=tuple(posts),
            measures=tuple(measures),
            whole=whole,
            mentions=words.mentions,
            losses=tuple(notes.losses),
            facts=tuple(notes.facts),
            problems=tuple(notes.problems),
        )

    # ------------------------------------------------------------- private

    def _posts(
        self, words: Wording, term: Terms, extra: Extras, media: Groups
    ) -> tuple[list[Outgoing], list[Measure], int]:
        limits, draft = self._limits, self._draft
        warned = count_graphemes(term.warning)
        typed = None
        if draft.markdown and markdown.MIME in limits.markup:
            typed = "\n\n".join([words.source.strip(), *(one.text for one in extra.after)]).strip()
        found, whole = shares(
            Words(
                text=_complete(words.text, term, extra),
                lead=words.lead,
                typed=typed,
                warned=warned,
                divide=draft.split,
                numbered=draft.numbered,
            ),
            limits,
        )
        lead = trimmed(words.lead)
        if len(media) > len(found):
            length = Ruler(lead, limits).length(0, len(lead.text))
            more = Share(text=lead, length=length, bytes=len(lead.text.encode()))
            found += [more] * (len(media) - len(found))
        posts = [self._post(share, term) for share in found]
        measures = [_measure(share, warned, limits) for share in found]
        return self._furnished(posts, term, extra, media), measures, whole + warned

    def _post(self, share: Share, term: Terms) -> Outgoing:
        return Outgoing(
            text=share.text,
            source=share.source,
            markup=markdown.MIME if share.source else "",
            warning=term.warning,
            sensitive=term.sensitive,
            labels=term.labels,
            langs=term.langs,
            visibility=term.visibility,
            quotes=term.quotes,
        )

    def _furnished(
        self, posts: list[Outgoing], term: Terms, extra: Extras, media: Groups
    ) -> list[Outgoing]:
        """With what else they carry: the first one nearly all, the card where its link is."""
        first = replace(
            posts[0],
            reply_to=extra.reply_to,
            quote=extra.quote,
            poll=extra.poll,
            replies=term.replies,
            send_at=self._send_at(len(posts)),
        )
        posts = [first, *posts[1:]]
        for number, group in enumerate(media):
            posts[number] = replace(posts[number], media=group)
        if self._limits.cards and self._lane.card:
            self._add_card(posts)
        return posts

    def _add_card(self, posts: list[Outgoing]) -> None:
        """The card of the first link that has one, on the post with it, if nothing else is there."""
        for number, post in enumerate(posts):
            links = (span.target for span in post.text.spans if span.kind == "link")
            card = next((self._cards[link] for link in links if link in self._cards), None)
            if card is None:
                continue
            if not post.media and (not post.quote or "media+quote" in self._limits.mixes):
                posts[number] = replace(post, card=card)
            return

    def _send_at(self, posts: int) -> datetime | None:
        """The time, if the server itself keeps the post until then."""
        at, name = self._draft.send_at, self._notes.name
        if at is None:
            return None
        if self._limits.schedules and posts == 1:
            return at
        lacks = "keeps no thread" if self._limits.schedules else "keeps no post"
        self._notes.facts.append(
            f"{name} {lacks} for later: this computer must be on then, with Godwit running."
        )
        return None

    def _check(self, posts: list[Outgoing], measures: list[Measure]) -> None:
        problems, limits = self._notes.problems, self._limits
        first = posts[0]
        if not (first.text.text or first.media or first.poll or first.quote):
            problems.append("There is nothing to send yet.")
        over = [measure for measure in measures if not measure.fits]
        if not over:
            return
        worst = max(over, key=lambda measure: measure.length)
        if count_graphemes(first.warning) >= limits.length:
            problems.append(f"The warning alone is longer than a post on {self._notes.name}.")
        elif not self._draft.split:
            problems.append(
                f"Too long for {self._notes.name}: {worst.length} of {limits.length}. "
                "Shorten it, or let it become a thread."
            )
        elif worst.length > limits.length:
            problems.append(
                f"Something in it is longer than a post on {self._notes.name} "
                f"and cannot be divided: {worst.length} of {limits.length}."
            )
        else:
            size = max(measure.bytes for measure in over)
            problems.append(
                f"Too many bytes for {self._notes.name}: {size} of {limits.bytes}. Shorten it."
            )


def _complete(text: RichText, term: Terms, extra: Extras) -> RichText:
    """With a warning in front and what else has no place of its own after it."""
    front = (RichText(term.front),) if term.front else ()
    parts = [one for one in (*front, trimmed(text), *extra.after) if one.text]
    gap = RichText("\n\n")
    return joined([piece for one in parts for piece in (gap, one)][1:])


def _measure(share: Share, warned: int, limits: Limits) -> Measure:
    return Measure(
        length=share.length + warned,
        limit=limits.length,
        unit=limits.unit,
        bytes=share.bytes,
        bytes_limit=limits.bytes,
        why_next=cast('SplitWhy | Literal[""]', share.why),
    )


class _Remembered(Struct, frozen=True):
    """A plan, and what it was made from."""

    lane: Lane
    network: str
    limits: Limits
    plan: LanePlan

    def holds_for(self, lane: Lane, network: str, limits: Limits) -> bool:
        return self.network == network and self.lane == lane and self.limits == limits


class Planner:
    """
    Plans all lanes of a draft again and again, while it is typed.

    Remembers what did not change: gives what ``plan_lane`` gives, sooner. Lanes
    that differ in nothing but their account are planned once.
    """

    def __init__(self) -> None:
        self._made_from: tuple[Draft, dict[str, Acquaintance], dict[str, LinkCard], str] | None = (
            None
        )
        self._remembered: list[_Remembered] = []

    def plan(
        self,
        draft: Draft,
        networks: Mapping[AccountId, str],
        limits: Mapping[AccountId, Limits],
        known: Mapping[str, Acquaintance] = _NOTHING,
        cards: Mapping[str, LinkCard] = _NO_CARDS,
    ) -> tuple[LanePlan, ...]:
        """
        A plan for each lane of *draft*, in their order.

        Args:
            networks, limits: Of the account of each lane, at least.
        """
        elsewhere = poll_address(draft, limits)
        made_from = (
            replace(draft, lanes=(), updated_at=draft.created_at),
            dict(known),
            dict(cards),
            elsewhere,
        )
        if made_from != self._made_from:
            self._made_from, self._remembered = made_from, []
        before, self._remembered = self._remembered, []
        return tuple(
            self._planned(
                draft,
                lane,
                networks[lane.account],
                limits[lane.account],
                known,
                cards,
                elsewhere,
                before,
            )
            for lane in draft.lanes
        )

    def _planned(
        self,
        draft: Draft,
        lane: Lane,
        network: str,
        limits: Limits,
        known: Mapping[str, Acquaintance],
        cards: Mapping[str, LinkCard],
        elsewhere: str,
        before: list[_Remembered],
    ) -> LanePlan:
        anybody = replace(lane, account=AccountId(""))
        for one in (*before, *self._remembered):
            if one.holds_for(anybody, network, limits):
                break
        else:
            plan = plan_lane(
                draft,
                lane,
                network=network,
                limits=limits,
                known=known,
                cards=cards,
                elsewhere=elsewhere,
            )
            one = _Remembered(anybody, network, limits, plan)
        if not any(one is kept for kept in self._remembered):
            self._remembered.append(one)
        return (
            one.plan
            if one.plan.account == lane.account
            else replace(one.plan, account=lane.account)
        )
