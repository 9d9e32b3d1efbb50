"""Kinds of servers that speak chat completions, each in its own way: where they listen, how they word what is wrong.

What differs is kept to the shapes that a client has to read; the words are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON


class WordsError(Protocol):
    """Shapes the object of an error."""

    def __call__(self, status: int, code: str, words: str, parameter: str = "") -> dict[str, JSON]:
        """Return what comes with a status; `parameter` is the one that was turned away."""
        ...


class Dresses(Protocol):
    """Adds to a right answer what one kind of server says beside it."""

    def __call__(self, answer: dict[str, JSON]) -> dict[str, JSON]:
        """Return the answer as it is sent."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How one kind of server speaks.

    Attributes:
        prefix: of its addresses.
        key_header: the header that brings the key; the name of a scheme before it is dropped.
        query: a parameter that every address has to bring; "" for none.
        error, dress: the objects that it sends.
    """

    prefix: str = "/v1"
    key_header: str = "Authorization"
    query: str = ""
    error: WordsError
    dress: Dresses


def _error(status: int, code: str, words: str, parameter: str = "") -> dict[str, JSON]:
    del status
    kind = "invalid_request_error" if parameter else code
    return {"error": {"message": words, "type": kind, "param": parameter or None, "code": code}}


def _plain(answer: dict[str, JSON]) -> dict[str, JSON]:
    return answer


def _azure_error(status: int, code: str, words: str, parameter: str = "") -> dict[str, JSON]:
    """A code that is the status as a text, and of a filter what it found."""
    named = {"model_not_found": "DeploymentNotFound", "content_filter": "content_filter"}
    error: dict[str, JSON] = {"code": named.get(code, str(status)), "message": words}
    if parameter:
        error |= {"type": "invalid_request_error", "param": parameter, "code": code}
    if code == "content_filter":
        found: dict[str, JSON] = {"violence": {"filtered": True, "severity": "medium"}}
        inner: dict[str, JSON] = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": found}
        error |= {"type": None, "param": "prompt", "status": status, "innererror": inner}
    return {"error": error}


def _azure_answer(answer: dict[str, JSON]) -> dict[str, JSON]:
    """What the filters found stands beside every answer."""
    clean: dict[str, JSON] = {"violence": {"filtered": False, "severity": "safe"}}
    choices = answer.get("choices")
    dressed: list[JSON] = [
        {**choice, "content_filter_results": clean, "logprobs": None} if isinstance(choice, dict) else choice
        for choice in (choices if isinstance(choices, list) else ())
    ]
    found: list[JSON] = [{"prompt_index": 0, "content_filter_results": clean}]
    return {**answer, "choices": dressed, "prompt_filter_results": found}


def _vllm_error(status: int, code: str, words: str, parameter: str = "") -> dict[str, JSON]:
    """No object within the object, and the status as the code."""
    del code
    return {"object": "error", "message": words, "type": "BadRequestError", "param": parameter or None, "code": status}


def _vllm_answer(answer: dict[str, JSON]) -> dict[str, JSON]:
    """Fields without a value are sent as null."""
    usage = answer.get("usage")
    plain: dict[str, JSON] = {} if not isinstance(usage, dict) else {**usage, "prompt_tokens_details": None}
    plain.pop("completion_tokens_details", None)
    choices = answer.get("choices")
    dressed: list[JSON] = [
        {**choice, "logprobs": None, "stop_reason": None} if isinstance(choice, dict) else choice
        for choice in (choices if isinstance(choices, list) else ())
    ]
    return {**answer, "choices": dressed, "usage": plain, "prompt_logprobs": None, "service_tier": None}


def _ollama_error(status: int, code: str, words: str, parameter: str = "") -> dict[str, JSON]:
    """No code; whether a model is missing stands in the words."""
    del parameter, status
    kind = "not_found_error" if code == "model_not_found" else "api_error"
    said = 'model "mock" not found' if code == "model_not_found" else words
    return {"error": {"message": said, "type": kind, "param": None, "code": None}}


def _ollama_answer(answer: dict[str, JSON]) -> dict[str, JSON]:
    """Its usage has sums and no details."""
    usage = answer.get("usage")
    plain: dict[str, JSON] = {} if not isinstance(usage, dict) else {**usage}
    for name in ("prompt_tokens_details", "completion_tokens_details"):
        plain.pop(name, None)
    return {**answer, "system_fingerprint": "fp_ollama", "usage": plain}


DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    {
        "openai": Dialect(error=_error, dress=_plain),
        "azure": Dialect(
            prefix="/openai/deployments/mock",
            key_header="api-key",
            query="api-version",
            error=_azure_error,
            dress=_azure_answer,
        ),
        "vllm": Dialect(error=_vllm_error, dress=_vllm_answer),
        "ollama": Dialect(error=_ollama_error, dress=_ollama_answer),
    }
)
"""Name -> how it speaks."""
