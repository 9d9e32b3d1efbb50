"""The files around the code say what is true."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_lock_files_hold_every_dependency_with_hashes_and_no_address():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = (ROOT / "requirements.lock").read_text()
    everything = (ROOT / "requirements-dev.lock").read_text()
    site = (ROOT / "requirements-docs.lock").read_text()
    for line in project["project"]["dependencies"]:
        name = re.split(r"[^A-Za-z0-9_-]", line)[0]
        assert re.search(rf"^{name}(\[[a-z,]+\])?==", run, re.MULTILINE), name
    for line in project["dependency-groups"]["dev"]:
        assert re.search(rf"^{re.split('[^A-Za-z0-9_-]', line)[0]}==", everything, re.MULTILINE), line
    for line in project["dependency-groups"]["docs"]:
        assert re.search(rf"^{re.split('[^A-Za-z0-9_-]', line)[0]}==", site, re.MULTILINE), line
    for text in (run, everything, site):
        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")


def test_who_cites_it_cites_this_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    cited = (ROOT / "CITATION.cff").read_text()
    assert re.search(r"^version: (.+)$", cited, re.MULTILINE)[1] == project["version"]
    assert f"license: {project['license']}\n" in cited


def test_the_site_has_every_page():
    index = (ROOT / "docs/site/index.md").read_text()
    missing = [page.stem for page in (ROOT / "docs").glob("*.md") if f"\n../{page.stem}\n" not in index]
    assert not missing, f"docs/site/index.md does not list {missing}"


def test_every_make_target_is_explained():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()
    assert all(re.search(rf"^{target}:.*##", makefile, re.MULTILINE) for target in targets)
    assert {"run", "test", "check", "lint", "type", "soak", "results", "bench", "clean"} <= set(targets)


def test_no_trace_of_a_machine():
    """No home folders, no registries, no keys in what is tracked."""
    traces = re.compile(r"/(root|home)/[a-z]+|pypi\.org|registry\.npmjs|sk-[A-Za-z0-9]{20}")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path.suffix in {".py", ".md", ".yaml", ".toml", ".lock", ".j2", ""} and path.name != "test_project.py"
        for match in [traces.search(path.read_text(errors="ignore"))]
        if match
    ]
    assert not found


def test_links_in_documents_lead_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in tracked()
        if path.suffix == ".md"
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text())
        if not (path.parent / target).exists()
    ]
    assert not broken


def commands(path):
    """The lines of a document that a reader is meant to type."""
    return re.findall(r"^ {4}(?:\$ )?evo ([^#\n]+)", path.read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "docs/cli.md", "docs/models.md", "docs/sandbox.md", "docs/pipelines.md"])
def test_what_a_reader_is_told_to_type_exists(name):
    from evo.cli.verbs import VERBS

    told = commands(ROOT / name)
    assert told or name not in {"README.md", "docs/cli.md"}
    for line in told:
        words = line.split()
        assert words[0] in VERBS, line
        for word in words[1:]:
            if word.startswith(("configs/", "pipelines/")) and "mine" not in word:
                assert (ROOT / word).exists(), line
