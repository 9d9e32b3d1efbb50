"""How endpoints differ in what is sent along: headers, query, bodies, a proxy, an authority of their own.

A value may be a text, or `{env: NAME}` for the text in an environment variable, which is a secret then.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from evo.errors import EvoError, LLMError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON

Worded: TypeAlias = str | dict[str, str]
"""A text, or `{env: NAME}`."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OWN_HEADERS = frozenset({"content-length", "content-type", "host", "transfer-encoding", "accept-encoding"})
_OWN_BODY = frozenset(
    {
        *("model", "messages", "max_tokens", "max_completion_tokens", "seed", "temperature", "top_p"),
        *("reasoning_effort", "stream", "stream_options", "n"),
    }
)
_THINKING = re.compile(r"think|reason", re.IGNORECASE)


def check_variable(name: str | None, option: str = "api_key_env") -> None:
    """Check the name of an environment variable.

    Raises:
        EvoError: it is none; it is not shown, since what is written here by mistake is the key itself.
    """
    if name is not None and not _VARIABLE.fullmatch(name):
        raise EvoError(f"{option}: expected the name of an environment variable, letters, digits and _; got none")


def check_sent(
    headers: Mapping[str, Worded], query: Mapping[str, Worded], extra_body: Mapping[str, JSON], proxy: Worded | None
) -> None:
    """Check what is sent along.

    Raises:
        EvoError: a name that is none or the client's own, or a password in the file.
    """
    for name, value in headers.items():
        if not _HEADER.fullmatch(name) or name.lower() in _OWN_HEADERS:
            raise EvoError(f"headers: expected names of headers that are not the client's own; got {name!r}")
        _check_worded("headers", value)
    for value in query.values():
        _check_worded("query", value)
    for name in extra_body:
        if name in _OWN_BODY:
            raise EvoError(f"extra_body: expected parameters that no option sets; got {name!r}")
    if proxy is not None:
        _check_worded("proxy", proxy)
        if isinstance(proxy, str):
            check_proxy(proxy)


def check_proxy(url: str) -> None:
    """Check the address of a proxy that stands in a file.

    Raises:
        EvoError: it is none, or holds a password.
    """
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        whole, parts = False, urlsplit("")
    if parts.username is not None or parts.password is not None:
        raise EvoError("proxy: expected an address without a password; name its variable instead: {env: NAME}")
    if not whole:
        raise EvoError("proxy: expected an address like http://proxy.example.com:3128")


def _check_worded(option: str, value: Worded) -> None:
    if isinstance(value, dict):
        if set(value) != {"env"}:
            raise EvoError(f"{option}: expected a text or {{env: NAME}}; got a mapping of {', '.join(value) or 'none'}")
        check_variable(value["env"], option)


def worded(value: Worded) -> str:
    """Return the text that is meant, "" where the variable is not set."""
    return value if isinstance(value, str) else os.environ.get(value["env"], "").strip()


def secrets_of(values: Mapping[str, Worded]) -> tuple[str, ...]:
    """Return the texts among the values that come from the environment."""
    return tuple(worded(value) for value in values.values() if isinstance(value, dict))


def check_there(where: str, option: str, values: Mapping[str, Worded]) -> None:
    """Check that every variable is set to what can be sent.

    Raises:
        LLMError: one is not.
    """
    for value in values.values():
        if not isinstance(value, dict):
            continue
        name, text = value["env"], worded(value)
        if not text:
            raise LLMError(f"{name} is not set: {where} names it in {option}.")
        if not text.isascii() or not text.isprintable():
            raise LLMError(f"{name} holds line ends or letters that cannot be sent: {where} names it in {option}.")


def check_authority(where: str, file: str | None) -> None:
    """Check that a file of certificates is there.

    Raises:
        LLMError: it is not.
    """
    if file is not None and not Path(file).is_file():
        raise LLMError(f"{where}.ca_file: {file}: no such file; expected certificates in PEM form")


def says_thinking(extra_body: Mapping[str, JSON]) -> bool:
    """Tell whether parameters ask a model to think: any whose name is about it and that is not switched off."""
    for name, value in extra_body.items():
        if isinstance(value, dict):
            off = value.get("type") in {"disabled", "none"} or value.get("effort") == "none"
            if (_THINKING.search(name) and not off and value.get("enabled") is not False) or says_thinking(value):
                return True
        elif _THINKING.search(name) and value not in (False, None, 0, "none", "disabled", "off"):
            return True
    return False
