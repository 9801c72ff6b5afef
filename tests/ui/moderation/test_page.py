"""The page by itself: what it shows, and what it tells when something is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from app.model.moderation import Filter, FilterWord, MutedWord
from app.ui.moderation.page import ModerationPage
from app.ui.moderation.values import ServerWarning, Shown, Trouble
from app.ui.theme import pinned_fonts
from app.ui.theme.look import Look, Wishes
from app.ui.widgets.words import Words
from tests.ui.moderation import samples
from tests.ui.moderation.samples import NOW, SALT, SHOWN, SKY, WATCH

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def page(look: Look) -> Iterator[ModerationPage]:
    """Wide, with everything."""
    made = ModerationPage(look, lambda url, side: None)
    made.resize(1088, 900)
    made.show_all(SHOWN, NOW)
    made.show()
    QApplication.processEvents()
    yield made
    made.deleteLater()


def press(root: QWidget, name: str) -> None:
    """The button of that name."""
    button(root, name).click()
    QApplication.processEvents()


def button(root: QWidget, name: str) -> QAbstractButton:
    """What is called so and can be pressed."""
    found = [
        one
        for one in root.findChildren(QAbstractButton)
        if one.accessibleName() == name and one.isVisibleTo(root)
    ]
    assert len(found) == 1, (name, len(found))
    return found[0]


def texts(root: QWidget) -> list[str]:
    """All words in sight."""
    return [one.text() for one in root.findChildren(Words) if one.isVisibleTo(root)]


def told(signal: object) -> list[tuple[object, ...]]:
    """What a signal says from now on."""
    heard: list[tuple[object, ...]] = []
    signal.connect(lambda *said: heard.append(said))  # type: ignore[attr-defined]
    return heard


def test_every_section_shows_what_is_settled(page: ModerationPage) -> None:
    """Names, sums and sources, each in its section."""
    said = " | ".join(texts(page))

    for part in ("Harbour Watch", "#quizday", "3 days left", "Raffles", "96 entries"):
        assert part in said
    assert "34 hidden in Newest first, by what" in said
    assert "\u2066saltmarsh.example\u2069 itself does not talk to one server." in said


def test_a_label_tells_what_was_chosen_for_it(page: ModerationPage) -> None:
    """Opened by its caret; the choices say whose label they are about."""
    section = page.labelers[SKY]
    chosen, removed = told(section.chosen), told(section.remove_wanted)
    press(section, "Open Harbour Watch")

    assert button(section, "Spam: Hide").isChecked()
    press(section, "Spam: Ignore")
    press(section, "Remove Harbour Watch")

    assert chosen == [("spam", "ignore", WATCH)]
    assert removed == [(WATCH,)]


def test_the_networks_own_labeler_cannot_be_removed(page: ModerationPage) -> None:
    """And what is off cannot be chosen there."""
    section = page.labelers[SKY]
    press(section, "Open Your host’s labeler")

    names = [one.accessibleName() for one in section.findChildren(QAbstractButton)]
    assert not [name for name in names if name.startswith("Remove")]
    assert "hidden: it is off" in texts(section)


def test_a_labeler_whose_labels_do_not_come_says_so(page: ModerationPage) -> None:
    """In its row, and in a sentence when it is opened."""
    section = page.labelers[SKY]
    assert "no labels" in texts(section)
    press(section, "Open Alt Text Clerk")

    assert any("had none of its labels" in text for text in texts(section))


def test_a_labeler_is_subscribed_to_only_after_it_was_shown(page: ModerationPage) -> None:
    """Looking for it asks; the second press, with its name on it, subscribes."""
    section = page.labelers[SKY]
    sought, wanted = told(section.find_wanted), told(section.subscribe_wanted)
    press(section, "Add a labeler")
    QTest.keyClicks(QApplication.focusWidget() or section, "watch.example")
    press(section, "Look for it")
    assert (sought, wanted) == ([("watch.example",)], [])

    section.show_found(replace(samples.CLERK, uri="did:web:new", name="New Watch"))
    press(section, "Subscribe to New Watch")

    assert wanted == [("did:web:new",)]
    assert section.editor is None


def test_a_word_is_muted_with_all_that_was_chosen(page: ModerationPage) -> None:
    """Where, how long, and by whom it is kept."""
    section = page.words
    saved = told(section.save_wanted)
    press(section, "Mute a word or tag")
    field = section.findChildren(QLineEdit)[-1]
    field.setText("#Regatta")
    press(section, "7 days")
    press(section, "Not from people I follow")
    press(section, "Only here")
    press(section, "Mute it")

    word = MutedWord(
        value="Regatta",
        targets=("tag",),
        spare_followed=True,
        expires_at="2026-11-29T08:32:00.000Z",
    )
    assert saved == [(word, "here", "")]


def test_what_was_typed_stays_when_it_is_refused(page: ModerationPage) -> None:
    """The reason stands below the field."""
    section = page.words
    section.edit(text="derby")
    press(section, "Mute it")
    section.show_refused(Trouble("The server says no.", "Try later."))
    QApplication.processEvents()

    assert "The server says no. Try later." in texts(section)
    assert section.findChildren(QLineEdit)[-1].text() == "derby"
    assert button(section, "Mute it").isEnabled()
    section.show_words(samples.WORDS[:1], True, NOW)
    assert section.editor is not None


def test_an_empty_word_is_not_muted(page: ModerationPage) -> None:
    """Nor a tag without a name."""
    saved = told(page.words.save_wanted)
    page.words.edit(text=" # ")
    press(page.words, "Mute it")

    assert saved == []


def test_a_filter_keeps_what_the_server_knows_its_words_by(page: ModerationPage) -> None:
    """A word that is changed keeps its id, a new one has none; whole words as before."""
    section = page.filters[SALT]
    saved = told(section.save_wanted)
    section.edit(samples.FILTERS.filters[0])
    press(section, "Another word")
    title, first, second, third = section.findChildren(QLineEdit)
    first.setText("finale!")
    third.setText("cliffhanger")
    press(section, "Profiles")
    press(section, "Save on the server")

    [(made,)] = saved
    assert isinstance(made, Filter)
    assert (made.id, made.title, made.expires_at) == ("1", title.text(), None)
    assert made.contexts == {"home", "thread", "account"}
    assert made.words == (
        FilterWord("finale!", True, "11"),
        FilterWord(second.text(), False, "12"),
        FilterWord("cliffhanger", False),
    )


def test_a_filter_that_would_hold_nowhere_is_not_saved(page: ModerationPage) -> None:
    """It says what is missing."""
    section = page.filters[SALT]
    saved = told(section.save_wanted)
    section.edit()
    section.findChildren(QLineEdit)[0].setText("Tides")
    for name in ("Home and lists", "Public timelines", "Conversations"):
        press(section, name)
    press(section, "Save on the server")

    assert saved == []
    assert "It would hold nowhere. Choose where." in texts(section)


def test_an_update_is_looked_at_before_it_counts(page: ModerationPage) -> None:
    """People I follow are left out unless one says so; the button counts along."""
    section = page.lists
    looked, applied = told(section.look_wanted), told(section.apply_wanted)
    press(section, "Update: Raffle robots")
    assert looked == [("robots",)]
    section.show_proposal(samples.PROPOSAL)
    QApplication.processEvents()
    assert "2 people you follow are on it. Left out unless you say so." in texts(section)

    assert button(section, "Apply 13 of 15").isEnabled()
    press(section, "Keep following @kaj.example")
    press(section, "Show all 15")
    assert "@robot3.example" in texts(section)
    press(section, "Apply 14 of 15")

    assert applied == [("robots", (samples.LIBRARY,))]


def test_an_update_can_be_put_off(page: ModerationPage) -> None:
    """Nothing is applied, and it still waits."""
    section = page.lists
    applied = told(section.apply_wanted)
    section.show_proposal(samples.PROPOSAL)
    QApplication.processEvents()
    press(section, "Not this time")

    assert applied == []
    assert button(section, "Update: Raffle robots").isEnabled()


def test_exceptions_are_named_and_taken_back(page: ModerationPage) -> None:
    """Below the lists."""
    heard = told(page.lists.exception_wanted)
    press(page.lists, "Open Exceptions")
    press(page.lists, "No exception for quiet.example any more")

    assert heard == [("quiet.example", False)]


def test_a_server_is_blocked_only_after_it_was_said_what_is_lost(page: ModerationPage) -> None:
    """The button that blocks comes with the warning."""
    section = page.servers[SALT]
    checked, blocked = told(section.check_wanted), told(section.block_wanted)
    press(section, "Block a server…")
    field = section.findChildren(QLineEdit)[-1]
    field.setText("https://Boatyard.example/about")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (checked, blocked) == ([("boatyard.example",)], [])

    warning = ServerWarning(
        account=SALT, domain="boatyard.example", following=("ottilie@boatyard.example",)
    )
    section.show_warning(warning)
    QApplication.processEvents()
    assert any("You lose 1 person you follow" in text for text in texts(section))
    assert any("@ottilie@boatyard.example" in text for text in texts(section))
    press(section, "Block boatyard.example")

    assert blocked == [("boatyard.example",)]


def test_no_server_is_no_server(page: ModerationPage) -> None:
    """Nothing is asked."""
    section = page.servers[SALT]
    checked = told(section.check_wanted)
    press(section, "Block a server…")
    section.findChildren(QLineEdit)[-1].setText("not a domain")
    press(section, "What would be lost?")

    assert checked == []


def test_what_a_list_hides_is_shown_with_all_its_causes(page: ModerationPage) -> None:
    """The numbers add up to the title."""
    heard = told(page.hidden.show_wanted)
    press(page.hidden, "Show List “Raffle robots”")

    assert heard == [(samples.HIDDEN[1].keys,)]
    assert sum(item.count for item in samples.HIDDEN) == 34


def test_nothing_settled_has_words_of_its_own(look: Look) -> None:
    """No box stands empty."""
    page = ModerationPage(look, lambda url, side: None)
    page.show_all(Shown(place="All"), NOW)
    said = texts(page)

    assert "No words are muted." in said
    assert "Nothing hidden in All" in said
    assert any(text.startswith("No blocklists.") for text in said)
    page.deleteLater()


def test_what_waits_and_what_failed_is_said_on_top(page: ModerationPage) -> None:
    """With a way to try again; what was read last stays in sight."""
    again = told(page.retry_wanted)
    trouble = Trouble("saltmarsh.example does not answer.")
    page.show_all(replace(SHOWN, waiting=("juno.example",), troubles=(trouble,)), NOW)
    said = texts(page)

    assert "Asking juno.example…" in said
    assert any("saltmarsh.example does not answer." in text for text in said)
    assert "Raffles" in said
    press(page, "Try again")
    assert again == [()]


def test_an_account_that_goes_takes_its_sections_along(page: ModerationPage) -> None:
    """And one that comes gets its own."""
    page.show_all(replace(SHOWN, filters=(), servers=()), NOW)
    assert (page.filters, page.servers) == ({}, {})
    page.show_all(SHOWN, NOW)

    assert list(page.filters) == [SALT]


def test_narrow_pages_have_one_column(page: ModerationPage) -> None:
    """The right one goes below the left."""
    left, right = page.words, page.lists
    assert (
        left.mapTo(page, left.rect().topLeft()).x() < right.mapTo(page, right.rect().topLeft()).x()
    )
    page.resize(500, 900)
    QApplication.processEvents()

    a, b = (one.mapTo(page, one.rect().topLeft()) for one in (left, right))
    assert a.x() == b.x()
    assert a.y() < b.y()


def test_what_can_be_pressed_has_a_name(page: ModerationPage) -> None:
    """Screen readers hear what it does and what it is about; names are not told twice."""
    press(page.labelers[SKY], "Open Harbour Watch")
    page.words.edit()
    page.filters[SALT].edit()
    page.lists.show_proposal(samples.PROPOSAL)
    QApplication.processEvents()
    found = [
        one
        for one in page.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.isVisibleTo(page)
    ]
    names = [one.accessibleName() for one in found]

    assert len(found) > 40
    assert [one for one in found if not one.accessibleName()] == []
    about = [name for name in names if name.startswith(("More about", "Open", "Show ", "Spam:"))]
    assert len(about) == len(set(about))
    for one in found[:5]:
        assert QAccessible.queryAccessibleInterface(one) is not None


def test_keys_reach_everything(page: ModerationPage) -> None:
    """Tab goes through the page once and comes round."""
    page.activateWindow()
    page.words.add_button.setFocus()
    start = QApplication.focusWidget()
    seen: list[QWidget | None] = []
    for _ in range(200):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
        if seen[-1] is start:
            break

    assert seen[-1] is start
    assert page.lists.add_button in seen
    assert button(page, "Show Word “derby”") in seen


def test_escape_closes_what_is_written_and_nothing_else(page: ModerationPage) -> None:
    """The settings around it stay open."""
    press(page.words, "Mute a word or tag")
    field = page.words.findChildren(QLineEdit)[-1]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    QApplication.processEvents()

    assert page.words.editor is None
    assert page.isVisible()
    assert page.focusWidget() is page.words.add_button


def test_hundreds_of_words_come_by_and_by(page: ModerationPage) -> None:
    """Each row costs time; the others are a press away."""
    many = tuple(samples.word(f"word{number}") for number in range(150))
    page.words.show_words(many, None, NOW)
    QApplication.processEvents()
    assert "word29" in texts(page.words)
    assert "word30" not in texts(page.words)
    for left in (120, 90, 60, 30):
        press(page.words, f"Show {left} more")

    assert "word149" in texts(page.words)


def test_the_focus_stays_where_it_was_when_values_change(page: ModerationPage) -> None:
    """Rows are drawn anew; who walks through them by keys loses nothing."""
    page.activateWindow()
    button(page.words, "More about derby").setFocus()
    page.show_all(replace(SHOWN, words=(*SHOWN.words, samples.word("gulls"))), NOW)
    QApplication.processEvents()
    focused = page.focusWidget()

    assert focused is not None
    assert focused.accessibleName() == "More about derby"


@pytest.mark.parametrize(("scale", "width"), [(1.0, 320), (1.5, 320), (2.0, 330)])
def test_large_text_fits_beside_and_below(qapp: QApplication, scale: float, width: int) -> None:
    """Nothing wants more width than there is."""
    wishes = Wishes(scale=scale, reduce_motion=True)
    look = Look(qapp, wishes, family=pinned_fonts(), scheme="light")
    page = ModerationPage(look, lambda url, side: None)
    page.resize(width, 900)
    page.show_all(SHOWN, NOW)
    page.words.edit()
    page.filters[SALT].edit(samples.FILTERS.filters[1])
    page.lists.show_proposal(samples.PROPOSAL)
    page.show()
    QApplication.processEvents()

    assert page.minimumSizeHint().width() <= width
    page.deleteLater()
    look.deleteLater()
