"""The posts of an archive as the window shows posts, without any server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from app.model import Media, Post, Stub
from app.model.errors import Malformed
from app.model.post import ReplyTo
from app.portability.activitypub.activities import (
    PUBLIC,
    SOURCE,
    TYPE,
    Json,
    attachments,
    dict_of,
    dicts_of,
    file_name,
    text_of,
)
from app.portability.activitypub.archive_files import (
    OUTBOX,
    actor_of,
    content,
    placed_items,
    read_json,
)
from app.portability.archive_kind import Contents, Tell
from app.portability.archive_manifest import place_of
from app.portability.disk import told
from app.portability.plan import Progress
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.convert import Neighbours, Viewpoint, post_from_status
from app.protocols.mastodon.text import plain_text
from app.store.archive_index import Indexed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOWHERE = "https://files.invalid/"
"""Stands for a file's address while posts are read; they take web addresses only."""


class ApPosts:
    """
    Implements ``ArchivedPosts``. What was only passed on has no words here: it is left out.

    Args:
        now: Nothing is sorted later than this.
    """

    def __init__(self, folder: Path, handle: str, server: str, now: datetime) -> None:
        self._folder, self._handle, self._server, self._now = folder, handle, server, now
        self._data = b""
        self._actor: Json = {}

    @property
    def stamp(self) -> str:
        """The file's size and time."""
        path = self._folder / OUTBOX
        with told(path):
            about = path.stat()
        return f"{about.st_size} {about.st_mtime_ns}"

    def contents(self, tell: Tell) -> Contents:
        """Every post of the outbox. Raises: Malformed, StoreError."""
        data = content(self._folder / OUTBOX)
        if data is None:
            raise Malformed(f"There is no {OUTBOX} in the archive.", "It is not whole.")
        posts: list[Indexed] = []
        for at, size in placed_items(data, OUTBOX):
            note = _note_of(read_json(data[at : at + size]))
            if note is not None:
                body = msgspec.msgpack.encode((at, size))
                posts.append(Indexed(self._micros(note), body, _words(note)))
            if not len(posts) % 1000:
                tell(Progress(bytes_done=at + size, bytes_total=len(data), unit="bytes"))
        return Contents(posts)

    def open(self, about: bytes) -> None:
        """Ready to show posts. Raises: StoreError."""
        self._actor = actor_of(self._folder)
        self._file = _opened(self._folder / OUTBOX)

    def post(self, body: bytes) -> Post | Stub:
        """The post of that body. Raises: StoreError."""
        at, size = msgspec.msgpack.decode(body, type=tuple[int, int])
        path = self._folder / OUTBOX
        with told(path):
            self._file.seek(at)
            data = self._file.read(size)
        activity = read_json(data)
        note = _note_of(activity)
        if note is None:
            return self._stub(f"stub:{at}", {}, "This record is no post.")
        try:
            return self._post(activity, note)
        except Malformed as error:
            return self._stub(str(note.get("id") or f"stub:{at}"), note, error.message)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    # ------------------------------------------------------------- private

    def _post(self, activity: Json, note: Json) -> Post:
        status = _status(activity, note, self._actor, self._handle)
        host = urlsplit(self._server).netloc or self._handle.partition("@")[2]
        look = Viewpoint(
            server=host,
            domain=self._handle.partition("@")[2] or host,
            now=self._now,
            viewer=text_of(self._actor, "id"),
        )
        when = _moment(note) or self._now
        post = post_from_status(status, Neighbours(look), when)
        files = [one for one in attachments(activity) if _url(one)]
        media = tuple(self._local(one, files) for one in post.media)
        author = replace(post.author, avatar=self._picture())
        return replace(post, media=media, author=author, reply_to=_parent(post, note))

    def _local(self, media: Media, files: list[Json]) -> Media:
        number = media.url.removeprefix(_NOWHERE)
        if not number.isdigit() or int(number) >= len(files):
            return replace(media, url="", preview="")
        one = files[int(number)]
        path = place_of(self._folder, file_name(_url(one)))
        if path is not None and path.is_file():
            url = path.resolve().as_uri()
        else:
            url = blocks.http(text_of(one, SOURCE))
            if not url and _url(one).startswith("/"):
                url = self._server + _url(one)
        return replace(media, url=url, preview=url if media.kind == "image" else "")

    def _picture(self) -> str:
        name = text_of(dict_of(self._actor, "icon"), "url")
        path = place_of(self._folder, name) if "://" not in name else None
        if path is not None and path.is_file():
            return path.resolve().as_uri()
        return name if name.startswith("http") else ""

    def _micros(self, note: Json) -> int:
        when = min(_moment(note) or _EPOCH, self._now)
        return (when - _EPOCH) // timedelta(microseconds=1)

    def _stub(self, key: str, note: Json, reason: str) -> Stub:
        return Stub(key=key, sort_at=_moment(note) or _EPOCH, reason=reason)


