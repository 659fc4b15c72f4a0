"""A fork that no signal can catch half made.

Source: architecture, "How it runs": on Linux the stack is imported once and forked.
"""

from __future__ import annotations

import os
import signal


def fourcher() -> int:
    """Fork: the child's identifier in the parent, 0 in the child, where Ctrl-C is ignored and SIGTERM ends at once.

    Both signals wait from before the fork until the child has its own handlers: caught sooner, they would run the
    parent's, whose `KeyboardInterrupt` has nobody to catch it there.
    """
    attente = {signal.SIGINT, signal.SIGTERM}
    avant = signal.pthread_sigmask(signal.SIG_BLOCK, attente)
    try:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's business
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return pid
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, avant)
