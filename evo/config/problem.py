"""A problem as it lies on disk: its folder, one of its instances, and the cases that test its judge.

Nothing here runs or imports anything of a problem: `evaluate.py` is a path.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast
from warnings import warn

from evo.canonical import canonical, fingerprint
from evo.config.contents import readable_in
from evo.config.document import MAX_BYTES, read, read_text
from evo.config.environment import find_environment
from evo.config.former import find_former, meant, vouched
from evo.config.problem_repository import editable_in, repository_of, tree_seed
from evo.config.problem_spec import BestKnown, InstanceSpec, ProblemLimits, ProblemSpec
from evo.config.resources import known, resolve
from evo.config.validation import NotNegative, Text, validate
from evo.errors import EvoError, EvoWarning, NotFoundError, SpecError, nearest
from evo.records import PROGRAM_MAX_BYTES, Program
from evo.repository.snapshot import take_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from evo.canonical import JSON
    from evo.config.document import Document
    from evo.config.environment import Environment
    from evo.config.former import Former
    from evo.edits import Editable
    from evo.records import Tree
    from evo.repository.snapshot import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One instance of a problem, with everything that a run needs to know about it.

    Attributes:
        spec: `problem.yaml`, with what the instance says differently in its place. Its name and the instance's are the
            earlier ones where an earlier address was asked for, so that all that is written and asked reads as then.
        folder: where it lies.
        instance: its name; "" where there are no instances, or when parameters were overridden.
        overridden: whether the parameters are the run's own, which no instance declares.
        params: merged: the problem's, the instance's, the run's.
        judge_params: what the judge and the picture get beside them; no program and no prompt does.
        best_known: the instance's, else the objective's; None for overridden parameters.
        limits: merged.
        brief: the text of `brief.md`, or of the instance's own, for the prompt.
        seeds: (name, program) in the order of their names; a name is a file or folder in `seeds/`.
        judge: `evaluate.py`, or somebody else's evaluator.
        ideas, picture, cases: `ideas/` (the instance's own folder in it, if it has one), `picture.py` and `cases.yaml`
            where they exist.
        secret: whether the judge is to get a secret of the run among its parameters, and draws from that.
        holdout: the address of the instance that the best program is scored on in the end; "" where there is none.
        validation: that of other draws of the kinds that are searched on; "" where there is none.
        fingerprint: of `problem.yaml`, `evaluate.py`, the modules that lie beside it, and the parameters: what the
            meaning of a score hangs on. Where the pack vouches for runs of an earlier form, the one that they hold.
        former: whether an earlier address was asked for.
        reference: what candidates are measured against; None without.
        repository: where the tree that is its program lies; None for programs that are their files alone.
        tree: as it lies there, or as a run has it.
        readable: what programs may read, as whole paths.
        environment: what they run in; None for what `evo` itself runs in.
    """

    spec: ProblemSpec
    folder: Path
    instance: str
    overridden: bool
    params: Mapping[str, JSON]
    judge_params: Mapping[str, JSON]
    best_known: BestKnown | None
    limits: ProblemLimits
    brief: str
    seeds: tuple[tuple[str, Program], ...]
    judge: Path
    ideas: Path | None
    picture: Path | None
    cases: Path | None
    fingerprint: str
    former: bool
    reference: Program | None = None
    secret: bool = False
    holdout: str = ""
    validation: str = ""
    readable: tuple[str, ...] = ()
    environment: Environment | None = None
    repository: Repository | None = None
    tree: Tree | None = None

    @property
    def editable(self) -> Editable:
        """What of its programs may change."""
        return editable_in(self.tree, self.spec)

    @property
    def trust(self) -> str:
        """What a score is worth: "shared" where programs share the process that scores them; else ""."""
        return "shared" if self.spec.foreign else ""

    @property
    def label(self) -> str:
        """How people call it: "circle_packing/26", or "circle_packing(n=30)" with parameters of the run's own."""
        if self.overridden:
            shown = (value if isinstance(value, str) else canonical(value).decode() for value in self.params.values())
            return f"{self.spec.name}({', '.join(map('='.join, zip(self.params, shown, strict=True)))})"
        return f"{self.spec.name}/{self.instance}" if self.instance else self.spec.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An output with a known verdict: the judge's own test. It has an objective, or it is refused.

    Attributes:
        name, source: what it is called, each once, and who says so.
        output: exactly what the entry would return.
        program: where the judge calls the candidate, a program's file in the problem's folder in place of an output.
        objective, tolerance: the exact score, and by how much it may be off, in the objective's unit.
        refused: part of the reason that the judge must give.
        instance: the instance it is for; None means the default one.
        params: parameters that override the instance's, for cases small enough to check by hand.
    """

    name: Text
    output: JSON = None
    program: Text | None = None
    objective: float | None = None
    refused: Text | None = None
    source: str = ""
    tolerance: NotNegative = 0.0
    instance: Text | None = None
    params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Hold the invariant: exactly one of objective and refused.

        Raises:
            EvoError: both or neither is given.
        """
        if (self.objective is None) == (self.refused is None):
            came = "neither" if self.objective is None else "both"
            raise EvoError(f"expected either objective (it is valid) or refused (part of the reason); got {came}")


