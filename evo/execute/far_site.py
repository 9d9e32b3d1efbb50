"""The far end of an executor that works through others: bytes in, bytes out, and a site of this machine in between.

It knows nothing but what it is sent. What a judge may load and the trees that programs are run in come as parcels, once
each, and lie here under their digests, where nobody writes to them and no candidate reads them.
"""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evo.errors import EvoError, InfraError, explain
from evo.execute import scratch
from evo.execute.executor import JudgeQuestion, Task
from evo.execute.frames import pack, unpack
from evo.execute.local import LocalExecutor
from evo.execute.parcel import lay_out_parcel
from evo.execute.plain import from_plain, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.execute.executor import Grants
    from evo.execute.folder import Checkout, Folder

FOLDER: Final = "folder"
TREE: Final = "tree"
"""The parcels of a request, by what they are."""


class FarSite:
    """One candidate and one judge at a time, on this machine.

    Args:
        sandbox: see `sandbox.choose`.

    Raises:
        EvoError: this machine does not pass the required tier.
        InfraError: there is no room for a folder.
    """

    def __init__(self, sandbox: str) -> None:
        self._executor = LocalExecutor(workers=1, sandbox=sandbox)
        try:
            scratch.remove_abandoned()
            self._home = scratch.make_root(executable=True)
            for kind in (FOLDER, TREE):
                (self._home / kind).mkdir(mode=0o700)
        except OSError as error:
            raise InfraError(explain(error)) from error
        self._laid = asyncio.Lock()

    async def work(self, request: bytes, parcels: Mapping[str, bytes]) -> bytes:
        """Answer one request with `{"value": ...}`, `{"infra": words}` or `{"lacks": digests}`; see `request`.

        Args:
            request: what to do, as `request` packed it.
            parcels: digest -> parcel, of those that are needed and were not sent before.
        """
        asked = unpack(request)
        try:
            if lacking := await self._lacking(asked["parcels"], parcels):
                return pack({"lacks": lacking})
            return pack({"value": plain(await self._done(asked))})
        except OSError as error:
            return pack({"infra": explain(error)})
        except EvoError as error:
            return pack({"infra": str(error)})

    async def close(self) -> None:
        """Kill what runs and remove what lies here."""
        await self._executor.close()
        await asyncio.to_thread(scratch.remove_tree, self._home)

    async def _lacking(self, needed: Mapping[str, str], parcels: Mapping[str, bytes]) -> list[str]:
        """Lay out what came; return the digests of what did not come and is not here."""
        lacking: list[str] = []
        async with self._laid:
            for kind, digest in needed.items():
                place = self._home / kind / digest
                if place.exists():
                    continue
                if digest not in parcels:
                    lacking.append(digest)
                    continue
                check = digest if kind == FOLDER else ""
                await asyncio.to_thread(lay_out_parcel, parcels[digest], place, folder=check)
        return lacking

    async def _done(self, asked: Mapping[str, Any]) -> object:
        if asked["do"] == "judge":
            return await self._executor.judge(self._question(asked))
        task = self._task(asked)
        if asked["do"] == "run":
            return await self._executor.run(task)
        return await self._executor.converse(task, self._question(asked))

    def _question(self, asked: Mapping[str, Any]) -> JudgeQuestion:
        question = from_plain(JudgeQuestion, asked["question"])
        folder: Folder | None = question.folder
        return (
            question if folder is None else replace(question, folder=replace(folder, path=self._place(FOLDER, folder)))
        )

    def _task(self, asked: Mapping[str, Any]) -> Task:
        task = from_plain(Task, asked["task"])
        _check_granted(task.grants)
        tree: Checkout | None = task.tree
        if tree is not None:
            task = replace(task, tree=replace(tree, path=self._place(TREE, tree)))
        # The judges' folders lie here, whatever their name was where they came from.
        return replace(task, hidden=(*task.hidden, str(self._home / FOLDER)))

    def _place(self, kind: str, sent: Folder | Checkout) -> str:
        return str(self._home / kind / sent.digest)


def request(do: str, task: Task | None, question: JudgeQuestion | None) -> bytes:
    """Return what `FarSite.work` is asked, "run", "judge" or "converse", with the digests of the parcels it needs."""
    parcels: dict[str, str] = {}
    if question is not None and question.folder is not None:
        parcels[FOLDER] = question.folder.digest
    if task is not None and task.tree is not None:
        parcels[TREE] = task.tree.digest
    return pack({"do": do, "task": plain(task), "question": plain(question), "parcels": parcels})


def _check_granted(grants: Grants) -> None:
    """Make sure that what a program is let have is on this machine.

    Raises:
        InfraError: it is not.
    """
    paths = (*grants.readable, *grants.startable, *([grants.python] if grants.python else []))
    missing = [path for path in paths if not Path(path).exists() and shutil.which(path) is None]
    if missing:
        raise InfraError(
            f"{missing[0]} is not on this node, and programs are given it; environments and toolchains are not sent: "
            "put them at the same place on every node, or on a file system that all of them share"
        )
