# ruff: noqa: E501 - an answer stays on the line of its name
"""Answers in the shapes that models and the servers before them really give, each with the child that a person expects.

All of them are about one parent, `BASE`, whose entry is `pack`. A row is (name, answer, what becomes of the parent): its
new text, or an outcome with words that the refusal has to say.
"""

from evo.records import Outcome

BASE = '''\
"""Circles on a ring.

Notes
=======
The ring wastes the middle.
"""

import math

STEPS = 10
RADIUS = 0.1  # of every circle


def ring(n):
    points = []
    for i in range(n):
        angle = 2 * math.pi * i / n
        points.append((0.5 + 0.3 * math.cos(angle), 0.5 + 0.3 * math.sin(angle)))
    return points


def grow(points, radius):
    best = radius
    for step in range(STEPS):
        best = best + 0.001 * step
    return [(x, y, best) for x, y in points]


def pack(n, seed):
    points = ring(n)
    return grow(points, RADIUS)
'''
UNPARSABLE, TRUNCATED, MISPLACED = Outcome.UNPARSABLE, Outcome.TRUNCATED, Outcome.NOT_APPLICABLE


def block(search, replace, head="<<<<<<< SEARCH", middle="=======", tail=">>>>>>> REPLACE"):
    return f"{head}\n{search}\n{middle}\n{replace}\n{tail}"


def indented(text, blanks):
    return "".join(f"{blanks}{line}".rstrip() + "\n" for line in text.splitlines())


MORE = BASE.replace("STEPS = 10", "STEPS = 20")
DRAFT = BASE.replace("STEPS = 10", "STEPS = 666")
LESS = BASE.replace("0.1  # of every circle", "0.05  # of every circle")
GOOD = block("STEPS = 10", "STEPS = 20")
BAD = block("STEPS = 10", "STEPS = 666")
FENCED = f"```python\n{MORE}```"
DRAFTED = f"```python\n{DRAFT}```"
PROSE = "More steps let the circles grow further."
LONG_DRAFT = f"```python\n{DRAFT}{'# a long draft' * 200}\n```"
RING = "def ring(n):\n    return [(0.5, 0.5)] * n\n"
WITH_RING = BASE.replace(BASE[BASE.index("def ring") : BASE.index("\n\ndef grow")], RING)
GROW = BASE[BASE.index("def grow") : BASE.index("\n\ndef pack")]
PACK = BASE[BASE.index("def pack") :]
TITLED = BASE.replace("The ring wastes the middle.", "The ring wastes nothing.")

