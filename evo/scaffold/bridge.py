"""What lies in a folder of another framework: which evaluator scores which first program, and how it is asked.

The layouts of OpenEvolve, SkyDiscover, ShinkaEvolve and of scripts that call GEPA are read as texts; nothing is run.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from evo.config.contents import files_in
from evo.config.document import MAX_BYTES, read_text
from evo.config.problem_spec import ForeignSpec
from evo.errors import SpecError
from evo.records import PROGRAM_MAX_BYTES
from evo.scaffold.bridge_config import NO_CONFIG, BridgeConfig, read_config

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME = "foreign"
"""Where the folder lies in the problem's."""
_LANGUAGES: Mapping[str, str] = {
    ".py": "python",
    ".cpp": "cpp",
    ".cc": "cpp",
    ".rs": "rust",
    ".go": "go",
    ".jl": "julia",
    ".r": "r",
    ".f90": "fortran",
    ".c": "c",
    ".wl": "wolfram",
    ".sv": "verilog",
    ".txt": "text",
    ".md": "text",
}
_FIRST = ("initial_program", "initial", "init_program", "initial_prompt", "seed_program")
_ENTRY = re.compile(r"(?m)^def (\w+)\((.*?)\)")
_MARKER = "EVOLVE-BLOCK-START"
_ASKS = {"optimize_anything", "optimize"}
_LARGEST_MB = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A folder that can be carried over.

    Attributes:
        framework: whose layout it has.
        folder: the folder.
        within: where it is put below `foreign/`, so that its own absolute imports find it; "" for `foreign/` itself.
        foreign: how its evaluator is asked.
        program: name -> text of the first program's files; the first one is the entry's.
        language, entry, signature, editable: as in problem.yaml.
        config: what its own configuration says.
        notes: what is not carried over, and why.
        files: what is.
    """

    framework: str
    folder: Path
    foreign: ForeignSpec
    program: Mapping[str, str]
    within: str = ""
    language: str = "python"
    entry: str = "program"
    signature: str = ""
    editable: str = "whole"
    config: BridgeConfig = NO_CONFIG
    notes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def find_bridge(folder: Path) -> Bridge:
    """Read a folder.

    Raises:
        SpecError: it has none of the layouts; says what was looked for.
    """
    if not folder.is_dir():
        raise SpecError("no such folder; expected one of another framework's, or FILE.py:FUNCTION", path=str(folder))
    found = _returned(folder) or _written(folder) or _script(folder)
    if found is None:
        raise SpecError(
            "no layout that is known: expected evaluator.py (or evaluator/evaluator.py) with evaluate(path) and a "
            "first program initial_program.*; evaluate.py with main(program_path, results_dir) and initial.*; or a "
            "script that calls optimize_anything(seed_candidate=..., evaluator=...)",
            path=str(folder),
        )
    return found


def _returned(folder: Path) -> Bridge | None:
    """Return the layout of OpenEvolve and SkyDiscover."""
    name = next((each for each in ("evaluator.py", "evaluator/evaluator.py") if (folder / each).is_file()), None)
    program = _first_program(folder)
    if name is None or program is None:
        return None
    text = read_text(folder / name, str(folder / name), limit=4 * MAX_BYTES)
    if "def evaluate" not in text:
        return None
    config = read_config(folder)
    thresholds = config.thresholds if "def evaluate_stage1" in text else ()
    foreign = ForeignSpec(evaluator=f"{HOME}/{name}", layout="returned", thresholds=thresholds)
    framework = "SkyDiscover" if config.skydiscover or "/" in name else "OpenEvolve"
    return replace(_bridge(folder, foreign, program, text, config), framework=framework)


def _written(folder: Path) -> Bridge | None:
    """Return the layout of ShinkaEvolve."""
    path, program = folder / "evaluate.py", _first_program(folder)
    if not path.is_file() or program is None:
        return None
    text = read_text(path, str(path), limit=4 * MAX_BYTES)
    if "def main" not in text:
        return None
    config = read_config(folder)
    foreign = ForeignSpec(evaluator=f"{HOME}/evaluate.py", layout="written", function="main")
    return replace(_bridge(folder, foreign, program, text, config), framework="ShinkaEvolve")


def _script(folder: Path) -> Bridge | None:
    """Return what a script hands to GEPA."""
    for path in sorted(folder.glob("*.py"), key=lambda each: (each.name != "main.py", each.name)):
        text = read_text(path, str(path), limit=4 * MAX_BYTES)
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        given = _asked(tree)
        seed, function = _seed(tree, given.get("seed_candidate")), given.get("evaluator", given.get("metric"))
        if not seed or not isinstance(function, ast.Name) or not _defined(tree, function.id):
            continue
        within = _package(folder, tree)
        evaluator = "/".join(filter(None, (HOME, within, path.name)))
        lists = [each.id for name in ("valset", "dataset", "trainset") if isinstance(each := given.get(name), ast.Name)]
        examples = next((each for each in lists if _assigned(tree, each)), "")
        foreign = ForeignSpec(evaluator=evaluator, layout="text", function=function.id, examples=examples)
        said = [_text(tree, given.get(each)) for each in ("objective", "background")]
        config = BridgeConfig(message="\n\n".join(filter(None, said)))
        return replace(_bridge(folder, foreign, seed, text, config), framework="GEPA", within=within)
    return None


def _bridge(
    folder: Path, foreign: ForeignSpec, program: Mapping[str, str], evaluator: str, config: BridgeConfig
) -> Bridge:
    name, text = next(iter(program.items()))
    language = _LANGUAGES.get(PurePosixPath(name).suffix.lower(), "text")
    entry, signature = _entry(text, evaluator) if language == "python" else (PurePosixPath(name).stem, "")
    files = files_in(folder)
    large = [each for each in files if each.stat().st_size > _LARGEST_MB << 20]
    said = [f"{each.name} is over {_LARGEST_MB} MB and is not carried over" for each in large]
    return Bridge(
        framework="",
        folder=folder,
        foreign=foreign,
        program=program,
        language=language,
        entry=entry,
        signature=signature or f"{name} as a whole",
        editable="markers" if _MARKER in text else "whole",
        config=config,
        notes=(*config.notes, *said),
        files=tuple(each for each in files if each not in large),
    )


def _first_program(folder: Path) -> dict[str, str] | None:
    for stem in _FIRST:
        for path in sorted(folder.glob(f"{stem}.*")):
            if path.suffix.lower() in _LANGUAGES:
                return {f"program{path.suffix}": read_text(path, str(path), limit=PROGRAM_MAX_BYTES)}
    return None


def _entry(program: str, evaluator: str) -> tuple[str, str]:
    """Return the function that an evaluator seems to call, with its signature: the last one that it names."""
    functions = _ENTRY.findall(program)
    named = [each for each in functions if re.search(rf"\b{each[0]}\b", evaluator)]
    for name, given in reversed(named or functions):
        return name, f"{name}({' '.join(given.split())})"
    return "program", ""


def _asked(tree: ast.Module) -> dict[str, ast.expr]:
    """Return what is handed to an optimiser by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = {each.arg: each.value for each in node.keywords if each.arg}
            if name in _ASKS and "seed_candidate" in given:
                return given
    return {}