def load_problem(
    address: str,
    beside: Path | None = None,
    params: Mapping[str, JSON] | None = None,
    *,
    tree: Tree | None = None,
) -> Problem:
    """Read the problem that an address means.

    Args:
        address: a name, name/instance, a path to a folder with `problem.yaml`, or path/instance; or an earlier one of
            these, which warns.
        beside: the folder of the file that names it.
        params: parameters that override the instance's.
        tree: of its repository, where a run has it already; else it is read where it lies.

    Raises:
        NotFoundError: no such problem or instance; names the nearest.
        SpecError: something in its files is wrong or missing.
    """
    place = locate(address, beside)
    folder, spec, former = place.folder, place.spec, place.former
    chosen, here = spec.instances.get(place.instance, InstanceSpec()), spec.at(place.instance)
    declared = {**spec.params, **chosen.params}
    merged = {**declared, **_known(params or {}, declared, spec)}
    overridden = merged != declared
    if former:
        here = replace(here, name=former.name)
    repository = repository_of(folder, here)
    tree = tree or (take_snapshot(repository) if repository else None)
    problem = Problem(
        spec=here,
        folder=folder,
        instance="" if overridden else former.old_instance if former else place.instance,
        overridden=overridden,
        params=MappingProxyType(merged),
        judge_params=MappingProxyType({**spec.judge_params, **chosen.judge_params}),
        best_known=None if overridden else here.objective.best_known,
        limits=here.limits,
        brief=_brief(folder, chosen),
        seeds=tree_seed(tree, here) if tree else _seeds(folder / "seeds", here, chosen),
        judge=_judge(folder, spec),
        ideas=_ideas(folder / "ideas", chosen),
        picture=_optional(folder / "picture.py"),
        cases=_optional(folder / "cases.yaml"),
        fingerprint="",
        former=former is not None,
        reference=_reference(folder, here),
        secret=chosen.secret,
        holdout="" if overridden else _beside(folder, spec, place.instance, "holdout"),
        validation="" if overridden else _beside(folder, spec, place.instance, "validation"),
        readable=readable_in(folder, spec.readable),
        environment=find_environment(folder, spec.environment),
        repository=repository,
        tree=tree,
    )
    return replace(problem, fingerprint=_fingerprint(place, problem))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an address leads: the folder of a pack, what it declares, and which of its instances is meant.

    Attributes:
        document: `problem.yaml`.
        instance: "" where there are none.
        address: in full: the pack as it was named, or as it is called now, and the instance.
        former: the earlier address, if it was one.
    """

    folder: Path
    document: Document
    spec: ProblemSpec
    instance: str
    address: str
    former: Former | None = None


def locate(address: str, beside: Path | None = None) -> Place:
    """Find the pack and the instance that an address means; the whole of it may be a folder, or end in an instance.

    An earlier address is found as well, with a warning that says what it is now.

    Raises:
        NotFoundError: no such problem or instance; names the nearest.
        SpecError: `problem.yaml` is wrong.
    """
    try:
        head, named, folder = _folder_of(address, beside)
    except NotFoundError:
        former = find_former(address, beside)
        if former is None:
            raise
        return _renamed(former)
    document = read(folder / "problem.yaml")
    spec = validate(document, ProblemSpec)
    instance = _instance(spec, named, address)
    full = f"{head.rstrip('/')}/{instance}" if instance else head
    return Place(folder=folder, document=document, spec=spec, instance=instance, address=full)


def lapsed(folder: Path) -> list[str]:
    """Return what a pack vouches for in `formerly` and does not hold any more, in words; each names what would hold.

    Raises:
        NotFoundError, SpecError: a file of it is missing or wrong.
    """
    spec = validate(read(folder / "problem.yaml"), ProblemSpec)
    found: list[str] = []
    for old, former in spec.formerly.items():
        now = _meant(folder, spec, former.instance) if former.recorded else former.equals
        if former.equals != now:
            found.append(
                f"formerly.{old}.equals: what {former.instance} means has changed since this was written, so runs of "
                f"{old} cannot go on; if its judge still gives the scores of that time, write {now}"
            )
    return found


def _renamed(former: Former) -> Place:
    document = read(former.folder / "problem.yaml")
    spec = validate(document, ProblemSpec)
    warn(f"{former.old} is now {spec.name}/{former.instance}", EvoWarning, stacklevel=1)
    named = spec.name in known("problems") and resolve("problems", spec.name) == former.folder
    return Place(
        folder=former.folder,
        document=document,
        spec=spec,
        instance=former.instance,
        address=f"{spec.name if named else former.folder}/{former.instance}",
        former=former,
    )


def _beside(folder: Path, spec: ProblemSpec, instance: str, key: Literal["holdout", "validation"]) -> str:
    """Return the address of the instance that one names for a purpose, "" for none."""
    named: str | None = getattr(spec.instances.get(instance, InstanceSpec()), key) or getattr(spec, key)
    return f"{folder}/{named}" if named and named != instance else ""


def _fingerprint(place: Place, problem: Problem) -> str:
    """Return what is vouched for where the instance's own parameters stand, else what the files say."""
    if place.spec.formerly and not problem.overridden:
        old = place.former.old if place.former else f"{place.spec.name}/{place.instance}"
        recorded = vouched(place.spec, old, _meant(place.folder, place.spec, place.instance))
        if recorded:
            return recorded
    judge, *others = _judge_texts(place.folder, place.spec)
    return fingerprint(canonical([place.document.text, judge, {**problem.params, **problem.judge_params}, *others]))


