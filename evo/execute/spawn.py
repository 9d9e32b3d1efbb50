"""How the trusted helper processes (zygotes, judges, self-test) are started: by exec, with nothing inherited."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PACKAGE = Path(__file__).resolve().parents[1]
_ROOT = str(_PACKAGE.parent)
TRUTHS = (
    str(_PACKAGE / "shipped"),
    *(f"{_ROOT}/{name}" for name in ("problems", "pipelines", "configs", "templates", "runs")),
)
"""Where problems with their judges lie, installed or in a checkout."""
# The path entry goes again after the import: what runs there later finds installed packages only.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from {module} import main; "
    "del sys.path[0]; done = main(sys.argv[1:]); sys.exit(done() if callable(done) else done)"
)
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def command(module: str, *args: str, site: bool = True, python: str = "") -> list[str]:
    """Return the argv that runs `module.main(args)` in a fresh interpreter.

    Args:
        module: a module of this package with `main(argv)`, which returns the exit status, or what to do when nothing of
            it is left on the stack.
        *args: its arguments.
        site: whether installed packages can be imported there; without them it starts in half the time.
        python: the interpreter; "" for the one that runs here.
    """
    # Not -I: it would drop the fixed hash seed.
    flags = ["-s", "-P"] if site else ["-s", "-P", "-S"]
    return [python or sys.executable, *flags, "-c", _BOOT.format(module=module), _ROOT, *args]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the whole environment of a helper: an allow-list, so that no secret is ever in its memory."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        **dict.fromkeys(_ONE_THREAD, "1"),
        **(extra or {}),
    }


def start(
    module: str, *args: str, keep: Sequence[int], log: int, extra: Mapping[str, str] | None = None, python: str = ""
) -> subprocess.Popen[bytes]:
    """Start a helper in a session of its own.

    Args:
        module: see `command`.
        *args: its arguments; the pid of this process is put before them, for the helper to die with it.
        keep: descriptors that stay open under the same numbers.
        log: descriptor that takes its stdout and stderr.
        extra: environment beside the allow-list.
        python: see `command`.

    Raises:
        OSError: no process, memory or descriptor left.
    """
    return subprocess.Popen(
        command(module, str(os.getpid()), *args, python=python),
        env=environment(extra),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=keep,
        start_new_session=True,
        cwd="/",
    )
