"""The strongest of all that warns about a post, whoever warns."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import Advisory, LinkCard, Media, Post, Quote, ViewerState
from app.model.moderation import Filter, FilterWord, LabelMeaning, MutedWord, Setting
from app.model.post import Standing
from app.moderation.blocklists import Blocked, BlockIndex
from app.moderation.decide import (
    NOTHING,
    Preferences,
    Viewpoint,
    decide,
    decide_repost,
    strongest,
)
from app.moderation.decision import Rules
from app.moderation.definitions import definition_of
from app.moderation.filters import Filters
from app.moderation.muted_words import MutedWords
from app.moderation.verdict import SHOW, Cause, Undo, Verdict
from tests.posts import ANA, CY, NOW, person, post

PICTURE = (Media(kind="image", url="https://media.example/1.jpg"),)
LABELER = "did:plc:harbourwatchharbourwatch"
SEEN = {CY: ViewerState()}


def label(value: str, **more: Any) -> Advisory:
    """A label of a labeler."""
    return Advisory("label", value, LABELER, **more)


def settled(**more: Any) -> Preferences:
    """One account that has subscribed to the labeler, and these rules."""
    private = {key: more.pop(key) for key in ("own", "names", "words", "lists") if key in more}
    private["covers"] = more.pop("covers", frozenset())
    aside = {
        key: more.pop(key) for key in ("filters", "muted", "blocked", "servers") if key in more
    }
    more.setdefault("labelers", {LABELER: {}})
    more.setdefault("me", frozenset({"did:web:me"}))
    aside["hidden"] = more.get("hidden", frozenset())
    view = Viewpoint(account=CY, network="north", rules=Rules(**more), **aside)
    return Preferences(views={CY: view}, watchful=True, **private)


def acts(verdict: Verdict) -> tuple[str, bool]:
    """What it does, and whether that can be lifted."""
    return verdict.action, verdict.fixed


def test_a_plain_post_is_shown() -> None:
    """No advisory, no verdict."""
    assert decide(post(), {ANA: ViewerState()}) is SHOW
    assert decide(post(), SEEN, settled()) == SHOW


def test_a_warning_covers_the_post_with_its_own_words() -> None:
    """The author is the source; there is nothing to undo."""
    verdict = decide(post(advisories=(Advisory("warning", "Food"),)))

    assert verdict.action == "cover"
    assert verdict.causes == (Cause("warning", "Food", action="cover", priority=7),)


# -------------------------------------------------------------------- labels


@pytest.mark.parametrize(
    ("value", "adult", "expected"),
    [
        ("!hide", True, ("hide", True)),
        ("!warn", True, ("cover", False)),
        ("!no-unauthenticated", True, ("show", False)),
        ("porn", True, ("hide", False)),
        ("porn", False, ("hide", True)),
        ("sexual", True, ("cover_media", False)),
        ("sexual", False, ("hide", True)),
        ("graphic-media", True, ("cover_media", False)),
        ("gore", False, ("hide", True)),
        ("nudity", False, ("show", False)),
        ("bot", True, ("show", False)),
        ("something-of-theirs", True, ("show", False)),
    ],
)
def test_labels_act_as_officially(value: str, adult: bool, expected: tuple[str, bool]) -> None:
    """The defaults of facts B1, with adult content on and off."""
    labelled = post(media=PICTURE, advisories=(label(value),))

    assert acts(decide(labelled, SEEN, settled(adult=adult))) == expected


def test_without_any_settings_the_official_defaults_hold() -> None:
    """Adult content is off, and whoever the server asked is believed."""
    assert acts(decide(post(advisories=(label("porn"),)))) == ("hide", True)
    assert decide(post(media=PICTURE, advisories=(label("nudity"),))).action == "show"


def test_labels_of_others_than_my_labelers_mean_nothing() -> None:
    """Unsubscribing uncovers; an account's own labeler does not count for another."""
    labelled = post(media=PICTURE, advisories=(label("!warn"),))

    assert decide(labelled, SEEN, settled()).action == "cover"
    assert decide(labelled, SEEN, settled(labelers={})).action == "show"


