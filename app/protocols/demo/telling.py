"""What the demo's servers tell about one post: who liked it, how it was before, translations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.model import Cursor, Post, Profile, RichText
from app.model.about import Did, PeoplePage, Translation, Trend, Version
from app.model.belongings import OwnList
from app.model.errors import Refused, Unsupported
from app.protocols.demo.people import PEOPLE, network_of, token
from app.protocols.demo.service import DemoService
from app.protocols.demo.shelving import Shelving, trends_of
from app.protocols.owning import Pause, no_pause

PAGE = 12
_NOT_COUNTED = ("juno", "juno/sky", "kiel", "estuary/sky")

_ENGLISH = {
    "الطيور لا تحتاج إلى جواز سفر، لكنها تحتاج إلى شاطئ هادئ وبعض الصبر منّا.": (
        "Birds need no passport, but they do need a quiet shore and some patience from us."
    ),
    "أحد عشر يومًا بلا توقف! أنا أتعب من صعود الدرج.": (
        "Eleven days without a stop! I get tired climbing the stairs."
    ),
    "הגאות חזרה לפני שהספקתי לסיים את הקפה. (09:40, ואז שוב ב־Low Tide Café!)": (
        "The tide came back before I could finish my coffee. "
        "(09:40, and then again at Low Tide Café!)"
    ),
}
_BEFORE = {
    "الطيور لا تحتاج إلى جواز سفر، لكنها تحتاج إلى شاطئ هادئ وبعض الصبر منّا.": (
        "الطيور لا تحتاج إلى جواز سفر، لكنها تحتاج إلى شاطئ هادئ.",
    ),
    "High water on Thursday is at 06:12, not 16:12. Corrected, sorry.": (
        "High water on Thursday is at 16:12.",
        "High water on Thursday is at 06:12, not 16:12.",
    ),
}


class Telling(DemoService):
    """The part of the service that tells about posts, lists and the day."""

    @property
    def _shelves(self) -> Shelving:
        return Shelving(self._account.id, self._account.network, self._world.ledger)

    async def who(self, uri: str, did: Did, cursor: Cursor | None = None) -> PeoplePage:
        """Some of those who are counted: there are only so many people here. Raises: NotFound."""
        await self._speak()
        post = self._world.post(uri)
        count = post.counts.likes if did == "like" else post.counts.reposts
        people = self._audience(post, did)[:count]
        viewer = self._world.viewer(self._account.id, uri)
        if viewer.liked if did == "like" else viewer.reposted:
            people = [next(p for p in PEOPLE.values() if p.uri == self._account.uri), *people]
        start = int(cursor) if cursor and cursor.isdigit() else 0
        more = start + PAGE < len(people)
        return PeoplePage(
            people=tuple(people[start : start + PAGE]),
            older=Cursor(str(start + PAGE)) if more else None,
        )

    async def trends(self) -> tuple[Trend, ...]:
        """What is talked about."""
        await self._speak()
        return trends_of(self._account.network)

    # --------------------------------------------------------------- lists

    async def own_lists(self, pause: Pause = no_pause) -> tuple[OwnList, ...]:
        """All of the account's."""
        await self._speak()
        return tuple(self._shelves.lists.values())

    async def members_of(self, ref: str, cursor: Cursor | None = None) -> PeoplePage:
        """Who is on it. Raises: NotFound."""
        await self._speak()
        people = {one.uri: one for one in PEOPLE.values()}
        members = self._shelves.found(ref).members
        return PeoplePage(people=tuple(people[who.uri] for who in members if who.uri in people))

    async def make_list(self, title: str) -> str:
        """Make one. Raises: BadInput."""
        await self._speak()
        return self._shelves.make(title)

    async def rename_list(self, ref: str, title: str) -> None:
        """Call it otherwise. Raises: NotFound."""
        await self._speak()
        kept = self._shelves.found(ref)
        self._shelves.change(
            OwnList(
                ref=ref,
                title=title,
                replies=kept.replies,
                exclusive=kept.exclusive,
                public=kept.public,
            )
        )

    async def delete_list(self, ref: str) -> None:
        """Gone is gone."""
        await self._speak()
        self._shelves.delete(ref)

    async def put_on_list(self, ref: str, profile: Profile, on: bool = True) -> None:
        """Put somebody on it, or take them off. Raises: NotFound."""
        await self._speak()
        self._shelves.put(ref, profile, on)

    # ------------------------------------------------------------- private

    def _audience(self, post: Post, did: Did) -> list[Profile]:
        """People of the network, in an order of the post's own."""
        mine = {PEOPLE[name].uri for name in _NOT_COUNTED}
        found = [
            one
            for one in PEOPLE.values()
            if network_of(one) == post.network and one.uri not in mine | {post.author.uri}
        ]
        return sorted(found, key=lambda one: token(f"{did} {post.uri} {one.uri}", 8))


class TellingMore(Telling):
    """On the first network: posts can be edited and translated, lists have rules."""

    async def versions(self, uri: str) -> tuple[Version, ...]:
        """How it was, the first one first. Raises: NotFound."""
        await self._speak()
        post = self._world.post(uri)
        if post.edited_at is None:
            return (_version(post),)
        texts: Sequence[str] = _BEFORE.get(post.text.text, ())
        step = (post.edited_at - post.created_at) / max(1, len(texts))
        before = [
            Version(at=post.created_at + step * number, text=RichText(text))
            for number, text in enumerate(texts)
        ]
        return (*before, *self._world.ledger.versions.get(uri, ()), _version(post))

    async def translate(self, uri: str, to: str) -> Translation:
        """What was translated by hand before. Raises: NotFound, Refused, Unsupported."""
        await self._speak()
        post = self._world.post(uri)
        lang = post.langs[0] if post.langs else ""
        if lang.partition("-")[0] == to.partition("-")[0]:
            raise Refused("This post is in that language already.", "Choose another language.")
        text = _ENGLISH.get(post.text.text)
        if text is None or to.partition("-")[0] != "en":
            raise Unsupported(
                f"{self._account.host} cannot translate this post into that language.",
                "Choose another language, or open the post in a translator of your own.",
            )
        return Translation(text=RichText(text), lang=lang, to="en", by="Tidepool Translate")

    async def settle_list(self, wanted: OwnList) -> None:
        """Title and rules. Raises: NotFound."""
        await self._speak()
        self._shelves.change(wanted)

    async def follow_tag(self, name: str, on: bool = True) -> None:
        """Follow one, or no more."""
        await self._speak()
        self._shelves.follow(name, on)


def _version(post: Post) -> Version:
    warning = next((one.text for one in post.advisories if one.kind == "warning"), "")
    return Version(
        at=post.edited_at or post.created_at + timedelta(),
        text=post.text,
        warning=warning,
        media=post.media,
        options=tuple(one.title for one in post.poll.options) if post.poll else (),
    )
