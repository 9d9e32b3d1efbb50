"""A program that edits files, at its work: started as a step in a checkout, attended to, and looked at when it is gone.

The process that this runs in stands outside the program's walls and inside its file system. It passes on what the
program asks to have scored, puts the answers where it looks for them, and reads what it leaves: by descriptors, without
following a link, since whatever lies there may be anything. Standard library only.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import json
import os
import re
import stat
from typing import TYPE_CHECKING, Any

from evo.execute.inside import command, kernel, wire
from evo.execute.inside.supervisor import Overuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from evo.execute.inside.confine import Walls

_ASKED, _SAID, _HOME, _TMP = "asked", "said", "home", "tmp"
_NAME = re.compile(r"[0-9A-Za-z_-]{1,40}")
_FILE_BYTES, _TOTAL_BYTES, _FILES, _DEPTH = 1 << 19, 1 << 20, 1000, 16
_NOTE_BYTES = 1 << 16
_LEAVINGS = re.compile(r"(?:^|/)(?:\.|__pycache__(?:/|$)|node_modules(?:/|$))|\.py[co]$")
"""What a program at work leaves beside what it works on; counts only where it was there before."""
_CHUNK = 1 << 16


def attend(
    task: Mapping[str, Any], walls: Walls, began: Callable[[], None], *, questions: int, answers: int
) -> tuple[int, bytes]:
    """Run the program of a command to its end, attending to it; return kind and bytes of the last frame.

    Args:
        task: with `command`; its `kwargs` hold `calls`, how often it may have something scored, and `brief`, which it
            gets on stdin.
        walls: put up around it.
        began: is called once they are up.
        questions: what is said to it comes here: a byte when somebody listens, then lines of JSON.
        answers: what it asks goes there: frames of JSON.

    Raises:
        OSError: walls could not be put up, or there is no room for a desk.
    """
    kernel.adopt_orphans()
    attendant = Attendant(task, questions, answers)
    # Whoever listens says so first: what came earlier would be taken for something else.
    os.read(questions, 1)
    given, limits = task["command"], (task["command"]["cpu_seconds"], task["command"]["memory_mb"])
    path = [*task["path"], attendant.place]
    own = {"HOME": f"{attendant.place}/{_HOME}", "TMPDIR": f"{attendant.place}/{_TMP}", "EVO_DESK": attendant.place}
    own |= proxy_variables(walls.port, str(task["kwargs"].get("token", "")))
    inner = {**task, "path": path, "command": {**given, "environment": {**given["environment"], **own}}}
    step = command.CommandStep("agent", given["run"], limits, inner, walls)
    brief = str(task["kwargs"]["brief"]).encode("utf-8", "replace")
    with step.ended(brief, began, attendant) as (status, excess, stdout, stderr):
        words = {"ending": _ending(status, excess), "stdout": _written(stdout), "stderr": _written(stderr)}
    last = {"done": True, **words, "cpu_seconds": step.used, **attendant.left()}
    return wire.RESULT, json.dumps(last).encode()


def proxy_variables(port: int, token: str) -> dict[str, str]:
    """Return the variables by which programs find the proxy, the only one there is to talk to; none without one."""
    if not port:
        return {}
    address = f"http://agent:{token}@127.0.0.1:{port}"
    return {name: address for each in ("http_proxy", "https_proxy") for name in (each, each.upper())}


class Attendant:
    """The desk of a program at work, a folder beside what it works on.

    Args:
        task, questions, answers: as of `attend`.

    Attributes:
        place: the desk.
        listener: the descriptor at which something may be heard.
        stopped: whether the program is to be ended.
    """

    def __init__(self, task: Mapping[str, Any], questions: int, answers: int) -> None:
        self.place, self.listener, self.stopped = f"{task['scratch']}/{wire.DESK}", questions, False
        self._answers, self._heard = answers, bytearray()
        self._before = {path: text for path, text in task["files"].items() if not path.startswith(f"{wire.DESK}/")}
        self._tree = task["tree"]["path"] if task["tree"] else ""
        self._calls, self._pending, self._spent = int(task["kwargs"]["calls"]), set[str](), b""
        for name in (_ASKED, _SAID, _HOME, _TMP):
            os.makedirs(f"{self.place}/{name}", mode=0o700, exist_ok=True)  # noqa: PTH103 - pathlib costs zygotes memory
        os.chmod(f"{self.place}/score", 0o700)  # noqa: PTH101 - as above
        # Opened before the program runs: whatever it puts in their places, these stay what they are.
        self._root, self._desk = _folder(task["scratch"]), _folder(self.place)
        self._asked, self._said = _folder(_ASKED, self._desk), _folder(_SAID, self._desk)
        self._since = os.stat(f"{self.place}/{_TMP}").st_ctime_ns  # noqa: PTH116 - as above

    def hear(self) -> bool:
        """Take what is said; False when nobody is there any more."""
        data = os.read(self.listener, _CHUNK)
        self._heard += data
        while (end := self._heard.find(b"\n")) >= 0:
            line = bytes(self._heard[:end])
            del self._heard[: end + 1]
            said = json.loads(line)
            if "stop" in said:
                self.stopped = True
            else:
                self._put(said["name"], said["said"])
        return bool(data)

    def look(self) -> None:
        """Pass on what is asked, and what was spent so far."""
        for name in self._new():
            if self._calls <= 0:
                self._put(name, json.dumps({"error": "no scores are left for this ticket", "calls_left": 0}))
                continue
            self._calls -= 1
            self._pending.add(name)
            self._send({"asked": name, "calls_left": self._calls, **self._found()})
        spent = _note(self._desk, "spend.json")
        if spent != self._spent:
            self._spent = spent
            self._send({"spent": spent.decode("utf-8", "replace")})

    def left(self) -> dict[str, Any]:
        """Return what lies there now, and what the program noted about itself."""
        notes = {name: _note(self._desk, name).decode("utf-8", "replace") for name in ("why", "spend.json")}
        return {**self._found(), "why": notes["why"], "spent": notes["spend.json"]}

    def _new(self) -> list[str]:
        try:
            with os.scandir(self._asked) as entries:
                names = [each.name for _, each in zip(range(_FILES), entries, strict=False)]
        except OSError:
            return []
        return [name for name in sorted(names) if name not in self._pending and _NAME.fullmatch(name)]

    def _put(self, name: str, text: str) -> None:
        """Lay an answer down, whole; a desk that the program has wrecked is its own loss."""
        self._pending.discard(name)
        draft = f"{name}.draft"
        with contextlib.suppress(OSError):
            fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=self._said)
            with open(fd, "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(text.encode())
            os.rename(draft, name, src_dir_fd=self._said, dst_dir_fd=self._said)
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=self._asked)

    def _send(self, said: Mapping[str, Any]) -> None:
        data = json.dumps(said).encode()
        rest = memoryview(wire.FRAME.pack(wire.ASKED, len(data)) + data)
        while rest:
            rest = rest[os.write(self._answers, rest) :]

    def _found(self) -> dict[str, Any]:
        """Return the texts that are not what they were, what is gone, and what cannot be taken, with why."""
        texts, refused, there, total = dict[str, str](), dict[str, str](), set[str](), 0
        for path, fd, flaw in _walk(self._root):
            there.add(path)
            known = path in self._before or (self._tree and os.path.lexists(f"{self._tree}/{path}"))
            if not known and _LEAVINGS.search(path):
                continue
            if flaw or len(refused) >= _FILES or len(texts) >= _FILES:
                # A link of the tree's own is no news.
                if not (known and path not in self._before):
                    refused.setdefault(path, flaw or "too many files")
                continue
            data = self._news(path, fd)
            if data is None:
                continue
            total += len(data)
            text, why = _text(data) if total <= _TOTAL_BYTES else (None, "too large")
            if text is None:
                refused[path] = why
            else:
                texts[path] = text
        gone = sorted(path for path in self._before if path not in there)
        return {"files": texts, "gone": gone, "refused": dict(list(refused.items())[:_FILES])}

    def _news(self, path: str, fd: int) -> bytes | None:
        """Return what a file holds where that is not what it held, at most a byte more than may be taken."""
        now = os.fstat(fd)
        if path in self._before:
            data = _start(fd)
            return None if data == self._before[path].encode("utf-8", "surrogatepass") else data
        if self._tree:
            with contextlib.suppress(OSError):
                before = os.stat(f"{self._tree}/{path}", follow_symlinks=False)  # noqa: PTH116 - as above
                # Nobody can set this clock back, so what is older has not been touched.
                if stat.S_ISREG(before.st_mode) and before.st_size == now.st_size and now.st_ctime_ns < self._since:
                    return None
                with open(f"{self._tree}/{path}", "rb") as file:  # noqa: PTH123 - as above
                    data = _start(fd)
                    return None if data == file.read(_FILE_BYTES + 1) else data
        return _start(fd)


def _ending(status: int, excess: Overuse | None) -> str:
    """Return how a program ended, in words; "" where it did so by itself and without a complaint."""
    if excess is Overuse.STOPPED:
        return "stopped"
    if excess is not None:
        return f"over its limit of {excess.name.lower()}"
    code = os.waitstatus_to_exitcode(status)
    return "" if code == 0 else f"exit code {code}" if code > 0 else f"killed by signal {-code}"


def _written(fd: int) -> str:
    """Return what was written to a descriptor as base64: its first and last bytes."""
    size, half = os.fstat(fd).st_size, _NOTE_BYTES // 2
    if size <= _NOTE_BYTES:
        return base64.b64encode(os.pread(fd, size, 0)).decode()
    cut = b"\n[... %d bytes left out ...]\n" % (size - 2 * half)
    return base64.b64encode(os.pread(fd, half, 0) + cut + os.pread(fd, half, size - half)).decode()


def _text(data: bytes) -> tuple[str | None, str]:
    """Return what a file says, or why that cannot be taken."""
    if len(data) > _FILE_BYTES:
        return None, "too large"
    try:
        return data.decode(), ""
    except UnicodeDecodeError:
        return None, "no UTF-8 text"


def _folder(path: str, above: int | None = None) -> int:
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)


def _start(fd: int) -> bytes:
    parts, size = list[bytes](), 0
    while size <= _FILE_BYTES and (part := os.read(fd, _FILE_BYTES + 1 - size)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _note(folder: int, name: str) -> bytes:
    """Return the start of a small file, b"" where there is none."""
    try:
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError:
        return b""
    try:
        return os.read(fd, _NOTE_BYTES) if stat.S_ISREG(os.fstat(fd).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(fd)


def _walk(root: int) -> Iterator[tuple[str, int, str]]:
    """Yield path, open descriptor and "" of every regular file but the desk's; path, -1 and why of all that is none."""
    waiting = [""]
    while waiting:
        above = waiting.pop()
        try:
            folder = _down(root, above)
        except OSError:
            continue
        try:
            with os.scandir(folder) as entries:
                names = sorted(each.name for each in entries)
            for name in names:
                if (path := f"{above}{name}") != wire.DESK:
                    yield from _entry(path, name, folder, waiting)
        except OSError:
            continue
        finally:
            os.close(folder)


def _down(root: int, path: str) -> int:
    """Open a folder beneath another, link by no link."""
    fd = os.dup(root)
    for name in path.split("/")[:-1]:
        try:
            below = _folder(name, fd)
        finally:
            os.close(fd)
        fd = below
    return fd


def _entry(path: str, name: str, folder: int, waiting: list[str]) -> Iterator[tuple[str, int, str]]:
    try:
        path.encode()
        fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except UnicodeEncodeError:
        return
    except OSError as error:
        yield path, -1, "a link" if error.errno == errno.ELOOP else "cannot be read"
        return
    try:
        mode = os.fstat(fd).st_mode
        if not stat.S_ISDIR(mode):
            yield path, fd, "" if stat.S_ISREG(mode) else "no file"
        # What is deeper, or a leaving, is not looked into.
        elif path.count("/") < _DEPTH and not _LEAVINGS.search(f"{path}/"):
            waiting.append(f"{path}/")
    finally:
        os.close(fd)
