"""The array types that the room speaks in."""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
"""An array whose dtype is stated in the docstring beside it, where it matters."""
