"""What stands for the command `rentree` where only its life is looked at: says where it is, waits to be ended."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

if __name__ == "__main__":
    assert sys.argv[1:] == ["up"]
    if os.environ.get("FAUX_ECHEC"):
        sys.exit("le port est pris")
    with Path(os.environ["FAUX_JOURNAL"]).open("a", encoding="ascii") as journal:
        journal.write(f"{os.getpid()}\n")
    racine = Path(os.environ["RENTREE_HOME"])
    (racine / "en-marche.json").write_text(json.dumps({"pilotage": f"http://127.0.0.1:{os.getpid()}"}))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        signal.pause()
