"""Judge a construction again, with nothing but Python: the script of a certificate, run as `python -I verify.py`.

`evo certify` puts a copy of this file beside what it speaks of: `claim.json`, `construction.json`, and `judge/` with
the problem's judge and what it computes with. It needs no evo and no package, and imports nothing from outside its
folder but the standard library.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from importlib import import_module
from pathlib import Path

HOLDS, FAILS, CHANGED = 0, 1, 2
SUMS = "SHA256SUMS"


def verify(folder: Path) -> int:
    """Say whether a certificate's folder proves what it claims.

    Returns:
        0: the judge gives the claimed value, to the last bit. 1: it gives another, or refuses the construction. 2: a
        file is not the one that was certified, or is missing.
    """
    changed = changed_files(folder)
    if changed:
        say(f"CHANGED  {', '.join(changed)}: not what {SUMS} says")
        return CHANGED
    claim = json.loads((folder / "claim.json").read_text("utf-8"))
    sys.dont_write_bytecode = True  # What was certified stays as it was.
    sys.path.insert(0, str(folder / "judge"))
    judging, judge = import_module("evo.judging"), import_module("evaluate")
    where, name = claim["problem"], claim["objective"]["name"]
    unit = unit_beside(name, claim["objective"]["unit"])
    try:
        output = judging.decode((folder / "construction.json").read_bytes())
        value = float(judge.evaluate(output, claim["params"])["objective"])
    except judging.Invalid as refusal:
        say(f"REFUSED  {where}: {refusal}")
        return FAILS
    if value.hex() != claim["value"]["hex"]:
        say(f"DIFFERS  {where}: {value!r}{unit}, claimed was {claim['value']['decimal']}")
        return FAILS
    say(f"VERIFIED {where}: {name} = {value!r}{unit}")
    return HOLDS


def changed_files(folder: Path) -> list[str]:
    """Return the names of the files whose SHA-256 is not the one on record, in the order of the record."""
    changed: list[str] = []
    for line in (folder / SUMS).read_text("utf-8").splitlines():
        digest, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file() or sha256(path.read_bytes()).hexdigest() != digest:
            changed.append(name)
    return changed


def unit_beside(name: str, unit: str) -> str:
    """Return what stands after a value: a blank and its unit, or nothing where that only repeats the name."""
    return f" {unit}" if unit and unit != name else ""


def say(line: str) -> None:
    """Write one line to standard output."""
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(verify(Path(__file__).resolve().parent))
