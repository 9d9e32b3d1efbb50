"""What a run's scores are worth, in words: who besides the judge could have had a hand in them."""

from __future__ import annotations

from typing import Final

WORDS: Final = {
    "shared": "programs share the process that scores them, so a score could be forged",
    "caller": "the judge is the caller's process, with nothing between it and what it holds; programs were confined",
}
"""By the word that a run's header has (`RunHeader.trust`)."""


def tell_trust(trust: str) -> str:
    """Return the word and what it means; "" for a run whose judge shares its process with nobody."""
    return f"{trust}: {WORDS[trust]}" if trust in WORDS else trust
