"""What a judge needs to re-compute a candidate's figures without trusting it.

Standard library only and imported in milliseconds: a judge process pays for nothing that it does not use. Nothing here
runs candidate code, touches files or knows about runs; it turns bytes into plain data, plain data into exact numbers,
and refuses the rest by raising `Invalid`.
"""

from __future__ import annotations

from evo.judging.arrays import Array, vector
from evo.judging.circles import Certified, certify
from evo.judging.decoding import decode
from evo.judging.died import CandidateDied
from evo.judging.exact import (
    ceil_float,
    ceil_ratio,
    floor_float,
    floor_ratio,
    grid_bits,
    on_grid,
    sqrt_above,
    sqrt_below,
)
from evo.judging.invalid import Invalid
from evo.judging.shapes import integer, items, number, rows

__all__ = [
    "Array",
    "CandidateDied",
    "Certified",
    "Invalid",
    "ceil_float",
    "ceil_ratio",
    "certify",
    "decode",
    "floor_float",
    "floor_ratio",
    "grid_bits",
    "integer",
    "items",
    "number",
    "on_grid",
    "rows",
    "sqrt_above",
    "sqrt_below",
    "vector",
]