def _seed(tree: ast.Module, value: ast.expr | None) -> dict[str, str]:
    """Return the first candidate as files: a text, or a mapping of texts."""
    value = _assigned(tree, value.id) if isinstance(value, ast.Name) else value
    if isinstance(value, ast.Dict):
        pairs = [(key, _text(tree, each)) for key, each in zip(value.keys, value.values, strict=True)]
        texts = {str(key.value): text for key, text in pairs if isinstance(key, ast.Constant) and text}
        return {f"{re.sub(r'[^A-Za-z0-9_]', '_', name)}.txt": text for name, text in texts.items()}
    text = _text(tree, value)
    if not text:
        return {}
    return {"program.py" if _is_python(text) else "program.txt": text.lstrip("\n")}


def _text(tree: ast.Module, value: ast.expr | None) -> str:
    value = _assigned(tree, value.id) if isinstance(value, ast.Name) else value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        value = value.func.value if value.func.attr in {"strip", "lstrip", "rstrip"} else value
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def _assigned(tree: ast.Module, name: str) -> ast.expr | None:
    found = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == name for each in node.targets
        ):
            found = node.value
    return found


def _defined(tree: ast.Module, name: str) -> bool:
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name for node in tree.body)


def _package(folder: Path, tree: ast.Module) -> str:
    """Return the last parts of the folder's path by which the script imports its neighbours; "" for none."""
    names = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    parts = folder.resolve().parts
    for count in (4, 3, 2, 1):
        end = ".".join(parts[-count:])
        if any(name == end or name.startswith(f"{end}.") for name in names):
            return "/".join(parts[-count:])
    return ""


def _is_python(text: str) -> bool:
    try:
        tree = ast.parse(text.lstrip("\n"))
    except SyntaxError:
        return False
    return any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom) for node in tree.body)
