"""The page on the demo: what is pressed is done where it belongs, and counts at once."""

from __future__ import annotations

from pathlib import Path
from typing import cast, get_args

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QWidget

from app.feed.rows import Card
from app.model.errors import Refused, Unreachable
from app.model.moderation import MutedWord
from app.moderation.verdict import Undo, UndoAct
from app.protocols.demo.people import LABELER
from app.ui.moderation.page import ModerationPage
from app.ui.moderation.question import Question
from app.ui.shell.details import _UNDO, ReasonsPopover
from app.ui.widgets.choices import Switch
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened, until


def texts(root: QWidget) -> str:
    """All words in sight."""
    return " | ".join(one.text() for one in root.findChildren(Words) if one.isVisibleTo(root))


def press(root: QWidget, name: str) -> None:
    """The button of that name, once the rows are in place."""
    QApplication.sendPostedEvents()
    found = [
        one
        for one in root.findChildren(QAbstractButton)
        if one.accessibleName() == name and one.isVisibleTo(root)
    ]
    assert len(found) == 1, (name, len(found))
    found[0].click()


async def moderation_page(demo: Demo) -> ModerationPage:
    """Opened from the settings, with what the servers say."""
    demo.live.settings.open("moderation")
    await until(lambda: demo.live.settings.dialog is not None, "the settings")
    page = demo.live.moderation.page
    assert page is not None
    await until(lambda: page.labelers and page.filters, "what servers keep")
    return page


def test_the_page_shows_what_the_servers_keep(demo: Demo, run: Scenario) -> None:
    """Labelers of one network, filters of the other; one host that does not answer is named."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        await until(lambda: "boatyard.example" in texts(page))
        said = texts(page)
        assert "Harbour Watch" in said
        assert "Filters on \u2066saltmarsh.example\u2069" in said
        assert "1 hidden in Newest first, by what" in said
        assert "Filter “derby”" in said

    run(opened(demo, scenario))


def test_a_label_is_settled_at_the_server(demo: Demo, run: Scenario) -> None:
    """Of that labeler only; taking the labeler away uncovers what it covered."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        [(account, section)] = page.labelers.items()
        moderation = demo.house.moderation
        press(section, "Open Harbour Watch")
        press(section, "Tall tale: Hide")
        await until(
            lambda: any(s.settings.get("tall-tale") == "hide" for s in moderation.labelers(account))
        )
        await until(lambda: "Hide 1, warn 1" in texts(section) or "Tall tale" in texts(section))
        press(section, "Remove Harbour Watch")
        await until(lambda: "Harbour Watch" not in texts(section))
        assert LABELER not in {one.labeler.uri for one in moderation.labelers(account)}

        press(section, "Add a labeler")
        section.findChildren(QLineEdit)[-1].setText("harbour-watch.example")
        press(section, "Look for it")
        await until(lambda: "Subscribe to Harbour Watch" in _names(section))
        press(section, "Subscribe to Harbour Watch")
        await until(lambda: LABELER in {one.labeler.uri for one in moderation.labelers(account)})

    run(opened(demo, scenario))


def test_what_a_labeler_covers_is_uncovered_without_it(demo: Demo, run: Scenario) -> None:
    """In the timeline that is open, at once."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        [section] = page.labelers.values()
        await until(lambda: _labelled(demo), "a post is labelled")
        press(section, "Open Harbour Watch")
        press(section, "Remove Harbour Watch")
        await until(lambda: not _labelled(demo), "its labels count no more")
        section.subscribe_wanted.emit(LABELER)
        await until(lambda: _labelled(demo), "they count again")

    run(opened(demo, scenario))


def test_a_refusal_is_said_and_the_choice_goes_back(
    demo: Demo, run: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What counts is what is shown."""

    async def refuse(*_: object) -> None:
        raise Refused("The server says no.")

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        monkeypatch.setattr(demo.house.moderation, "settle", refuse)
        [section] = page.labelers.values()
        press(section, "Open Harbour Watch")
        press(section, "Tall tale: Hide")
        await until(lambda: "The server says no." in texts(section))
        chosen = [one for one in section.findChildren(QAbstractButton) if one.isVisibleTo(section)]
        assert next(b for b in chosen if b.accessibleName() == "Tall tale: Warn").isChecked()

    run(opened(demo, scenario))


