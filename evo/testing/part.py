"""What holds for a part of any kind: a frozen dataclass whose fields are its options, and a function of its arguments.

The contract of a kind inherits this one. Nothing here needs pytest: a contract is a plain class with `test_*` methods,
which pytest collects in a subclass whose name begins with `Test`.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from evo import parts
from evo.config.live import as_component
from evo.errors import EvoError, SpecError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

T = TypeVar("T")


class PartContract(ABC):
    """What every part promises, whatever its kind.

    Attributes:
        kind: of the part, as in `evo.parts.KINDS`.
    """

    kind: ClassVar[str]

    @abstractmethod
    def make(self) -> Any:  # noqa: ANN401 - each kind says which
        """Return the part; called several times, with equal options each time."""

    def test_it_is_a_frozen_dataclass_whose_fields_are_its_options(self) -> None:
        """Options that could change after they were written down would make the record untrue."""
        part = self.make()
        assert is_dataclass(part), f"{_name(part)} is no dataclass; decorate it with @dataclass(frozen=True)"
        assert cast("Any", part).__dataclass_params__.frozen, (
            f"{_name(part)} can be changed; decorate it with @dataclass(frozen=True)"
        )

    def test_it_has_what_its_protocol_asks_for(self) -> None:
        """What is missing would only show in the middle of a run."""
        part = self.make()
        missing = parts.lacking(self.kind, part)
        protocol = parts.KINDS[self.kind].protocol
        assert not missing, f"{_name(part)} lacks {', '.join(missing)}, which {protocol} has"

    def test_equal_options_make_equal_parts(self) -> None:
        """A part is known by its options alone."""
        assert self.make() == self.make(), "two parts that `make` returned differ; compare by options, not by identity"

    def test_it_can_be_made_again_from_its_options(self) -> None:
        """A run is taken up from what was written down of its parts."""
        part = self.make()
        try:
            again = parts.remade(self.kind, as_component(part))
        except EvoError as error:
            raise AssertionError(
                f"{_name(part)} cannot be made again from its fields as a file would hold them: {error}"
            ) from error
        assert again == part, f"made again from its options it is {again!r}; expected {part!r}"

    def test_an_unknown_option_is_refused_with_the_nearest(self) -> None:
        """A mistyped option that is passed over in silence is the costliest of all mistakes."""
        part = self.make()
        names = [field.name for field in fields(part)]
        wrong = f"{names[0]}x" if names else "no_such_option"
        error = refusal(lambda: parts.remade(self.kind, as_component(part), {wrong: 1}))
        taken = f"{_name(part)} took the unknown option {wrong!r}; do not swallow keyword arguments"
        assert isinstance(error, SpecError), taken
        assert wrong in str(error), f"the refusal does not name the option {wrong!r}: {error}"


def refusal(call: Callable[[], object]) -> EvoError | None:
    """Return the EvoError that a call raises, None if it raises nothing."""
    try:
        call()
    except EvoError as error:
        return error
    return None


def twice(call: Callable[[], T], what: str) -> T:
    """Return what a call returns, if it does so whatever the state of the global generator, and leaves that alone.

    Args:
        call: makes its own `rng` anew each time.
        what: for the message: what is called.
    """
    results: list[T] = []
    with _global_random_kept():
        for seed in (1, 2):
            random.seed(seed)
            before = random.getstate()
            results.append(call())
            assert random.getstate() == before, f"{what} draws from the global `random`; draw from what it is given"
    first, second = results
    assert first == second, f"{what} gave {first!r}, then {second!r} for equal arguments; expected a pure function"
    return first


@contextmanager
def _global_random_kept() -> Generator[None]:
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


def _name(part: object) -> str:
    return type(part).__name__
