"""What a tool takes: said as JSON Schema, and held against what a client sends."""

import pytest

from evo.errors import UsageError
from evo.mcp.policy import Permit
from evo.mcp.tool import TEXT_MAX, Argument, McpTool

TOOL = McpTool(
    name="try",
    permit=Permit.READ,
    says="Try it.",
    takes={
        "name": Argument(meaning="whose", needed=True),
        "count": Argument(meaning="how many", kind="whole", default=3, least=1, most=9),
        "share": Argument(meaning="how much", kind="number", most=1.0),
        "way": Argument(meaning="which", default="line", among=("line", "tree")),
        "deep": Argument(meaning="whether", kind="flag", default=False),
        "program": Argument(meaning="what", kind="files"),
    },
    does=lambda bench, given: {},
)


def test_what_is_left_out_has_its_default():
    found = TOOL.given({"name": "a", "share": 1})
    assert found == {"name": "a", "count": 3, "share": 1, "way": "line", "deep": False, "program": None}
    assert TOOL.given({"name": "a", "program": {"a.py": "x"}})["program"] == {"a.py": "x"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "expected name"),
        ({"nam": "a"}, "did you mean name"),
        ({"name": 3}, "name: expected a text"),
        ({"name": "x" * (TEXT_MAX + 1)}, "characters"),
        ({"name": "a", "count": True}, "a whole number"),
        ({"name": "a", "count": 2.0}, "a whole number"),
        ({"name": "a", "count": 10}, "expected 1 to 9"),
        ({"name": "a", "share": 1.5}, "expected 1 or less"),
        ({"name": "a", "share": float("nan")}, "a number"),
        ({"name": "a", "way": "trees"}, "did you mean tree"),
        ({"name": "a", "deep": 1}, "true or false"),
        ({"name": "a", "program": ["x"]}, "texts by their paths"),
    ],
)
def test_what_cannot_be_is_refused_by_name(given, said):
    with pytest.raises(UsageError, match=said):
        TOOL.given(given)


def test_the_schema_says_all_of_it():
    schema = TOOL.schema()
    assert schema["required"] == ["name"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["count"] == {
        "type": "integer",
        "description": "how many",
        "default": 3,
        "minimum": 1,
        "maximum": 9,
    }
    assert schema["properties"]["way"]["enum"] == ["line", "tree"]
