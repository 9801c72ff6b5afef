"""What would leave for an account, and what its network cannot carry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.compose.lanes import Planner, plan_lane
from app.compose.plan import LanePlan, Loss
from app.model.draft import Draft, PollDraft
from app.model.post import LinkCard
from app.model.sending import Limits
from app.model.text import Span
from app.model.timeline import AccountId
from tests.unit.compose.rooms import KNOWN, LONG, NOW, OTTILIE, SHORT, draft, lane, picture, target

LIMITS = {"one": LONG, "two": SHORT}


def plan(
    value: Draft,
    network: str = "two",
    limits: Limits | None = None,
    more: Any = None,
    **settings: Any,
) -> LanePlan:
    """Of one lane."""
    return plan_lane(
        value,
        lane(**settings),
        network=network,
        limits=limits or LIMITS[network],
        known=KNOWN,
        **(more or {}),
    )


def loss(made: LanePlan, kind: str) -> Loss:
    """The only one of its kind."""
    (found,) = [one for one in made.losses if one.kind == kind]
    return found


def texts(made: LanePlan) -> list[str]:
    return [post.text.text for post in made.posts]


TIDE = """Tide log, Sunday. The slipway is finished, the winch holds, and @ottilie says the roost did not mind the hammering.

Thank you to the eleven people who carried oak in the rain. One of you left a very good thermos 🫖 and it is being looked after.

Open evening on Friday from six: soup, a short talk, and the first launch if the wind agrees.
boatyard.example/open"""


def test_one_draft_is_one_post_here_and_a_thread_there() -> None:
    """The lengths of the look's own picture: 378 of 500, and 373 in 256 + 115."""
    value = draft(TIDE, warning="Boat talk, long", media=(picture(),))
    here, there = plan(value, "one"), plan(value, "two")

    assert (here.whole, [m.length for m in here.measures]) == (378, [378])
    assert (there.whole, [m.length for m in there.measures]) == (373, [256, 115])
    assert [m.why_next for m in there.measures] == ["paragraph", ""]
    assert here.can_send and there.can_send
    assert here.losses == ()
    assert [post.media for post in there.posts] == [(picture(),), ()]


# ------------------------------------------------------------------ words


def test_a_lane_follows_the_draft_or_has_its_own_text() -> None:
    """And says whom the own text leaves out."""
    value = draft("Hello @ottilie and @ottilie.")

    assert texts(plan(value, text=None)) == ["Hello @ottilie.example.com and @ottilie.example.com."]
    own = plan(value, text="Just hello.")
    assert texts(own) == ["Just hello."]
    assert own.facts == ("@ottilie is not mentioned in this text.",)


def test_a_bare_domain_is_written_so_that_the_server_sees_a_link() -> None:
    """Where links travel as spans the text stays as typed."""
    value = draft("see boatyard.example/open now")

    assert texts(plan(value, "one")) == ["see https://boatyard.example/open now"]
    assert texts(plan(value, "two")) == ["see boatyard.example/open now"]
    for made in (plan(value, "one"), plan(value, "two")):
        assert [span.target for span in made.posts[0].text.spans] == [
            "https://boatyard.example/open"
        ]


def test_control_characters_and_heaps_of_lines_do_not_leave() -> None:
    """Nor do overrides of the direction of writing."""
    assert texts(plan(draft("  a\x00\u202eb\r\n\r\n\r\n\r\nc\t\n"))) == ["ab\n\nc"]
    assert texts(plan(draft("half \ud83e a character"))) == ["half  a character"]
    assert plan(draft("x", warning=" a\x00\nb "), "one").posts[0].warning == "a b"


def test_a_link_longer_than_a_post_is_shown_shorter_where_words_may_hide_it() -> None:
    """It leads where it led."""
    link = "https://a.example/" + "x" * 400
    made = plan(draft(f"see {link}"))

    assert made.can_send
    assert [span.target for post in made.posts for span in post.text.spans] == [link]
    assert plan(draft(f"see {link}"), "one").measures[0].length == len("see ") + 23
    strict = plan(draft(f"see {link}"), limits=replace(SHORT, hidden_links=False))
    assert not strict.can_send
    assert "cannot be divided" in strict.problems[0]


