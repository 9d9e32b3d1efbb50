from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.config.document import MAX_BYTES, parse, read
from evo.config.dump import to_text
from evo.errors import NotFoundError, SpecError
from tests.yardstick import slowness

if TYPE_CHECKING:
    from pathlib import Path

# text, position, part of the message
REFUSED = {
    "duplicate key": ("a: 1\nb: 2\na: 3\n", (3, 1), "duplicate key 'a'; it already stands in line 1"),
    "duplicate in a list": ("x:\n  - a: 1\n    a: 2\n", (3, 5), "duplicate key 'a'"),
    "duplicate integer key": ("26: 1\n'26': 2\n", (2, 1), "duplicate key '26'"),
    "anchor": ("a: &x 1\n", (1, 4), "anchor &x"),
    "alias": ("a: *x\n", (1, 4), "alias *x"),
    "alias as a key": ("*x : 1\n", (1, 1), "alias *x"),
    "tag": ("a: !!python/object:os.system x\n", (1, 4), "tag !!python/object:os.system"),
    "tag of the core": ("a: !!str 1\n", (1, 4), "tag !!str"),
    "tag on a mapping": ("a: !thing {b: 1}\n", (1, 4), "tag !thing"),
    "two documents": ("a: 1\n---\nb: 2\n", (2, 1), "second document"),
    "directive": ("%YAML 1.1\n---\na: 1\n", (1, 1), "directives"),
    "boolean key": ("true: 1\n", (1, 1), "expected a text as a key; got 'true'"),
    "float key": ("a: {1.5: 1}\n", (1, 5), "expected a text as a key; got '1.5'"),
    "null key": ("~: 1\n", (1, 1), "expected a text as a key; got '~'"),
    "list as a key": ("? [a]\n: 1\n", (1, 3), "got a list or a mapping"),
    "tab": ("a:\n\tb: 1\n", (2, 1), "a tab"),
    "byte order mark": ("\ufeffa: 1\n", (1, 1), "byte order mark"),
    "line separator": ("a: 1\nb: x\u2028y\n", (2, 5), "U+2028"),
    "escape character": ("a: \x1b[31m\n", (1, 4), "U+001B"),
    "nan": ("a: .nan\n", (1, 4), "expected a finite one"),
    "infinity": ("a: [1, -.inf]\n", (1, 8), "expected a finite one"),
    "overflow": ("a: 1e999\n", (1, 4), "too large"),
    "endless integer": ("a: " + "9" * 5000, (1, 4), "a number of 5000 digits"),
    "deep": ("a: " + "[" * 10_000, (1, 43), "nested deeper than 40"),
    "deep block": ("\n".join(" " * i + "a:" for i in range(60)), (41, 41), "nested deeper than 40"),
    "unclosed": ("a: {b: 1", None, "not valid YAML"),
    "bad indent": ("a:\n  b: 1\n c: 2\n", (3, 2), "not valid YAML"),
    "colon in a value": ("a: b: c\n", (1, 5), "not valid YAML"),
    "empty": ("", None, "the file is empty"),
    "comments": ("# nothing\n", None, "the file is empty"),
    "null": ("~\n", None, "the file is empty"),
    "alias bomb": (
        "\n".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)),
        (1, 5),
        "anchor &a1",
    ),
    "huge key": ("x" * 200_000 + ": 1\n", None, "not valid YAML"),
    "too large": ("a: 1\n" * 60_000, None, f"more than {MAX_BYTES} bytes"),
    "too large in bytes": ("a: " + "é" * 140_000, None, f"more than {MAX_BYTES} bytes"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_with_position_quickly_and_in_little_memory(case: str) -> None:
    text, position, message = REFUSED[case]
    start = time.process_time()
    with pytest.raises(SpecError) as caught:
        parse(text, "x.yaml")
    assert time.process_time() - start < 0.5 * slowness()
    tracemalloc.start()
    with pytest.raises(SpecError):
        parse(text, "x.yaml")
    assert tracemalloc.get_traced_memory()[1] < 50e6
    tracemalloc.stop()
    error = caught.value
    assert message in str(error)
    assert error.path == "x.yaml"
    assert len(str(error)) < 500
    if position:
        assert (error.line, error.column) == position


def test_largest_legal_files_are_read_quickly() -> None:
    for text in (
        "\n".join(f"a{i}: 1" for i in range(25_000)),
        "a: [" + "[]," * 80_000 + "]",
        "k: '" + "x" * 200_000 + "'",
    ):
        start = time.process_time()
        parse(text, "x.yaml")
        assert time.process_time() - start < 3 * slowness()


def test_whole_message() -> None:
    with pytest.raises(SpecError) as caught:
        parse("a:\n  tickets: 1\n  tickets: 2 # again\n", "configs/mine.yaml")
    assert str(caught.value) == (
        "configs/mine.yaml:3:3: duplicate key 'tickets'; it already stands in line 2\n"
        "    3 |   tickets: 2 # again\n"
        "          ^^^^^^^"
    )


def test_long_lines_are_cut_around_the_marker() -> None:
    with pytest.raises(SpecError) as caught:
        parse("a: [" + "1, " * 200 + ".nan]", "x.yaml")
    shown, marker = caught.value.excerpt.splitlines()
    assert len(shown) <= 110
    assert shown[marker.index("^") : marker.rindex("^") + 1] == ".nan"


def test_scalars_of_the_core_schema() -> None:
    text = """
    yes: no
    on: yes
    time: 12:30
    day: 2024-01-01
    sexagesimal: 1:30:00
    grouped: 1_000
    million: 1e6
    small: -2.5E-3
    half: .5
    whole: 5.
    hex: 0x1F
    octal: 0o17
    zeros: 007
    truth: [true, False, TRUE]
    none: [~, null, ]
    quoted: ['true', "1", '~']
    word: nan
    26: a
    """
    assert parse("\n".join(line[4:] for line in text.splitlines()), "x").value == {
        "yes": "no",
        "on": "yes",
        "time": "12:30",
        "day": "2024-01-01",
        "sexagesimal": "1:30:00",
        "grouped": "1_000",
        "million": 1e6,
        "small": -2.5e-3,
        "half": 0.5,
        "whole": 5.0,
        "hex": 31,
        "octal": 15,
        "zeros": 7,
        "truth": [True, False, True],
        "none": [None, None],
        "quoted": ["true", "1", "~"],
        "word": "nan",
        "26": "a",
    }


def test_errors_point_to_values_keys_and_nearest_ancestors() -> None:
    document = parse("budget:\n  tickets: many\nemitters:\n  - {use: diff}\n", "r.yaml")

    def at(*loc: str | int, at_key: bool = False) -> tuple[int | None, int | None]:
        error = document.error(loc, "no", at_key=at_key)
        return error.line, error.column

    assert at("budget", "tickets") == (2, 12)
    assert at("budget", "tickets", at_key=True) == (2, 3)
    assert at("budget", "seconds") == (1, 1)
    assert at("emitters", 0, "use") == (4, 11)
    assert at("emitters", 0, "weight") == (4, 5)
    assert at("emitters", 7) == (3, 1)
    assert at("nothing") == (1, 1)
    assert str(document.error(("emitters", 0, "use"), "no")).startswith("r.yaml:4:11: emitters.0.use: no\n")


def test_read_names_the_file_as_the_user_did(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(SpecError, match=r"mine\.yaml:2:7: byte 0xe9 is not UTF-8"):
        read(path, "mine.yaml")
    path.write_bytes(b"a: 1\r\nb: 2\r\n")
    assert read(path).value == {"a": 1, "b": 2}
    assert read(path).name == str(path)
    path.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(SpecError, match="more than"):
        read(path)
    for absent in (tmp_path / "absent.yaml", tmp_path):
        with pytest.raises(NotFoundError, match="cannot be read"):
            read(absent)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    [
        "no",
        "1e5",
        "0o7",
        "0x1",
        "~",
        "",
        " a",
        "a ",
        ".5",
        "-",
        "12:30",
        "a: b",
        "# c",
        "true",
        "1_0",
        ".nan",
        "=",
        "<<",
    ]
)
scalars = st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats(allow_nan=False, allow_infinity=False)
data = st.recursive(
    scalars | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(texts, data, min_size=1, max_size=4))
def test_what_is_written_reads_back_equal(value: dict[str, object]) -> None:
    assert parse(to_text(value), "x").value == value  # pyright: ignore[reportArgumentType]


@given(st.text(max_size=60) | st.text("ab:-?{}[],&*!|>'\"%@` \n#~1.e", max_size=40))
def test_any_text_is_read_or_refused_with_a_spec_error(text: str) -> None:
    try:
        parse(text, "x")
    except SpecError as error:
        assert str(error).startswith("x:")  # noqa: PT017 - either is right
