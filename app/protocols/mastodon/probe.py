"""
What a server is and can do: asked, never guessed from its name (design §4.6).

``/api/v2/instance``, then ``/api/v1/instance``, then one small question for
each ability; what answers "not found" is not there.
"""

from __future__ import annotations

import asyncio

from app.model.account import Account
from app.model.errors import (
    Malformed,
    Refused,
    ServiceError,
    SignedOut,
    Suspended,
    Unsupported,
)
from app.model.timeline import AccountId
from app.protocols.base import Ability, Fact, Preview
from app.protocols.mastodon import api as paths
from app.protocols.mastodon import blocks
from app.protocols.mastodon.api import Api
from app.protocols.mastodon.convert import NETWORK_ID, profile_from_account
from app.protocols.mastodon.limits import can_quote
from app.protocols.mastodon.text import plain_text
from app.protocols.mastodon.wire_server import Credentials, Instance, Picture
from app.protocols.safety import clean_name, clean_text, origin_of

SHOWN_RULES = 3

_QUESTIONS: dict[Ability, tuple[str, dict[str, str | int | bool]]] = {
    "home": ("/api/v1/timelines/home", {"limit": 1}),
    "lists": ("/api/v1/lists", {}),
    "tags": ("/api/v1/followed_tags", {"limit": 1}),
    "bookmarks": ("/api/v1/bookmarks", {"limit": 1}),
    "filters": ("/api/v2/filters", {}),
    "markers": ("/api/v1/markers", {"timeline[]": "home"}),
    "search": (paths.SEARCH, {"q": "a", "type": "hashtags", "limit": 1}),
    "schedule": (paths.SCHEDULED, {"limit": 1}),
    "trends": ("/api/v1/trends/statuses", {"limit": 1}),
}


_WRITING: dict[str, Ability] = {
    "statuses": "write",
    "favourites": "react",
    "media": "media",
    "reports": "report",
}
"""Parts of the scope "write" (api/oauth-scopes), and what each allows."""


async def fetch_instance(api: Api, *, background: bool = False) -> Instance:
    """
    What the server says of itself.

    Raises:
        Unsupported: It answers, but not in this language.
        ServiceError: It does not answer.
    """
    why = "what this server is"
    closed = False
    for path in (paths.INSTANCE_V2, paths.INSTANCE_V1):
        try:
            instance = await api.fetch(path, Instance, why=why, background=background)
        except SignedOut:
            closed = True  # answers only to its own people
        except (Refused, Malformed):
            continue
        else:
            if instance.domain or instance.uri or instance.title:
                return instance
    if closed:
        return Instance(domain=api.host, title=api.host)
    raise Unsupported(
        f"{api.host} is there, but it is not a server of this kind.",
        "Check the address: is it the one you open in your browser?",
    )


async def fetch_account(
    api: Api, known: Account | None = None, *, scope: str = "", background: bool = False
) -> Account:
    """
    Who the token belongs to, and what the server can do for them.

    Args:
        scope: What the token allows, "" = not told.
        known: The account as it was: its id stays, and its abilities stand in
            for what cannot be asked just now.

    Raises:
        SignedOut, Suspended, Unsupported, Unreachable…
    """
    mine = await api.fetch(paths.VERIFY, Credentials, why="who you are", background=background)
    if mine.suspended:
        raise Suspended(f"{api.host} says this account is suspended.")
    instance = await fetch_instance(api, background=background)
    profile = profile_from_account(mine, domain_of(instance, api.host))
    username = profile.handle.partition("@")[0]
    abilities = await _fetch_abilities(api, known, background=background)
    return Account(
        id=known.id if known else AccountId(f"{username}@{api.host}"),
        protocol=NETWORK_ID,
        network=NETWORK_ID,
        server=api.origin,
        uri=profile.uri,
        handle=profile.handle,
        name=profile.shown_name if profile.name else "",
        avatar=profile.avatar,
        abilities=abilities | _told_abilities(instance, mine) | allowed_abilities(scope),
    )


