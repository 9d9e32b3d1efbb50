"""A run as a study: ask for a trial, tell what came of it, in any order and from any thread.

    study = evo.create_study("number_partition/30", seed=1, budget=200)
    trial = study.ask()
    study.tell(trial, improved(trial.program))
    print(study.best_value, study.best_trial.number)

The names are those that users of optuna's ask-and-tell know. What is told is a program, which is judged here; where the
study trusts scores, a value may be told with it. The run goes on in a thread of its own, its log is a run's like any
other: `evo status`, `evo resume` and `evo replay --execute` take it.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError as FutureCancelledError
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from evo.assemble.resume import resume
from evo.assemble.start import start
from evo.config.pack_run import load_run
from evo.errors import ConflictError, EvoError, UsageError
from evo.records import describe_evaluation
from evo.store.reading.address import find_run
from evo.wheel.helm import Helm
from evo.wheel.service import attending

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from types import TracebackType

    from evo.canonical import JSON
    from evo.llm.desk import Errand
    from evo.records import Commit, Direction
    from evo.search.loop import Search

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTrial:
    """A ticket that was asked for.

    Attributes:
        number: of the ticket.
        prompt: what a model would be asked, as (system, user).
        lease_seconds: how long it is yours; None for ever.
        look: finds the details.
    """

    number: int
    prompt: tuple[str, str]
    lease_seconds: float | None
    look: Callable[[], Mapping[str, Any]] = field(repr=False)

    @property
    def details(self) -> Mapping[str, Any]:
        """All that is known of it, as `evo ask --json` shows it: parents, inspirations, what was tried."""
        return self.look()

    @property
    def files(self) -> Mapping[str, str]:
        """The program to start from: path -> text."""
        return cast("Mapping[str, str]", self.details["parents"][0]["files"])

    @property
    def program(self) -> str:
        """The text of the program to start from, where it is a single file."""
        texts = list(self.files.values())
        if len(texts) != 1:
            raise EvoError(f"trial {self.number} starts from {len(texts)} files; expected one. `files` has them all")
        return texts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenTrial:
    """What came of a ticket.

    Attributes:
        number: of the ticket.
        state: "COMPLETE" for a VALID program, "FAIL" for anything else, "WAITING" while it is not known.
        value: the objective; None unless COMPLETE.
        program: the program's id; "" for none.
        details: what the run made of it: outcome, status, measures, feedback.
    """

    number: int
    state: str
    value: float | None = None
    program: str = ""
    details: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))


class Study:
    """A run that is asked and told from here. Made by `create_study` and `load_study`; close it, or use it in a `with`.

    Args:
        opening: opens the run.
    """

    def __init__(self, opening: AbstractAsyncContextManager[Search]) -> None:
        self._opened: Future[Search] = Future()
        self._helm: Helm | None = None
        self._trials: list[FrozenTrial] = []
        self._over = threading.Event()
        self._why = ""
        self._thread = threading.Thread(target=self._run, args=(opening,), name="evo-study", daemon=True)
        self._thread.start()
        self._search = self._opened.result()

    def _run(self, opening: AbstractAsyncContextManager[Search]) -> None:
        try:
            with asyncio.Runner() as runner:
                self._loop = runner.get_loop()
                runner.run(self._live(opening))
        except EvoError as error:
            self._why = str(error)
            if not self._opened.done():
                self._opened.set_exception(error)
        finally:
            if not self._opened.done():
                self._opened.set_exception(EvoError("the run could not be opened"))
            self._over.set()

    async def _live(self, opening: AbstractAsyncContextManager[Search]) -> None:
        async with opening as search, attending(search):
            self._helm = Helm(search)
            self._opened.set_result(search)
            async for commit in search:
                self._trials.append(_frozen(commit))
            self._why = f"the run has {search.run_state} ({search.stop_reason})"
        self._over.set()

    def ask(self) -> AskedTrial:
        """Take the next ticket; wait until there is one.

        Raises:
            ConflictError: the run has ended, or nobody outside is asked in it.
        """
        return self.ask_many(1)[0]

    def ask_many(self, most: int) -> Sequence[AskedTrial]:
        """Take up to `most` tickets, at least one."""
        while not self._over.is_set():
            taken = self._call(self._the_helm.take(most, wait=1.0))
            if taken:
                return [self._trial(each) for each in taken]
        raise ConflictError(f"{self._why or 'the run has ended'}, so there is no trial to ask for")

    def tell(
        self,
        trial: AskedTrial | int,
        program: str | Mapping[str, str] | None = None,
        *,
        value: float | Mapping[str, object] | None = None,
        why: str = "",
        cost: float = 0.0,
        failed: str | None = None,
        wait: float = 0.0,
    ) -> FrozenTrial:
        """Tell the program of a trial; the first who tells counts.

        Args:
            trial: as asked for, or its number.
            program: its text, or path -> text.
            value: a score made elsewhere; only in a study with `trust="told"`.
            why: what was done, in one line, for the lineage and later prompts.
            cost: usd that it took.
            failed: why there is no program; the trial ends ABANDONED.
            wait: seconds to wait for what comes of it; with 0 it is WAITING, and `trials` will have it.

        What was told is durable when this returns.

        Raises:
            ConflictError: somebody else has told, the lease is over, or the run ended before it was kept.
            EvoError: what is told cannot be taken; the trial still waits.
        """
        number = trial if isinstance(trial, int) else trial.number
        data: dict[str, object] = {"ticket": number, "program": program, "why": why, "cost": cost, "failed": failed}
        if value is not None:
            data["score"] = dict(value) if not isinstance(value, int | float) else value
        return self.tell_many([data], wait=wait)[0]

    def tell_many(self, told: Sequence[Mapping[str, object]], *, wait: float = 0.0) -> Sequence[FrozenTrial]:
        """Tell several trials at once, which costs the disk what one does.

        Args:
            told: of each what the service takes: "ticket", "program", and "score", "why", "cost", "failed", "by".
            wait: as of `tell`.

        Raises:
            ConflictError, EvoError: as `tell`, for the first that cannot be taken; the others are told.
        """
        found = self._call(self._told(told, wait))
        for each in found:
            if isinstance(each, BaseException):
                raise each
        return [_heard(each) for each in found if not isinstance(each, BaseException)]

    async def _told(
        self, told: Sequence[Mapping[str, object]], wait: float
    ) -> Sequence[dict[str, JSON] | BaseException]:
        helm = self._the_helm
        return await asyncio.gather(*(helm.tell(data, wait=wait) for data in told), return_exceptions=True)

    @property
    def trials(self) -> Sequence[FrozenTrial]:
        """What came of every committed ticket so far, in the order of the log."""
        return tuple(self._trials)

    @property
    def best_trial(self) -> FrozenTrial:
        """The ticket that brought the best program.

        Raises:
            EvoError: no program is VALID yet.
        """
        best = self._search.state.best
        if best is None:
            raise EvoError("no trial is complete yet")
        number = self._search.state.known[best.program].ticket
        return next(each for each in self.trials if each.number == number)

    @property
    def best_value(self) -> float:
        """The best objective so far."""
        best = self._search.state.best
        if best is None:
            raise EvoError("no trial is complete yet")
        return best.objective

    @property
    def best_program(self) -> Mapping[str, str]:
        """The files of the best program so far: path -> text."""
        return self._call(self._files(self.best_trial.program))

    async def _files(self, program: str) -> Mapping[str, str]:
        return self._search.library.get(program)[0].files

    @property
    def direction(self) -> Direction:
        """Which values are better."""
        return self._search.state.direction

    @property
    def folder(self) -> Path:
        """Where the run lies."""
        return self._search.folder

    def stop(self) -> None:
        """End the run: what was told is committed if its turn comes, and `load_study` takes it up again."""
        if not self._over.is_set():
            self._loop.call_soon_threadsafe(self._search.drain)
        self._over.wait()
        self._thread.join()

    close = stop

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _the_helm(self) -> Helm:
        if self._helm is None:
            raise ConflictError("the run is not open")
        return self._helm

    def _trial(self, errand: Errand) -> AskedTrial:
        prompt = errand.request.prompt

        def details() -> Mapping[str, Any]:
            return self._call(self._described(errand))

        return AskedTrial(
            number=int(errand.name),
            prompt=(prompt.system, prompt.user),
            lease_seconds=errand.lease,
            look=details,
        )

    async def _described(self, errand: Errand) -> dict[str, JSON]:
        return self._the_helm.describe(errand)

    def _call(self, work: Coroutine[Any, Any, _Result]) -> _Result:
        """Have the run's own thread do something, and wait for it."""
        if self._over.is_set() or self._loop.is_closed():
            work.close()
            raise ConflictError(f"{self._why or 'the run has ended'}; evo.load_study takes it up where it ended")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        while self._thread.is_alive():
            # The run may end while this waits, and then nobody is left to finish it.
            with suppress(FutureTimeoutError, FutureCancelledError):
                return future.result(timeout=None if future.done() else 0.5)
            if future.cancelled():
                break
        raise ConflictError(f"{self._why or 'the run has ended'}; evo.load_study takes it up where it ended")