@pytest.mark.parametrize(
    ("value", "scope", "adult", "covers", "action"),
    [
        ("porn", "profile", False, ("avatar",), "show"),
        ("porn", "profile", True, ("avatar",), "show"),
        ("porn", "author", True, ("avatar",), "hide"),
        ("nudity", "profile", True, (), "show"),
        ("!hide", "profile", True, ("avatar", "name"), "show"),
        ("!warn", "author", True, ("avatar",), "cover"),
        ("porn", "post", True, (), "show"),
    ],
)
def test_a_label_on_a_profile_covers_its_picture_and_no_post(
    value: str, scope: Any, adult: bool, covers: tuple[str, ...], action: str
) -> None:
    """As the network's own app does; with the name where everything is covered."""
    found = decide(post(advisories=(label(value, scope=scope),)), SEEN, settled(adult=adult))
    assert tuple(part for part in ("avatar", "name") if found.covers(part)) == covers  # type: ignore[arg-type]
    assert scope != "profile" or found.action == "show"
    if covers:
        told = next(cause for cause in found.notes if cause.covers)
        assert (told.about_author, told.kind) == (True, "label")
    if action == "cover":
        assert found.action == "cover"


def test_labels_of_profiles_count_where_posts_are_found_and_told_of() -> None:
    """In what a search found, in notifications, in a quote: everywhere the picture stands."""
    labelled = post(advisories=(label("!hide", scope="profile"),))
    for context in ("search", "notifications", "account", "quote", "opened", "public"):
        found = decide(labelled, SEEN, settled(), context=context)  # type: ignore[arg-type]
        assert (found.covers("avatar"), found.action) == (True, "show")
    hidden = post(advisories=(label("!hide"),))
    for context, action in (("search", "hide"), ("notifications", "hide"), ("opened", "cover")):
        assert decide(hidden, SEEN, settled(), context=context).action == action  # type: ignore[arg-type]


def test_labels_that_came_for_one_account_count() -> None:
    """Also where another account's server told the post without them."""
    state = ViewerState(labels=(label("!warn"),))

    assert decide(post(), {CY: state}, settled()).action == "cover"


def test_a_label_that_has_ended_is_none() -> None:
    """At its moment, without asking anybody."""
    over = post(advisories=(label("!warn", expires_at=NOW),))

    assert decide(over, SEEN, settled(), now=NOW - timedelta(seconds=1)).action == "cover"
    assert decide(over, SEEN, settled(), now=NOW).action == "show"


def test_a_label_says_who_and_how_to_undo_it() -> None:
    """“Graphic media, labelled by Harbour Watch”; another setting ends it."""
    preferences = settled(adult=True, names={LABELER: "Harbour Watch"})
    [cause] = decide(post(media=PICTURE, advisories=(label("gore"),)), SEEN, preferences).causes

    assert (cause.kind, cause.text, cause.source) == ("label", "Graphic media", "Harbour Watch")
    assert cause.undo == Undo(act="set_label", target="gore", by=LABELER, account=CY)


def test_an_adult_label_can_only_be_undone_by_the_adult_switch() -> None:
    """And what moderators fixed by nobody."""
    [off] = decide(post(advisories=(label("porn"),)), SEEN, settled()).causes
    [fixed] = decide(post(advisories=(label("!hide"),)), SEEN, settled()).causes

    assert off.undo == Undo(act="allow_adult", target="porn", account=CY)
    assert fixed.undo is None


def test_an_unknown_source_is_named_by_its_address() -> None:
    """Better a bare address than nobody."""
    verdict = decide(
        post(advisories=(Advisory("label", "!warn", "https://l.example/x"),)),
        SEEN,
        settled(labelers={"https://l.example/x": {}}),
    )

    assert verdict.causes[0].source == "l.example"


@pytest.mark.parametrize(
    ("value", "setting", "action"),
    [
        ("porn", "hide", "hide"),
        ("porn", "ignore", "show"),
        ("porn", "warn", "cover_media"),
        ("nudity", "warn", "cover_media"),
        ("!hide", "ignore", "hide"),
        ("!warn", "ignore", "cover"),
    ],
)
def test_settings_change_what_is_not_fixed(value: str, setting: Setting, action: str) -> None:
    """The user decides, except about what moderators fixed."""
    labelled = post(media=PICTURE, advisories=(label(value),))

    assert decide(labelled, SEEN, settled(adult=True, labels={value: setting})).action == action


