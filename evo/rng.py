"""The only source of randomness.

Every draw names its purpose and its subject, so a draw depends on nothing that ran before it: not on workers, not on
latency, not on how often a run was stopped and resumed.
"""

from __future__ import annotations

from hashlib import blake2b
from random import Random


def derive(seed: int, purpose: str, subject: int | str, attempt: int = 0) -> int:
    """Derive a 63-bit seed from its coordinates.

    Args:
        seed: the run's seed.
        purpose: what the draw is for ("select", "propose", ...).
        subject: a ticket, an epoch, or a program id.
        attempt: 0 for the first try, counting up.

    Returns:
        An integer in [0, 2**63), fit for SQLite, JSON and the `seed` field of chat APIs.
    """
    key = f"{seed}\x1f{purpose}\x1f{subject}\x1f{attempt}".encode()
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "big") >> 1


def stream(seed: int, purpose: str, subject: int | str, attempt: int = 0) -> Random:
    """Return a fresh generator seeded by `derive` with the same arguments."""
    return Random(derive(seed, purpose, subject, attempt))  # noqa: S311 - search, not cryptography
