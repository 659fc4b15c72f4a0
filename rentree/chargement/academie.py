"""Filling a bac with an invented académie: each school goes through the web services of the applications.

Nothing of the database is touched from outside: STS-Web and SIECLE take their own files up (their `reprise`, by COPY),
STS-Web exports, the links are deposited. Then the night may come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, time
from threading import BoundedSemaphore, Event, Lock
from typing import Literal

from rentree.chargement.academie_fichiers import charge_de
from rentree.chargement.chargeur import A_LA_FOIS, Bac
from rentree.chargement.envoi import Envoyeur
from rentree.chargement.preparation import Charge
from rentree.chargement.rapport import Part
from rentree.population.academie import ParametresAcademie, inventer_academie
from rentree.population.academie_modeles import Ecole
from shared.contracts.refus import Refus
from shared.http.clients import Clients

Projets = Literal["academie", "departements-region"]
"""One ENT for the whole académie, or the départements' for collèges beside the région's for lycées."""

PROJET_ACADEMIE, PROJET_COLLEGES, PROJET_LYCEES = "ENT-ACADEMIE", "ENT-COLLEGES", "ENT-LYCEES"
_HEURE_DES_EXPORTS = time(7)


@dataclass
class Rempli:
    """What a bac was filled with: counts by kind, the ENT projects opened with their number of schools.

    A parent of children in two schools has a fiche in each, an agent of two schools an affectation in each.
    """

    comptes: Counter[str] = field(default_factory=Counter)
    projets: dict[str, int] = field(default_factory=dict)

    def compter(self, e: Ecole) -> None:
        """Add a school."""
        self.comptes.update(
            eleves=len(e.eleves),
            responsables=len(e.responsables),
            agents=len(e.agents),
            divisions=len(e.divisions),
            groupes=len(e.besoins.groupes),
            services=len(e.besoins.services),
            liens_groupe=sum(len(g.membres) for g in e.besoins.groupes),
        )


def parametres_pour(bac: Bac, etablissements: int, eleves: int, seed: int) -> ParametresAcademie:
    """The académie to invent for a bac: of the year that its AAF collects. Raises `ParametresRefuses`."""
    annee = bac.profil.annee_collectee(bac.jour)
    return ParametresAcademie(
        etablissements,
        eleves,
        seed,
        annee,
        bac.profil.millesime_de_l_annee(annee),
        bac.profil.calendrier,
    )


def refuser_bac_occupe(clients: Clients, nom: str) -> None:
    """Refuse a bac that already holds schools: an académie is not added to another (BAC_OCCUPE)."""
    if clients["rectorat"].lire("/api/etablissements"):
        raise Refus(
            f"Le bac « {nom} » contient déjà des établissements.",
            code="BAC_OCCUPE",
            remede="Remplissez un bac neuf : rentree population … --bac NOM --creer.",
        )


def remplir(
    bac: Bac, parametres: ParametresAcademie, *, projets: Projets = "academie", avance: Callable[[int, int], None]
) -> Rempli:
    """Invent an académie and give it to the applications, `A_LA_FOIS` schools at a time.

    `avance` is told how many schools are in, of how many. The first refusal stops everything: it is raised, and the
    bac is to be dropped. Raises `Refus` BAC_OCCUPE and the applications' own.
    """
    refuser_bac_occupe(bac.clients, bac.nom)
    rempli, envoyeur, verrou, rompu = Rempli(), Envoyeur(bac.clients), Lock(), Event()
    instant = datetime.combine(bac.jour, _HEURE_DES_EXPORTS)
    places = BoundedSemaphore(A_LA_FOIS + 1)
    ecoles: dict[str, str] = {}
    faites = 0

    def terminee(tache: Future[None]) -> None:
        nonlocal faites
        if tache.exception() is not None:
            rompu.set()
        else:
            with verrou:
                faites += 1
                avance(faites, parametres.etablissements)
        places.release()

    with ThreadPoolExecutor(A_LA_FOIS, thread_name_prefix="population") as equipe:
        taches = []
        for ecole in inventer_academie(parametres):
            if not ecoles:
                envoyeur.ouvrir_academie(ecole.academie.code, ecole.academie.nom)
            ecoles[ecole.etablissement.uai] = ecole.prevue.genre
            rempli.compter(ecole)
            places.acquire()
            if rompu.is_set():
                places.release()
                break
            tache = equipe.submit(_donner, charge_de(ecole, instant), envoyeur)
            tache.add_done_callback(terminee)
            taches.append(tache)
        for tache in taches:
            tache.result()
    rempli.projets = _ouvrir_projets(bac.clients, ecoles, projets)
    return rempli


def _donner(c: Charge, envoyeur: Envoyeur) -> None:
    """A school's year, in the order of the chain. Raises the first refusal."""
    gestes: list[Callable[[], Part]] = [
        lambda: envoyeur.inscrire(c),
        lambda: envoyeur.reprendre_sts(c),
        lambda: envoyeur.reprendre_bee(c, c.remarques),
        lambda: envoyeur.exporter(c, structure=True),
    ]
    if c.liens is not None:
        gestes.append(lambda: envoyeur.deposer_liens(c))
    for geste in gestes:
        refus = geste().refus
        if refus is not None:
            raise refus


def _ouvrir_projets(clients: Clients, ecoles: dict[str, str], projets: Projets) -> dict[str, int]:
    """Open the ENT, each fed by an AAF project of the same code."""
    if projets == "academie":
        voulus = {PROJET_ACADEMIE: ("ENT de l'académie", sorted(ecoles))}
    else:
        colleges = sorted(u for u, genre in ecoles.items() if genre == "CLG")
        lycees = sorted(u for u, genre in ecoles.items() if genre != "CLG")
        voulus = {
            PROJET_COLLEGES: ("ENT des collèges", colleges),
            PROJET_LYCEES: ("ENT des lycées", lycees),
        }
    for code, (libelle, uais) in voulus.items():
        if uais:
            projet = {"code": code, "libelle": libelle, "uais": uais}
            clients["aaf"].poster("/api/projets", {**projet, "grammaire": "6.4"})
            clients["ent"].poster("/api/projets", {**projet, "aaf_projet": code})
    return {code: len(uais) for code, (_, uais) in voulus.items() if uais}
