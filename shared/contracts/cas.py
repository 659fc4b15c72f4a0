"""What a CAS answer is made of: its shape, its attributes. Source: connectors reference §2.4."""

from __future__ import annotations

from typing import Literal

Forme = Literal["A", "B", "C", "D"]
Attributs = list[tuple[str, "str | Attributs"]]
"""Names and values in order; a list is a wrapper element, a name that comes again is a value more."""
