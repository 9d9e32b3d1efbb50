"""A report is one file: nothing in it is fetched, its policy names what may run by hash, and it has a bounded size."""

import base64
import json
import re
from hashlib import sha256

import pytest

from evo.errors import NotFoundError, UsageError
from evo.web.report import make_report, write_report
from tests.render.small_run import write_run

NAME = "20260101-120000-toy-3fa9"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    runs = tmp_path_factory.mktemp("report") / "runs"
    return [write_run(runs / NAME), write_run(runs / "20260102-120000-toy-b2b2", run_id="b2b2", most=3)]


def elements(text, name):
    return re.findall(rf"<{name}(?: [^>]*)?>(.*?)</{name}>", text, re.DOTALL)


def test_the_policy_names_what_there_is(folders):
    text = make_report(folders[:1], figures=False)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    data, script = elements(text, "script")
    (style,) = elements(text, "style")
    for part in (script, style):
        assert f"'sha256-{base64.b64encode(sha256(part.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert json.loads(data)["runs"][0]["name"] == NAME
    assert json.loads(data)["compare"] is None


def test_nothing_is_fetched(folders):
    text = make_report(folders)
    assert not re.findall(r'(?:src|href)="(?!data:|#)[^"]*"', text)
    assert not re.search(r"@import|url\((?!data:)", "".join(elements(text, "style")))
    assert len(text) < 3_000_000


def test_several_runs_are_compared(folders):
    data = json.loads(elements(make_report(folders, figures=False), "script")[0])
    assert [run["name"] for run in data["runs"]] == [folder.name for folder in folders]
    assert len(data["compare"]["runs"]) == 2


def test_it_is_written_whole(folders, tmp_path):
    path = tmp_path / "new" / "a.html"
    write_report(path, folders[:1], figures=False)
    assert path.read_text().startswith("<!doctype html>")
    assert [each.name for each in path.parent.iterdir()] == ["a.html"]
    assert path.read_text() == make_report(folders[:1], figures=False)


def test_without_runs(tmp_path):
    with pytest.raises(UsageError, match="at least one run"):
        make_report([])
    with pytest.raises(NotFoundError):
        make_report([tmp_path])
