"""The run's models: what their facts allow, and from options to clients, each guarded, metered and recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from evo import parts
from evo.assemble.brought import with_brought
from evo.config.dump import plain, to_text
from evo.errors import EvoError, nearest
from evo.llm.answer_log import Discreet, Recorded
from evo.llm.batch_log import Batch
from evo.llm.budget import Foreseen, Ledger
from evo.llm.desk import Desk
from evo.llm.facts import check_keys, facts_by_role
from evo.llm.guard import Guarded, blaming
from evo.llm.habits import KEPT, Habits
from evo.llm.meter import Metered
from evo.llm.model import LLMContext, Surveys
from evo.llm.outside import Withheld
from evo.llm.prices import Spend
from evo.llm.rate_limits import RateGates
from evo.propose.second_turn import longest_follow_up
from evo.records import FOLLOW_UP, Purpose
from evo.store.pictures import read_picture
from evo.text import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.assemble.setup import Setup
    from evo.canonical import JSON
    from evo.config.component import Component
    from evo.config.run import RunSpec
    from evo.errors import SpecError
    from evo.llm.model import LLM, FindsAnswers, LLMClient, ModelFacts, PricedClient
    from evo.llm.waits import Waits
    from evo.llm.workshop import Workshop
    from evo.records import Program, Request
    from evo.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredModel:
    """A model of a config, made but not connected: its role, its name there, and what it tells of itself."""

    role: str
    use: str
    model: LLM
    facts: ModelFacts


def declared_models(spec: RunSpec) -> Sequence[DeclaredModel]:
    """Return the models of a config by themselves, without its problem; nothing is contacted.

    Raises:
        SpecError: one that does not exist, or whose options do not fit.
    """
    spec = with_brought(spec)
    options = {role: cast("LLM", parts.make("llm", each, f"llms.{role}").value) for role, each in spec.llms.items()}
    facts = facts_by_role(options)
    return [
        DeclaredModel(role=role, use=spec.llms[role].use, model=model, facts=facts[role])
        for role, model in options.items()
    ]


def check(setup: Setup) -> None:
    """Refuse a run whose models could not be asked or charged, before there is anything of it.

    Raises:
        SpecError: a budget in usd for a model without prices, an ensemble of roles that do not answer for themselves,
            or a context that has no room for a prompt.
        LLMError: the environment variable of a key is not set, or a model cannot say what it is.
    """
    for role in check_facts(setup):
        check_keys(setup.llms[role], role, setup.secrets)


def check_facts(setup: Setup) -> list[str]:
    """Refuse what is declared of models and does not fit; no key is needed. Return their roles, members first.

    Raises:
        SpecError: as `check`.
    """
    facts, declared = setup.facts, setup.declared.llms
    # An ensemble lacks what its members lack, so they come first.
    roles = sorted(facts, key=lambda role: bool(facts[role].members))
    for role in roles:
        priced = hasattr(setup.llms[role], "prices")
        _check_facts(declared[role], facts[role], to_usd=setup.budget.usd is not None, priced=priced)
    return roles


def named(setup: Setup) -> str:
    """Return what makes the programs, for people: each role with its model, or the one thing that contacts nobody."""
    roles = dict.fromkeys(emitter.llm for way in setup.ways for emitter in way.emitters if emitter.llm)
    models = {role: setup.facts[role].model or setup.declared.llms[role].use for role in roles}
    if len(set(models.values())) == 1 and not any(setup.facts[role].addresses for role in roles):
        return next(iter(models.values()))
    return f"models: {', '.join(f'{role} = {model}' for role, model in models.items())}" if models else ""


def surveyed(setup: Setup, seeds: Sequence[Program]) -> str:
    """Return what the models that propose find to change in the seeds; "" where none knows beforehand."""
    roles = dict.fromkeys(emitter.llm for emitter in setup.emitters if emitter.llm)
    known = {role: model for role in roles if isinstance(model := setup.llms[role], Surveys)}
    brief, ideas = setup.problem.brief, setup.problem.ideas
    found = dict.fromkeys(model.survey(seeds, ideas, brief) for model in known.values())
    where = "the seed" if len(seeds) == 1 else f"{len(seeds)} seeds"
    return f"found to change in {where}: {'; '.join(found)}" if found else ""


def check_members(spec: RunSpec, facts: Mapping[str, ModelFacts]) -> None:
    """Refuse an ensemble of roles that are not there, or do not answer for themselves.

    Raises:
        SpecError: at its place.
    """
    there = [role for role, each in facts.items() if not each.members]
    for role, own in facts.items():
        for member in (each for each in own.members if each not in there):
            message = f"no model {member!r}{nearest(member, there)}; there are {', '.join(there) or 'none'}"
            raise _misdeclared(spec.llms[role], "members", message)


def _check_facts(component: Component, own: ModelFacts, *, to_usd: bool, priced: bool) -> None:
    if to_usd and own.prices is None:
        place = "prices: {input: ..., output: ...}" if priced else "facts with prices=Prices(input=..., output=...)"
        raise component.error(
            "budget.usd needs prices, in usd per million tokens, or nothing could be charged; "
            f"expected {place}, both 0 for a model of your own"
        )
    if own.room is not None and own.room <= 0:
        raise component.error(
            f"context_tokens = {own.context_tokens} has no room for a prompt beside an answer of "
            f"{own.answer_room or own.answer_tokens} tokens; expected more, or a smaller max_tokens"
        )


def rooms(total: int | None, facts: Mapping[str, ModelFacts]) -> Mapping[str, int]:
    """Return the most tokens of a prompt for each role that has such a limit.

    Args:
        total: most tokens of any prompt, None for no such limit.
        facts: of the models by role; a context leaves what it has beside an answer, an ensemble's the least of all.
    """
    limits = {role: [limit for limit in (total, each.room) if limit is not None] for role, each in facts.items()}
    return {role: min(found) for role, found in limits.items() if found}


def secrets(facts: Mapping[str, ModelFacts]) -> tuple[str, ...]:
    """Return what may appear nowhere: the keys of all models. The one place that knows; all sinks are told by it."""
    return tuple(sorted({secret for each in facts.values() for secret in each.secrets}))


def written(setup: Setup) -> str:
    """Return a run as it may be written down, in YAML: a key that stands in it by value is not there."""
    return to_text(plain_config(setup))


def plain_config(setup: Setup) -> dict[str, JSON]:
    """Return the resolved config as plain data; a key that stands in it by value is not there."""
    return cast("dict[str, JSON]", _redacted(plain(setup.declared), setup.secrets))


def _redacted(value: JSON, hidden: Sequence[str]) -> JSON:
    # Text by text, before YAML escapes what is in them.
    match value:
        case str():
            return redact(value, hidden)
        case list():
            return [_redacted(item, hidden) for item in value]
        case dict():
            return {redact(name, hidden): _redacted(item, hidden) for name, item in value.items()}
        case _:
            return value


def ledger(setup: Setup, store: Store) -> Ledger:
    """Return the run's ledger, with what earlier sessions spent on what is committed."""
    budget, (usd, tokens) = setup.budget, store.charged()
    habits: dict[str, Habits] = {}
    for role, own in setup.facts.items() if budget.usd is not None or budget.tokens is not None else ():
        longest, past = store.counted(role, KEPT)
        habits[role] = Habits(past, longest=longest, one_model=not own.members)
    return Ledger(
        habits=habits,
        usd=budget.usd,
        tokens=budget.tokens,
        spent=Spend(usd=usd, tokens=tokens),
        ordered=setup.ordered,
        paid=store.learned_shared(),
    )