def _heard(found: Mapping[str, Any]) -> FrozenTrial:
    """Return the trial that the run has told of."""
    number = int(found["ticket"])
    if found["state"] != "done":
        return FrozenTrial(number=number, state="WAITING")
    objective = cast("float | None", found.get("objective"))
    state = "FAIL" if objective is None else "COMPLETE"
    program = str(found.get("program", ""))
    return FrozenTrial(number=number, state=state, value=objective, program=program, details=found)


def _frozen(commit: Commit) -> FrozenTrial:
    proposal, evaluation = commit.proposal, commit.evaluation
    value = evaluation.objective if evaluation else None
    return FrozenTrial(
        number=commit.ticket,
        state="FAIL" if value is None else "COMPLETE",
        value=value,
        program=proposal.program.id if proposal.program else "",
        details={"outcome": str(proposal.outcome), **(describe_evaluation(evaluation) if evaluation else {})},
    )


def outside_settings(*, trust: str = "judged", lease: float | None = 3600.0, window: int = 64) -> list[str]:
    """Return the settings ("dotted.key=value") of a run in which every ticket is for whoever asks.

    Args:
        trust: "told" takes scores that were made elsewhere.
        lease: seconds that a ticket is its asker's; None for ever.
        window: tickets that can be out at a time.

    Raises:
        UsageError: a trust that there is not.
    """
    if trust not in {"judged", "told"}:
        raise UsageError(f"trust: expected judged or told; got {trust!r}")
    return [
        "emitters=[{use: outside}]",
        f"llms={{outside: {{use: outside, trust: {trust}, lease: {'null' if lease is None else lease}}}}}",
        f"schedule.window={window}",
    ]


