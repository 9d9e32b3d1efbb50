"""What a run can cost at most, as data and as a page of text."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from rich.console import Group

from evo.render.tables import listing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from evo.canonical import JSON
    from evo.estimate.cost import Estimate, Share

_FITS = {
    "yes": "fits {}",
    "probably": "fits {} at 4 bytes a token",
    "no": "DOES NOT FIT {}",
    "unknown": "not said",
}


def data(found: Estimate) -> dict[str, JSON]:
    """Return an estimate as plain data; the keys of `evo run --estimate --json`."""
    return {
        "calls": found.calls,
        "usd": found.usd,
        "bound": found.bound,
        "tries_usd": found.tries_usd,
        "first_usd": found.first_usd,
        "shares": [{**asdict(share), "fits": share.fits} for share in found.shares],
    }


def page(found: Estimate) -> RenderableType:
    """Draw an estimate."""
    columns = ["asks", "model", "calls", "prompt tokens", "answer tokens", "usd a call", "context"]
    return Group(
        *_sum_up(found),
        listing(columns, [_row(share) for share in found.shares], wrap=["context"]),
        "At most, and in brackets by weight and with prompts as they are at the start. At most means: programs of",
        "256 kB, one token a byte, the longest answer. Nothing was started and nobody was asked.",
    )


def _sum_up(found: Estimate) -> Iterator[str]:
    calls = "No bound on model calls" if found.calls is None else f"At most {found.calls} model calls"
    match found.usd, found.bound:
        case None, _:
            known = all(share.usd_a_call is not None for share in found.shares)
            why = "neither tickets nor budget.usd bounds it" if known else "a model has no prices"
            yield f"{calls}; no bound on the cost: {why}."
        case 0, _:
            yield f"{calls}; they cost nothing: no model here has a price."
        case usd, "calls":
            yield f"{calls}; at most {usd:.4g} usd, every try of every call charged at its worst."
        case usd, bound:
            yield f"{calls}; at most {usd:.4g} usd: {bound} is never passed."
            if found.tries_usd is not None:
                yield f"Without that budget {found.tries_usd:.4g} usd, every try of every call charged at its worst."
    if found.first_usd:
        yield f"About {found.first_usd:.4g} usd with prompts as at the start, the longest answers, and no call failing."


def _row(share: Share) -> list[str]:
    calls = "any" if share.calls is None else str(share.calls)
    context = "" if share.context_tokens is None else str(share.context_tokens)
    return [
        share.what,
        f"{share.role} = {share.model}",
        calls if share.expected_calls is None else f"{calls} ({share.expected_calls:.0f})",
        f"{share.prompt_tokens} ({share.first_tokens})",
        str(share.answer_tokens),
        "no price" if share.usd_a_call is None else f"{share.usd_a_call:.4g} ({share.first_usd_a_call:.4g})",
        _FITS[share.fits].format(context),
    ]