def _opened(path: Path) -> Any:
    with told(path):
        return path.open("rb")


def _note_of(activity: Any) -> Json | None:
    """What was written; None: it was passed on, or is nothing."""
    if not isinstance(activity, dict):
        return None
    item = activity.get("object")
    return item if isinstance(item, dict) and item.get("id") else None


def _status(activity: Json, note: Json, actor: Json, handle: str) -> wire.Status:
    """The activity in the form in which servers give posts."""
    tags = dicts_of(note, "tag")
    language = next(iter(dict_of(note, "contentMap")), None)
    return wire.Status(
        uri=text_of(note, "id"),
        url=text_of(note, "url"),
        account=wire.Account(
            username=handle.partition("@")[0],
            acct=handle,
            display_name=text_of(actor, "name"),
            url=text_of(actor, "url") or text_of(actor, "id"),
            uri=text_of(actor, "id") or text_of(note, "attributedTo"),
        ),
        content=text_of(note, "content"),
        spoiler_text=text_of(note, "summary"),
        sensitive=note.get("sensitive") is True,
        visibility=_visibility(activity),
        language=language,
        edited_at=_time(note, "updated"),
        media_attachments=[_media(number, one) for number, one in enumerate(_with_url(activity))],
        mentions=[
            wire.Mention(
                acct=text_of(one, "name").lstrip("@"),
                url=text_of(one, "href"),
                uri=text_of(one, "href"),
            )
            for one in tags
            if one.get("type") == "Mention"
        ],
        tags=[
            wire.Tag(name=text_of(one, "name").lstrip("#"))
            for one in tags
            if one.get("type") == "Hashtag"
        ],
        poll=_poll(note),
        favourites_count=_total(note, "likes"),
        reblogs_count=_total(note, "shares"),
    )


def _with_url(activity: Json) -> list[Json]:
    return [one for one in attachments(activity) if _url(one)]


def _media(number: int, one: Json) -> wire.Media:
    kind = text_of(one, TYPE) or text_of(one, "mediaType").partition("/")[0]
    width, height = one.get("width"), one.get("height")
    size = wire.Size(
        width=width if isinstance(width, int) else None,
        height=height if isinstance(height, int) else None,
    )
    return wire.Media(
        type=kind if kind in ("image", "video", "audio", "gifv") else "unknown",
        url=f"{_NOWHERE}{number}",
        preview_url=f"{_NOWHERE}{number}",
        description=text_of(one, "name") or None,
        blurhash=text_of(one, "blurhash") or None,
        meta=wire.MediaMeta(original=size),
    )


def _poll(note: Json) -> wire.Poll | None:
    options = dicts_of(note, "anyOf") or dicts_of(note, "oneOf")
    if not options:
        return None
    return wire.Poll(
        options=[
            wire.PollOption(title=text_of(one, "name"), votes_count=_total(one, "replies"))
            for one in options
        ],
        multiple=isinstance(note.get("anyOf"), list),
        expired=bool(note.get("closed")),
        expires_at=_time(note, "endTime"),
        voters_count=note.get("votersCount") if isinstance(note.get("votersCount"), int) else None,
    )


def _total(note: Json, key: str) -> int | None:
    """How many there are in the collection at *key*, as far as it is told."""
    found = dict_of(note, key).get("totalItems")
    return found if isinstance(found, int) else None


def _visibility(activity: Json) -> str:
    """From whom it was for (facts, archive)."""
    to, cc = _names(activity, "to"), _names(activity, "cc")
    if PUBLIC in to:
        return "public"
    if PUBLIC in cc:
        return "unlisted"
    return "private" if any(name.endswith("/followers") for name in to) else "direct"


def _names(value: Json, key: str) -> list[str]:
    found = value.get(key)
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, str)]


def _parent(post: Post, note: Json) -> ReplyTo | None:
    address = text_of(note, "inReplyTo")
    return ReplyTo(uri=address) if address else post.reply_to


def _words(note: Json) -> str:
    alts = [text_of(one, "name") for one in dicts_of(note, "attachment")]
    parts = (text_of(note, "summary"), plain_text(text_of(note, "content")), *alts)
    return "\n".join(part for part in parts if part)


def _url(one: Json) -> str:
    return text_of(one, "url")


def _moment(note: Json) -> datetime | None:
    return _time(note, "published")


def _time(note: Json, key: str) -> datetime | None:
    try:
        return blocks.in_utc(msgspec.convert(note.get(key), datetime))
    except msgspec.ValidationError:
        return None
