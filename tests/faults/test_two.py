"""Two Godwits on one profile: one window, and commands beside it."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor, wait

from tests.faults.godwit import Godwit
from tests.faults.windows import Start, says
from tests.faults.world import World


def test_the_second_brings_the_first_to_the_front(here: Godwit, world: World, start: Start) -> None:
    """The second ends well at once, with nothing to say; the first shows itself, and ends well."""
    first = start(here)
    assert says(first) == "hidden"
    second = here.run()

    assert (second.status, second.out, second.err) == (0, "", "")
    assert says(first) == "came forward"
    assert first.wait(30) == 0


def test_two_started_in_the_same_moment_are_one(here: Godwit, world: World, start: Start) -> None:
    """A double click: the second waits until the first listens, calls it, and ends."""
    both = [start(here), start(here)]
    with ThreadPoolExecutor(2) as waiting:
        ends = [waiting.submit(one.communicate, timeout=60) for one in both]
        wait(ends)
    said = sorted(end.result()[0].split("\n")[:-1] for end in ends)

    assert [one.returncode for one in both] == [0, 0]
    assert said == [[], ["hidden", "came forward"]]


def test_after_a_crash_the_next_one_is_the_first(here: Godwit, world: World, start: Start) -> None:
    """kill -9 leaves no lock behind."""
    first = start(here)
    assert says(first) == "hidden"
    first.send_signal(signal.SIGKILL)
    first.wait(30)

    second = start(here)
    assert says(second) == "hidden"


def test_commands_work_beside_a_window(here: Godwit, world: World, start: Start) -> None:
    """They read and sync the same profile; nothing is doubled."""
    posts = here.posts()
    first = start(here)
    assert says(first) == "hidden"

    assert here.run("sync").status == 0
    assert here.posts() == posts
    assert here.run("account", "list").status == 0
