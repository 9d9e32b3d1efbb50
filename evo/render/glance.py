"""A living search at a glance: how far it is, its islands, what fails, what it costs, and what is being tried."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from evo.records import EvaluationStatus, Outcome, StageStatus
from evo.render.numbers import between, duration, objective, percent, sparkline
from evo.render.panel import Section
from evo.search.under_way import Doing
from evo.stats.time_left import LEAST, CommitPace, soonest
from evo.text import sanitise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evo.records import Commit
    from evo.search.loop import Search
    from evo.search.under_way import UnderWay
    from evo.stats.time_left import TimeLeft

_SPARKS = 10
_TRIED_LINES = 6
_FINE = {Outcome.PROPOSED, Outcome.DUPLICATE}
_PASSED = {StageStatus.SUCCESS, StageStatus.SKIPPED, StageStatus.UPSTREAM_FAILED}


class Glance:
    """What is known of a search beside its state: since when, how fast, and what failed of what.

    Args:
        search: as it begins, or is taken up.
        now: in seconds, monotonic.
    """

    def __init__(self, search: Search, now: float) -> None:
        self._search = search
        self.pace = CommitPace(now)
        self._bests: list[float] = []
        self._failed: Counter[str] = Counter()
        self._newest = ""
        self._since: dict[tuple[int, Doing], float] = {}
        state = search.state
        self._failed.update(
            {str(kind): count for kind, count in state.outcomes.items() if kind is not Outcome.PROPOSED}
        )
        before = Counter(state.known.statuses())
        for status in (EvaluationStatus.INVALID, EvaluationStatus.FAILED):
            self._failed[status] += before[status]

    def observe(self, commit: Commit, best: float | None, now: float) -> None:
        """Take note of a commit, and of the best objective after it."""
        self.pace.note(now)
        if best is not None:
            self._bests.append(best)
        kind, why = failure_of(commit)
        if kind:
            self._failed[kind] += 1
        if why:
            self._newest = f"{kind}: {why}"

    def sections(self, best: float | None, now: float) -> Iterator[Section]:
        """Yield what stands at the bottom of the screen, from the top of it down."""
        yield Section(label="best", text=self._progress(best, now), weight=0, style="bold green")
        yield Section(label="islands", text=self._islands(), weight=2, most=4)
        yield Section(label="failures", text=self._failures(), weight=3)
        yield Section(label="spent", text=self._spend(), weight=4, most=1)
        yield Section(label="trying", text=self._tried(now), weight=1, most=_TRIED_LINES)

    def _progress(self, best: float | None, now: float) -> str:
        search, done = self._search, self._search.state.seq + 1
        rate = self.pace.per_second(now)
        tickets = search.budget.tickets
        parts = [
            f"{objective(best, digits=9)} {sparkline(_sampled(self._bests))}".rstrip(),
            f"{done}/{tickets} tickets" if tickets is not None else f"{done} tickets",
            f"{percent(search.state.valid, done)} valid",
            _speed(rate),
            tell_time_left(self.time_left(now), known=self.pace.commits),
        ]
        return " · ".join(filter(None, parts))

    def time_left(self, now: float) -> TimeLeft | None:
        """Return when the first limit of the budget will be met, as far as it can be known."""
        search, budget, state, spent = self._search, self._search.budget, self._search.state, self._search.spent
        done = state.seq + 1

        def more(limit: float | None, used: float) -> float | None:
            """Return how many commits a limit still allows if each goes on using what one has used so far."""
            return None if limit is None or not used else (limit - used) * done / used

        limits = (
            more(budget.tickets, done),
            more(budget.evaluations, state.evaluations),
            more(budget.usd, spent.usd),
            more(budget.tokens, spent.tokens),
        )
        seconds = None if budget.seconds is None else budget.seconds - search.seconds
        return soonest(limits, seconds, self.pace, now, sooner=budget.target is not None or budget.patience is not None)

    def _islands(self) -> str:
        archives = self._search.state.archipelago.archives
        told: list[str] = []
        for archive in archives:
            best = archive.best()
            score = objective(best.objective) if best else "none valid"
            name = f"{archive.island}: " if len(archives) > 1 else ""
            told.append(f"{name}{score}, {archive.filled} of {archive.space.size} cells")
        return " · ".join(told)

    def _failures(self) -> str:
        most_first = sorted(self._failed.items(), key=lambda item: (-item[1], item[0]))
        kinds = " · ".join(f"{kind} {count}" for kind, count in most_first if count)
        return f"{kinds}; newest {self._newest}" if self._newest and kinds else kinds

    def _spend(self) -> str:
        budget, spent = self._search.budget, self._search.spent
        if not (self._search.remote or spent.usd):
            return ""
        usd = f"{spent.usd:.4g}" + (f" of {budget.usd:g} usd" if budget.usd is not None else " usd")
        tokens = f"{spent.tokens:,}" + (f" of {budget.tokens:,} tokens" if budget.tokens is not None else " tokens")
        return f"{usd} · {tokens}"

    def _tried(self, now: float) -> str:
        there = self._search.under_way()
        self._since = {(each.ticket, each.doing): self._since.get((each.ticket, each.doing), now) for each in there}
        busy = [each for each in there if each.doing is not Doing.DONE]
        told = [self._attempt(each, now) for each in (busy or there)]
        waiting = len(there) - len(told)
        return "\n".join([*told, *([f"{waiting} more are done and wait for their turn"] if waiting else [])])

    def _attempt(self, each: UnderWay, now: float) -> str:
        where = "every island" if each.island is None else f"island {each.island}"
        whom = f" {each.llm}" if each.llm and each.doing is Doing.ASKED else ""
        since = now - self._since[each.ticket, each.doing]
        long = f", {duration(float(int(since)))}" if since >= 1 else ""
        idea = " ".join(sanitise(each.idea).split())
        far = _tell_course(*each.course) if each.course else ""
        still = f", no word for {duration(float(int(each.silent)))}" if each.silent and each.course else ""
        head = f"t{each.ticket} {each.operator}, {where}, {each.doing}{whom}{far}{long}{still}"
        return f"{head}: {idea}" if idea else head


def _tell_course(fraction: float, score: float | None) -> str:
    return f" {fraction:.0%}" + (f", {objective(score)} so far" if score is not None else "")


def failure_of(commit: Commit) -> tuple[str, str]:
    """Return the kind of a ticket's failure and what was said of it; "" twice for one that is VALID."""
    proposal, evaluation = commit.proposal, commit.evaluation
    if proposal.outcome is not Outcome.PROPOSED:
        return str(proposal.outcome), "" if proposal.outcome in _FINE else _first_line(proposal.detail)
    if evaluation is None or evaluation.status is EvaluationStatus.VALID:
        return "", ""
    broken = next((stage for stage in evaluation.stages if stage.status not in _PASSED), None)
    if evaluation.status is EvaluationStatus.INVALID or broken is None:
        return str(evaluation.status), _first_line(evaluation.feedback or (broken.detail if broken else ""))
    return str(broken.status), _first_line(broken.detail)


def tell_time_left(left: TimeLeft | None, *, known: int) -> str:
    """Say how long a run will go on; where nobody can know, that.

    Args:
        left: as foreseen.
        known: how many commits of this session there are to tell by.
    """
    if left is None:
        return "time left: not known yet" if known < LEAST else ""
    if not left.high:
        return ""
    long = between(left.low, left.high)
    return f"{long} left{' at most' if left.at_most and not long.startswith('up to') else ''}"


def _first_line(text: str) -> str:
    lines = [line for line in sanitise(text).splitlines() if line.strip()]
    # The last line of a traceback has the reason; other texts begin with it.
    chosen = lines[-1] if lines and lines[0].startswith("Traceback") else lines[0] if lines else ""
    return " ".join(chosen.split())


def _speed(rate: float) -> str:
    if not rate:
        return ""
    return f"{rate:.2g}/s" if rate >= 1 else f"{60 * rate:.2g}/min"


def _sampled(values: list[float]) -> list[float]:
    """Return at most ten of the values, evenly over the run, the last one last."""
    count = len(values)
    if count <= _SPARKS:
        return values
    return [values[(i + 1) * count // _SPARKS - 1] for i in range(_SPARKS)]
