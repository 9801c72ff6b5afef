"""What other software writes, in the forms in which servers pass it on."""

from __future__ import annotations

from typing import Any

from app.model import Entry
from tests.unit.protocols.mastodon.samples import account, page, status

SAMPLES: dict[str, dict[str, Any]] = {
    # As Mastodon 4.x shows an object that is no note: title, outline, address.
    "wordpress": {
        "uri": "https://blog.example/?p=41",
        "url": "https://blog.example/2026/11/why-waders-wait/",
        "account": account("editor", "blog.example"),
        "content": "<p><strong>Why waders wait</strong></p><p>Eleven days over the sea.</p>"
        '<p><a href="https://blog.example/2026/11/why-waders-wait/">https://blog.example/2026/11/why-waders-wait/</a></p>',
    },
    # As GoToSocial, Akkoma and Friendica pass an article on: its own HTML.
    "ghost": {
        "uri": "https://ghost.example/.ghost/activitypub/article/1",
        "content": '<h2 id="one">One</h2><p>Long <em>and</em> longer.</p><ol start="2"><li>scope</li><li>tea</li></ol>'
        "<figure><img src='https://ghost.example/a.jpg' alt='A hide'><figcaption>At dawn</figcaption></figure>"
        "<blockquote><p>They wait.</p></blockquote><pre><code>count = 4_210\nprint(count)</code></pre>"
        "<table><thead><tr><th>Day</th><th>Birds</th></tr></thead><tbody><tr><td>Mon</td><td>12</td></tr></tbody></table>",
    },
    "friendica": {
        "uri": "https://friendica.example/objects/1",
        "friendica": {"title": "Minutes of <the> meeting"},
        "content": "<ul><li>Tea</li><li>Toast</li></ul>",
    },
    "lemmy": {
        "uri": "https://lemmy.example/post/77",
        "content": "<p><strong>Which scope for a beginner?</strong></p><p><a href='https://lemmy.example/post/77'>https://lemmy.example/post/77</a></p>",
        "tags": [{"name": "optics"}],
    },
    "peertube": {
        "uri": "https://tube.example/videos/watch/0b1c",
        "url": "https://tube.example/w/0b1c",
        "content": "<p><strong>Dusk flight</strong></p><p><a href='https://tube.example/w/0b1c'>https://tube.example/w/0b1c</a></p>",
        "card": {"url": "https://tube.example/w/0b1c", "title": "Dusk flight", "type": "video", "image": "https://home.example/p.jpg"},
    },
    "misskey": {
        "uri": "https://misskey.example/notes/9a",
        "content": "<p>$[tada.speed=2s <b>4 210</b> waders] [not mfm] $[x2 :toast:]<span class=\"quote-inline\"><br><br>RE: <a href='https://misskey.example/notes/8z'>https://misskey.example/notes/8z</a></span></p>",
        "emojis": [{"shortcode": "toast", "url": "https://home.example/t.png", "static_url": "https://home.example/t.png"}],
    },
    "pixelfed": {
        "uri": "https://pix.example/p/ana/1",
        "content": 'Low water <a href="https://pix.example/discover/tags/tide?src=hash" class="u-url hashtag">#tide</a>',
        "place": {"name": "Kiel", "country": "Germany"},
        "media_attachments": [
            {"id": str(n), "type": "image", "url": f"https://pix.example/{n}.jpg", "preview_url": "https://pix.example/no-preview.png", "description": f"Picture {n}", "meta": None}
            for n in range(10)
        ],
    },
    "threads": {
        "uri": "https://threads.net/ap/users/1784/post/1801/",
        "url": "https://www.threads.net/@ana/post/DCx",
        "account": account("ana", "threads.net"),
        "content": "<p>Low water.</p>",
        "replies_count": 0,
    },
}  # fmt: skip


def read(name: str) -> Entry:
    """The sample as it comes out of a page."""
    [entry] = page(status(1, **SAMPLES[name]))
    assert isinstance(entry, Entry)
    return entry
