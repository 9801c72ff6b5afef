"""The web as the demo has it: a few pages, so that links get cards. Nothing is fetched."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from app.model.errors import Unreachable
from app.protocols.demo.markup import MEDIA
from app.protocols.demo.media import media_file
from app.protocols.net.reply import Reply

_PAGES = {
    "almanac.example": (
        "The tide almanac",
        "High and low water for the whole coast, with a table and two footnotes.",
        "coast.webp",
    ),
    "wadden-notes.example": (
        "Eelgrass returns to the inner basin",
        "Water clarity is at its best since 1987, says the third monitoring report.",
        "chart.png",
    ),
}


class DemoWeb:
    """Answers like ``protocols.http.Http`` for addresses that came from content."""

    async def fetch_public(
        self,
        url: str,
        *,
        max_bytes: int,
        accept: tuple[str, ...],
        why: str,
        background: bool = True,
        timeout: float = 20,
    ) -> Reply:
        """A page of the demo, or one of its pictures. Raises: Unreachable: There is no such."""
        file = media_file(url)
        if file is not None:
            kind = "webp" if file.suffix == ".webp" else file.suffix.removeprefix(".")
            return _reply(url, f"image/{kind}", file.read_bytes())
        page = _PAGES.get(urlsplit(url).hostname or "")
        if page is None:
            raise Unreachable("The demo has no such page.")
        title, description, picture = page
        text = (
            f"<!doctype html><title>{escape(title)}</title>"
            f'<meta name="description" content="{escape(description)}">'
            f'<meta property="og:image" content="{MEDIA}{picture}">'
        )
        return _reply(url, "text/html; charset=utf-8", text.encode())


def _reply(url: str, kind: str, body: bytes) -> Reply:
    return Reply(status=200, headers={"content-type": kind}, body=body, url=url)
