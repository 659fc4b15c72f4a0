"""Asking the other services, several at once: one that does not answer is told apart, and never waited for long."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from msgspec import Struct, field

from shared.contracts.refus import Refus
from shared.http.clients import ServiceInjoignable
from shared.http.noyau import Noyau
from shared.persistence.acces import BAC_PRINCIPAL, SERVICES

FILS = 12
DELAI = 6.0
"""Seconds after which a service counts as silent."""
ESSAIS = 3


class Question(Struct, frozen=True):
    """A GET to a service: path and query parameters (lists repeat)."""

    service: str
    chemin: str
    parametres: tuple[tuple[str, str | int], ...] = ()


class Reponse(Struct, frozen=True):
    """What a service answered (`valeur`, from JSON), or why it did not (`cause`, a sentence)."""

    question: Question
    valeur: Any = None
    cause: str | None = None


class Sante(Struct, frozen=True):
    """What `/_sim/health` of a service says; `verdict` is empty when it does not answer (`cause`)."""

    service: str
    statut: int
    verdict: dict[str, Any] = field(default_factory=dict)
    cause: str | None = None


class Voisins:
    """The services as pilotage asks them; closed with the application."""

    def __init__(self, noyau: Noyau) -> None:
        self._noyau = noyau
        self._fils = ThreadPoolExecutor(FILS, thread_name_prefix="voisins")

    def fermer(self) -> None:
        """Let go of the threads."""
        self._fils.shutdown(wait=False, cancel_futures=True)

    def demander(self, bac: str, questions: Sequence[Question]) -> list[Reponse]:
        """The answers, in the order of the questions.

        Services are asked together, each one question after another: a page takes one of their few connections to
        the bac, and leaves the night the others. One that does not answer is not asked again.
        """
        clients = self._noyau.clients.pour(bac)

        def interroger(rangs: Sequence[int]) -> list[tuple[int, Reponse]]:
            dites: list[tuple[int, Reponse]] = []
            muet: str | None = None
            for rang in rangs:
                question = questions[rang]
                if muet is None:
                    try:
                        lu = clients[question.service].demander(
                            "GET", question.chemin, params=list(question.parametres), timeout=DELAI, essais=ESSAIS
                        )
                        dites.append((rang, Reponse(question, lu.json())))
                        continue
                    except Refus as refus:
                        muet = refus.phrase if refus.code == ServiceInjoignable.code else None
                        dites.append((rang, Reponse(question, cause=refus.phrase)))
                    except ValueError:
                        dites.append((rang, Reponse(question, cause="Sa réponse n'est pas lisible.")))
                else:
                    dites.append((rang, Reponse(question, cause=muet)))
            return dites

        par_service: dict[str, list[int]] = {}
        for rang, question in enumerate(questions):
            par_service.setdefault(question.service, []).append(rang)
        dites = [d for lot in self._fils.map(interroger, par_service.values()) for d in lot]
        return [reponse for _, reponse in sorted(dites, key=lambda d: d[0])]

    def lacher(self, bac: str) -> None:
        """Ask each to close its connections on a bac. Whoever does not answer is cut by the fence (GestionBacs)."""
        clients = self._noyau.clients.pour(bac)

        def demander(nom: str) -> None:
            with contextlib.suppress(Refus):
                clients[nom].poster("/_sim/lacher", essais=1)

        list(self._fils.map(demander, (nom for nom in SERVICES if nom != "pilotage")))

    def sante(self, bac: str) -> list[Sante]:
        """What each service says of its health, pilotage included, in the declared order."""
        prefixe = "" if bac == BAC_PRINCIPAL else f"/b/{bac}"
        entetes = {"Authorization": f"Bearer {self._noyau.reglages.jeton_interne}"}

        def ausculter(service: str) -> Sante:
            adresse = self._noyau.reglages.adresses[service].rstrip("/") + prefixe + "/_sim/health"
            try:
                reponse = self._noyau.transport.get(adresse, headers=entetes, timeout=DELAI)
                return Sante(service, reponse.status_code, dict(reponse.json()))
            except (httpx.HTTPError, ValueError) as erreur:
                return Sante(service, 0, cause=type(erreur).__name__)

        return list(self._fils.map(ausculter, SERVICES))
