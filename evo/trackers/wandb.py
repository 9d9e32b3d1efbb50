"""Tracker `wandb`: the numbers of every commit as the history of a Weights & Biases run, offline unless told so."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from evo.trackers.row import COMMIT, numbers
from evo.trackers.tracker import Told, Tracker, extra, lacking_extra
from evo.trackers.wandb_file import await_step, last_step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evo.trackers.tracker import Row, TrackedRun, Tracking

_NAME = "wandb"


@dataclass
class _History:
    _run: Any
    _held: int
    _stored: Callable[[int], object]

    def told(self) -> Told:
        return Told(commits=self._held)

    def tell(self, rows: Sequence[Row]) -> None:
        for row in (each for each in rows if each["entry"] == COMMIT):
            self._run.log(numbers(row), step=row["seq"], commit=True)
            self._held = int(str(row["seq"])) + 1

    def close(self, state: str) -> None:
        self._run.finish(exit_code=0 if state == "finished" else 1)
        self._stored(self._held - 1)


@dataclass(frozen=True, kw_only=True)
class Wandb(Tracker):
    """The numbers of every commit as the history of a W&B run with the run's own id.

    Attributes:
        project, entity: where the run stands. path: in which `wandb/` is made; a relative one is in the run's folder.
        mode: offline writes files alone, which `wandb sync` sends later; online sends them.
        api_key_env: the variable that holds the key, as W&B reads it; its value is shown nowhere.
    """

    project: str = "evo"
    entity: str = ""
    mode: Literal["offline", "online"] = "offline"
    path: str = "."
    api_key_env: str = "WANDB_API_KEY"

    def lacking(self) -> str:
        """Return how to get W&B where it is not installed, or that its key is not set."""
        unset = self.mode == "online" and not os.environ.get(self.api_key_env)
        return lacking_extra(_NAME, _NAME) or (f"{self.api_key_env} is not set; export it" if unset else "")

    def open(self, run: TrackedRun) -> Tracking:
        """Open the W&B run of a run; see `Tracker.open`. Offline nobody is contacted."""
        os.environ.setdefault("WANDB_ERROR_REPORTING", "false")
        package, folder = extra(_NAME, _NAME), run.folder / self.path
        folder.mkdir(parents=True, exist_ok=True)  # where it cannot write, W&B would write somewhere else
        quiet = {"console": "off", "silent": True, "disable_git": True, "save_code": False, "x_disable_stats": True}
        before = last_step(folder, run.id) + 1 if (offline := self.mode == "offline") else 0
        time.sleep(1.0 if before else 0.0)  # it names the folder of a session by the second
        names = {"id": run.id, "name": run.id, "project": self.project, "entity": self.entity or None}
        where = {"mode": self.mode, "dir": str(folder), "resume": None if offline else "allow"}
        made = package.init(**names, **where, config=dict(run.config), settings=package.Settings(**quiet))
        return _History(made, before or int(made.step), partial(await_step, folder, run.id) if offline else int)
