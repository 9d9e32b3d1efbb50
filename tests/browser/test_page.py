"""The page in a real Chromium while a run is going on: every view is opened and clicked through, nothing is amiss."""

import json
import time

import pytest

from evo.store.progress_board import PROGRESS
from tests.browser.chromium import DESK, PHONE, SIGNS, VIEWS, Tab
from tests.browser.conftest import served
from tests.store.test_progress_board import ROW

RUN = "20260101-120000-toy-3fa9"
OTHER = "20260102-120000-toy-b2b2"
JUDGED = "!!document.querySelector('#panel-judged')"
COUNT = "document.querySelector('header .fact').innerText"


@pytest.fixture(scope="module")
def tab(chromium, home):
    opened = Tab(chromium, home)
    yield opened
    opened.close()


@pytest.fixture
def quiet(tab):
    """The tab, which has to have said nothing and asked nobody else by the end."""
    tab.said.clear()
    tab.strange.clear()
    yield tab
    assert not tab.troubles()


def address(home, view, query=""):
    return f"http://{home}/#/run/{RUN}/{view}{query}"


def test_the_runs_and_their_comparison(quiet, home):
    quiet.open(f"http://{home}/")
    assert quiet.page.get_by_text("toy").count() >= 2
    assert not quiet.violations()
    quiet.open(f"http://{home}/#/compare?runs={RUN},{OTHER}")
    assert not quiet.violations()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_clicked_through_and_accessible(quiet, home, view):
    quiet.open(address(home, view))
    page = quiet.page
    assert page.locator("nav.views a[aria-current=page]").inner_text() == view
    quiet.unfold(12)
    for choice in page.locator("main select").all()[:6]:
        values = [option.get_attribute("value") for option in choice.locator("option").all()]
        choice.select_option(values[-1])
        choice.select_option(values[0])
    for slider in page.locator("main input[type=range]").all()[:2]:
        for key in ("Home", "ArrowRight", "End"):
            slider.press(key)
    quiet.settle()
    assert not quiet.violations()
    quiet.point_at(3)
    quiet.settle()


def test_keys_lead_everywhere(quiet, home):
    quiet.open(address(home, "overview"))
    page = quiet.page
    for key, view in zip("234567", VIEWS[1:], strict=True):
        page.keyboard.press(key)
        quiet.until(f"location.hash.includes('/{view}')")
    page.keyboard.press("?")
    assert page.locator("#help[open]").count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("polish")
    quiet.until("!!document.querySelector('#search .hits li')")
    page.keyboard.press("Enter")
    quiet.until("location.hash.includes('p=')")


def test_what_is_judged_now_is_shown_while_it_is_true(quiet, home, living):
    quiet.open(address(home, "overview"))
    assert not quiet.page.evaluate(JUDGED)
    row = {**ROW, "score": 1.5, "bar": [0.75, 1.25], "beside": [[0.25, 1.0], [0.75, 2.0], [1.0, 2.5]]}
    stuck = {
        **row,
        "ticket": 4,
        "fraction": None,
        "score": None,
        "curve": [],
        "silent": 200.0,
        "operator": "<b>\u200bx",
    }
    file = living.folder / PROGRESS
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps({"at": time.time(), "rows": [row, stuck], "more": 3}))
    draft.replace(file)
    quiet.until(JUDGED)
    said = quiet.page.locator("section[aria-labelledby=panel-judged]").inner_text()
    for word in ("50 %", "1.5", "1.25 at 75 %", "no word yet", "no word for 3 min", "1 without a word", "and 3 more"):
        assert word in said
    # At half of the work the parent's curve stood at 1.5, between its points.
    assert "±0" in said
    assert not quiet.violations()
    quiet.open(address(home, "costs"))
    quiet.open(address(home, "overview"))
    quiet.until(JUDGED)
    file.unlink()
    quiet.until(f"!{JUDGED}")


def test_the_page_follows_the_run(quiet, home, living):
    quiet.open(address(home, "overview"))
    before = quiet.page.evaluate(COUNT)
    living.grow(7)
    quiet.until(f"{COUNT} !== {before!r}")
    assert str(living.fold.seq + 1) in quiet.page.evaluate(COUNT)


ALL_VIEWS = pytest.param(VIEWS, marks=pytest.mark.soak, id="every view")


@pytest.mark.parametrize("views", [pytest.param(VIEWS[:1], id="overview"), ALL_VIEWS])
@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (DESK, True)], ids=["phone", "dark"])
def test_on_a_phone_and_in_the_dark(chromium, home, size, dark, views):
    tab = Tab(chromium, home, size=size, dark=dark)
    try:
        for view in views:
            tab.open(address(home, view))
            wide = tab.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{view}: the page is wider than the screen by {wide} pixels"
            assert not tab.violations()
        assert not tab.troubles()
    finally:
        tab.close()


@pytest.mark.parametrize("views", [pytest.param(("overview", "program"), id="two views"), ALL_VIEWS])
def test_texts_from_hell_are_texts(chromium, hell, views):
    with served(hell.parent) as host:
        tab = Tab(chromium, host)
        tab.open(f"http://{host}/")
        for view in views:
            tab.open(f"http://{host}/#/run/{hell.name}/{view}")
            tab.unfold(6)
            assert tab.page.evaluate(SIGNS)
        assert not tab.troubles()
        tab.close()
