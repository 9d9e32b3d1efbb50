"""A function in a file as a problem: `evo new NAME --from FILE.py:function`, and `evo run FILE.py`.

The file is read, never run here. Its own `score` becomes the judge; without one the function's own answers do, and what
counts is the time that it takes to give them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evo.config.document import MAX_BYTES, read_text
from evo.errors import NotFoundError, SpecError, nearest
from evo.judging.scorer import PROGRAM, TEXT, ScoreError, meanings
from evo.records import PROGRAM_MAX_BYTES
from evo.scaffold.draft import BY_TEXT, USUAL_IMPORTS, Draft
from evo.scaffold.extract import (
    constants_of,
    extract,
    functions_of,
    modules_of,
    parameters_of,
    parse_module,
    signature_of,
)

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping
    from pathlib import Path


SCORE = "score"
SEED = "seed"
DECLARED = ("goal", "direction", "inputs", "measures", "unit", SEED)
"""What a file may say beside its functions, as plain data at the top level."""

_JUDGE = '''\
"""Judge: {what}. `score` is the one of {path}, as it was (see score.py)."""

from evo.judging.scorer import {judged}
from score import score


def evaluate({given}, params):
    return {call}
'''
_SAME_ANSWERS = '''\
"""Judge: the program has to answer as the function did, and is measured against it.

