"""How a program came to be: as data, drawn, told, and as a graph."""

import json
import xml.etree.ElementTree as ET

from tests.render.small_run import A, B, C, E


def test_dot(read):
    text = read("lineage", "--dot").out
    assert text.startswith("digraph lineage {\n")
    assert f'  "{C.id}" -> "{E.id}" [label="crossover"];' in text
    assert f'"{E.id}" [label="{E.id[:8]}\\n1 NEW t4"];' in text


def test_mermaid(read):
    lines = read("lineage", "@seed", "--descendants", "--mermaid").out.splitlines()
    assert lines[0] == "flowchart TD"
    assert f'  p{A.id} -->|"diff"| p{C.id}' in lines
    assert not any(B.id in line for line in lines)


def test_graphml(read):
    root = ET.fromstring(read("lineage", "--graphml").out)
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert {node.get("id") for node in root.iter(f"{space}node")} == {A.id, B.id, C.id, E.id}
    edges = {(edge.get("source"), edge.get("target")) for edge in root.iter(f"{space}edge")}
    assert edges == {(A.id, C.id), (B.id, E.id), (C.id, E.id)}


def test_one_form_of_a_lineage_at_a_time(read):
    assert read("lineage", "--dot", "--json").code == 2


def test_lineage(read):
    steps = json.loads(read("lineage", "--json").out)
    assert [step["program"] for step in steps] == [E.id, C.id, B.id, A.id]
    assert set(steps[0]) == {
        *("program", "objective", "operator", "ticket", "island", "cell", "status", "delta", "summary"),
        *("parents", "inspirations", "tactic", "wishes"),
    }
    down = json.loads(read("lineage", "@seed", "--descendants", "--json").out)
    assert [step["program"] for step in down] == [A.id, C.id, E.id]
    assert len(read("lineage").out.splitlines()) == 4
    assert "(inspiration)" in read("lineage", "@best", "--why").out
    assert read("lineage", "@seed", "--descendants").out.startswith(A.id[:8])


def test_lineage_tells_each_step_with_its_diff(read):
    out = read("lineage", "@best", "--why").out
    story = out[out.index("\n\n") + 2 :]
    assert story.splitlines()[0].startswith(f"0  {A.id[:8]}  0.5  seed t0  all islands (5)  NEW")
    assert "why: crossover: joined" in story
    assert f"with: {B.id[:8]}" in story
    assert f"shown beside: {A.id[:8]}" in story
    assert "    -x = 'c'\n    +x = 'e'\n" in story
    assert "\x1b" not in out
    steps = json.loads(read("lineage", "--why", "--json").out)
    assert "+x = 'e'" in steps[0]["diff"]
    assert steps[-1]["diff"] is None


def test_descendants_that_are_like_that(read):
    def programs(*words):
        steps = json.loads(read("lineage", "@seed", "--descendants", "--json", *words).out)
        return [step["program"] for step in steps]

    assert programs("--operator", "crossover") == [A.id, C.id, E.id]  # with what leads there
    assert programs("--operator", "diff") == [A.id, C.id]
    assert programs("--since", "1h", "--model", "fast", "--outcome", "proposed", "--island", 0) == [A.id]
    drawn = read("lineage", "@seed", "--descendants", "--operator", "diff").out
    assert E.id[:8] not in drawn
    assert "did you mean diff?" in read("lineage", "@seed", "--descendants", "--operator", "dif").err
    assert "Nothing was made from it." in read("lineage", "@best", "--descendants").err
    wrong = read("lineage", "--operator", "diff")
    assert (wrong.code, wrong.out) == (2, "")
    assert "--descendants" in wrong.err
