"""Packs whose judge calls or answers the program: their judges' modules, and candidates in this process."""

import importlib
import sys

import numpy as np

from evo.judging import Array
from evo.llm.offline.ideas import idea_moves, load_ideas
from evo.llm.offline.syntax_tree import parse_source


def judge_modules(folder, *names):
    """Load a judge's modules under their own names, and forget the names again."""
    sys.path.insert(0, str(folder))
    try:
        return [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(folder))
        for name in names:
            sys.modules.pop(name, None)


def sent(value):
    """What arrives of a value on the other side."""
    if isinstance(value, np.ndarray):
        return Array(dtype=value.dtype.str, shape=value.shape, data=np.ascontiguousarray(value).tobytes())
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, dict):
        return {key: sent(each) for key, each in value.items()}
    return [sent(each) for each in value] if isinstance(value, list | tuple) else value


def received(value):
    """What a program gets of a judge's array: numpy's own, as on the other side."""
    return np.frombuffer(value.data, value.dtype).reshape(value.shape) if isinstance(value, Array) else value


class Inside:
    """A candidate in this process, without walls: fresh whenever it is restarted."""

    def __init__(self, text):
        self.text = text
        self.restart()

    def restart(self):
        self.parts = {}
        exec(compile(self.text, "program.py", "exec"), self.parts)

    def call(self, name, *args):
        return sent(self.parts[name](*map(received, args)))

    def map(self, name, args_list):
        return [self.call(name, *args) for args in args_list]

    def consult(self, name, *args, reply):
        turns = self.parts[name](*args)
        try:
            said = next(turns)
            while True:
                said = turns.send(reply(sent(said)))
        except StopIteration as end:
            return sent(end.value)


def moves(pack, seeds):
    """Return (seed, idea, program) for each idea of a pack alone on each seed that it fits."""
    ideas = load_ideas(pack / "ideas")
    assert 6 <= len(ideas) <= 12
    found = [(name, *move) for name, text in seeds.items() for move in idea_moves(parse_source(text), ideas)]
    assert len({idea for _, idea, _ in found}) == len(ideas)
    return found
