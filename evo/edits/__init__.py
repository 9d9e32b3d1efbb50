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

Rules, in the order in which they decide (docs/answers.md has an example of each):

1. Frames. Thoughts, whatever their tags, and all channels but the final one are put out of sight, with everything in
   them (`frames`): a draft is no answer. Tags within code blocks and texts of the program are the program's. A thought
   that never ends makes the answer TRUNCATED.
2. Patches and blocks. A patch between `*** Begin Patch` and its end (`hunks`), or SEARCH/REPLACE blocks (`blocks`): if
   an opening marker occurs anywhere, the answer is one of blocks, and fences around them are ignored. Dialects of the
   markers are read (`markers`). A block that is not complete makes the whole answer UNPARSABLE, since a guess at what
   was meant would be run.
3. Files. Every code block under a File line is a whole file. Without any File line the program is the block that
   defines the entry (`files`), of several the last one that is not a mere sketch; blocks tagged as something else
   (text, json, a shell) are passed over. A program that parses and defines the entry needs no fence. Inside an open
   fence, a line of the same fence with a language opens a nested one if closing them all works out.
4. Diffs, with and without headers, are blocks by another name.
5. What is visibly an excerpt is never a program: lines that stand for code left out (`elision`), and functions shown
   alone (`excerpt`), are completed from the program that was to be changed, or the answer is UNPARSABLE.
6. A File line stands above its block (blank lines and the block's own fence may lie between): "File: PATH", or a path
   with an extension alone on the line, perhaps as a heading or in backticks. Without one, a block is looked for in all
   files of the program, and a rewrite is for its only file.
7. In a program text, a line that looks like a marker carries one more backslash at its start than is meant. So every
   text can be said, and `parse(render(edit)) == edit` holds for every edit.

Texts are whole lines: "" is no line at all, otherwise the last line ends in a newline too. Line ends become "\n";
control characters are the business of `text.sanitise`, which every answer passes before. Nothing takes more than about
linear time in the length of an answer and of the program.
"""

from __future__ import annotations

from evo.edits.answer_grammar import GRAMMAR, parse, render
from evo.edits.edit import Edit, Editable, Refusal, ReplaceEdit, RewriteEdit
from evo.edits.editable import EditableGlobs
from evo.edits.patch import apply, frozen

__all__ = [
    "GRAMMAR",
    "Edit",
    "Editable",
    "EditableGlobs",
    "Refusal",
    "ReplaceEdit",
    "RewriteEdit",
    "apply",
    "frozen",
    "parse",
    "render",
]
