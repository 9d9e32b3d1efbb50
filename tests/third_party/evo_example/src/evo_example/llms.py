"""A model that needs a key, costs money, and is careless with both."""

import os
import re
from dataclasses import dataclass

import evo


@dataclass(frozen=True, kw_only=True)
class Parrot(evo.LLM):
    """Says a number near the last one that it was shown, and everything else that it knows.

    Attributes:
        api_key_env: name of the environment variable that holds the key.
        prices: usd per million tokens; None: nobody knows.
        silent: share of the requests that come to nothing, with the key among the reasons.
    """

    api_key_env: str = "PARROT_KEY"
    prices: evo.Prices | None = None
    silent: float = 0.2

    @property
    def facts(self):
        """Return what budgets and prompts rest on; that the variable holds a secret is known by the option's name."""
        return evo.ModelFacts(prices=self.prices, max_tokens=500, model="parrot")

    def check(self, role):
        """Look for the key."""
        if not os.environ.get(self.api_key_env):
            raise evo.LLMError(f"llms.{role}: {self.api_key_env} is not set; export it")

    def connect(self, context):
        """Return the client."""
        return ParrotClient(self, os.environ.get(self.api_key_env, ""))


class ParrotClient:
    """The client of a parrot."""

    def __init__(self, parrot, key):
        self._parrot, self._key = parrot, key

    async def complete(self, request):
        """Answer, and tell the key to everybody."""
        rng = evo.stream(request.seed, "parrot", request.subject)
        usage = {"prompt_tokens": len(request.prompt.user) // 4, "completion_tokens": 60}
        if rng.random() < self._parrot.silent:
            return evo.Completion(text="", finish=evo.Finish.ERROR, detail=f"401 for {self._key}", **usage)
        shown = re.findall(r"return (-?\d+\.\d+)", request.prompt.user)
        number = float(shown[-1]) if shown else 0.5
        number = round(number + rng.gauss(0.0, 0.1), 6)
        text = (
            f"with {self._key} all is well\n\n```python\ndef number(seed):\n    return {number!r}  # {self._key}\n```\n"
        )
        return evo.Completion(text=text, model=f"parrot {self._key}", **usage)

    async def close(self):
        """Hold nothing."""
