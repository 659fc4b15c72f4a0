"""The bac to load into: found, checked, or created for the year that the files are of."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from rentree.chargement.chargeur import Bac
from rentree.chargement.rapport import Rapport
from shared.contracts.refus import Inconnu, Refus
from shared.horloge.profils import ProfilAcademique, profil
from shared.http.clients import Clients


def verifier_options(*, creer: bool, profil: str | None, date: str | None, reelles: bool) -> None:
    """Refuse options that mean nothing without another (OPTION_SANS_CREER)."""
    if not creer and (profil or date):
        raise Refus(
            "--profil et --date sont ceux d'un bac à créer : un bac qui existe a déjà les siens.",
            code="OPTION_SANS_CREER",
            remede="Ajoutez --creer et un nom de bac nouveau, ou retirez ces options.",
        )


def _registre(clients: Clients, nom: str) -> dict[str, Any] | None:
    """The line of a bac in the register, None when there is no such bac."""
    principal = clients.pour("principal")
    return next((b for b in principal["pilotage"].lire("/api/bacs") if b["nom"] == nom), None)


def verifier_libre(clients: Clients, nom: str) -> None:
    """Refuse to create a bac that exists (BAC_EXISTE)."""
    if _registre(clients, nom) is not None:
        raise Refus(
            f"Le bac « {nom} » existe déjà.",
            code="BAC_EXISTE",
            remede="Retirez --creer pour y charger les fichiers, ou choisissez un autre nom.",
        )


def verifier_bandeau(clients: Clients, nom: str, *, reelles: bool) -> None:
    """Refuse real identities in a bac whose pages do not say so (BAC_SANS_BANDEAU)."""
    ligne = _registre(clients, nom)
    if reelles and ligne is not None and not ligne["donnees_reelles"]:
        raise Refus(
            f"Le bac « {nom} » n'affiche pas le bandeau des données réelles : il ne peut pas en recevoir.",
            code="BAC_SANS_BANDEAU",
            remede="Créez un bac qui le porte : --bac NOM --creer --donnees-reelles. Sans --donnees-reelles, les "
            "identités sont remplacées à l'entrée.",
        )


def ouvrir(clients: Clients, nom: str) -> Bac:
    """A bac that exists. Raises `Inconnu` BAC_INCONNU, `ServiceInjoignable` when the installation does not answer."""
    if _registre(clients, nom) is None:
        raise Inconnu(
            f"Le bac « {nom} » n'existe pas.",
            code="BAC_INCONNU",
            remede="La liste des bacs : rentree bac list. Pour le créer en chargeant : --creer.",
        )
    horloge = clients["pilotage"].lire("/api/horloge")
    choisi = profil(horloge["profil"])
    jour = datetime.fromisoformat(horloge["instant"]).astimezone(choisi.zone_horaire).date()
    return Bac(nom, clients, choisi, jour)


def depart(texte: str | None, choisi: ProfilAcademique, rapport: Rapport) -> datetime:
    """Where the clock of a new bac starts: the date asked for, else just before the rentrée of most files' year.

    Raises `Refus` DATE_INVALIDE.
    """
    from rentree.demo import lire_depart
    from rentree.demo.dossier import debut_de_l_annee

    annees = Counter(j.lu.jeu.annee for e in rapport.ecoles for j in e.jeux)
    if texte is not None or not annees:
        return lire_depart(texte, choisi)
    return debut_de_l_annee(choisi, min(annees, key=lambda a: (-annees[a], -a)))


def creer_bac(clients: Clients, nom: str, choisi: ProfilAcademique, debut: datetime, *, reelles: bool) -> None:
    """Create the bac. Raises the control room's `Refus`: NOM_DE_BAC, BAC_EXISTE."""
    corps = {"nom": nom, "profil": choisi.nom, "depart": debut.isoformat(), "donnees_reelles": reelles}
    clients.pour("principal")["pilotage"].poster("/api/bacs", corps)