def _meant(folder: Path, spec: ProblemSpec, instance: str) -> str:
    chosen = spec.instances[instance]
    params = {**spec.params, **chosen.params, **spec.judge_params, **chosen.judge_params}
    return meant(spec, instance, params, _judge_texts(folder, spec))


def pipeline_of(problem: Problem, named: str | None, beside: Path | None = None) -> Path:
    """Return the file of the pipeline that scores a problem: the one that is named, else the problem's own.

    Args:
        problem: its `pipeline` is looked for beside `problem.yaml` too.
        named: by a config, or None.
        beside: the config's folder.

    Raises:
        NotFoundError: no such pipeline.
    """
    if named is not None:
        return resolve("pipelines", named, beside)
    return resolve("pipelines", problem.spec.pipeline, problem.folder)


def load_cases(problem: Problem) -> tuple[Case, ...]:
    """Read `cases.yaml`, a list of cases; () where there is none.

    Raises:
        SpecError: anything wrong in it, at its position.
    """
    if problem.cases is None:
        return ()
    document = read(problem.cases)
    if not isinstance(document.value, list):
        raise document.error((), "expected a list of cases")
    cases: dict[str, Case] = {}
    for index in range(len(document.value)):
        case = validate(document, Case, (index,))
        if case.name in cases:
            raise document.error((index, "name"), f"there is another case {case.name!r}; expected different names")
        _check_subject(document, index, case, problem)
        if case.instance is not None and case.instance not in problem.spec.instances:
            raise document.error((index, "instance"), f"no instance {case.instance!r}; {_among(problem.spec)}")
        cases[case.name] = case
    return tuple(cases.values())


def _check_subject(document: Document, index: int, case: Case, problem: Problem) -> None:
    """Hold the rule that an output is judged where the entry is called once, and a program where the judge calls it."""
    entry = cast("list[Mapping[str, JSON]]", document.value)[index]
    wanted, other = ("program", "output") if problem.spec.program.called_by == "judge" else ("output", "program")
    if wanted not in entry or other in entry:
        came = ", ".join(name for name in ("output", "program") if name in entry) or "neither"
        raise document.error((index,), f"expected {wanted} (program.called_by decides which); got {came}")
    if case.program is not None and not (problem.folder / case.program).is_file():
        raise document.error((index, "program"), f"no file {case.program} in {problem.folder}")


def _judge(folder: Path, spec: ProblemSpec) -> Path:
    """Return the file of the judge."""
    if spec.foreign is None:
        return _required(folder / "evaluate.py")
    judge = folder / spec.foreign.evaluator
    if not judge.is_file():
        raise SpecError(f"foreign.evaluator: no file {spec.foreign.evaluator}", path=str(folder / "problem.yaml"))
    return judge


def _judge_texts(folder: Path, spec: ProblemSpec) -> list[str]:
    """Return the texts of the judge and of the modules that it can import from its folder, by name."""
    judge = _judge(folder, spec)
    others = {judge.name, "picture.py", "baseline.py"}
    beside = sorted(path for path in judge.parent.glob("*.py") if path.name not in others)
    return [read_text(path, str(path), limit=MAX_BYTES) for path in (judge, *beside)]


def _folder_of(address: str, beside: Path | None) -> tuple[str, str | None, Path]:
    """Return how the pack is named, the instance that is named, if any, and the pack's folder."""
    try:
        return address, None, resolve("problems", address, beside)
    except NotFoundError:
        head, slash, instance = address.rpartition("/")
        if not slash or not head or not instance:
            raise
        return head, instance, resolve("problems", head, beside)


