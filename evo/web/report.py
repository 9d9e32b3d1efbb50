"""`evo report`: runs as one file that opens anywhere, without a server and without a network.

It is the page itself: the same modules as one script, what they show in a second script element that is data, and a
policy that names both by their hashes and lets nothing else run, load or be sent. Its other half needs no script.
"""

from __future__ import annotations

import base64
import json
import os
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING

from evo.errors import UsageError
from evo.text import sanitise
from evo.web.bundle import STATIC, bundle
from evo.web.comparison import compare_folders
from evo.web.contents import gather_contents
from evo.web.paper import write_paper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_STYLES = ("vendor/uplot.css", "page.css", "report.css")


def make_report(folders: Sequence[Path], *, figures: bool = True) -> str:
    """Return the report of some runs as HTML; several are compared.

    Args:
        folders: of the runs.
        figures: with figures for print, which take a second or two.

    Raises:
        UsageError: no runs.
        NotFoundError, DamagedError: one of them cannot be read.
    """
    if not folders:
        raise UsageError("name at least one run to report on")
    contents = [gather_contents(folder, share=1 / len(folders)) for folder in folders]
    document = {
        "runs": [each.document() for each in contents],
        "compare": compare_folders(folders) if len(folders) > 1 else None,
    }
    names = ", ".join(sanitise(each.name)[:100] for each in contents[:3]) + (", …" if len(contents) > 3 else "")  # noqa: PLR2004
    script, style = bundle("report.js"), "\n".join((STATIC / name).read_text(encoding="utf-8") for name in _STYLES)
    paper = "\n".join(write_paper(contents, folders, figures=figures))
    return _PAGE.format(
        policy=_policy(script, style),
        title=escape(f"evo report: {names}", quote=True),
        icon=base64.b64encode((STATIC / "icon.svg").read_bytes()).decode(),
        style=style,
        paper=paper,
        data=_embedded(document),
        script=script,
    )


def write_report(path: Path, folders: Sequence[Path], *, figures: bool = True) -> None:
    """Write the report of some runs into a file, whole or not at all; its folder is made if need be.

    Raises:
        As `make_report`.
    """
    text = make_report(folders, figures=figures)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _embedded(document: object) -> str:
    """Return data as it may stand in a script element: ASCII in which no element can end or begin."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c").replace(">", "\\u003e")


def _policy(script: str, style: str) -> str:
    def named(text: str) -> str:
        return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {named(script)}; style-src {named(style)}; img-src data:; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" type="image/svg+xml" href="data:image/svg+xml;base64,{icon}">
<style>{style}</style>
</head>
<body>
<div id="page"></div>
<section id="paper" aria-label="The report on paper">
{paper}
</section>
<script type="application/json" id="data">{data}</script>
<script type="module">{script}</script>
</body>
</html>
"""
