"""What prompts say of what may not change."""

from evo.records import Tree, TreeEntry
from evo.repository.outline import OUTLINE_CHARS, outline_of

FILES = {
    "src/core/a.py": "EDITABLE = 1\n",
    "src/fixed.py": "class Goal:\n    def near(self, x: float, *, at: float = 3.5) -> float:\n        return 1\n",
    "src/kernel.cpp": "#include <x>\nint add(int a, int b) {\n  return a;\n}\nstruct Grid {\n};\n",
    "src/lib.rs": "pub fn area(side: f64) -> f64 {\n    side\n}\n",
    "README.md": "hello",
    "broken.py": "def (",
}


def tree(files=FILES):
    entries = {path: TreeEntry(data=text.encode()) for path, text in files.items()}
    return Tree(entries=entries, editable=("src/core/a.py",))


def test_names_and_signatures_stand_for_sources():
    text = outline_of(tree())
    assert "- `src/fixed.py`\n    class Goal\n        def near(self, x: float, *, at: float=3.5) -> float" in text
    assert "    int add(int a, int b)" in text
    assert "    struct Grid" in text
    assert "    pub fn area(side: f64) -> f64" in text
    assert "README.md" in text
    assert "EDITABLE" not in text


def test_what_is_asked_for_is_shown_in_full():
    text = outline_of(tree(), ["src/fixed.py"])
    assert "        return 1\n" in text
    assert text.count("src/fixed.py") == 1


def test_a_large_tree_is_counted_by_folders():
    many = {f"lib/part_{n % 50:02}/module_{n:05}.py": "def f(x):\n    return x\n" for n in range(10_000)}
    text = outline_of(tree({"src/core/a.py": "A = 1\n", **many}))
    assert len(text) < 2.5 * OUTLINE_CHARS
    assert " more" in text


def test_it_is_empty_where_nothing_else_is():
    assert outline_of(tree({"src/core/a.py": "A = 1\n"})) == ""
