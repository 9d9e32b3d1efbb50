"""The paper's throughput figure at its own size, where torch and a GPU are present."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from evo.eggroll.bench.claims import Check, Claim

if TYPE_CHECKING:
    from evo.eggroll.bench.kernels import Kernels

DIMENSION, MEMBERS = 8192, 1024


def available() -> bool:
    """Tell whether torch is installed and sees a GPU."""
    if find_spec("torch") is None:
        return False
    from evo.eggroll import torch_backend  # noqa: PLC0415 - loads torch

    return torch_backend.gpu() is not None


def throughput(kernels: Kernels, *, quick: bool) -> Claim:
    """Measure low rank and full rank as a share of inference at 8192 (figure 2a)."""
    del kernels
    from evo.eggroll import torch_backend  # noqa: PLC0415 - loads torch

    row = torch_backend.forward_seconds(
        dimension=DIMENSION, members=MEMBERS, rank=1, repeats=5 if quick else 20, device=torch_backend.gpu() or "cpu"
    )
    return Claim(
        key="throughput",
        says="At scale low rank keeps nearly all of the throughput of inference; full rank keeps next to nothing",
        where="figure 2a: 91 % against 0.41 % (GH200, noise drawn beforehand)",
        miniature=f"layer {DIMENSION} x {DIMENSION}, {MEMBERS} members, bfloat16, r = 1, noise stored; {row['device']}",
        checks=(
            Check(label="low rank, share of inference", value=row["inference"] / row["low"]),
            Check(label="full rank, share of inference", value=row["inference"] / row["batched"]),
        ),
        rows=(row,),
    )
