"""Texts from hell, and a run that is made of them: whatever shows a run has to show this one and do nothing else.

`PWNED` is what a script of theirs would set in a page, `EVIL` the host that a picture or a link of theirs would ask.
"""

import asyncio
import json
import sqlite3

from evo.canonical import fingerprint
from evo.qd.archive import Archive
from evo.qd.islands import Archipelago
from evo.qd.spaces import Axis, GridSpace
from evo.qd.topologies import Ring
from evo.records import (
    Completion,
    Direction,
    Evaluation,
    EvaluationStatus,
    Outcome,
    Program,
    Prompt,
    Proposal,
    Request,
    StageResult,
    StageStatus,
)
from evo.search.state import State
from evo.store.store import RunHeader, Store

PWNED = "pwned_by_a_text"
EVIL = "evil.example"

TEXTS = {
    "script": f"<script>window.{PWNED}=1</script>",
    "script, closed first": f"</script><script>window.{PWNED}=1</script><!--",
    "title and comment": f"</title></textarea></style>--><script>window.{PWNED}=1</script>",
    "picture": f'<img src="http://{EVIL}/x.png" onerror="window.{PWNED}=1">',
    "vector": f'<svg onload="window.{PWNED}=1"><foreignObject><iframe srcdoc="<script>parent.{PWNED}=1</script>">',
    "attribute": f'" onmouseover="window.{PWNED}=1" autofocus onfocus="window.{PWNED}=1" x="',
    "attribute, other quote": f"' style='background:url(//{EVIL}/a)' onclick='window.{PWNED}=1",
    "address": f"javascript:window.{PWNED}=1",
    "data address": f"data:text/html,<script>parent.{PWNED}=1</script>",
    "entities": f"&lt;script&gt;window.{PWNED}=1&lt;/script&gt; &#60;img src=x&#62;",
    "character data": f"]]><script>window.{PWNED}=1</script><![CDATA[",
    "document type": f'<!DOCTYPE x [<!ENTITY y SYSTEM "http://{EVIL}/">]><x>&y;</x>',
    "template": f"{{{{constructor.constructor('window.{PWNED}=1')()}}}} ${{window.{PWNED}=1}} {{% raw %}}",
    "markdown": f"[a](javascript:window.{PWNED}=1) ![b](http://{EVIL}/b.png)",
    "rich": f"[bold red]x[/bold red] [link=http://{EVIL}]y[/link] [/]",
    "mathematics": r"$\frac{1}{0$ $\input{/etc/passwd}$ \(x\) $$",
    "formula": "=cmd|' /C calc'!A0",
    "prototype": "__proto__",
    "constructor": "constructor",
    "method": "toString",
    "property": "hasOwnProperty",
    "clears the screen": "\x1b[2J\x1b[H\x1b[31mred",
    "names the window": "\x1b]0;owned\x07\x1b]2;owned\x1b\\",
    "fills the clipboard": "\x1b]52;c;b3duZWQ=\x07",
    "link of a terminal": f"\x1b]8;;http://{EVIL}\x1b\\click\x1b]8;;\x1b\\",
    "one byte controls": "\x9b31m\x9d0;owned\x9c\x90q\x9c",
    "goes back": "safe\rdanger\x08\x08\x08\x7f\x00",
    "turned round": "if admin\u202e} \u2066if user\u2069 \u2066{\u202d",
    "invisible": "a\u200bb\u200cc\u200dd\ufeffe\u2060f\U000e0041\U000e0042",
    "line ends": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "piled": "Z" + "\u0300\u0315\u0323\u0489" * 60,
    "half a pair": "a\ud800b\udfffc",
    "far planes": "\U0010ffff\U0001f468\u200d\U0001f469\u200d\U0001f467\ue000",
    "other scripts": "漢字 العربية עברית हिन्दी ไทย",
    "brackets": "(" * 5000 + "[" * 5000 + "{" * 5000,
    "backticks": "````\n```python\n" + "`" * 200,
    "steps out": "../../../../etc/passwd",
    "empty": "",
    "blank": " \t\n \n",
}

LONG = {
    "a line of a megabyte": "x" * 1_000_000,
    "a megabyte of tags": "<b>" * 333_000,
    "many lines": "pass\n" * 20_000,
    "a word of strings": '"' * 200_000,
}

RUN = "20260101-120000-hell-6666"


