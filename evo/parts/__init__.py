"""Parts: the configured components of a run, and the one way in which a name becomes one.

A part is a frozen dataclass whose fields are its options. Wherever a config names one, the name may be that of a part
that ships, `module:Class`, `path.py:Class`, or an entry point of an installed package (group `evo.selectors`,
`evo.emitters` and so on); in Python a live part may stand there instead. `KINDS` is the table: each kind with its
protocol, the contract test that its parts have to pass, and what ships. Nobody else maps names to classes.
"""

from evo.parts.kinds import KINDS, PartKind
from evo.parts.origin import SHIPPED, Origin
from evo.parts.registry import (
    Found,
    Part,
    file_of,
    find,
    installed,
    lacking,
    look_up,
    make,
    names_of,
    protocol_of,
    remade,
    shipped,
    written,
)

__all__ = [
    "KINDS",
    "SHIPPED",
    "Found",
    "Origin",
    "Part",
    "PartKind",
    "file_of",
    "find",
    "installed",
    "lacking",
    "look_up",
    "make",
    "names_of",
    "protocol_of",
    "remade",
    "shipped",
    "written",
]
