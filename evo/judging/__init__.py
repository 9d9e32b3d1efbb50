"""What a judge needs to re-compute a candidate's figures without trusting it.

Standard library only and imported in milliseconds: a judge process pays for nothing that it does not use. Nothing here
runs candidate code, touches files or knows about runs; it turns bytes into plain data, plain data into exact numbers,
and refuses the rest by raising `Invalid`.
"""

from __future__ import annotations

from evo.judging.amnesia import Amnesia, stream
from evo.judging.arrays import Array, vector
from evo.judging.circles import Certified, Framed, certify, certify_apart
from evo.judging.convolution import convolve, correlate, scaled
from evo.judging.decode import decode
from evo.judging.died import CandidateDied
from evo.judging.draws import draw_seed
from evo.judging.exact import (
    ceil_float,
    ceil_ratio,
    floor_float,
    floor_ratio,
    grid_bits,
    log_ratio_below,
    on_grid,
    sqrt_above,
    sqrt_below,
)
from evo.judging.hexagons import Hexagon, hexagon, side_needed, spread_needed
from evo.judging.invalid import Invalid
from evo.judging.ledger import Consultation, QueriesSpent, QueryLedger, consult
from evo.judging.points import (
    Distances,
    Point,
    Triangle,
    distances,
    hull,
    orientation,
    points_on_grid,
    triangle_areas,
    twice_polygon_area,
)
from evo.judging.progress import progress
from evo.judging.questions import ModelQuestion, ModelReply, ask, ask_all
from evo.judging.shapes import integer, items, number, rows

__all__ = [
    "Amnesia",
    "Array",
    "CandidateDied",
    "Certified",
    "Consultation",
    "Distances",
    "Framed",
    "Hexagon",
    "Invalid",
    "ModelQuestion",
    "ModelReply",
    "Point",
    "QueriesSpent",
    "QueryLedger",
    "Triangle",
    "ask",
    "ask_all",
    "ceil_float",
    "ceil_ratio",
    "certify",
    "certify_apart",
    "consult",
    "convolve",
    "correlate",
    "decode",
    "distances",
    "draw_seed",
    "floor_float",
    "floor_ratio",
    "grid_bits",
    "hexagon",
    "hull",
    "integer",
    "items",
    "log_ratio_below",
    "number",
    "on_grid",
    "orientation",
    "points_on_grid",
    "progress",
    "rows",
    "scaled",
    "side_needed",
    "spread_needed",
    "sqrt_above",
    "sqrt_below",
    "stream",
    "triangle_areas",
    "twice_polygon_area",
    "vector",
]
