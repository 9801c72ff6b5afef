"""What the demo's accounts write is there once, for who may see it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from app.model import HOME, Entry, LinkCard, RichText, Span
from app.model.draft import Attachment, PollDraft
from app.model.errors import NotFound, OutcomeUnknown, RateLimited, Refused, Unreachable
from app.model.errors import Unsupported as NotHere
from app.protocols import demo
from app.protocols.demo.service import DemoService
from app.protocols.writing import Converses, Reacts, Ready, Writes
from tests.unit.protocols.demo.acting import NOW, Shore, link, outgoing, ready


@pytest.fixture
def shore() -> Shore:
    """Nothing was written yet."""
    return Shore()


async def own_texts(service: DemoService) -> list[str]:
    """What the account has written, newest first."""
    page = await service.own_posts()
    return [item.post.text.text for item in page.items if isinstance(item, Entry)]


def test_it_can_all(shore: Shore) -> None:
    """Both networks of the demo write, react and converse."""
    for account in (demo.JUNO, demo.SKY):
        service = shore.service(account)

        assert isinstance(service, Writes)
        assert isinstance(service, Reacts)
        assert isinstance(service, Converses)


@pytest.mark.parametrize("account", [demo.JUNO, demo.SKY])
async def test_a_published_post_tops_the_home_timeline(shore: Shore, account: str) -> None:
    """It is the newest item at home, by its author, under the address that was told."""
    service = shore.service(account)

    [published] = await service.publish([ready(service, "Low water at nine. #Tide")])

    top = (await service.page(HOME)).items[0]
    assert isinstance(top, Entry)
    assert (top.post.uri, top.post.url) == (published.uri, published.url)
    assert top.post.author.uri == service.account.uri


@pytest.mark.parametrize("account", [demo.JUNO, demo.SKY])
async def test_a_ticket_makes_it_once(shore: Shore, account: str) -> None:
    """The same ticket again is the same post; another ticket is another."""
    service = shore.service(account)
    first = ready(service, "Once.")

    one = await service.publish([first])
    two = await shore.service(account).publish([first])
    other = await service.publish([ready(service, "Once.")])

    assert one == two
    assert other != one
    assert (await own_texts(service)).count("Once.") == 2


def test_tickets_rise_when_the_clock_steps_back(shore: Shore) -> None:
    """A ticket is above all before it."""
    service = shore.service(demo.SKY)
    post = outgoing("x")

    tickets = [
        service.ticket(post, NOW),
        service.ticket(post, NOW - timedelta(days=1)),
        service.ticket(post, NOW),
    ]

    assert tickets == sorted(set(tickets))


async def test_looking_tells_whether_it_was_done(shore: Shore) -> None:
    """Nothing before; what came of it after."""
    service = shore.service(demo.JUNO)
    post = ready(service, "Here?")

    assert await service.look([post]) is None
    published = await service.publish([post])

    assert await service.look([post]) == published


async def test_a_thread_is_one_act_where_the_network_can(shore: Shore) -> None:
    """Each post answers the one before; over there it is refused whole."""
    sky, juno = shore.service(demo.SKY), shore.service(demo.JUNO)
    posts = [ready(sky, f"Part {n}.") for n in (1, 2, 3)]

    one, two, three = await sky.publish(posts)

    assert shore.world.post(two.uri).reply_to.uri == one.uri
    assert shore.world.post(three.uri).reply_to.uri == two.uri
    assert shore.world.post(three.uri).reply_to.root == one.uri
    with pytest.raises(NotHere):
        await juno.publish([ready(juno, "a"), ready(juno, "b")])


async def test_one_post_too_long_keeps_back_the_whole_thread(shore: Shore) -> None:
    """All or nothing."""
    sky = shore.service(demo.SKY)
    before = await own_texts(sky)

    with pytest.raises(Refused):
        await sky.publish([ready(sky, "Short."), ready(sky, "x" * 301)])

    assert await own_texts(sky) == before


@pytest.mark.parametrize(
    ("account", "text"),
    [(demo.JUNO, "y" * 500), (demo.SKY, "👩🏽‍🔬" * 100), (demo.SKY, "y" * 300)],
)
async def test_the_limit_itself_fits(shore: Shore, account: str, text: str) -> None:
    """At the limit it is taken, one more is refused."""
    service = shore.service(account)

    await service.publish([ready(service, text)])

    with pytest.raises(Refused):
        await service.publish([ready(service, text + "y" * 201)])


async def test_bytes_count_on_the_second_network(shore: Shore) -> None:
    """200 families are 200 graphemes, and 5 000 bytes."""
    service = shore.service(demo.SKY)

    with pytest.raises(Refused, match="bytes"):
        await service.publish([ready(service, "👨‍👩‍👧‍👦" * 200)])


async def test_a_link_counts_23_on_the_first_network(shore: Shore) -> None:
    """However long it is; a mention counts without its host."""
    service = shore.service(demo.JUNO)
    url = "https://almanac.example/" + "t" * 300
    text = link("x" * 476 + " " + url, url)
    name = "@teun@polder.example"
    named = RichText("x" * 495 + name[:20], (Span(495, 515, "mention", "https://x.example"),))

    for fits in (text, named):
        post = outgoing("")
        post = type(post)(text=fits)
        await service.publish([Ready(post=post, ticket=service.ticket(post, NOW))])

    longer = type(post)(text=link("x" + text.text, url))
    with pytest.raises(Refused):
        await service.publish([Ready(post=longer, ticket=service.ticket(longer, NOW))])


@pytest.mark.parametrize(
    ("fault", "error", "done"),
    [
        ("loses", OutcomeUnknown, True),
        ("crashes", OutcomeUnknown, True),
        ("swallows", OutcomeUnknown, False),
        ("limits", RateLimited, False),
        ("refuses", Refused, False),
    ],
)
async def test_faults_are_what_they_say(
    shore: Shore, fault: str, error: type[Exception], done: bool
) -> None:
    """Each happens once, and a look tells whether the post is there."""
    service = shore.service(demo.SKY)
    post = ready(service, "Is it?")
    setattr(shore.network.faults[demo.SKY], fault, 1)

    with pytest.raises(error):
        await service.publish([post])
    assert (await service.look([post]) is not None) is done

    again = await service.publish([post])
    assert await service.look([post]) == again
    assert (await own_texts(service)).count("Is it?") == 1


async def test_an_answer_counts_and_stands_below(shore: Shore) -> None:
    """The parent counts one more; deleted, one less."""
    service = shore.service(demo.JUNO)
    parent = next(p for p in shore.world.posts("mastodon") if p.author.name == "Bo Sandvær")
    before = parent.counts.replies

    [published] = await service.publish([ready(service, "Kettle on.", reply_to=parent.uri)])
    assert shore.world.post(parent.uri).counts.replies == before + 1
    assert shore.world.post(published.uri).reply_to.author == parent.author

    await service.delete(published)
    await service.delete(published)
    assert shore.world.post(parent.uri).counts.replies == before


@pytest.mark.parametrize("field", ["reply_to", "quote"])
async def test_what_is_gone_cannot_be_answered(shore: Shore, field: str) -> None:
    """Nothing is done then."""
    service = shore.service(demo.SKY)

    with pytest.raises(NotFound):
        await service.publish([ready(service, "To whom?", **{field: "at://nobody/x/1"})])

    assert "To whom?" not in await own_texts(service)


async def test_a_quote_shows_its_post_until_that_is_deleted(shore: Shore) -> None:
    """Then it says so."""
    service = shore.service(demo.SKY)
    [quoted] = await service.publish([ready(service, "Quote me.")])
    [quoting] = await service.publish([ready(service, "See:", quote=quoted.uri)])

    shown = shore.world.post(quoting.uri).quote
    assert shown.post.text.text == "Quote me."
    assert shore.world.post(quoted.uri).counts.quotes == 1

    await service.delete(quoted)
    gone = shore.world.post(quoting.uri).quote
    assert (gone.state, gone.post) == ("deleted", None)


async def test_only_the_first_network_edits(shore: Shore) -> None:
    """The text is another, the time of the edit is known; answers stay."""
    juno, sky = shore.service(demo.JUNO), shore.service(demo.SKY)
    [mine] = await juno.publish([ready(juno, "Tpyo.")])
    await juno.publish([ready(juno, "Which?", reply_to=mine.uri)])

    await juno.edit(mine, outgoing("Typo."), {})

    post = shore.world.post(mine.uri)
    assert post.text.text == "Typo."
    assert post.edited_at is not None
    assert post.counts.replies == 1
    [other] = await sky.publish([ready(sky, "Tpyo.")])
    with pytest.raises(NotHere):
        await sky.edit(other, outgoing("Typo."), {})


async def test_others_posts_stay(shore: Shore) -> None:
    """Nobody deletes or edits what somebody else has written."""
    juno, kiel = shore.service(demo.JUNO), shore.service(demo.KIEL)
    [mine] = await juno.publish([ready(juno, "Mine.")])

    with pytest.raises(Refused):
        await kiel.delete(mine)
    with pytest.raises(Refused):
        await kiel.edit(mine, outgoing("Yours."), {})


async def test_a_direct_post_is_for_who_is_named(shore: Shore) -> None:
    """Kiel sees what names it, and not what does not."""
    juno, kiel = shore.service(demo.JUNO), shore.service(demo.KIEL)
    name = Span(0, 5, "mention", kiel.account.uri)
    named = RichText("@kiel Come by.", (name,))
    post = outgoing("")
    post = type(post)(text=named, visibility="direct")
    await juno.publish([Ready(post=post, ticket=juno.ticket(post, NOW))])
    await juno.publish([ready(juno, "For me alone.", visibility="direct")])

    texts = [i.post.text.text for i in (await kiel.page(HOME)).items[:5] if isinstance(i, Entry)]

    assert "@kiel Come by." in texts
    assert "For me alone." not in texts


@pytest.mark.parametrize(
    "more",
    [
        {"visibility": "followers"},
        {"warning": "Food"},
        {"poll": PollDraft(options=("a", "b"))},
        {"send_at": NOW + timedelta(days=1)},
    ],
)
async def test_the_second_network_refuses_what_it_has_not(
    shore: Shore, more: dict[str, object]
) -> None:
    """Never taken and silently changed."""
    service = shore.service(demo.SKY)

    with pytest.raises(Refused):
        await service.publish([ready(service, "No.", **more)])


async def test_a_scheduled_post_waits_for_its_time(shore: Shore) -> None:
    """It has no address yet; then it stands there; it can be cancelled before."""
    service = shore.service(demo.JUNO)
    later = shore.world.now + timedelta(minutes=5)
    [kept] = await service.publish([ready(service, "Later.", send_at=later)])
    [dropped] = await service.publish([ready(service, "Never.", send_at=later)])

    assert kept.uri == ""
    assert "Later." not in await own_texts(service)

    await service.delete(dropped)
    shore.world.now = later
    assert (await own_texts(service))[0] == "Later."
    assert "Never." not in await own_texts(service)


async def test_pictures_go_up_first(shore: Shore, tmp_path: Path) -> None:
    """Progress rises to 1; the post shows the file; without upload it is refused."""
    service = shore.service(demo.SKY)
    file = tmp_path / "sea.png"
    file.write_bytes(b"x" * 1_000)
    media = Attachment(id="a1", kind="image", mime="image/png", size=1_000, alt="The sea.")
    seen: list[float] = []
    post = ready(service, "See.", media=(media,))

    with pytest.raises(Refused):
        await service.publish([post])
    token = await service.upload(media, file, progress=seen.append)
    await service.publish([Ready(post=post.post, ticket=post.ticket, uploads={"a1": token})])

    top = (await service.page(HOME)).items[0]
    assert isinstance(top, Entry)
    assert top.post.media[0].alt == "The sea."
    assert shore.world.ledger.files[top.post.media[0].url] == file
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


async def test_an_upload_may_die_near_its_end(shore: Shore, tmp_path: Path) -> None:
    """No token comes of it; the next one goes through."""
    service = shore.service(demo.JUNO)
    file = tmp_path / "a.png"
    file.write_bytes(b"x")
    media = Attachment(id="a1", kind="image", mime="image/png", size=1)
    shore.network.faults[demo.JUNO].tears = 1

    with pytest.raises(Unreachable):
        await service.upload(media, file)

    assert await service.upload(media, file)


@pytest.mark.parametrize(("mime", "size"), [("image/tiff", 1), ("image/png", 1_000_001)])
async def test_unfit_files_are_refused(shore: Shore, tmp_path: Path, mime: str, size: int) -> None:
    """By type, and by size."""
    service = shore.service(demo.SKY)
    file = tmp_path / "a"
    file.write_bytes(b"x" * size)

    with pytest.raises(Refused):
        await service.upload(Attachment(id="a", kind="image", mime=mime, size=size), file)


async def test_a_card_shows_its_uploaded_picture(shore: Shore, tmp_path: Path) -> None:
    """Its image is the file that was handed over."""
    service = shore.service(demo.SKY)
    file = tmp_path / "card"
    file.write_bytes(b"x")
    picture = Attachment(id="c1", kind="image", mime="image/jpeg", size=1)
    token = await service.upload(picture, file)
    card = LinkCard(url="https://almanac.example/", title="Almanac", image="c1")
    post = ready(service, "https://almanac.example/", card=card)

    [done] = await service.publish(
        [Ready(post=post.post, ticket=post.ticket, uploads={"c1": token})]
    )

    shown = shore.world.post(done.uri).card
    assert shore.world.ledger.files[shown.image] == file