def test_a_labelers_own_label_does_what_it_defines() -> None:
    """Covers by its definition, in its words; a note where it only informs."""
    meaning = LabelMeaning(value="rude", name="Rudeness", severity="alert", blurs="content")
    note = LabelMeaning(value="new-here", name="New here", severity="inform")
    defined = {
        one.value: definition_of(
            one.value, severity=one.severity, blurs=one.blurs, labeler=LABELER, name=one.name
        )
        for one in (meaning, note)
    }
    preferences = settled(definitions={LABELER: defined})
    covered = decide(post(advisories=(label("rude"),)), SEEN, preferences)
    told = decide(post(advisories=(label("new-here"),)), SEEN, preferences)

    assert (covered.action, covered.causes[0].text) == ("cover", "Rudeness")
    assert (told.action, told.causes, told.notes[0].text) == ("show", (), "New here")


def test_labels_on_media_need_media() -> None:
    """Text alone is not covered for its missing pictures; a card's picture is one."""
    shown = decide(post(advisories=(label("sexual"),)), SEEN, settled(adult=True))
    card = LinkCard(url="https://a.example", image="https://media.example/1.jpg")
    covered = decide(post(card=card, advisories=(label("sexual"),)), SEEN, settled(adult=True))

    assert (shown.action, covered.action) == ("show", "cover_media")


def test_an_author_cannot_hide_like_a_moderator() -> None:
    """Labels that moderators alone may give do nothing as self-labels."""
    author = person("teun").uri
    advisories = (Advisory("label", "!hide", author), Advisory("label", "!warn"))

    assert decide(post(advisories=advisories)).action == "show"


def test_an_author_may_label_their_own_pictures() -> None:
    """Self-labels of the adult kind count, without any labeler."""
    own = post(media=PICTURE, advisories=(Advisory("label", "sexual"),))
    verdict = decide(own, SEEN, settled(adult=True, labelers={}))

    assert (verdict.action, verdict.causes[0].source) == ("cover_media", "")


def test_labels_on_an_author_act_on_their_posts() -> None:
    """Hidden where that is the setting; pictures of posts stay: only the avatar is meant."""
    labelled = post(media=PICTURE, advisories=(label("sexual", scope="author"),))

    assert decide(labelled, SEEN, settled(adult=True)).action == "show"
    hidden = decide(labelled, SEEN, settled(adult=True, labels={"sexual": "hide"}))
    assert (hidden.action, hidden.causes[0].about_author) == ("hide", True)


def test_what_is_quoted_hides_but_does_not_cover() -> None:
    """Only what filters the quoted post counts for the one that quotes it."""
    inner = post("https://north.example/2", by="kit", media=PICTURE)
    for value, action in (("porn", "hide"), ("sexual", "show")):
        quoted = Quote(state="shown", post=_labelled(inner, value))
        outer = post(quote=quoted, media=PICTURE)
        assert decide(outer, SEEN, settled(adult=True)).action == action


def _labelled(one: Post, value: str) -> Post:
    from msgspec.structs import replace

    return replace(one, advisories=(label(value),))


# ------------------------------------------------------------------- filters


@pytest.mark.parametrize(
    ("asked", "action"),
    [("hide", "hide"), ("warn", "cover"), ("blur", "cover_media"), ("", "cover")],
)
def test_filters_of_the_server_do_what_they_ask_for(asked: Any, action: str) -> None:
    """Facts C1; what is unknown is a warning."""
    state = ViewerState(filtered=(Advisory("filter", "derby", action=asked),))

    assert decide(post(media=PICTURE), {ANA: state}).action == action


def test_a_blur_without_pictures_shows_the_post() -> None:
    """There is nothing to blur."""
    state = ViewerState(filtered=(Advisory("filter", "derby", action="blur"),))

    assert decide(post(), {ANA: state}).action == "show"


@pytest.mark.parametrize(
    ("context", "action"),
    [("home", "hide"), ("public", "show"), ("thread", "show"), ("quote", "cover")],
)
def test_a_filter_holds_in_its_contexts(context: Any, action: str) -> None:
    """The server tells every match; where it holds is looked at here."""
    said = Advisory("filter", "derby", action="hide", ref="1", contexts=("home",))
    verdict = decide(post(), {ANA: ViewerState(filtered=(said,))}, context=context)

    assert verdict.action == action


def test_a_filter_ends_at_its_moment() -> None:
    """Also one that came with a post of yesterday."""
    said = Advisory("filter", "derby", action="hide", ref="1", expires_at=NOW)
    state = {ANA: ViewerState(filtered=(said,))}

    assert decide(post(), state, now=NOW - timedelta(seconds=1)).action == "hide"
    assert decide(post(), state, now=NOW).action == "show"


