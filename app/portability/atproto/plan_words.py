"""What was read, said in words: what goes along, what stays, what to know before."""

from __future__ import annotations

from app.portability.atproto.exports import counted, files, grouped, sizes_of
from app.portability.atproto.plan_reading import Reading
from app.portability.atproto.plc import MAX_ROTATION_KEYS
from app.portability.atproto.report import RepoReport
from app.portability.atproto.standing import web_address
from app.portability.plan import Goes

_DAILY = 1000  # files a day that servers usually take (facts A10)
_APP = "app.bsky."
_POSTS = (f"{_APP}feed.post",)
_REACTIONS = (f"{_APP}feed.like", f"{_APP}feed.repost")
_FOLLOWS = (f"{_APP}graph.follow",)
_LISTS = (f"{_APP}graph.list", f"{_APP}graph.listitem", f"{_APP}graph.starterpack")
_BLOCKS = (f"{_APP}graph.block", f"{_APP}graph.listblock")
_PROFILE = (f"{_APP}actor.profile",)
_GATES = (f"{_APP}feed.threadgate", f"{_APP}feed.postgate")
_NAMED = (*_POSTS, *_REACTIONS, *_FOLLOWS, *_LISTS, *_BLOCKS, *_PROFILE, *_GATES)


def goes_of(reading: Reading, *, keeps_handle: bool) -> tuple[Goes, ...]:
    """Every kind of thing that the account owns."""
    return (
        *(_records(reading.repo) if reading.repo is not None else _unread(reading)),
        *_files(reading),
        _followers(reading),
        Goes(
            kind="preferences",
            title="Preferences",
            detail="Feeds, moderation, languages: set as they are, also those of other apps.",
        ),
        Goes(
            kind="bookmarks",
            title="Bookmarks, mutes, drafts, messages",
            detail="The network keeps them under your identity: they stay yours, nothing to do.",
        ),
        _handle(reading, keeps_handle),
        Goes(
            kind="passwords",
            title="Password, app passwords, second factor",
            detail="They are the old server's: you choose a new password, confirm your e-mail "
            "address anew (videos need it), and sign in again in every other app.",
            how="stays",
        ),
    )


_MEANWHILE = (
    "Do not post while it moves. What you write all the same is brought over at the last moment."
)
_AFTERWARDS = "What was written after the backup was made is not in it."


def warnings_of(
    reading: Reading, *, own_key: bool | None, keeps_handle: bool, from_backup: bool = False
) -> tuple[str, ...]:
    """What to know before. *own_key*: there is one; None: it cannot be seen yet."""
    new = reading.new_name
    found = [_AFTERWARDS if from_backup else _MEANWHILE]
    if own_key is False:
        found.append(
            "You have no recovery key of your own: without one you depend on both servers' "
            "good will. The first step makes one."
        )
    if trouble := too_many_keys(reading):
        found.append(trouble)
    if not keeps_handle and reading.standing.handle:
        found.append(
            f"The handle {reading.standing.handle} belongs to the old server and is lost; "
            "mentions of it will lead nowhere."
        )
    if reading.data is not None:
        found.append("Where you lived and what you were called stays in a public log for ever.")
    if reading.repo is None and reading.repo_error:
        found.append(f"What the account holds could not be counted: {reading.repo_error}")
    elif reading.repo is not None and reading.repo.bad:
        found.append(f"The repository is damaged: {reading.repo.bad[0].text}")
    if reading.status is not None and not reading.status.active:
        found.append(f"The account is {reading.status.status or 'not active'} at the old server.")
    if reading.waiting is not None:
        state = "active" if reading.waiting.active else "switched off"
        found.append(
            f"You already have an account at {new} ({state}): its password is needed, and what "
            "it holds becomes the same as here."
        )
    if reading.new.phone_verification_required:
        found.append(f"{new} wants to verify a telephone number.")
    return (*found, *_file_warnings(reading))


def document_changes(reading: Reading, old: str) -> tuple[str, ...]:
    """
    What the owner of a domain is asked to do, where the old server is gone.

    Args:
        old: Origin of the server that the backup is of.
    """
    found = [
        f"Where this account lives is said by a file of yours, {web_address(reading.did)}. You "
        "change it twice: first it names a key that is made for this move, then the new server. "
        "Godwit shows what to put there, and waits until it is. Be sure that you can change it."
    ]
    home = reading.standing.pds
    if home not in ("", old):
        found.append(
            f"That file names {home} now, and the backup is of {old}: what was written since at "
            "another server is not in it."
        )
    return tuple(found)


