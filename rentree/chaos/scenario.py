"""What a chaos run plays: the demo's rentrée, then ordinary days on which something is typed in every application."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rentree.demo import DemandeDemo, jouer_etapes, lire_depart, preparer_entree
from rentree.demo import bilan as b
from rentree.demo.etapes import deposer_liens
from rentree.demo.messages import agent
from rentree.demo.partie import Rentree
from rentree.installation.superviseur import Superviseur
from shared.horloge.profils import profil
from shared.http.clients import Clients, nouveau_transport
from shared.http.service import PORTS
from shared.persistence.acces import BAC_PRINCIPAL, ROLE_GESTION
from shared.persistence.bacs import GestionBacs


@dataclass
class RentreeSurveillee(Rentree):
    """A rentrée whose advances of the clock are announced (`debut`) and closed (`fin`)."""

    debut: Callable[[], None] = field(default=lambda: None)
    fin: Callable[[], None] = field(default=lambda: None)

    def aller(self, instant: datetime) -> None:
        """Move the clock there."""
        self.debut()
        try:
            super().aller(instant)
        finally:
            self.fin()


@dataclass
class Partie:
    """One play: its installation and its rentrée. Close it."""

    superviseur: Superviseur
    rentree: RentreeSurveillee
    transport: Any

    def fermer(self) -> None:
        """Stop everything."""
        self.transport.close()
        self.superviseur.arreter()


def ouvrir(racine: Path, effectif: int, graine: int, dire: Callable[[str, datetime], None]) -> Partie:
    """Start an installation of its own in `racine`, on free ports, with a new bac `principal`."""
    choisi = profil("nice-2021")
    depart = lire_depart(None, choisi)
    entree = preparer_entree(DemandeDemo(effectif=effectif, graine=graine), choisi, depart)
    superviseur = Superviseur(racine, ports=dict.fromkeys(PORTS, 0))
    implantation = superviseur.demarrer()
    transport = nouveau_transport()
    try:
        gestion = GestionBacs(implantation.acces(ROLE_GESTION))
        gestion.creer(BAC_PRINCIPAL, profil=choisi, graine=graine, depart=depart)
        rentree = RentreeSurveillee(
            clients=Clients(implantation.adresses, implantation.jeton_interne, transport),
            population=entree.population,
            fuseau=choisi.zone_horaire,
            dire=dire,
        )
    except BaseException:
        transport.close()
        superviseur.arreter()
        raise
    return Partie(superviseur, rentree, transport)


def jouer_rentree(r: Rentree) -> None:
    """The demo's steps and nights."""
    jouer_etapes(r)


def jouer_jour(r: Rentree, graine: int, jour: int) -> None:
    """An ordinary day, the `jour`-th after the rentrée, then its night: the same seed types the same things.

    An agent's dossier and a pupil's fiche change, a pupil changes class and another his group, the structure and the
    services are exported again and the links deposited again: every batch of the night has something to do.
    """
    alea = random.Random(f"{graine}:{jour}")
    p, rectorat, bee = r.population, r.clients["rectorat"], r.clients["siecle_bee"]
    choisi = alea.choice(p.agents)
    dossier = agent(choisi, r.uai).avec(mel=f"agent{choisi.id}.jour{jour}@rentree.invalid")
    rectorat.poster("/api/agents", [dossier.valeurs()])
    places = [e for e in p.eleves if e.scolarite and e.scolarite.division and e.id in r.eleves]
    eleve = alea.choice(places)
    bee.demander(
        "PATCH", f"{r.bee}/eleves/{r.eleves[eleve.id]}", json={"mel": f"eleve{eleve.id}.jour{jour}@rentree.invalid"}
    )
    mobile = alea.choice(places)
    assert mobile.scolarite is not None
    voisines = [d.code for d in p.divisions if mobile.scolarite.mef in d.mefs]
    bee.poster(f"{r.bee}/saisie-en-masse", [{"eleve_id": r.eleves[mobile.id], "division": alea.choice(voisines)}])
    _changer_un_groupe(r, alea)
    r.clients["sts_web"].poster(f"{r.sts}/exports/structure")
    r.clients["sts_web"].poster(f"{r.sts}/exports/services", {"destination": "sconet"})
    deposer_liens(r)
    r.aller_demain(8)


def _changer_un_groupe(r: Rentree, alea: random.Random) -> None:
    p = r.population
    groupe = alea.choice(p.besoins.groupes)
    membres = [r.eleves[m] for m in groupe.membres]
    if len(membres) > 1:
        membres.remove(alea.choice(membres))
    r.clients["edt"].poster(
        f"{r.edt}/groupes/eleves",
        [{"groupe": groupe.code, "eleves": membres, "debut": p.rentree.isoformat(), "fin": p.sortie.isoformat()}],
    )


def relever_bilan(r: Rentree) -> tuple[dict[str, Any], dict[str, str]]:
    """The bilan, and every file of the chain by its SHA-256."""
    sommes = b.sommes(b.rassembler(r))
    return b.composer(r, sommes, []), sommes
