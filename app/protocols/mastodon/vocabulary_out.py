"""Our words and the servers': visibility, who may quote, what a report is about."""

from __future__ import annotations

from typing import Literal

from app.model.post import Visibility

VISIBILITY_FROM: dict[str, Visibility] = {
    "public": "public",
    "unlisted": "quiet",
    "private": "followers",
    "direct": "direct",
}
VISIBILITY_TO: dict[Visibility, str] = {ours: theirs for theirs, ours in VISIBILITY_FROM.items()}

QUOTES_FROM: dict[str, Literal["anyone", "followers", "nobody"]] = {
    "public": "anyone",
    "followers": "followers",
    "nobody": "nobody",
}
QUOTES_TO: dict[str, str] = {ours: theirs for theirs, ours in QUOTES_FROM.items()}

CATEGORY_TO = {"spam": "spam", "illegal": "legal", "violation": "violation"}
"""A report's reason → category (methods/reports); any other is "other"."""
