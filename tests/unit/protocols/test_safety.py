"""Links and names that lie are found out."""

from __future__ import annotations

import json
import time
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocols.safety import (
    clean_name,
    clean_text,
    clusters,
    is_possibly_url,
    is_public_address,
    is_public_url,
    link_mismatch,
    mask_text,
    origin_of,
    parse_link,
    safe_link,
    shown_host,
    split_registrable,
)
from tests.outside import OUTSIDE, needs_outside

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"


def cases(name: str, kind: str = "") -> list[Any]:
    """The cases of one file of vectors."""
    if OUTSIDE is None:
        return [pytest.param({}, marks=needs_outside)]
    text = (OUTSIDE / "vectors" / "security" / f"{name}.json").read_text("utf-8")
    return [case for case in json.loads(text)["cases"] if kind in ("", case.get("kind"))]


# -- agreed vectors ----------------------------------------------------------------


@pytest.mark.parametrize("case", cases("url-safety"))
def test_what_content_may_make_us_fetch(case: dict[str, str]) -> None:
    """Every case of the policy."""
    assert (case["expected"] == "allow") == is_public_url(case["url"]), case["why"]


@pytest.mark.parametrize("case", cases("link-warning", "linkRequiresWarning"))
def test_when_a_label_needs_a_warning(case: dict[str, Any]) -> None:
    """Any label that does not name the target's host."""
    assert case["expected"] == link_mismatch(case["label"], case["uri"])


@pytest.mark.parametrize("case", cases("link-warning", "isPossiblyAUrl"))
def test_what_reads_like_an_address(case: dict[str, Any]) -> None:
    """Words do not, names with a dot do."""
    assert case["expected"] == is_possibly_url(case["text"])


@pytest.mark.parametrize("case", cases("link-warning", "splitApexDomain"))
def test_the_part_of_a_host_that_somebody_owns(case: dict[str, Any]) -> None:
    """Known endings are cut, of unknown ones all is emphasised."""
    assert tuple(case["expected"]) == split_registrable(case["host"])


@pytest.mark.parametrize("case", cases("display-names"))
def test_display_names_are_cleaned(case: dict[str, str]) -> None:
    """Every case of the rule."""
    assert case["expected"] == clean_name(case["input"])


# -- links -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.com", "https://example.com"),
        ("  HTTPS://EXAMPLE.com:443/A?q#f ", "https://example.com/A?q#f"),
        ("http://example.com:8080/", "http://example.com:8080/"),
        ("https://münchen.de/ü b", "https://xn--mnchen-3ya.de/%C3%BC%20b"),
        ("https://straße.de", "https://xn--strae-oqa.de"),
        ("https://example。com/", "https://example.com/"),
        ("https://example.com/a\\b\u202egnp", "https://example.com/a%5Cb%E2%80%AEgnp"),
        ('https://example.com/"><b>', "https://example.com/%22%3E%3Cb%3E"),
        ("https://example.com/100%25?x=[1]", "https://example.com/100%25?x=[1]"),
        ("http://192.168.1.1/", "http://192.168.1.1/"),
        ("http://[2001:DB8:0::1]:81/", "http://[2001:db8::1]:81/"),
        ("https://my_name.example.org/", "https://my_name.example.org/"),
    ],
)
def test_a_good_link_is_handed_on_encoded(url: str, expected: str) -> None:
    """ASCII only, the host as it goes over the wire."""
    assert expected == safe_link(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "file:///etc/passwd",
        "mailto:a@b.org",
        "data:text/html,x",
        "https:example.com",
        "https:/example.com",
        "https:///example.com",
        "https://",
        "https://?",
        "https://user@example.com",
        "https://user:pw@example.com",
        "https://example.com\\@evil.test",
        "https://example.com\\.evil.test",
        "https://exam\u00adple.com",
        "https://exam\u200bple.com",
        "https://example.com\u202e/",
        "https://exa mple.com",
        "https://exa\tmple.com",
        "https://exa%6dple.com",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:8o/",
        "https://[::1",
        "https://[::1]x/",
        "https://[fe80::1%25eth0]/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://1.2.3.4.5/",
        "https://-a.example/",
        "https://xn--a.com/",
        "https://xn--/",
        "https://ex\ud800ample.com/",
        "https://example.com/\x00",
        "https://example.com/" + "a" * 5000,
    ],
)
def test_a_link_that_plays_tricks_is_refused(url: str) -> None:
    """What a browser would read differently from a person is no link."""
    assert safe_link(url) is None
    assert shown_host(url) == ""
    assert link_mismatch(url, url)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("xn--mnchen-3ya.de", "münchen.de"),
        ("xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("xn--r8jz45g.jp", "例え.jp"),
        ("xn--3e0b707e.kr", "한국.kr"),
        ("xn--4dbrk0ce.il", "ישראל.il"),
        ("xn--fiqs8s", "中国"),
        # All Cyrillic, all alike Latin: apple, paypal.
        ("xn--80ak6aa92e.com", "xn--80ak6aa92e.com"),
        ("xn--80aa0cbo65f.com", "xn--80aa0cbo65f.com"),
        # Cyrillic among Latin; dotless i; Greek omicron; a Cherokee "W".
        ("gооgle.com", "xn--ggle-55da.com"),
        ("paypaı.com", "xn--paypa-r4a.com"),
        ("ο.com", "xn--0xa.com"),
        ("Ꮃ.com", "xn--25c.com"),
        # A digit of another script, a slash look-alike.
        ("अ३.com", "xn--"),
        ("exampleノcom.org", "xn--examplecom-k84m.org"),
    ],
)
def test_a_host_is_shown_in_its_script_only_where_it_cannot_deceive(host: str, shown: str) -> None:
    """Look-alikes and mixtures stay punycode."""
    got = shown_host(f"https://{host}/x")
    if shown.startswith("xn--"):
        assert got.startswith("xn--")
        assert got.isascii()
    else:
        assert shown == got


