"""Tracker `mlflow`: the numbers of every commit as metrics of an MLflow run, its config as parameters."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evo.trackers.row import COMMIT, numbers
from evo.trackers.tracker import Told, Tracker, extra, lacking_extra

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.trackers.tracker import Row, TrackedRun, Tracking

_NAME, _ID, _LAST = "mlflow", "evo.run", "seq"
_AT_ONCE = 900  # a batch has room for 1,000 metrics, and what is sent in one is stored as one


@dataclass
class _Metrics:
    _client: Any
    _run: str
    _metric: Any

    def told(self) -> Told:
        data = self._client.get_run(self._run).data
        events = [name for name in data.tags if name.startswith("event.")]
        return Told(commits=int(data.metrics.get(_LAST, -1)) + 1, events=len(events))

    def tell(self, rows: Sequence[Row]) -> None:
        batch: list[Any] = []
        for row in rows:
            if row["entry"] != COMMIT:
                self._client.set_tag(self._run, f"event.{row['number']}", f"{row['kind']}: {row['data']}"[:5000])
                continue
            found = {**numbers(row), _LAST: row["seq"]}
            if len(batch) + len(found) > _AT_ONCE:
                self._client.log_batch(self._run, metrics=batch)
                batch.clear()
            at = int(float(str(row["at"])) * 1000)
            batch += [self._metric(name, value, at, row["seq"]) for name, value in found.items()]
        self._client.log_batch(self._run, metrics=batch)

    def close(self, state: str) -> None:
        self._client.set_terminated(self._run, {"finished": "FINISHED", "failed": "FAILED"}.get(state, "KILLED"))


@dataclass(frozen=True, kw_only=True)
class MLflow(Tracker):
    """The numbers of every commit as metrics of an MLflow run that is found again by its tag `evo.run`.

    Attributes:
        uri: of the tracking server or database; a database's path is within the current folder.
        experiment: in which the run stands.
        token_env: the variable that holds the server's token, as MLflow reads it; its value is shown nowhere.
    """

    uri: str = "sqlite:///mlflow.db"
    experiment: str = "evo"
    token_env: str = "MLFLOW_TRACKING_TOKEN"  # noqa: S105 - the name of a variable

    def lacking(self) -> str:
        """Return how to get MLflow where it is not installed."""
        return lacking_extra(_NAME, _NAME)

    def open(self, run: TrackedRun) -> Tracking:
        """Open the MLflow run of a run; see `Tracker.open`. Nobody but the server named is contacted."""
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        client = extra("mlflow.tracking", _NAME).MlflowClient(tracking_uri=self.uri)
        known = client.get_experiment_by_name(self.experiment)
        where = known.experiment_id if known else client.create_experiment(self.experiment)
        found = client.search_runs([where], filter_string=f"tags.`{_ID}` = '{run.id}'", max_results=1)
        made = (
            found[0] if found else client.create_run(where, run_name=run.id, tags={_ID: run.id, "problem": run.problem})
        )
        client.set_terminated(made.info.run_id, status="RUNNING")
        return _Metrics(client, made.info.run_id, extra("mlflow.entities", _NAME).Metric)
