"""The far end of `RemoteExecutor`: a process that knows nothing but what comes over its socket.

Run as `python far_site.py HOST PORT WORKERS SANDBOX`; it connects, says what it offers, and obeys until the line ends.
"""

import asyncio
import contextlib
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from evo.errors import InfraError
from evo.execute.executor import JudgeQuestion, Task
from evo.execute.frames import pack, receive
from evo.execute.local import LocalExecutor
from evo.execute.plain import from_plain, plain


class FarSite:
    def __init__(self, writer: asyncio.StreamWriter, executor: LocalExecutor, home: Path) -> None:
        self.writer, self.executor, self.home = writer, executor, home
        self.running: dict[int, asyncio.Task] = {}

    def obey(self, message: dict) -> None:
        number = message["number"]
        if message["do"] == "cancel":
            if number in self.running:
                self.running[number].cancel()
            return
        self.running[number] = asyncio.create_task(self.reply(number, message))

    async def reply(self, number: int, message: dict) -> None:
        try:
            answer = {"value": plain(await self.work(message))}
        except InfraError as error:
            answer = {"infra": str(error)}
        except asyncio.CancelledError:
            answer = {"cancelled": True}
        finally:
            del self.running[number]
        self.writer.write(pack({"number": number, **answer}))

    async def work(self, message: dict) -> object:
        given = []
        if "task" in message:
            given.append(from_plain(Task, message["task"]))
        if "question" in message:
            given.append(self.moved(from_plain(JudgeQuestion, message["question"]), message["contents"]))
        return await getattr(self.executor, message["do"])(*given)

    def moved(self, question: JudgeQuestion, contents: dict[str, bytes]) -> JudgeQuestion:
        """Put the judge's folder here, under its digest."""
        if question.folder is None:
            return question
        here = self.home / question.folder.digest
        for name, data in contents.items():
            (here / name).parent.mkdir(parents=True, exist_ok=True)
            (here / name).write_bytes(data)
        return replace(question, folder=replace(question.folder, path=str(here)))


async def main(host: str, port: str, workers: str, sandbox: str) -> None:
    reader, writer = await asyncio.open_connection(host, int(port))
    executor = LocalExecutor(workers=int(workers), sandbox=sandbox)
    with tempfile.TemporaryDirectory() as home:
        site = FarSite(writer, executor, Path(home))
        writer.write(pack({"tier": str(executor.tier)}))
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    site.obey(await receive(reader))
        finally:
            await executor.close()
            await asyncio.gather(*site.running.values(), return_exceptions=True)
            writer.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