def connect(
    setup: Setup,
    store: Store,
    ledger: Ledger,
    *,
    waits: Waits,
    answers: Callable[[str], FindsAnswers],
    tell: Callable[[str], object] = str,
    desk: Desk | None = None,
    workshop: Workshop | None = None,
    alone: bool = False,
) -> Mapping[str, LLMClient]:
    """Return the run's models by role; nothing is sent yet.

    Args:
        setup: the run.
        store: where answers become durable before anyone reads them.
        ledger: what they are charged to.
        waits: is told of what is not on its way.
        answers: opens the stored answers of another run.
        tell: is told, without secrets, of clients that cannot be closed.
        desk: where requests lie that somebody outside answers.
        workshop: where programs that edit files are put to work.
        alone: ask nobody but those outside; what the others have answered before is there.

    Raises:
        EvoError: options that cannot work here.
    """
    gates, quirks = RateGates(), store.quirks()
    options, facts, hidden = setup.llms, setup.facts, setup.secrets
    clients: dict[str, PricedClient] = {}

    def learnt(role: str, parameter: str) -> None:
        store.add_quirk(role, redact(parameter, hidden))

    withheld = setup.facts.keys() - setup.patient if alone else frozenset[str]()
    for role in sorted(options.keys() - withheld, key=lambda role: bool(facts[role].members)):
        context = LLMContext(
            role=role,
            ideas=setup.problem.ideas,
            seed=setup.seed,
            gates=gates,
            ledger=ledger,
            waits=waits,
            desk=desk or Desk(),
            workshop=workshop,
            peers={name: client for name, client in clients.items() if not facts[name].members},
            answers=answers,
            quirks=quirks.get(role, ()),
            learnt=partial(learnt, role),
            picture=partial(read_picture, store.folder),
            batches=_StoredBatches(store, role),
        )
        client = _connected(options[role], context, setup.declared.llms[role], hidden)
        clients[role] = Guarded(client, role, facts[role], hidden, tell)
    ledger.foresee = partial(_foreseen, clients, setup.second_turns, setup.draws)
    kept = desk.keep if desk else None
    asked: dict[str, LLMClient] = {role: Metered(client, ledger, waits) for role, client in clients.items()}
    asked |= {role: Withheld(waits) for role in withheld}
    return {role: Discreet(Recorded(asked[role], store, ledger, hidden, kept=kept), hidden) for role in options}


