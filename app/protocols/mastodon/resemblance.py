"""
Is that status the post whose answer was lost? Pure.

Servers render what they are given, each in its own way, so both sides are
brought to what they must have in common: letters and signs without spaces,
links by where they lead, mentions without their host.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from app.model.post import Post
from app.model.sending import Outgoing
from app.model.text import RichText
from app.protocols.mastodon import wire
from app.protocols.mastodon.outgoing import typed_text

_HOST = re.compile(r"(?<![\w@./])(@[\w.-]+)@[\w.-]+\.?[\w:-]*")
_QUOTE_LINE = re.compile(r"^RE:\s*https?://\S+\s*|\s*RE:\s*https?://\S+\s*$")
_UNSEEN = dict.fromkeys((*range(8203, 8208), *range(8234, 8239), *range(8288, 8304), 65039, 65279))

Answer = Literal["yes", "no", "perhaps"]


def resembles(
    status: wire.Status,
    shown: Post,
    post: Outgoing,
    *,
    media: Sequence[str] = (),
    reply_to: str | None = "",
) -> Answer:
    """
    Whether *status* is *post*, as far as one can see.

    Args:
        shown: *status*, converted.
        media: The server's ids of what was attached.
        reply_to: The server's id of what it answers, None: not known any more.

    Returns:
        "perhaps": all but the text is the same; ask for its source.
    """
    theirs = [one.id for one in status.media_attachments or () if one.id]
    if media and set(theirs) & set(media):
        return "yes"  # an upload is used once
    if len(status.media_attachments or ()) != len(post.media):
        return "no"
    if reply_to is not None and (status.in_reply_to_id or "") != reply_to:
        return "no"
    if bare(status.spoiler_text or "") != bare(post.warning):
        return "no"
    # A server without polls leaves them out, and the rest is there.
    asked = [bare(one) for one in post.poll.options] if post.poll else []
    if (status.poll is not None or post.poll is None) and _options(status) != asked:
        return "no"
    if _words(shown.text, bool(post.quote)) == _words(post.text, bool(post.quote)):
        return "yes"
    return "perhaps"


def is_typed(source: str, post: Outgoing) -> bool:
    """Whether *source* is what was given to the server for *post*."""
    return bare(source) == bare(typed_text(post))


def is_kept(text: str, warning: str, at: datetime | None, post: Outgoing) -> bool:
    """Whether a status that a server keeps until *at* is *post*."""
    if at is None or post.send_at is None or abs((at - post.send_at).total_seconds()) > 60:
        return False
    return is_typed(text, post) and bare(warning) == bare(post.warning)


def bare(text: str) -> str:
    """*text* as far as servers leave it alone."""
    text = _HOST.sub(r"\1", unicodedata.normalize("NFKC", text).translate(_UNSEEN))
    return "".join(text.split())


def _words(text: RichText, quotes: bool) -> str:
    parts: list[str] = []
    at = 0
    for span in text.spans:
        if span.kind == "link" and span.target and span.start >= at:
            parts += (text.text[at : span.start], span.target)
            at = span.end
    plain = "".join((*parts, text.text[at:]))
    return bare(_QUOTE_LINE.sub("", plain) if quotes else plain)


def _options(status: wire.Status) -> list[str]:
    options = (status.poll and status.poll.options) or []
    return [bare(one.title or "") for one in options]
