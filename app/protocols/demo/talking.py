"""Conversations in the demo, and finding posts and people."""

from __future__ import annotations

from app.model import Account, Entry, Post, Profile
from app.model.errors import NotFound
from app.model.thread import Absent, Thread
from app.protocols.demo.people import ALSO, PEOPLE, network_of
from app.protocols.demo.world import World


class Talking:
    """What one account can look up."""

    def __init__(self, account: Account, world: World) -> None:
        self._account, self._world = account, world

    def thread(self, uri: str) -> Thread:
        """
        The conversation around *uri*.

        Where a post counts more answers than there are, the rest is said to be
        on servers that nobody here has heard of. Raises: NotFound.
        """
        focus = self._world.post(uri)
        below = self._below(focus)
        answered: dict[str, int] = {}
        for post in below:
            if post.reply_to is not None:
                answered[post.reply_to.uri] = answered.get(post.reply_to.uri, 0) + 1
        missing = [
            Absent(parent=post.uri, state="not_loaded", count=count)
            for post in (focus, *below)
            if (count := post.counts.replies - answered.get(post.uri, 0)) > 0
        ]
        return Thread(
            focus=uri,
            post=self._seen(focus),
            ancestors=tuple(self._above(focus)),
            replies=(*(self._seen(post) for post in below), *missing),
            complete=not missing,
        )

    def find(self, address: str) -> Entry:
        """Raises: NotFound."""
        wanted = address.strip().rstrip("/")
        for post in self._world.posts(self._account.network):
            if wanted in (post.uri, post.url.rstrip("/")):
                return self._seen(post)
        raise NotFound(f"{self._account.host} does not know this post.")

    def find_profile(self, address: str) -> Profile:
        """Raises: NotFound."""
        wanted = address.strip().rstrip("/").removeprefix("@")
        if (also := PEOPLE.get(ALSO.get(wanted.lower(), ""))) is not None:
            wanted = also.uri
        for profile in self._people():
            if wanted in (profile.uri, profile.url) or wanted.lower() == profile.handle:
                return profile
        raise NotFound(f"{self._account.host} knows nobody called {wanted or 'nothing'}.")

    def search_profiles(self, words: str, limit: int) -> tuple[Profile, ...]:
        """Whose handle, or a word of whose name, begins like *words*."""
        wanted = words.strip().removeprefix("@").casefold()
        if not wanted:
            return ()

        def fits(profile: Profile) -> bool:
            parts = [profile.handle, *profile.name.split()]
            return any(part.casefold().startswith(wanted) for part in parts)

        return tuple(profile for profile in self._people() if fits(profile))[:limit]

    # ------------------------------------------------------------- private

    def _people(self) -> list[Profile]:
        return [one for one in PEOPLE.values() if network_of(one) == self._account.network]

    def _seen(self, post: Post) -> Entry:
        return self._world.seen(post, self._account.id)

    def _above(self, post: Post) -> list[Entry | Absent]:
        found: list[Entry | Absent] = []
        met = {post.uri}
        while post.reply_to is not None and post.reply_to.uri not in met:
            uri = post.reply_to.uri
            met.add(uri)
            try:
                post = self._world.post(uri)
            except NotFound:
                found.append(Absent(uri=uri, state="deleted" if uri else "hidden"))
                break
            found.append(self._seen(post))
        return found[::-1]

    def _below(self, focus: Post) -> list[Post]:
        answers: dict[str, list[Post]] = {}
        for post in self._world.posts(focus.network):
            if post.reply_to is not None:
                answers.setdefault(post.reply_to.uri, []).append(post)
        found: list[Post] = []
        waiting = [focus.uri]
        met = {focus.uri}
        while waiting:
            for post in answers.get(waiting.pop(), ()):
                if post.uri not in met:
                    met.add(post.uri)
                    found.append(post)
                    waiting.append(post.uri)
        return sorted(found, key=lambda post: (post.sort_at, post.uri))