def test_codes_of_emoji_lose_their_colons_where_nobody_draws_them() -> None:
    """Times and addresses are no codes."""
    value = draft("10:30:45 :blob_cat: https://a.example/:x_y: b:lob:c")
    made = plan(value)

    assert texts(made) == ["10:30:45 blob_cat https://a.example/:x_y: b:lob:c"]
    assert loss(made, "emoji").text == "Two draws no “:blob_cat:”; the word stands there."
    assert texts(plan(value, choices={"emoji": "typed"})) == [value.text]
    assert texts(plan(value, "one")) == [value.text]


# ------------------------------------------------------------------ Markdown


MARKED = "**Bold** [words](https://a.example/x) and ~~no~~"


def test_markdown_leaves_only_what_the_network_shows() -> None:
    """The words stay, links stay followable, and it is said."""
    there = plan(draft(MARKED, markdown=True))
    here = plan(draft(MARKED, markdown=True), "one")

    assert texts(there) == ["Bold words and no"]
    assert [(s.kind, s.target) for s in there.posts[0].text.spans] == [
        ("link", "https://a.example/x")
    ]
    assert texts(here) == ["Bold words (https://a.example/x) and no"]
    assert loss(there, "markup").text == (
        "Two shows no bold or struck-through text; the words stand there without it."
    )


def test_markdown_may_be_kept_as_it_was_typed() -> None:
    """For those who read the marks as such."""
    made = plan(draft("**Bold** it is", markdown=True), choices={"markup": "typed"})

    assert texts(made) == ["**Bold** it is"]


def test_a_server_that_renders_markdown_gets_the_source() -> None:
    """People are named in it too; readers' text beside it for the preview."""
    limits = replace(LONG, markup=("text/markdown",), markup_spans=frozenset({"bold", "strike"}))
    made = plan(draft(f"{MARKED} @ottilie", markdown=True), "one", limits)
    (post,) = made.posts

    assert post.source == f"{MARKED} @ottilie@saltmarsh.example"
    assert post.markup == "text/markdown"
    assert post.text.text.startswith("Bold words")
    assert made.losses == ()


def test_parts_of_a_rendered_text_are_markdown_each() -> None:
    """And the marks count."""
    limits = replace(LONG, length=120, markup=("text/markdown",))
    text = "**" + " ".join(f"word{n}" for n in range(40)) + "**"
    made = plan(draft(text, markdown=True), "one", limits)

    assert len(made.posts) > 1
    assert all(post.source.startswith("**") and post.source.endswith("**") for post in made.posts)
    assert all(
        len(post.source) <= measure.length
        for post, measure in zip(made.posts, made.measures, strict=True)
    )
    assert made.can_send


def test_a_bare_domain_becomes_a_link_in_rendered_markup_too() -> None:
    """Links behind words stay there; without Markdown they are looked for in the text."""
    renders = replace(
        LONG, markup=("text/markdown",), hidden_links=True, markup_spans=frozenset({"bold"})
    )
    text = "**b** boatyard.example/open [words](https://a.example/x)"
    (post,) = plan(draft(text, markdown=True), "one", renders).posts

    assert post.source == "**b** https://boatyard.example/open [words](https://a.example/x)"
    assert post.text.text == "b https://boatyard.example/open words"
    assert texts(plan(draft("boatyard.example/open"), "one", renders)) == [
        "https://boatyard.example/open"
    ]
    other = replace(renders, markup=("text/bbcode",))
    assert texts(plan(draft("[words](https://a.example/x)", markdown=True), "one", other)) == [
        "words (https://a.example/x)"
    ]


def test_a_quoted_paragraph_keeps_a_mark() -> None:
    """Nobody's words become one's own."""
    made = plan(draft("> said\n> so\n\nNo.", markdown=True))

    assert texts(made) == ["> said\n> so\n\nNo."]
    assert made.losses == ()


