"""``godwit cache``, run as people run it."""

from __future__ import annotations

from tests.unit.cli.conftest import Command


def test_it_says_how_large_the_cache_is_and_may_be(godwit: Command) -> None:
    """As JSON and in words, and ``doctor`` says the same."""
    found = godwit.json("--demo", "cache", "show")

    assert {"count", "oldest", "bytes", "file_bytes", "budget"} == set(found["posts"])
    assert 2_000_000_000 == found["posts"]["budget"]
    assert 300_000_000 == found["pictures"]["budget"]
    words = godwit.run("--demo", "cache", "show").stdout
    assert "of 2 GB" in words
    assert "accounts, drafts, bookmarks, settings" in words
    profile = godwit.json("--demo", "--offline", "doctor")["profile"]
    assert 300_000_000 == profile["picture_budget"]


def test_a_budget_is_kept_for_the_next_start(godwit: Command) -> None:
    """And "all" means that there is none."""
    profile = str(godwit.folder / "mine")
    assert (
        500_000_000
        == (
            godwit.json("--profile", profile, "cache", "budget", "posts", "500MB")["posts"][
                "budget"
            ]
        )
    )
    assert godwit.json("--profile", profile, "cache", "budget", "pictures", "all")
    found = godwit.json("--profile", profile, "cache", "show")

    assert 500_000_000 == found["posts"]["budget"]
    assert found["pictures"]["budget"] is None


def test_what_is_no_size_changes_nothing(godwit: Command) -> None:
    """It is bad usage, with an example of what can be written."""
    failed = godwit.json("--demo", "cache", "budget", "posts", "much", status=2)

    assert "500MB" in failed["error"]["try"]


def test_a_budget_that_nothing_fits_into_is_refused(godwit: Command) -> None:
    """What is fetched would leave again at once, with each look; pictures may have none."""
    failed = godwit.json("--demo", "cache", "budget", "posts", "1MB", status=2)
    assert "at least 20 MB" in failed["error"]["message"]
    assert (
        godwit.json("--demo", "cache", "budget", "pictures", "1MB")["pictures"]["budget"] == 10**6
    )


def test_nothing_is_cleared_without_being_meant(godwit: Command) -> None:
    """Where nobody can be asked it takes --yes; then it says what went."""
    refused = godwit.json("--demo", "cache", "clear", "all", status=2)
    assert "--yes" in refused["error"]["try"]

    done = godwit.json("--demo", "cache", "clear", "all", "--yes")
    assert {"posts", "pictures"} == set(done)


def test_without_a_verb_it_is_shown(godwit: Command) -> None:
    """As of lists, tags and bookmarks."""
    assert godwit.json("--demo", "cache").keys() == godwit.json("--demo", "cache", "show").keys()
