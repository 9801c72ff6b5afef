"""What is done to a draft, as pure changes of its value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Attachment, Draft, Lane, LaneSettings, Target
from app.model.post import Visibility
from app.model.sending import Limits
from app.ui.composer import options

CARD, MEDIA = "card", "media"
"""Settings that are the lane's own, beside those of its network."""


_PUBLICNESS: tuple[Visibility, ...] = ("direct", "followers", "quiet", "public")


def usual_settings(limits: Limits | None, target: Target | None = None) -> LaneSettings:
    """
    How a new lane is set: as usual on its server, and an answer never more
    public than what it answers.
    """
    if limits is None:
        return LaneSettings()
    usual = limits.visibilities[0]
    if target is not None and target.visibility in limits.visibilities:
        usual = min(usual, target.visibility, key=_PUBLICNESS.index)
    return LaneSettings(visibility=usual)


def lane_of(draft: Draft, account: AccountId) -> Lane | None:
    """The lane of *account*."""
    return next((lane for lane in draft.lanes if lane.account == account), None)


def with_lane(draft: Draft, account: AccountId, settings: LaneSettings) -> Draft:
    """One more lane; the others stay as they are."""
    if lane_of(draft, account) is not None:
        return draft
    return replace(draft, lanes=(*draft.lanes, Lane(account=account, settings=settings)))


def without_lane(draft: Draft, account: AccountId) -> Draft:
    """Without that lane; the others stay as they are."""
    return replace(draft, lanes=tuple(lane for lane in draft.lanes if lane.account != account))


def with_own_text(draft: Draft, account: AccountId, text: str | None) -> Draft:
    """The lane says *text*; None: it follows the draft."""
    return _changed(draft, account, lambda lane: replace(lane, text=text))


def with_choice(draft: Draft, account: AccountId, kind: str, choice: str) -> Draft:
    """What the lane does about a loss."""

    def chosen(lane: Lane) -> Lane:
        choices = {**lane.settings.choices, kind: choice}
        return replace(lane, settings=replace(lane.settings, choices=choices))

    return _changed(draft, account, chosen)


def with_setting(draft: Draft, account: AccountId, key: str, chosen: Sequence[str]) -> Draft:
    """The lane after a choice in its row *key*."""

    def changed(lane: Lane) -> Lane:
        if key == CARD:
            return replace(lane, card="shown" in chosen)
        if key == MEDIA:
            kept = set(chosen)
            left = tuple(one.id for one in draft.media if one.id not in kept)
            return replace(lane, without=left)
        return replace(lane, settings=options.changed(lane.settings, key, tuple(chosen)))

    return _changed(draft, account, changed)


def with_media(draft: Draft, new: Iterable[Attachment]) -> Draft:
    """More attachments; one that is there already stays where it is."""
    there = {one.id for one in draft.media}
    added = []
    for one in new:
        if one.id not in there:
            there.add(one.id)
            added.append(one)
    return replace(draft, media=(*draft.media, *added))


def without_media(draft: Draft, id: str) -> Draft:
    """Without that attachment."""
    return replace(draft, media=tuple(one for one in draft.media if one.id != id))


def with_alt(draft: Draft, id: str, alt: str) -> Draft:
    """That attachment is described so."""
    return _with(draft, id, alt=alt)


def with_focus(draft: Draft, id: str, focus: tuple[float, float]) -> Draft:
    """That point of it stays in sight."""
    return _with(draft, id, focus=focus)


def moved(draft: Draft, id: str, by: int) -> Draft:
    """That attachment so many places on."""
    media = list(draft.media)
    at = next((place for place, one in enumerate(media) if one.id == id), None)
    if at is None:
        return draft
    one = media.pop(at)
    media.insert(min(max(at + by, 0), len(media)), one)
    return replace(draft, media=tuple(media))


def restored(draft: Draft, version: Draft) -> Draft:
    """*version* again: what it said, for the lanes that are there now."""
    own = {lane.account: lane.text for lane in version.lanes}
    lanes = tuple(replace(lane, text=own.get(lane.account, lane.text)) for lane in draft.lanes)
    return replace(
        draft,
        text=version.text,
        warning=version.warning,
        media=version.media,
        poll=version.poll,
        lanes=lanes,
    )


def _with(draft: Draft, id: str, **change: object) -> Draft:
    media = tuple(replace(one, **change) if one.id == id else one for one in draft.media)
    return replace(draft, media=media)


def _changed(draft: Draft, account: AccountId, change: object) -> Draft:
    lanes = tuple(
        change(lane) if lane.account == account else lane  # type: ignore[operator]
        for lane in draft.lanes
    )
    return replace(draft, lanes=lanes)