def _instance(spec: ProblemSpec, named: str | None, address: str) -> str:
    there = tuple(spec.instances)
    if named is None:
        if spec.default_instance is not None or not there:
            return spec.default_instance or ""
        if len(there) == 1:
            return there[0]
        raise NotFoundError(
            f"problem {address!r}: which instance? write {address.rstrip('/')}/{there[0]}; {_among(spec)}"
        )
    if named not in there:
        # The nearest spelling of a size is no likelier than another size.
        hint = "" if named.isdecimal() else nearest(named, there)
        raise NotFoundError(f"problem {spec.name} has no instance {named!r}{hint}; {_among(spec)}")
    return named


def _among(spec: ProblemSpec) -> str:
    return f"there are {', '.join(spec.instances)}" if spec.instances else "it has no instances"


def _known(params: Mapping[str, JSON], declared: Mapping[str, JSON], spec: ProblemSpec) -> Mapping[str, JSON]:
    """Refuse parameters that the problem does not have: a typing error would otherwise go unnoticed."""
    for name in params:
        if name not in declared:
            hint = nearest(name, declared) or f"; it has {', '.join(declared) or 'none'}"
            raise SpecError(f"params.{name}: {spec.name} has no such parameter{hint}")
    return params


def _brief(folder: Path, chosen: InstanceSpec) -> str:
    path = _required(folder / (chosen.brief or "brief.md"))
    return read_text(path, str(path), limit=MAX_BYTES)


def _ideas(folder: Path, chosen: InstanceSpec) -> Path | None:
    own = folder / chosen.ideas if chosen.ideas else folder
    if chosen.ideas and not own.is_dir():
        raise SpecError("no such folder; an instance's `ideas` names one inside ideas/", path=str(own))
    return _optional(own)


def seed_paths(folder: Path, spec: ProblemSpec, chosen: InstanceSpec) -> list[Path]:
    """Return an instance's seeds: single files with the suffix of the program's file, and folders that hold that file.

    Args:
        folder: `seeds/` of the pack.
        spec: the pack's.
        chosen: the instance.

    Raises:
        SpecError: the instance names what is not there.
    """
    suffix = "." + spec.program.file.rpartition(".")[2]
    paths = _within(folder) if chosen.seeds is None else _named_seeds(folder, chosen.seeds, spec)
    return [path for path in paths if path.suffix == suffix or (path / spec.program.file).is_file()]


def _seeds(folder: Path, spec: ProblemSpec, chosen: InstanceSpec) -> tuple[tuple[str, Program], ...]:
    found: list[tuple[str, Program]] = []
    for path in seed_paths(folder, spec, chosen):
        parts = {spec.program.file: path}
        if path.is_dir():
            inside = sorted(part for part in path.rglob("*") if part.is_file() and _belongs(part, path))
            parts = {part.relative_to(path).as_posix(): part for part in inside}
        found.append((path.relative_to(folder).as_posix(), _program(parts, path, spec)))
    if not found:
        suffix = spec.program.file.rpartition(".")[2]
        raise SpecError(f"no seed; expected at least one first program, for example seed.{suffix}", path=str(folder))
    return tuple(found)


def _named_seeds(folder: Path, names: Sequence[str], spec: ProblemSpec) -> list[Path]:
    """Return the files and folders that an instance names; a folder that is no program stands for what lies in it."""
    paths: list[Path] = []
    for name in names:
        path = folder / name
        if not path.exists():
            hint = nearest(name, [each.name for each in _within(folder)])
            raise SpecError(f"seeds: no {name!r} in seeds/{hint}", path=str(folder))
        several = path.is_dir() and not (path / spec.program.file).is_file()
        paths += _within(path) if several else [path]
    return paths


def _within(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: path.name) if folder.is_dir() else []


def _belongs(part: Path, folder: Path) -> bool:
    """Leave out what editors and interpreters drop beside sources."""
    return not any(name.startswith((".", "__pycache__")) for name in part.relative_to(folder).parts)


def _reference(folder: Path, spec: ProblemSpec) -> Program | None:
    path = folder / spec.program.reference
    return _program({spec.program.file: path}, path, spec) if spec.program.reference else None


def _program(parts: Mapping[str, Path], path: Path, spec: ProblemSpec) -> Program:
    texts = {name: read_text(part, str(part), limit=PROGRAM_MAX_BYTES) for name, part in parts.items()}
    try:
        return Program.of(texts, language=spec.language)
    except EvoError as error:
        raise SpecError(str(error), path=str(path)) from error


def _required(path: Path) -> Path:
    if not path.is_file():
        raise SpecError("missing; every problem has problem.yaml, brief.md, evaluate.py and seeds/", path=str(path))
    return path


def _optional(path: Path) -> Path | None:
    return path if path.exists() else None