# Frames: the answer is GOOD or FENCED, the draft is BAD or DRAFTED.
THOUGHTS = [
    ("think", f"<think>\n{BAD}\n</think>\n\n{PROSE}\n\n{GOOD}", MORE),
    ("think around a rewrite", f"<think>\n{LONG_DRAFT}\n</think>\n{FENCED}", MORE),
    ("closing tag alone, blocks", f"Let me see.\n{BAD}\nNo.\n</think>\n\n{GOOD}", MORE),
    ("closing tag alone, files", f"I could write\n{LONG_DRAFT}\nor less.\n</think>\n\n{FENCED}", MORE),
    ("closing tag alone after a draft left open", f"Try\n```python\n{DRAFT}\n</think>\n\n{FENCED}", MORE),
    ("closing tag alone after a block left open", f"<<<<<<< SEARCH\nSTEPS = 10\n</think>\n{GOOD}", MORE),
    ("closing tag at the end of a line", f"{BAD}\nThat will do.</think>{PROSE}\n{GOOD}", MORE),
    ("closing tag right before a fence", f"{DRAFTED}\nso</think>{FENCED}", MORE),
    ("two closing tags alone", f"{BAD}\n</think>\nWait.\n{BAD}\n</think>\n{GOOD}", MORE),
    ("thinking", f"<thinking>\n{BAD}\n</thinking>\n{GOOD}", MORE),
    ("thought", f"<thought>{BAD}</thought>\n{GOOD}", MORE),
    ("reasoning", f"<reasoning>\n{DRAFTED}\n</reasoning>\n\n{FENCED}", MORE),
    ("reflection in the middle", f"{PROSE}\n<reflection>\n{BAD}\n</reflection>\n{GOOD}", MORE),
    ("scratchpad", f"<scratchpad>\n{BAD}\n</scratchpad>\n{GOOD}", MORE),
    ("analysis", f"<analysis>\n{BAD}\n</analysis>\n{GOOD}", MORE),
    ("with a name space", f"<seed:think>\n{BAD}\n</seed:think>\n{GOOD}", MORE),
    ("capitals", f"<THINK>\n{BAD}\n</THINK>\n{GOOD}", MORE),
    ("mixed capitals", f"<Thinking>\n{BAD}\n</thinking>\n{GOOD}", MORE),
    ("attributes", f'<think lang="en" budget=200>\n{BAD}\n</think>\n{GOOD}', MORE),
    ("blank in the tag", f"<think >\n{BAD}\n</think >\n{GOOD}", MORE),
    ("nested", f"<think>\na\n<think>\n{BAD}\n</think>\n{BAD}\n</think>\n{GOOD}", MORE),
    ("nested of two kinds", f"<reasoning>\n<think>\n{BAD}\n</think>\n{BAD}\n</reasoning>\n{GOOD}", MORE),
    ("several", f"<think>{BAD}</think>\nHm.\n<think>\n{DRAFTED}\n</think>\n{GOOD}", MORE),
    ("words before", f"Sure, let me think.\n\n<think>\n{BAD}\n</think>\n\n{GOOD}", MORE),
    ("empty", f"<think>\n\n</think>\n\n{GOOD}", MORE),
    ("a tag spoken of in a thought", f"<think>\nI must not say `</think>` yet.\n{BAD}\n</think>\n{GOOD}", MORE),
    ("a tag spoken of before", f'The tag "<think>" is of no use here.\n{GOOD}', MORE),
    ("brackets", f"[THINK]\n{BAD}\n[/THINK]\n{GOOD}", MORE),
    ("brackets, closing alone", f"{BAD}\n[/THINK]{GOOD}", MORE),
    ("wedges", f"◁think▷\n{BAD}\n◁/think▷\n{GOOD}", MORE),
    ("begin and end of thought", f"<|begin_of_thought|>\n{BAD}\n<|end_of_thought|>\n{GOOD}", MORE),
    ("start and end of thinking", f"<|START_THINKING|>{BAD}<|END_THINKING|>\n{GOOD}", MORE),
    (
        "channels",
        f"<|channel|>analysis<|message|>{BAD}<|end|><|start|>assistant<|channel|>final<|message|>{PROSE}\n{GOOD}<|return|>",
        MORE,
    ),
    (
        "channels, opened by the template",
        f"{BAD}\nDone.<|end|><|start|>assistant<|channel|>final<|message|>\n{GOOD}",
        MORE,
    ),
    (
        "three channels",
        f"<|channel|>analysis<|message|>{BAD}<|end|>\n<|start|>assistant<|channel|>commentary to=x<|message|>{DRAFTED}<|call|>\n<|start|>assistant<|channel|>analysis<|message|>{BAD}<|end|><|start|>assistant<|channel|>final <|constrain|>text<|message|>{FENCED}<|return|>",
        MORE,
    ),
    ("channels without their tokens", f"analysisWe need more.\n{BAD}\nassistantfinal{PROSE}\n\n{GOOD}", MORE),
    ("answer tags", f"<think>\n{BAD}\n</think>\n<answer>\n{GOOD}\n</answer>", MORE),
    ("answer tags around a fence", f"<answer>{FENCED}</answer>", MORE),
    ("end of text after a block", f"{GOOD}<|im_end|>", MORE),
    ("end of text after a fence", f"{FENCED}</s>", MORE),
    ("template around all", f"<|im_start|>assistant\n{FENCED}<|im_end|>\n", MORE),
    (
        "tag in a string of the program",
        f"```python\n{MORE}\nTAG = 'a </think> b'\n```",
        MORE + "\nTAG = 'a </think> b'\n",
    ),
    (
        "tag on a line of a text in the program",
        f'```python\n{MORE}\nTEXT = """\n<think>\nx\n</think>\n"""\n```',
        MORE + '\nTEXT = """\n<think>\nx\n</think>\n"""\n',
    ),
    (
        "tag in a block",
        block("STEPS = 10", "STEPS = 20\nTAG = '</think>'"),
        BASE.replace("STEPS = 10", "STEPS = 20\nTAG = '</think>'"),
    ),
    ("never closed", f"<think>\n{GOOD}", (TRUNCATED, "line 1")),
    ("never closed after an answer", f"{GOOD}\n\n<think>\nOr rather\n{BAD}", (TRUNCATED, "line 7")),
    ("nested and closed once", f"<think>\n<think>\n</think>\n{GOOD}", (TRUNCATED, "line 1")),
    ("a second one never closed", f"<think>x</think>\n<thinking>\n{FENCED}", (TRUNCATED, "line 2")),
    ("channel that never ends", f"<|channel|>analysis<|message|>\n{GOOD}", (TRUNCATED, "line 1")),
    ("bare channel that never ends", f"analysisWe need\n{GOOD}", (TRUNCATED, "line 1")),
    ("nothing but thoughts", f"<think>\n{GOOD}\n</think>\n", (UNPARSABLE, "thoughts")),
]
MARKERS = [
    ("as asked for", GOOD, MORE),
    ("lower case", block("STEPS = 10", "STEPS = 20", "<<<<<<< search", tail=">>>>>>> replace"), MORE),
    ("capitalised", block("STEPS = 10", "STEPS = 20", "<<<<<<< Search", tail=">>>>>>> Replace"), MORE),
    ("colons", block("STEPS = 10", "STEPS = 20", "<<<<<<< SEARCH:", tail=">>>>>>> REPLACE:"), MORE),
    ("colon in the middle", block("STEPS = 10", "STEPS = 20", middle="=======:"), MORE),
    ("dashes behind", block("STEPS = 10", "STEPS = 20", "<<<<<<< SEARCH ------", tail=">>>>>>> REPLACE ------"), MORE),
    ("dashes before", block("STEPS = 10", "STEPS = 20", "<<<<<<<-SEARCH", tail=">>>>>>>-REPLACE"), MORE),
    ("dashes and plusses", block("STEPS = 10", "STEPS = 20", "------- SEARCH", tail="+++++++ REPLACE"), MORE),
    ("no blank", block("STEPS = 10", "STEPS = 20", "<<<<<<<SEARCH", tail=">>>>>>>REPLACE"), MORE),
    ("five", block("STEPS = 10", "STEPS = 20", "<<<<< SEARCH", "=====", ">>>>> REPLACE"), MORE),
    ("ten", block("STEPS = 10", "STEPS = 20", "<<<<<<<<<< SEARCH", "==========", ">>>>>>>>>> REPLACE"), MORE),
    ("indented", indented(GOOD, "    "), MORE),
    (
        "markers alone indented",
        block("STEPS = 10", "STEPS = 20", "  <<<<<<< SEARCH", "  =======", "  >>>>>>> REPLACE"),
        MORE,
    ),
    ("under a bullet", f"- {PROSE}\n\n{indented(GOOD, '  ')}", MORE),
    (
        "tabs before markers",
        block("STEPS = 10", "STEPS = 20", "\t<<<<<<< SEARCH", "\t=======", "\t>>>>>>> REPLACE"),
        MORE,
    ),
    ("a conflict", block("STEPS = 10", "STEPS = 20", "<<<<<<< HEAD", tail=">>>>>>> more-steps"), MORE),
    ("a conflict of branches", block("STEPS = 10", "STEPS = 20", "<<<<<<< main", tail=">>>>>>> feature/steps"), MORE),
    ("a conflict without names", block("STEPS = 10", "STEPS = 20", "<<<<<<<", tail=">>>>>>>"), MORE),
    ("original and updated", block("STEPS = 10", "STEPS = 20", "<<<<<<< ORIGINAL", tail=">>>>>>> UPDATED"), MORE),
    ("path behind the marker", block("STEPS = 10", "STEPS = 20", "<<<<<<< SEARCH program.py"), MORE),
    ("tags", "<search>\nSTEPS = 10\n</search>\n<replace>\nSTEPS = 20\n</replace>", MORE),
    ("fences in the halves", block("```python\nSTEPS = 10\n```", "```python\nSTEPS = 20\n```"), MORE),
    ("in a fence", f"{PROSE}\n\n```diff\n{GOOD}\n```", MORE),
    (
        "each in a fence of its own",
        f"```\n{GOOD}\n```\n\n```\n{block('0.001 * step', '0.002 * step')}\n```",
        MORE.replace("0.001 *", "0.002 *"),
    ),
    ("CRLF", f"{PROSE}\n{GOOD}\n".replace("\n", "\r\n"), MORE),
    ("CR", GOOD.replace("\n", "\r"), MORE),
    ("BOM", "\ufeff" + GOOD, MORE),
    ("stray middle at the end", "<<<<<<< SEARCH\nSTEPS = 10\n=======\nSTEPS = 20\n=======\n>>>>>>> REPLACE", MORE),
    (
        "two in the middle",
        "<<<<<<< SEARCH\nSTEPS = 10\n=======\nSTEPS = 20\n=======\nSTEPS = 30\n>>>>>>> REPLACE",
        (MISPLACED, "second line ======="),
    ),
    (
        "a text with a rule is edited",
        block("Notes\n=======\nThe ring wastes the middle.", "Notes\n=======\nThe ring wastes nothing."),
        TITLED,
    ),
    (
        "a rule goes",
        block("Notes\n=======\nThe ring", "The ring").replace("The ring\n", "The ring wastes the middle.\n"),
        BASE.replace("Notes\n=======\n", ""),
    ),
    (
        "a rule comes",
        block("import math", 'import math\n\nTEXT = """\nTitle\n=======\n"""'),
        BASE.replace("import math", 'import math\n\nTEXT = """\nTitle\n=======\n"""'),
    ),
    (
        "a rule escaped",
        block("Notes\n\\=======\nThe ring wastes the middle.", "Notes\n\\=======\nThe ring wastes nothing."),
        TITLED,
    ),
    (
        "three versions",
        "<<<<<<< HEAD\nSTEPS = 10\n||||||| base\nSTEPS = 5\n=======\nSTEPS = 20\n>>>>>>> x",
        (UNPARSABLE, "line 3"),
    ),
    ("no end", f"{PROSE}\n<<<<<<< SEARCH\nSTEPS = 10\n=======\nSTEPS = 20\n", (UNPARSABLE, "line 2")),
    ("no end in a fence", "```\n<<<<<<< SEARCH\nSTEPS = 10\n=======\nSTEPS = 20\n```", (UNPARSABLE, "line 2")),
    ("no middle", "<<<<<<< SEARCH\nSTEPS = 10\nSTEPS = 20\n>>>>>>> REPLACE", (UNPARSABLE, "line 1")),
    ("no beginning", "STEPS = 10\n=======\nSTEPS = 20\n>>>>>>> REPLACE", (UNPARSABLE, "line 4")),
    ("no beginning, then a block", f"=======\nSTEPS = 20\n>>>>>>> REPLACE\n{GOOD}", (UNPARSABLE, "line 3")),
    ("one in another", f"<<<<<<< SEARCH\nSTEPS = 10\n{GOOD}", (UNPARSABLE, "line 1")),
    ("a block and a file", f"{GOOD}\n\nIn all:\n{DRAFTED}", MORE),
    ("before and after, then the block", f"Before:\n```python\nSTEPS = 10\n```\nAfter:\n{GOOD}", MORE),
]
PLACES = [
    ("blanks at line ends", block("STEPS = 10   ", "STEPS = 20"), MORE),
    (
        "not indented",
        block("points = ring(n)", "points = ring(n + 0)"),
        BASE.replace("points = ring(n)", "points = ring(n + 0)"),
    ),
    (
        "first line not indented",
        block("best = radius\n    for step in range(STEPS):", "best = radius / 2\n    for step in range(STEPS):"),
        BASE.replace("best = radius\n", "best = radius / 2\n"),
    ),
    ("without the comment at the end", block("RADIUS = 0.1", "RADIUS = 0.05"), LESS),
    ("with a comment that is not there", block("STEPS = 10  # few", "STEPS = 20"), MORE),
    (
        "with another comment",
        block("RADIUS = 0.1  # radius", "RADIUS = 0.05  # radius"),
        BASE.replace("0.1  # of every circle", "0.05  # radius"),
    ),
    (
        "up to the middle of a line",
        block("    return grow(points", "    return grow(points[:n]"),
        BASE.replace("grow(points, RADIUS", "grow(points[:n], RADIUS"),
    ),
    ("from the middle of a line", block("0.001 * step", "0.002 * step"), BASE.replace("0.001 *", "0.002 *")),
    ("part of a number", block("RADIUS = 0.", "RADIUS = 1."), (MISPLACED, "line 1")),
    ("part of a name", block("TEPS = 10", "TEPS = 20"), (MISPLACED, "does not occur")),
    (
        "dots on both sides",
        block(
            "def ring(n):\n    points = []\n...\n    return points",
            "def ring(n):\n    points = list()\n...\n    return points",
        ),
        BASE.replace("points = []", "points = list()"),
    ),
    (
        "a comment of dots on both sides",
        block(
            "def ring(n):\n    points = []\n    # ... existing code ...\n    return points",
            "def ring(n):\n    points = list()\n    # ... existing code ...\n    return points",
        ),
        BASE.replace("points = []", "points = list()"),
    ),
    (
        "dots on one side",
        block("def ring(n):\n    ...\n    return points", "def ring(n):\n    return []"),
        (MISPLACED, "does not occur"),
    ),
    (
        "code left out of the replacement",
        block(
            "    best = radius\n    for step in range(STEPS):\n        best = best + 0.001 * step\n    return [(x, y, best) for x, y in points]",
            "    best = radius / 2\n    for step in range(STEPS):\n        # ... unchanged ...\n    return [(x, y, best) for x, y in points]",
        ),
        BASE.replace("best = radius\n", "best = radius / 2\n"),
    ),
    (
        "code left out that cannot be found",
        block("STEPS = 10", "STEPS = 20\n# ... rest of the setup unchanged ..."),
        (UNPARSABLE, "leaves code out"),
    ),
    (
        "code left out between unknown lines",
        block("    points = ring(n)", "    a = 1\n    # ... existing code ...\n    b = 2"),
        (UNPARSABLE, "leaves code out"),
    ),
    (
        "an earlier block's lines quoted",
        f"{block('STEPS = 10', 'STEPS = 20')}\n{block('STEPS = 10' + chr(10) + 'RADIUS = 0.1  # of every circle', 'STEPS = 10' + chr(10) + 'RADIUS = 0.05  # of every circle')}",
        MORE.replace("0.1  # of", "0.05  # of"),
    ),
    ("an earlier block said again", f"{GOOD}\n\n{GOOD}", MORE),
    ("an earlier block contradicted", f"{GOOD}\n{block('STEPS = 10', 'STEPS = 30')}", (MISPLACED, "lines 10 to 10")),
    ("twice there", block("    points", "    dots"), (MISPLACED, "lines")),
    ("return twice", block("import math", "import math").replace("import math", "n"), (MISPLACED, "")),
    ("a word only", block("best", "better"), (MISPLACED, "lines 23, 25, 26")),
    (
        "the line as remembered",
        block("    for i in range(0, n):\n        angle = 0", "    pass"),
        (MISPLACED, "Nearest"),
    ),
    (
        "several",
        f"{GOOD}\n{block('0.001 * step', '0.002 * step')}\n{block('RADIUS = 0.1', 'RADIUS = 0.05')}",
        LESS.replace("STEPS = 10", "STEPS = 20").replace("0.001 *", "0.002 *"),
    ),
    ("deletion", "<<<<<<< SEARCH\nSTEPS = 10\n=======\n>>>>>>> REPLACE", BASE.replace("STEPS = 10\n", "")),
    (
        "tabs for blanks",
        block(
            "def pack(n, seed):\n\tpoints = ring(n)\n\treturn grow(points, RADIUS)",
            "def pack(n, seed):\n\treturn grow(ring(n), RADIUS)",
        ),
        BASE.replace("    points = ring(n)\n    return grow(points, RADIUS)", "    return grow(ring(n), RADIUS)"),
    ),
    (
        "two blanks for four",
        block("def pack(n, seed):\n  points = ring(n)", "def pack(n, seed):\n  points = ring(n + 0)"),
        BASE.replace("ring(n)\n    return", "ring(n + 0)\n    return"),
    ),
    ("an invented file", f"File: solution.py\n{GOOD}", MORE),
]
UNIFIED = "@@ -8,5 +8,5 @@\n import math\n \n-STEPS = 10\n+STEPS = 20\n RADIUS = 0.1  # of every circle\n"
HEADED = f"--- a/program.py\n+++ b/program.py\n{UNIFIED}"
DIFFS = [
    ("fenced", f"{PROSE}\n\n```diff\n{HEADED}```", MORE),
    ("bare", HEADED, MORE),
    ("bare, with prose around", f"{PROSE}\n\n{HEADED}\nThat is all.", MORE),
    ("by git", f"```diff\ndiff --git a/program.py b/program.py\nindex 3b18e51..9daeafb 100644\n{HEADED}```", MORE),
    ("without file headers", f"```diff\n{UNIFIED}```", MORE),
    ("without any header", "```diff\n-STEPS = 10\n+STEPS = 20\n```", MORE),
    (
        "without any header, with lines around",
        "```diff\n import math\n \n-STEPS = 10\n+STEPS = 20\n RADIUS = 0.1  # of every circle\n```",
        MORE,
    ),
    ("header without numbers", "```diff\n@@ ... @@\n-STEPS = 10\n+STEPS = 20\n```", MORE),
    ("header of dots", "```diff\n--- program.py\n+++ program.py\n@@\n-STEPS = 10\n+STEPS = 20\n```", MORE),
    ("wrong numbers", f"```diff\n{HEADED.replace('-8,5 +8,5', '-1,99 +1,42')}```", MORE),
    (
        "lines around without their blank",
        "```diff\n@@ -9 +9 @@\nimport math\n\n-STEPS = 10\n+STEPS = 20\nRADIUS = 0.1  # of every circle\n```",
        MORE,
    ),
    ("in a python fence", f"```python\n{HEADED}```", MORE),
    ("in a bare fence", f"```\n{UNIFIED}```", MORE),
    ("signs alone in a python fence", "```python\n-STEPS = 10\n+STEPS = 20\n```", MORE),
    (
        "two hunks",
        f"```diff\n{HEADED}@@ -22,3 +22,3 @@\n     for step in range(STEPS):\n-        best = best + 0.001 * step\n+        best = best + 0.002 * step\n     return [(x, y, best) for x, y in points]\n```",
        MORE.replace("0.001 *", "0.002 *"),
    ),
    (
        "two fences",
        "```diff\n-STEPS = 10\n+STEPS = 20\n```\nand\n```diff\n-RADIUS = 0.1  # of every circle\n+RADIUS = 0.05  # of every circle\n```",
        LESS.replace("= 10", "= 20"),
    ),
    ("a place by its line", "```diff\n@@ -17 +17 @@\n-\n+# here\n-\n```", (MISPLACED, "")),
    (
        "a place by what is above",
        "```diff\n@@ -1,1 +1,1 @@ def pack(n, seed):\n-    points = ring(n)\n+    points = ring(n + 0)\n```",
        BASE.replace("ring(n)\n    return", "ring(n + 0)\n    return"),
    ),
    ("CRLF", f"```diff\n{HEADED}```".replace("\n", "\r\n"), MORE),
    ("no newline at the end", f"```diff\n{HEADED}\\ No newline at end of file\n```", MORE),
    ("what is not there", "```diff\n@@ -1 +1 @@\n-STEPS = 11\n+STEPS = 20\n```", (MISPLACED, "STEPS = 11")),
    ("only added lines", "```diff\n@@ -9,0 +10 @@\n+STEPS = 20\n```", (UNPARSABLE, "only adds")),
    ("a file deleted", "```diff\n--- a/program.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n```", (UNPARSABLE, "delete")),
    ("a diff, then the whole file", f"```diff\n{HEADED}```\nIn all:\n{FENCED}", MORE),
    ("a whole file, then a diff of it", f"{FENCED}\n\nWhat changed:\n```diff\n{HEADED}```", MORE),
    (
        "apply_patch",
        "*** Begin Patch\n*** Update File: program.py\n@@\n import math\n \n-STEPS = 10\n+STEPS = 20\n*** End Patch",
        MORE,
    ),
    (
        "apply_patch with prose",
        f"{PROSE}\n\n```\n*** Begin Patch\n*** Update File: program.py\n@@ import math\n-STEPS = 10\n+STEPS = 20\n*** End Patch\n```\nDone.",
        MORE,
    ),
    (
        "apply_patch without a header of the hunk",
        "*** Begin Patch\n*** Update File: program.py\n-STEPS = 10\n+STEPS = 20\n*** End of File\n*** End Patch",
        MORE,
    ),
    (
        "apply_patch of two hunks",
        "*** Begin Patch\n*** Update File: program.py\n@@\n-STEPS = 10\n+STEPS = 20\n@@ def grow(points, radius):\n     best = radius\n-    for step in range(STEPS):\n+    for step in range(1, STEPS):\n*** End Patch",
        MORE.replace("range(STEPS)", "range(1, STEPS)"),
    ),
    (
        "apply_patch of a whole file",
        "*** Begin Patch\n*** Add File: program.py\n" + indented(MORE, "+").replace("+\n", "+\n") + "*** End Patch",
        MORE,
    ),
    (
        "apply_patch without an end",
        "*** Begin Patch\n*** Update File: program.py\n-STEPS = 10\n+STEPS = 20\n",
        (UNPARSABLE, "End Patch"),
    ),
    ("apply_patch that deletes", "*** Begin Patch\n*** Delete File: program.py\n*** End Patch", (UNPARSABLE, "delete")),
    ("apply_patch without a file", "*** Begin Patch\n-STEPS = 10\n+STEPS = 20\n*** End Patch", (UNPARSABLE, "line 2")),
]
FILES = [
    ("the whole file", FENCED, MORE),
    ("tag in capitals", FENCED.replace("python", "Python", 1), MORE),
    ("no tag", FENCED.replace("python", "", 1), MORE),
    ("wrong tag", FENCED.replace("python", "javascript", 1), MORE),
    ("tildes", FENCED.replace("```", "~~~"), MORE),
    ("CRLF and tabs behind the fence", FENCED.replace("\n", "\r\n").replace("```python", "```python\t"), MORE),
    ("under a bullet", f"- so:\n\n  ```python\n{indented(MORE, '  ')}  ```\n", MORE),
    ("under a number, deep", f"1. so:\n\n      ```python\n{indented(MORE, '      ')}      ```\n", MORE),
    ("on the line of a bullet", f"- ```python\n{indented(MORE, '  ')}  ```\n", MORE),
    ("in a tab", f"1.\tso:\n\t```python\n{indented(MORE, chr(9))}\t```\n", MORE),
    ("under a bullet, code at the margin", f"  - so:\n    ```python\n{MORE}    ```\n", MORE),
    (
        "tests after it, longer",
        f"{FENCED}\n\nTests:\n```python\nfrom program import pack\n\n{'assert len(pack(3, 1)) == 3' + chr(10)}"
        + "assert pack(4, 1)\n" * 90
        + "```",
        MORE,
    ),
    ("what it prints after it", f"{FENCED}\n```\n{'circle 0.1 0.2 0.3' * 200}\n```", MORE),
    ("usage after it", f"{FENCED}\n```bash\n{'python program.py --steps 20 && ' * 100}true\n```", MORE),
    ("a long trace as text", f"```text\n{'Traceback (most recent call last)' * 90}\n```\n{FENCED}", MORE),
    (
        "the program as it was, then the new one",
        f"Now it is\n```python\n{BASE}{'# a comment' * 30}\n```\nand becomes\n{FENCED}",
        MORE,
    ),
    ("the parent itself and the new one", f"{FENCED}\n\nIt was\n```python\n{BASE}```", MORE),
    (
        "a sketch of the entry first",
        f"The idea:\n```python\ndef pack(n, seed):\n    return better(n)\n```\n{FENCED}",
        MORE,
    ),
    ("fragment, then the file", f"```python\nSTEPS = 20\n```\n\n{FENCED}", MORE),
    ("under its name", f"**program.py**\n\n{FENCED}", MORE),
    (
        "under its name, with a test file",
        f"`program.py`\n{FENCED}\n\n`test_program.py`\n```python\nimport program\n```",
        MORE,
    ),
    ("without a fence", MORE, MORE),
    ("without a fence, prose before", f"{PROSE} Here it is.\n\n{MORE}", MORE),
    ("without a fence, prose after", f"{MORE}\n\nThis should help, I hope.", MORE),
    ("without a fence, in answer tags", f"<answer>\n{MORE}</answer>", MORE),
    (
        "without a fence, and not whole",
        "import math\n\n\ndef pack(n, seed):\n    return ring(n)\n",
        (UNPARSABLE, "prose alone"),
    ),
    ("without a fence, broken", MORE.replace("def pack(n, seed):", "def pack(n, seed)"), (UNPARSABLE, "prose alone")),
    ("one function", f"```python\n{RING}```", WITH_RING),
    (
        "the entry alone",
        f"```python\n{PACK.replace('ring(n)', 'ring(n + 0)')}```",
        BASE.replace("ring(n)\n    return", "ring(n + 0)\n    return"),
    ),
    (
        "two functions in two blocks",
        f"```python\n{RING}```\nand\n```python\n{PACK.replace('ring(n)', 'ring(n + 0)')}```",
        WITH_RING.replace("ring(n)\n    return", "ring(n + 0)\n    return"),
    ),
    ("one function and a call", f"```python\n{RING}\nprint(ring(3))\n```", (UNPARSABLE, "leaves code out")),
    ("a constant alone", "```python\nSTEPS = 20\n```", (UNPARSABLE, "pack")),
    ("a fence never closed", f"{PROSE}\n```python\n{MORE}", (UNPARSABLE, "line 2")),
    ("before and after", "Before:\n```python\nSTEPS = 10\n```\nAfter:\n```python\nSTEPS = 20\n```", MORE),
    (
        "search and replace as words",
        "**Search:**\n```python\nSTEPS = 10\n```\n**Replace with:**\n```python\nSTEPS = 20\n```",
        MORE,
    ),
    ("JSON", '```json\n{"STEPS": 20}\n```', (UNPARSABLE, "without a program")),
    ("a shell command", "```bash\nsed -i s/10/20/ program.py\n```", (UNPARSABLE, "without a program")),
    ("prose", PROSE, (UNPARSABLE, "prose alone")),
    ("a promise", "I will now write the program:", (UNPARSABLE, "prose alone")),
    ("nothing", "", (UNPARSABLE, "empty")),
]
HEAD = MORE[: MORE.index("\n\ndef ring")]
UP_TO_RING = MORE[: MORE.index("\n\ndef grow")]
ELISIONS = [
    ("rest unchanged", f"```python\n{HEAD}\n\n# ... rest of the code unchanged ...\n```", MORE),
    ("rest of the file", f"```python\n{UP_TO_RING}\n\n# rest of the file remains unchanged\n```", MORE),
    ("dots and words", f"```python\n{UP_TO_RING}\n\n... (rest of the program as before)\n```", MORE),
    ("slashes", f"```python\n{UP_TO_RING}\n\n// ... existing code ...\n```", MORE),
    ("named parts", f"```python\n{UP_TO_RING}\n\n# ... `grow` and `pack` unchanged ...\n```", MORE),
    ("named parts in words", f"```python\n{UP_TO_RING}\n\n# grow and pack stay the same\n```", MORE),
    (
        "a part that is not there",
        f"```python\n{UP_TO_RING}\n\n# ... `shrink` unchanged ...\n```",
        (UNPARSABLE, "leaves code out"),
    ),
    (
        "in the middle",
        f"```python\n{HEAD}\n\n# ... existing code ...\n\n\n{PACK.replace('ring(n)', 'ring(n + 0)')}```",
        MORE.replace("ring(n)\n    return", "ring(n + 0)\n    return"),
    ),
    ("a body of dots", f"```python\n{HEAD}\n\ndef ring(n):\n    ...\n\n\n{GROW}\n\n{PACK}```", MORE),
    (
        "a body of a comment",
        f"```python\n{HEAD}\n\ndef ring(n):\n    # ... unchanged ...\n\n\n{GROW}\n\n{PACK}```",
        MORE,
    ),
    (
        "a body of a comment and pass",
        f"```python\n{HEAD}\n\ndef ring(n):\n    # same as before\n    pass\n\n\n{GROW}\n\n{PACK}```",
        MORE,
    ),
    (
        "the start of a body",
        f"```python\n{UP_TO_RING}\n\ndef grow(points, radius):\n    # ... existing code ...\n    return [(x, y, best) for x, y in points]\n\n\n{PACK}```",
        MORE,
    ),
    (
        "lines around that are not there",
        f"```python\n{UP_TO_RING}\n\ndef grow(points, radius):\n    worst = 0\n    # ... existing code ...\n    return worst\n\n\n{PACK}```",
        (UNPARSABLE, "leaves code out"),
    ),
    ("imports", f"```python\n# ... imports unchanged ...\n\nSTEPS = 20\n{BASE[BASE.index('RADIUS =') :]}```", MORE),
    (
        "within brackets",
        f"```python\n{MORE}\nTABLE = [\n    1,\n    # ... same as before ...\n]\n```",
        (UNPARSABLE, "leaves code out"),
    ),
    (
        "a comment of one's own",
        f"```python\n{MORE}\n# the rest of the points is left alone\nX = 1\n```",
        MORE + "\n# the rest of the points is left alone\nX = 1\n",
    ),
    (
        "a comment that ends in dots",
        f"```python\n{MORE}\n# try the larger ones first...\nX = 1\n```",
        MORE + "\n# try the larger ones first...\nX = 1\n",
    ),
    (
        "a new function of dots",
        f"```python\n{MORE}\n\ndef later():\n    ...\n```",
        MORE + "\n\ndef later():\n    ...\n",
    ),
]
KINDS = {
    "thoughts": THOUGHTS,
    "markers": MARKERS,
    "places": PLACES,
    "diffs": DIFFS,
    "files": FILES,
    "elisions": ELISIONS,
}
ROWS = [(f"{kind}: {name}", answer, expected) for kind, rows in KINDS.items() for name, answer, expected in rows]
