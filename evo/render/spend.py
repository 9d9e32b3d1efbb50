"""Where tokens and money went, and what came of each model's answers, drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_Data = Any
_ENOUGH, _MANY = 20, 0.2


def summary(data: Mapping[str, _Data]) -> str:
    """Return all tokens and the cost in one line."""
    tokens = data["tokens"]
    cached = f" ({tokens['cached']} cached, {_share(tokens['cached'], tokens['prompt'])})" if tokens["cached"] else ""
    reasoning = f" ({tokens['reasoning']} reasoning)" if tokens["reasoning"] else ""
    bills = data["spend"]["purpose"].values()
    guessed, usd = sum(bill["estimated"] for bill in bills), sum(bill["guessed_usd"] for bill in bills)
    estimated = f", usage of {guessed} estimated ({usd:.4g} usd guessed)" if guessed else ""
    return (
        f"{tokens['prompt']} prompt{cached} + {tokens['completion']} completion{reasoning} tokens, "
        f"{data['cost_usd']:.4g} usd{estimated}"
    )


def _share(cached: int, prompt: int) -> str:
    return f"{100 * cached / max(1, prompt):.0f} %"


COLUMNS = ("spend", "", "answers", "prompt", "cached", "completion", "reasoning", "usd")


def rows(data: Mapping[str, _Data]) -> Iterator[Sequence[str | Text]]:
    """Yield a line for everything that shares the spend with something else, below `COLUMNS`.

    The offline proposer spends nothing that anyone would look for.
    """
    if set(data["spend"]["model"]) <= {"offline"}:
        return
    for dimension, bills in data["spend"].items():
        for number, (name, bill) in enumerate(bills.items()) if len(bills) > 1 else ():
            figures = [bill[f"{kind}_tokens"] for kind in ("prompt", "cached", "completion", "reasoning")]
            if figures[1]:
                figures[1] = f"{figures[1]} ({_share(figures[1], figures[0])})"
            yield [
                Text(f"by {dimension}" if number == 0 else "", style="dim"),
                name,
                str(bill["answers"]),
                *(str(figure) if figure else "-" for figure in figures),
                f"{bill['cost_usd']:.4g}",
            ]


def second_turns(data: Mapping[str, _Data]) -> Iterator[tuple[str, str]]:
    """Yield what second turns were worth, in one line: how many each model was asked, and how many gave a program."""
    counted: Mapping[str, Mapping[str, int]] = data.get("second_turns") or {}
    parts = [
        f"{model} {found.get('PROPOSED', 0) + found.get('DUPLICATE', 0)} of {sum(found.values())} mended"
        for model, found in counted.items()
    ]
    if parts:
        yield "second turns", "  ".join(parts)


def cut_off(cut: int, answers: int) -> str:
    """Return a warning when a fifth of the answers and more stopped at their limit, "" before that is known."""
    if answers < _ENOUGH or cut < _MANY * answers:
        return ""
    return (
        f"{cut} of {answers} answers were cut off at their limit and lost: raise max_tokens of the model in llms "
        "(32768 for one that thinks first)"
    )


def warnings(data: Mapping[str, _Data]) -> Iterator[str]:
    """Yield what somebody should do something about, by model."""
    for model, found in data["outcomes_by_model"].items():
        if said := cut_off(found.get("TRUNCATED", 0), sum(found.values())):
            yield f"{model}: {said}"


def outcomes(data: Mapping[str, _Data]) -> Iterator[tuple[str, str]]:
    """Yield what came of each model's answers, where several models answered."""
    counts = data["outcomes_by_model"]
    for model, found in counts.items() if len(counts) > 1 else ():
        yield f"  {model}", "  ".join(f"{name} {count}" for name, count in found.items())
