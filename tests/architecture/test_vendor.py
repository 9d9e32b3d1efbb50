"""What the page brings from others is what VENDOR.toml says, small, licensed, and asks nobody for anything."""

import gzip
import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "evo" / "web" / "static"
VENDOR = STATIC / "vendor"
FILES = tomllib.loads((VENDOR / "VENDOR.toml").read_text())["file"]
MOST_PACKED_BYTES = 150_000


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["name"])
def test_a_file_is_the_one_on_record_with_its_licence(file):
    assert sha256((VENDOR / file["name"]).read_bytes()).hexdigest() == file["sha256"]
    assert len((VENDOR / file["licence_text"]).read_text()) > 300
    assert {"package", "version", "licence", "from"} <= file.keys()


def test_nothing_else_lies_there():
    there = {path.name for path in VENDOR.iterdir() if path.is_file()}
    assert there == {file["name"] for file in FILES} | {"VENDOR.toml"}
    licences = {f"licences/{path.name}" for path in (VENDOR / "licences").iterdir()}
    assert licences == {file["licence_text"] for file in FILES}


def test_all_that_a_browser_loads_is_small():
    files = [path for path in STATIC.rglob("*") if path.suffix in {".js", ".css", ".html", ".svg"}]
    assert sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) < MOST_PACKED_BYTES


def test_our_own_modules_make_no_markup_and_know_no_other_host():
    ours = [
        path for path in STATIC.rglob("*") if path.suffix in {".js", ".html", ".css"} and VENDOR not in path.parents
    ]
    assert len(ours) > 10
    forbidden = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|dangerouslySet|srcdoc"
        r"|javascript:"
    )
    found = []
    for path in ours:
        text = path.read_text()
        hosts = [url for url in re.findall(r"https?://[^\s\"'`]+", text) if not url.startswith("http://www.w3.org/")]
        inline = re.findall(r"<script(?![^>]*\bsrc=)|\son\w+=\"|<style", text) if path.suffix == ".html" else []
        found += [f"{path.name}: {each}" for each in (*forbidden.findall(text), *hosts, *inline)]
    assert not found


def test_every_module_that_is_imported_is_there():
    for path in STATIC.rglob("*.js"):
        for name in re.findall(r"""(?:from|import)\s*["'](\.[^"']+)["']""", path.read_text()):
            assert (path.parent / name).is_file(), f"{path.name} imports {name}"
