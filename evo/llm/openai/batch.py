"""Requests gathered into batch files: one file for all that come together, at half the price of several providers.

A batch is three steps (a file is sent, a batch made of it, its outcome fetched) that may lie a day apart. Its tag is
durable before it is made and its id before anybody waits for it, so a run that is killed at any point finds it again
and nothing is paid twice.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, cast

from evo.canonical import canonical, fingerprint
from evo.errors import LLMError
from evo.llm import embeddings
from evo.llm.batch_log import Batch
from evo.llm.openai.chat import OpenAIClient
from evo.llm.openai.responses import Reply, read
from evo.llm.retry import advice
from evo.llm.trouble import Remedy, Trouble, TroubleKind, remedy

if TYPE_CHECKING:
    from evo.canonical import JSON
    from evo.llm.model import LLMContext
    from evo.llm.openai.settings import OpenAISettings
    from evo.llm.prices import Spend
    from evo.records import Completion, Request

_OVER = frozenset({"completed", "expired", "cancelled", "failed"})
_UNDONE = {
    state: Trouble(kind=TroubleKind.OVERLOADED, detail=f"the batch {words} before this request was answered")
    for state, words in {"expired": "expired", "cancelled": "was cancelled"}.items()
}
_MISSING = Trouble(kind=TroubleKind.OVERLOADED, detail="the batch has no line for this request")
_LISTED = 100


class BatchClient:
    """The client of an `OpenAI` model whose requests go in batches."""

    def __init__(self, options: OpenAISettings, context: LLMContext) -> None:
        self._options, self._role, self._waits = options, context.role, context.waits
        self._alone = OpenAIClient(options, context)
        self._desk = _Desk(self._alone, options, context)

    @property
    def parked(self) -> bool:
        """Whether the model is left alone for now; whoever waits for a batch leaves nobody alone."""
        return self._alone.parked

    def worst(self, request: Request) -> Spend:
        """Return the most that one try can cost."""
        return self._alone.worst(request)

    async def complete(self, request: Request) -> Completion:
        """Return the answer that a batch brings; what it did not answer goes into the next one.

        Raises:
            LLMError: the model cannot be asked at all.
        """
        if request.purpose == embeddings.EMBEDDING:
            return await self._alone.complete(request)
        sent, bill = self._alone.sent(request), self._alone.bill()
        result: Reply | Trouble = _MISSING
        for number in range(self._options.retry.tries):
            # Nobody who stops the run waits for a batch: a resume finds it.
            with self._waits.idle(request):
                result = await self._desk.answer(sent, known=number == 0)
            if isinstance(result, Reply):
                break
            affordable = bill.afford(sent, result)
            if remedy(result.kind) is Remedy.STOP:
                raise LLMError(f"llms.{self._role} ({self._options.model}): {advice(self._desk.endpoint, result)}")
            if not affordable or (remedy(result.kind) is Remedy.GIVE_UP and not self._desk.learn(sent, result)):
                break
        return self._alone.told(sent, result, bill)

    async def close(self) -> None:
        """Stop waiting; batches go on at the provider."""
        await self._desk.close()
        await self._alone.close()


class _Desk:
    """Gathers requests, sends them, and hands out what came of them."""

    def __init__(self, alone: OpenAIClient, options: OpenAISettings, context: LLMContext) -> None:
        self._options, self._log, self._role = options, context.batches, context.role
        self.endpoint = alone.endpoint
        self._gathered: dict[str, tuple[Request, asyncio.Future[Reply | Trouble]]] = {}
        self._closing: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._outcomes: dict[str, asyncio.Task[dict[str, Reply | Trouble]]] = {}
        self._known = {request: batch for batch in self._log.batches() for request in batch.requests}

    async def answer(self, request: Request, *, known: bool) -> Reply | Trouble:
        """Return what a batch says to a request.

        Args:
            request: as it is sent.
            known: whether a batch of an earlier session that has it in it will do.
        """
        batch = self._known.get(request.hash) if known else None
        if batch and (found := await self._outcome(batch)) is not None:
            return found.get(request.hash, _MISSING)
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Reply | Trouble] = loop.create_future()
        self._gathered[request.hash] = request, done
        if self._closing is not None:
            self._closing.cancel()
        # As long as more come, more are waited for: a window comes at once, or as its evaluations end.
        self._closing = loop.call_later(self._options.gather_seconds, self._send)
        return await done

    def learn(self, request: Request, trouble: Trouble) -> bool:
        """Leave out a parameter that was refused; tell whether another try makes sense."""
        return self.endpoint.learn(request, trouble)

    async def close(self) -> None:
        """Stop waiting for whatever is under way."""
        if self._closing is not None:
            self._closing.cancel()
        for task in (*self._tasks, *self._outcomes.values()):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*self._outcomes.values(), return_exceptions=True)

    def _send(self) -> None:
        gathered, self._gathered = self._gathered, {}
        task = asyncio.ensure_future(self._serve(gathered))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, gathered: dict[str, tuple[Request, asyncio.Future[Reply | Trouble]]]) -> None:
        try:
            requests = {name: request for name, (request, done) in gathered.items() if not done.done()}
            found = await self._made(requests) if requests else {}
            for name, (_, done) in gathered.items():
                if not done.done():
                    done.set_result(found.get(name, _MISSING))
        except LLMError as error:
            for _, done in gathered.values():
                if not done.done():
                    done.set_exception(error)

    async def _made(self, requests: dict[str, Request]) -> dict[str, Reply | Trouble]:
        """Make a batch of requests and wait for what comes of it."""
        lines = [
            {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": self.endpoint.form(request)}
            for name, request in requests.items()
        ]
        # No two batches have one tag, so that none is taken for another.
        tag = fingerprint(canonical([*sorted(requests), str(time.time_ns())]))
        batch = Batch(tag=tag, requests=tuple(requests))
        file = await self._patiently("POST", "/files", file="\n".join(json.dumps(line) for line in lines).encode())
        await self._log.keep(batch)
        body: dict[str, JSON] = {
            "input_file_id": file.get("id"),
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
            "metadata": {"evo": tag},
        }
        made = await self._patiently("POST", "/batches", body=body, tag=tag)
        batch = Batch(tag=tag, requests=batch.requests, id=str(made.get("id", "")))
        await self._log.keep(batch)
        return await self._outcome(batch) or {}

    async def _outcome(self, batch: Batch) -> dict[str, Reply | Trouble] | None:
        """Return what a batch says to each request, once; None where it was never made."""
        if batch.tag not in self._outcomes:
            self._outcomes[batch.tag] = asyncio.ensure_future(self._awaited(batch))
        found = await asyncio.shield(self._outcomes[batch.tag])
        return found if found or batch.id else None

    async def _awaited(self, batch: Batch) -> dict[str, Reply | Trouble]:
        name = batch.id or await self._find(batch.tag)
        if not name:
            return {}
        while True:
            state = await self._patiently("GET", f"/batches/{name}")
            if state.get("status") in _OVER:
                break
            await asyncio.sleep(self._options.poll_seconds)
        if state.get("status") == "failed":
            failed = read(400, {}, json.dumps({"error": _first_error(state)}).encode(), now=time.time())
            return dict.fromkeys(batch.requests, failed)
        undone = _UNDONE.get(str(state.get("status")), _MISSING)
        found: dict[str, Reply | Trouble] = dict.fromkeys(batch.requests, undone)
        for key in ("output_file_id", "error_file_id"):
            if isinstance(file := state.get(key), str) and file:
                found |= _read_lines(await self._fetched(f"/files/{file}/content"), undone)
        return found

    async def _find(self, tag: str) -> str:
        """Return the id of a batch that was about to be made, "" if it was not."""
        listed = await self._patiently("GET", f"/batches?limit={_LISTED}")
        entries = listed.get("data")
        for each in entries if isinstance(entries, list) else ():
            told = each.get("metadata") if isinstance(each, dict) else None
            if isinstance(each, dict) and isinstance(told, dict) and told.get("evo") == tag:
                return str(each.get("id", ""))
        return ""

    async def _patiently(
        self, method: str, path: str, *, body: dict[str, JSON] | None = None, file: bytes | None = None, tag: str = ""
    ) -> dict[str, JSON]:
        """Return the object that an address gives; a batch that may have been made all the same is looked for."""
        data = await self._fetched(path, method=method, body=body, file=file, tag=tag)
        try:
            value = cast("JSON", json.loads(data))
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise LLMError(f"llms.{self._role}: {self.endpoint.where}{path} expected an object; got {data[:200]!r}")
        return value

    async def _fetched(
        self,
        path: str,
        *,
        method: str = "GET",
        body: dict[str, JSON] | None = None,
        file: bytes | None = None,
        tag: str = "",
    ) -> bytes:
        retry, wait = self._options.retry, self._options.retry.wait_seconds
        last = Trouble(kind=TroubleKind.UNREACHABLE)
        for _ in range(retry.tries):
            found = await self.endpoint.fetch(method, path, body=body, file=file)
            if isinstance(found, bytes):
                return found
            last = found
            if tag and found.paid and (name := await self._find(tag)):
                return json.dumps({"id": name}).encode()
            if remedy(found.kind) is not Remedy.RETRY:
                break
            asked = found.wait_seconds or 0.0
            await asyncio.sleep(max(wait, min(asked, retry.retry_after_max_seconds)))
            wait = min(2 * wait, retry.wait_max_seconds)
        what = advice(self.endpoint, last)
        raise LLMError(f"llms.{self._role} ({self._options.model} at {self.endpoint.where}{path}), in batches: {what}")


def _first_error(state: dict[str, JSON]) -> dict[str, JSON]:
    errors = state.get("errors")
    entries = errors.get("data") if isinstance(errors, dict) else None
    first = entries[0] if isinstance(entries, list) and entries else None
    return first if isinstance(first, dict) else {"message": "the batch failed without a word"}


def _read_lines(data: bytes, undone: Trouble) -> dict[str, Reply | Trouble]:
    """Return what the lines of a file say, by request; a line that cannot be read says nothing."""
    found: dict[str, Reply | Trouble] = {}
    for line in data.split(b"\n"):
        try:
            value = cast("JSON", json.loads(line)) if line.strip() else None
        except ValueError:
            value = None
        if not isinstance(value, dict) or not isinstance(name := value.get("custom_id"), str):
            continue
        response = value.get("response")
        if isinstance(response, dict) and isinstance(status := response.get("status_code"), int):
            found[name] = read(status, {}, json.dumps(response.get("body")).encode(), now=time.time())
        else:
            found[name] = undone
    return found
