"""Other languages as tokens: what counts, what cannot be whole, and that no text takes long."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.evaluate.judge import lexer
from evo.evaluate.judge.lexer import LANGUAGES, check_files, language_of, measure_files
from evo.evaluate.judge.source import Refused

TEXTS = {
    "c": ("x.c", 'int f(int a) { /* if */ return a > 0 && a < 9 ? 1 : 0; } // for\nchar *s = "if (";\n', 2),
    "cpp": ("x.cpp", 'auto r = R"x(if )" ( )x"; for (char c = \'"\'; ;) { if (c) continue; }\n', 2),
    "rust": ("x.rs", "fn f<'a>(x: &'a str) -> i32 { /* a /* b */ if */ match x { \"if\" => 1, _ => 2 } }\n", 2),
    "go": ("x.go", "func f() { s := `if {`; for { select { case <-c: } }; _ = s }\n", 3),
    "java": ("X.java", 'class X { String s = """\nif (\n"""; void f() { while (true) { if (a || b) break; } } }\n', 3),
    "javascript": ("x.js", "const f = (a) => { const s = `if ${a} {`; return a ?? (a ? 1 : 2) }\n", 2),
    "fortran": ("x.f90", "IF (a .AND. b) THEN ! if\n  print *, 'do it''s'\nEND IF\nDo i = 1, 3\nend do\n", 5),
    "julia": ("x.jl", '#= if =# function f(x) # for\n  for i in x; x > 1 && return "if"; end\nend\n', 2),
    "shell": ("x.sh", "if true; then echo 'for' && exit; fi # while\n", 2),
    "python": ("x.py", "if a and b:  # for\n    x = 'if'\n", 2),
    "text": ("x.md", "Do this. Then that!\n\nAnd so on", 2),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_branches_are_counted_and_comments_and_texts_are_not(language):
    path, text, branches = TEXTS[language]
    found = measure_files({path: text}, "tokens", language)
    assert found["complexity"] == 1 + branches
    check_files({path: text}, path, "", language)
    longer = measure_files({path: text + "\n\n  \n"}, "tokens", language)
    assert longer == found


@pytest.mark.parametrize("language", [name for name in LANGUAGES if LANGUAGES[name].line])
def test_a_comment_more_changes_nothing(language):
    path, text, _ = TEXTS[language]
    said = LANGUAGES[language].line
    more = {path: f"{said} if for while {{\n{text}"}
    assert measure_files(more, "characters", language) == measure_files({path: text}, "characters", language)


def test_length_is_in_characters_of_tokens_or_in_tokens():
    assert measure_files({"a.c": "int  a = 10 ;\n"}, "characters", "c")["code_length"] == 8
    assert measure_files({"a.c": "int  a = 10 ;\n"}, "tokens", "c")["code_length"] == 5
    assert measure_files({"a.txt": "two words\n"}, "tokens", "text")["code_length"] == 2


def test_every_file_is_read_in_its_own_language():
    files = {"a.cpp": "int a; // if\n", "b.py": "if a: # if\n", "c": "# if\n"}
    assert language_of("a.cpp", "rust") == "cpp"
    assert language_of("lib/Makefile", "C++") == "cpp"
    assert language_of("b.unknown", "rust") == "rust"
    assert measure_files(files, "tokens", "cpp")["code_length"] == 3 + 3 + 2


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("cpp", "int main() {\n  return 0;\n", "line 1: '{' is never closed"),
        ("cpp", "int main() {\n  return f(0];\n}\n", "line 2: ']' closes nothing that is open"),
        ("c", "/* a\n", "line 1: a comment begins with /* and never ends"),
        ("c", 'int main() {\nchar *s = "a\n;}', "line 2: a text begins with '\"a' and never ends"),
        ("rust", "fn main() { /* a /* b */ }\n", "never ends"),
        ("go", "func main() { s := `a }\n", "never ends"),
        ("java", "  \n// nothing\n", "the file says nothing"),
        ("julia", "function other() end\n", "expected main; the name does not occur"),
    ],
)
def test_what_cannot_be_a_program_is_refused_with_its_line(language, text, words):
    with pytest.raises(Refused, match="x") as refusal:
        check_files({"x": text}, "x", "main", language)
    assert words in str(refusal.value)


def test_what_a_preprocessor_decides_is_left_to_the_compiler():
    check_files({"a.c": "#ifdef A\nint main() {\n#else\nint main(void) {\n#endif\n}\n"}, "a.c", "main", "c")


def test_the_file_of_the_entry_has_to_be_there():
    with pytest.raises(Refused, match=r"expected a file a\.c; got b\.c"):
        check_files({"b.c": "int main;"}, "a.c", "main", "c")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("piece", ["/*", '"', "'", "`", "#=", '"""', 'R"(', 'r#"', "\\", "(", "a.", "1e+", "?", '"\\'])
def test_no_text_takes_more_than_linear_time(language, piece):
    text = piece * (60_000 // len(piece))
    before = time.process_time()
    with contextlib.suppress(Refused):
        list(lexer.tokens(text, language))
    # Some hundredths of a second; a quadratic way takes ten. A worker with a large heap may stop for its garbage.
    assert time.process_time() - before < 5


@given(st.text(alphabet="ab \n/*'\"`#=(){}\\R?.1&", max_size=60), st.sampled_from(sorted(LANGUAGES)))
def test_every_text_is_measured_or_refused(text, language):
    try:
        found = measure_files({"x": text}, "characters", language)
    except Refused:
        return
    assert 0 <= found["code_length"] <= len(text)
