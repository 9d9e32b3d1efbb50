"""A figure is a value, equal runs give equal bytes, and no text in it steers or misleads."""

from xml.etree import ElementTree as ET

import pytest

from evo.errors import UsageError
from evo.figures.figure import Figure, colours, drawn, ending, label


def written(text):
    with drawn(3, 2) as canvas:
        canvas.subplots().set_title(label(text))
    return Figure(canvas=canvas, says=f"says {text}")


def test_an_svg_is_one_element_that_says_what_it_shows():
    svg = written("a < b & c").svg()
    root = ET.fromstring(svg)
    assert root.tag.endswith("svg")
    assert root.get("role") == "img"
    assert root.get("aria-label") == "says a < b & c"
    assert "a &lt; b &amp; c" in svg
    assert written("a < b & c").svg() == svg


def test_a_notebook_shows_it():
    assert written("x")._repr_svg_().startswith("<svg ")


def test_it_is_saved_by_its_ending(tmp_path):
    figure = written("x")
    figure.save(tmp_path / "new" / "a.SVG")
    figure.save(tmp_path / "a.png")
    assert (tmp_path / "new" / "a.SVG").read_text().startswith("<svg ")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match=r"a\.pdf: expected a file name that ends with \.svg or \.png"):
        figure.save(tmp_path / "a.pdf")
    assert ending(tmp_path / "a.gif", known=(".gif",)) == ".gif"


def test_a_label_is_one_line_that_reads_as_it_is_written():
    assert label("a\n  b\tc") == "a b c"
    assert label("x\u202egnp.exe") == "x<202E>gnp.exe"
    assert label("\x1b[31mred\x1b[0m\ud800") == "red\\ud800"
    assert label("a" * 100) == "a" * 79 + "…"
    assert label("$\\frac{a}{b}$") == "$\\frac{a}{b}$"


def test_mathematics_of_strangers_is_text():
    assert "$\\frac{a" in written("$\\frac{a$").svg()


def test_a_script_that_the_font_lacks_is_no_warning():
    assert "漢字" in written("漢字").svg()
    assert written("漢字").png()


def test_colours_are_the_same_whatever_the_order():
    assert colours(["b", "seed", "a"]) == colours(["a", "b"])
    assert colours(["seed"])["seed"] not in colours(["a", "b"])["a"]