To score something else, return a number of your own as `objective`: `candidate.call({entry!r}, ...)` calls the program.
"""

from evo.judging import Invalid
from evo.judging.timing import compare

# With what the function is called: one tuple of arguments for each call. Put several here, of the sizes that matter.
CALLS = {calls}


def evaluate(candidate, params):
    wanted = [candidate.reference.call({entry!r}, *arguments) for arguments in CALLS]

    def work(live, number):
        for arguments, answer in zip(CALLS, wanted, strict=True):
            found = live.call({entry!r}, *arguments)
            if found != answer:
                raise Invalid(f"{entry}{{arguments!r:.60}}: expected {{answer!r:.60}}; got {{found!r:.60}}")

    found = compare(candidate, candidate.reference, work, width=0.1, cpu_seconds=0.5)
    return {{"objective": found.median, "error": found.error, "feedback": found.words}}
'''
_EXAMPLES = {"int": "8", "float": "1.5", "str": "'some text'", "bool": "True", "bytes": "'some text'"}
_A_LIST = "[3, 1, 2]"


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionFile:
    """A file of the user's, read.

    Attributes:
        path: where it lies. text, tree: what it says.
        functions: those at its top level. constants: plain data at its top level.
    """

    path: Path
    text: str
    tree: ast.Module
    functions: Mapping[str, ast.FunctionDef]
    constants: Mapping[str, object]


def read_file(path: Path) -> FunctionFile:
    """Read a file without running it.

    Raises:
        NotFoundError: there is no such file.
        SpecError: it is not Python.
    """
    if not path.is_file():
        raise NotFoundError(f"{path}: no such file; expected Python with a function, for example {path}:solve")
    text = read_text(path, str(path), limit=MAX_BYTES)
    tree = parse_module(text, str(path))
    return FunctionFile(path=path, text=text, tree=tree, functions=functions_of(tree), constants=constants_of(tree))


def draft_of(address: str, path: Path, name: str, *, needs_score: bool = False) -> Draft:
    """Return the problem that a file is: a function, or a text, to be made better.

    Args:
        address: the function that is meant; "" for the one that the file says or has.
        path: the file.
        name: of the problem.
        needs_score: whether a file without `score` is refused.

    Raises:
        NotFoundError: no such file, function or seed; says what is expected.
        SpecError: something in the file is wrong.
    """
    source = read_file(path)
    if needs_score and SCORE not in source.functions:
        raise NotFoundError(
            f"{path}: no function score at the top level; expected def score(program), score(output) or score(text)"
        )
    seed, entry = _seed_of(address, source)
    asked = Draft(name=name, seeds={path.stem if entry else SEED: seed}, judge={})
    asked = replace(asked, **_said(source))
    if not entry:
        return _of_text(asked, source)
    node = functions_of(parse_module(seed[asked.file], str(path)))[entry]
    modules = [each for each in modules_of(parse_module(seed[asked.file], str(path))) if each != "__future__"]
    asked = replace(
        asked,
        seeds={path.stem: seed},
        entry=entry,
        signature=signature_of(node),
        imports=sorted({*USUAL_IMPORTS, *modules}),
    )
    return _by_score(asked, source, node) if SCORE in source.functions else _by_time(asked, node, seed[asked.file])


def _seed_of(address: str, source: FunctionFile) -> tuple[Mapping[str, str], str]:
    """Return the files of the first program and its entry, "" for a text."""
    said = source.constants.get(SEED)
    if address or SEED not in source.constants:
        entry = address or _only_function(source)
        if entry:
            return {"program.py": extract(source.text, source.tree, entry, str(source.path))}, entry
        return _seed_beside(source)
    if not isinstance(said, str):
        raise SpecError(
            f"seed = {said!r:.60}; expected a text, or the name of a function or a file", path=str(source.path)
        )
    if said in source.functions:
        return {"program.py": extract(source.text, source.tree, said, str(source.path))}, said
    if "\n" not in said and (source.path.parent / said).is_file():
        return _read_seed(source.path.parent / said, source)
    return {f"{SEED}.txt": said if said.endswith("\n") else f"{said}\n"}, ""


def _only_function(source: FunctionFile) -> str:
    """Return the function that is no helper of `score`, if there is one such; "" for none.

    Raises:
        NotFoundError: there are several.
    """
    kept = extract(source.text, source.tree, SCORE, str(source.path)) if SCORE in source.functions else ""
    helpers = set(functions_of(parse_module(kept, str(source.path)))) if kept else set[str]()
    left = [name for name in source.functions if name not in helpers]
    called = {
        name
        for other in left
        for name in functions_of(parse_module(extract(source.text, source.tree, other, str(source.path)), ""))
        if name != other
    }
    tops = [name for name in left if name not in called]
    if len(tops) > 1:
        raise NotFoundError(
            f"{source.path}: which function? write {source.path}:{tops[0]}; there are {', '.join(tops)}"
        )
    return tops[0] if tops else ""


def _seed_beside(source: FunctionFile) -> tuple[Mapping[str, str], str]:
    found = sorted(each for each in source.path.parent.glob(f"{SEED}.*") if each.is_file())
    if not found:
        raise NotFoundError(
            f"{source.path}: no seed; expected a function to make better, or seed = 'a text' or the name of a file, or "
            f"{SEED}.py or {SEED}.txt beside it"
        )
    return _read_seed(found[0], source)


def _read_seed(path: Path, source: FunctionFile) -> tuple[Mapping[str, str], str]:
    text = read_text(path, str(path), limit=PROGRAM_MAX_BYTES)
    if path.suffix != ".py":
        return {path.name: text}, ""
    functions = functions_of(parse_module(text, str(path)))
    if not functions:
        raise NotFoundError(f"{path}, the seed of {source.path}: no function at the top level; expected one")
    return {"program.py": text}, list(functions)[-1]


def _said(source: FunctionFile) -> dict[str, object]:
    """Return what the file declares: its goal, its direction and so on.

    Raises:
        SpecError: of the wrong type.
    """
    given = {name: source.constants[name] for name in DECLARED if name in source.constants and name != SEED}
    for name in ("goal", "unit"):
        if not isinstance(given.get(name, ""), str):
            raise SpecError(f"{name} = {given[name]!r:.60}; expected a text", path=str(source.path))
    if given.get("direction", "maximize") not in {"maximize", "minimize"}:
        came = given["direction"]
        hint = nearest(str(came), ("maximize", "minimize"))
        raise SpecError(f"direction = {came!r}; expected maximize or minimize{hint}", path=str(source.path))
    for name in ("inputs", "measures"):
        if not isinstance(given.get(name, {}), dict):
            raise SpecError(f"{name} = {given[name]!r:.60}; expected a mapping", path=str(source.path))
    return given


def _by_score(asked: Draft, source: FunctionFile, node: ast.FunctionDef) -> Draft:
    """Return the draft judged by the file's own `score`."""
    kinds = _kinds(source, PROGRAM)
    order = parameters_of(node)
    inputs = asked.inputs
    if unknown := [name for name in inputs if name not in order]:
        hint = nearest(unknown[0], order) or f"; it has {', '.join(order) or 'none'}"
        raise SpecError(f"inputs: {asked.entry} has no parameter {unknown[0]!r}{hint}", path=str(source.path))
    lacking = [name for name in parameters_of(node, needed=True) if name not in inputs and name != SEED]
    if "output" in kinds and lacking:
        example = ", ".join(f"{name!r}: ..." for name in lacking)
        raise SpecError(
            f"score wants the output of {asked.signature}; expected inputs = {{{example}}}, or def score(program)",
            path=str(source.path),
        )
    given = [f"params[{name!r}]" if name in inputs else "0" for name in order if name in inputs or name == SEED]
    arguments = f", arguments=[{', '.join(given)}]" if given else ""
    judge = _JUDGE.format(
        what="the program is scored by a plain function",
        path=source.path.name,
        judged="judged",
        given="candidate",
        call=f"judged(score, candidate, entry={asked.entry!r}{arguments})",
    )
    return replace(asked, judge={"evaluate.py": judge, **_score_files(source)})


