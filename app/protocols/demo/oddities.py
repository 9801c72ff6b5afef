"""Everything a timeline must be able to show once: the demo's second half day."""

from __future__ import annotations

from app.model import Advisory, LinkCard, Poll, PollOption, Profile, ReplyTo, ViewerState
from app.model.post import EmojiCount
from app.protocols.demo.markup import MEDIA
from app.protocols.demo.people import LABELER
from app.protocols.demo.pictures import picture
from app.protocols.demo.sketch import DERBY, JUNO, SKY, SPOILERS, Sketch

_LONG = "\n\n".join(
    (
        "A longer thought on keeping watch, because somebody asked.",
        "You go out an hour before the light. You do not look for birds, you look for "
        "the edge of the water, and let the birds come into that. The first ones are "
        "always nearer than you think, and they always knew.",
        "• Bring the small notebook, not the phone.\n• Count in tens, then correct.\n"
        "• Write down what you did not see. Nobody else will.",
        "The second hour is the one that matters. By then you are cold, the tide has "
        "turned, and the flock has begun to trust the shape you make against the dyke. "
        "I have had a sanderling run over my boot. I have had a fox sit down, twenty "
        "metres off, and watch the same flock with, I am sure, other plans.",
        "What I wanted to say is that attention is a tide as well. It comes in, it "
        "goes out, and you cannot shout at it. You can only be there, with a flask.",
        "> The sea does not reward those who are too anxious.",
        "That is all. The numbers are in the sheet, the sheet is in the shed, and the "
        "shed, if the wind holds, is still where it was.",
    )
)
_CODE = """Nine lines that saved the season:

```
def tide(hours: float) -> float:
    mean, range_ = 1.4, 2.8
    return mean + range_ / 2 * cos(tau * hours / 12.42)
```

The constant is `12.42`, not `12`. Ask me how I know. :rope:"""
_VOTES = tuple(
    PollOption(title, votes)
    for title, votes in (("Knots", 51), ("Oysters", 47), ("Neither, thank you", 12))
)
_STRANGER = Profile(uri="https://away.example/users/sol", handle="sol@away.example")

# The server's filter hides them: with the one that a labeler hides, seven.
_DERBY = tuple(
    Sketch(
        who="anton",
        ago=98 + 6.5 * part,
        name=f"derby-{part}",
        text=f"The derby, again, in nineteen parts. Part {part}.",
        did={JUNO: ViewerState(filtered=(DERBY,))},
        seen_by=frozenset({JUNO}),
    )
    for part in range(1, 7)
)

# What a feed without politics leaves out.
_POLITICS = (
    Sketch(
        who="anton",
        ago=613,
        name="election",
        text="Council election on Sunday. I will vote for whoever fixes the ferry. #Elections",
    ),
    Sketch(
        who="tove/sky",
        ago=689,
        name="parliament",
        text="Four hours of parliament on the radio, and no minister said the word mud.",
    ),
)

