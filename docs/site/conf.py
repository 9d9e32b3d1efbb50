"""How Sphinx builds the documentation, by `make docs`: the pages of `docs/` as they are, all links held."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]

project = "evo"
copyright = "the evo maintainers"  # noqa: A001 - Sphinx's name for it
release = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)[1]
version = release
root_doc = "site/index"
extensions = ["myst_parser"]
nitpicky = True
# Measured pages have their tables two levels below the title, as GitHub shows them best.
suppress_warnings = ["myst.header"]
# Anchors as GitHub makes them, so that one link serves both.
myst_heading_anchors = 4
html_theme = "furo"
html_title = f"evo {release}"
html_extra_path = ["extra"]
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