# ------------------------------------------------------------------ length and parts


def test_a_text_that_may_not_be_divided_is_a_problem() -> None:
    """With the numbers."""
    made = plan(draft("word " * 100, split=False))

    assert len(made.posts) == 1
    assert made.problems == (
        "Too long for Two: 499 of 300. Shorten it, or let it become a thread.",
    )
    assert not made.can_send


def test_numbers_count_themselves() -> None:
    """Also when there are more than nine."""
    made = plan(draft("word " * 700, numbered=True))
    count = len(made.posts)

    assert count > 10
    assert all(measure.fits for measure in made.measures)
    assert texts(made)[0].endswith(f" 1/{count}")
    assert texts(made)[-1].endswith(f" {count}/{count}")
    assert plan(draft("short", numbered=True)).posts[0].text.text == "short"


def test_a_break_ends_a_post_on_every_network() -> None:
    """Where it was put."""
    made = plan(draft("One.\n---\nTwo."), "one")

    assert texts(made) == ["One.", "Two."]
    assert made.whole == len("One.\n\nTwo.")
    assert made.measures[0].why_next == "break"


def test_the_warning_counts_in_every_part() -> None:
    """And goes with every part."""
    made = plan(draft("word " * 150, warning="w" * 100), "one")

    assert [post.warning for post in made.posts] == ["w" * 100] * len(made.posts)
    assert all(100 < measure.length <= 500 for measure in made.measures)
    assert made.whole == 749 + 100


def test_a_warning_longer_than_a_post_is_a_problem() -> None:
    """Not a thousand posts."""
    made = plan(draft("word " * 300, warning="w" * 600), "one")

    assert len(made.posts) == 1
    assert made.problems == ("The warning alone is longer than a post on One.",)


def test_nothing_to_send_is_a_problem() -> None:
    """A picture alone is something."""
    assert plan(draft(" \n ")).problems == ("There is nothing to send yet.",)
    assert plan(draft("", media=(picture(),))).can_send
    assert plan(draft("", quote=target("two"))).can_send


# ------------------------------------------------------------------ settings


def test_a_warning_is_left_out_or_put_in_front() -> None:
    """As the look's picture says it."""
    value = draft("Text.", warning="Boat talk")
    made = plan(value)

    assert loss(made, "warning").text == "Two has no warning text; it is left out here."
    assert [(c.id, c.text) for c in loss(made, "warning").choices] == [
        ("leave_out", "Leave it out"),
        ("front", "Put it in front"),
    ]
    assert texts(plan(value, choices={"warning": "front"})) == ["CW: Boat talk\n\nText."]
    assert plan(value, "one").posts[0].warning == "Boat talk"


def test_sensitive_pictures_get_a_label_where_there_is_no_other_cover() -> None:
    """Unless the lane has one, or it was said that it needs none."""
    value = draft("x", media=(picture(),), sensitive=True)

    assert plan(value).posts[0].labels == ("sexual",)
    assert plan(value, labels=("nudity", "unheard")).posts[0].labels == ("nudity",)
    assert plan(value, choices={"sensitive": "none"}).posts[0].labels == ()
    assert plan(value, "one").posts[0].sensitive
    assert plan(draft("x", sensitive=True)).posts[0].labels == ()
    bare = plan(value, limits=replace(SHORT, labels=()))
    assert loss(bare, "sensitive").text == "Two covers no media; everybody sees them at once."


@pytest.mark.parametrize(
    ("warning", "labels"),
    [
        ("Nudity (art)", ("nudity",)),
        ("nsfw", ("porn",)),
        ("Gore, blood", ("graphic-media",)),
        ("weather, bloody Mary, sexton", ()),
    ],
)
def test_a_warning_that_names_what_pictures_show_becomes_their_label(
    warning: str, labels: tuple[str, ...]
) -> None:
    """Where warnings cover nothing, the pictures are covered by the label that means the same."""
    limits = replace(SHORT, labels=("sexual", "nudity", "porn", "graphic-media"))
    value = draft("x", media=(picture(),), warning=warning)

    assert plan(value, limits=limits).posts[0].labels == labels
    assert plan(value, limits=limits, choices={"sensitive": "none"}).posts[0].labels == ()
    assert plan(draft("x", warning=warning), limits=limits).posts[0].labels == ()
    assert plan(value, "one").posts[0].labels == ()