def test_a_filter_that_was_made_later_catches_what_is_cached() -> None:
    """And one that was deleted lets it go; once, not twice, where both say so."""
    derby = Filter(
        id="1", title="Derby", contexts=frozenset({"home"}), action="hide",
        words=(FilterWord("water"),),
    )  # fmt: skip
    said = {CY: ViewerState(filtered=(Advisory("filter", "x", ref="1", words=("water",)),))}
    with_it, without = settled(filters=Filters([derby])), settled(filters=Filters([]))

    assert [c.text for c in decide(post(), SEEN, with_it, now=NOW).causes] == ["Derby"]
    assert [c.text for c in decide(post(), said, with_it, now=NOW).causes] == ["Derby"]
    assert decide(post(), said, without, now=NOW).action == "show"


def test_the_opened_post_is_never_hidden() -> None:
    """Who opens it wants to see it: covered at most."""
    state = ViewerState(
        filtered=(Advisory("filter", "derby", action="hide"),), standing=Standing(muted=True)
    )
    verdict = decide(post(), {CY: state}, settled(), context="opened")

    assert [cause.kind for cause in verdict.causes] == ["filter"]
    assert verdict.action == "cover"
    assert [cause.kind for cause in verdict.notes] == ["muted"]


# --------------------------------------------------------- people and servers


@pytest.mark.parametrize(
    ("standing", "kind", "fixed"),
    [
        (Standing(muted=True), "muted", False),
        (Standing(muted_list="at://x/app.y.list/1"), "muted", False),
        (Standing(blocking=True), "blocking", False),
        (Standing(blocked_by=True), "blocked_by", False),
    ],
)
def test_mutes_and_blocks_hide(standing: Standing, kind: str, fixed: bool) -> None:
    """As the server tells how the account stands to the author."""
    verdict = decide(post(), {CY: ViewerState(standing=standing)}, settled())

    assert verdict.action == "hide"
    assert (verdict.causes[0].kind, verdict.causes[0].about_author) == (kind, True)


def test_a_mute_through_a_list_names_the_list() -> None:
    """It is undone there."""
    uri = "at://did:plc:x/app.y.list/1"
    preferences = settled(names={uri: "Trolls"})
    state = ViewerState(standing=Standing(muted_list=uri))
    [cause] = decide(post(), {CY: state}, preferences).causes

    assert (cause.source, cause.undo) == (
        "Trolls",
        Undo(act="unmute_list", target=uri, account=CY),
    )


def test_who_was_muted_since_is_hidden_in_the_cache() -> None:
    """By my list of mutes; and so is what they pass on."""
    teun = person("teun")
    preferences = settled(muted={teun.uri: teun.handle})

    assert decide(post(), SEEN, preferences).action == "hide"
    assert decide_repost(teun, [CY], preferences).action == "hide"
    assert decide_repost(person("kit"), [CY], preferences) == SHOW
    assert decide_repost(teun, [CY], NOTHING) is SHOW


def test_a_blocked_server_hides_its_people() -> None:
    """That one alone, as on the server."""
    hidden = decide(post(), SEEN, settled(servers=frozenset({"teun.example"})))
    shown = decide(post(), SEEN, settled(servers=frozenset({"example"})))

    assert (hidden.action, shown.action) == ("hide", "show")
    assert hidden.causes[0].undo == Undo(act="unblock_server", target="teun.example", account=CY)


def test_on_their_own_page_people_are_covered_not_gone() -> None:
    """Who looks them up wants to see why."""
    teun = person("teun")
    verdict = decide(post(), SEEN, settled(muted={teun.uri: ""}), context="account")

    assert verdict.action == "cover"


# ---------------------------------------------------------------- blocklists


def test_blocklists_hide_cover_and_flag() -> None:
    """As chosen for the list; people I follow are flagged and stay."""
    lists = BlockIndex({"Tier 0": [Blocked(name="teun.example", reason="spam")]})
    hide, cover = settled(lists=lists), settled(lists=lists, covers=frozenset({"Tier 0"}))
    hidden = decide(post(), SEEN, hide)
    followed = decide(post(), {CY: ViewerState(follows=True)}, hide)

    assert hidden.action == "hide"
    assert (hidden.causes[0].text, hidden.causes[0].source) == ("teun.example: spam", "Tier 0")
    assert decide(post(), SEEN, cover).action == "cover"
    assert followed.action == "show"
    assert [note.kind for note in followed.notes] == ["blocklist"]
    assert decide(post(), SEEN, hide, followed=True).action == "show"


