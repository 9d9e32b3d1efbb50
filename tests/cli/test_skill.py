"""The guides say what works: every command of theirs is typed as it stands, and they are in the open form."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from evo.scaffold.guides import index_pages, read_guides

ROOT = Path(__file__).parents[2]
COMMAND = re.compile(r"^ {4,8}((?:evo|python|echo) [^\n]*)$", re.MULTILINE)
GUIDES = ["evo-bring-problem", "evo-run-and-watch", "evo-read-run", "evo-ask-and-tell"]


def test_four_guides_are_written_in_the_open_form(evo, here):
    result = evo("skill", "install", "place")
    assert result.out.splitlines() == [f"place/{name}/SKILL.md" for name in GUIDES]
    for name in GUIDES:
        text = (here / "place" / name / "SKILL.md").read_text()
        _, head, body = text.split("---\n", 2)
        told = yaml.safe_load(head)
        assert set(told) == {"name", "description"}
        assert told["name"] == name
        assert "Use when" in told["description"]
        assert len(told["description"]) <= 1024
        assert len(body.splitlines()) <= 60
        assert COMMAND.search(body)
    assert evo("skill", "install").code == 0
    assert (here / ".agents/skills/evo-read-run/SKILL.md").is_file()


def test_a_folder_that_cannot_be_written_is_named(evo, here):
    (here / "file").write_text("")
    result = evo("skill", "install", "file")
    assert (result.code, result.out) == (2, "")
    assert "name another folder" in result.err


def typed(evo, line):
    """Type a line as a shell would, that of evo in this process; return what came to standard output."""
    words, _, target = line.partition(" > ")
    if not line.startswith("evo "):
        python = line.replace("python ", f"{sys.executable} ", 1)
        subprocess.run(["bash", "-c", python], check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
        return ""
    result = evo(*shlex.split(words)[1:])
    assert result.code == 0, (line, result.out, result.err)
    if target:
        Path(target).write_text(result.out)
    return result.out


@pytest.mark.parametrize("guide", read_guides(), ids=lambda guide: guide.name)
def test_every_command_of_a_guide_works_as_it_stands(evo, here, guide, finished):
    if guide.name == "evo-read-run":
        shutil.copytree(finished, here / "runs")
    said = [typed(evo, line) for line in COMMAND.findall(guide.body)]
    assert len(said) >= 5
    assert guide.name != "evo-ask-and-tell" or said[-1].startswith("Ticket 3: ")


def test_the_index_for_models_is_that_of_the_pages():
    assert (ROOT / "docs/llms.txt").read_text(encoding="utf-8") == index_pages(), "evo skill index > docs/llms.txt"
    assert "- [Skills](skills.md): `evo skill install` writes" in index_pages()
