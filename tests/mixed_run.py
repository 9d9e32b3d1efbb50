"""Runs in which own emitters, people who tell, a scripted agent and a person who steers take turns, killed and resumed.

Small searches on the real loop. What the outside tells and the agent leaves are functions of the ticket, so that runs
can be compared; when somebody tells or steers is left to chance.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from evo.audit.reexecution import Execution, Shelf, StoredModel
from evo.errors import ConflictError
from evo.llm.agent import Agent
from evo.llm.model import LLM, ModelFacts
from evo.llm.outside import Outside
from evo.llm.prices import FREE
from evo.propose.emitters.command import ByCommand
from evo.propose.emitters.diff import Diff
from evo.propose.emitters.outside import ByOutside
from evo.propose.told import tell_program
from evo.records import Completion, Event, Finish
from evo.testing.small_search import SmallSearch
from evo.wheel.helm import Helm

WISHES = (
    {"do": "hint", "words": "go up", "share": 0.5},
    {"do": "ban", "words": "no sevens", "text": "= 0.7"},
    {"do": "weight", "operator": "diff", "weight": 3.0},
    {"do": "seed", "files": {"program.py": "x = 0.444\n"}},
    {"do": "model", "role": "fast", "by": "outside"},
)


@dataclass(frozen=True)
class Workshop:
    """A scripted agent: improves, fails, leaves nothing, edits nothing, by the lot of its ticket."""

    async def work(self, request, agent):
        del agent
        await asyncio.sleep(0)
        lot = random.Random(request.seed)
        if lot.random() < 0.2:
            return Completion(text="", finish=Finish.ERROR, detail="agent: exit code 4", cost_usd=0.01)
        text = f"x = {lot.random():.4f}\n" if lot.random() < 0.8 else "x = 0.8\n"
        return Completion(text=tell_program({None: text}, "by hand", None, asked=lot.randrange(3)), cost_usd=0.01)


@dataclass(frozen=True)
class Stored(LLM):
    """A role that says what it said."""

    answers: object
    like: ModelFacts

    @property
    def facts(self):
        return self.like

    def connect(self, context):
        del context
        return StoredModel(self.answers)


@dataclass(kw_only=True)
class Drive:
    """How a session goes.

    Attributes:
        slow: turns of the loop that a teller takes. steer: at each commit a wish is entered with this chance.
        drop: the share of tickets that are given back. seed: of these lots. heard: is told of every acknowledged tell.
    """

    slow: int = 0
    steer: float = 0.0
    drop: float = 0.1
    seed: int = 0
    heard: Callable[[str], object] = str
    lots: random.Random = field(init=False)

    def __post_init__(self):
        self.lots = random.Random(self.seed)


def mixed(*, tickets=18, weights=(1.0, 1.0, 1.0), **given):
    own, told, agent = weights
    return SmallSearch(
        tickets=tickets,
        emitters=(Diff(weight=own), ByOutside(weight=told), ByCommand(weight=agent)),
        models={"outside": Outside(), "command": Agent(argv=("scripted",), at_once=2)},
        workshop=Workshop(),
        **given,
    )


async def tell(helm, drive):
    while True:
        for ticket in await helm.ask(2, wait=60):
            for _ in range(drive.lots.randint(0, drive.slow)):
                await asyncio.sleep(0)
            name = ticket["ticket"]
            lot = random.Random(int(name))
            said = {"failed": "no idea"} if lot.random() < drive.drop else {"program": f"x = {lot.random():.6f}\n"}
            await helm.tell({"ticket": name, **said}, wait=0)
            drive.heard(name)


async def live(search, drive, told=print):
    """Go on until the run ends; `told` is told of every commit."""
    async with search:
        helm, doing = Helm(search), set()
        doing.add(asyncio.ensure_future(tell(helm, drive)))
        try:
            async for commit in search:
                told(commit)
                if drive.lots.random() < drive.steer:
                    doing.add(asyncio.ensure_future(steer(helm, drive.lots.choice(WISHES))))
        finally:
            for each in doing:
                each.cancel()
            ended = await asyncio.gather(*doing, return_exceptions=True)
            wrong = [each for each in ended if isinstance(each, Exception) and not isinstance(each, ConflictError)]
            assert not wrong, wrong
    return search


async def steer(helm, wish):
    with suppress(ConflictError):  # The run may end first.
        await helm.steer(wish, by="ann")


def executed(small, store):
    """Make the log of a store again from its answers, asking nobody; return the hash, or what differs."""
    log = [*store.log()]
    commits = [entry for entry in log if not isinstance(entry, Event)]
    answer = {role: ModelFacts(prices=FREE, patient=role == "outside", confined=role == "command") for role in ROLES}
    said = {role: Stored(store, facts) for role, facts in answer.items()}
    again = replace(small, models=said, model=said["fast"])
    search = again.search(again.store())
    view = SimpleNamespace(
        plan=lambda: [(commit.ticket, commit.after_seq) for commit in commits],
        log=lambda: iter(log),
        answer=lambda commit: None,
        program=lambda program_id: next(
            (c.proposal.program for c in commits if c.proposal.program and c.proposal.program.id == program_id), None
        ),
    )
    shelf = Shelf(view)
    library = search.library
    done = asyncio.run(
        Execution(
            view=view,
            shelf=shelf,
            state=search.state,
            library=library,
            issuer=search._issuer,
            attempts=search._attempts,
        ).run(lambda *_: None)
    )
    return done.difference or done.hash


ROLES = ("fast", "outside", "command")
