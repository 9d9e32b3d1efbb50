"""Texts from hell do nothing on a terminal and in figures: they are shown as what they are, or left out."""

import io
import re
import xml.etree.ElementTree as ET

import pytest

from evo import figures
from evo.cli.main import main
from evo.figures.figure import label
from evo.store.reading.view import open_run
from tests.hostile.texts import EVIL, LONG, PWNED, RUN, TEXTS, write_hell

VERBS = (
    ("status",),
    ("top",),
    ("show",),
    ("show", "t4"),
    ("lineage",),
    ("lineage", "--why"),
    ("lineage", "t0", "--descendants"),
    ("diff",),
    ("map",),
    ("runs",),
    ("compare", RUN),
    ("events",),
    ("best",),
    ("sql", "SELECT * FROM commits"),
)
# Colours and styles, and what a terminal of rich draws a table with: nothing else may follow an escape.
STYLE = re.compile(r"\x1b\[[0-9;]*m")
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hell") / "runs"
    write_hell(folder / RUN)
    return folder


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_a_terminal_is_not_steered(runs, monkeypatch, words):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    screen, said = Terminal(), Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setattr("sys.stderr", said)
    code = main([*words, "--runs-dir", str(runs)])
    for text in (screen.getvalue(), said.getvalue()):
        found = STEERS.search(STYLE.sub("", text))
        assert not found, (found, text[max(0, found.start() - 80) : found.end() + 20])
    assert code == 0, said.getvalue()[-2000:]


@pytest.mark.parametrize("kind", ["progress", "archive_map", "lineage", "operators", "costs", "bands"])
def test_a_drawing_holds_no_element_of_theirs(runs, kind):
    with open_run(runs / RUN) as view:
        figure = figures.bands([view]) if kind == "bands" else getattr(figures, kind)(view)
        svg, png = figure.svg(), figure.png(dpi=60)
    root = ET.fromstring(svg)
    kinds = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert not kinds & {"script", "img", "iframe", "foreignObject", "a", "animate", "set", "b"}
    names = {name.rpartition("}")[2] for each in root.iter() for name in each.attrib}
    assert not {name for name in names if name.startswith("on")}
    targets = [value for each in root.iter() for name, value in each.attrib.items() if name.endswith("href")]
    assert all(
        value.startswith(("#", "data:image/png")) or "w3.org" in value or "purl.org" in value for value in targets
    )
    assert not STEERS.search(svg)
    assert len(svg) < 3_000_000
    assert png.startswith(b"\x89PNG")


@pytest.mark.parametrize("name", [*TEXTS, *LONG])
def test_a_label_is_one_short_line(name):
    found = label({**TEXTS, **LONG}[name])
    assert len(found) <= 80
    assert not STEERS.search(found)
    assert "\n" not in found


def test_the_corpus_means_harm():
    assert PWNED in TEXTS["script"]
    assert EVIL in TEXTS["picture"]
