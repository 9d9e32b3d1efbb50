"""Which other programs a prompt shows beside the parents. The prompt puts them in order, the worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from evo.qd.archive import Archive
    from evo.records import Cell

Inspire: TypeAlias = Literal["best", "diverse", "elsewhere"]
"""The best of the island and any others of it; elites of cells far apart; the best and any others of another island."""

_POOL = 16


def drawn(
    inspire: Inspire, archives: Sequence[Archive], island: int, parents: tuple[str, ...], *, count: int, rng: Random
) -> tuple[str, ...]:
    """Return up to `count` programs other than the parents; the cost does not grow with the archives.

    Args:
        inspire: the policy.
        archives: of all islands.
        island: the ticket's.
        parents: its parents.
        count: how many are wanted.
        rng: the only source of chance.
    """
    match inspire:
        case "best":
            return best_and_others(archives[island], parents, count, rng)
        case "diverse":
            return _apart(archives[island], parents, count, rng)
        case "elsewhere":
            others = [archive for archive in archives if archive.island != island and len(archive)]
            return best_and_others(rng.choice(others), parents, count, rng) if others else ()


def best_and_others(archive: Archive, parents: tuple[str, ...], count: int, rng: Random) -> tuple[str, ...]:
    """Return the best program first, then others from anywhere in the archive: quality, then diversity."""
    best = archive.best()
    chosen = [best.program] if best and best.program not in parents and count > 0 else []
    # One index more than needed for each program that may not be drawn again: the cost does not grow with the archive.
    picked = rng.sample(range(len(archive)), min(len(archive), count + len(parents) + len(chosen)))
    for index in picked:
        program = archive[index].program
        if len(chosen) < count and program not in parents and program not in chosen:
            chosen.append(program)
    return tuple(chosen)


def _apart(archive: Archive, parents: tuple[str, ...], count: int, rng: Random) -> tuple[str, ...]:
    """Return, of a few elites drawn, one after another the one whose cell is farthest from the cells chosen so far."""
    pool = [archive[slot] for slot in rng.sample(range(len(archive)), min(len(archive), _POOL + len(parents)))]
    cells: list[Cell] = [elite.cell for elite in pool if elite.program in parents]
    left = [elite for elite in pool if elite.program not in parents]
    chosen: list[str] = []
    while left and len(chosen) < count:
        # Of equals the first drawn.
        farthest = max(left, key=lambda elite: min((_distance(elite.cell, cell) for cell in cells), default=0))
        left.remove(farthest)
        cells.append(farthest.cell)
        chosen.append(farthest.program)
    return tuple(chosen)


def _distance(a: Cell, b: Cell) -> int:
    return sum(abs(i - j) for i, j in zip(a, b, strict=True))
