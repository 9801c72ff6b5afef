"""Who lives in the demo. Every name and host is invented."""

from __future__ import annotations

import base64
import hashlib

from app.model import Emoji, NetworkInfo, Profile
from app.protocols.demo.markup import MEDIA

FIRST = NetworkInfo(
    "mastodon",
    "Mastodon",
    "fediverse",
    "Also GoToSocial, Pleroma, Akkoma and others that speak its language.",
)
SECOND = NetworkInfo(
    "bluesky", "Bluesky", "bluesky", "On bsky.social or your own host. You sign in in your browser."
)

BRIDGE_HOST = "bridge.example"
BRIDGE_SERVER = "https://pds.bridge.example"
"""Where the accounts live that the demo's bridge made; see resources/demo."""

ALSO = {"ottilie.saltmarsh.example.bridge.example": "ottilie/sky"}
"""Handles that somebody has beside the one that is shown."""

LABELER = "https://harbour-watch.example"
HOUSE_RULES = "https://house-rules.example"
NAMES = {LABELER: "Harbour Watch", HOUSE_RULES: "House Rules"}
"""Who put a label on something, for people."""


def token(text: str, length: int) -> str:
    """A stable pseudo-random identifier of lower-case letters and digits 2–7."""
    digest = hashlib.sha256(text.encode()).digest()
    return base64.b32encode(digest).decode().lower()[:length]


def at_server(
    address: str,
    name: str,
    picture: str,
    *,
    bot: bool = False,
    locked: bool = False,
    emojis: tuple[Emoji, ...] = (),
) -> Profile:
    """Somebody on the first network; *address* is ``name@host``."""
    user, host = address.split("@")
    return Profile(
        uri=f"https://{host}/users/{user}",
        handle=address,
        name=name,
        avatar=f"{MEDIA}avatar-{picture}.png",
        url=f"https://{host}/@{user}",
        bot=bot,
        locked=locked,
        emojis=emojis,
    )


def in_sky(handle: str, name: str, picture: str, *, bot: bool = False) -> Profile:
    """Somebody on the second network."""
    return Profile(
        uri=f"did:plc:{token(handle, 24)}",
        handle=handle,
        name=name,
        avatar=f"{MEDIA}avatar-{picture}.png",
        url=f"https://sky.example/profile/{handle}",
        bot=bot,
    )


ROPE = Emoji("rope", f"{MEDIA}emoji-rope.png")
GULL = Emoji("gull", f"{MEDIA}emoji-gull.png")
_MARIBEL = "Dr Maribel Okonkwo-Lindqvist-Abernathy"

PEOPLE: dict[str, Profile] = {
    # me
    "juno": at_server("juno@saltmarsh.example", "Juno Halvard", "juno"),
    "juno/sky": in_sky("juno.example.org", "Juno Halvard", "juno-sky"),
    "kiel": at_server("kiel@boatyard.example", "Kiel Boatyard", "kiel"),
    "estuary/sky": in_sky("estuary.example.net", "Estuary Watch", "plover"),
    # as in the pictures
    "ottilie": at_server("ottilie@saltmarsh.example", "Ottilie Brandvold", "ottilie"),
    "ottilie/sky": in_sky("ottilie.example.com", "Ottilie Brandvold", "ottilie"),
    "teun": at_server("teun@polder.example", "Teun Haverkate", "teun"),
    "pim": at_server("pim@polder.example", "Pim Koster", "pim"),
    "pim/sky": in_sky("pim.polder.example", "Pim ✤ Koster", "pim"),
    "sela": at_server("sela@kitchen.garden.example", "Sela Marchetti-Oyelaran 🌿", "sela"),
    "akari/sky": in_sky("akari.shiosai.example", "潮騒あかり", "akari"),
    "library": at_server("library@bikes.north.example", "Bicycle Library North", "library"),
    "museum/sky": in_sky("boats.museum.example", "Museum of Small Boats", "museum"),
    "noura": at_server("noura@barid.example", "نورا السهلي", "noura"),
    "radio": at_server("radio@waves.example", "Low Tide Radio", "radio", bot=True),
    "maribel/sky": in_sky("maribel.example.net", _MARIBEL, "maribel"),
    "maribel": Profile(
        uri=f"https://{BRIDGE_HOST}/ap/maribel",
        handle=f"maribel.example.net@{BRIDGE_HOST}",
        name=_MARIBEL,
        avatar=f"{MEDIA}avatar-maribel.png",
        url="https://sky.example/profile/maribel.example.net",
    ),
    "bridge": at_server(f"sky@{BRIDGE_HOST}", "Marsh Bridge", "radio", bot=True),
    "bridge/sky": in_sky(f"land.{BRIDGE_HOST}", "Marsh Bridge", "radio", bot=True),
    "kaj": at_server("kaj@quiet.example", "Kaj Ó Dálaigh-Whitcombe", "kaj", locked=True),
    "kaj/sky": in_sky("kaj.birds.example", "Kaj Ó Dálaigh-Whitcombe", "kaj"),
    # the rest of the shore
    "ferries": at_server("board@ferries.example", "Ferry Board", "ferries", bot=True),
    "yael": at_server("yael@hof.example", "יעל שדה-בר", "plover"),
    "mina/sky": in_sky("mina.gaetbeol.example", "갯벌 일기", "dune"),
    "ada": at_server("ada@lab.example", "Ada 👩🏽‍🔬🏳️‍🌈", "kelp"),
    "rik": at_server("rik@compile.example", "Rik :rope:", "reed", emojis=(ROPE,)),
    "offers": at_server("offers@bargain.example", "Free Boats Here", "buoy"),
    "long": at_server(
        "the.society.for.the.friends.of.the.northern.mudflats@societies.example",
        "The Society of the Friends of the Northern Mudflats and Adjacent Creeks",
        "dune",
    ),
    "nameless/sky": in_sky("handle.invalid", "", "buoy"),
    "imke": at_server("imke@deich.example", "Imke Dwars", "kelp"),
    "bo": at_server("bo@fjord.example", "Bo Sandvær", "reed"),
    "lise": at_server("lise@saltmarsh.example", "Lise :gull:", "dune", emojis=(GULL,)),
    "harriet": at_server("harriet@allotment.example", "Harriet Loam", "plover"),
    "anton": at_server("anton@rails.example", "Anton Wissel", "buoy"),
    "tove/sky": in_sky("tove.example.org", "Tove Lind", "kelp"),
    "ifeoma/sky": in_sky("ifeoma.maps.example", "Ifeoma Draws Maps", "dune"),
    "gus/sky": in_sky("gus.bread.example", "Gus Bakes", "reed"),
    "wen/sky": in_sky("wen.tides.example", "Wen", "plover"),
    "paolo/sky": in_sky("paolo.laguna.example", "Paolo della Laguna", "buoy"),
    "crane/sky": in_sky("crane.works.example", "Crane Works", "ferries", bot=True),
}


def network_of(profile: Profile) -> str:
    """Which of the two networks somebody lives on."""
    return SECOND.id if profile.uri.startswith("did:") else FIRST.id


def home_server(profile: Profile) -> str:
    """Origin of the server that keeps somebody's records."""
    if profile in (PEOPLE["ottilie/sky"],):
        return BRIDGE_SERVER
    if network_of(profile) == SECOND.id:
        return "https://pds.sky.example"
    return "/".join(profile.uri.split("/")[:3])
