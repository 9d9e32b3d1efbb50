"""The longest prompt of an emitter shows as many programs as the emitter ever does, wherever they come from."""

import pytest

from evo.config.sections import PromptsSpec
from evo.estimate.longest import longest_prompt
from evo.propose.emitters.crossover import Crossover
from evo.propose.emitters.diff import Diff
from evo.propose.prompt.builder import PromptBuilder
from tests.propose.prompt.test_builder import CONTRACT


@pytest.mark.parametrize("inspire", ["best", "diverse", "elsewhere"])
@pytest.mark.parametrize(("kind", "count"), [(Diff, 3), (Crossover, 2)])
def test_whatever_inspires_is_counted(kind, count, inspire):
    emitter = kind(inspirations=count, inspire=inspire)
    prompt = longest_prompt(emitter, PromptBuilder(CONTRACT, emitters=(emitter,)), ["spread"], shows=PromptsSpec())
    assert prompt.user.count("## Inspiration ") == count
