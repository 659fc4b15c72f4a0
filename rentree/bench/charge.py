"""How many requests a second a server answers, asked by a few clients at once that keep their connections."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPConnection
from urllib.parse import urlsplit

from shared.contracts.refus import Refus

CLIENTS = 4
"""As many requests under way at once."""


def debit(
    racine: str,
    chemins: Sequence[str],
    *,
    entetes: Mapping[str, str] | None = None,
    bonne: Callable[[bytes], bool] = lambda corps: True,
) -> float:
    """Requests per second: each path of `chemins` asked once by GET under `racine`.

    Arguments: `bonne`, whether a body is the one that is wanted. Raises `Refus` MESURE_MANQUEE when an answer is not
    200, or not good.
    """
    lieu = urlsplit(racine)
    base = lieu.path.rstrip("/")
    attente = deque(chemins)
    fautes: list[str] = []
    prets = threading.Barrier(CLIENTS + 1)

    def demander() -> None:
        connexion = HTTPConnection(lieu.hostname or "", lieu.port, timeout=30)
        connexion.connect()
        prets.wait()
        try:
            while not fautes:
                chemin = attente.popleft()
                connexion.request("GET", base + chemin, headers=dict(entetes or {}))
                reponse = connexion.getresponse()
                corps = reponse.read()
                if reponse.status != 200 or not bonne(corps):
                    fautes.append(f"{reponse.status} {corps[:200]!r}")
        except IndexError:
            pass
        except OSError as erreur:
            fautes.append(type(erreur).__name__)
        finally:
            connexion.close()

    fils = [threading.Thread(target=demander) for _ in range(CLIENTS)]
    for fil in fils:
        fil.start()
    prets.wait()
    debut = time.perf_counter()
    for fil in fils:
        fil.join()
    duree = time.perf_counter() - debut
    if fautes:
        raise Refus(
            f"Une réponse n'est pas celle attendue : {fautes[0]}",
            code="MESURE_MANQUEE",
            remede="La mesure ne vaut rien : voyez d'abord pourquoi.",
            statut=500,
        )
    return len(chemins) / duree
