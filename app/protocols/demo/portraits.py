"""What people in the demo say of themselves. All of it is invented."""

from __future__ import annotations

from app.model import Account, Profile
from app.model.portrait import Field, Portrait
from app.protocols.demo.markup import MEDIA
from app.protocols.demo.people import BRIDGE_HOST, FIRST, PEOPLE, home_server, network_of, token

_TEXTS = {
    "juno": "Boats, mud and the birds between. Also @juno.example.org.",
    "ottilie": "Saltmarsh ecologist. Counts redshank so that you need not.",
    "ottilie/sky": "Saltmarsh ecologist. Counts redshank so that you need not.",
    "teun": "Builds flat-bottomed boats, slowly.",
    "pim": "Polders, pumps, bicycles.",
    "pim/sky": "Polders, pumps, bicycles. ✤",
    "sela": "Cooks what the garden gives.",
    "akari/sky": "潮の満ち引きと写真。",
    "library": "Borrow a bicycle, bring it back.",
    "museum/sky": "Two hundred boats, none longer than nine metres.",
    "maribel/sky": "Maps of places that the tide takes.",
    "kaj": "Ringing birds in the dark. On the other side: @kaj.birds.example",
    "kaj/sky": "Ringing birds in the dark. Also @kaj@quiet.example",
    "imke": "Dikes. I read @tove.example.org every morning.",
    "tove/sky": "Weather for people in small boats.",
    "rik": "Compilers and knots.",
    "gus/sky": "Rye, mostly.",
}
_FIELDS = {
    "ottilie": (Field("Website", "ottilie.example.com", "https://ottilie.example.com/", True),),
    "pim": (Field("Pumps", "pumps.polder.example", "https://pumps.polder.example/", True),),
    "kaj": (Field("Pronouns", "he/him"),),
}
_BANNERS = {
    "ottilie": "sea.jpg",
    "teun": "boat.jpg",
    "pim": "coast.webp",
    "museum": "tower.jpg",
    "kaj": "dune.webp",
    "sela": "forest.jpg",
}
_LIMITED = ("offers",)
_KEYS = {profile.uri: key for key, profile in PEOPLE.items()}


def portrait_of(profile: Profile) -> Portrait:
    """All that somebody's profile says."""
    key = _KEYS.get(profile.uri, "")
    fields = _FIELDS.get(key, ())
    many = int.from_bytes(token(profile.uri, 2).encode(), "big")
    return Portrait(
        profile=profile,
        text=_TEXTS.get(key, ""),
        fields=fields,
        links=tuple(field.link for field in fields if field.link),
        header=f"{MEDIA}{banner}" if (banner := _BANNERS.get(key.partition("/")[0], "")) else "",
        closed="limited" if key in _LIMITED else "",
        own_handle=network_of(profile) != FIRST.id and profile.handle != "handle.invalid",
        followers=many % 4_000,
        following=many % 700,
        posts=many % 9_000,
    )


def followed_by(account: Account) -> tuple[Portrait, ...]:
    """Everybody whose posts are on its home timeline; copies that a bridge keeps, too."""
    apart = {
        PEOPLE[key].uri
        for key in ("juno", "juno/sky", "kiel", "estuary/sky", "bridge", "bridge/sky")
    }
    return tuple(
        portrait_of(one)
        for one in PEOPLE.values()
        if network_of(one) == account.network and one.uri not in apart and not _is_a_bridges(one)
    )


def _is_a_bridges(profile: Profile) -> bool:
    """In the sky the bridge's copies cannot be told from people."""
    return BRIDGE_HOST in home_server(profile).split("/")[2] and profile.uri.startswith("did:")