ODDITIES: tuple[Sketch, ...] = (
    *_DERBY,
    *_POLITICS,
    Sketch(
        who="offers",
        ago=3 * 60 + 40,
        name="cheap",
        text=(
            "Boats, nearly free! Sign in at "
            "[saltmarsh.example/login](https://bargain.example/l?to=saltmarsh.example)"
            " and tell nobody."
        ),
        counts=(0, 0, 1, 0),
    ),
    Sketch(who="imke", ago=7 * 60 + 25, name="long", text=_LONG, counts=(11, 40, 203, 5)),
    Sketch(
        who="rik",
        ago=7 * 60 + 40,
        name="code",
        text=_CODE,
        counts=(4, 9, 61, 0),
        reactions=(
            EmojiCount("🌊", 9),
            EmojiCount("rope@compile.example", 4, f"{MEDIA}emoji-rope.png"),
            EmojiCount("👀", 2),
        ),
        did={JUNO: ViewerState(can_react=True, emoji=("🌊",))},
    ),
    Sketch(
        who="yael",
        ago=7 * 60 + 55,
        name="hebrew",
        text="הגאות חזרה לפני שהספקתי לסיים את הקפה. (09:40, ואז שוב ב־Low Tide Café!)",
        counts=(2, 3, 18, 0),
        langs=("he",),
    ),
    Sketch(
        who="mina/sky",
        ago=8 * 60 + 5,
        name="korean",
        text="갯벌은 하루에 두 번 다시 태어난다. 오늘은 칠게가 먼저 인사했다. 🦀",
        counts=(1, 5, 40, 0),
        langs=("ko",),
    ),
    Sketch(
        who="wen/sky",
        ago=8 * 60 + 12,
        name="chinese",
        text="退潮以后，鸟的脚印比人的多。明天再来数一遍。",
        counts=(0, 2, 21, 0),
        langs=("zh-Hans",),
    ),
    Sketch(
        who="ada",
        ago=8 * 60 + 20,
        name="family",
        text="Fieldwork with the family 👩🏽‍🔬👨‍👩‍👧‍👦🏳️‍🌈 — 1️⃣ boat, 2️⃣ dogs 🐕‍🦺, no 🇳🇴 flag left ❤️‍🔥",
        counts=(3, 2, 27, 0),
    ),
    Sketch(
        who="long",
        ago=8 * 60 + 31,
        name="minutes",
        text=(
            "Minutes: https://societies.example/northern/mudflats/2026/minutes-of-the-"
            "extraordinary-general-meeting-concerning-the-gate\n\nAny other business: "
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten"
            "gesellschaft sends its regards."
        ),
    ),
    Sketch(
        who="nameless/sky",
        ago=8 * 60 + 44,
        name="nobody",
        text="My name does not resolve. I am still here.",
        counts=(0, 0, 1, 0),
        langs=(),
    ),
    Sketch(
        who="harriet",
        ago=8 * 60 + 58,
        name="tags",
        text=("Leeks, at last.\n\n#Allotment #Leeks #Winter #GrowYourOwn #Soil #Mud #SlowFood"),
        counts=(1, 1, 33, 0),
        media=(picture("tower.jpg", "Leeks hung up to dry, taller than the door."),),
    ),
    Sketch(
        who="paolo/sky",
        ago=9 * 60 + 10,
        name="wide",
        text="The whole lagoon, in one breath.",
        counts=(0, 7, 90, 0),
        media=(picture("coast.webp", "A very wide, low coast under a long cloud."),),
    ),
    Sketch(
        who="gus/sky",
        ago=9 * 60 + 24,
        name="gif",
        text="It rises. Slowly, as promised.",
        counts=(2, 2, 44, 0),
        media=(picture("bowl.jpg", "Dough rising in a bowl.", kind="gif", duration=4),),
    ),
    Sketch(
        who="radio",
        ago=9 * 60 + 37,
        name="tides",
        text="Tides for tomorrow, read aloud.",
        counts=(0, 1, 8, 0),
        media=(picture("chart.png", "", kind="audio", duration=73),),
    ),
    Sketch(
        who="ifeoma/sky",
        ago=9 * 60 + 50,
        name="bare-link",
        text="The sheet everyone asks for:",
        counts=(1, 6, 19, 0),
        card=LinkCard(
            url="https://xn--mwe-0na.example/sheet/14",
            title="Sheet 14: the creeks, redrawn",
            description="No picture, only coordinates.",
        ),
    ),
    Sketch(
        who="anton",
        ago=10 * 60 + 2,
        name="closed-poll",
        text="The result is in.",
        counts=(4, 0, 9, 0),
        poll=Poll(options=_VOTES, votes=110, voters=110, closed=True),
        poll_ends=-9 * 60,
        did={JUNO: ViewerState(own_votes=(1,))},
    ),
    Sketch(
        who="lise",
        ago=10 * 60 + 14,
        name="quiet",
        text="Not for the public timelines: the seals are back. :gull:",
        counts=(2, 0, 15, 0),
        visibility="quiet",
    ),
    Sketch(
        who="lise",
        ago=10 * 60 + 26,
        name="direct",
        text="[@juno](mention:https://saltmarsh.example/users/juno) keys are in the pot.",
        visibility="direct",
        seen_by=frozenset({JUNO}),
    ),
    Sketch(
        who="imke",
        ago=10 * 60 + 39,
        name="sensitive",
        text="Found on the tide line. Not pretty, quite interesting.",
        counts=(1, 1, 4, 0),
        media=(picture("dune.webp", "A dead porpoise on the sand."),),
        advisories=(Advisory("sensitive", scope="media"),),
    ),
    Sketch(
        who="tove/sky",
        ago=10 * 60 + 51,
        name="nudity",
        text="Winter bathing club, group portrait, the brave half.",
        counts=(6, 2, 71, 0),
        media=(picture("sea.jpg", "Eight people running into a cold sea."),),
        advisories=(Advisory("label", "nudity"),),
    ),
    Sketch(
        who="crane/sky",
        ago=11 * 60 + 4,
        name="warned",
        text="The post that a labeler warned about.",
        advisories=(Advisory("label", "!warn", LABELER),),
    ),
    Sketch(
        who="crane/sky",
        ago=2 * 60 + 12,
        name="hidden",
        text="The post that nobody may see.",
        advisories=(Advisory("label", "!hide", LABELER),),
    ),
    Sketch(
        who="anton",
        ago=11 * 60 + 18,
        name="spoilers",
        text="The butler was the lighthouse keeper all along.",
        counts=(0, 1, 2, 0),
        did={JUNO: ViewerState(filtered=(SPOILERS,))},
        seen_by=frozenset({JUNO}),
    ),
    Sketch(
        who="gus/sky",
        ago=11 * 60 + 31,
        name="pending",
        text="Waiting for an answer to this one.",
        quote_state="pending",
    ),
    Sketch(
        who="ada",
        ago=11 * 60 + 43,
        name="muted-quote",
        text="Interesting, though you muted the author.",
        counts=(0, 0, 3, 0),
        quote="ferries late",
        quote_state="muted",
    ),
    Sketch(
        who="wen/sky",
        ago=11 * 60 + 52,
        name="unavailable",
        text="Something stood here.",
        quote_state="unavailable",
    ),
    Sketch(
        who="rik",
        ago=12 * 60 + 5,
        name="quoting",
        text="Exactly this. ~~Twelve~~ 12.42.",
        counts=(1, 2, 13, 0),
        quote="rik code",
        media=(picture("chart.png", "A sine and a dashed line on a dark ground."),),
        card=LinkCard(url="https://compile.example/tides", title="Why 12.42"),
    ),
    Sketch(
        who="harriet",
        ago=12 * 60 + 17,
        name="orphan",
        text="I agree with whoever wrote that.",
        reply=ReplyTo(state="deleted"),
    ),
    Sketch(
        who="bo",
        ago=12 * 60 + 29,
        name="stranger",
        text="Welcome to the shore, take any chair.",
        counts=(1, 0, 6, 0),
        reply=ReplyTo(uri="https://away.example/notes/1", author=_STRANGER),
    ),
    Sketch(
        who="ferries",
        ago=12 * 60 + 33,
        name="late",
        text="Line 3 is late by 20 min.",
    ),
    Sketch(
        who="juno",
        ago=12 * 60 + 41,
        name="mine",
        text="First frost on the causeway. I have the good gloves. #Frost",
        counts=(2, 1, 14, 0),
        advisories=(Advisory("warning", "weather"),),
    ),
    Sketch(
        who="juno/sky",
        ago=12 * 60 + 50,
        name="mine",
        text="Trying the other side of the estuary tonight.",
        counts=(1, 0, 8, 0),
        did={SKY: ViewerState(liked=True)},
    ),
)