def domain_of(instance: Instance, host: str) -> str:
    """What stands behind the "@" of the server's people."""
    said = (instance.domain or instance.uri or "").strip().rstrip("/")
    origin = origin_of(said if "://" in said else f"https://{said}")
    return origin.split("://", 1)[1] if origin else host


async def _fetch_abilities(api: Api, known: Account | None, *, background: bool) -> frozenset[str]:
    answers = await asyncio.gather(
        *(_can(api, ability, known, background=background) for ability in _QUESTIONS)
    )
    return frozenset(ability for ability, can in zip(_QUESTIONS, answers, strict=True) if can)


async def _can(api: Api, ability: Ability, known: Account | None, *, background: bool) -> bool:
    path, params = _QUESTIONS[ability]
    try:
        await api.get(path, params, why="what this server can do", background=background)
    except (Refused, SignedOut):  # not there, or not for tokens like ours
        return False
    except ServiceError:  # it could not say: what was true stays true
        return ability in known.abilities if known else ability == "home"
    return True


def _told_abilities(instance: Instance, mine: Credentials) -> frozenset[str]:
    """What the server tells by itself."""
    told: set[Ability] = {"threads"}
    settings = instance.configuration
    if settings and settings.translation and settings.translation.enabled:
        told.add("translate")
    if instance.api_versions is not None and instance.api_versions.mastodon:
        told.add("web")
    if settings and settings.polls and (settings.polls.max_options or 0) > 0:
        told.add("polls")
    urls = [settings.urls if settings else None, instance.urls]
    if any(one and (one.streaming or one.streaming_api) for one in urls):
        told.add("streaming")
    if can_quote(instance, mine.source):
        told.add("quotes")
    return frozenset(told)


def allowed_abilities(scope: str) -> frozenset[str]:
    """
    What a sign-in may do besides reading.

    Args:
        scope: The token's scopes, separated by spaces; "" = not told (a pasted
            token): then it may, until the server says no.
    """
    scopes = set(scope.split())
    if not scopes or "write" in scopes:
        return frozenset(_WRITING.values())
    return frozenset(ability for part, ability in _WRITING.items() if f"write:{part}" in scopes)


# --------------------------------------------------------------- preview


def preview_of(instance: Instance, api: Api) -> Preview:
    """The card of a server in the add-account dialog."""
    domain = domain_of(instance, api.host)
    rules = [line for rule in instance.rules or () if (line := _line(rule.text))]
    thumbnail = instance.thumbnail
    picture = thumbnail.url if isinstance(thumbnail, Picture) else thumbnail
    return Preview(
        address=api.origin,
        title=clean_name(instance.title or "") or domain,
        subtitle=" · ".join(filter(None, (domain, _people(instance), _keeper(instance)))),
        text=plain_text(instance.short_description or instance.description or ""),
        picture=blocks.http(picture),
        facts=tuple(Fact(str(number), line) for number, line in enumerate(rules[:SHOWN_RULES], 1)),
        more_facts=max(len(rules) - SHOWN_RULES, 0),
        verdict="answers",
        methods=("browser", "token"),
    )


def _people(instance: Instance) -> str:
    usage = instance.usage.users if instance.usage else None
    active = usage.active_month if usage else None
    if active is not None and active > 0:
        return f"{_number(active)} {_noun(active)} this month"
    total = instance.stats.user_count if instance.stats else None
    return f"{_number(total)} {_noun(total)}" if total is not None and total > 0 else ""


def _keeper(instance: Instance) -> str:
    keeper = instance.contact.account if instance.contact else instance.contact_account
    name = clean_name(keeper.display_name or keeper.username or "") if keeper else ""
    return f"run by {name}" if name else ""


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\u202f")


def _noun(count: int) -> str:
    return "person" if count == 1 else "people"


def _line(text: str | None) -> str:
    return " ".join(clean_text((text or "")[:500]).split())
