"""Which attachments go with which post of a lane, and which cannot go at all."""

from __future__ import annotations

from collections.abc import Sequence

from app.compose.notes import Notes, Option, amount, listed
from app.model.draft import Attachment, Draft, Lane
from app.model.graphemes import count_graphemes
from app.model.sending import Limits, MediaLimits

_NAMED = 2
"""More pictures than these are counted, not named."""

_KINDS = {"image": "picture", "gif": "animation", "video": "video", "audio": "sound"}


def arrange(
    draft: Draft, lane: Lane, limits: Limits, notes: Notes
) -> tuple[tuple[Attachment, ...], ...]:
    """
    The attachments of each post, the first post first; may be empty.

    More than a post takes go into posts that follow, or are left out: that is
    a loss with a choice.
    """
    wanted = [media for media in draft.media if media.id not in lane.without]
    media = [one for one in wanted if _is_taken(one, limits.media, notes)]
    media = _with_stills(media, limits.media, notes)
    groups = _groups(media, limits.media)
    _tell_details(media, limits.media, notes)
    if len(groups) < 2:
        return groups
    left = sum(map(len, groups[1:]))
    takes = f"{notes.name} takes {_most(limits.media, groups[0])} in one post"
    rest = "the last one" if left == 1 else f"the last {left}"
    options = (
        Option("next", "Put them in posts that follow", f"{takes}; {rest} follow in replies."),
        Option("leave_out", "Leave them out", f"{takes}; {rest} are left out."),
    )
    if left == 1:
        options = (
            Option("next", "Put it in a post that follows", f"{takes}; {rest} follows in a reply."),
            Option("leave_out", "Leave it out", f"{takes}; {rest} is left out."),
        )
    usual = "next" if draft.split else "leave_out"
    return groups if notes.ask("media", options, usual=usual) == "next" else groups[:1]


def _is_taken(media: Attachment, limits: MediaLimits, notes: Notes) -> bool:
    """Whether it goes there at all; pictures are made to fit, others cannot be."""
    if media.mime.startswith("image/"):
        return True
    what = _KINDS.get(media.kind, "file")
    called = f"“{media.name}”" if media.name else f"the {what}"
    if limits.types and media.mime not in limits.types:
        return _ask_without(
            "media_type", f"{notes.name} does not take this kind of {what}: {called}", notes
        )
    too_large = _too_large(media, limits)
    if too_large:
        return _ask_without("media_size", f"{called} is {too_large} for {notes.name}", notes)
    return True


def _ask_without(kind: str, why: str, notes: Notes) -> bool:
    """Not sent before it was said that it goes without. Always False."""
    why = why[0].upper() + why[1:]
    if any(loss.kind == kind for loss in notes.losses):
        notes.facts.append(f"{why}.")
        return False
    option = Option("leave_out", "Send it without", f"{why}; it is left out here.")
    notes.ask(kind, (option,), question=f"{why}.")
    return False


def _too_large(media: Attachment, limits: MediaLimits) -> str:
    most = limits.audio_bytes if media.kind == "audio" else limits.video_bytes
    if most and media.size > most:
        return f"too large ({amount(media.size)}, at most {amount(most)})"
    longest = limits.video_seconds if media.kind != "audio" else 0
    if longest and media.duration > longest:
        return f"too long ({round(media.duration)} s, at most {longest} s)"
    return ""


def _groups(media: Sequence[Attachment], limits: MediaLimits) -> tuple[tuple[Attachment, ...], ...]:
    """As many to a post as it takes, in order."""
    groups: list[list[Attachment]] = []
    for one in media:
        if not groups or not _fits_beside(one, groups[-1], limits):
            groups.append([])
        groups[-1].append(one)
    return tuple(map(tuple, groups))


def _is_still(media: Attachment, limits: MediaLimits) -> bool:
    return media.kind == "image" or _stops_moving(media, limits)


def _stops_moving(media: Attachment, limits: MediaLimits) -> bool:
    """A moving picture that must be painted anew, which keeps one of its pictures."""
    moving = media.kind == "gif" or media.duration > 0
    if not moving or not media.mime.startswith("image/"):
        return False
    return _is_too_large_to_move(media, limits) or bool(
        limits.types and media.mime not in limits.types
    )


