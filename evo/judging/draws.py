"""Seeds of what a judge draws at random: public, so that everybody can draw it again, or from the secret of a run."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET = "secret"  # noqa: S105 - the name of a parameter
"""The judge's parameter that holds a run's secret, as hexadecimal digits; there is none in a public draw."""


def draw_seed(text: str, params: Mapping[str, object], *, size: int = 16) -> int:
    """Return the seed of a draw: a function of a text, and of the run's secret where the judge was given one.

    Whoever does not know the secret cannot draw the same, even if he has the judge and knows every other parameter.

    Args:
        text: what is drawn, in words; equal texts give equal seeds.
        params: what `evaluate` was given.
        size: of the seed, in bytes, at most 64.

    Raises:
        ValueError: the secret is not made of hexadecimal digits.
    """
    key = bytes.fromhex(str(params.get(SECRET, "")))
    return int.from_bytes(blake2b(text.encode(), digest_size=size, key=key).digest(), "big")
