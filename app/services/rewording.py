"""Other words for a post that was planned before: it is otherwise as it was."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.compose.plan import Acquaintance
from app.model import AccountId
from app.model.draft import Draft, DraftId, Lane, LaneSettings
from app.model.errors import Refused
from app.model.profile import Profile
from app.model.sending import Delivery, Limits, Outgoing, Part
from app.services.uploading import files_of

if TYPE_CHECKING:
    from app.compose.plan import LanePlan

Acquaintances = Callable[[Sequence[str]], Mapping[str, Acquaintance]]


class Place(Struct, frozen=True, kw_only=True):
    """Whose post it is, where, and what is taken there."""

    draft: DraftId
    account: AccountId
    network: str
    limits: Limits


def with_text(
    place: Place, post: Outgoing, text: str, acquaintances: Acquaintances, now: datetime
) -> Outgoing:
    """*post*, which says *text* now. Raises: Refused: it cannot."""
    made = _plan(place, post, text, acquaintances, now, split=False).posts[0]
    return replace(post, text=made.text, source=made.source, markup=made.markup)


def posts_with_text(
    place: Place, lane: Delivery, text: str, acquaintances: Acquaintances, now: datetime
) -> list[Outgoing]:
    """What *lane* sends when it says *text*: as many posts as that takes. Raises: Refused."""
    first = lane.parts[0].post
    media = tuple(one for part in lane.parts for one in part.post.media)
    whole = replace(first, media=media)
    plan = _plan(place, whole, text, acquaintances, now, split=True)
    links = {span.target for one in plan.posts for span in one.text.spans if span.kind == "link"}
    card = first.card if first.card is not None and first.card.url in links else None
    made = [
        replace(first, text=one.text, source=one.source, markup=one.markup, media=one.media)
        for one in plan.posts
    ]
    return [
        replace(made[0], card=None if made[0].media else card),
        *(
            replace(one, reply_to="", quote="", poll=None, card=None, replies=("anyone",))
            for one in made[1:]
        ),
    ]


def parts_from(
    lane: Delivery, posts: Sequence[Outgoing], tickets: Sequence[str]
) -> tuple[Part, ...]:
    """*posts* in the place of the lane's own, with the files that its server has already."""
    known = {id: token for part in lane.parts for id, token in part.uploads.items()}
    return tuple(
        Part(
            post=post,
            ticket=ticket,
            uploads={id: known[id] for id in files_of(post) if id in known},
        )
        for post, ticket in zip(posts, tickets, strict=True)
    )


def _plan(
    place: Place,
    post: Outgoing,
    text: str,
    acquaintances: Acquaintances,
    now: datetime,
    *,
    split: bool,
) -> LanePlan:
    # Slow to load, and only who edits needs it.
    from app.compose.lanes import plan_lane

    lang = post.langs[0] if post.langs else ""
    settings = LaneSettings(visibility=post.visibility, lang=lang, labels=post.labels)
    lane = Lane(account=place.account, settings=settings)
    draft = Draft(
        id=place.draft,
        created_at=now,
        updated_at=now,
        text=text,
        warning=post.warning,
        media=post.media,
        markdown=bool(post.markup),
        split=split,
        lanes=(lane,),
    )
    known = _known(place.network, post, text, acquaintances)
    plan = plan_lane(draft, lane, network=place.network, limits=place.limits, known=known)
    if not plan.can_send:
        stops = next((loss.text for loss in plan.losses if loss.stops), "")
        raise Refused(plan.problems[0] if plan.problems else stops, "Change the text.")
    return plan


def _known(
    network: str, post: Outgoing, text: str, acquaintances: Acquaintances
) -> dict[str, Acquaintance]:
    """Whom *text* mentions: those of before, and whom the people book knows."""
    from app.compose.spans import find_spans

    typed = [
        text[span.start : span.end].lstrip("@").lower()
        for span in find_spans(text)
        if span.kind == "mention"
    ]
    known = dict(acquaintances(typed))
    for span in post.text.spans:
        if span.kind == "mention" and span.target:
            handle = post.text.text[span.start : span.end].lstrip("@")
            profile = Profile(span.target, handle)
            known.setdefault(handle.lower(), Acquaintance(profile=profile, network=network))
    return known
