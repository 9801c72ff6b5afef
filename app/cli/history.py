"""``godwit history URI``: how a post was before it was edited."""

from __future__ import annotations

import argparse

from app.cli.items import moment
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.model.errors import NotFound, Unsupported
from app.services.histories import Edit
from app.services.house import House


def add_to(parser: argparse.ArgumentParser) -> None:
    """Its one argument."""
    parser.add_argument("uri", metavar="URI", help="of a post, or its web address")


async def run(arguments: argparse.Namespace, house: House, out: Output) -> int:
    """All versions, the newest first."""
    await ready_vault(house, out)
    copies = await house.conversations.copies(arguments.uri)
    sides = house.histories.sides(copies)
    if not sides:
        if all(copy.post.edited_at is None for copy in copies):
            raise NotFound("This post was not edited, as far as its servers tell.")
        raise Unsupported("None of your servers tells how this post was before.")
    edits = await house.histories.edits(sides[0])
    out.result(
        {
            "uri": sides[0].post.uri,
            "versions": [
                {
                    "at": moment(one.at),
                    "text": "".join(part.text for part in one.text if part.kind != "gone"),
                    "changes": [{"kind": part.kind, "text": part.text} for part in one.text],
                    "notes": list(one.notes),
                }
                for one in edits
            ],
        }
    )
    for one in edits:
        _print(one, out)
    return 0


def _print(edit: Edit, out: Output) -> None:
    out.line(f"{edit.at.astimezone():%Y-%m-%d %H:%M}{'  as it was first' if edit.is_first else ''}")
    shown = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    text = "".join(shown[part.kind].format(part.text) for part in edit.text)
    for line in text.splitlines():
        out.line(f"    {line}")
    for note in edit.notes:
        out.line(f"    ({note})")
    out.line()
