"""Publishing in the demo: a ticket makes every try the same post."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from app.model import (
    Account,
    AccountId,
    Advisory,
    Entry,
    LinkCard,
    Media,
    Poll,
    PollOption,
    Post,
    Profile,
    Quote,
    ReplyTo,
)
from app.model.about import Version
from app.model.errors import NotFound, Refused, Unsupported
from app.model.sending import Outgoing, Published
from app.protocols.demo.faults import Faults
from app.protocols.demo.limits import LIMITS, must_fit
from app.protocols.demo.people import PEOPLE, SECOND, network_of
from app.protocols.demo.sketch import BOTH, ESTUARY, JUNO, KIEL, SKY, Told, address
from app.protocols.demo.world import World
from app.protocols.writing import Ready

_KEPT = "kept:"
"""Begins the reference of a post that the server keeps until its time."""

_URIS = {
    JUNO: PEOPLE["juno"].uri,
    KIEL: PEOPLE["kiel"].uri,
    SKY: PEOPLE["juno/sky"].uri,
    ESTUARY: PEOPLE["estuary/sky"].uri,
}


class Writing:
    """What one account writes."""

    def __init__(self, account: Account, world: World, faults: Faults) -> None:
        self._account, self._world, self._faults = account, world, faults
        self._ledger = world.ledger
        self.limits = LIMITS[account.network]

    @property
    def me(self) -> Profile:
        """Who writes."""
        mine = (one for one in PEOPLE.values() if one.uri == self._account.uri)
        return next(mine)

    def ticket(self, at: datetime) -> str:
        """Rises with every call, whatever the clock says."""
        micros = round(at.timestamp() * 1_000_000)
        self._ledger.number = max(self._ledger.number + 1, micros)
        return f"{self._ledger.number:016x}"

    def publish(self, posts: Sequence[Ready]) -> tuple[Published, ...]:
        """All of *posts* or none. Raises: as ``Writes.publish``."""
        if len(posts) > 1 and not self.limits.threads_at_once:
            raise Unsupported("This server takes one post at a time.")
        host, world = self._account.host, self._world
        self._faults.refusal(host)
        self._faults.before_write(host, world.now)
        for ready in posts:
            self._check(ready)
        published: list[Published] = []
        for ready in posts:
            parent = published[-1] if published else ready.parent
            published.append(self._publish(ready, parent))
        self._faults.after_write(host)
        return tuple(published)

    def look(self, posts: Sequence[Ready]) -> tuple[Published, ...] | None:
        """What came of *posts*; None: nothing."""
        found = [self._there(ready.ticket) for ready in posts]
        there = [one for one in found if one is not None]
        return tuple(there) if len(there) == len(found) else None

    def edit(self, published: Published, post: Outgoing, uploads: dict[str, str]) -> Published:
        """Raises: Unsupported, NotFound, Refused."""
        if not self.limits.edits:
            raise Unsupported("Posts cannot be changed here.", "Delete it and write another.")
        before = self._own(published.uri)
        self._faults.refusal(self._account.host)
        self._faults.before_write(self._account.host, self._world.now)
        must_fit(post, self.limits)
        written = self._written(post, uploads, before.uri, before.url, before.created_at)
        changed = replace(
            written,
            reply_to=before.reply_to,
            counts=before.counts,
            visibility=before.visibility,
            edited_at=self._world.tick(),
        )
        self._keep_version(before)
        self._world.change(changed)
        self._faults.after_write(self._account.host)
        return published

    def _keep_version(self, before: Post) -> None:
        versions = self._world.ledger.versions
        was = Version(at=before.edited_at or before.created_at, text=before.text)
        versions[before.uri] = (*versions.get(before.uri, ()), was)

    def delete(self, published: Published) -> None:
        """Done twice is done. Raises: Refused: It is somebody else's."""
        self._faults.refusal(self._account.host)
        self._faults.before_write(self._account.host, self._world.now)
        uri = published.uri or published.ref.removeprefix(_KEPT)
        try:
            post = self._own(uri)
        except NotFound:
            return
        if post.reply_to is not None:
            self._count_answer(post.reply_to.uri, -1)
        self._world.remove(uri)
        self._faults.after_write(self._account.host)

    def uploaded(self, token: str) -> tuple[str, str]:
        """Address and type of what was uploaded. Raises: Refused: It was not."""
        try:
            return self._ledger.tokens[token]
        except KeyError:
            raise Refused("One of the files has not been uploaded.") from None

    # ------------------------------------------------------------- private

    def _there(self, ticket: str) -> Published | None:
        """What came of *ticket*, unless it was deleted since."""
        known = self._ledger.tickets.get((self._account.id, ticket))
        if known is None:
            return None
        try:
            self._world.post(known.uri or known.ref.removeprefix(_KEPT))
        except NotFound:
            return None
        return known

    def _own(self, uri: str) -> Post:
        post = self._world.post(uri)
        if post.author.uri != self._account.uri:
            raise Refused("This is somebody else's post.")
        return post

    def _check(self, ready: Ready) -> None:
        must_fit(ready.post, self.limits)
        for media in ready.post.media:
            self.uploaded(ready.uploads.get(media.id, ""))
        for uri in filter(None, (ready.post.reply_to, ready.post.quote)):
            self._world.post(uri)

    def _publish(self, ready: Ready, parent: Published | None) -> Published:
        if (known := self._there(ready.ticket)) is not None:
            return known
        uri, url = address(self.me, f"written {ready.ticket}")
        at = self._world.tick()
        later = ready.post.send_at
        if later is not None and later > at:
            at, done = later, Published("", "", f"{_KEPT}{uri}")
        else:
            done = Published(uri, url, f"demo {uri}")
        post = self._written(ready.post, ready.uploads, uri, url, at)
        above = ready.post.reply_to or (parent.uri if parent else "")
        if above:
            post = replace(post, reply_to=self._reply_to(above))
            self._count_answer(above, +1)
        if post.quote is not None:
            self._count_quote(post.quote.uri)
        entry = Entry(key=uri, sort_at=at, post=post)
        self._world.tell(Told(item=entry, network=post.network, seen_by=self._audience(post)))
        self._ledger.tickets[self._account.id, ready.ticket] = done
        return done

    def _audience(self, post: Post) -> frozenset[AccountId]:
        """Whose home timeline has it: everybody's of the network, unless it is a direct one."""
        everybody = frozenset({SKY, ESTUARY}) if post.network == SECOND.id else BOTH
        if post.visibility != "direct":
            return everybody | {self._account.id}
        named = {span.target for span in post.text.spans if span.kind == "mention"}
        return frozenset({self._account.id}) | {
            account for account, uri in _URIS.items() if account in everybody and uri in named
        }

    def _reply_to(self, uri: str) -> ReplyTo:
        parent = self._world.post(uri)
        root = parent.reply_to.root if parent.reply_to else uri
        return ReplyTo(uri=uri, root=root or uri, author=parent.author)

    def _count_answer(self, uri: str, by: int) -> None:
        try:
            parent = self._world.post(uri)
        except NotFound:
            return
        replies = max(0, parent.counts.replies + by)
        self._world.change(replace(parent, counts=replace(parent.counts, replies=replies)))

    def _written(
        self, post: Outgoing, uploads: dict[str, str], uri: str, url: str, at: datetime
    ) -> Post:
        return Post(
            uri=uri,
            network=network_of(self.me),
            author=self.me,
            created_at=at,
            sort_at=at,
            url=url,
            text=post.text,
            advisories=_advisories(post),
            media=tuple(
                Media(
                    kind=media.kind,
                    url=self.uploaded(uploads.get(media.id, ""))[0],
                    preview=self.uploaded(uploads.get(media.id, ""))[0],
                    alt=media.alt,
                    width=media.width,
                    height=media.height,
                    focus=media.focus,
                    duration=media.duration,
                )
                for media in post.media
            ),
            card=self._card(post.card, uploads),
            poll=_poll(post, at),
            quote=self._quote(post.quote),
            langs=post.langs,
            visibility=post.visibility,
            tags=tuple(span.target for span in post.text.spans if span.kind == "tag"),
        )

    def _card(self, card: LinkCard | None, uploads: dict[str, str]) -> LinkCard | None:
        if card is None or not card.image:
            return card
        return replace(card, image=self.uploaded(uploads.get(card.image, ""))[0])

    def _quote(self, uri: str) -> Quote | None:
        if not uri:
            return None
        quoted = self._world.post(uri)
        return Quote(state="shown", uri=uri, post=replace(quoted, quote=None))

    def _count_quote(self, uri: str) -> None:
        quoted = self._world.post(uri)
        quotes = quoted.counts.quotes + 1
        self._world.change(replace(quoted, counts=replace(quoted.counts, quotes=quotes)))


def _advisories(post: Outgoing) -> tuple[Advisory, ...]:
    found = [Advisory("warning", post.warning)] if post.warning else []
    found += [Advisory("label", label) for label in post.labels]
    if post.sensitive and post.media and not post.warning:
        found.append(Advisory("sensitive", scope="media"))
    return tuple(found)


def _poll(post: Outgoing, at: datetime) -> Poll | None:
    if post.poll is None:
        return None
    hidden = post.poll.hide_totals
    return Poll(
        options=tuple(PollOption(title, None if hidden else 0) for title in post.poll.options),
        voters=0,
        multiple=post.poll.multiple,
        expires_at=at + timedelta(seconds=post.poll.seconds),
    )
