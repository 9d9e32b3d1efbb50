"""The documentation as a site: it builds without a warning, so that no link of it leads nowhere."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(source, place):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-c", ROOT / "docs/site", source, place]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_the_site_builds_and_has_every_page(tmp_path):
    pytest.importorskip("furo")
    done = build(ROOT / "docs", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "site/index.html" in (tmp_path / "index.html").read_text()
    for page in (ROOT / "docs").glob("*.md"):
        assert f'href="../{page.stem}.html"' in (tmp_path / "site/index.html").read_text(), page.name


def test_a_link_that_leads_nowhere_is_refused(tmp_path):
    pytest.importorskip("furo")
    place = tmp_path / "docs/site"
    place.mkdir(parents=True)
    (place / "index.md").write_text("# Pages\n\n[one](#nowhere) and [another](../none.md)\n")
    done = build(tmp_path / "docs", tmp_path / "built")
    assert done.returncode != 0
    assert "nowhere" in done.stderr
