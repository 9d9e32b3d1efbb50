"""The run's models: from options to connected clients, each metered and recorded."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from evo.errors import EvoError
from evo.llm.answer_log import Recorded
from evo.llm.budget import Ledger, Metered, Spend
from evo.llm.ensemble import Ensemble
from evo.llm.model import LLMContext
from evo.llm.openai.options import OpenAI
from evo.llm.rate_limits import RateGates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from evo.assemble.resolve import Setup
    from evo.config.run import RunSpec
    from evo.llm.model import LLM, FindsAnswers, LLMClient
    from evo.store.store import Store


def check(setup: Setup) -> None:
    """Refuse a run whose models could not be asked or charged, before there is anything of it.

    Raises:
        SpecError: a budget in usd for a model without prices.
        LLMError: the environment variable of a key is not set.
    """
    spec = setup.declared
    for role, model in setup.llms.items():
        if not isinstance(model, OpenAI):
            continue
        if spec.budget.usd is not None and model.prices is None:
            raise spec.llms[role].error(
                "budget.usd needs prices, in usd per million tokens, or nothing could be charged; "
                "expected prices: {input: ..., output: ...}, both 0 for a model of your own"
            )
        model.check(role)


def named(setup: Setup) -> Mapping[str, str]:
    """Return what answers for each role that proposes, for people."""
    roles = dict.fromkeys(emitter.llm for emitter in setup.emitters if emitter.llm)
    return {role: str(getattr(setup.llms[role], "model", "") or setup.declared.llms[role].use) for role in roles}


def rooms(spec: RunSpec, options: Mapping[str, LLM]) -> Mapping[str, int]:
    """Return the most tokens of a prompt for each role that has such a limit.

    It is `prompts.tokens.total`, or what a model's context leaves beside its answer; for an ensemble, the least.
    """
    total = spec.prompts.tokens.total
    own = {
        role: model.context_tokens - model.max_tokens
        for role, model in options.items()
        if isinstance(model, OpenAI) and model.context_tokens is not None
    }
    found: dict[str, int] = {}
    for role, model in options.items():
        members = model.members if isinstance(model, Ensemble) else (role,)
        limits = [own[member] for member in members if member in own] + ([total] if total is not None else [])
        if limits:
            found[role] = min(limits)
    return found


def secrets(options: Mapping[str, LLM]) -> tuple[str, ...]:
    """Return what may appear nowhere: the keys of all models. The one place that knows; all sinks are told by it."""
    found = {key for model in options.values() if isinstance(model, OpenAI) for key in model.secrets}
    return tuple(sorted(found))


def ledger(setup: Setup, store: Store) -> Ledger:
    """Return the run's ledger, with what earlier sessions spent on what is committed."""
    usd, tokens = store.charged()
    return Ledger(
        usd=setup.budget.usd,
        tokens=setup.budget.tokens,
        spent=Spend(usd=usd, tokens=tokens),
        ordered=setup.ordered,
        paid=store.learned_shared(),
    )


def connect(
    setup: Setup, store: Store, ledger: Ledger, *, answers: Callable[[str], FindsAnswers]
) -> Mapping[str, LLMClient]:
    """Return the run's models by role; nothing is sent yet.

    Args:
        setup: the run.
        store: where answers become durable before anyone reads them.
        ledger: what they are charged to.
        answers: opens the stored answers of another run.

    Raises:
        EvoError: options that cannot work here.
    """
    options, declared = setup.llms, setup.declared.llms
    gates, quirks = RateGates(), store.quirks()
    clients: dict[str, LLMClient] = {}
    for role in sorted(options, key=lambda role: isinstance(options[role], Ensemble)):
        context = LLMContext(
            role=role,
            ideas=setup.problem.ideas,
            seed=setup.seed,
            gates=gates,
            ledger=ledger,
            peers={name: client for name, client in clients.items() if not isinstance(options[name], Ensemble)},
            answers=answers,
            quirks=quirks.get(role, ()),
            learnt=partial(store.add_quirk, role),
        )
        try:
            clients[role] = options[role].connect(context)
        except EvoError as error:
            if type(error) is not EvoError:
                raise
            # An option that only shows here to be wrong: it is named, so its place in the file can be.
            key, colon, rest = str(error).partition(": ")
            known = bool(colon) and key in declared[role].options
            raise declared[role].error(rest if known else str(error), key if known else None) from error
    hidden = setup.secrets
    return {role: Recorded(Metered(clients[role], ledger), store, ledger, hidden) for role in options}