# --------------------------------------------------------------------- words


def test_muted_words_hide_on_every_network() -> None:
    """But not in posts of people I follow, where it says so, nor in my own."""
    words = MutedWords([MutedWord(value="water", spare_followed=True)])
    mine = frozenset({person("teun").uri})

    assert decide(post(), SEEN, settled(words=words)).action == "hide"
    assert decide(post("at://x/1"), {}, settled(words=words)).action == "hide"
    assert decide(post(), SEEN, settled(words=words), followed=True).action == "show"
    assert decide(post(), SEEN, settled(words=words, own=mine)).action == "show"
    assert decide(post(), SEEN, settled(words=words), context="notifications").action == "show"
    assert decide(post(), SEEN, settled(words=words), context="opened").action == "cover"


def test_a_hidden_post_stays_hidden() -> None:
    """Until it is shown again."""
    one = post()
    [cause] = decide(one, SEEN, settled(hidden=frozenset({one.uri}))).causes

    assert cause.undo == Undo(act="show_again", target=one.uri, account=CY)


# ------------------------------------------------------------------ together


def test_my_own_posts_are_never_hidden_from_me() -> None:
    """Filters do not apply, labels only cover and can be lifted, my warning stays."""
    mine = Preferences(own=frozenset({person("teun").uri}))
    state = {ANA: ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))}
    hidden = decide(post(advisories=(label("!hide"),)), {}, mine)
    warned = decide(post(advisories=(Advisory("warning", "Food"),)), {}, mine)

    assert decide(post(), state, mine).action == "show"
    assert acts(hidden) == ("cover", False)
    assert warned.action == "cover"


def test_the_strongest_wins_and_all_causes_are_told() -> None:
    """Causes of the strongest action come first, then by priority, each once."""
    state = ViewerState(
        filtered=(Advisory("filter", "derby", action="hide"),), standing=Standing(blocking=True)
    )
    both = post(media=PICTURE, advisories=(Advisory("sensitive"), Advisory("warning", "Food")))
    verdict = decide(both, {ANA: state, CY: state})

    assert verdict.action == "hide"
    kinds = [cause.kind for cause in verdict.causes]
    assert kinds[0] == "blocking"
    assert list(dict.fromkeys(kinds)) == ["blocking", "filter", "warning", "sensitive"]


def test_what_one_copy_hides_hides_all() -> None:
    """With the causes of every copy, and its strictness."""
    shown = decide(post(advisories=(Advisory("warning", "Food"),)))
    hidden = decide(post(advisories=(label("!hide"),)))
    both = strongest([shown, hidden])

    assert acts(both) == ("hide", True)
    assert [cause.kind for cause in both.causes] == ["label", "warning"]


def test_no_verdicts_mean_show() -> None:
    """The neutral element."""
    assert strongest([]) == SHOW


@pytest.mark.parametrize(("chosen", "context", "expected"), [
    ("show", "home", "show"),
    ("cover_media", "home", "cover_media"),
    ("hide", "home", "hide"),
    ("hide", "opened", "cover_media"),
    ("hide", "thread", "cover_media"),
])  # fmt: skip
def test_marked_media_do_what_was_chosen(chosen: Any, context: Any, expected: str) -> None:
    """Nothing is left out of a conversation for that alone."""
    marked = post(media=PICTURE, advisories=(Advisory("sensitive", ""),))
    preferences = Preferences(sensitive=chosen)

    assert decide(marked, SEEN, preferences, context=context).action == expected


def test_covers_of_authors_begin_lifted_where_that_was_chosen() -> None:
    """Only theirs: what a label covers as well stays closed."""
    warned = post(advisories=(Advisory("warning", "Food"),))
    labelled = post(advisories=(Advisory("warning", "Food"), label("!warn")))
    lifted = replace(settled(), warnings_open=True)

    assert decide(warned, SEEN, lifted).opened
    assert decide(warned, SEEN, lifted).causes[0].text == "Food"
    assert not decide(warned, SEEN, lifted, context="quote").opened
    assert not decide(warned, SEEN, settled()).opened
    assert not decide(labelled, SEEN, lifted).opened
    assert strongest([decide(warned, SEEN, lifted)] * 2).opened
    assert not strongest([decide(warned, SEEN, lifted), decide(labelled, SEEN, lifted)]).opened
