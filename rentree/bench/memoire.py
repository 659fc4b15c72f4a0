"""The greatest memory that this process has used."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

_ETAT = Path("/proc/self/status")
_MAXIMUM = re.compile(r"^VmHWM:\s*(\d+) kB$", re.MULTILINE)


def memoire_maximale() -> int:
    """Bytes of physical memory at the highest, since this program began.

    Linux keeps in `ru_maxrss` what the parent used before the program was started, a whole test process for
    instance: its own high-water mark is read instead.
    """
    trouve = _MAXIMUM.search(_ETAT.read_text(encoding="ascii")) if _ETAT.exists() else None
    if trouve is not None:
        return int(trouve[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
