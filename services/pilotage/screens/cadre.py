"""The frame of every page: menu, style sheet and script."""

from __future__ import annotations

from pathlib import Path

STATIQUE = Path(__file__).parent.parent / "static"
