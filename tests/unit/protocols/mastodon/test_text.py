"""HTML → text and spans."""

from __future__ import annotations

import json
from html import escape

import pytest

from app.model.text import RichText, Span
from app.protocols.mastodon.links import Mentioned
from app.protocols.mastodon.text import MAX_TEXT, plain_text, rich_text
from tests.outside import OUTSIDE, needs_outside

BOB = Mentioned("https://far.example/users/bob", "bob", "bob@far.example")


def covered(text: RichText) -> list[tuple[str, str, str]]:
    """Every span as (kind, what it covers, target)."""
    return [(span.kind, text.text[span.start : span.end], span.target) for span in text.spans]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<p>one<br>two<br/>three<br />four</p>", "one\ntwo\nthree\nfour"),
        ("<p>one<br><br><br><br>two</p>", "one\n\ntwo"),
        ("<p>one</p>\n  <p>two</p>\n", "one\n\ntwo"),
        ("<p>one\n   two</p>", "one two"),
        ("<p>  (o_o)   ~</p>", "  (o_o)   ~"),
        ("<p>one <b> two</b></p>", "one two"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("1 < 2 && 3 > 2", "1 < 2 && 3 > 2"),
        ("<ul><li>one</li><li>two</li></ul>end", "• one\n• two\n\nend"),
        ("<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ('<ol start="3"><li>a</li><li value="9">b</li><li>c</li></ol>', "3. a\n9. b\n10. c"),
        ("<ul><li><p>one</p></li><li>two<ul><li>in</li></ul></li></ul>", "• one\n• two\n  • in"),
        ("<ul><li></li><li>two</li></ul>", "• two"),
        ("<ruby>漢<rt>kan</rt></ruby>", "漢(kan)"),
        ("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "漢(kan)"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ('<p>hi <img src="https://x.example/p.gif" alt=":cat:"></p>', "hi :cat:"),
        ("<p>\x07</p>x", "x"),
        ('<a href="https://e.example/">a<br>b</a>', "a b (e.example)"),
        ("<p>a\u2028b\x07c</p>", "a bc"),
        ("<p>caf\u00e9\u200d <b>au</b>\u200d lait</p>", "caf\u00e9\u200d au\u200d lait"),
        ("<p>a\t b \n<b>c</b>\n</p>", "a b c"),
        ("<!-- <b>no</b> -->yes<!-- unclosed", "yes"),
        ("<p>un<script>alert('x')</script>safe", "unsafe"),
        ("<STYLE>p{}</STYLE>x<svg><text>y", "x"),
        ("<p>half a tag <a href='x <b>y", "half a tag 'x y"),
    ],
)
def test_text_reads_as_the_page_shows_it(html: str, text: str) -> None:
    """Blocks, breaks, lists and ruby become lines; nothing of the markup stays."""
    assert rich_text(html).text == text


@pytest.mark.parametrize(
    ("html", "spans"),
    [
        ("<p><b>x</b> <em>y</em></p>", [("bold", "x", ""), ("italic", "y", "")]),
        ("<b>a<i>b</b>c</i>", [("bold", "ab", ""), ("italic", "b", "")]),
        (
            "<u>a</u><del>b</del><code>c</code>",
            [("underline", "a", ""), ("strike", "b", ""), ("code", "c", "")],
        ),
        ("<code>a<br>b</code>", [("code_block", "a\nb", "")]),
        ("<p>x</p><pre><code>\n  a\n\n  b\n</code></pre>y", [("code_block", "  a\n\n  b", "")]),
        ("<pre>a<br>b\n\n<br></pre>c", [("code_block", "a\nb", "")]),
        ("<pre>\n</pre>c", []),
        ("<p>x</p><blockquote><p>q</p><p>r</p></blockquote>y", [("quote", "q\n\nr", "")]),
        ("<h1>Title</h1>x", [("bold", "Title", "")]),
        ("<b></b><i> </i>x", []),
        ("<pre>x<b>y\n</b></pre>z", [("code_block", "xy", ""), ("bold", "y", "")]),
    ],
)
def test_spans_cover_what_they_mean(html: str, spans: list[tuple[str, str, str]]) -> None:
    """Formatting becomes spans over exactly its text."""
    assert covered(rich_text(html)) == spans


LINK = '<a href="{}" rel="nofollow"><span class="invisible">https://</span><span class="ellipsis">{}</span><span class="invisible">{}</span></a>'


@pytest.mark.parametrize(
    ("html", "label", "target"),
    [
        (
            LINK.format(
                "https://example.com/a/long/path/that/goes/on/and/on",
                "example.com/a/long/path/that/g",
                "oes/on/and/on",
            ),
            "example.com/a/long/path/that/goes/on/an…",
            "https://example.com/a/long/path/that/goes/on/and/on",
        ),
        (
            '<a href="https://www.example.com/">https://www.example.com/</a>',
            "example.com",
            "https://www.example.com/",
        ),
        (
            '<a href="https://example.com/x">a page</a>',
            "a page (example.com)",
            "https://example.com/x",
        ),
        (
            '<a href="https://evil.test/">https://bank.example/</a>',
            "https://bank.example/ (evil.test)",
            "https://evil.test/",
        ),
        (
            LINK.format("https://evil.test/bank.example", "bank.example", ".evil.test"),
            "https://bank.example.evil.test (evil.test)",
            "https://evil.test/bank.example",
        ),
        (
            '<a href="https://evil.test/@bob" class="u-url mention">@bob</a>',
            "@bob (evil.test)",
            "https://evil.test/@bob",
        ),
        (
            '<a href="https://evil.test/@bob">@bob@evil.test</a>',
            "@bob@evil.test",
            "https://evil.test/@bob",
        ),
        (
            '<a href="https://bücher.example/">Bücher</a>',
            "Bücher (bücher.example)",
            "https://xn--bcher-kva.example/",
        ),
        (
            '<a href="https://xn--80ak6aa92e.com/">apple.com</a>',
            "apple.com (xn--80ak6aa92e.com)",
            "https://xn--80ak6aa92e.com/",
        ),
        (
            '<a href="https://de.wikipedia.org/wiki/K%C3%A4se">https://de.wikipedia.org/wiki/K%C3%A4se</a>',
            "de.wikipedia.org/wiki/Käse",
            "https://de.wikipedia.org/wiki/K%C3%A4se",
        ),
        (
            '<a href="https://example.com:8443/x">https://example.com:8443/x</a>',
            "example.com:8443/x",
            "https://example.com:8443/x",
        ),
        (
            '<a href="https://example.com/a%20b%FF">https://example.com/a%20b%FF</a>',
            "example.com/a%20b%FF",
            "https://example.com/a%20b%FF",
        ),
        (
            '<a href="https://example.com/%FF">https://example.com/%FF</a>',
            "example.com/%FF",
            "https://example.com/%FF",
        ),
        (
            '<a href="https://example.com/?a=1&amp;b=2">this &amp;\nthat</a>',
            "this & that (example.com)",
            "https://example.com/?a=1&b=2",
        ),
        (
            "<p>see<a href='https://example.com/'> this </a>now</p>",
            "this (example.com)",
            "https://example.com/",
        ),
        ("<p><a href=https://example.com/x>x", "x (example.com)", "https://example.com/x"),
        (
            "<a href='https://example.com/'><p>A card</p><p>More</p></a>",
            "A card (example.com)",
            "https://example.com/",
        ),
        (
            '<a href="https://example.com/"><b>bold</b></a>',
            "bold (example.com)",
            "https://example.com/",
        ),
    ],
)
def test_links_show_their_true_host(html: str, label: str, target: str) -> None:
    """Whatever the server hides or claims, the host of the target is readable."""
    text = rich_text(html)

    assert ("link", label, target) in covered(text)


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "/etc/passwd",
        "//evil.test/x",
        "file:///etc/passwd",
        "data:text/html,x",
        "https://user:pw@evil.test/",
        f"https://a.example/{'x' * 3000}",
        "",
    ],
)
def test_addresses_that_are_no_links_leave_only_their_words(href: str) -> None:
    """Only plain http(s) addresses of sane length can be followed."""
    assert rich_text(f'<a href="{href}">words</a>') == RichText("words")


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("@<span>bob</span>", "@bob"),
        ("@<span>bob@far.example</span>", "@bob@far.example"),
        ("bob", "@bob"),
        ("@bank", "@bob@far.example"),
        ("click here", "@bob@far.example"),
    ],
)
def test_mentions_name_whom_they_lead_to(label: str, shown: str) -> None:
    """A mention points to the profile, under no other name than its own."""
    html = f'<a href="https://far.example/@bob" class="u-url mention">{label}</a>, hi'

    text = rich_text(html, mentions={"https://far.example/@bob": BOB})

    assert covered(text) == [("mention", shown, BOB.target)]
    assert text.text.endswith(", hi")