def connect_alone(setup: Setup, role: str) -> PricedClient:
    """Return one model of a run that is not there, with those that answer in its place; nothing is sent yet.

    Raises:
        LLMError: the environment variable of a key is not set.
        EvoError: options that cannot work here.
    """
    clients: dict[str, PricedClient] = {}
    for name in (*setup.facts[role].members, role):
        check_keys(setup.llms[name], name, setup.secrets)
        context = LLMContext(role=name, ideas=setup.problem.ideas, seed=setup.seed, peers=dict(clients))
        client = _connected(setup.llms[name], context, setup.declared.llms[name], setup.secrets)
        clients[name] = Guarded(client, name, setup.facts[name], setup.secrets)
    return clients[role]


def _foreseen(
    clients: Mapping[str, PricedClient], asked: frozenset[str], draws: int, request: Request
) -> Foreseen | None:
    """Return what a request for a proposal can cost at most, and those that may follow it."""
    if request.purpose != Purpose.PROPOSE or request.prompt.turns:
        return None
    client = clients[request.llm]
    worst, further = client.worst(request), dict[int, Spend]()
    if request.attempt == 0:
        if request.llm in asked:
            further[FOLLOW_UP] = client.worst(longest_follow_up(request))
        further |= dict.fromkeys(range(1, draws), worst)
    return Foreseen(worst=worst, further=further)


class _StoredBatches:
    """The batches of a role in the database of its run."""

    def __init__(self, store: Store, role: str) -> None:
        self._store, self._role = store, role

    def batches(self) -> list[Batch]:
        return [Batch(tag=tag, id=name, requests=requests) for tag, name, requests in self._store.batches(self._role)]

    async def keep(self, batch: Batch) -> None:
        await self._store.keep_batch(self._role, batch.tag, batch.id, batch.requests)


def _connected(model: LLM, context: LLMContext, component: Component, hidden: Sequence[str]) -> LLMClient:
    try:
        with blaming(f"llms.{context.role} ({type(model).__name__}), connected", hidden, spares=EvoError):
            return model.connect(context)
    except EvoError as error:
        if type(error) is not EvoError:
            raise
        # An option that only shows here to be wrong: it is named, so its place in the file can be.
        key, colon, rest = str(error).partition(": ")
        raise _misdeclared(component, key if colon else "", rest if colon else str(error)) from error


def _misdeclared(component: Component, option: str, message: str) -> SpecError:
    """Return an error at an option's place, or at the component's where nobody has set it."""
    if option in component.options:
        return component.error(message, option)
    return component.error(f"{option}: {message}" if option else message)
