"""
A conversation of 3 000 answers: until it is on the screen, and the longest that
the window cannot answer while it comes in, grows by 300 and is scrolled.

The reference is a timeline of the same cards.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from app.feed.pipeline import Settings
from app.feed.threads import Tree, Voice, tree_from_voices
from app.model import AccountId, Entry, Post, Profile, ReplyTo, RichText
from app.model.thread import Thread
from app.ui.theme import Theme
from app.ui.thread.source import ThreadSource
from app.ui.thread.view import ThreadView
from app.ui.timeline.pictures import NoPictures
from app.ui.timeline.view import TimelineView
from tests.bench.measure import say
from tests.posts import NOW
from tests.ui.timeline.listed import ListedRows

ME = AccountId("me@north.example")
WORDS = "the tide comes in slowly over the flats and nobody counts waders any more".split()


def thread(count: int, later: int = 0) -> Thread:
    """So many answers, nested by chance; *later* more, somewhere among them."""
    chance = random.Random(7)

    def entry(number: int, parent: str) -> Entry:
        who = Profile(f"https://north.example/u{number % 97}", f"u{number % 97}@north.example")
        text = " ".join(chance.choices(WORDS, k=chance.randint(3, 40)))
        at = NOW - timedelta(seconds=10 * (count + later - number))
        post = Post(
            uri=f"https://north.example/{number}",
            network="north",
            author=who,
            created_at=at,
            sort_at=at,
            text=RichText(text),
            reply_to=ReplyTo(uri=parent) if parent else None,
        )
        return Entry(key=post.uri, sort_at=at, post=post)

    focus = entry(0, "")
    replies = []
    for number in range(1, count + later + 1):
        above = chance.choice([0, 0, chance.randrange(number)])
        replies.append(entry(number, f"https://north.example/{above}"))
    return Thread(focus=focus.post.uri, post=focus, replies=tuple(replies))


def tree(told: Thread) -> Tree:
    """As the window gets it: made in another thread."""
    voice = Voice(ME, "north", told)
    return tree_from_voices([voice], now=NOW, settings=Settings(order=("north",)))


def timed(act: Callable[[], object]) -> float:
    """ms of this thread's time until *act* is done."""
    QApplication.processEvents()
    began = time.thread_time()
    act()
    return (time.thread_time() - began) * 1e3


def main(count: int) -> None:
    app = QApplication.instance() or QApplication(["bench"])
    whole = tree(thread(count))
    grown = tree(thread(count, later=count // 10))
    alone = Tree(focus=whole.focus)
    theme = Theme()
    view = ThreadView(theme, NoPictures(), clock=lambda: NOW)
    view.resize(440, 700)
    view.show()
    app.processEvents()
    firsts, comes, grows, scrolls = [], [], [], []
    for _ in range(5):
        source = ThreadSource(alone)
        firsts.append(timed(lambda s=source: (view.set_source(s), view.repaint())))  # type: ignore[misc]
        comes.append(timed(lambda s=source: s.show(whole)))  # type: ignore[misc]
        grows.append(timed(lambda s=source: s.show(grown)))  # type: ignore[misc]
        scrolls += [timed(lambda: view.scroll_by(300)) for _ in range(40)]
    reference = TimelineView(theme, NoPictures(), clock=lambda: NOW)
    reference.resize(440, 700)
    reference.show()
    rows = ListedRows([line.card for line in whole.lines if line.card])
    base = timed(lambda: (reference.set_source(rows), reference.repaint()))
    say("reference: a timeline of the same cards", base, "ms")
    first, come, grow = median(firsts), median(comes), median(grows)
    step = sorted(scrolls)[int(len(scrolls) * 0.95)]
    say("the post itself on the screen", first, "ms", base, "<= 150", first <= 150)
    say(f"{count} answers come in", come, "ms", base, "<= 8", come <= 8)
    say(f"{count // 10} more come in", grow, "ms", base, "<= 8", grow <= 8)
    say("a step of 300 px, p95", step, "ms", base, "<= 8", step <= 8)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=3_000)
    main(parser.parse_args().count)
