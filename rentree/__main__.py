"""The command `rentree`. Heavy modules are imported by the command that needs them: `--help` stays quick."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; a user's mistake is a French sentence and exit code 2, never a traceback."""
    from rentree.commandes import application
    from shared.contracts.refus import Refus

    try:
        application()
    except Refus as refus:
        print(f"{refus.code} : {refus.phrase}", file=sys.stderr)
        if refus.lieu and str(refus.lieu):
            print(f"  où : {refus.lieu}", file=sys.stderr)
        if refus.remede:
            print(f"  que faire : {refus.remede}", file=sys.stderr)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:  # `rentree … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


if __name__ == "__main__":
    main()
