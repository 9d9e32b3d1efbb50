"""When two programs count as one: what is compared of a program, and what was found to be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """By what a program was seen to repeat an earlier one, the cheapest first."""

    EXACT = "exact"
    NORMALISED = "normalised"
    READDED = "readded"
    EMBEDDING = "embedding"
    RETEST = "retest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is compared of a program: functions of its text, its first parent's text and a stored answer.

    Attributes:
        form: fingerprint of the syntax tree without names, comments and formatting; "" where there is none.
        added, removed: fingerprints of the lines that its first parent does not have, and of those that it gave up;
            each line once, sorted.
        vector: its embedding, scaled to the length `propose.novelty.LENGTH` and rounded; () where there is none.
        request, answer: hashes of the request for the embedding and of the text that came; "" where none was made.
    """

    form: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    vector: tuple[int, ...] = ()
    request: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """What a program repeats.

    Attributes:
        program: the earlier program; the program itself where the text is the same.
        similarity: in [0, 1]; 1 but for shares of lines and for embeddings.
    """

    program: str
    rule: Rule
    similarity: float = 1.0

    @property
    def words(self) -> str:
        """One line for people and models."""
        name = self.program[:12]
        match self.rule:
            case Rule.EXACT:
                return f"the same text as program {name}"
            case Rule.NORMALISED:
                return f"the same as program {name} but for names, comments and formatting"
            case Rule.READDED:
                return f"{self.similarity:.0%} of the lines added stood in program {name} and were given up since"
            case Rule.EMBEDDING:
                return f"too close to program {name} (similarity {self.similarity:.4f})"
            case Rule.RETEST:
                return f"this test of program {name} was made by an earlier ticket"