@pytest.mark.parametrize("visibility", ["followers", "direct"])
def test_what_few_may_see_does_not_go_where_all_see_it(visibility: str) -> None:
    """There is nothing to choose: the lane's setting must be changed."""
    made = plan(draft("x"), visibility=visibility)

    assert not made.can_send
    assert loss(made, "visibility").stops
    assert loss(made, "visibility").choices == ()
    assert plan(draft("x"), "one", visibility=visibility).posts[0].visibility == visibility


def test_an_open_answer_to_a_hidden_post_is_told() -> None:
    """It would tell more people than the parent did."""
    answer = draft("x", reply_to=target("one", visibility="followers"))

    assert plan(answer, "one").facts == ("The post you answer is not public; this answer is.",)
    assert plan(answer, "one", visibility="followers").facts == ()


def test_an_account_that_covers_its_pictures_covers_these() -> None:
    """As its server says that it usually does."""
    usual = replace(LONG, sensitive=True)

    assert plan(draft("x", media=(picture(),)), "one", usual).posts[0].sensitive
    assert not plan(draft("x"), "one", usual).posts[0].sensitive


def test_a_quiet_post_is_public_where_there_are_none_and_that_is_said() -> None:
    """It may be sent."""
    made = plan(draft("x"), visibility="quiet")

    assert made.can_send
    assert made.posts[0].visibility == "public"
    assert loss(made, "visibility").text == "Two has no quiet posts; this one is public there."


def test_who_may_reply_holds_where_it_can() -> None:
    """For the first post: the others follow it."""
    value = draft("One.\n---\nTwo.")

    assert [post.replies for post in plan(value, replies=("following", "mentioned")).posts] == [
        ("following", "mentioned"),
        ("anyone",),
    ]
    here = plan(value, "one", replies=("nobody",))
    assert loss(here, "replies").text == "One cannot limit who may reply; anyone may."
    assert here.posts[0].replies == ("anyone",)
    fewer = plan(
        draft("x"), limits=replace(SHORT, replies=("anyone", "nobody")), replies=("following",)
    )
    assert fewer.posts[0].replies == ("nobody",)
    answer = plan(draft("x", reply_to=target("two")), replies=("nobody",))
    assert loss(answer, "replies").text == "Who may reply is up to whoever began the conversation."


def test_who_may_quote_holds_or_becomes_nobody() -> None:
    """The narrower way, unless another was chosen."""
    assert plan(draft("x"), "one", quotes="followers").posts[0].quotes == "followers"
    assert plan(draft("x"), quotes="nobody").posts[0].quotes == "nobody"
    made = plan(draft("x"), quotes="followers")
    assert made.posts[0].quotes == "nobody"
    assert loss(made, "quotes").chosen == "nobody"
    assert (
        plan(draft("x"), quotes="followers", choices={"quotes": "anyone"}).posts[0].quotes
        == "anyone"
    )
    none = plan(draft("x"), limits=replace(SHORT, quotes=("anyone",)), quotes="nobody")
    assert none.posts[0].quotes == "anyone"
    assert loss(none, "quotes").text == "Two cannot limit who may quote; anyone may."


def test_the_language_is_the_lanes_or_the_drafts() -> None:
    """None where it is not known."""
    assert plan(draft("x", lang="de")).posts[0].langs == ("de",)
    assert plan(draft("x", lang="de"), lang="nb").posts[0].langs == ("nb",)
    assert plan(draft("x")).posts[0].langs == ()
    made = plan(draft("x", lang="de"), limits=replace(SHORT, langs=0))
    assert loss(made, "langs").text == "Two does not keep the language of a post."


