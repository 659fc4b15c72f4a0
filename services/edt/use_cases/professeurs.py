"""Teachers added by hand, and what is made « non exportable » (EDT-18, EDT-28, EDT-29)."""

from __future__ import annotations

from sqlalchemy import func, select

from services.edt import models as m
from services.edt.use_cases import bases
from shared.contracts.refus import Inconnu, Refus
from shared.persistence.unite import Unite

PREMIER_NUMERO = 900_000_000
"""First number of a teacher added by hand: STS-Web's own identifiers stay below."""


def ajouter(u: Unite, uai: str, annee: int, nom: str, prenom: str = "") -> int:
    """Add a teacher whom STS-Web does not hold: a place to fill (« BMP EPS »), a documentaliste. His number.

    He has no counterpart until somebody gives him one. Raises `Refus` PROFESSEUR_SANS_NOM.
    """
    bases.trouver(u, uai, annee)
    if not nom.strip():
        raise Refus("Le professeur n'a pas de nom.", code="PROFESSEUR_SANS_NOM", remede="Donnez-lui un nom.")
    numero = prochain_numero(u, uai, annee)
    u.session.add(
        m.Professeur(
            uai=uai, annee=annee, numero=numero, nom=nom.strip().upper(), prenom=prenom.strip(), exportable=True
        )
    )
    u.session.flush()
    u.journaliser("professeur", "Professeur ajouté", uai=uai, annee=annee, nb=1)
    return numero


def prochain_numero(u: Unite, uai: str, annee: int) -> int:
    """The next number of a teacher whom STS-Web did not number."""
    dernier = u.session.scalar(
        select(func.max(m.Professeur.numero)).where(m.Professeur.uai == uai, m.Professeur.annee == annee)
    )
    return max(PREMIER_NUMERO, (dernier or 0) + 1)


def trouver(u: Unite, uai: str, annee: int, numero: int) -> m.Professeur:
    """A teacher of the base, by number. Raises `Inconnu` BASE_INCONNUE, PROFESSEUR_INCONNU."""
    bases.trouver(u, uai, annee)
    ligne = u.session.get(m.Professeur, (uai, annee, numero)) if 0 <= numero < 2**63 else None
    if ligne is None:
        raise Inconnu(
            f"Le professeur {numero} n'existe pas dans la base.",
            code="PROFESSEUR_INCONNU",
            remede="Choisissez-le dans la liste des professeurs.",
        )
    return ligne


def rendre_exportable(u: Unite, uai: str, annee: int, numero: int, exportable: bool) -> None:
    """Make a teacher exportable or not. Raises `Inconnu` PROFESSEUR_INCONNU."""
    trouver(u, uai, annee, numero).exportable = exportable
    _noter(u, uai, annee, "Professeur", exportable)


def rendre_service_exportable(u: Unite, uai: str, annee: int, cle: tuple[str, str, str], exportable: bool) -> None:
    """Make a service (structure, matière, modalité) exportable or not. Raises `Inconnu` SERVICE_INCONNU."""
    bases.trouver(u, uai, annee)
    ligne = u.session.get(m.Service, (uai, annee, *cle))
    if ligne is None:
        raise Inconnu(
            f"Le service « {' '.join(cle)} » n'existe pas dans la base.",
            code="SERVICE_INCONNU",
            remede="Choisissez-le dans la liste des services.",
        )
    ligne.exportable = exportable
    _noter(u, uai, annee, "Service", exportable)


def _noter(u: Unite, uai: str, annee: int, quoi: str, exportable: bool) -> None:
    etat = "exportable" if exportable else "non exportable"
    u.journaliser("exportable", f"{quoi} rendu « {etat} »", uai=uai, annee=annee, nb=1)
