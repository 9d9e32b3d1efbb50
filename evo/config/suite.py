"""A suite: several packs, each with several strategies and seeds, under one budget.

A suite is a file in `configs/suites/`, or anywhere. What bounds all of its runs together is shared out among them in
equal parts before the first begins, so that no run's share hangs on how another went, or on when somebody killed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from evo.config.document import read
from evo.config.layers import overridden
from evo.config.pack_run import load_run
from evo.config.resources import shipped
from evo.config.validation import Count, Natural, Positive, Text, validate
from evo.errors import EvoError, NotFoundError, SpecError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.config.document import Document

FOLDER = "suites"


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteBudget:
    """What all runs of a suite may use together; each has an equal part, rounded down.

    Attributes:
        tickets: attempts.
        evaluations: programs evaluated.
        usd: money at the prices in `llms`.
        tokens: of prompts and answers.
    """

    tickets: Count | None = None
    evaluations: Count | None = None
    usd: Positive | None = None
    tokens: Count | None = None

    def __post_init__(self) -> None:
        """Refuse a suite without an end.

        Raises:
            EvoError: nothing is bounded.
        """
        if all(limit is None for limit in (self.tickets, self.evaluations, self.usd, self.tokens)):
            raise EvoError("expected a bound of all runs together: tickets, evaluations, usd or tokens")

    def share(self, runs: int) -> list[str]:
        """Return one run's part as settings.

        Raises:
            EvoError: there is less than one ticket, evaluation or token for each of `runs`.
        """
        found: list[str] = []
        for name in ("tickets", "evaluations", "tokens"):
            total = getattr(self, name)
            if total is not None and total < runs:
                raise EvoError(f"{name}: expected one at least for each of {runs} runs; got {total}")
            found += [] if total is None else [f"budget.{name}={total // runs}"]
        return [*found, *([] if self.usd is None else [f"budget.usd={self.usd / runs!r}"])]


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteSpec:
    """A suite, declared.

    Attributes:
        packs: what is run: addresses of problems, or configs.
        budget: of all runs together.
        summary: one line.
        strategies: each is run on every pack; none: as each pack says itself.
        seeds: each is run with every strategy on every pack.
        settings: of every run, "dotted.key=value" each, as `--set` takes them.
    """

    packs: tuple[Text, ...]
    budget: SuiteBudget
    summary: str = ""
    strategies: tuple[Text, ...] = ()
    seeds: tuple[Natural, ...] = (0, 1, 2)
    settings: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a suite without runs, or with one run twice.

        Raises:
            EvoError: no pack or no seed, or an entry that stands twice.
        """
        for name in ("packs", "seeds"):
            if not getattr(self, name):
                raise EvoError(f"{name}: expected at least one")
        for name in ("packs", "strategies", "seeds"):
            entries: Sequence[object] = getattr(self, name)
            if twice := [each for each in dict.fromkeys(entries) if entries.count(each) > 1]:
                raise EvoError(f"{name}: expected each once; {twice[0]} stands twice")


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRun:
    """One run of a suite, as its plan has it.

    Attributes:
        config: what `evo run` is given.
        settings: "dotted.key=value" each.
        problem, strategy, seed: as the run keeps them, by which it is found again.
    """

    config: str
    settings: tuple[str, ...]
    problem: str
    strategy: str
    seed: int


def suite_names() -> list[str]:
    """Return the suites that can be named: those of ./configs/suites and those that ship, sorted."""
    folders = (Path("configs") / FOLDER, shipped("configs") / FOLDER)
    return sorted({path.stem for folder in folders if folder.is_dir() for path in folder.glob("*.yaml")})


def find_suite(name: str) -> Path:
    """Return the file of a suite: a path, else a name in ./configs/suites, else one that ships.

    Raises:
        NotFoundError: none of them; names the nearest.
    """
    path = Path(name).expanduser()
    if path.suffix in {".yaml", ".yml"} and path.is_file():
        return path
    stem = name.removesuffix(".yaml").removeprefix("configs/").removeprefix(f"{FOLDER}/")
    for folder in (Path("configs") / FOLDER, shipped("configs") / FOLDER):
        if stem and (found := folder / f"{stem}.yaml").is_file():
            return found
    names = suite_names()
    hint = nearest(stem, names) or f"; there are {', '.join(names)}"
    raise NotFoundError(f"suite {name!r} not found{hint}")


def open_suite(path: Path, overrides: Sequence[str] = ()) -> Document:
    """Return the file of a suite, with "strategies=[a, b]" and the like on top, before its keys are looked at.

    Raises:
        NotFoundError, SpecError: it cannot be read.
    """
    return overridden(read(path), overrides)


def blame_strategy(document: Document, strategy: str, error: SpecError) -> SpecError:
    """Return an error about a strategy at its place in the suite; any other as it is."""
    node = document.at(("strategies",))
    names = node.value if node and isinstance(node.value, list) else []
    if strategy not in names or not error.path.startswith("--set strategy="):
        return error
    return document.error(("strategies", names.index(strategy)), str(error).partition("\n")[0])


def plan_suite(document: Document, further: Sequence[str] = ()) -> list[SuiteRun]:
    """Return the runs of a suite, in their order: pack by pack, strategy by strategy, the seeds of one together.

    Args:
        document: as `open_suite` gives it.
        further: settings of every run, after the file's.

    Raises:
        SpecError: anything wrong in the file, in a pack or in a setting, at its position.
    """
    spec = validate(document, SuiteSpec)
    count = len(spec.packs) * max(1, len(spec.strategies)) * len(spec.seeds)
    try:
        share = spec.budget.share(count)
    except EvoError as error:
        name, _, message = str(error).partition(": ")
        raise document.error(("budget", name), message) from error
    return [*_planned(document, spec, [*spec.settings, *further, *share])]


def _planned(document: Document, spec: SuiteSpec, common: Sequence[str]) -> Iterator[SuiteRun]:
    for place, pack in enumerate(spec.packs):
        try:
            load_run(pack)
        except NotFoundError as error:
            raise document.error(("packs", place), str(error)) from error
        for strategy in spec.strategies or ("",):
            named = [f"strategy={strategy}"] if strategy else []
            for seed in spec.seeds:
                settings = (*named, *common, f"seed={seed}")
                run = load_run(pack, settings)
                yield SuiteRun(
                    config=pack, settings=settings, problem=run.problem, strategy=run.strategy.use, seed=run.seed
                )
