"""Files of posts and profiles, straight onto the disk: whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from app.model.errors import NotFound, Unreachable
from app.portability.disk import told
from app.protocols.http import Http
from app.protocols.net.download import Landing
from app.protocols.safety import origin_of

MOST_BYTES = 500_000_000


async def fetch_file(http: Http, url: str, path: Path, home: str) -> str:
    """
    Fetch the file at *url* to *path*; what type it is, as its server says.

    Args:
        home: Origin that the user typed; elsewhere only public hosts are asked.

    Raises:
        NotFound: It is gone.
        ServiceError, StoreError: It cannot be had now.
    """
    with told(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.part")
    landing = Landing(part, most=MOST_BYTES)
    try:
        reply = await http.download(
            url,
            into=landing,
            why="files of your posts",
            public=origin_of(url) != origin_of(home),
            background=True,
        )
        if reply.status in (404, 410):
            raise NotFound("Its server has no longer got the file.")
        if reply.status != 200:
            raise Unreachable("Its server did not give the file.")
        with told(path):
            part.replace(path)
        return landing.mime
    finally:
        with told(part):
            part.unlink(missing_ok=True)