def clean(text):
    """What a store takes: half pairs as their escapes, as whatever writes a store leaves them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "")


def name_of(number):
    names = list(TEXTS.values())
    return clean(names[number % len(names)]).strip() or "blank"


def write_hell(folder, *, long=True):
    """Write a run in which every text is one of `TEXTS`, and some programs and answers are of `LONG`."""
    folder.mkdir(parents=True)
    outline = [
        {"name": name_of(0), "edges": [i / 8 for i in range(9)]},
        {"name": name_of(18), "edges": [0.0, 0.5, 1.0]},
    ]
    header = RunHeader(
        id=RUN,
        created=1.0,
        version=clean(TEXTS["picture"]),
        problem=clean(TEXTS["script"]),
        instance=clean(TEXTS["attribute"]),
        fingerprint="f",
        direction="maximize",
        unit=clean(TEXTS["turned round"]),
        seed=6,
        islands=2,
        cells=16,
        axes=json.dumps(outline),
        seeds="[]",
        spec="",
        tier=clean(TEXTS["vector"]),
    )
    asyncio.run(_write(Store.create(folder, header, []), long=long))
    _spoil(folder / "run.db")
    return folder


def programs(*, long):
    texts = {**TEXTS, **LONG} if long else TEXTS
    for number, (name, text) in enumerate(texts.items()):
        yield number, name, Program.of(f"# {number}\n{clean(text)[:250_000]}\n")


async def _write(store, *, long):
    axes = (
        Axis(name=name_of(0), low=0.0, high=1.0, cells=8),
        Axis(name=name_of(18), low=0.0, high=1.0, cells=2),
    )
    archives = [Archive(GridSpace(axes), Direction.MAXIMIZE, i) for i in range(2)]
    fold = State(Archipelago(archives, Ring(every=5), 2), Direction.MAXIMIZE)
    before = []
    for number, _, program in programs(long=long):
        text = clean(list(TEXTS.values())[number % len(TEXTS)])
        asked = Request(
            purpose="propose",
            subject=str(number),
            prompt=Prompt(system=text, user=text * 2),
            seed=number,
            llm=name_of(number),
        )
        answer = Completion(
            text=clean([*LONG.values()][number % len(LONG)]) if long and number % 7 == 0 else program.text,
            model=name_of(number + 1),
            prompt_tokens=10,
            completion_tokens=2,
            cost_usd=0.5,
            detail=text,
        )
        await store.save(asked, answer)
        proposal = Proposal(
            ticket=number,
            island=None if number < 2 else number % 2,
            operator=name_of(number + 2),
            outcome=Outcome.PROPOSED,
            parents=tuple(before[-1 - (number % 2) :]),
            inspirations=tuple(before[:1]),
            llm=name_of(number),
            requests=(asked.hash,),
            answers=(fingerprint(text),),
            program=program,
            summary=text,
            detail=text,
        )
        commit = fold.settle(
            after_seq=number - 1, proposal=proposal, evaluation=_scored(number, program, text), at=1000.0 + number
        )
        await store.append([commit], issued=number + 1, seconds=12.5)
        before.append(program.id)
    await store.update(
        state="paused", stop_reason=clean(TEXTS["script, closed first"]), issued=number + 1, seconds=12.5
    )
    store.close()


def _scored(number, program, text):
    usage = {"seconds": 0.2, "cpu_seconds": 0.1}
    stage = StageResult(stage=name_of(number + 3), status=StageStatus.SUCCESS, detail=text, **usage)
    if number % 5 == 4:
        broken = StageResult(stage=name_of(number + 4), status=StageStatus.FAILED, detail=text, **usage)
        return Evaluation(program=program.id, status=EvaluationStatus.INVALID, stages=(stage, broken), feedback=text)
    return Evaluation(
        program=program.id,
        status=EvaluationStatus.VALID,
        objective=float(number),
        measures={name_of(0): number % 8 / 8, name_of(18): number % 2 / 2},
        metrics={name_of(number + 5): 3.0, "__proto__": 1.0, "constructor": 2.0},
        stages=(stage,),
        feedback=text,
        tier=text,
        flags=(text,),
    )


def _spoil(path):
    """Write what no store of ours writes: half pairs and controls in mappings, links in place of files."""
    database = sqlite3.connect(path)
    (program,) = database.execute("SELECT program FROM evaluations WHERE status = 'VALID' LIMIT 1").fetchone()
    spoilt = json.dumps({TEXTS["half a pair"]: 1.0, TEXTS["clears the screen"]: 2.0, "__proto__": 3.0})
    database.execute("UPDATE evaluations SET metrics = ? WHERE program = ?", (spoilt, program))
    database.commit()
    database.close()
