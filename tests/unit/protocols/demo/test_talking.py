"""Conversations of the demo, and finding posts and people in it."""

from __future__ import annotations

import pytest

from app.model import Entry
from app.model.errors import NotFound
from app.model.thread import Absent
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from tests.unit.protocols.demo.acting import Shore
from tests.unit.protocols.demo.test_deeds import written


@pytest.fixture
def shore() -> Shore:
    """The demo as it begins."""
    return Shore()


async def test_the_conversation_of_the_pictures(shore: Shore) -> None:
    """Answers on both networks, nested, and what other servers keep is counted."""
    juno, sky = shore.service(demo.JUNO), shore.service(demo.SKY)

    first = await juno.thread(written(shore, "ottilie", "Counted").uri)
    second = await sky.thread(written(shore, "ottilie/sky", "Counted").uri)

    texts = [r.post.text.text for r in first.replies if isinstance(r, Entry)]
    assert "Stairs are harder. No tailwind." in texts
    assert any(isinstance(r, Absent) and r.count == 10 for r in first.replies)
    assert not first.complete
    assert any(isinstance(r, Entry) and "Which roost?" in r.post.text.text for r in second.replies)


async def test_ancestors_come_from_the_top(shore: Shore) -> None:
    """From the first post down to the one that it answers."""
    juno = shore.service(demo.JUNO)

    thread = await juno.thread(written(shore, "rik", "So is toast").uri)

    names = [e.post.author.handle for e in thread.ancestors if isinstance(e, Entry)]
    assert names[0] == PEOPLE["ottilie"].handle
    assert names[-1] == PEOPLE["ada"].handle
    assert len(names) == 5


async def test_an_answer_to_what_is_gone_says_so(shore: Shore) -> None:
    """The post above is absent, not left out."""
    juno = shore.service(demo.JUNO)
    shore.world.remove(written(shore, "ada", "Sleep is data").uri)

    thread = await juno.thread(written(shore, "rik", "So is toast").uri)

    [above] = thread.ancestors
    assert isinstance(above, Absent)
    assert above.state == "deleted"


async def test_answers_stay_out_of_home_timelines(shore: Shore) -> None:
    """They are found where the conversation is."""
    juno = shore.service(demo.JUNO)
    from app.model import HOME

    page = await juno.page(HOME, limit=500)

    assert all("tailwind" not in i.post.text.text for i in page.items if isinstance(i, Entry))


async def test_posts_are_found_by_either_address(shore: Shore) -> None:
    """By what they are called, and by their page; only on the own network."""
    juno, sky = shore.service(demo.JUNO), shore.service(demo.SKY)
    post = written(shore, "bo")

    assert (await juno.find(post.uri)).post == post
    assert (await juno.find(f" {post.url}/ ")).post == post
    for service, address in ((sky, post.uri), (juno, "https://nowhere.example/1"), (juno, "")):
        with pytest.raises(NotFound):
            await service.find(address)


@pytest.mark.parametrize(
    "address", ["@teun@polder.example", "teun@polder.example", "https://polder.example/@teun"]
)
async def test_people_are_found_however_they_are_called(shore: Shore, address: str) -> None:
    """By handle with and without "@", and by page."""
    assert await shore.service(demo.JUNO).find_profile(address) == PEOPLE["teun"]


async def test_names_are_completed(shore: Shore) -> None:
    """From the beginning of a handle or of a word of the name, on the own network."""
    juno, sky = shore.service(demo.JUNO), shore.service(demo.SKY)

    assert PEOPLE["ottilie"] in await juno.search_profiles("otti")
    assert PEOPLE["ottilie"] in await juno.search_profiles("@Brand")
    assert await sky.search_profiles("otti") == (PEOPLE["ottilie/sky"],)
    assert await juno.search_profiles(" ") == ()
    assert len(await juno.search_profiles("b", limit=1)) == 1