def _is_too_large_to_move(media: Attachment, limits: MediaLimits) -> bool:
    # A GIF of many points is the server's own to make a video of.
    points = media.width * media.height if media.kind != "gif" else 0
    return 0 < limits.image_bytes < media.size or 0 < limits.image_pixels < points


def _with_stills(
    media: Sequence[Attachment], limits: MediaLimits, notes: Notes
) -> list[Attachment]:
    """*media*, with or without those that cannot move there."""
    stills = [one for one in media if _stops_moving(one, limits)]
    if not stills:
        return list(media)
    names = listed([f"“{one.name}”" if one.name else "an animation" for one in stills])
    one = len(stills) == 1
    large = all(
        _is_too_large_to_move(media, limits)
        and not (limits.types and media.mime not in limits.types)
        for media in stills
    )
    be = "is" if one else "are"
    why = f"{be} too large to move" if large else "cannot move"
    cannot = f"{names[0].upper()}{names[1:]} {why} on {notes.name};"
    options = (
        Option(
            "still",
            "Send a still picture",
            f"{cannot} {'it is sent as a still picture' if one else 'they are sent as still pictures'}.",
        ),
        Option("leave_out", "Leave it out", f"{cannot} {'it is' if one else 'they are'} left out."),
    )
    if notes.ask("gif", options, usual="still") == "leave_out":
        return [one for one in media if one not in stills]
    return list(media)


def _fits_beside(one: Attachment, others: Sequence[Attachment], limits: MediaLimits) -> bool:
    if len(others) >= limits.count:
        return False
    moving = sum(not _is_still(media, limits) for media in (*others, one))
    if moving and not limits.mixed and moving <= len(others):
        return False
    return moving <= limits.video_count or not moving


def _most(limits: MediaLimits, group: Sequence[Attachment]) -> str:
    stills = all(_is_still(one, limits) for one in group)
    if not limits.mixed and not stills:
        count, what = min(limits.count, limits.video_count), "video"
    else:
        count, what = limits.count, "picture" if stills else "file"
    if not limits.mixed and len(group) < count:
        return "pictures or a video, not both,"
    return f"{count} {what}" + "s" * (count != 1)


def _tell_details(media: Sequence[Attachment], limits: MediaLimits, notes: Notes) -> None:
    for number, one in enumerate(media, 1):
        length = count_graphemes(one.alt)
        if 0 < limits.alt_length < length:
            called = f"of “{one.name}”" if one.name else f"number {number}"
            notes.problems.append(
                f"The description {called} is too long for {notes.name}: "
                f"{length} of {limits.alt_length}."
            )
    _tell_changes(media, limits, notes)
    if not limits.focus and any(one.focus != (0.0, 0.0) for one in media):
        notes.tell(
            "focus", f"{notes.name} keeps no focal point; pictures are cut round the middle."
        )


def _tell_changes(media: Sequence[Attachment], limits: MediaLimits, notes: Notes) -> None:
    """Pictures are made to fit: that is only a fact."""
    changed: dict[str, list[str]] = {}
    for one in media:
        if one.kind == "image" and (change := _change(one, limits)):
            changed.setdefault(change, []).append(f"“{one.name}”" if one.name else "a picture")
    for change, names in changed.items():
        who = listed(names) if len(names) <= _NAMED else f"{len(names)} pictures"
        are = "is" if len(names) == 1 else "are"
        notes.facts.append(f"{who[0].upper()}{who[1:]} {are} {change} for {notes.name}.")


def _change(media: Attachment, limits: MediaLimits) -> str:
    """What must be done to a picture, "" = nothing."""
    changes = []
    if limits.types and media.mime not in limits.types:
        changes.append("sent as another kind of picture")
    if limits.image_bytes and media.size > limits.image_bytes:
        changes.append(f"shrunk to at most {amount(limits.image_bytes)}")
    elif limits.image_pixels and media.width * media.height > limits.image_pixels:
        changes.append("shrunk")
    return listed(changes)