def _of_text(asked: Draft, source: FunctionFile) -> Draft:
    """Return the draft about a text that nobody runs, judged by the file's own `score`."""
    if SCORE not in source.functions:
        raise NotFoundError(f"{source.path}: no function score at the top level; expected def score(text)")
    if PROGRAM in _kinds(source, TEXT):
        raise SpecError("score wants a program that can be called, and the seed is a text", path=str(source.path))
    judge = _JUDGE.format(
        what="the text is scored by a plain function",
        path=source.path.name,
        judged="judged_text",
        given="output",
        call="judged_text(score, output)",
    )
    file = next(iter(next(iter(asked.seeds.values()))))
    return replace(
        asked,
        judge={"evaluate.py": judge, **_score_files(source)},
        language=BY_TEXT,
        called=False,
        entry="text",
        file=file,
    )


def _kinds(source: FunctionFile, default: str) -> tuple[str, ...]:
    node = source.functions[SCORE]
    try:
        return meanings(parameters_of(node, needed=True), default)
    except ScoreError as error:
        raise SpecError(str(error), path=f"{source.path}:{node.lineno}:{node.col_offset + 1}") from error


def _score_files(source: FunctionFile) -> dict[str, str]:
    """Return `score.py` and the modules beside the user's file that it imports, whatever these import included."""
    found = {f"{SCORE}.py": extract(source.text, source.tree, SCORE, str(source.path))}
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for module in modules_of(parse_module(found[name], name)):
            beside = source.path.parent / f"{module}.py"
            if beside.is_file() and beside.name not in found and beside != source.path:
                found[beside.name] = read_text(beside, str(beside), limit=MAX_BYTES)
                waiting.append(beside.name)
    return found


def _by_time(asked: Draft, node: ast.FunctionDef, text: str) -> Draft:
    """Return the draft about how fast the function's answers can be given: for whoever has no score yet."""
    example = ", ".join(_example(each) for each in node.args.args if each.arg in parameters_of(node, needed=True))
    judge = _SAME_ANSWERS.format(entry=asked.entry, calls=f"[({example},)]" if example else "[()]")
    return replace(
        asked,
        judge={"evaluate.py": judge, "reference.py": text},
        reference="reference.py",
        goal=asked.goal or f"Make `{asked.entry}` faster; its answers stay what they are.",
        objective="speedup",
        noisy=True,
        unit=asked.unit or "times the function as it was",
    )


def _example(parameter: ast.arg) -> str:
    said = getattr(parameter.annotation, "id", "")
    return _EXAMPLES.get(said, _A_LIST if parameter.annotation is not None else "8")
