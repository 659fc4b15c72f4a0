"""The live stream: a step of the clock tells what it does, while it does it."""

from __future__ import annotations

import json
import threading
from typing import Any

from .academie import peupler


class Ecouteur:
    """Listens to the events of a bac, in a thread, until the clock says it is ready."""

    def __init__(self, bac: Any) -> None:
        self._bac = bac
        self.pret = threading.Event()
        self.recus: list[dict[str, Any]] = []
        self._fil = threading.Thread(target=self._ecouter, daemon=True)
        self._fil.start()

    def _ecouter(self) -> None:
        client = self._bac.installation.client("pilotage", self._bac.nom)
        with client, client.stream("GET", "/api/evenements", timeout=30) as flux:
            assert flux.headers["content-type"].startswith("text/event-stream")
            for ligne in flux.iter_lines():
                if ligne.startswith("retry:"):
                    self.pret.set()
                elif ligne.startswith("data:"):
                    self.recus.append(json.loads(ligne.removeprefix("data:")))
                    if self.recus[-1] == {"genre": "horloge", "etat": "ready"}:
                        return

    def finir(self) -> list[dict[str, Any]]:
        self._fil.join(30)
        assert not self._fil.is_alive(), "the stream did not say that the clock has arrived"
        return self.recus


def test_a_step_tells_what_it_does(bac: Any) -> None:
    """Advancing, each batch as it begins, its progress, its counts, then ready: in that order."""
    peupler(bac)
    ecouteur = Ecouteur(bac)
    assert ecouteur.pret.wait(10)
    bac.avancer("lot")
    recus = ecouteur.finir()
    genres = [r["genre"] for r in recus]
    assert genres[0] == "horloge"
    assert recus[0]["etat"] == "advancing"
    assert genres[-1] == "horloge"
    (lot,) = [r for r in recus if r["genre"] == "lot"]
    (fait,) = [r for r in recus if r["genre"] == "lot_fait"]
    assert (lot["service"], lot["lot"]) == (fait["service"], fait["lot"]) == ("rectorat", "rectorat_diffusion")
    assert genres.index("lot") < genres.index("progres") < genres.index("lot_fait")
    progres = [(r["faites"], r["total"]) for r in recus if r["genre"] == "progres"]
    assert progres[-1] == (3, 3), "two schools and the nomenclatures"
    assert progres == sorted(progres)
    assert fait["nb"] > 0


def test_another_bac_hears_nothing(bac: Any, nouveau_bac: Any) -> None:
    """Events are told to the listeners of their bac alone."""
    voisin = nouveau_bac()
    ecouteur = Ecouteur(voisin)
    assert ecouteur.pret.wait(10)
    bac.avancer("nuit")
    assert ecouteur.recus == []
    voisin.avancer("lot")
    assert {r["genre"] for r in ecouteur.finir()} <= {"horloge", "lot", "lot_fait", "progres"}


def test_the_clock_tells_its_batch_while_it_advances(bac: Any) -> None:
    """Ready again, the clock names no batch and asks for no patience."""
    peupler(bac)
    bac.avancer("nuit")
    lu = bac["pilotage"].get("/api/horloge").json()
    assert (lu["etat"], lu["lot"], lu["cible"]) == ("ready", None, None)
    assert lu["phrase"].startswith("L'horloge est arrêtée")
