"""What every model promises; see `evo.llm.model.LLM` and `LLMClient`."""

from __future__ import annotations

import asyncio
import os
from abc import abstractmethod
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar, TypeVar
from unittest import SkipTest

from evo.errors import LLMError
from evo.llm.answer_log import Recorded
from evo.llm.facts import check_keys, facts_of, named_variables
from evo.llm.guard import Guarded
from evo.llm.model import LLMContext, ModelFacts
from evo.records import Completion, Finish
from evo.testing import samples
from evo.testing.memory_store import MemoryAnswers
from evo.testing.part import PartContract, refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Mapping

    from evo.llm.model import LLM, LLMClient
    from evo.records import Request

Told = TypeVar("Told")
SECRET = "sk-contract-3f9a27c1"  # noqa: S105 - of the tests; what no record may show
_AT_ONCE = 8


class LLMContract(PartContract):
    """The promises of a model: what it tells is true, keys stay its own, and trouble is an answer.

    Attributes:
        asks: whether it may be asked in these tests. False for one that would contact somebody: let it contact a double
            of yours instead, and it may.
    """

    kind: ClassVar[str] = "llm"
    asks: ClassVar[bool] = True

    @abstractmethod
    def make(self) -> LLM:
        """Return the model; see `PartContract.make`."""

    def environment(self) -> Mapping[str, str]:
        """Return the variables that are set in these tests: by default a key for each option that ends in `_env`."""
        return dict.fromkeys(named_variables(self.make()), SECRET)

    def context(self) -> LLMContext:
        """Return what a run tells its client."""
        return LLMContext(role="fast", ideas=None, seed=0)

    def request(self, number: int) -> Request:
        """Return a request that it can answer."""
        return samples.request(number)

    def failing(self) -> LLM | None:
        """Return such a model that cannot be reached; None where there is no such thing."""
        return None

    def test_its_facts_are_plain_and_stay_the_same(self) -> None:
        """Budgets, redaction and estimates rest on them."""
        with self._environment():
            first, again = facts_of(self.make()), facts_of(self.make())
        assert isinstance(first, ModelFacts), f"facts = {first!r}; expected ModelFacts"
        assert first == again, f"its facts were {first}, then {again}"

    def test_what_its_variables_hold_is_secret(self) -> None:
        """A key that is not told of could be written down by anyone."""
        with self._environment() as given:
            facts = facts_of(self.make())
            hidden = [name for name, value in given.items() if value == SECRET and value not in facts.secrets]
        assert not hidden, f"the values of {', '.join(hidden)} are not among facts.secrets"

    def test_its_words_hold_no_secret(self) -> None:
        """What is printed is kept."""
        with self._environment() as given:
            model = self.make()
            client = model.connect(self.context())
            words = [repr(model), str(model), repr(facts_of(model)), repr(client), str(client)]
            asyncio.run(client.close())
        for value in given.values():
            shown = [each for each in words if value == SECRET and value in each]
            assert not shown, f"a key is shown: {shown[0].replace(value, '(the key)')}"

    def test_its_check_passes_where_all_is_there(self) -> None:
        """It is run before there is anything of a run."""
        with self._environment():
            check_keys(self.make(), "fast", ())

    def test_its_check_names_a_variable_that_is_not_set(self) -> None:
        """A run that cannot be answered does not begin."""
        names = named_variables(self.make())
        if not names:
            raise SkipTest("it names no environment variable")
        with self._environment(missing=names):
            error = refusal(lambda: check_keys(self.make(), "fast", ()))
        assert isinstance(error, LLMError), f"{', '.join(names)} is not set: expected an LLMError; got {error!r}"
        assert any(name in str(error) for name in names), f"the refusal names none of {names}: {error}"

    def test_connecting_asks_nobody_and_closing_twice_is_once(self) -> None:
        """A client that was never asked holds nothing that it could not give back."""

        async def body(client: LLMClient) -> None:
            await client.close()
            await client.close()

        self._using(body)

    def test_it_answers_as_the_run_expects(self) -> None:
        """Texts are texts, usage and cost are 0 or more, and no answer is longer than asked for."""

        async def body(client: LLMClient) -> list[Completion]:
            guarded = Guarded(client, "fast", facts_of(self.make()))
            return [await guarded.complete(self.request(number)) for number in range(3)]

        for number, answer in enumerate(self._asked(body)):
            most = self.request(number).max_tokens
            said = answer.completion_tokens
            assert said <= most, f"{said} tokens were answered, {most} asked for"
            assert answer.finish is not Finish.ERROR or answer.detail, "an answer with finish ERROR says nothing of why"

    def test_many_may_be_asked_at_once(self) -> None:
        """Requests are in flight together, in one event loop."""

        async def body(client: LLMClient) -> list[Completion]:
            requests = [self.request(number) for number in range(_AT_ONCE)]
            return await asyncio.gather(*(client.complete(each) for each in requests))

        assert len(self._asked(body)) == _AT_ONCE

    def test_what_is_kept_of_an_answer_holds_no_secret(self) -> None:
        """Whatever a provider sends back, and whoever echoes it."""
        kept = MemoryAnswers()

        async def body(client: LLMClient) -> Completion:
            facts = facts_of(self.make())
            recorded = Recorded(Guarded(client, "fast", facts), kept, secrets=facts.secrets)
            return await recorded.complete(self.request(0))

        answer = self._asked(body)
        assert SECRET not in repr(answer), "an answer holds a key that facts.secrets does not name"
        assert SECRET not in repr(list(kept.answers.values())), "a stored answer holds a key"

    def test_a_call_can_be_cancelled(self) -> None:
        """A run that stops waits for nobody; the client can be closed afterwards."""

        async def body(client: LLMClient) -> bool:
            call = asyncio.ensure_future(client.complete(self.request(0)))
            await asyncio.sleep(0)
            call.cancel()
            await asyncio.wait([call], timeout=10)
            return call.done()

        assert self._asked(body), "a cancelled call goes on for ten seconds; let CancelledError pass"

    def test_trouble_is_an_answer(self) -> None:
        """A time-out of one request ends one ticket; only what no request can get past ends the run."""
        model = self.failing()
        if model is None:
            raise SkipTest("nothing is said of how it fails; see `failing`")

        async def body(client: LLMClient) -> Completion | LLMError:
            try:
                return await client.complete(self.request(0))
            except LLMError as error:
                return error

        found = self._using(body, model)
        if isinstance(found, Completion):
            assert found.finish is Finish.ERROR, f"finish = {found.finish}; expected {Finish.ERROR}"
            assert found.detail, "an answer with finish ERROR says nothing of why"

    def _asked(self, body: Callable[[LLMClient], Awaitable[Told]]) -> Told:
        if not self.asks:
            raise SkipTest("it may not be asked here; see `asks`")
        return self._using(body)

    def _using(self, body: Callable[[LLMClient], Awaitable[Told]], model: LLM | None = None) -> Told:
        async def main() -> Told:
            client = (model or self.make()).connect(self.context())
            try:
                return await body(client)
            finally:
                await client.close()

        with self._environment():
            return asyncio.run(main())

    @contextmanager
    def _environment(self, missing: tuple[str, ...] = ()) -> Generator[Mapping[str, str]]:
        given = {name: value for name, value in self.environment().items() if name not in missing}
        before = dict(os.environ)
        try:
            for name in missing:
                os.environ.pop(name, None)
            os.environ.update(given)
            yield given
        finally:
            os.environ.clear()
            os.environ.update(before)