def test_words_are_muted_changed_and_unmuted(demo: Demo, run: Scenario) -> None:
    """They hide at once; one that is changed is another word, and the old one goes."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        moderation = demo.house.moderation
        word = _spoken(demo)
        page.words.edit(text=word)
        press(page.words, "Only here")
        press(page.words, "Mute it")
        await until(lambda: [one.word.value for one in moderation.words()] == [word])
        await until(lambda: page.words.editor is None)
        assert moderation.words()[0].here
        await until(lambda: f"Word “{word}”" in texts(page.hidden), "posts are hidden")

        items = page.words._items
        assert items is not None
        page.words.edit(items[0])
        page.words.findChildren(QLineEdit)[-1].setText("winch")
        press(page.words, "Save")
        await until(lambda: [one.word.value for one in moderation.words()] == ["winch"])
        page.words.remove_wanted.emit("winch")
        await until(lambda: "No words are muted." in texts(page.words))

    run(opened(demo, scenario))


def test_a_word_moves_to_the_servers(demo: Demo, run: Scenario) -> None:
    """Kept by Godwit first, then where other apps see it, too."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        moderation = demo.house.moderation
        await moderation.mute_word(MutedWord(value="regatta"), "here")
        await until(lambda: page.words._items)
        items = page.words._items
        assert items is not None
        page.words.edit(items[0])
        press(page.words, "By your servers")
        press(page.words, "Save")
        await until(lambda: page.words.editor is None)
        [state] = moderation.words()
        assert (state.here, len(state.accounts)) == (False, 1)

    run(opened(demo, scenario))


def test_filters_are_saved_and_deleted_after_a_question(demo: Demo, run: Scenario) -> None:
    """At the server, from where they hold in other apps as well."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        [(account, section)] = page.filters.items()
        moderation = demo.house.moderation
        section.edit()
        title, word = section.findChildren(QLineEdit)
        title.setText("Gulls")
        word.setText("herring gull")
        press(section, "Save on the server")
        await until(lambda: "Gulls" in texts(section))
        made = next(one for one in moderation.filters(account) if one.title == "Gulls")
        assert [one.text for one in made.words] == ["herring gull"]

        section.delete_wanted.emit(made)
        await until(lambda: _questions(demo))
        press(_questions(demo)[0], "Keep it")
        await until(lambda: not _questions(demo))
        assert made in moderation.filters(account)
        section.delete_wanted.emit(made)
        await until(lambda: _questions(demo))
        press(_questions(demo)[0], "Delete it")
        await until(lambda: "Gulls" not in texts(section))

    run(opened(demo, scenario))


def test_a_list_counts_from_apply_on(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """Read, shown, applied without those that are to stay; broken lines are told."""
    path = tmp_path / "shared.csv"
    path.write_text("#domain,#severity\nspam.example,suspend\nwreckers.example,suspend\nb a d,x\n")

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        lists, section = demo.house.blocklists, page.lists
        press(section, "Add a blocklist")
        section.findChildren(QLineEdit)[-1].setText(str(tmp_path / "none.csv"))
        press(section, "Read it")
        await until(lambda: "There is no file" in texts(section))
        section.findChildren(QLineEdit)[-1].setText(str(path))
        section.findChildren(QLineEdit)[-1].returnPressed.emit()
        await until(lambda: "Not in force yet" in texts(section))
        assert "1 line cannot be used." in texts(section)
        assert demo.house.moderation.known.lists == ()

        press(section, "Apply all 2")
        await until(lambda: demo.house.moderation.known.lists)
        await until(lambda: "in force" in texts(section))
        [about] = lists.all()
        path.write_text("#domain\nspam.example\nnew.example\n")
        section.update_wanted.emit(about.id)
        await until(lambda: "Version of" in texts(section))
        assert len(demo.house.moderation.known.lists[0].entries) == 2
        assert "wreckers.example" in {e.name for e in demo.house.moderation.known.lists[0].entries}

        section.apply_wanted.emit(about.id, ("new.example",))
        await until(lambda: lists.exceptions() == ("new.example",))
        await until(lambda: "1 that no list touches" in texts(section))
        section.remove_wanted.emit(about.id)
        await until(lambda: _questions(demo))
        press(_questions(demo)[0], "Remove it")
        await until(lambda: demo.house.moderation.known.lists == ())

    run(opened(demo, scenario))


def test_a_server_is_blocked_after_the_warning(demo: Demo, run: Scenario) -> None:
    """Lost follows are named first."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        await until(lambda: page.servers, "which servers are blocked")
        [(account, section)] = page.servers.items()
        press(section, "Block a server…")
        section.findChildren(QLineEdit)[-1].setText("boatyard.example")
        press(section, "What would be lost?")
        await until(lambda: "Block boatyard.example" in _names(section))
        assert demo.house.moderation.blocked_servers(account) == ()
        press(section, "Block boatyard.example")
        await until(lambda: demo.house.moderation.blocked_servers(account) == ("boatyard.example",))
        await until(lambda: "Unblock boatyard.example" in _names(section))
        press(section, "Unblock boatyard.example")
        await until(lambda: demo.house.moderation.blocked_servers(account) == ())

    run(opened(demo, scenario))