def test_a_time_is_the_servers_matter_or_this_computers() -> None:
    """The latter is said; of a thread a server keeps nothing."""
    at = NOW + timedelta(hours=2)
    must_be_on = "for later: this computer must be on then, with Godwit running."

    assert plan(draft("x", send_at=at), "one").posts[0].send_at == at
    assert plan(draft("x", send_at=at)).posts[0].send_at is None
    assert plan(draft("x", send_at=at)).facts == (f"Two keeps no post {must_be_on}",)
    thread = plan(draft("x\n---\ny", send_at=at), "one")
    assert [post.send_at for post in thread.posts] == [None, None]
    assert thread.facts == (f"One keeps no thread {must_be_on}",)


# ------------------------------------------------------------------ poll, quote, reply


POLL = PollDraft(options=("Tea", "Coffee"))


def test_a_poll_is_sent_as_text_where_there_are_none() -> None:
    """With a link to where one can vote, once that is known; or left out."""
    value = draft("What?", poll=POLL)
    made = plan(value)
    linked = plan(value, more={"elsewhere": "https://one.example/poll"})

    assert plan(value, "one").posts[0].poll == POLL
    assert made.posts[0].poll is None
    assert texts(made) == ["What?\n\n• Tea\n• Coffee"]
    assert loss(made, "poll").text == "Two has no polls; it is sent as text."
    assert texts(linked) == ["What?\n\n• Tea\n• Coffee\nhttps://one.example/poll"]
    assert linked.posts[0].text.spans[-1].target == "https://one.example/poll"
    assert texts(plan(value, choices={"poll": "leave_out"})) == ["What?"]


@pytest.mark.parametrize(
    ("poll", "problem"),
    [
        (PollDraft(options=("Tea",)), "A poll needs two options, and each of them a text."),
        (PollDraft(options=("Tea", " ")), "A poll needs two options, and each of them a text."),
        (PollDraft(options=("Tea", "Tea")), "Two options of the poll are the same."),
        (PollDraft(options=tuple("abcde")), "One takes 4 options in a poll; there are 5."),
        (
            PollDraft(options=("a", "b" * 60)),
            "An option of the poll is too long for One: 60 of 50.",
        ),
        (
            PollDraft(options=("a", "b"), seconds=60),
            "A poll is open between 5 minutes and 30 days on One.",
        ),
    ],
)
def test_a_poll_that_cannot_be_is_a_problem(poll: PollDraft, problem: str) -> None:
    """Said before the server says it."""
    assert plan(draft("What?", poll=poll), "one").problems == (problem,)


def test_a_poll_beside_pictures_must_be_chosen_where_only_one_may_be() -> None:
    """It is not sent before."""
    value = draft("What?", poll=POLL, media=(picture(),))
    asked = plan(value, "one")

    assert not asked.can_send
    assert loss(asked, "poll_media").text == "One takes a poll or media, not both."
    poll = plan(value, "one", choices={"poll_media": "poll"}).posts[0]
    assert (poll.poll, poll.media) == (POLL, ())
    media = plan(value, "one", choices={"poll_media": "media"}).posts[0]
    assert (media.poll, media.media) == (None, (picture(),))
    assert media.text.text.endswith("• Tea\n• Coffee")


def test_a_quote_stays_on_its_network_and_is_a_link_on_the_other() -> None:
    """Or left out."""
    value = draft("See.", quote=target("one"))

    assert plan(value, "one").posts[0].quote == "one:post"
    made = plan(value)
    assert made.posts[0].quote == ""
    assert texts(made) == ["See.\n\nhttps://one.example/post"]
    assert loss(made, "quote").text == "The quoted post is not on Two; a link to it is added."
    assert texts(plan(value, choices={"quote": "leave_out"})) == ["See."]


def test_a_quote_beside_pictures_is_a_link_where_only_one_may_be() -> None:
    """Elsewhere both go."""
    value = draft("See.", quote=target("one", "two"), media=(picture(),))

    assert plan(value).posts[0].quote == "two:post"
    assert plan(value, "one").posts[0].quote == ""
    assert loss(plan(value, "one"), "quote").text == (
        "One takes no quote beside media; a link to the quoted post is added."
    )


