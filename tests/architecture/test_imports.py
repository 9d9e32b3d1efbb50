"""No module needs itself: imports within functions and for annotations alone count as well."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def name_of(path, root):
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree, known):
    """The modules that a file imports, wherever it does; a name in a package is a module if there is one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                yield inner if inner in known else node.module
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def graph_of(root, package):
    paths = {name_of(path, root): path for path in (root / package).rglob("*.py")}
    trees = {name: ast.parse(path.read_text()) for name, path in paths.items()}
    return {name: sorted(set(imported(tree, paths)) & paths.keys() - {name}) for name, tree in trees.items()}


def reached(graph, start):
    found, waiting = set(), [start]
    while waiting:
        for each in graph[waiting.pop()]:
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def circles(graph):
    """Every set of modules each of which needs all the others."""
    below = {name: reached(graph, name) for name in graph}
    return {
        frozenset(other for other in found if name in below[other]) for name, found in below.items() if name in found
    }


def test_circles_are_found(tmp_path):
    package = tmp_path / "house"
    package.mkdir()
    texts = {
        "__init__": "",
        "a": "from house import b\n",
        "b": "def f():\n    from house.c import C\n",
        "c": "if TYPE_CHECKING:\n    from house.a import A\n",
        "d": "import house.a\nfrom os import path\n",
    }
    for name, text in texts.items():
        (package / f"{name}.py").write_text(text)
    assert circles(graph_of(tmp_path, "house")) == {frozenset({"house.a", "house.b", "house.c"})}


def test_there_is_no_circle():
    found = circles(graph_of(ROOT, "evo"))
    assert not found, sorted(map(sorted, found))
