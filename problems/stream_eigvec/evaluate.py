"""Judge of stream_eigvec: between two blocks of a stream nothing survives but the bytes that the program returned."""

import math

import streams

from evo.judging import Amnesia, Array, Invalid, vector

LEAST = 1e-6
"""Errors below count as this one, so that no stream outweighs all others."""


def evaluate(candidate, params):
    """Show the program every stream, block by block, and compare what it answers with the leading eigenvector.

    Args:
        candidate: a program with `absorb(state, block, most)` and `answer(state, d)`.
        params: rows, d, block (rows of one), bytes (of the state, at most), families, draws (of each), draw (the first
            one's number).
    """
    found = [
        {"family": family} | followed(candidate, streams.stream(family, draw, params), params, family)
        for family in params["families"]
        for draw in range(params["draw"], params["draw"] + params["draws"])
    ]
    return {
        "objective": geometric([each["error"] for each in found]),
        "measures": {
            "filled": sum(each["filled"] for each in found) / len(found),
            "early": math.log10(geometric([each["early"] for each in found])),
        },
        "metrics": {"worst": max(each["error"] for each in found)}
        | {
            f"error_{family}": geometric([each["error"] for each in found if each["family"] == family])
            for family in params["families"]
        },
        "feedback": "; ".join(
            f"{each['family']} {each['error']:.2g} ({each['early']:.2g} at half of the stream, eigenvalues' ratio "
            f"{each['gap']:.2f}, state {each['bytes']} bytes)"
            for each in found[:6]
        ),
    }


def followed(candidate, rows, params, family):
    """Return what became of one stream."""
    memory = Amnesia(candidate, params["bytes"])
    memory.begin()
    starts = range(0, len(rows), params["block"])
    half = starts[len(starts) // 2]
    try:
        for start in starts:
            block = rows[start : start + params["block"]]
            memory.absorb("absorb", block, params["bytes"])
            if start == half:
                early = error(memory.ask("answer", params["d"]), streams.leading(rows[: start + len(block)])[0])
        leading, gap = streams.leading(rows)
        last = error(memory.ask("answer", params["d"]), leading)
    except Invalid as refusal:
        raise Invalid(f"{family}: {refusal}") from None
    return {
        "error": last,
        "early": early,
        "gap": gap,
        "bytes": memory.longest,
        "filled": memory.longest / params["bytes"],
    }


def error(answer, leading):
    """Return the squared sine of the angle between an answer, of any length but zero, and a unit vector."""
    if type(answer) is Array and answer.dtype not in {"<f8", "<f4"}:
        raise Invalid(f"answer: expected floats, got {answer.dtype}")
    found = [float(each) for each in vector(answer, "answer", count=len(leading))]
    most = max(map(abs, found))
    if most == 0:
        raise Invalid("answer: expected a direction, got all zeros")
    found = [each / most for each in found]
    length = math.sqrt(math.fsum(each * each for each in found))
    along = math.fsum(each * true for each, true in zip(found, leading.tolist(), strict=True)) / length
    beside = [each / length - along * true for each, true in zip(found, leading.tolist(), strict=True)]
    return min(1.0, max(LEAST, math.fsum(each * each for each in beside)))


def geometric(values):
    """Return the geometric mean."""
    return math.exp(math.fsum(map(math.log, values)) / len(values))
