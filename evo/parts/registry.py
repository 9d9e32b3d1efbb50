"""From what a config names to a part: found, made of its options, checked against its protocol."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from evo.canonical import fingerprint
from evo.config.component import Component, build
from evo.config.live import as_component
from evo.errors import EvoError, NotFoundError, nearest
from evo.parts.kinds import KINDS
from evo.parts.origin import SHIPPED, Origin, origin_of

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence
    from types import ModuleType

    from evo.canonical import JSON

    _Errors = type[Exception] | tuple[type[Exception], ...]

_LOCAL = "<locals>"
"""In the name of a class that stands in a function: no address leads there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a name means: the class, and where it came from."""

    cls: type
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a run, made.

    Attributes:
        kind: the plug point.
        place: where the config names it: "selector", "emitters.0", "llms.fast".
        use: the name.
        options: its fields as plain data.
        value: the part itself.
    """

    kind: str
    place: str
    use: str
    origin: Origin
    options: Mapping[str, JSON]
    value: object

    def plain(self) -> dict[str, JSON]:
        """Return what the run's header keeps of it."""
        return {
            "kind": self.kind,
            "place": self.place,
            "use": self.use,
            "source": self.origin.source,
            "name": self.origin.name,
            "version": self.origin.version,
            "digest": self.origin.digest,
            "options": dict(self.options),
        }


def find(kind: str, component: Component) -> Found:
    """Return the class that a component names.

    Raises:
        SpecError: there is no such part, or its module cannot be imported; at the component's place.
    """
    if component.live is not None:
        cls = type(component.live)
        return Found(cls=cls, origin=SHIPPED if _ships(cls) else origin_of(cls, "live"))
    use, table = component.use, KINDS[kind].shipped
    if use in table:
        return Found(cls=_shipped(table[use]), origin=SHIPPED)
    if ":" in use:
        return _addressed(kind, component)
    others = installed(kind)
    if use in others:
        return _installed(kind, component, others[use])
    names = (*table, *others)
    raise component.error(f"unknown {use!r}{nearest(use, names)}; there are {', '.join(names)}", "use")


def make(kind: str, component: Component, place: str = "", **offered: object) -> Part:
    """Return the part that a component asks for.

    Args:
        kind: the plug point.
        component: as read from a file, or made in Python.
        place: where it stands in the config; its own place in the file by default.
        offered: values of fields that come from the program, where the part has such fields; no file may set them.

    Raises:
        SpecError: there is no such part, or its options do not fit, at its place in the file.
    """
    found = find(kind, component)
    value: object
    if component.live is not None:
        value = _filled(component.live, offered)
    else:
        names = _fields(component, found.cls)
        given = {name: each for name, each in offered.items() if name in names}
        with _blaming(component, f"{component.use} cannot be made", passed=EvoError):
            value = build(component, cast("type[object]", found.cls), **given)
    _check_shape(kind, component, value)
    place = place or ".".join(str(step) for step in component.loc) or kind
    options = written(kind, component if component.live is None else as_component(value)).options
    return Part(kind=kind, place=place, use=component.use, origin=found.origin, options=options, value=value)


def look_up(kind: str, name: str) -> Found:
    """Return the part that a name would mean in a config of the current folder.

    Raises:
        NotFoundError: there is no such kind.
        SpecError: as `find`.
    """
    if kind not in KINDS:
        raise NotFoundError(f"{kind}: no such kind of part{nearest(kind, KINDS)}; there are {', '.join(KINDS)}")
    return find(kind, Component(use=name))


def shipped(kind: str) -> Sequence[Found]:
    """Return every part of a kind that ships."""
    return [look_up(kind, name) for name in KINDS[kind].shipped]


def names_of(kind: str) -> Iterator[tuple[str, str]]:
    """Yield the names that a config may use for a kind, each with where it comes from: what ships, then the others."""
    for name in KINDS[kind].shipped:
        yield name, SHIPPED.words
    for name, point in installed(kind).items():
        yield name, f"installed: {_distribution(point)}"


def installed(kind: str) -> Mapping[str, importlib.metadata.EntryPoint]:
    """Return the parts of a kind that installed packages bring, by name; a name that two groups have is the first's."""
    found = (importlib.metadata.entry_points(group=group) for group in reversed(KINDS[kind].groups))
    return {point.name: point for points in found for point in points}


def protocol_of(kind: str) -> type:
    """Return the protocol that the parts of a kind fit by shape."""
    return _shipped(KINDS[kind].protocol)


def remade(kind: str, component: Component, further: Mapping[str, JSON] = MappingProxyType({})) -> object:
    """Return a live part made again from its options alone, as a run that is taken up makes it.

    Args:
        kind: the plug point.
        component: of a live part; see `evo.config.live.as_component`.
        further: options to add.

    Raises:
        SpecError: its options do not fit.
    """
    plain = written(kind, component)
    values = {name: getattr(component.live, name) for name in component.options if name not in plain.options}
    again = replace(plain, live=None, options=MappingProxyType({**plain.options, **further}))
    return build(again, type(component.live), **values)


def written(kind: str, component: Component) -> Component:
    """Return the component as a file holds it: without what the program gives to a live part."""
    given = KINDS[kind].given
    return component if component.live is None else component.without(*given)


def lacking(kind: str, value: object) -> tuple[str, ...]:
    """Return what a part lacks of its protocol, by name."""
    return tuple(name for name in _members(kind) if not hasattr(value, name))


def _fields(component: Component, cls: type) -> frozenset[str]:
    if not is_dataclass(cls):
        message = f"{component.use!r} is no part: expected a frozen dataclass whose fields are its options"
        raise component.error(message, "use")
    return frozenset(field.name for field in fields(cls) if field.init)


