from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

import pytest

from evo.config.component import Component, build
from evo.config.document import parse
from evo.config.validation import Count, Positive, Text, validate
from evo.errors import EvoError, SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    every: Count = 5
    share: Positive = 1.0

    def __post_init__(self) -> None:
        if self.every == 13:
            raise EvoError("every: expected a lucky number; got 13")
        if self.share == 13:
            raise ValueError("13 everywhere")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    name: Text
    count: int = 1
    inner: Inner = field(default_factory=Inner)
    maybe: Inner | None = None
    flag: bool = False
    colour: Colour = Colour.RED
    mode: Literal["ring", "none"] = "ring"
    numbers: tuple[float, ...] = ()
    parts: tuple[Inner, ...] = ()
    table: Mapping[str, Inner] = field(default_factory=dict)
    anything: Mapping[str, JSON] = field(default_factory=dict)
    either: int | str = 0
    hidden: str = field(default="", compare=False)


def test_values_take_their_declared_types() -> None:
    text = """
name: x
inner: {share: 2}
maybe: {every: 3}
colour: blue
numbers: [1, 2.5]
parts: [{}, {every: 2}]
table: {a: {every: 4}}
anything: {deep: [1, {x: ~}]}
either: word
"""
    value = validate(parse(text, "x.yaml"), Outer)
    assert value == Outer(
        name="x",
        inner=Inner(share=2.0),
        maybe=Inner(every=3),
        colour=Colour.BLUE,
        numbers=(1.0, 2.5),
        parts=(Inner(), Inner(every=2)),
        table={"a": Inner(every=4)},
        anything={"deep": [1, {"x": None}]},
        either="word",
    )
    assert isinstance(value.inner.share, float)
    assert isinstance(value.colour, Colour)
    assert validate(parse("name: x\nmaybe: ~", "x"), Outer).maybe is None


# the lines after "name: x", position, whole message
WRONG = {
    "count: many": (2, 8, "count: expected an integer; got 'many'"),
    "count: true": (2, 8, "count: expected an integer; got true"),
    "count: 1.0": (2, 8, "count: expected an integer; got 1.0"),
    "count: '1'": (2, 8, "count: expected an integer; got '1'"),
    "count:": (2, 7, "count: expected an integer; got null"),
    "count: [1]": (2, 8, "count: expected an integer; got a list"),
    "flag: no": (2, 7, "flag: expected true or false; got 'no'"),
    "flag: 1": (2, 7, "flag: expected true or false; got 1"),
    "colour: rad": (2, 9, "colour: expected one of red, blue; got 'rad'; did you mean red?"),
    "mode: {}": (2, 7, "mode: expected one of ring, none; got a mapping"),
    "numbers: [1, x]": (2, 14, "numbers.1: expected a number; got 'x'"),
    "numbers: 5": (2, 10, "numbers: expected a list; got 5"),
    "inner: 5": (2, 8, "inner: expected a mapping of every, share; got 5"),
    "inner: {every: 0}": (2, 16, "inner.every: expected an integer, at least 1; got 0"),
    "inner: {share: 0}": (2, 16, "inner.share: expected a number, above 0; got 0"),
    "inner: {every: 13}": (2, 16, "inner.every: expected a lucky number; got 13"),
    "inner: {share: 13}": (2, 1, "inner: 13 everywhere"),
    "parts: [{}, {evry: 1}]": (2, 14, "parts.1.evry: unknown key; did you mean every?"),
    "table: [1]": (2, 8, "table: expected a mapping; got a list"),
    "table: {a: {every: 5s}}": (2, 20, "table.a.every: expected an integer, at least 1; got '5s'"),
    "maybe: 1": (2, 8, "maybe: expected a mapping of every, share; got 1"),
    "either: []": (2, 9, "either: expected an integer or a text; got a list"),
    "cuont: 1": (2, 1, "cuont: unknown key; did you mean count?"),
    "every: 1": (2, 1, "every: unknown key; did you mean inner.every?"),
    "inner_evry: 1": (2, 1, "inner_evry: unknown key; did you mean inner.every?"),
    "hidden: x": (2, 1, None),
    "inner: {name: x}": (2, 9, "inner.name: unknown key; did you mean name?"),
    "inner: {zzzz: x}": (2, 9, "inner.zzzz: unknown key; expected every, share"),
    "inner: {flag: true}": (2, 9, "inner.flag: unknown key; did you mean flag?"),
}


