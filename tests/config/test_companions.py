from evo.config.companions import companions

STAGE = """
import json
from pathlib import Path

import numpy as np
import pack.inner
from helper import table


class Mine:
    def run(self, inputs, context):
        from late import rest
        return {"x": json.loads((Path(__file__).parent / "weights.json").read_text())}
"""
FILES = {
    "mine.py": STAGE,
    "helper.py": "from second import thing\n",
    "second.py": "import helper\n",
    "pack/__init__.py": "",
    "pack/inner.py": "from . import sibling\nfrom .. import never\nNAME = 'near.txt'\n",
    "pack/sibling.py": "",
    "pack/near.txt": "",
    "pack/stranger.py": "",
    "late.py": "syntax error(",
    "weights.json": "{}",
    "data/a.bin": "",
    "plots.py": "",
    "other.json": "",
}


def test_what_is_imported_or_named_beside_it_and_its_data(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    found = {path.relative_to(tmp_path.resolve()).as_posix() for path in companions(tmp_path / "mine.py")}
    assert found == FILES.keys() - {"pack/stranger.py", "plots.py", "other.json"}


def test_a_module_alone_brings_itself(tmp_path):
    (tmp_path / "mine.py").write_text("import json\nX = '\\0', '..', '/', 'x' * 9\n")
    assert companions(tmp_path / "mine.py") == [(tmp_path / "mine.py").resolve()]
