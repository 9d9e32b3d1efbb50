"""Modules as one script: every form of import and export that ours use, in the order of what they need."""

import shutil
import subprocess

import pytest

from evo.errors import EvoError
from evo.web.bundle import STATIC, bundle


def written(tmp_path, **modules):
    for name, text in modules.items():
        path = tmp_path / f"{name.replace('__', '/')}.js"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


MAIN = """
import whole, { one, two as zwei } from './views/a.js';
window.found = [whole, one, zwei];
"""
VIEW = """
import { last } from '../b.js';
export const one = 1;
export function two() { return last; }
export default one + 1;
"""


def test_modules_come_after_what_they_import(tmp_path):
    other = "const last = 3;\nexport { last, last as end };\nexport class Kept {}\n"
    script = bundle("main.js", written(tmp_path, main=MAIN, views__a=VIEW, b=other))
    assert script.index("const last = 3") < script.index("const one = 1") < script.index("window.found")
    assert "export" not in script
    assert "import" not in script
    assert "get end() { return last; }" in script


def test_forms_of_others(tmp_path):
    place = written(
        tmp_path,
        main='import{a as b}from"./v.js";b()\n',
        v="var x=1;export{x as a,y as default};var y=2;\n",
    )
    assert "const {a: b}=$m0;b()" in bundle("main.js", place)
    (tmp_path / "v.js").write_text("const all={};export const{a,c}=all;\nexport { end } from './w.js';\n")
    (tmp_path / "w.js").write_text("export let end = 1;\n")
    assert "get end() { return $m0.end; }" in bundle("main.js", place)


def test_nothing_in_it_ends_the_element_that_holds_it(tmp_path):
    place = written(tmp_path, main="window.a = '</script><!--';\n")
    script = bundle("main.js", place)
    assert "</script" not in script
    assert "<!--" not in script


@pytest.mark.parametrize(
    ("text", "said"),
    [("import './main.js';\nimport { a } from './main.js';\n", "circle"), ("import * as all from './v.js';\n", "form")],
)
def test_what_it_cannot_hold_is_said(tmp_path, text, said):
    place = written(tmp_path, main=text, v="export const a = 1;\n")
    with pytest.raises(EvoError, match=said):
        bundle("main.js", place)


def test_the_modules_of_the_page_are_one_script(tmp_path):
    script = bundle("report.js")
    names = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.js")} - {"main.js"}
    assert script.count("=(()=>{\n") == len(names)
    if node := shutil.which("node"):
        path = tmp_path / "report.mjs"
        path.write_text(script)
        subprocess.run([node, "--check", path], check=True)