def test_the_port_is_part_of_what_is_shown() -> None:
    """An unusual port is another server."""
    assert shown_host("https://example.com:8443/") == "example.com:8443"
    assert shown_host("https://example.com:443/") == "example.com"
    assert link_mismatch("example.com", "https://example.com:8443/")
    assert origin_of("HTTPS://Example.com:443/x") == "https://example.com"


@pytest.mark.parametrize(
    ("label", "url", "asks"),
    [
        ("münchen.de", "https://xn--mnchen-3ya.de/x", False),
        ("https://example.com/long/pa…", "https://example.com/long/path", False),
        ("https://example.com", "http://example.com/", False),
        ("https://good.com@evil.com", "https://evil.com/", True),
        ("good.com", "https://good.com.evil.com/", True),
        ("ɡood.com", "https://good.com/", True),
        ("example.com\u202e", "https://example.com/", True),
        ("click", "https://example.com/", True),
        ("example.com", "javascript:alert(1)", True),
    ],
)
def test_labels_are_compared_by_what_they_would_open(label: str, url: str, asks: bool) -> None:
    """Spellings of the same host agree, look-alikes do not."""
    assert asks == link_mismatch(label, url)


@pytest.mark.parametrize(
    ("host", "owned"),
    [
        ("me.github.io", "me.github.io"),
        ("a.b.pages.dev", "b.pages.dev"),
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("a.b.c.de", "c.de"),
        ("localhost", "localhost"),
        ("a.b.zip", "a.b.zip"),
    ],
)
def test_the_owner_is_found_below_shared_endings(host: str, owned: str) -> None:
    """Where everybody can have a name, one more label counts."""
    assert owned == split_registrable(host)[1]
    assert host == "".join(split_registrable(host))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::808:808"],
)
def test_public_addresses_are_public(address: str) -> None:
    """The other side of the policy (the private side is with the fetches)."""
    assert is_public_address(address)


@given(st.text(max_size=200) | st.text(max_size=80).map(lambda text: f"https://{text}"))
def test_no_address_raises_and_all_accepted_are_plain(url: str) -> None:
    """Junk is refused; what is accepted is ASCII, and reading it again changes nothing."""
    safe = safe_link(url)
    link_mismatch(url, url)
    assert is_public_url(url) in (True, False)
    if safe is not None:
        assert safe.isascii()
        assert safe.startswith(("http://", "https://"))
        assert safe_link(safe) in (safe, None)  # None: encoding made it too long
        link = parse_link(safe)
        assert link is None or "@" not in link.netloc


