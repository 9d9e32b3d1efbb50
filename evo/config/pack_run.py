"""A pack as a run: `evo run circle_packing/32` by the pack's own `run.yaml`.

`run.yaml` has the keys of a config without `problem`, which is the pack itself. What differs for an instance stands
under `instances`, and `instance` is the one that is run where none is named; `budget.target: best_known` is the
instance's own record. Nothing in it counts for what a score means, so that it may change while runs go on.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from warnings import warn

from evo.config.document import MAX_BYTES, Document, parse, read, read_text
from evo.config.layers import merged, overridden, rebuilt, without
from evo.config.phrases import shown
from evo.config.positions import Span, YamlNode, YamlSource
from evo.config.presets import with_preset
from evo.config.problem import load_problem, locate
from evo.config.problem_spec import ProblemSpec
from evo.config.resources import known, resolve
from evo.config.run import complete_run, extended, load_config
from evo.config.validation import validate
from evo.errors import EvoError, EvoWarning, NotFoundError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evo.config.problem import Place
    from evo.config.run import RunSpec

FILE = "run.yaml"
BEST_KNOWN = "best_known"
DEFAULT = "extends: base.yaml\nbudget: {tickets: 100}\n"
"""How a pack without `run.yaml` is run: as `base.yaml` says, for 100 tickets, with all its measures."""

INSTANCE, INSTANCES, FORMERLY = "instance", "instances", "formerly"
MEASURES = ("archive", "measures")


def load_run(named: str | Path, overrides: Sequence[str] = ()) -> RunSpec:
    """Read what `evo run` is given: a config by its path or name, else a problem by its address.

    Args:
        named: a config comes first where both exist; a warning says how to mean the problem.
        overrides: "dotted.key=value" each, as after `--set`.

    Raises:
        NotFoundError: neither; names the nearest of both.
        SpecError: anything wrong in the files or in a setting, at its position.
    """
    name = str(named)
    path = Path(name)
    if is_pack_run(path):
        return load_pack_run(str(path.parent), overrides)
    try:
        config = resolve("configs", name)
    except NotFoundError:
        address = renamed(name)
        if address == name and path.suffix in {".yaml", ".yml"}:
            raise
        return load_pack_run(address, overrides)
    if not path.is_file() and name in known("problems"):
        folder = resolve("problems", name)
        warn(
            f"{name} is the config {config}; `evo run {folder}` runs the problem of that name", EvoWarning, stacklevel=1
        )
    return load_config(config, overrides)


def load_pack_run(address: str, overrides: Sequence[str] = ()) -> RunSpec:
    """Read how a pack says that it is best run.

    Args:
        address: a name, name/instance, a path to a folder with `problem.yaml`, or path/instance.
        overrides: "dotted.key=value" each, as after `--set`.

    Raises:
        NotFoundError: no such problem or instance; names the nearest of problems and configs.
        SpecError: anything wrong in `problem.yaml`, `run.yaml`, its base or a setting, at its position.
    """
    try:
        place = locate(_with_instance(address))
    except NotFoundError as error:
        _refuse(address, error)
        raise
    path = place.folder / FILE
    document = read(path) if path.is_file() else parse(DEFAULT, str(path))
    document = extended(_for_instance(document, place), path)
    said = YamlNode(source=YamlSource(name=address), value=place.address, span=Span(line=1, column=1))
    document = overridden(with_preset(_with(document, ("problem",), said), overrides), overrides)
    source = path if path.is_file() else None
    return complete_run(_with_target(document, place.folder), source=source, hints=("extends", INSTANCE, INSTANCES))


def instances_of(address: str) -> list[str]:
    """Return the addresses of all instances of a pack, or the address itself where it names one or there are none.

    Raises:
        SpecError: `problem.yaml` is wrong.
    """
    try:
        folder = resolve("problems", address)
    except NotFoundError:
        return [address]
    spec = validate(read(folder / "problem.yaml"), ProblemSpec)
    return [f"{address.rstrip('/')}/{name}" for name in spec.instances] or [address]


def is_pack_run(path: Path) -> bool:
    """Tell whether a path is the `run.yaml` of a pack; folders of runs have a file of that name too."""
    return path.name == FILE and (path.parent / "problem.yaml").is_file()


def _for_instance(document: Document, place: Place) -> Document:
    """Return `run.yaml` as it is for one instance: what it says of it lies over what it says of all."""
    root = document.root
    if root is None or not isinstance(root.value, dict):
        raise document.error((), f"expected a mapping of keys; got {shown(document.value)}")
    if "problem" in root.children:
        raise document.error(("problem",), "the problem is the pack itself; leave the key out", at_key=True)
    own = _entries(document, place.spec.instances).get(place.instance)
    below = without(without(root, INSTANCES), INSTANCE)
    if own is None:
        return replace(document, root=below)
    archive = below.children.get("archive")
    if archive is not None and replace(document, root=own).at(MEASURES):  # its axes stand in place of the pack's
        below = rebuilt(below, {**below.children, "archive": without(archive, "measures")})
    return replace(document, root=merged(below, without(own, FORMERLY)))


def _with_instance(address: str) -> str:
    """Add the instance that `run.yaml` names, where neither the address nor `problem.yaml` does."""
    try:
        folder = resolve("problems", address)
    except NotFoundError:
        return address
    declared = read(folder / FILE) if (folder / FILE).is_file() else parse(DEFAULT, FILE)
    named = declared.at((INSTANCE,))
    if named is None:
        return address
    spec = validate(read(folder / "problem.yaml"), ProblemSpec)
    if not isinstance(named.value, str) or named.value not in spec.instances:
        there = ", ".join(spec.instances) or "none"
        raise declared.error(
            (INSTANCE,), f"expected the name of an instance; got {shown(named.value)}; there are {there}"
        )
    return address if spec.default_instance else f"{address.rstrip('/')}/{named.value}"


def _entries(document: Document, there: Mapping[str, object]) -> Mapping[str, YamlNode]:
    """Return what stands under `instances`, by name, each a mapping about an instance that exists."""
    node = document.at((INSTANCES,))
    if node is None:
        return MappingProxyType({})
    if not isinstance(node.value, dict):
        raise document.error((INSTANCES,), f"expected a mapping of instances; got {shown(node.value)}")
    entries: dict[str, YamlNode] = {}
    for name, entry in node.children.items():
        loc = (INSTANCES, name)
        if name not in there:
            hint = nearest(str(name), there) or f"; there are {', '.join(there) or 'none'}"
            raise document.error(loc, f"no such instance in problem.yaml{hint}", at_key=True)
        if not isinstance(entry.value, dict):
            raise document.error(loc, f"expected a mapping of keys; got {shown(entry.value)}")
        if wrong := next((key for key in ("problem", "extends", INSTANCES) if key in entry.children), None):
            raise document.error((*loc, wrong), "expected for the whole pack, not for an instance", at_key=True)
        entries[str(name)] = entry
    return entries


def _with_target(document: Document, beside: Path) -> Document:
    """Put the record in the place of its name; an instance without one, or with changed parameters, has no target."""
    node, problem = document.at(("budget", "target")), document.at(("problem",))
    if node is None or node.value != BEST_KNOWN or problem is None or not isinstance(problem.value, str):
        return document
    params = document.at(("params",))
    changed = params.value if params and isinstance(params.value, dict) else None
    best = load_problem(problem.value, beside=beside, params=changed).best_known
    return _with(document, ("budget", "target"), replace(node, value=best.value if best else None))


def _with(document: Document, loc: Sequence[str], value: YamlNode) -> Document:
    """Return a document with another value at `loc`, whose mappings exist."""

    def put(node: YamlNode | None, steps: Sequence[str]) -> YamlNode:
        if node is None or not steps:
            return value
        return rebuilt(node, {**node.children, steps[0]: put(node.children.get(steps[0]), steps[1:])})

    return replace(document, root=put(document.root, loc))


def renamed(name: str) -> str:
    """Return the address of what was a config before packs had `run.yaml`, with a warning; else the name itself.

    `cap_set` was the pack's, `circle_packing_26` is circle_packing/26; others stand in `run.yaml`, as `formerly` of
    their instance.
    """
    old = name.removeprefix("configs/").removesuffix(".yaml")
    address = next(_former_configs(old), name)
    if address != name:
        warn(f"{name} is now {address}", EvoWarning, stacklevel=1)
    return address


def _former_configs(old: str) -> Iterator[str]:
    """Yield what a config of this name is now; nothing where it never was one."""
    packs = known("problems")
    if old in packs:
        yield old
    for pack in packs:
        try:
            folder = resolve("problems", pack)
            text = read_text(folder / FILE, FILE, limit=MAX_BYTES) if (folder / FILE).is_file() else ""
            if not old.startswith(f"{pack}_") and old not in text:
                continue
            there = validate(read(folder / "problem.yaml"), ProblemSpec).instances
            entries = _entries(parse(text or DEFAULT, FILE), there)
        except EvoError:  # what is wrong with another pack is said when that one is asked for
            continue
        names = {f"{pack}_{instance}": instance for instance in there}
        names |= {
            str(entry.children[FORMERLY].value): each for each, entry in entries.items() if FORMERLY in entry.children
        }
        if old in names:
            yield f"{pack}/{names[old]}"


def _refuse(address: str, error: NotFoundError) -> None:
    """Name the nearest of configs as well, where neither a config nor a pack has the name."""
    if "/" not in address and address not in known("problems"):
        names = sorted({*known("configs"), *known("problems")})
        hint = nearest(address, names) or f"; there are {', '.join(names)}"
        raise NotFoundError(f"no config or problem {address!r}{hint}") from error
