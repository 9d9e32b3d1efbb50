from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evo.config.pipeline import load_pipeline
from evo.evaluate.graph import Graph
from evo.evaluate.graph_picture import svg, text
from tests.contracts.walks import fakes

PIPELINES = Path(__file__).parents[2] / "pipelines"
NAMES = sorted(path.stem for path in PIPELINES.glob("*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"


def shipped(name: str) -> Graph:
    return Graph.of(load_pipeline(str(PIPELINES / f"{name}.yaml")))


def test_the_shipped_pipelines_as_text():
    assert NAMES == ["cascade", "command", "default", "foreign", "minimal", "repeated", "text"]
    assert text(shipped("default")).splitlines() == [
        "╭─── syntax",
        "├─┬─ call",
        "╰─│─ source_metrics",
        "  ╰─ score",
    ]
    assert text(shipped("cascade")).splitlines() == [
        "╭─── syntax",
        "├─── source_metrics",
        "╰─┬─ quick (call)    not reported; cpu_seconds 4",
        "╭─┴─ screen (score)  not reported",
        "╰─┬─ call            when screen.objective at least 0.9",
        "  ╰─ score",
    ]
    assert text(shipped("repeated")).splitlines()[2] == "╰─┬─ call            3 times, median"


def test_everything_that_a_file_says_is_drawn():
    graph = fakes(
        a={"gives": ["x"], "retries": 2},
        b={"gives": ["y"], "upstream": ["a"], "trigger": "any_failed", "seeded": True, "repeats": {"times": 2}},
        deadline=90,
    )
    drawn = text(graph)
    assert "up to 2 retries" in drawn
    assert "runs on any_failed; 2 times, median" in drawn
    assert drawn.endswith("deadline: 90 s for one program")


@pytest.mark.parametrize("name", NAMES)
def test_svg_has_a_box_for_every_stage_and_an_arrow_for_every_edge(name: str):
    graph = shipped(name)
    root = ET.fromstring(svg(graph))
    boxes = root.findall(f"{SVG}rect")
    arrows = [path for path in root.findall(f"{SVG}path") if path.get("marker-end")]
    assert len(boxes) == len(graph.nodes)
    assert len(arrows) == sum(len(node.upstream) for node in graph.nodes)
    words = {line.text for line in root.findall(f"{SVG}text")}
    assert {node.name for node in graph.nodes} <= words
    width, height = float(root.get("width")), float(root.get("height"))
    for box in boxes:
        x, y, w, h = (float(box.get(key)) for key in ("x", "y", "width", "height"))
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height


def test_svg_escapes_names():
    graph = fakes(**{'<a & "b">': {"gives": ["x"]}})
    assert ET.fromstring(svg(graph)).find(f"{SVG}text").text == '<a & "b">'


@given(st.lists(st.sets(st.integers(0, 8)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_rails_of_any_graph_lead_from_each_stage_to_its_readers(edges: list[set[int]]):
    stages = {
        f"s{index}": {"gives": [f"x{index}"], "upstream": sorted(f"s{each}" for each in above if each < index)}
        for index, above in enumerate(edges)
    }
    graph = fakes(**stages)
    rails: dict[int, str] = {}
    for line, node in zip(text(graph).splitlines(), graph.nodes, strict=True):
        marks = line[: line.index(node.name)]
        read, opened = set(), None
        for index, mark in enumerate(marks[:-1:2]):
            if mark in "╭┬":
                assert index not in rails
                opened = index
            elif mark in "├┼╰┴":
                read.add(rails[index])
                if mark in "╰┴":
                    del rails[index]
            else:
                assert (mark == "│") == (index in rails)
        assert read == set(node.upstream)
        if opened is not None:
            rails[opened] = node.name
    assert not rails