def test_blocking_a_bridges_server_is_warned_of(demo: Demo, run: Scenario) -> None:
    """It cuts off everybody behind the bridge, not only those who are counted."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        await until(lambda: page.servers, "which servers are blocked")
        [section] = page.servers.values()
        press(section, "Block a server…")
        section.findChildren(QLineEdit)[-1].setText("bridge.example")
        press(section, "What would be lost?")
        await until(lambda: "Marsh Bridge copies people of another network" in texts(section))

    run(opened(demo, scenario))


def test_marked_media_and_warnings_are_chosen_here(demo: Demo, run: Scenario) -> None:
    """Kept by Godwit, on both networks."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        press(page.media, "Hide")
        press(page.media, "Open")
        await until(lambda: demo.house.moderation.known.choices.warnings == "open")
        assert demo.house.moderation.known.choices.sensitive == "hide"
        assert demo.house.moderation.preferences().warnings_open
        [account] = page.labelers
        [adult] = [one for one in page.media.findChildren(Switch) if one.isVisibleTo(page)]
        adult.click()
        await until(lambda: not _adult(demo, account))

    run(opened(demo, scenario))


def test_show_leads_out_of_the_settings_to_what_was_hidden(demo: Demo, run: Scenario) -> None:
    """The dialog closes; the posts of that cause are there."""

    async def scenario(demo: Demo) -> None:
        page = await moderation_page(demo)
        press(page.hidden, "Show Filter “derby”")
        await until(lambda: demo.live.settings.dialog is None)
        opened_now = demo.live.timeline.opened
        assert opened_now is not None
        await until(lambda: any(_is_hidden(demo, index) for index in range(len(opened_now))))

    run(opened(demo, scenario))


