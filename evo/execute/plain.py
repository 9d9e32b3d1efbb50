"""What crosses the executor's seam as data that any wire can carry: dicts with text keys, lists, numbers, texts, bytes.

Raw bytes stay bytes; all else is JSON. An executor that runs things elsewhere sends `plain(task)` and makes
`from_plain(TaskResult, ...)` of what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache
from types import MappingProxyType, NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from evo.errors import EvoError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def plain(value: object) -> Any:  # noqa: ANN401 - plain data
    """Return a value of the seam as plain data; dataclasses become dicts of their fields."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in cast("Mapping[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in cast("list[object]", value)]
    return value.value if isinstance(value, Enum) else value


def from_plain(cls: type[T], data: Mapping[str, Any]) -> T:
    """Return the dataclass that `plain` was made of.

    Raises:
        EvoError: a field that the class does not have, one that it needs and did not get, or a value that it refuses.
    """
    hints = _hints(cls)
    if unknown := sorted(set(data) - set(hints)):
        raise EvoError(f"{cls.__name__}: unknown field {unknown[0]!r}; expected {', '.join(hints)}")
    try:
        return cls(**{name: _made(hints[name], value) for name, value in data.items()})
    except (TypeError, ValueError) as error:
        raise EvoError(f"{cls.__name__} cannot be made of {', '.join(data) or 'nothing'}: {error}") from error


@lru_cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return get_type_hints(cls)


def _made(kind: Any, value: Any) -> Any:  # noqa: ANN401 - an annotation and plain data
    if value is None:
        return None
    if get_origin(kind) in {Union, UnionType}:
        others = [each for each in get_args(kind) if each is not NoneType]
        # Longer unions stand for JSON, which is plain already.
        return _made(others[0], value) if len(others) == 1 else value
    if get_origin(kind) is tuple:
        return tuple(_made(get_args(kind)[0], each) for each in value)
    if get_origin(kind) is Mapping:
        return MappingProxyType({key: _made(get_args(kind)[1], each) for key, each in value.items()})
    if isinstance(kind, type) and is_dataclass(kind):
        return from_plain(cast("type[Any]", kind), value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, Enum | float) else value
