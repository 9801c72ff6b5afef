"""Emoji under posts: read in three dialects, put there once, taken away."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any
from urllib.parse import unquote

import pytest

from app.model import Entry
from app.model.acts import Reaction
from app.model.errors import BadInput, Refused, Unreachable, Unsupported
from app.model.post import EmojiCount
from app.model.text import Emoji
from app.protocols.mastodon.notices import notices_from_page
from tests.contract.server import Answer, Asking
from tests.unit.protocols.mastodon.desk import Desk, desk, error
from tests.unit.protocols.mastodon.samples import LOOK, account, page, status

Json = dict[str, Any]

WAVE = {"name": "🌊", "count": 2, "me": False}
ROPE = {"name": "rope@far.example", "count": 1, "me": True, "url": "https://home.example/r.png"}
DIALECTS = ("pleroma", "reactions", "emoji_reactions")


def told(dialect: str, *reactions: Json) -> Json:
    """The field in which a server of that kind tells of them."""
    if dialect == "pleroma":
        return {"pleroma": {"emoji_reactions": list(reactions), "local": True}}
    return {dialect: list(reactions)}


class Emojis:
    """A server of one dialect, which counts again what was put there already."""

    def __init__(self, dialect: str, post: Json) -> None:
        self.dialect, self.post = dialect, post
        self.list: list[Json] = []
        self.asked: list[tuple[str, str]] = []
        self.refusal: Answer | None = None
        post |= told(dialect)
        if dialect == "reactions":
            post["emoji_reactions"] = []  # Sharkey tells them twice

    def answer(self, asking: Asking) -> Answer | None:
        """To requests about emoji only."""
        local_id = self.post["id"]
        ways = {
            "pleroma": (
                ("PUT", f"/api/v1/pleroma/statuses/{local_id}/reactions/([^/]+)", True),
                ("DELETE", f"/api/v1/pleroma/statuses/{local_id}/reactions/([^/]+)", False),
            ),
            "reactions": (
                ("POST", f"/api/v1/statuses/{local_id}/react/([^/]+)", True),
                ("POST", f"/api/v1/statuses/{local_id}/unreact/([^/]+)", False),
            ),
            "emoji_reactions": (
                ("PUT", f"/api/v1/statuses/{local_id}/emoji_reactions/([^/]+)", True),
                ("POST", f"/api/v1/statuses/{local_id}/(emoji_unreaction)", False),
            ),
        }
        for method, path, on in ways[self.dialect]:
            match = re.fullmatch(path, asking.path)
            if match and asking.method == method:
                if self.refusal is not None:
                    return self.refusal
                return self._put(unquote(match[1]), on)
        return None

    def _put(self, name: str, on: bool) -> Answer:
        self.asked.append(("put" if on else "take", name))
        if on:
            one = next((one for one in self.list if one["name"] == name), None)
            if one is None:
                self.list.append(one := {"name": name, "count": 0, "me": True})
            one["count"] += 1
            one["me"] = True
        else:
            self.list = []
        self.post |= told(self.dialect, *self.list)
        return Answer(self.post)


async def served(here: Desk, dialect: str) -> tuple[Emojis, str]:
    """A server of that kind with one post, and the post's URI."""
    done = await here.publish("Tide")
    emojis = Emojis(dialect, here.written.posts[0])
    here.instead.append(emojis.answer)
    return emojis, done.uri


@pytest.mark.parametrize("dialect", DIALECTS)
def test_emoji_are_read_with_pictures_and_what_is_mine(dialect: str) -> None:
    """Whichever field they come in."""
    [entry] = page(status(1, **told(dialect, WAVE, ROPE)))

    assert isinstance(entry, Entry)
    assert entry.post.reactions == (
        EmojiCount("🌊", 2),
        EmojiCount("rope@far.example", 1, "https://home.example/r.png"),
    )
    assert entry.viewer.emoji == ("rope@far.example",)
    assert entry.viewer.can_react


def test_a_server_without_such_fields_is_not_offered() -> None:
    """Mastodon itself."""
    [entry] = page(status(1))

    assert isinstance(entry, Entry)
    assert (entry.post.reactions, entry.viewer.can_react) == ((), False)


@pytest.mark.parametrize(
    "bad",
    [
        {"reactions": {"👍": 3}},
        {"reactions": ["👍", 3]},
        {"emoji_reactions": [["👍", ["1"]]]},
        {"pleroma": "yes"},
        {"reactions": [{"name": None, "count": 3}, {"name": "a b", "count": 1}]},
        {"reactions": [{"name": "\u202etxt", "count": 1}, {"name": "👍", "count": -4}]},
        {"reactions": [{"name": "x" * 5_000, "count": 1}, {"name": "👍", "count": 10**30}]},
    ],
)
def test_what_cannot_be_read_of_them_costs_only_them(bad: Json) -> None:
    """The post is there, and nothing odd in it."""
    [entry] = page(status(1, **bad))

    assert isinstance(entry, Entry)
    assert entry.post.text.text == "Hello"
    assert all(one.name == "👍" and 0 < one.count <= 2**53 for one in entry.post.reactions)