def test_offline_shows_what_was_read_last(
    demo: Demo, run: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And says why nothing newer comes."""

    async def fail(*_: object, **__: object) -> None:
        raise Unreachable("saltmarsh.example does not answer.")

    async def scenario(demo: Demo) -> None:
        monkeypatch.setattr(demo.house.moderation, "refresh", fail)
        page = await moderation_page(demo)
        await until(lambda: "does not answer" in texts(page))
        assert "Harbour Watch" in texts(page)
        assert "What was read last is shown, and counts." in texts(page)

    run(opened(demo, scenario))


def test_a_posts_menu_hides_it_and_mutes_its_words(demo: Demo, run: Scenario) -> None:
    """Where a server remembers hidden posts; words lead to the editor."""

    async def scenario(demo: Demo) -> None:
        view, averting = demo.live._view, demo.live.averting
        source = demo.live.timeline.opened
        assert source is not None
        cards = [row for i in range(len(source)) if isinstance(row := source.row(i), Card)]
        card = next(card for card in cards if averting._places(card) and card.post.tags)
        menu = QMenu()
        averting.fill(menu, view, card)
        hide, mute = (one for one in menu.actions() if not one.isSeparator())
        assert (hide.text(), mute.text()) == ("Hide this post", "Mute words like this…")
        account, uri = averting._places(card)[0]
        hide.trigger()
        await until(lambda: uri in _hidden_posts(demo, account))
        mute.trigger()
        await until(lambda: demo.live.moderation.page is not None)
        page = cast(ModerationPage, demo.live.moderation.page)
        await until(lambda: page.words.editor is not None)
        assert page.words.findChildren(QLineEdit)[-1].text() == f"#{card.post.tags[0]}"

    run(opened(demo, scenario))


def test_a_cover_is_ended_from_its_why(demo: Demo, run: Scenario) -> None:
    """The popover names who covers it, and one press ends that; a filter is for the page."""

    async def scenario(demo: Demo) -> None:
        window, look = demo.front.window, demo.front.look
        source = demo.live.timeline.opened
        assert source is not None
        card = await until(lambda: _ignorable(demo), "a label that can be ignored")
        uri = card.post.uri
        popover = ReasonsPopover(look, card, window)
        popover.undo_wanted.connect(lambda undo: demo.live.averting.undo(demo.live._view, undo))
        popover.show_at(window.rect().center())
        assert "(Harbour Watch)" in texts(popover)
        press(popover, "Ignore this label")
        await until(lambda: uri not in _labelled(demo))

        undo = Undo(act="edit_filter", target="1", account="x")
        demo.live.averting.undo(demo.live._view, undo)
        await until(lambda: demo.live.moderation.page is not None)

    run(opened(demo, scenario))


def test_every_undo_has_words() -> None:
    """None can come that the popover does not know."""
    assert set(_UNDO) == set(get_args(UndoAct))


def _spoken(demo: Demo) -> str:
    """A word of a post of somebody else that is in sight."""
    source = demo.live.timeline.opened
    assert source is not None
    own = {account.uri for account in demo.house.accounts.all()}
    cards = [row for i in range(len(source)) if isinstance(row := source.row(i), Card)]
    texts = [card.post.text.text for card in cards if card.post.author.uri not in own]
    return next(word for text in texts for word in text.split() if len(word) > 6 and word.isalpha())


def _names(root: QWidget) -> set[str]:
    return {
        one.accessibleName() for one in root.findChildren(QAbstractButton) if one.isVisibleTo(root)
    }


def _questions(demo: Demo) -> list[Question]:
    dialog = demo.live.settings.dialog
    assert dialog is not None
    return [one for one in dialog.findChildren(Question) if one.isVisible()]


def _adult(demo: Demo, account: object) -> bool:
    settled = demo.house.moderation.settled(account)  # type: ignore[arg-type]
    assert settled is not None
    return settled.adult


def _hidden_posts(demo: Demo, account: object) -> tuple[str, ...]:
    settled = demo.house.moderation.settled(account)  # type: ignore[arg-type]
    assert settled is not None
    return settled.hidden


def _labelled(demo: Demo) -> list[str]:
    """Posts in sight that Harbour Watch has something to say about."""
    source = demo.live.timeline.opened
    assert source is not None
    return [
        row.post.uri
        for index in range(len(source))
        if isinstance(row := source.row(index), Card)
        and any(
            cause.source == "Harbour Watch" for cause in (*row.verdict.causes, *row.verdict.notes)
        )
    ]


def _ignorable(demo: Demo) -> Card | None:
    """A post in sight that is covered by a label of Harbour Watch that one may ignore."""
    source = demo.live.timeline.opened
    assert source is not None
    for index in range(len(source)):
        row = source.row(index)
        if not isinstance(row, Card):
            continue
        undos = [cause.undo for cause in row.verdict.causes if cause.source == "Harbour Watch"]
        if any(undo is not None and undo.act == "set_label" for undo in undos):
            return row
    return None


def _is_hidden(demo: Demo, index: int) -> bool:
    source = demo.live.timeline.opened
    assert source is not None
    row = source.row(index)
    return isinstance(row, Card) and row.verdict.action == "hide"
