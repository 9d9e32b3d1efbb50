"""The declared problem: what is asked, how it is judged, and within which limits."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from math import inf
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, cast

from pydantic import Field

from evo.config.phrases import shown
from evo.config.validation import Count, Natural, Positive, Text  # noqa: TC001 - annotations that are read at run time
from evo.errors import EvoError, nearest
from evo.records import Direction  # noqa: TC001 - idem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.config.document import Document
    from evo.config.positions import Loc

Name = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9_]{0,63}$", description="a name of at most 64 small letters, digits and _"),
]


EditableSpec: TypeAlias = Literal["markers", "whole"] | tuple[str, ...]


class EditableKey:
    """Reads `editable`: one of two words, or a list of globs."""

    expects = "markers, whole, or a list of globs"

    def from_document(self, document: Document, loc: Loc) -> EditableSpec:
        """Return what stands there.

        Raises:
            SpecError: something else.
        """
        node = document.at(loc)
        value = node.value if node else None
        if value in ("markers", "whole"):
            return cast("EditableSpec", value)
        globs = cast("list[object]", value) if isinstance(value, list) else []
        if globs and all(isinstance(each, str) and each for each in globs):
            return tuple(str(each) for each in globs)
        hint = nearest(value, ("markers", "whole")) if isinstance(value, str) else ""
        raise document.error(loc, f"expected markers, whole or a list of globs; got {shown(value)}{hint}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramSpec:
    """What a candidate is.

    Attributes:
        entry: the function that is called.
        file: the file that holds it, relative to the program's root.
        signature: the entry's signature as told to the model.
        editable: "markers" if only EVOLVE regions may change, "whole" if everything may; of a repository, globs of the
            paths that may.
        imports: modules that a candidate may import; told to the model, and loaded once for all candidates.
        called_by: "call" if the entry is called once, by the stage of that name, and the judge scores what it returned;
            "judge" if the program's functions are called by `evaluate(candidate, params)`, as often as it likes.
        reference: a program in the pack, as a file, that candidates are measured against; it lives beside each where
            the judge calls it. "" for none.
        root: the folder of a repository, relative to the problem's: then its tree is the program, and commands run in
            it. "" for a program that is its files alone.
        shown: of a repository, globs of what prompts show in full although it may not change.
        left_out: of a repository, globs of what is no part of the program.
    """

    entry: str = ""
    file: Text = "program.py"
    signature: str = ""
    editable: Annotated[EditableSpec, EditableKey()] = "whole"
    imports: tuple[Text, ...] = ()
    called_by: Literal["call", "judge"] = "call"
    reference: str = ""
    root: str = ""
    shown: tuple[Text, ...] = ()
    left_out: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        """Check that it is said what is called, or what of which repository may change.

        Raises:
            EvoError: neither is.
        """
        if self.root and (isinstance(self.editable, str) or not self.editable):
            raise EvoError('editable: with a root expected a list of globs, for example ["src/core/*.py"]')
        if not self.root and not isinstance(self.editable, str):
            raise EvoError("editable: a list of globs needs a root, the folder of the repository: root: .")
        if not self.root and not self.entry:
            raise EvoError("entry: missing; expected a text, the function that is called, or a root")


@dataclass(frozen=True, slots=True, kw_only=True)
class BestKnown:
    """The best figure on record, in the objective's unit, and who says so when.

    Attributes:
        value: the figure.
        source: who says so.
        date: when, YYYY-MM-DD.
    """

    value: float
    source: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveSpec:
    """What is optimised, in its native unit.

    Attributes:
        direction: which is better, more or less.
        name: what it is called.
        unit: in which it is told, "" for a bare number.
        best_known: the record; None for none.
    """

    direction: Direction
    name: Text = "objective"
    unit: str = ""
    best_known: BestKnown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSpec:
    """A coordinate of the archive.

    Attributes:
        low, high: the range that bins divide; it bounds no value, those beyond it fall into the outermost bins.
        meaning: what it says about a program, told to models.
        unit: in which it is told, "" for a bare number.
    """

    low: float
    high: float
    meaning: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        """Check the order of the bounds.

        Raises:
            EvoError: low is not below high.
        """
        if not self.low < self.high:
            raise EvoError(f"high: expected a number above low ({self.low}); got {self.high}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArraySpec:
    """An array of numbers that the problem can also be written in, for optimisers of numbers.

    Attributes:
        shape: its sides; a name stands for the parameter of that name.
        low, high: bounds of every entry.
        start: where every entry begins; None draws each uniformly within the bounds, anew for every seed.
    """

    shape: tuple[Count | Name, ...]
    low: float
    high: float
    start: float | None = None

    def __post_init__(self) -> None:
        """Check the order of the bounds and the start.

        Raises:
            EvoError: low is not below high, or the start lies outside.
        """
        if not -inf < self.low < self.high < inf:
            raise EvoError(f"high: expected a finite number above low ({self.low}); got {self.high}")
        if self.start is not None and not self.low <= self.start <= self.high:
            raise EvoError(f"start: expected a number from {self.low} to {self.high}; got {self.start}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLimits:
    """What one candidate and one judgement may use.

    Attributes:
        cpu_seconds: CPU time of the candidate.
        memory_mb: memory of the candidate above that of an idle child.
        output_kb: size of the raw output.
        judge_seconds: CPU time of the judge.
    """

    cpu_seconds: Positive = 10.0
    memory_mb: Positive = 512.0
    output_kb: Positive = 256.0
    judge_seconds: Positive = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitChanges:
    """The limits that are set differently; None keeps the problem's.

    Attributes:
        cpu_seconds: CPU time of the candidate.
        memory_mb: memory of the candidate above that of an idle child.
        output_kb: size of the raw output.
        judge_seconds: CPU time of the judge.
    """

    cpu_seconds: Positive | None = None
    memory_mb: Positive | None = None
    output_kb: Positive | None = None
    judge_seconds: Positive | None = None

    def over(self, limits: ProblemLimits) -> ProblemLimits:
        """Return `limits` with these changes."""
        return replace(limits, **_given(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveChanges:
    """What an instance optimises differently; None keeps what the problem says.

    Attributes:
        name, direction, unit: in place of the problem's; the record is not inherited then.
    """

    name: Text | None = None
    direction: Direction | None = None
    unit: str | None = None

    def over(self, objective: ObjectiveSpec) -> ObjectiveSpec:
        """Return `objective` with these changes; a record of another objective is none of this one."""
        given = _given(self)
        return replace(objective, **given, best_known=None) if given else objective


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramChanges:
    """How an instance calls its programs differently; None keeps what the problem says.

    Attributes:
        signature, entry, file, editable, imports, reference: in place of the problem's.
    """

    signature: str | None = None
    entry: Text | None = None
    file: Text | None = None
    editable: Annotated[EditableSpec, EditableKey()] | None = None
    imports: tuple[Text, ...] | None = None
    reference: str | None = None

    def over(self, program: ProgramSpec) -> ProgramSpec:
        """Return `program` with these changes."""
        return replace(program, **_given(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceSpec:
    """A named setting of the problem's parameters, and whatever else is different about it.

    Attributes:
        params, judge_params: over the problem's.
        best_known: its record; the objective's is not inherited where the instance changes the objective.
        limits, objective, program: what differs from the problem's.
        summary, seed, language, pipeline: in place of the problem's.
        measures: in place of all of the problem's.
        brief: a file of the pack, in place of `brief.md`.
        ideas: a folder inside `ideas/`, whose files stand before those of the same names in `ideas/`.
        seeds: of `seeds/`, files, folders that are one program, or folders of seeds; None: what lies in it directly.
        secret: whether its judge draws from a secret of the run, which `evo.judging.draw_seed` finds in its parameters.
        holdout, validation: in place of the problem's.
    """

    params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    judge_params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    best_known: BestKnown | None = None
    limits: LimitChanges = field(default_factory=LimitChanges)
    objective: ObjectiveChanges = field(default_factory=ObjectiveChanges)
    program: ProgramChanges = field(default_factory=ProgramChanges)
    summary: Text | None = None
    seed: Natural | None = None
    language: Text | None = None
    pipeline: Text | None = None
    measures: Mapping[str, MeasureSpec] | None = None
    brief: Text | None = None
    ideas: Text | None = None
    seeds: tuple[Text, ...] | None = None
    secret: bool = False
    holdout: Text | None = None
    validation: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskSpec:
    """What the judge, or a stage of somebody's, may ask a model about one program, at most.

    Attributes:
        questions: in all.
        max_tokens: of an answer.
        prompt_kb: of a question, in 1000 bytes.
    """

    questions: Count
    max_tokens: Count = 512
    prompt_kb: Positive = 16.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignSpec:
    """Somebody else's evaluator, which scores programs in a process that it shares with them.

    Attributes:
        evaluator: its file, in a folder within the problem's, all of which evaluator and program may read.
        layout: how it is asked: "returned" calls it with the program's path and takes the metrics that it returns;
            "written" calls it with that and a folder, where it writes metrics.json and correct.json; "text" calls it
            with the program's text and takes a score, or (score, info).
        function: what is called.
        thresholds: with "returned", what `evaluate_stage1` and `evaluate_stage2` have to reach for the next stage.
        examples: with "text", a list in the evaluator's file; the score is the mean over it.
        unsteady: metrics and texts that come out another way each time, such as times: kept apart from prompts, so
            that a run can be made again.
    """

    evaluator: Text
    layout: Literal["returned", "written", "text"] = "returned"
    function: Text = "evaluate"
    thresholds: tuple[float, ...] = ()
    examples: str = ""
    unsteady: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        """Refuse an evaluator elsewhere, and settings that mean nothing in the layout.

        Raises:
            EvoError: one of them.
        """
        if self.evaluator.startswith("/") or ".." in self.evaluator.split("/") or "/" not in self.evaluator:
            message = "expected a file in a folder of its own within the problem's, for example foreign/evaluator.py"
            raise EvoError(f"evaluator: {message}; got {self.evaluator!r}")
        if self.thresholds and self.layout != "returned":
            raise EvoError(f"thresholds: stages are a thing of layout returned; got {self.layout}")
        if self.examples and self.layout != "text":
            raise EvoError(f"examples: they are a thing of layout text; got {self.layout}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerSpec:
    """What an earlier address of an instance is now.

    Attributes:
        instance: the instance that it means.
        recorded: the problem's fingerprint in runs of that time; "" where no such run is vouched for.
        equals: the fingerprint of what that instance means today, as `evo check` says it: while it holds, today's
            judge gives the scores of that time, and so the runs go on.
    """

    instance: Text
    recorded: str = ""
    equals: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSpec:
    """`problem.yaml`.

    Attributes:
        name: the problem's name; the folder's too, by custom.
        summary: one line, shown in listings and headers.
        source: citation.
        language: of the programs.
        measures: name -> coordinate of the archive.
        objectives: measures that are objectives too, with the direction that is better; `objective` stays the first.
        arrays: name -> array, where `baseline.py` can score batches of numbers; empty where it cannot.
        seed: given to every program; a constant of the problem, never of a run.
        params: parameters of every instance, unless it says otherwise.
        judge_params: more of them, for `evaluate.py`, `picture.py` and plug-in stages alone: what a program need not
            know.
        instances: by name; a problem without any has one nameless instance.
        pipeline: name or path of the pipeline that scores it where nobody names another.
        default_instance: the one meant when none is named; with a single instance it need not be said.
        draws: "public" says that what the judge draws at random can be drawn again by everybody who has the problem:
            good enough to search on, and no evidence.
        holdout: the instance that the best program is scored on when a search has ended.
        validation: the instance with other draws of the kinds that were searched on: the best program is scored there
            too, and of several that are the best alike the one that does best there goes to the hold-out.
        formerly: earlier address -> what it is now; a bare earlier name means the first of its addresses.
        data: files and folders that scores rest on and that are large or lie elsewhere, relative to the problem's
            folder. Whatever else lies in that folder counts anyway.
        unread: files and folders of it that nothing rests on.
        readable: files and folders that programs may read, relative to the problem's folder; scores rest on them.
        environment: what programs run in, relative to the problem's folder: a requirements file, whose virtual
            environment `evo env` builds, or the folder of one that is there; "" for what `evo` itself runs in.
        foreign: somebody else's evaluator, which scores its programs in place of `evaluate.py`; None for none.
        asks: what `evaluate.py` may ask a model; the run says which, as `evaluate.ask`. None: nothing.
    """

    name: Name
    summary: Text
    program: ProgramSpec
    objective: ObjectiveSpec
    source: str = ""
    language: Text = "python"
    measures: Mapping[str, MeasureSpec] = field(default_factory=lambda: MappingProxyType({}))
    objectives: Mapping[str, Direction] = field(default_factory=lambda: MappingProxyType({}))
    arrays: Mapping[str, ArraySpec] = field(default_factory=lambda: MappingProxyType({}))
    seed: Natural = 0
    limits: ProblemLimits = field(default_factory=ProblemLimits)
    params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    judge_params: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    instances: Mapping[str, InstanceSpec] = field(default_factory=lambda: MappingProxyType({}))
    default_instance: Text | None = None
    pipeline: Text = "default"
    draws: Literal["public"] | None = None
    holdout: Text | None = None
    validation: Text | None = None
    formerly: Mapping[str, FormerSpec] = field(default_factory=lambda: MappingProxyType({}))
    data: tuple[Text, ...] = ()
    unread: tuple[Text, ...] = ()
    readable: tuple[Text, ...] = ()
    environment: str = ""
    foreign: ForeignSpec | None = None
    asks: AskSpec | None = None

    def __post_init__(self) -> None:
        """Check that addresses of instances can be written, and that those which are named exist.

        Raises:
            EvoError: an instance name that is empty or has "/", a default or an earlier address without its instance.
        """
        if bad := [name for name in self.instances if not name or set(name) & set("/:()")]:
            raise EvoError(f"instances: the name {bad[0]!r} cannot be part of an address; expected for example 26")
        default = self.default_instance
        if default is not None and default not in self.instances:
            there = ", ".join(self.instances) or "none"
            raise EvoError(f"default_instance: no instance {default!r}; there are {there}")
        for key in ("holdout", "validation"):
            for named in (getattr(self, key), *(getattr(each, key) for each in self.instances.values())):
                if named is not None and named not in self.instances:
                    hint = nearest(named, self.instances) or f"; there are {', '.join(self.instances) or 'none'}"
                    raise EvoError(f"{key}: no instance {named!r}{hint}")
        for old, former in self.formerly.items():
            if former.instance not in self.instances:
                hint = nearest(former.instance, self.instances) or f"; there are {', '.join(self.instances) or 'none'}"
                raise EvoError(f"formerly: {old} is to be the instance {former.instance!r}, which does not exist{hint}")

    def at(self, instance: str) -> ProblemSpec:
        """Return what is declared for one instance: what it says itself, and the problem's for everything else."""
        chosen = self.instances.get(instance)
        if chosen is None:
            return self
        objective = chosen.objective.over(self.objective)
        return replace(
            self,
            summary=chosen.summary or self.summary,
            objective=replace(objective, best_known=chosen.best_known or objective.best_known),
            measures=self.measures if chosen.measures is None else chosen.measures,
            program=chosen.program.over(self.program),
            seed=self.seed if chosen.seed is None else chosen.seed,
            language=chosen.language or self.language,
            pipeline=chosen.pipeline or self.pipeline,
            limits=chosen.limits.over(self.limits),
        )


def _given(changes: LimitChanges | ObjectiveChanges | ProgramChanges) -> dict[str, Any]:
    """Return the fields that are set."""
    values = {item.name: getattr(changes, item.name) for item in fields(changes)}
    return {name: value for name, value in values.items() if value is not None}