def test_tags_are_spans_even_if_the_server_lists_them_in_lower_case() -> None:
    """The class, the rel or the list of tags makes a tag of a link."""
    html = '<a href="https://x.example/t/Kuh">#<span>Kuh</span></a> <a class="mention hashtag" href="">#b</a> <a href="https://x.example/">#not</a>'

    text = rich_text(html, tags=frozenset({"kuh"}))

    assert covered(text) == [
        ("tag", "#Kuh", "Kuh"),
        ("tag", "#b", "b"),
        ("link", "#not (x.example)", "https://x.example/"),
    ]


def test_only_listed_emoji_become_spans() -> None:
    """Shortcodes are replaced only when listed, and never across an edge."""
    emojis = {"cat": "https://x.example/cat.png"}

    text = rich_text("<p>:cat::cat: 10:30:20 :dog: <b>:c</b>at: :a:cat:</p>", emojis=emojis)

    assert covered(text) == [
        ("emoji", ":cat:", emojis["cat"]),
        ("emoji", ":cat:", emojis["cat"]),
        ("bold", ":c", ""),
        ("emoji", ":cat:", emojis["cat"]),
    ]


@pytest.mark.parametrize(
    "line",
    [
        '<p class="quote-inline">RE: <a href="https://x.example/1"><span>x.example/1</span></a></p>',
        '<span class="quote-inline"><br><br>RE: <a href="https://x.example/1"><span>x</span></a></span>',
    ],
)
def test_the_quote_line_is_hidden_only_when_asked(line: str) -> None:
    """It stands for the quote, so it goes when the quote itself is there."""
    html = f"{line}<p>mine</p>"

    assert rich_text(html, hide_quote_line=True) == RichText("mine")
    assert "RE: " in rich_text(html).text


