"""A model for a first try, said in three words in place of a config: what it is called, where it is, whose key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON

DEFAULT_URL = "https://api.openai.com/v1"
"""Where a model is whose address nobody says; the client's own default."""
ROLE = "fast"
"""The role of `llms` that `base.yaml` and the default emitters ask."""


def model_settings(
    model: str | None,
    base_url: str | None = None,
    key_env: str | None = None,
    prices: tuple[float, float] | None = None,
) -> list[str]:
    """Return the settings ("dotted.key=value") that put a model behind chat completions in the place of the usual one.

    Args:
        model: its name, as the endpoint knows it; None leaves what is there.
        base_url: of the endpoint, up to and with the version; None takes the usual one.
        key_env: the environment variable that holds the key; None for an endpoint that asks for none.
        prices: of a million tokens of prompts and of answers, in usd.

    Raises:
        UsageError: something is said of a model, and not which.
    """
    if model is None:
        if base_url is not None or key_env is not None or prices is not None:
            raise UsageError("expected the name of the model as well: --model NAME, or model='NAME' in Python")
        return []
    said: Mapping[str, JSON] = {
        "use": "openai",
        "model": model,
        **({"base_url": base_url} if base_url else {}),
        **({"api_key_env": key_env} if key_env else {}),
        **({"prices": {"input": prices[0], "output": prices[1]}} if prices else {}),
    }
    return [f"llms.{ROLE}={json.dumps(said)}"]
