"""Files: handed over, waited for, described."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.model.draft import Attachment
from app.model.errors import Malformed, Refused, ServiceError, Unreachable
from tests.contract.server import Answer
from tests.unit.protocols.mastodon.desk import desk, error, says

V2, V1 = "/api/v2/media", "/api/v1/media"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Something to send."""
    path = tmp_path / "sea.png"
    path.write_bytes(b"\x89PNG and more")
    return path


def picture(**changed: object) -> Attachment:
    """Its description."""
    made = Attachment(id="a", kind="image", mime="image/png", size=13, name="sea.png", alt="Sea")
    return msgspec.structs.replace(made, **changed)


async def test_a_file_goes_out_with_its_words_and_focus(file: Path) -> None:
    """As a form; progress ends at 1."""
    told: list[float] = []
    async with desk() as here:
        media = picture(focus=(0.25, -0.5), name="Küste 🌊.png")
        token = await here.service().upload(media, file, progress=told.append)
        (asked,) = [one for one in here.asked if one.path == V2]

        assert here.written.media[token]["description"] == "Sea"
        assert b'name="focus"\r\n\r\n0.25,-0.5\r\n' in asked.body
        assert b'filename="K\xc3\xbcste' in asked.body
        assert file.read_bytes() in asked.body
        assert told[-1] == 1.0


async def test_a_film_is_waited_for(file: Path) -> None:
    """202, then 206 until it is ready; ever longer between."""
    async with desk(unready=4) as here:
        token = await here.service().upload(picture(), file)

        assert token in here.written.media
        assert here.slept == [0.5, 0.75, 1.125]


async def test_one_does_not_wait_for_ever(file: Path) -> None:
    """A quarter of an hour; then it is said."""
    async with desk(unready=10**9) as here:
        with pytest.raises(Unreachable, match=r"still busy with “sea\.png”"):
            await here.service().upload(picture(), file)

        assert 900 <= sum(here.slept) < 910


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(b"<html>", 413), "too large"),
        (error("Validation failed: File content type is invalid", 422), "content type is invalid"),
        (error("unsupported", 415), "does not take"),
        (error("could not decode", 400), "could not decode"),
    ],
)
async def test_what_the_server_does_not_take_is_said(
    file: Path, answer: Answer, words: str
) -> None:
    """At once, or after it has looked at the film."""
    async with desk() as here:
        here.say("POST", V2, answer)
        with pytest.raises(Refused, match=words) as caught:
            await here.service().upload(picture(), file)
        assert "sea.png" in caught.value.message

    async with desk(unready=2) as here:
        here.say("GET", f"{V1}/5001", answer)
        with pytest.raises(Refused, match=words):
            await here.service().upload(picture(), file)


async def test_older_servers_have_another_address(file: Path) -> None:
    """404 or 405 to the newer one."""
    for status in (404, 405):
        async with desk() as here:
            here.say("POST", V2, error("no", status))
            here.say("POST", V1, Answer({"id": "9", "type": "image", "url": "https://x/9"}))

            assert await here.service().upload(picture(), file) == "9"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer({"type": "image"}), Malformed),
        (Answer(b"<html>"), Malformed),
        (error("no", 500), Unreachable),
    ],
)
async def test_an_upload_without_an_answer_may_simply_be_repeated(
    file: Path, answer: Answer, kind: type[ServiceError]
) -> None:
    """Nobody sees a file that no post has: it is no unknown outcome."""
    async with desk() as here:
        here.say("POST", V2, answer)
        with pytest.raises(kind) as caught:
            await here.service().upload(picture(), file)

        assert type(caught.value) is kind


async def test_a_description_that_was_changed_reaches_the_post(file: Path) -> None:
    """Written while the file was on its way."""
    async with desk() as here:
        service = here.service()
        token = await service.upload(picture(), file)
        post = says("Look", media=(picture(alt="The sea, flat"),))
        await service.publish([here.ready(service, post, uploads={"a": token})])

        assert here.written.posts[0]["media_attachments"][0]["description"] == "The sea, flat"
        post = says("Look again", media=(picture(alt=""),))
        await service.publish([here.ready(service, post, uploads={"a": token})])
        assert here.written.media[token]["description"] == ""


async def test_a_picture_that_was_never_handed_over_stops_the_post() -> None:
    """Nothing goes out without it."""
    async with desk() as here:
        with pytest.raises(Refused, match="not sent"):
            await here.publish(says("Look", media=(picture(),)))

        assert not here.written.posts


async def test_a_line_that_dies_near_the_end_is_no_end(file: Path) -> None:
    """The file is sent again; only then there is a post with it, once."""
    async with desk() as here:
        service = here.service()
        here.server.lose = 1
        with pytest.raises(Unreachable) as caught:
            await service.upload(picture(), file)
        token = await service.upload(picture(), file)
        post = says("Look", media=(picture(),))
        await service.publish([here.ready(service, post, uploads={"a": token})])

        assert type(caught.value) is Unreachable
        assert [one["media_attachments"][0]["id"] for one in here.written.posts] == [token]