def test_a_quote_line_ends_where_the_next_paragraph_begins() -> None:
    """As in a browser, an open paragraph is closed by the next."""
    html = '<p class="quote-inline">RE: <span>x<span>y</span></span><br><p>mine</p>'

    assert rich_text(html, hide_quote_line=True) == RichText("mine")


def test_a_quote_line_that_never_ends_hides_nothing() -> None:
    """Better shown twice than a post lost."""
    text = rich_text('<p><span class="quote-inline">RE: all of it</p>', hide_quote_line=True)

    assert text.text == "RE: all of it"


def test_nesting_is_capped_and_its_text_stays() -> None:
    """Five thousand quotes in one another cost depth, not text."""
    text = rich_text("<blockquote>" * 5_000 + "x" + "</blockquote>" * 5_000 + "<p>y</p>")

    assert text.text == "x\n\ny"
    assert len(text.spans) == 64


def test_long_texts_are_cut_with_their_spans() -> None:
    """A megabyte of text is not kept; what is kept is consistent."""
    text = rich_text(f"<b>{'word ' * 30_000}</b>")

    assert len(text.text) <= MAX_TEXT + 1
    assert text.text.endswith("…")
    assert text.spans == (Span(0, len(text.text), "bold"),) or text.spans[0].end <= len(text.text)


