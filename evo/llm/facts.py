"""The facts of a run's models by role: what each tells, what its options name, and ensembles from their members."""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, cast

from evo.errors import EvoError
from evo.llm.guard import blaming
from evo.llm.model import ModelFacts
from evo.llm.prices import Prices

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evo.llm.model import LLM

_NAMES_VARIABLE, _NAMES_VALUE = "_env", "env"


def named_variables(model: object) -> tuple[str, ...]:
    """Return the environment variables that a model's options name: in those that end in `_env`, and {env: NAME}."""
    return tuple(dict.fromkeys(_named("", model)))


def _named(option: str, value: object) -> Iterator[str]:
    match value:
        case str():
            if value and (option.endswith(_NAMES_VARIABLE) or option == _NAMES_VALUE):
                yield value
        case Mapping():
            for name, item in cast("Mapping[object, object]", value).items():
                yield from _named(str(name), item)
        case tuple() | list():
            for item in cast("Sequence[object]", value):
                yield from _named(option, item)
        case _ if is_dataclass(value) and not isinstance(value, type):
            for item in fields(value):
                yield from _named(item.name, getattr(value, item.name, None))
        case _ if not option:
            yield from _named("", dict(getattr(value, "__dict__", {})))
        case _:
            pass


def facts_of(model: object, role: str = "model") -> ModelFacts:
    """Return what is known about a model: what it tells, and the values of the variables that it names as secrets.

    A model that tells nothing has the defaults; then its prices are unknown.

    Args:
        model: of a config, or handed over in Python.
        role: in the run's `llms`, for messages.

    Raises:
        LLMError: the facts cannot be read, or are none.
    """
    values = tuple(os.environ.get(name, "").strip() for name in named_variables(model))
    own = ModelFacts()
    if inspect.getattr_static(model, "facts", None) is not None:
        with blaming(f"llms.{role} ({type(model).__name__}), its facts", values):
            told: object = getattr(model, "facts")  # noqa: B009 - any object may come, so no type has it
            if not isinstance(told, ModelFacts):
                raise TypeError(f"expected an evo.llm.model.ModelFacts as a property; got {type(told).__name__}")
            own = told
    return replace(own, secrets=(*own.secrets, *values), model=own.model or type(model).__name__.lower())


def facts_by_role(models: Mapping[str, LLM]) -> Mapping[str, ModelFacts]:
    """Return the facts of a run's models; those of an ensemble are completed from its members'.

    Raises:
        LLMError: as `facts_of`.
    """
    own = {role: facts_of(model, role) for role, model in models.items()}
    return {
        role: _completed(facts, [own[name] for name in facts.members if name in own]) for role, facts in own.items()
    }


def _completed(facts: ModelFacts, members: Sequence[ModelFacts]) -> ModelFacts:
    """Return facts with what is not said filled in: the worst price, the longest answer, the least room."""
    if not members:
        return facts
    limits, rooms = [each.max_tokens for each in members], [each.room for each in members if each.room is not None]
    longest = facts.max_tokens or (None if None in limits else max(filter(None, limits)))
    answer = replace(facts, max_tokens=longest).answer_tokens
    return replace(
        facts,
        secrets=tuple(secret for each in (facts, *members) for secret in each.secrets),
        prices=facts.prices or _dearest([each.prices for each in members]),
        max_tokens=longest,
        converses=all(each.converses for each in members),
        context_tokens=facts.context_tokens or (max(1, min(rooms) + answer) if rooms else None),
        sees=any(each.sees for each in members),
        patient=any(each.patient for each in members),
        confined=any(each.confined for each in members),
        trusted=False,
        thinking="brief" if all(each.thinking == "brief" for each in members) else facts.thinking,
    )


def _dearest(prices: Sequence[Prices | None]) -> Prices | None:
    known = [each for each in prices if each is not None]
    if len(known) < len(prices):
        return None
    return Prices(input=max(each.input for each in known), output=max(each.output for each in known))


def check_keys(model: LLM, role: str, secrets: Sequence[str]) -> None:
    """Let a model check that what it needs is there; one without a check passes.

    Raises:
        LLMError: it could not be asked.
    """
    check = getattr(model, "check", None)
    if callable(check):
        with blaming(f"llms.{role} ({type(model).__name__}), its check", secrets, spares=EvoError):
            check(role)
