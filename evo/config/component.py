"""A choice of implementation with its options: `{use: tournament, size: 3}`, or just `uniform`.

A part is a frozen dataclass whose fields are its options; there is no configuration class beside it. `evo.parts` knows
which classes there are; this module only says what a file asks for, and builds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from evo.config.document import NOWHERE, Document
from evo.config.phrases import shown
from evo.config.positions import YamlSource, node_of
from evo.config.validation import complete

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evo.canonical import JSON
    from evo.config.positions import Loc
    from evo.errors import SpecError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """What a file says about one plug point; equal when `use` and `options` are.

    Attributes:
        use: the name of the implementation.
        options: everything else in the mapping, unchecked until `build`.
        document: where it was read, for the positions of later errors.
        loc: its place in that document.
        apart: options that were taken away by `without`; still known, when a nearest name is looked for.
        live: a part that was handed over in Python, ready made; None for one that is to be made.
    """

    use: str
    options: Mapping[str, JSON] = field(default_factory=lambda: MappingProxyType({}))
    document: Document = field(default=NOWHERE, compare=False, repr=False)
    loc: Loc = field(default=(), compare=False, repr=False)
    apart: tuple[str, ...] = field(default=(), compare=False, repr=False)
    live: object | None = field(default=None, compare=False, repr=False)

    @classmethod
    def from_document(cls, document: Document, loc: Loc, default: str = "") -> Component:
        """Read the component at `loc`: a text, or a mapping with `use`, which may be left out where there is a default.

        Raises:
            SpecError: it is neither.
        """
        node = document.at(loc)
        value = node.value if node else None
        if isinstance(value, str) and value:
            return cls(use=value, document=document, loc=loc)
        if not isinstance(value, dict):
            raise document.error(loc, f"expected a name, or a mapping with `use` and options; got {shown(value)}")
        use = value.get("use", default or None)
        if use is None and "use" not in value:
            raise document.error((*loc, "use"), "missing; expected the name of an implementation")
        if not isinstance(use, str) or not use:
            raise document.error((*loc, "use"), f"expected the name of an implementation; got {shown(use)}")
        options = {name: option for name, option in value.items() if name != "use"}
        return cls(use=use, options=MappingProxyType(options), document=document, loc=loc)

    def only(self, *names: str) -> Component:
        """Return this component with these options alone, in the same place."""
        kept = {name: value for name, value in self.options.items() if name in names}
        return replace(self, options=MappingProxyType(kept))

    def without(self, *names: str) -> Component:
        """Return this component without these options, in the same place."""
        kept = {name: value for name, value in self.options.items() if name not in names}
        return replace(self, options=MappingProxyType(kept), apart=(*self.apart, *names))

    def error(self, message: str, option: str | None = None) -> SpecError:
        """Return an error about this component, or about one of its options, to be raised."""
        return self.document.error(self.loc if option is None else (*self.loc, option), message)


def build(component: Component, cls: type[T], **given: object) -> T:
    """Return an instance of the options dataclass `cls` from the component's options.

    Args:
        component: as read from a file, or made in code.
        cls: a frozen dataclass whose fields are the options, with unknown keys forbidden.
        given: values of fields that come from the program; the file may not set them.

    Raises:
        SpecError: an unknown option (with the nearest name), a missing one or a wrong value, at its position.
    """
    document, loc = component.document, component.loc
    if document.root is None:
        root = node_of({"use": component.use, **component.options}, YamlSource(name=document.name))
        document = Document(name=document.name, root=root)
    node = document.at(loc)
    elsewhere = [str(name) for name in (node.children if node else ()) if name not in component.options]
    return complete(document, cls, loc, given=given, skipped=elsewhere, hints=component.apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugged:
    """Marks a field of a declared file as a plug point: `Annotated[Component, Plugged("topology", default="ring")]`.

    Attributes:
        kind: of the part, as in `evo.parts.KINDS`.
        default: the name that is meant where a mapping says none; "" if it has to.
        keys: options that the parts of the kind have in common, for the nearest name of a wrong key.
    """

    kind: str
    default: str = ""
    keys: tuple[str, ...] = ()

    @property
    def expects(self) -> str:
        """What stands there, in words."""
        return f"a name (`evo parts {self.kind}` lists them), or a mapping with `use` and options"

    def from_document(self, document: Document, loc: Loc) -> Component:
        """Read the component at `loc`; see `Component.from_document`."""
        return Component.from_document(document, loc, self.default)