@pytest.mark.parametrize("unit", ["<b>", "<br>", "</p>", "<i></i>", "<li>x", "<table><tr><td>"])
def test_what_is_mostly_tags_is_cut(unit: str) -> None:
    """So many take too long to read; what was said before them stays, and that more was there."""
    text = rich_text("<p>Said.</p>" + unit * 100_000 + "<p>Unread.</p>")

    assert text.text.startswith("Said.")
    assert text.text.endswith("…")
    assert "Unread" not in text.text


def test_a_tag_of_thousands_of_attributes_is_none() -> None:
    """A hundred and more are looked through for what a link needs; who sends more means harm."""
    said, link = "<p>Said.</p><a ", " href='https://a.example/'>z</a>"
    honest = rich_text(said + "x='y' " * 150 + link)
    hostile = rich_text(said + "x='y' " * 30_000 + link)

    assert [span.kind for span in honest.spans] == ["link"]
    assert hostile.text.startswith("Said.")
    assert hostile.spans == ()


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        '<a "',
        "<!--",
        "<script>",
        "</script",
        "<b>",
        "<b></i>",
        "<ul>",
        "<br>",
        "&",
        ":a:",
        "<pre>\n",
        "<td>",
        "\u2067x",
        "<rt>",
        '<a href="https://x.example/">y</a>',
        '<p class="quote-inline">',
    ],
)
def test_hostile_repetition_stays_linear(unit: str) -> None:
    """A hundred thousand characters of anything are read well within the test's time limit."""
    html = unit * (100_000 // len(unit))

    text = rich_text(html, hide_quote_line=True)

    assert all(0 <= span.start < span.end <= len(text.text) for span in text.spans)


def test_links_are_counted() -> None:
    """Nobody follows the thousandth; its words stay."""
    text = rich_text('<a href="https://xn--80ak6aa92e.com/">y</a> ' * 1000)

    assert len(text.spans) == 300
    assert text.text.endswith(" y y y")


def test_descriptions_are_only_text() -> None:
    """Rules and notes need no spans."""
    assert plain_text("<p>A <b>small</b> server</p>") == "A small server"


@needs_outside
def test_hostile_html_leaves_no_trace() -> None:
    """Of each vector the words stay, and nothing that could act."""
    assert OUTSIDE is not None
    cases = json.loads((OUTSIDE / "vectors/security/hostile-html.json").read_text("utf-8"))["cases"]
    for case in cases:
        text = rich_text(case["html"])
        whole = " ".join([text.text.lower(), *(span.target for span in text.spans)])

        assert case["text_must_contain"] in text.text, case["id"]
        if case["id"] == "entity-lt":
            continue  # there "<b>" is text, and in plain text it must stay
        assert not [bad for bad in case["must_not_contain"] if bad.lower() in whole], case["id"]


@needs_outside
def test_mislabelled_links_show_their_host() -> None:
    """Where the reference asks before opening, our label says where it leads."""
    assert OUTSIDE is not None
    data = json.loads((OUTSIDE / "vectors/security/link-warning.json").read_text("utf-8"))
    cases = [case for case in data["cases"] if case["kind"] == "linkRequiresWarning"]
    shown = 0
    for case in cases:
        text = rich_text(f'<a href="{escape(case["uri"])}">{escape(case["label"])}</a>')
        for span in text.spans:
            host = span.target.split("/")[2].removeprefix("www.")
            assert host in text.text, case
            shown += 1
    assert shown > len(cases) / 2
