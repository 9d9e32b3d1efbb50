r"""The answer grammar: what a model may say, how it is read, and how it changes a program.

An answer is prose, then either SEARCH/REPLACE blocks or whole files. The first line of prose is the edit's summary.

    Use a finer grid.

    File: program.py
    <<<<<<< SEARCH
    steps = 10
    =======
    steps = 20
    >>>>>>> REPLACE

or, as a full rewrite, a fenced code block (CommonMark: three or more backticks or tildes, closed by a line of at
least as many of the same):

    File: program.py
    ```python
    steps = 20
    ```

Rules, in the order in which they decide:

1. Markers stand alone on a line from its first column: five to nine `<` with SEARCH, exactly seven `=`, five to nine
   `>` with REPLACE. If an opening marker occurs anywhere, the answer is one of blocks: fences around them are ignored,
   and a block that is not complete makes the whole answer unparsable, since a guess at what was meant would be run.
2. Otherwise every code block is a whole file if it is under a File line. Without any File line the largest block is
   the program (of equals the last), because models put fragments before it and usage after it; blocks tagged as
   something else (text, json, diff, a shell) are passed over. Inside an open fence, a line of the same fence with a
   language opens a nested one if closing them all works out.
3. A File line stands above its block (blank lines and the block's own fence may lie between): "File: PATH", or a path
   with an extension alone on the line, perhaps as a heading or in backticks. Without one, a block is looked for in all
   files of the program, and a rewrite is for its only file.
4. In a program text, a line that looks like a marker carries one more backslash at its start than is meant. So every
   text can be said, and `parse(render(edit)) == edit` holds for every edit.

Texts are whole lines: "" is no line at all, otherwise the last line ends in a newline too. Line ends become "\n";
control characters are the business of `text.sanitise`, which every answer passes before.
"""

from __future__ import annotations

from evo.edits.answer_grammar import parse, render
from evo.edits.edit import Edit, Editable, Refusal, ReplaceEdit, RewriteEdit
from evo.edits.patch import apply, frozen

__all__ = ["Edit", "Editable", "Refusal", "ReplaceEdit", "RewriteEdit", "apply", "frozen", "parse", "render"]
