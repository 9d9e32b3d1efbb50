"""`evo show`: everything about one program, or its text, prompt or answer alone."""

from __future__ import annotations

from typing import Annotated

import typer

from evo.cli.options import RUNS, Address, Json, RunsDir
from evo.errors import NotFoundError


def show(
    address: Address = "@best",
    *,
    code: Annotated[bool, typer.Option("--code", help="Print the program's text.")] = False,
    prompt: Annotated[bool, typer.Option("--prompt", help="Print what the model was asked.")] = False,
    answer: Annotated[bool, typer.Option("--answer", help="Print what the model said.")] = False,
    thoughts: Annotated[
        bool, typer.Option("--thoughts", help="Print what the model thought, where the endpoint handed it over.")
    ] = False,
    as_json: Json = False,
    runs_dir: RunsDir = RUNS,
) -> None:
    """Tell everything about one program: where it came from, how it scored, where it landed."""
    from evo.cli.lookup import open_named
    from evo.cli.streams import emit, write
    from evo.render import console, program
    from evo.store.reading.address import parse, read_program

    place = parse(address)
    with open_named(runs_dir, place.run) as view:
        found, commit = read_program(view, place.program)
        asked = view.answer(commit)
        data, unit = program.gather_data(view, found, commit, asked), view.header.unit
    texts = {"code": found.text}
    if asked:
        texts |= {"prompt": "\n\n".join(text for _, text in asked[0].messages), "answer": asked[1].text}
        texts |= {"thoughts": asked[1].thoughts} if asked[1].thoughts else {}
    asked_for = (("code", code), ("prompt", prompt), ("thoughts", thoughts), ("answer", answer))
    wanted = [name for name, given in asked_for if given]
    missing = [name for name in wanted if name not in texts]
    if missing and asked:
        raise NotFoundError(f"ticket {commit.ticket}: the endpoint handed over no thoughts beside the answer")
    if missing:
        raise NotFoundError(
            f"ticket {commit.ticket} is a {commit.proposal.operator}: no model was asked, no {missing[0]}"
        )
    if as_json:
        emit({**data, **{name: texts[name] for name in wanted}})
    elif wanted:
        write("\n".join(texts[name].rstrip("\n") + "\n" for name in wanted))
    else:
        console.show(program.page(data, unit))
