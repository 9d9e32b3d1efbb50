"""A report in a real Chromium, opened from a file: the views work, nothing is fetched, and nothing of a text runs."""

import pytest

from evo.web.report import write_report
from tests.browser.chromium import SIGNS, VIEWS, Tab


@pytest.fixture(scope="module")
def one(living, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(path, [living.folder])
    return path


def test_every_view_of_a_report(chromium, one, living):
    tab = Tab(chromium)
    for view in VIEWS:
        tab.open(f"{one.as_uri()}#/run/{living.folder.name}/{view}")
        assert tab.page.locator("nav.views a[aria-current=page]").inner_text() == view
        assert not tab.page.get_by_role("alert").count()
    tab.open(one.as_uri())
    assert not tab.violations()
    assert not tab.troubles()
    tab.close()


def test_on_paper_it_is_the_other_half(chromium, one):
    tab = Tab(chromium)
    tab.open(one.as_uri())
    assert not tab.page.locator("#paper h2").is_visible()
    tab.page.emulate_media(media="print")
    assert tab.page.locator("#paper h2").is_visible()
    assert not tab.page.locator("#page").is_visible()
    drawn = tab.page.evaluate("[...document.querySelectorAll('#paper img')].map((each) => each.naturalWidth)")
    assert len(drawn) == 5
    assert min(drawn) > 100
    assert not tab.troubles()
    tab.close()


def test_several_runs_are_compared(chromium, living, tmp_path):
    path = tmp_path / "both.html"
    write_report(path, sorted(living.folder.parent.iterdir()), figures=False)
    tab = Tab(chromium)
    tab.open(path.as_uri())
    assert "compare" in tab.page.evaluate("location.hash") or "compared" in tab.page.locator("h1").inner_text()
    assert not tab.violations()
    assert not tab.troubles()
    tab.close()


@pytest.mark.parametrize(
    "views",
    [
        pytest.param(("story", "program"), id="two views"),
        pytest.param(VIEWS, marks=pytest.mark.soak, id="every view"),
    ],
)
def test_texts_from_hell_are_texts(chromium, hell, tmp_path, views):
    path = tmp_path / "hell.html"
    write_report(path, [hell])
    tab = Tab(chromium)
    for view in views:
        tab.open(f"{path.as_uri()}#/run/{hell.name}/{view}")
        tab.unfold(6)
        tab.settle()
        assert tab.page.evaluate(SIGNS)
    tab.page.emulate_media(media="print")
    assert tab.page.evaluate(SIGNS)
    assert not tab.troubles()
    tab.close()