@pytest.mark.parametrize("line", WRONG)
def test_wrong_values_are_reported_with_position_and_expectation(line: str) -> None:
    row, column, message = WRONG[line]
    with pytest.raises(SpecError) as caught:
        validate(parse(f"name: x\n{line}\n", "x.yaml"), Outer)
    error = caught.value
    assert (error.line, error.column) == (row, column)
    assert error.excerpt.startswith(f"    2 | {line}\n")
    if message:
        assert str(error).splitlines()[0] == f"x.yaml:{row}:{column}: {message}"


def test_missing_keys_and_texts_that_look_like_numbers() -> None:
    with pytest.raises(SpecError, match=r"^x\.yaml:1:1: name: missing; expected a text, not empty"):
        validate(parse("count: 1", "x.yaml"), Outer)
    with pytest.raises(SpecError, match=r"expected a text, not empty; got 2024; write it in quotes"):
        validate(parse("name: 2024", "x.yaml"), Outer)
    with pytest.raises(SpecError, match=r"expected a mapping of name, .*; got a list"):
        validate(parse("[1]", "x.yaml"), Outer)


def test_the_first_error_of_the_file_is_reported() -> None:
    with pytest.raises(SpecError) as caught:
        validate(parse("count: 1\ninner:\n  evry: 2\nflag: 3\n", "x.yaml"), Outer)
    assert caught.value.line == 3


def test_part_of_a_document() -> None:
    assert validate(parse("- {every: 2}\n- {every: 3}", "x"), Inner, (1,)) == Inner(every=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tournament:
    size: Count = 3
    clock: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Uniform:
    pass


TABLE: dict[str, type[Tournament | Uniform]] = {"tournament": Tournament, "uniform": Uniform}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    selector: Component


def component(text: str) -> Component:
    return validate(parse(text, "x.yaml"), Holder).selector


def test_a_component_is_a_name_or_a_mapping() -> None:
    assert component("selector: uniform") == component("selector: {use: uniform}") == Component(use="uniform")
    assert build(component("selector: uniform"), Uniform) == Uniform()
    assert build(component("selector: {use: tournament, size: 5}"), Tournament) == Tournament(size=5)
    assert build(component("selector: tournament"), Tournament) == Tournament()
    assert build(Component(use="tournament", options={"size": 4}), Tournament) == Tournament(size=4)


COMPONENTS = {
    "selector: 5": (1, 11, "selector: expected a name, or a mapping with `use` and options; got 5"),
    "selector: {size: 3}": (1, 1, "selector.use: missing; expected the name of an implementation"),
    "selector: {use: [a]}": (1, 17, "selector.use: expected the name of an implementation; got a list"),
    "selector: {use: tournament, siz: 3}": (1, 29, "selector.siz: unknown key; did you mean size?"),
    "selector: {use: tournament, wieght: 3}": (1, 29, "selector.wieght: unknown key; did you mean weight?"),
    "selector: {use: tournament, size: 0}": (1, 35, "selector.size: expected an integer, at least 1; got 0"),
    "selector: {use: uniform, size: 3}": (1, 26, "selector.size: unknown key; expected weight"),
    "selector: {use: tournament, clock: 3}": (1, 29, "selector.clock: unknown key"),
}


def made(text: str, **given: object) -> object:
    found = component(text).without("weight")
    return build(found, TABLE[found.use], **given)


@pytest.mark.parametrize("text", COMPONENTS)
def test_wrong_components(text: str) -> None:
    row, column, message = COMPONENTS[text]
    given = {"clock": 1} if "tournament" in text else {}
    with pytest.raises(SpecError) as caught:
        made(text, **given)
    assert str(caught.value).startswith(f"x.yaml:{row}:{column}: {message}")


def test_options_can_be_shared_out() -> None:
    choice = component("selector: {use: tournament, size: 5, weight: 2}")
    assert choice.only("weight").options == {"weight": 2}
    assert build(choice.without("weight"), Tournament, clock="now") == Tournament(size=5, clock="now")
    error = choice.error("too heavy", "weight")
    assert str(error).startswith("x.yaml:1:46: selector.weight: too heavy")


def test_components_made_in_code_have_errors_without_position() -> None:
    with pytest.raises(SpecError) as caught:
        build(Component(use="tournament", options={"siz": 1}), Tournament)
    assert str(caught.value) == "siz: unknown key; did you mean size?"
