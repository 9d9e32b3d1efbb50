"""word_problems: answers worked out another way, a judge that reads numbers, a scripted model with its habits."""

import asyncio
import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

from evo.assemble.consultation import consulting
from evo.assemble.evaluator import evaluating
from evo.assemble.replay import executing
from evo.assemble.start import start
from evo.cli.main import main
from evo.config.pack_run import load_run
from evo.config.problem import load_cases, load_problem
from evo.judging import Invalid, ModelReply
from evo.records import EvaluationStatus, Program

PACK = Path(__file__).parents[2] / "problems" / "word_problems"


@pytest.fixture(scope="module", autouse=True)
def _beside():
    sys.path.insert(0, str(PACK))
    yield
    sys.path.remove(str(PACK))
    sys.modules.pop("tasks", None)


def load(stem):
    spec = importlib.util.spec_from_file_location(f"word_problems_{stem}", PACK / f"{stem}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TASKS, MODEL = load("tasks"), load("small_model")
SPOKEN = {word: value for value, word in TASKS._SPOKEN.items()}


def solved(text):
    """Work a problem out from its sentences, in another way than the generator and the model do."""
    for word, value in sorted(SPOKEN.items(), key=lambda each: -len(each[0])):
        text = re.sub(rf"\b{word}\b", str(value), text)
    total = 0
    for sentence in re.split(r"(?<=\.) ", text)[:-1]:
        numbers = list(map(int, re.findall(r"\d+", sentence)))
        if sentence.startswith("By the way") or not numbers:
            continue
        if "bags" in sentence:
            total += numbers[0] * numbers[1]
        elif re.search(r" km | kg ", sentence):
            total += 1000 * numbers[0]
        elif " hours" in sentence:
            total += 60 * numbers[0]
        elif "In the end" in sentence:
            return numbers[0] - total
        else:
            total += numbers[0] * (-1 if re.search("gives|uses|loses", sentence) else 1)
    return total


def test_answers_are_right_and_problems_differ():
    found = TASKS.tasks(300, 7)
    assert [task.answer for task in found] == [solved(task.text) for task in found]
    assert len({task.text for task in found}) == 300
    assert [task.kind for task in found[:5]] == list(TASKS.KINDS)
    assert found == TASKS.tasks(300, 7)
    assert found[:5] != TASKS.tasks(5, 8)
    assert all(task.answer > 0 for task in found)


def judge():
    return load("evaluate")


@pytest.mark.parametrize(
    ("text", "finish", "number"),
    [
        ("Answer: 12", "stop", 12),
        ("answer : **1,200**", "stop", 1200),
        ("12 and 30. Answer: -4", "stop", -4),
        ("Answer: 3\nno, Answer: 5", "stop", 5),
        ("it is 12, or 30", "stop", 30),
        ("it is 12, or 30", "length", None),
        ("Answer: 7 because", "length", 7),
        ("Answer: 12.0", "stop", 12),
        ("Answer: 12.5", "stop", None),
        ("nothing", "stop", None),
        ("", "refusal", None),
        ("9" * 40, "stop", None),
    ],
)
def test_a_reply_comes_to_its_number(text, finish, number):
    assert judge().number(ModelReply.of(text, finish)) == number


def test_what_quotes_a_problem_is_refused_and_an_example_of_ones_own_is_not():
    task = TASKS.tasks(1, 3)[0]
    with pytest.raises(Invalid, match="quote a problem"):
        judge().refuse_quotes(f"For example: {task.text.upper()}", [task])
    judge().refuse_quotes("For example: a fox has 3 eggs and lays 4. Answer: 7", [task])


WHOLE = next(case.output for case in load_cases(load_problem(str(PACK))) if "all habits" in case.name)


@pytest.mark.parametrize(("gone", "kind"), [(1, "stray"), (2, "units"), (2, "words"), (3, "backwards")])
def test_a_habit_shows_where_nobody_speaks_to_it(gone, kind):
    def right(prompt):
        own = [task for task in TASKS.tasks(200, 11) if task.kind == kind]
        return sum(judge().number(ModelReply.of(MODEL.reply(prompt, task.text), "stop")) == task.answer for task in own)

    less = "\n".join(line for number, line in enumerate(WHOLE.splitlines()) if number != gone)
    assert right(WHOLE) >= 32
    assert right(less) < 12


def evaluated(text, instance="validation"):
    async def go():
        address = f"{PACK}/{instance}"
        async with evaluating(load_problem(address)) as evaluator, consulting(address, free=True) as retainer:
            evaluator.consult({}, retainer.counsel)
            return await evaluator.evaluate(Program.of({"prompt.txt": text}, language="text")), retainer

    return asyncio.run(go())


def test_cases_seeds_and_what_was_asked():
    for case in load_cases(load_problem(str(PACK))):
        if isinstance(case.output, str) and case.output.strip():
            found, retainer = evaluated(case.output)
            if case.refused:
                assert found.status is EvaluationStatus.INVALID
                assert (case.refused in found.feedback, retainer.questions) == (True, 0)
            else:
                assert (found.objective, retainer.questions) == (case.objective, 50), case.name
    hidden, _ = evaluated(WHOLE, "hidden")
    assert hidden.objective > 0.85
    assert "practice" not in hidden.metrics


def test_feedback_shows_problems_for_practice_alone():
    found, _ = evaluated("Solve it.\n")
    scored = judge().tasks(40, judge().draw_seed("word problems, validation", {}))
    assert "for practice right" in found.feedback
    assert not any(task.text in found.feedback for task in scored)


def test_a_run_is_executed_again_without_anybody_being_asked(tmp_path):
    async def run():
        settings = ["budget={tickets: 10}", "executor={sandbox: none}", "params={count: 10}"]
        async with start(load_run("word_problems/validation", settings), runs_dir=tmp_path) as search:
            async for _ in search:
                pass
        async with executing(search.folder) as execution:
            return search, await execution.run(lambda *_: None)

    search, again = asyncio.run(run())
    assert (again.difference, again.hash) == (None, search.state.hash)


def test_score_says_what_is_asked_and_takes_another_model(tmp_path, capsys):
    prompt = tmp_path / "prompt.txt"
    prompt.write_text(WHOLE)
    assert main(["score", str(PACK), str(prompt), "--json"]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["objective"] == pytest.approx(0.9)
    assert "asks small (scripted small model" in out.err
    assert "asked 50 questions, " in out.err
    other = "llms.small={use: script, answers: ['Answer: 26']}"
    assert main(["score", str(PACK), str(prompt), "--json", "--set", other]) == 0
    assert json.loads(capsys.readouterr().out)["objective"] < 0.1
    assert main(["score", "circle_packing/26", str(prompt), "--set", other]) == 2
    assert "asks no model" in capsys.readouterr().err


def test_check_asks_nobody_who_is_paid_or_elsewhere(tmp_path, capsys):
    folder = tmp_path / "word_problems"
    folder.mkdir()
    for path in PACK.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            (folder / path.relative_to(PACK)).parent.mkdir(exist_ok=True)
            (folder / path.relative_to(PACK)).write_text(path.read_text())
    run = folder / "run.yaml"
    elsewhere = '{use: openai, model: small, base_url: "http://127.0.0.1:9/v1", prices: {input: 1, output: 2}}'
    run.write_text(run.read_text().replace('{use: "small_model.py:SmallModel"}', elsewhere))
    assert main(["check", str(folder)]) == 0
    out = capsys.readouterr().out
    assert out.count("so nothing was asked; `evo score` does") == 2
    assert "at most 0.528 usd" in out
