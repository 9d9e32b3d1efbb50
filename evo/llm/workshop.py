"""Where programs that edit files are put to work; `search.workshop.RunWorkshop` in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from evo.records import Completion, Request


class ProgramAtWork(Protocol):
    """What such a program is, and may use; `agent.Agent`, whose attributes these are."""

    @property
    def argv(self) -> tuple[str, ...]: ...  # noqa: D102 - see there
    @property
    def calls(self) -> int: ...  # noqa: D102
    @property
    def cpu_seconds(self) -> float: ...  # noqa: D102
    @property
    def wall_seconds(self) -> float: ...  # noqa: D102
    @property
    def memory_mb(self) -> float: ...  # noqa: D102
    @property
    def file_mb(self) -> int: ...  # noqa: D102
    @property
    def usd(self) -> float: ...  # noqa: D102
    @property
    def env(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def toolchains(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def readable(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def network(self) -> tuple[str, ...]: ...  # noqa: D102


class Workshop(Protocol):
    """Where programs that edit files are put to work."""

    async def work(self, request: Request, agent: ProgramAtWork) -> Completion:
        """Let a program work on a request, and return what it left as an answer.

        Raises:
            LLMError: this machine failed.
        """
        ...
