"""Asking a model from within a judge or a stage of somebody's: `ask`, and `ask_all` for many questions at once.

A judge has no key and no network. What it asks breaks its work off, travels to the main process, and the work is done
again once the answers are there; so everything before a question runs more than once, and should not depend on clocks
or on chance of its own. Many questions in one `ask_all` are one such round; one after the other are one each.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ASKS, ANSWERED = "asks", "answered"
"""Keys on the line to the main process: what is asked, in a judge's answer; what came of it, in the next request."""


class ModelReply(str):  # noqa: SLOT000 - what is left of it is a text with a word beside it
    """What a model answered.

    Attributes:
        finish: "stop"; "length", where it was cut off at its most tokens; "refusal". A model that could not be asked
            never comes here: that is no answer.
    """

    finish: str

    @classmethod
    def of(cls, text: str, finish: str) -> ModelReply:
        """Return the reply with this text that ended so."""
        reply = cls(text)
        reply.finish = finish
        return reply


class ModelQuestion(NamedTuple):
    """What is asked.

    Attributes:
        prompt: the task; system: the standing instructions before it.
        said: how the conversation went on: the model's answer, what is said to it, and so on, an even number of texts.
        max_tokens: most tokens of the answer; None for the most that the problem allows.
        temperature: None leaves the provider's default.
        sample: equal questions have one answer; another number asks for another draw of it.
    """

    prompt: str
    system: str = ""
    said: tuple[str, ...] = ()
    max_tokens: int | None = None
    temperature: float | None = None
    sample: int = 0

    def plain(self) -> dict[str, Any]:
        """Return it as it travels: without what is left at its default, texts as texts and lists."""
        found = {"prompt": self.prompt, "system": self.system, "said": list(self.said)}
        rest = {"max_tokens": self.max_tokens, "temperature": self.temperature, "sample": self.sample or None}
        return {**found, **{name: value for name, value in rest.items() if value is not None}}


class Unanswered(BaseException):
    """Some questions have no answer yet; `asks` are they, as plain data."""

    def __init__(self, asks: Sequence[Mapping[str, Any]]) -> None:
        self.asks = list(asks)
        super().__init__(f"{len(self.asks)} questions to a model are not answered yet")


_answers: dict[str, ModelReply] | None = None


def ask(
    prompt: str,
    *,
    system: str = "",
    said: Sequence[str] = (),
    max_tokens: int | None = None,
    temperature: float | None = None,
    sample: int = 0,
) -> ModelReply:
    """Ask the run's model one question; see `ModelQuestion`.

    Raises:
        RuntimeError: nobody can be asked here: the problem or the stage declares no `asks`.
        ValueError: the question is none.
    """
    question = ModelQuestion(
        prompt=prompt,
        system=system,
        said=tuple(said),
        max_tokens=max_tokens,
        temperature=temperature,
        sample=sample,
    )
    return ask_all([question])[0]


def ask_all(questions: Sequence[str | ModelQuestion], *, system: str = "") -> list[ModelReply]:
    """Ask many questions at once and return the replies in their order; equal questions are asked once.

    Args:
        questions: texts, or whole questions.
        system: the standing instructions before those that are texts.

    Raises:
        RuntimeError, ValueError: as `ask`.
    """
    if _answers is None:
        raise RuntimeError(
            "no model can be asked here: declare it, `asks: {questions: 20}` in problem.yaml or on the stage, and say "
            "in the run who answers, `evaluate: {ask: ROLE}`"
        )
    whole = [ModelQuestion(prompt=each, system=system) if isinstance(each, str) else each for each in questions]
    keys = [_key(_checked(each).plain()) for each in whole]
    missing = {key: each.plain() for key, each in zip(keys, whole, strict=True) if key not in _answers}
    if missing:
        raise Unanswered([*missing.values()])
    return [_answers[key] for key in keys]


def open_answers(answered: Sequence[Sequence[Any]] | None) -> None:
    """Let questions be asked from now on, with these answers: (question, text, finish) each; None: none can be."""
    global _answers  # noqa: PLW0603 - a judge does one thing at a time, and threads of its own share its answers
    _answers = None if answered is None else dict(_read(answered))


def _read(answered: Sequence[Sequence[Any]]) -> Iterator[tuple[str, ModelReply]]:
    for question, text, finish in answered:
        yield _key(question), ModelReply.of(text, finish)


def _key(question: Mapping[str, Any]) -> str:
    return json.dumps(question, sort_keys=True)


def _checked(question: ModelQuestion) -> ModelQuestion:
    """Return a question that can be put.

    Raises:
        ValueError: it is none.
    """
    texts = (question.prompt, question.system, *question.said)
    if not all(type(each) is str or isinstance(each, ModelReply) for each in texts):
        raise ValueError(f"ask: expected texts as prompt, system and said; got {question!r:.200}")
    if len(question.said) % 2:
        raise ValueError("ask: said has the model's answer and what is said to it in turns; expected an even number")
    most = question.max_tokens
    if most is not None and (type(most) is not int or most < 1):
        raise ValueError(f"ask: max_tokens: expected a whole number, at least 1; got {most!r}")
    if type(question.sample) is not int or question.sample < 0:
        raise ValueError(f"ask: sample: expected a whole number, at least 0; got {question.sample!r}")
    if question.temperature is not None and type(question.temperature) not in {int, float}:
        raise ValueError(f"ask: temperature: expected a number; got {question.temperature!r}")
    return question
