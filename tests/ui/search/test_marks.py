"""What was looked for is marked where it stands, and told where it is not seen."""

from __future__ import annotations

from app.ui.search.page import SearchPage
from app.ui.timeline.layout.values import Fill, Flow, RowLayout
from tests.ui.search.test_search import _found, _opened, _typed
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


def _rows(page: SearchPage) -> list[RowLayout]:
    view = page.left.view
    return [view.shelf.layout(index) for index, _ in view.visible_rows()]


def _marked(layout: RowLayout) -> list[Fill]:
    return [one for one in layout.pieces if isinstance(one, Fill) and one.fill == "accentSoft"]


def test_words_are_marked_in_the_posts_that_were_found(demo: Demo, run: Scenario) -> None:
    """Below the text, inside the row; another search has other marks, none has none."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        await until(lambda: page.left.view.visible_rows())
        rows = _rows(page)
        assert any(_marked(row) for row in rows)
        for row in rows:
            flows = [at for at, piece in enumerate(row.pieces) if isinstance(piece, Flow)]
            for one in _marked(row):
                assert 0 <= one.box.x < one.box.right <= row.width
                assert 0 <= one.box.y < one.box.bottom <= row.height
                assert not flows or row.pieces.index(one) < flows[-1] or one.box.y > 0
        await _typed(demo, page, "has:poll ")
        await until(lambda: page.left.view.visible_rows())
        assert not any(_marked(row) for row in _rows(page))

    run(opened(demo, scenario))


def test_words_of_a_description_are_told_above_the_post(demo: Demo, run: Scenario) -> None:
    """With what it says, marked, also for screen readers; not where the picture is covered."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, '"calm bay" ')
        await until(lambda: _found(demo).cards and page.left.view.visible_rows())
        row = _rows(page)[0]
        said = "In the picture’s description: Five birds over a calm bay at sunrise"
        assert said in row.accessible
        assert _marked(row)
        assert _marked(row)[0].box.y < row.height / 3

    run(opened(demo, scenario))


def test_marks_are_those_of_this_search_alone(demo: Demo, run: Scenario) -> None:
    """Layouts of a search before the last are not taken for this one's: the posts are the same."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        await until(lambda: page.left.view.visible_rows())
        assert any(_marked(row) for row in _rows(page))
        for text in ("nowhere", "neither"):
            page.left.view.look_for(demo.house.search.understood(text).query)
            assert not any(_marked(row) for row in _rows(page)), text

    run(opened(demo, scenario))