def too_many_keys(reading: Reading) -> str:
    """Why the identity has no room for the new server; "" = it has."""
    if reading.data is None or reading.host_keys is None:
        return ""
    own = [key for key in reading.data.rotation_keys if key not in reading.host_keys]
    if len(own) < MAX_ROTATION_KEYS:
        return ""
    return (
        f"The identity has {len(own)} recovery keys of your own: no room for the new server's. "
        "Before anything is signed you are asked which one goes."
    )


def seconds_of(reading: Reading) -> float:
    """A careful guess: a megabyte and three files a second, and a minute for reading mails."""
    if reading.repo is None:
        return 0.0
    sizes = sizes_of(reading.repo)
    return 60 + (reading.repo.bytes * 2 + sum(sizes.values()) * 2) / 1e6 + len(sizes) / 3


def _records(repo: RepoReport) -> list[Goes]:
    def count(names: tuple[str, ...]) -> int:
        return sum(repo.records.get(name, 0) for name in names)

    others = sum(n for name, n in repo.records.items() if name not in _NAMED)
    found = [
        Goes(
            kind="posts",
            title="Posts",
            detail=f"{counted(count(_POSTS), 'post')}, with every like and answer that they got.",
            count=count(_POSTS),
            bytes=repo.bytes,
        ),
        Goes(
            kind="likes",
            title="Likes and reposts",
            detail=f"{grouped(count(_REACTIONS))} of yours.",
            count=count(_REACTIONS),
        ),
        Goes(
            kind="people",
            title="Whom you follow",
            detail=f"{counted(count(_FOLLOWS), 'person', 'people')}.",
            count=count(_FOLLOWS),
        ),
        Goes(
            kind="lists",
            title="Lists and starter packs",
            detail=f"{counted(count(_LISTS), 'entry', 'entries')}.",
            count=count(_LISTS),
        ),
        Goes(
            kind="blocks",
            title="Blocks",
            detail=f"{grouped(count(_BLOCKS))}, public as they are here.",
            count=count(_BLOCKS),
        ),
        Goes(
            kind="profile",
            title="Profile",
            detail="Name, words, pictures, the post that you pinned.",
            count=count(_PROFILE),
        ),
    ]
    if others:
        detail = f"{counted(others, 'record')}, untouched."
        found.append(Goes(kind="other", title="What other apps keep", detail=detail, count=others))
    return [one for one in found if one.count]


def _unread(reading: Reading) -> list[Goes]:
    detail = "Everything in the repository; it could not be counted yet."
    return [Goes(kind="posts", title="Posts, likes, follows, lists", detail=detail)]


def _files(reading: Reading) -> list[Goes]:
    if reading.repo is None:
        return []
    sizes = sizes_of(reading.repo)
    found = [
        Goes(
            kind="media",
            title="Pictures and videos",
            detail=f"{files(len(sizes))}.",
            count=len(sizes),
            bytes=sum(sizes.values()),
        )
    ]
    if reading.dead:
        found.append(
            Goes(
                kind="dead_files",
                title="Lost files",
                detail=f"{files(len(reading.dead))} that the old server has lost already; "
                "named in the report.",
                count=len(reading.dead),
                how="stays",
            )
        )
    return found


def _followers(reading: Reading) -> Goes:
    count = reading.profile.followers_count if reading.profile is not None else -1
    told = f"{counted(count, 'person', 'people')}: they" if count >= 0 else "They"
    return Goes(
        kind="followers",
        title="Who follows you",
        detail=f"{told} follow your identity, not your server. Nobody has to do anything.",
        count=count,
    )


def _handle(reading: Reading, keeps: bool) -> Goes:
    name = reading.standing.handle
    if keeps:
        return Goes(kind="handle", title="Handle", detail=f"{name} is your own: it stays.")
    detail = f"{name or 'It'} belongs to the old server; you get a new one, or use your own domain."
    return Goes(kind="handle", title="Handle", detail=detail, how="stays")


def _file_warnings(reading: Reading) -> list[str]:
    if reading.repo is None:
        return []
    found = []
    sizes = sizes_of(reading.repo)
    limit = reading.new.blob_upload_limit
    large = [size for size in sizes.values() if limit is not None and size > limit]
    if large and limit is not None:
        found.append(
            f"Larger than the {limit / 1e6:g} MB that the new server takes, and would stay behind: "
            f"{files(len(large))}."
        )
    if len(sizes) > _DAILY:
        days = -(-len(sizes) // _DAILY)
        found.append(
            f"{grouped(len(sizes))} files: servers usually take {_DAILY} a day, so it may take "
            f"{days} days. Godwit goes on by itself, and nothing is public before."
        )
    return found