def create_study(
    problem: str,
    *,
    seed: int = 0,
    budget: int = 1000,
    trust: str = "judged",
    lease: float | None = 3600.0,
    window: int = 64,
    settings: Sequence[str] = (),
    runs_dir: Path | str = "runs",
) -> Study:
    """Begin a run of a problem in which every ticket is for whoever asks.

    Args:
        problem: a problem's address, or a config's path.
        seed: of every random choice.
        budget: tickets, the seeds among them.
        trust: "told" lets `tell` bring values that were made elsewhere.
        lease: seconds that a trial is its asker's; None for ever.
        window: trials that can be out at a time.
        settings: further keys, "dotted.key=value" each; `emitters` and `llms` among them mix in emitters of its own.
        runs_dir: where runs lie.
    """
    usual = outside_settings(trust=trust, lease=lease, window=window)
    spec = load_run(problem, [*usual, f"seed={seed}", f"budget.tickets={budget}", *settings])
    return Study(start(spec, runs_dir=Path(runs_dir)))


def load_study(run: str | Path = "@last", *, runs_dir: Path | str = "runs") -> Study:
    """Take up a run as a study: where its log ends, with the tickets that are out.

    Args:
        run: a path, the beginning of an id, or @last.
        runs_dir: where runs lie.
    """
    return Study(resume(find_run(Path(runs_dir), str(run))))