def test_an_answer_never_becomes_a_post_of_its_own_by_itself() -> None:
    """It must be chosen."""
    value = draft("Yes.", reply_to=target("one"))

    assert plan(value, "one").posts[0].reply_to == "one:post"
    asked = plan(value)
    assert not asked.can_send
    assert loss(asked, "reply").text == (
        "The post you answer is not on Two; the answer does not go there."
    )
    linked = plan(value, choices={"reply": "link"})
    assert linked.can_send
    assert texts(linked) == ["Yes.\n\nhttps://one.example/post"]
    assert texts(plan(value, choices={"reply": "alone"})) == ["Yes."]


def test_only_the_first_part_answers_and_quotes() -> None:
    """The others answer the one before."""
    made = plan(draft("Yes.\n---\nNo.", reply_to=target("two"), quote=target("two")))

    assert [(post.reply_to, post.quote) for post in made.posts] == [
        ("two:post", "two:post"),
        ("", ""),
    ]


# ------------------------------------------------------------------ cards


CARD = LinkCard(url="https://boatyard.example/open", title="Open evening")


def test_the_card_is_on_the_post_with_its_link() -> None:
    """If nothing else is there, the network takes cards, and the lane wants one."""
    cards = {"cards": {CARD.url: CARD}}
    value = draft(TIDE, media=(picture(),))

    assert [post.card for post in plan(value, more=cards).posts] == [None, CARD]
    assert [post.card for post in plan(value, more=cards, card=False).posts] == [None, None]
    assert [post.card for post in plan(value, "one", more=cards).posts] == [None]
    short = draft("boatyard.example/open", media=(picture(),))
    assert [post.card for post in plan(short, more=cards).posts] == [None]
    assert [post.card for post in plan(replace(short, media=()), more=cards).posts] == [CARD]


def test_the_first_link_that_has_a_card_gets_it() -> None:
    """A person's page, or a page that could not be read, has none."""
    text = "@juno@saltmarsh.example wrote https://a.example/x and boatyard.example/open"
    (post,) = plan(draft(text), more={"cards": {CARD.url: CARD}}).posts

    assert post.card == CARD


# ------------------------------------------------------------------ planning while typing


def test_adding_a_lane_changes_no_other() -> None:
    """Nor does removing one."""
    value = draft(TIDE, warning="w", media=(picture(),))
    lanes = tuple(lane(name) for name in "abc")
    networks = {AccountId("a"): "one", AccountId("b"): "two", AccountId("c"): "two"}
    limits = {account: LIMITS[network] for account, network in networks.items()}
    planner = Planner()
    one = planner.plan(replace(value, lanes=lanes[:1]), networks, limits, KNOWN)
    all_three = planner.plan(replace(value, lanes=lanes), networks, limits, KNOWN)
    last = planner.plan(replace(value, lanes=lanes[2:]), networks, limits, KNOWN)

    assert one == all_three[:1]
    assert last == all_three[2:]
    assert [made.account for made in all_three] == ["a", "b", "c"]


def test_what_is_known_of_people_later_is_seen_at_once() -> None:
    """Also when the caller's mapping is the same object."""
    value = draft("@ottilie", lanes=(lane("a"),))
    networks, limits = {AccountId("a"): "two"}, {AccountId("a"): SHORT}
    known = dict(KNOWN)
    known.pop("ottilie")
    planner = Planner()
    before = planner.plan(value, networks, limits, known)
    known["ottilie"] = KNOWN["ottilie"]
    after = planner.plan(value, networks, limits, known)

    assert texts(before[0]) == ["ottilie"]
    assert texts(after[0]) == ["@ottilie.example.com"]
    assert after[0].posts[0].text.spans == (Span(0, 20, "mention", "x:ottilie"),)
    assert after[0].mentions[0].evidence == "You linked them."
    assert OTTILIE.uri != "x:ottilie"
