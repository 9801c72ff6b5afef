"""What servers offer, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from app.model import Account
from app.model.offers import Offer
from app.services.market_values import Stall
from app.ui.feeds.market_values import MarketItem
from app.ui.shell.words import count_text
from app.ui.timeline.words import isolated

ICONS = {"feed": "rss", "list": "list-bullets", "tag": "hash", "trends": "path"}


def item_of(stall: Stall, account: Account, mark: str, pins: Sequence[str]) -> MarketItem:
    """As it is shown. *pins*: what the account has pinned, in order."""
    offer = stall.offer
    pinned = offer.arg in pins and stall.can_pin
    return MarketItem(
        key=key_of(stall),
        name=f"#{offer.name}" if offer.kind == "tag" else offer.name,
        line=line_of(offer, account.host),
        about=offer.about,
        source=f"put in order at {isolated(offer.host)}"
        if offer.kind == "feed" and offer.host
        else "",
        icon=ICONS[offer.kind],
        mark=mark,
        picture=offer.avatar,
        warning=warning_of(offer),
        pinned=pinned,
        saved=stall.saved and not pinned,
        can_pin=stall.can_pin,
        place=pins.index(offer.arg) + 1 if pinned else 0,
        of=len(pins),
        whose=isolated(account.handle),
    )


def key_of(stall: Stall) -> str:
    """What it is told by in the list."""
    return f"{stall.account} {stall.offer.kind} {stall.offer.arg}"


def line_of(offer: Offer, host: str) -> str:
    """Who made it, and how many like it."""
    parts = []
    if offer.by:
        parts.append(f"by {isolated('@' + offer.by)}")
    elif offer.kind == "list":
        parts.append(f"your list at {isolated(host)}")
    elif offer.kind == "tag":
        parts.append("you follow it" if offer.yours else f"much used at {isolated(host)}")
    else:
        parts.append(isolated(host))
    if offer.likes:
        parts.append(f"{count_text(offer.likes)} likes")
    if offer.talk:
        people = "1 person" if offer.talk == 1 else f"{count_text(offer.talk)} people"
        parts.append(f"{people} lately")
    return " · ".join(parts)


def warning_of(offer: Offer) -> str:
    """What labelers say of it, in words."""
    if not offer.labels:
        return ""
    return "Labelled: " + ", ".join(offer.labels[:5])


def is_address(words: str) -> bool:
    """Not words to look for."""
    return words.startswith(("at://", "https://", "http://"))