def test_thousands_of_emoji_are_capped() -> None:
    """The view shows three lines of them."""
    many = [{"name": chr(0x1F300 + n % 0x2FF) + str(n), "count": 1} for n in range(3_000)]
    [entry] = page(status(1, reactions=many))

    assert isinstance(entry, Entry)
    assert len(entry.post.reactions) == 100


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_an_emoji_is_put_there_once_and_taken_away_once(dialect: str) -> None:
    """However often it is clicked, and though this server counts twice."""
    async with desk() as here:
        emojis, uri = await served(here, dialect)
        service = here.service()
        put = Reaction(act="add_emoji", uri=uri, emoji="❤️")
        states = await asyncio.gather(*(service.react(put) for _ in range(4)))
        again = await here.service().react(put)

        assert emojis.asked == [("put", "❤️")]
        assert {state.emoji for state in (*states, again)} == {("❤️",)}

        take = Reaction(act="remove_emoji", uri=uri, emoji="❤️")
        states = await asyncio.gather(*(service.react(take) for _ in range(3)))
        assert len(emojis.asked) == 2
        assert {state.emoji for state in states} == {()}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", ["", ".", "..", "...", "../x", "a b", "a\nb", "%2e%2e", "x" * 999])
async def test_no_name_leads_elsewhere(dialect: str, name: str) -> None:
    """It is part of an address: one that steps out of it would do something else to the post."""
    [entry] = page(status(1, **told(dialect, {"name": name, "count": 2, "me": True})))
    assert isinstance(entry, Entry)
    assert entry.post.reactions == () and entry.viewer.emoji == ()
    async with desk() as here:
        _, uri = await served(here, dialect)
        asked = len(here.asked)
        for act in ("add_emoji", "remove_emoji"):
            with pytest.raises(BadInput):
                await here.service().react(Reaction(act=act, uri=uri, emoji=name))

        assert all(one.method == "GET" for one in here.asked[asked:])


async def test_the_same_emoji_in_another_form_is_found_there() -> None:
    """Servers leave the selector of pictures out."""
    async with desk() as here:
        emojis, uri = await served(here, "reactions")
        emojis.post |= told("reactions", {"name": "❤", "count": 1, "me": True})

        state = await here.service().react(Reaction(act="add_emoji", uri=uri, emoji="❤️"))

        assert (emojis.asked, state.emoji) == ([], ("❤",))


async def test_an_emoji_whose_answer_was_lost_is_found_done() -> None:
    """The second try asks for nothing."""
    async with desk() as here:
        emojis, uri = await served(here, "pleroma")
        service = here.service()
        put = Reaction(act="add_emoji", uri=uri, emoji="🌊")
        here.server.lose = 1
        with pytest.raises(Unreachable):
            await service.react(put)

        assert (await service.react(put)).emoji == ("🌊",)
        assert emojis.asked == [("put", "🌊")]


async def test_refusals_of_emoji_are_told() -> None:
    """A server of another kind; an emoji that it does not know."""
    async with desk() as here:
        done = await here.publish("Tide")
        with pytest.raises(Unsupported, match="takes no emoji"):
            await here.service().react(Reaction(act="add_emoji", uri=done.uri, emoji="🌊"))
        emojis = Emojis("pleroma", here.written.posts[0])
        emojis.refusal = error("Invalid emoji", 400)
        here.instead.append(emojis.answer)
        with pytest.raises(Refused):
            await here.service().react(Reaction(act="add_emoji", uri=done.uri, emoji="rope"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"type": "pleroma:emoji_reaction", "emoji": "🌊"}, "reacted with 🌊"),
        ({"type": "pleroma:emoji_reaction", "emoji": ":rope:"}, "reacted with :rope:"),
        ({"type": "reaction", "reaction": {"name": "rope", "count": 1}}, "reacted with :rope:"),
        ({"type": "emoji_reaction", "emoji_reaction": {"name": "🌊"}}, "reacted with 🌊"),
    ],
)
def test_a_notification_of_an_emoji_is_a_sentence(more: Json, words: str) -> None:
    """In each of the three dialects."""
    raw = {
        "id": "1",
        "created_at": "2026-11-20T09:00:00.000Z",
        "account": account("bo"),
        "status": status(2),
        **more,
    }
    read = notices_from_page([json.dumps(raw).encode()], LOOK, "id-ana")

    [notice] = read.notices
    assert notice.text == words
    assert notice.about == status(2)["uri"]


async def test_what_a_server_has_of_its_own_is_offered() -> None:
    """Still pictures where there are such; not those it keeps from pickers, nor junk."""
    home = "https://home.example"
    offered = [
        {"shortcode": "rope", "url": f"{home}/r.gif", "static_url": f"{home}/r.png"},
        {"shortcode": "gull", "url": f"{home}/g.png", "visible_in_picker": True},
        {"shortcode": "old", "url": f"{home}/o.png", "visible_in_picker": False},
        {"shortcode": "../up", "url": f"{home}/u.png"},
        {"shortcode": "bare"},
        17,
    ]
    async with desk() as here:
        here.say("GET", "/api/v1/custom_emojis", Answer(offered))
        found = await here.service().server_emoji()
    assert found == (Emoji("rope", f"{home}/r.png"), Emoji("gull", f"{home}/g.png"))


async def test_a_server_without_such_a_list_has_none() -> None:
    """That is no error."""
    async with desk() as here:
        here.say("GET", "/api/v1/custom_emojis", error("Not found", 404))
        assert await here.service().server_emoji() == ()
