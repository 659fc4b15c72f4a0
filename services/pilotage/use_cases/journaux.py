"""What was read of the services' journals, kept so that a map that moves asks only for what is new.

Source: architecture, "Nothing is lost": each exchange is a row in the receiver's journal.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.pilotage.rules.carte import Envoi, Releve
from services.pilotage.rules.chaine import CHAINE, Source
from services.pilotage.rules.fleches import sources_suivies
from services.pilotage.rules.lignes import Ligne
from services.pilotage.use_cases.poste import Poste
from services.pilotage.use_cases.voisins import Question, Reponse, Voisins

LUES = 800
"""Lines asked at once, and kept by service."""
RECOUVREMENT = 100
"""Transactions may commit in another order than their numbers: the last lines are read again."""
BACS_GARDES = 8

SUIVIES = sources_suivies()


@dataclass
class _Carnet:
    """The lines of one bac, in one generation of it."""

    lignes: dict[str, dict[int, Ligne]] = field(default_factory=dict)
    passages: dict[Source, tuple[Ligne, ...]] = field(default_factory=dict)
    cherchees: set[Source] = field(default_factory=set)
    """Kinds already looked for beyond the recent lines."""

    def retenir(self, service: str, lues: Iterable[Ligne], recentes: bool = True) -> None:
        """Add lines; the latest instant of each kind that is followed is its last passage."""
        suivies = {s for s in SUIVIES if s.service == service}
        connues = self.lignes.setdefault(service, {})
        for ligne in lues:
            if recentes:
                connues[ligne.id] = ligne
            source = Source(service, ligne.genre, ligne.sens)
            if source in suivies:
                deja = self.passages.get(source, ())
                if not deja or ligne.instant > deja[0].instant:
                    self.passages[source] = (ligne,)
                elif ligne.instant == deja[0].instant and all(ligne.id != x.id for x in deja):
                    self.passages[source] = (*deja, ligne)
        for vieux in sorted(connues)[:-LUES]:
            del connues[vieux]


class Memoire:
    """The journals as last read, by bac and generation."""

    def __init__(self, voisins: Voisins) -> None:
        self._voisins = voisins
        self._carnets: OrderedDict[tuple[str, int], _Carnet] = OrderedDict()
        self._verrou = threading.Lock()

    def relever(self, poste: Poste) -> Releve:
        """Read what is new in every service's journal, and the outboxes."""
        cle = (poste.bac, poste.generation)
        with self._verrou:
            carnet = self._carnets.setdefault(cle, _Carnet())
            self._carnets.move_to_end(cle)
            while len(self._carnets) > BACS_GARDES:
                self._carnets.popitem(last=False)
            derniers = {s: max(lignes, default=0) for s, lignes in carnet.lignes.items()}
        questions = [
            Question(s, "/_sim/journal", (("limite", LUES), ("apres_id", max(0, derniers.get(s, 0) - RECOUVREMENT))))
            for s in CHAINE
        ]
        questions += [
            Question(s, "/_sim/envois", (("etat", etat), ("limite", 500)))
            for s in CHAINE
            for etat in ("en_attente", "refuse")
        ]
        reponses = self._voisins.demander(poste.bac, questions)
        muets = {r.question.service: r.cause for r in reversed(reponses) if r.cause is not None}
        with self._verrou:
            self._noter(carnet, reponses)
            manquent = [
                s
                for s in SUIVIES
                if s.service in CHAINE and s not in carnet.cherchees | set(carnet.passages) and s.service not in muets
            ]
        self._chercher(poste.bac, carnet, manquent)
        with self._verrou:
            carnet.retenir("pilotage", poste.lots)
            return Releve(
                lignes={s: tuple(lignes.values()) for s, lignes in carnet.lignes.items()},
                passages=dict(carnet.passages),
                envois=_envois(reponses),
                muets={s: muets[s] for s in CHAINE if s in muets},
            )

    @staticmethod
    def _noter(carnet: _Carnet, reponses: Iterable[Reponse]) -> None:
        for r in reponses:
            if r.cause is None and r.question.chemin == "/_sim/journal":
                carnet.retenir(r.question.service, (Ligne.du_json(x) for x in r.valeur))

    def _chercher(self, bac: str, carnet: _Carnet, sources: list[Source]) -> None:
        """Look once for the kinds that no recent line holds."""
        questions = [
            Question(s.service, "/_sim/journal", (("genre", s.genre), ("sens", s.sens), ("limite", LUES)))
            for s in sources
        ]
        reponses = self._voisins.demander(bac, questions)
        with self._verrou:
            for source, r in zip(sources, reponses, strict=True):
                if r.cause is None:
                    carnet.cherchees.add(source)
                    carnet.retenir(source.service, (Ligne.du_json(x) for x in r.valeur), recentes=False)


def _envois(reponses: Iterable[Reponse]) -> dict[str, tuple[Envoi, ...]]:
    envois: dict[str, tuple[Envoi, ...]] = {}
    for r in reponses:
        if r.cause is None and r.question.chemin == "/_sim/envois":
            lus = tuple(
                Envoi(
                    genre=x["genre"],
                    destinataire=x["destinataire"],
                    etat=x["etat"],
                    nb=x["nb"],
                    livre_le=datetime.fromisoformat(x["livre_le"]) if x["livre_le"] else None,
                )
                for x in r.valeur
            )
            envois[r.question.service] = envois.get(r.question.service, ()) + lus
    return envois
