"""What a page says of itself is found, whatever the page is made of."""

from __future__ import annotations

import pytest

from app.services.page_head import DESCRIPTION, TITLE, PageHead, page_head

URL = "https://almanac.example/a/b"


def head(page: str | bytes, content_type: str = "text/html; charset=utf-8") -> PageHead:
    """Of that page."""
    data = page if isinstance(page, bytes) else page.encode()
    return page_head(data, content_type, URL)


def test_all_is_found() -> None:
    """Open Graph first, with the picture's absolute address."""
    found = head(
        """<!doctype html><html><head><title>Old</title>
        <meta name="description" content="plain">
        <meta property="og:title" content="Tides &amp; times">
        <meta property='og:description' content='High\n water'>
        <meta property=og:image content=/sea.jpg><meta property="og:image:alt" content="The sea">
        </head><body>"""
    )

    assert found == PageHead(
        "Tides & times", "High water", "https://almanac.example/sea.jpg", "The sea"
    )


@pytest.mark.parametrize(
    ("page", "title", "description"),
    [
        ("<title> A \n title </title>", "A title", ""),
        ("<TITLE>x</TITLE><META NAME=Description CONTENT=y>", "x", "y"),
        ('<meta name="twitter:title" content="tw"><title>t</title>', "tw", ""),
        (
            '<meta content="first" property="og:title"><meta property="og:title" content="2">',
            "first",
            "",
        ),
        ('<meta property="og:title" content=""><title>t</title>', "t", ""),
        ("<title>a</title><svg><title>icon</title></svg>", "a", ""),
        ("<script>'<title>no</title>'</script><title>yes</title>", "yes", ""),
        ("<!-- <title>no</title> --><title>yes</title>", "yes", ""),
        ("<title>&#x202e;evil\u202e</title>", "evil", ""),
        ("", "", ""),
        ("just words", "", ""),
    ],
)
def test_pages_of_all_kinds(page: str, title: str, description: str) -> None:
    """Fallbacks, order, case, comments, scripts, tricks."""
    found = head(page)

    assert (found.title, found.description) == (title, description)


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("<title>Grüße</title>".encode(), "text/html"),
        ("<title>Grüße</title>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<title>Grüße</title>".encode("latin-1"), "text/html"),
        (b"\xef\xbb\xbf" + "<title>Grüße</title>".encode(), "text/html; charset=latin-1"),
        (b"\xff\xfe" + "<title>Grüße</title>".encode("utf-16le"), "text/html"),
        ('<meta charset="windows-1252"><title>Grüße</title>'.encode("cp1252"), "text/html"),
        ("<title>Grüße</title>".encode(), "text/html; charset=unicode_escape"),
        ("<title>Grüße</title>".encode(), "text/html; charset=utf-7"),
        ("<title>Grüße</title>".encode(), "text/html; charset=no-such"),
    ],
)
def test_charsets(data: bytes, content_type: str) -> None:
    """As the bytes, the header or the page say; codecs that are no charsets are not used."""
    assert head(data, content_type).title == "Grüße"


def test_lengths_are_limited() -> None:
    """With an ellipsis."""
    found = head(f'<title>{"t" * 9_000}</title><meta name=description content="{"d" * 9_000}">')

    assert len(found.title) == TITLE
    assert len(found.description) == DESCRIPTION
    assert found.title.endswith("…")


@pytest.mark.parametrize(
    "page",
    [
        "<" * 510_000,
        "<a " * 170_000,
        "<a b='" * 85_000,
        '<a b="c"' * 60_000,
        "<!--" * 127_000,
        "<title>" * 72_000,
        "<script>" * 63_000,
        "<meta content=" * 36_000,
        "<a" + " x" * 250_000,
        "<a" + "=" * 500_000,
        "&amp" * 127_000,
        '<meta property="og:title" content="' + "&#" * 250_000,
        "<meta " + "a=b " * 120_000 + ">",
        "</title" * 70_000,
        "\0" * 500_000,
    ],
    ids=lambda page: page[:12].encode("unicode_escape").decode(),
)
@pytest.mark.timeout(20)
def test_no_page_takes_long(page: str) -> None:
    """Each is read in some milliseconds; in quadratic time it would take minutes."""
    found = page_head(page.encode(), "text/html", URL)

    assert found.image == ""


@pytest.mark.parametrize("image", ["http://[", "javascript:alert(1)", "data:image/png;base64,x"])
def test_odd_picture_addresses_do_no_harm(image: str) -> None:
    """They are left to the rules of fetching, or dropped."""
    found = head(f'<title>t</title><meta property="og:image" content="{image}">')

    assert found.title == "t"
    assert found.image in ("", image)
