"""The same algebra on torch tensors, for layers that are worth a GPU. Needs torch; nothing else imports this.

The noise comes from outside, as factors a (P, r, m) and b (P, r, n) or full noise e (P, m, n): hand over what
`noise_factors` drew and the outputs and updates are those of the numpy strategy, up to rounding.
"""

from __future__ import annotations

import time
from importlib import import_module
from math import sqrt
from typing import TYPE_CHECKING, Any, TypeAlias

from evo.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from evo.eggroll.arrays import Array

Tensor: TypeAlias = Any
"""A torch.Tensor: torch is no dependency, so its types are not known here."""

FULL_NUMBERS = 1 << 31
"""Full noise held at once by `forward_seconds`, in numbers (4 GB of bfloat16)."""


def _torch() -> Any:  # noqa: ANN401 - a module that may be absent
    try:
        return import_module("torch")
    except ModuleNotFoundError:
        raise UsageError(
            "torch is not installed; expected it for evo.eggroll.torch_backend: pip install torch"
        ) from None


def tensors(arrays: Mapping[str, Array], *, device: str = "cpu") -> dict[str, Tensor]:
    """Return arrays as tensors of the same dtype on a device."""
    torch = _torch()
    return {name: torch.tensor(value, device=device) for name, value in arrays.items()}


def gpu() -> str | None:
    """Return "cuda" if torch sees such a device, else None."""
    return "cuda" if _torch().cuda.is_available() else None


def linear(x: Tensor, weight: Tensor, a: Tensor, b: Tensor, scale: float, *, members: int = 2) -> Tensor:
    """Return x_i (W + s_i sigma E_p(i))^T with E_p = a_p^T b_p / sqrt(r).

    Args:
        x: (k, n) shared or (P*S, k, n) own.
        weight: (m, n).
        a: (P, r, m).
        b: (P, r, n).
        scale: sigma.
        members: S, 2 for antithetic pairs or 1.

    Returns:
        (P*S, k, m).
    """
    pairs, rank, _ = a.shape
    own = x if x.ndim > 2 else x.expand(pairs * members, *x.shape)  # noqa: PLR2004 - shared inputs have two axes
    k = own.shape[1]
    gain = _signs(own, members).repeat_interleave(k)[:, None] * (scale / sqrt(rank))
    inner = own.reshape(pairs, members * k, -1) @ b.mT * gain
    out = (x @ weight.mT).expand(pairs * members, k, weight.shape[0]).reshape(pairs, members * k, -1)
    return _torch().baddbmm(out, inner, a).reshape(pairs * members, k, -1)


def linear_full(x: Tensor, weight: Tensor, e: Tensor, scale: float, *, members: int = 2) -> Tensor:
    """Return x_i (W + s_i sigma E_p(i))^T with full noise e (P, m, n): x (P*S, k, n) own -> (P*S, k, m)."""
    pairs, k = len(e), x.shape[1]
    gain = _signs(x, members).repeat_interleave(k)[:, None] * scale
    out = (x @ weight.mT).reshape(pairs, members * k, -1)
    return _torch().baddbmm(out, x.reshape(pairs, members * k, -1) * gain, e.mT).reshape(pairs * members, k, -1)


def update(weights: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """Return sum_p w_p a_p^T b_p / sqrt(r), (m, n), as one matrix product: weights (P,), a (P, r, m), b (P, r, n)."""
    pairs, rank, m = a.shape
    stacked = b.reshape(pairs * rank, -1) * (weights / sqrt(rank)).repeat_interleave(rank)[:, None].to(b.dtype)
    return a.reshape(pairs * rank, m).mT @ stacked


def forward_seconds(*, dimension: int, members: int, rank: int, repeats: int, device: str) -> dict[str, Any]:
    """Time a layer `dimension` x `dimension` in bfloat16, one input a member, noise stored.

    Full noise is timed on as many members as fit into `FULL_NUMBERS`, and counted a member.

    Args:
        dimension: m = n.
        members: N, even.
        rank: r >= 1.
        repeats: times each way is measured, in turn.
        device: "cuda" or "cpu".

    Returns:
        Seconds a member (least of the repeats) of `inference`, `low` and `batched`, the raw repeats, and the device.
    """
    torch = _torch()
    pairs = members // 2
    few = max(1, min(pairs, FULL_NUMBERS // dimension**2))
    kind = {"device": device, "dtype": torch.bfloat16}
    weight, x = torch.randn(dimension, dimension, **kind), torch.randn(members, 1, dimension, **kind)
    a, b = torch.randn(pairs, rank, dimension, **kind), torch.randn(pairs, rank, dimension, **kind)
    e = torch.randn(few, dimension, dimension, **kind)
    ways: dict[str, tuple[int, Callable[[], Tensor]]] = {
        "inference": (members, lambda: x @ weight.mT),
        "low": (members, lambda: linear(x, weight, a, b, 0.1)),
        "batched": (2 * few, lambda: linear_full(x[: 2 * few], weight, e, 0.1)),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats + 1):
        for name, (count, run) in ways.items():
            seconds = _seconds(run, device) / count
            if turn:  # the first one warms up
                times[name].append(seconds)
    name = torch.cuda.get_device_name() if device == "cuda" else "the CPU"
    row: dict[str, Any] = {"device": name, "dimension": dimension, "members": members, "rank": rank}
    return row | {f"{way}_repeats": taken for way, taken in times.items()} | {w: min(t) for w, t in times.items()}


def _seconds(run: Callable[[], Tensor], device: str) -> float:
    """Return the wall seconds of one call, device work included: a GPU has no CPU time."""
    torch = _torch()
    synchronise: Callable[[], None] = torch.cuda.synchronize if device == "cuda" else lambda: None
    synchronise()
    start = time.perf_counter()
    run()
    synchronise()
    return time.perf_counter() - start


def _signs(like: Tensor, members: int) -> Tensor:
    """Return (+1, -1) or (+1,) beside `like`."""
    signs: Sequence[float] = (1.0, -1.0)[:members]
    return like.new_tensor(signs)
