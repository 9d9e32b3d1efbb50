"""The answers of a run, opened for reading alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import select

from evo.store import rows, schema
from evo.store.store import DATABASE

if TYPE_CHECKING:
    from evo.records import Completion, Request


class StoredAnswers:
    """What the models said in a run, by request. Never blocks the run, should it still be going on."""

    def __init__(self, folder: Path) -> None:
        self._engine = schema.engine_for(folder / DATABASE, write=False)

    @classmethod
    def of(cls, run: str, runs_dir: Path) -> Self:
        """Open a run by its address: a folder, an id or its beginning, or `@last`.

        Raises:
            NotFoundError: there is no such run.
        """
        if (Path(run) / DATABASE).is_file():
            return cls(Path(run))
        from evo.store.reading import address  # noqa: PLC0415 - it reads whole runs; a path needs none of that

        return cls(address.find_run(runs_dir, run))

    def find(self, request: Request) -> Completion | None:
        """Return the stored answer to an equal request, or None."""
        table = schema.answers.c
        query = select(schema.answers).where(
            table.purpose == request.purpose,
            table.subject == request.subject,
            table.attempt == request.attempt,
            table.request == request.hash,
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return rows.completion(row) if row else None

    def answered(self, purpose: str, subject: str, attempt: int) -> bool:
        """Tell whether any answer is stored to a request of this kind."""
        table = schema.answers.c
        query = select(table.request).where(
            table.purpose == purpose, table.subject == subject, table.attempt == attempt
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()
