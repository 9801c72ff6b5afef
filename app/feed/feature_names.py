"""What the parts of scores are called for people. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.feed.recipe import Feature

NAMES: Final[Mapping[Feature, str]] = {
    "newest": "Newest first",
    "likes": "Likes, among its network’s posts of that age",
    "reposts": "Reposts, among its network’s posts of that age",
    "replies": "Answers, among its network’s posts of that age",
    "engagement": "Likes, reposts and answers together",
    "conversation": "People you follow talk about it",
    "affinity": "You answer, like and repost its author",
    "mutual": "You follow each other",
    "quiet": "Its author posts rarely",
    "followed_tags": "Tags that you follow",
    "media": "Has pictures or videos",
    "pictures": "Has pictures",
    "links": "Links to a page",
    "length": "Long text",
    "thread": "Part of a thread by its author",
    "reposted_by_many": "Reposted by several people here",
    "learned": "More and less like this, as you said",
    "bridging": "Liked in different corners of your people",
    "calm": "Calm in tone",
    "own_network": "From a small network here",
    "random": "Chance",
}