def _filled(live: object, offered: Mapping[str, object]) -> object:
    """Return a live part with what the program gives in the fields for it."""
    if not is_dataclass(live) or isinstance(live, type):
        return live
    names = {field.name for field in fields(live) if field.init}
    there = {name: value for name, value in offered.items() if name in names}
    return replace(live, **there) if there else live


def _check_shape(kind: str, component: Component, value: object) -> None:
    """Refuse a part that lacks what its protocol asks for, before a run rests on it."""
    if wanted := lacking(kind, value):
        protocol = KINDS[kind].protocol.rpartition(":")[2]
        raise component.error(
            f"{component.use!r} is no {kind}: it lacks {', '.join(wanted)}; "
            f"`evo parts {kind}` and docs/extend.md say what a {protocol} has",
            "use",
        )


@cache
def _members(kind: str) -> tuple[str, ...]:
    """Return what no part of the kind can do without: the methods, properties and attributes of its protocol."""
    bases = [base for base in protocol_of(kind).__mro__ if getattr(base, "_is_protocol", False)]
    found = {name for base in bases for name in (*vars(base), *getattr(base, "__annotations__", {}))}
    return tuple(sorted(name for name in found if not name.startswith("_") and name not in KINDS[kind].optional))


def _ships(cls: type) -> bool:
    return f"{cls.__module__}:{cls.__qualname__}" in {
        address for kind in KINDS.values() for address in kind.shipped.values()
    }


@cache
def _shipped(address: str) -> type:
    module, _, name = address.partition(":")
    return cast("type", getattr(importlib.import_module(module), name))


def _distribution(point: importlib.metadata.EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def _installed(kind: str, component: Component, point: importlib.metadata.EntryPoint) -> Found:
    try:
        with _blaming(component, f"the installed {kind} {component.use!r} cannot be loaded"):
            cls = point.load()
    except ModuleNotFoundError as error:
        raise component.error(f"the installed {kind} {component.use!r} cannot be loaded: {error}", "use") from error
    return Found(cls=cls, origin=_of_distribution(point, origin_of(cls, "installed")))


def _of_distribution(point: importlib.metadata.EntryPoint, origin: Origin) -> Origin:
    return replace(origin, name=point.dist.name, version=point.dist.version) if point.dist else origin


def _addressed(kind: str, component: Component) -> Found:
    """Return the class of `module:Class` or `path.py:Class`."""
    where, _, name = component.use.rpartition(":")
    file = file_of(component, where)
    if file is None and (where.endswith(".py") or "/" in where):
        raise component.error(f"no file {where}, neither beside the config nor here", "use")
    module = _from_file(component, file) if file else _from_module(kind, component, where)
    cls: object = module
    for step in name.split("."):
        cls = getattr(cls, step, None)
    if isinstance(cls, type):
        return Found(cls=cls, origin=SHIPPED if _ships(cls) else origin_of(cls, "file" if file else "module"))
    if where == "__main__" or _LOCAL in name:
        raise component.error(_handed_over(component), "use")
    known = [
        each
        for each, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and not each.startswith("_")
    ]
    hint = nearest(name, known) or f"; there are {', '.join(known) or 'none'}"
    raise component.error(f"{where} has no class {name!r}{hint}", "use")


def _handed_over(component: Component) -> str:
    return (
        f"{component.use!r} was handed over in Python, by a program in which alone it can be found. Take the run up "
        "there: evo.resume(FOLDER, parts={PLACE: part}), where PLACE is the part's key in the config, for example "
        '"selector"; or put the class into a module, which every process can import'
    )


def file_of(component: Component, where: str) -> Path | None:
    """Return the file that the left side of an address means, beside the config or here; None for a module's name."""
    name = where if where.endswith(".py") else f"{where}.py"
    if not where.endswith(".py") and ("/" in where or "." in where):
        return None
    beside = Path(component.document.name).parent
    return next((path.resolve() for path in (beside / name, Path(name)) if path.is_file()), None)


def _from_module(kind: str, component: Component, where: str) -> ModuleType:
    try:
        with _blaming(component, f"module {where} cannot be imported"):
            return importlib.import_module(where)
    except ModuleNotFoundError as error:
        there = f"{KINDS[kind].plural} that ship: {', '.join(KINDS[kind].shipped)}"
        message = f"no module {where!r} here, and no {where}.py beside the config ({error}); {there}"
        raise component.error(message, "use") from error


@contextmanager
def _blaming(component: Component, words: str, passed: _Errors = (EvoError, ModuleNotFoundError)) -> Generator[None]:
    """Turn whatever somebody's code raises while it is imported or made into an error at the place that names it.

    A module that ends the interpreter (`sys.exit`) would take the run with it; that is the module's mistake too.
    """
    try:
        yield
    except passed:
        raise
    except (Exception, SystemExit) as error:
        raise component.error(f"{words}: {type(error).__name__}: {error}", "use") from error


def _from_file(component: Component, file: Path) -> ModuleType:
    """Import a file of the user's under a name of its own, once for each text of it."""
    name = f"_evo_part_{fingerprint(str(file) + file.read_text(encoding='utf-8', errors='replace'))[:16]}_{file.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise component.error(f"{file.name} cannot be read as Python", "use")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their own module up while they are made.
    sys.modules[name] = module
    try:
        with _blaming(component, f"{file.name} cannot be imported"):
            spec.loader.exec_module(module)
    except ModuleNotFoundError as error:
        del sys.modules[name]
        raise component.error(f"{file.name} cannot be imported: {error}", "use") from error
    except EvoError:
        del sys.modules[name]
        raise
    return module