# -- text --------------------------------------------------------------------------


def test_a_name_stays_in_its_own_room() -> None:
    """Marks are capped at 4 per letter, length at 64 letters."""
    assert clean_name("a" + "\u0301" * 50 + "b") == "a" + "\u0301" * 4 + "b"
    assert clean_name("x" * 500) == "x" * 64 + "…"
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert clean_name(family * 64) == family * 64


@pytest.mark.parametrize(
    "text", ["", " ", "\u3164", "\u2800", "\u200b\u200d", "\ufe0f", "\u0301", "\u2060"]
)
def test_a_name_of_nothing_is_no_name(text: str) -> None:
    """Invisible letters only: the handle is shown instead."""
    assert clean_name(text) == ""


def test_bodies_lose_what_deceives_and_keep_what_people_write() -> None:
    """Controls and overrides go; lines, tabs, right-to-left text and matched isolates stay."""
    assert clean_text("a\r\nb\rc\td\x00\x1b\x7f\x85") == "a\nb\nc\td"
    assert clean_text("user\u202egnp.exe") == "usergnp.exe"
    assert clean_text("שלום \u2067abc\u2069 עולם") == "שלום \u2067abc\u2069 עולם"
    assert clean_text("x\u2066y\nz\u2069") == "xy\nz"
    assert clean_text("\ud83d lone") == " lone"


@given(st.text(alphabet=st.sampled_from("ab\n\r\t\x00\x9f\ud800é" + BIDI), max_size=60))
def test_no_text_reaches_beyond_its_line(text: str) -> None:
    """Whatever was written: isolates are matched within each line, no override is left."""
    cleaned, masked = clean_text(text), mask_text(text)

    assert clean_text(cleaned) == cleaned
    assert len(masked) == len(text)
    for result in (cleaned, masked):
        assert not set(result) & set("\u202a\u202b\u202c\u202d\u202e\x00\x9f\ud800")
        for line in result.split("\n"):
            depth = 0
            for char in line:
                depth += (char in "\u2066\u2067\u2068") - (char == "\u2069")
                assert depth >= 0
            assert depth == 0


def test_no_single_character_slips_past_the_quick_way() -> None:
    """Each one alone: no control in a body; in a name none that is blank or deceives."""
    for point in range(0x11000):
        char = chr(point)
        category = unicodedata.category(char)
        body = clean_text(f"a{char}b")
        name = clean_name(char)
        if category in ("Cc", "Cs") and char not in "\n\t\r":
            assert body == "ab", hex(point)
        if category in ("Cc", "Cs", "Cf", "Zs", "Zl", "Zp", "Mn"):
            assert name == "", hex(point)
        elif category in ("Lu", "Ll", "Nd"):
            assert name == char, hex(point)
    for blank in "\u115f\u1160\u3164\uffa0\u2800":
        assert clean_name(blank * 3) == ""


@given(st.text(max_size=200))
def test_names_never_raise_and_hold_no_control(text: str) -> None:
    """Any name comes out short, stripped, and the same again."""
    name = clean_name(text)

    assert len(list(clusters(name))) <= 65
    assert name == name.strip()
    assert not set(name) & set(BIDI + "\x00\n\u2705\u2713\u2714\u2611")
    name.encode()


@given(st.text(max_size=100))
def test_clusters_lose_nothing(text: str) -> None:
    """Cut into letters and joined, it is the same text."""
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "\u0301" * 100_000,
        "\u2066" * 100_000,
        "https://" + "a." * 50_000,
        "https://" + "é" * 4000,
        "\u200d" * 100_000,
        "a." * 50_000 + "!",
        "a-" * 50_000,
    ],
)
def test_a_hundred_thousand_characters_take_no_time(text: str) -> None:
    """No input makes any rule slow."""
    started = time.process_time()
    for rule in (clean_name, clean_text, mask_text, safe_link, shown_host, is_possibly_url):
        rule(text)
    link_mismatch(text, text)

    assert time.process_time() - started < 1.5
