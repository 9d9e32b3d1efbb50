"""`evo mock-server`: an OpenAI-compatible server on loopback that needs no model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evo.cli import completion
from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evo.llm.mock.faults import Faults
    from evo.llm.offline.proposer import Offline

_ANSWER_MAX_BYTES = 10_000_000


def mock_server(
    *,
    problem: Annotated[
        str,
        typer.Option(
            help="Serve the offline proposer with this problem's ideas, weighted as its config weights them.",
            autocompletion=completion.complete_problem,
        ),
    ] = "",
    answer: Annotated[list[Path] | None, typer.Option(help="Serve the text of this file; repeat for more.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8377,
    model: Annotated[str, typer.Option(help="The name that /v1/models lists; any name is answered.")] = "mock",
    latency: Annotated[str, typer.Option(help="SECONDS, uniform:SECONDS:PLUS_MINUS or lognormal:MEDIAN:SIGMA.")] = "0",
    fault: Annotated[list[str] | None, typer.Option(help="NAME=SHARE of all calls; repeat for more.")] = None,
    sequence: Annotated[str, typer.Option(help="NAME,NAME,...: what the first calls meet; `ok` for no fault.")] = "",
    retry_after: Annotated[float, typer.Option(min=0, help="Seconds that rate_limit faults ask for.")] = 0.05,
    refuse: Annotated[list[str] | None, typer.Option(help="A parameter that is turned away; repeat for more.")] = None,
    most_tokens: Annotated[
        int | None, typer.Option(min=1, help="The longest answer that may be asked for; a longer one is turned away.")
    ] = None,
    dialect: Annotated[str, typer.Option(help="Speak like openai, azure, vllm or ollama.")] = "openai",
    batches: Annotated[str, typer.Option(help="NAME,NAME,...: what the first batches come to.")] = "",
    batch_seconds: Annotated[float, typer.Option(min=0, help="How long a batch takes.")] = 0.0,
    key_env: Annotated[str, typer.Option(help="Variable with the key that every call has to bring.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Of the faults.")] = 0,
) -> None:
    """Serve chat completions, models and usage on 127.0.0.1, without a model.

    Raises:
        EvoError: an option does not fit, or the port is taken.
    """
    import asyncio

    from evo.config.document import read_text
    from evo.llm.mock.server import Latency, MockServer, serve
    from evo.llm.model import LLMContext
    from evo.llm.script import Script

    if problem and answer:
        raise UsageError("expected either --problem or --answer; got both")
    if key_env and not os.environ.get(key_env):
        raise UsageError(f"{key_env} is not set: --key-env names it as the variable with the key to expect")
    offline, ideas = _choose_proposer(problem)
    context = LLMContext(role=model, ideas=ideas, seed=seed)
    script = Script(answers=tuple(read_text(path, str(path), limit=_ANSWER_MAX_BYTES) for path in answer or ()))
    server = MockServer(
        client=(script if answer else offline).connect(context),
        model=model,
        key=os.environ.get(key_env, "") if key_env else "",
        latency=Latency.parse(latency),
        faults=_read_faults(sequence, fault or (), seed, retry_after),
        refuses=tuple(refuse or ()),
        most_tokens=most_tokens,
        dialect=dialect,
        batches=_read_names(batches),
        batch_seconds=batch_seconds,
    )
    asyncio.run(serve(server, port, typer.echo))


def _choose_proposer(problem: str) -> tuple[Offline, Path | None]:
    """Return the offline proposer and a problem's ideas.

    So that a run over HTTP can be the run in process, the proposer is that of the pack's `run.yaml`, if it has one.
    """
    from evo.assemble.models import declared_models
    from evo.config.pack_run import load_pack_run
    from evo.config.problem import load_problem
    from evo.llm.offline.proposer import Offline, configured

    if not problem:
        return Offline(), None
    models = declared_models(load_pack_run(problem))
    return configured(each.model for each in models), load_problem(problem).ideas


def _read_faults(sequence: str, shares: Sequence[str], seed: int, retry_after: float) -> Faults:
    from evo.llm.mock.faults import Faults

    return Faults(
        sequence=_read_names(sequence),
        shares=dict(_read_share(text) for text in shares),
        seed=seed,
        retry_after_seconds=retry_after,
    )


def _read_names(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(",") if name)


def _read_share(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    try:
        return name, float(share)
    except ValueError:
        raise UsageError(f"--fault {text!r}: expected NAME=SHARE, for example rate_limit=0.2") from None
