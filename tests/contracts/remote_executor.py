"""An executor whose site is another process, reached over a socket alone: what the seam has to allow."""

import asyncio
import itertools
import sys
from pathlib import Path

from evo.errors import InfraError
from evo.execute.executor import Conversation, JudgeAnswer, JudgeQuestion, Task, TaskResult
from evo.execute.frames import pack, receive
from evo.execute.plain import from_plain, plain
from evo.execute.sandbox import Tier
from evo.records import StageStatus

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


class RemoteExecutor:
    """Start with `await RemoteExecutor.connect(...)`."""

    def __init__(self, *, workers: int, tier: Tier, process, server, streams) -> None:
        self.workers, self.tier, self.process = workers, tier, process
        self.server, (self.reader, self.writer) = server, streams
        self.numbers, self.waiting, self.sent = itertools.count(), {}, set()
        self.lost, self.closed = "", False
        self.listening = asyncio.create_task(self.listen())

    @classmethod
    async def connect(cls, *, workers: int = 1, sandbox: str = "auto") -> "RemoteExecutor":
        met = asyncio.get_running_loop().create_future()
        server = await asyncio.start_server(lambda *streams: met.set_result(streams), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        argv = [sys.executable, "-m", "tests.contracts.far_site", "127.0.0.1", str(port), str(workers), sandbox]
        process = await asyncio.create_subprocess_exec(*argv, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL)
        streams = await asyncio.wait_for(met, START_SECONDS)
        hello = await receive(streams[0])
        return cls(workers=workers, tier=Tier(hello["tier"]), process=process, server=server, streams=streams)

    async def run(self, task: Task) -> TaskResult:
        try:
            return from_plain(TaskResult, await self.ask("run", task=plain(task)))
        except InfraError as error:
            if self.closed and not self.lost:
                raise
            return TaskResult(status=StageStatus.INFRA_ERROR, detail=str(error))

    async def judge(self, question: JudgeQuestion) -> JudgeAnswer:
        return from_plain(JudgeAnswer, await self.ask("judge", **self.packed(question)))

    async def converse(self, task: Task, question: JudgeQuestion) -> Conversation:
        return from_plain(Conversation, await self.ask("converse", task=plain(task), **self.packed(question)))

    async def close(self) -> None:
        self.closed = True
        self.writer.close()
        await self.listening
        await self.process.wait()
        self.server.close()
        await self.server.wait_closed()

    def packed(self, question: JudgeQuestion) -> dict:
        """Send a folder's contents once, and nothing but its digest matters afterwards."""
        contents = {}
        if question.folder is not None and question.folder.digest not in self.sent:
            contents = question.folder.contents()
            self.sent.add(question.folder.digest)
        return {"question": plain(question), "contents": contents}

    async def ask(self, do: str, **message: object) -> dict:
        if self.closed or self.lost:
            raise InfraError(self.lost or "this executor is closed; make a new one")
        number, answer = next(self.numbers), asyncio.get_running_loop().create_future()
        self.waiting[number] = answer
        self.writer.write(pack({"number": number, "do": do, **message}))
        try:
            found = await asyncio.shield(answer)
        except asyncio.CancelledError:
            if not self.lost and not self.closed:
                self.writer.write(pack({"number": number, "do": "cancel"}))
                # What ran for it is gone when the far end has said so.
                await asyncio.wait({answer})
            raise
        if "infra" in found:
            raise InfraError(found["infra"])
        return found["value"]

    async def listen(self) -> None:
        try:
            while True:
                message = await receive(self.reader)
                self.waiting.pop(message["number"]).set_result(message)
        except (asyncio.IncompleteReadError, ConnectionError):
            if not self.closed:
                self.lost = "the far site is gone"
            for answer in self.waiting.values():
                answer.set_result({"infra": self.lost or "this executor is closed"})
            self.waiting.clear()
