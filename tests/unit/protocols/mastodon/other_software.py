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
    # Mobilizon's event as Mastodon passes it on: its name, its first words, its page.
    "mobilizon": {
        "uri": "https://mobilizon.example/events/5f3c",
        "url": "https://mobilizon.example/events/5f3c",
        "account": account("tidewatch", "mobilizon.example"),
        "content": '<p><strong>Low water walk</strong></p><p>Boots, and something warm to drink.</p><p><a href="https://mobilizon.example/events/5f3c">https://mobilizon.example/events/5f3c</a></p>',
    },
    # The same as Rebased passes it on: with its time and place.
    "event": {
        "uri": "https://mobilizon.example/events/5f3d",
        "account": account("tidewatch", "mobilizon.example"),
        "content": "<p>Boots, and something warm to drink.</p>",
        "pleroma": {
            "emoji_reactions": [],
            "event": {
                "name": "Low water walk", "start_time": "2026-11-28T06:12:00.000Z",
                "end_time": "2026-11-28T08:00:00.000Z", "join_mode": "free",
                "location": {"name": "Slipway, Pellworm", "url": None},
            },
        },
    },
    "bookwyrm": {
        "uri": "https://bookwyrm.example/user/ana/review/3",
        "account": account("ana", "bookwyrm.example"),
        "content": '<p>Slow, as a tide should be.</p><p><em>Review of “<a href="https://bookwyrm.example/book/9">The Mudflat</a>”, by <a href="https://bookwyrm.example/author/2">I. Brandvold</a> (4 stars)</em></p>',
        "media_attachments": [
            {"id": "1", "type": "image", "url": "https://home.example/cover.jpg", "preview_url": "https://home.example/cover.jpg", "description": "I. Brandvold: The Mudflat (Paperback)", "meta": {"original": {"width": 300, "height": 460}}},
        ],
    },
    "castopod": {
        "uri": "https://pod.example/@tides/posts/1",
        "account": account("tides", "pod.example"),
        "content": "<p>Episode 12: the pier that hums. With Imke and a contact microphone.</p>",
        "media_attachments": [
            {"id": "1", "type": "audio", "url": "https://pod.example/audio/12.mp3", "preview_url": None, "description": "Episode 12", "meta": {"original": {"duration": 1874.0}}},
        ],
    },
    "sharkey": {
        "uri": "https://sharkey.example/notes/9b",
        "account": account("bo", "sharkey.example"),
        "content": "<p>Which kettle?</p>",
        "poll": {"id": "9b", "options": [{"title": "The red one", "votes_count": 7}, {"title": "The dented one", "votes_count": 12}], "votes_count": 19, "voters_count": None, "multiple": False, "expired": False, "expires_at": None, "voted": True, "own_votes": [1]},
        "reactions": [
            {"name": "kettle@sharkey.example", "count": 12, "me": True, "url": "https://home.example/kettle.png"},
            {"name": "rope", "count": 3, "me": False, "url": "https://home.example/rope.png"},
            {"name": "toast@sharkey.example", "count": 1, "me": False, "url": "https://home.example/toast.png"},
        ],
    },
    # An article with its pictures as a server keeps them for its people.
    "article": {
        "uri": "https://blog.example/ap/articles/7",
        "account": account("editor", "blog.example"),
        "content": '<h2>Before the light</h2><p>You go out an hour before it.</p><figure><img src="https://home.example/proxy/hide.jpg" alt="A hide at dawn" width="1200" height="800"></figure><p>Then you wait.</p><img src="https://spy.example/pixel.gif" alt=""><img class="emoji" src="https://home.example/e.png" alt=":wave:"><img src="https://home.example/proxy/mud.jpg" alt="Mud">'
        + "".join(f"<p>Paragraph {n} of what one sees while one waits, which is little, and all of it slow.</p>" for n in range(1, 12)),
    },
}  # fmt: skip


def read(name: str) -> Entry:
    """The sample as it comes out of a page."""
    [entry] = page(status(1, **SAMPLES[name]))
    assert isinstance(entry, Entry)
    return entry
