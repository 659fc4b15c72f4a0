"""Structured logs: JSON lines on stderr, with the process's name, the bac and both times.

The real time here only stamps logs, as architecture allows; the simulated one is bound by whoever knows it.
Logs hold identifiers of ours, never a name nor an INE.
"""

from __future__ import annotations

import logging
import os
import sys

import structlog


def regler(processus: str) -> None:
    """Set the logs of this process up. RENTREE_JOURNAL chooses the level (default: warning)."""
    niveau = getattr(logging, os.environ.get("RENTREE_JOURNAL", "warning").upper(), logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="horodatage_reel"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(niveau),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(processus=processus)
    logging.basicConfig(level=niveau, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True)
    for bavard in ("httpx", "httpcore", "procrastinate", "psycopg", "uvicorn"):
        logging.getLogger(bavard).setLevel(max(niveau, logging.WARNING))
